"""Lesson 01: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

TWO_SERVERS = '''mine = pl.exercise("01-two-servers", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: first, image: redis, command: [redis-server%s]}
  - {name: second, image: redis, command: [redis-server%s]%s}
""")'''

LOOK = '''mine = pl.exercise("01-look", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  %s
  containers:
  - {name: web, image: nginx}
  - {name: look, image: busybox, command: [sh, -c, "sleep %s; ps; sleep 3600"]}
""")'''

PAGE = '''mine = pl.exercise("01-page", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: web
    image: nginx
    volumeMounts: [{name: pages, mountPath: %s}]
  - name: writer
    image: busybox
    command: [sh, -c, "echo hello > /data/index.html; sleep 5; wget -qO- localhost; sleep 3600"]
    volumeMounts: [{name: pages, mountPath: /data}]
  volumes: [{name: pages, emptyDir: {}}]
""")'''

CELLS = {
    "01-two-servers": {
        "solution": TWO_SERVERS % ("", ', --port, "6380"', ""),
        "another": TWO_SERVERS % (', --port, "7000"', "", ""),
        "incomplete": TWO_SERVERS % ("", "", ", ports: [{containerPort: 6380}]"),
    },
    "01-look": {
        "solution": LOOK % ("shareProcessNamespace: true", "5"),
        "another": LOOK % ("restartPolicy: Never\n  shareProcessNamespace: true", "9"),
        "incomplete": LOOK % ("hostIPC: true", "5"),
    },
    "01-page": {
        "solution": PAGE % "/usr/share/nginx/html",
        "another": PAGE % "/usr/share/nginx/html, readOnly: true",
        "incomplete": PAGE % "/data",
    },
}

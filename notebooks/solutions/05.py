"""Lesson 05: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

LOG = '''mine = pl.exercise("05-log", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "%s"]
    volumeMounts: [{name: log, mountPath: %s}]
  - name: shipper
    image: busybox
    command: [tail, -n, '+1', -F, /log/shop.log]
    volumeMounts: [{name: log, mountPath: /log}]
  volumes: [{name: log, emptyDir: {}}]
""")'''
ORDERS = "mkdir -p /var/log; while true; do echo order >> /var/log/shop.log; sleep 5; done"

PROXY = '''mine = pl.exercise("05-proxy", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: proxy, image: busybox, command: [%s]}
  - name: main
    image: busybox
    command: [sh, -c, "while sleep 5; do wget -qO- localhost:8080; done"]
""")'''

ADAPTER = '''mine = pl.exercise("05-adapter", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "while true; do n=$((n+1)); echo visits=$n > /out/stats; sleep 5; done"]
    volumeMounts: [{name: out, mountPath: /out}]
  - name: adapter
    image: busybox
    command: [sh, -c, "%s"]
    volumeMounts: [{name: out, mountPath: /out}]
  volumes: [{name: out, emptyDir: {}}]
""")'''

JOB = '''mine = pl.exercise("05-job", """
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: %s
      initContainers:
      - name: shipper
        image: busybox
        %scommand: [sh, -c, "trap 'exit 0' TERM; tail -n +1 -F /log/report & wait"]
        volumeMounts: [{name: log, mountPath: /log}]
      containers:
      - name: main
        image: busybox
        command: [sh, -c, "for n in 1 2 3; do echo page $n >> /log/report; sleep 5; done"]
        volumeMounts: [{name: log, mountPath: /log}]
      volumes: [{name: log, emptyDir: {}}]
""")'''
SIDECAR = "restartPolicy: Always\n        "

FIRST = '''mine = pl.exercise("05-first", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
%s  - name: loader
    image: busybox
    restartPolicy: Always
    command: [sh, -c, "while sleep 3; do date > /pages/today; done"]
    volumeMounts: [{name: pages, mountPath: /pages}]
%s  containers:
  - name: main
    image: busybox
    command: [sh, -c, "cat /pages/today && sleep 3600"]
    volumeMounts: [{name: pages, mountPath: /pages}]
  volumes: [{name: pages, emptyDir: {}}]
""")'''
ONCE = """  - name: once
    image: busybox
    command: [sh, -c, "date > /pages/today"]
    volumeMounts: [{name: pages, mountPath: /pages}]
"""
PROBE = "    %sProbe: {exec: {command: [cat, /pages/today]}, periodSeconds: 1}\n"

CELLS = {
    "05-log": {
        "solution": LOG % (ORDERS, "/var/log"),
        "another": LOG % ("while true; do echo order >> /log/shop.log; sleep 5; done", "/log"),
        "incomplete": LOG % (ORDERS, "/log"),
    },
    "05-proxy": {
        "solution": PROXY % "nc, -ll, -p, '8080', -e, nc, 127.0.0.1, '80'",
        "another": PROXY % "sh, -c, 'nc -ll -p 8080 -e nc localhost 80'",
        "incomplete": PROXY % "nc, -ll, -p, '8080', -e, nc, 127.0.0.1, '8000'",
    },
    "05-adapter": {
        "solution": ADAPTER % "while sleep 5; do sed 's/visits=/shop_visits /' /out/stats; done",
        "another": ADAPTER % "while sleep 5; do read line < /out/stats; echo shop_visits ${line#*=}; done",
        "incomplete": ADAPTER % "while sleep 5; do sed 's/visits/shop_visits/' /out/stats; done",
    },
    "05-job": {
        "solution": JOB % ("Never", SIDECAR),
        "another": JOB % ("OnFailure", SIDECAR),
        "incomplete": JOB % ("Never", ""),
    },
    "05-first": {
        "solution": FIRST % ("", PROBE % "startup"),
        "another": FIRST % (ONCE, ""),
        "incomplete": FIRST % ("", PROBE % "readiness"),
    },
}

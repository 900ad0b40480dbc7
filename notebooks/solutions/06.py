"""Lesson 06: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

STEP = """  - name: %s
    image: busybox
    command: [sh, -c, "%s"]
    volumeMounts: [{name: disk, mountPath: /disk}]
"""
FOLDER = STEP % ("folder", "mkdir /disk/shop")
SIGN = STEP % ("sign", "echo open > /disk/shop/sign")

ORDER = '''mine = pl.exercise("06-order", """
apiVersion: v1
kind: Pod
metadata: {name: machine}
spec:
  initContainers:
%s  containers:
  - name: web
    image: busybox
    command: [sh, -c, "cat /disk/shop/sign && sleep 3600"]
    volumeMounts: [{name: disk, mountPath: /disk}]
  volumes: [{name: disk, emptyDir: {}}]
""")'''

WAR = '''mine = pl.exercise("06-war", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - name: war
    image: resouer/sample:v2
    command: %s
    volumeMounts: [{name: app, mountPath: %s}]
  containers:
  - name: tomcat
    image: tomcat:9
    command: [sh, -c, "ls webapps; exec catalina.sh run"]
    volumeMounts: [{name: app, mountPath: /usr/local/tomcat/webapps}]
  volumes: [{name: app, emptyDir: {}}]
""")'''

AGAIN = '''mine = pl.exercise("06-again", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: machine}
spec:
  terminationGracePeriodSeconds: %d
  initContainers:
  - name: folder
    image: busybox
    command: [sh, -c, "%s"]
    volumeMounts: [{name: disk, mountPath: /disk}]
  containers:
  - {name: web, image: busybox, command: [sh, -c, "sleep 3600"]}
  volumes: [{name: disk, emptyDir: {}}]
""").but(pl.kill_sandbox("machine", at=20)))'''

CELLS = {
    "06-order": {
        "solution": ORDER % (FOLDER + SIGN),
        "another": ORDER % (STEP % ("both", "mkdir -p /disk/shop; echo open > /disk/shop/sign")),
        "incomplete": ORDER % FOLDER,
    },
    "06-war": {
        "solution": WAR % ('[sh, -c, "sleep 5; cp /sample.war /app"]', "/app"),
        "another": WAR % ("[cp, /sample.war, /target]", "/target"),
        "incomplete": WAR % ('[sh, -c, "sleep 5; cp /sample.war /app; sleep 3600"]', "/app"),
    },
    "06-again": {
        "solution": AGAIN % (5, "mkdir -p /disk/shop"),
        "another": AGAIN % (1, "[ -d /disk/shop ] || mkdir /disk/shop"),
        "incomplete": AGAIN % (1, "mkdir /disk/shop"),
    },
}

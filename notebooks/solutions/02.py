"""Lesson 02: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

SPLIT = '''mine = pl.exercise("02-split", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
%s""")'''
BUSYBOX = '  - {name: %s, image: busybox, command: [sh, -c, "%s"]}\n'
CRASH = "sleep 5; exit 3"

ONE_CODE = 'mine = pl.exercise("02-one-code", pl.predict("jobs", t=30, phase="%s", status="%s"))'

SOCKET = '''mine = pl.exercise("02-socket", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: cache
    image: redis:alpine
    command: [redis-server, --port, "0", --unixsocket, /talk/redis.sock]
    volumeMounts: [{name: talk, mountPath: /talk}]
  - name: asker
    image: redis:alpine
    command: [sh, -c, "sleep 5; redis-cli -s %s/redis.sock ping; sleep 3600"]
    volumeMounts: [{name: %s, mountPath: %s}]
  volumes: [{name: talk, emptyDir: {}}, {name: other, emptyDir: {}}]
""")'''

HEARS = '''mine = pl.exercise("02-hears", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:%s
  containers:
  - name: main
    image: redis
    command: [sh, -c, "%s"]
""").but(pl.delete("db", at=20)))'''
DEAF = "echo starting; redis-server; echo ended"

CELLS = {
    "02-split": {
        "solution": SPLIT % (BUSYBOX % ("worker", CRASH) + BUSYBOX % ("main", "sleep 3600")),
        "another": SPLIT % ("  - {name: main, image: nginx}\n" + BUSYBOX % ("all", f"sh -c '{CRASH}'; exit $?")),
        "incomplete": SPLIT % (BUSYBOX % ("all", f"sleep 3600 & {CRASH}")),
    },
    "02-one-code": {
        "solution": ONE_CODE % ("Succeeded", "Completed"),
        "another": ONE_CODE.replace("))", ', restarts=0, ready="0/1"))') % ("Succeeded", "Completed"),
        "incomplete": ONE_CODE % ("Succeeded", "Error"),
    },
    "02-socket": {
        "solution": SOCKET % ("/talk", "talk", "/talk"),
        "another": SOCKET % ("/var/cache", "talk", "/var/cache"),
        "incomplete": SOCKET % ("/talk", "other", "/talk"),
    },
    "02-hears": {
        "solution": HEARS % ("", "echo starting; exec redis-server"),
        "another": HEARS % ("", "redis-server & trap 'kill $!; wait $!; exit 0' TERM; wait"),
        "incomplete": HEARS % ("\n  terminationGracePeriodSeconds: 3", DEAF),
    },
}

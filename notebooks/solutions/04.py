"""Lesson 04: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

ADDRESS = '''mine = pl.exercise("04-address", """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - name: first
    image: busybox
    command: [sh, -c, "%s"]
    %s
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "cat /v/address && sleep 3600"]
    volumeMounts: [{name: v, mountPath: /v}]
  volumes: [{name: v, emptyDir: {}}]
""")'''

THREE = 'mine = pl.exercise("04-three", pl.predict("shop", t=90, %s))'

SOONER = '''mine = pl.exercise("04-sooner", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:%s
  containers:
  - {name: web, image: nginx}
  - {name: helper, image: busybox, command: [sh, -c, "%s"]}
""").but(pl.kill_sandbox("shop", at=20)))'''

GRACE = "\n  terminationGracePeriodSeconds: "

CELLS = {
    "04-address": {
        "solution": ADDRESS % ("hostname -i > /v/address", "volumeMounts: [{name: v, mountPath: /v}]"),
        "another": ADDRESS % ("sleep 3; hostname -i > /data/address", "volumeMounts: [{name: v, mountPath: /data}]"),
        "incomplete": ADDRESS % ("mkdir -p /v; hostname -i > /v/address", "volumeMounts: []"),
    },
    "04-three": {
        "solution": THREE % 'ready="3/3", restarts=3',
        "another": THREE % 'restarts="3", ready="3/3", phase="Running"',
        "incomplete": THREE % 'ready="3/3", restarts=1',
    },
    "04-sooner": {
        "solution": SOONER % (GRACE + "3", "sleep 3600"),
        "another": SOONER % ("", "trap 'exit 0' TERM; sleep 3600 & wait"),
        "incomplete": SOONER % (GRACE + "10", "sleep 3600"),
    },
}

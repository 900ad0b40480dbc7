"""Lesson 08: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

ONE = '''mine = pl.exercise("08-not-ready", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 600"]%s}
""")'''

MIXED = '''mine = pl.exercise("08-failed", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: %s
  containers:
  - {name: good, image: busybox, command: [sh, -c, "sleep 5; exit 0"]%s}
  - {name: bad, image: busybox, command: [sh, -c, "sleep 9; exit 1"]%s}
""")'''

STUCK = 'mine = pl.exercise("08-stuck", pl.predict("web", t=12, phase="{}", ready="{}", status="{}"))'

CELLS = {
    "08-not-ready": {
        "solution": ONE % ", readinessProbe: {exec: {command: [cat, /tmp/ready]}}",
        "another": ONE % ", readinessProbe: {exec: {command: ['true']}, initialDelaySeconds: 45}",
        "incomplete": ONE % ", readinessProbe: {exec: {command: ['true']}}",
    },
    "08-failed": {
        "solution": MIXED % ("Never", "", ""),
        "another": MIXED % ("Always", ", restartPolicy: Never", ", restartPolicy: Never"),
        "incomplete": MIXED % ("OnFailure", "", ""),
    },
    "08-stuck": {
        "solution": STUCK.format("Pending", "0/1", "Init:Error"),
        "another": 'mine = pl.exercise("08-stuck", pl.predict("web", t=12, status="Init:Error", ready="0/1",\n'
        '                                                  phase="Pending", restarts=1))',
        "incomplete": STUCK.format("Pending", "0/1", "Init:CrashLoopBackOff"),
    },
}

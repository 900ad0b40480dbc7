"""Lesson 09: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

THIRD_TRY = '''mine = pl.exercise("09-third-try", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: %s
  containers:
  - name: main
    image: busybox%s
    command: [sh, -c, "echo x >> /t/tries; sleep 3; [ $(wc -l < /t/tries) -ge 3 ]"]
    volumeMounts: [{name: t, mountPath: /t}]
  volumes: [{name: t, emptyDir: {}}]
""")'''

ONE_RULE = '''mine = pl.exercise("09-one-rule", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: %s
  containers:
  - {name: fetch, image: busybox, command: [sh, -c, "sleep 3; exit 42"]%s}
  - {name: other, image: busybox, command: [sh, -c, "sleep 5; exit 7"]}
""")'''

RULES = "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"

CELLS = {
    "09-third-try": {
        "solution": THIRD_TRY % ("OnFailure", ""),
        "another": THIRD_TRY % ("Never", "\n    restartPolicy: OnFailure"),
        "incomplete": THIRD_TRY % ("Never", ""),
    },
    "09-waits": {
        "solution": 'mine = pl.exercise("09-waits", pl.predict("web", waits=[0, 10, 20, 0, 10, 20]))',
        "another": 'mine = pl.exercise("09-waits", pl.predict("web", waits=(0.0, 10, 20, 0, 10, 20)))',
        "incomplete": 'mine = pl.exercise("09-waits", pl.predict("web", waits=[0, 10, 20, 40, 80, 160]))',
    },
    "09-one-rule": {
        "solution": ONE_RULE % ("Never", f", restartPolicy: Never, {RULES}"),
        "another": ONE_RULE % ("Never", ", restartPolicy: OnFailure"),
        "incomplete": ONE_RULE % ("OnFailure", ""),
    },
}

"""Lesson 11: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

LISTEN = '''mine = pl.exercise("11-listen", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:%s
  containers:
  - {name: main, image: busybox, command: [sh, -c, "%s"]}
""").but(pl.delete("web", 20)))'''

RACE = '''mine = pl.exercise("11-race", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap '%s' TERM; sleep 600 & wait"]
%s""").but(pl.delete("web", 20)))'''

HOOK = 'mine = pl.exercise("11-hook", pl.predict("web", t=27, status="%s", phases=%s))'
SLEEP = "    lifecycle: {preStop: {exec: {command: [sleep, '%d']}}}\n"

CELLS = {
    "11-listen": {
        "solution": LISTEN % ("", "trap 'exit 0' TERM; sleep 600 & wait"),
        "another": LISTEN % ("", "trap 'sleep 2; exit 0' TERM; while true; do sleep 1; done"),
        "incomplete": LISTEN % ("\n  terminationGracePeriodSeconds: 3", "sleep 600"),
    },
    "11-hook": {
        "solution": HOOK % ("Terminating", ["Pending", "Running", "Failed", "gone"]),
        "another": HOOK % ("Terminating", ("Pending", "Running", "Failed", "gone")),
        "incomplete": HOOK % ("Terminating", ["Pending", "Running", "Succeeded", "gone"]),
    },
    "11-race": {
        "solution": RACE % ("exit 0", SLEEP % 5),
        "another": RACE % ("sleep 6; exit 0", ""),
        "incomplete": RACE % ("exit 0", SLEEP % 2),
    },
}

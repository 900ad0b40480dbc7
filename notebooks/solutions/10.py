"""Lesson 10: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

SLOW_START = '''mine = pl.exercise("10-slow-start", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap exit TERM; sleep 40 & wait; touch /tmp/ok;
      sleep 60 & wait; rm /tmp/ok; sleep 600 & wait"]
%s""")'''

HIDDEN = '''mine = pl.exercise("10-hidden", """
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: shop}}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 1' TERM; touch /tmp/ok; sleep 12; rm /tmp/ok; sleep 600 & wait"]
%s""")'''

GRID = 'mine = pl.exercise("10-grid", pl.predict("web", t=35, ready="0/1", restarts=%s, readies=%s))'
ASK = "    %sProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 5%s}\n"

CELLS = {
    "10-grid": {
        "solution": GRID % (0, ["0/1", "1/1", "0/1"]),
        "another": GRID % ('"0"', ("0/1", "1/1", "0/1")),
        "incomplete": GRID % (1, ["0/1", "1/1", "0/1"]),
    },
    "10-slow-start": {
        "solution": SLOW_START % (ASK % ("liveness", "") + ASK % ("startup", ", failureThreshold: 12")),
        "another": SLOW_START % (ASK % ("liveness", ", initialDelaySeconds: 45")),
        "incomplete": SLOW_START % (ASK % ("startup", ", failureThreshold: 12")),
    },
    "10-hidden": {
        "solution": HIDDEN % (ASK % ("readiness", "")),
        "another": HIDDEN
        % (ASK % ("liveness", ", failureThreshold: 99") + ASK % ("readiness", ", failureThreshold: 2")),
        "incomplete": HIDDEN % (ASK % ("liveness", "") + ASK % ("readiness", "")),
    },
}

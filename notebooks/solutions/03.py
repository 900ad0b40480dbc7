"""Lesson 03: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

FITS = '''mine = pl.exercise("03-fits", """
{apiVersion: v1, kind: Node, metadata: {name: node-1},
 status: {capacity: {cpu: 2, memory: 2560Mi, pods: 110}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-2},
 status: {capacity: {cpu: 2, memory: 3Gi, pods: 110}}}
---
apiVersion: v1
kind: Pod
metadata: {name: rsyslog}
spec:
  containers:
  - {name: main, image: busybox, command: [sleep, "600"], resources: {requests: {memory: %s}}}
  - {name: imklog, image: busybox, command: [sleep, "600"], resources: {requests: {memory: %s}}}
  - {name: imuxsock, image: busybox, command: [sleep, "600"], resources: {requests: {memory: %s}}}
""")'''

WAITS = 'mine = pl.exercise("03-waits", pl.predict("rsyslog", t=10, phase="{}", status="{}", phases={}))'

CELLS = {
    "03-fits": {
        "solution": FITS % ("1Gi", "1Gi", "1Gi"),
        "another": FITS % ("1536Mi", "512Mi", "256Mi"),
        "incomplete": FITS % ("1536Mi", "1Gi", "1Gi"),
    },
    "03-waits": {
        "solution": WAITS.format("Pending", "Pending", '["Pending", "Running"]'),
        "another": 'mine = pl.exercise("03-waits", pl.predict("rsyslog", t=10, phases=["Pending", "Running"],\n'
        '                                                  ready="0/3", phase="Pending", status="Pending"))',
        "incomplete": WAITS.format("Pending", "ContainerCreating", '["Pending", "Running"]'),
    },
}

"""Lesson 07: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

MOVE = '''mine = pl.exercise("07-move", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  %s
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "grep db /etc/hosts; echo $COLOR; sleep 600"]
    %s
""")'''

NODE = '''mine = pl.exercise("07-node", """
{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {disk: ssd, zone: a}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-2, labels: {disk: ssd, zone: b}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-3, labels: {disk: hdd, zone: b}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector: %s
  containers: [{name: main, image: nginx}]
""")'''

GOODBYE = '''mine = pl.exercise("07-goodbye", pl.load("""
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 10
  volumes: [{name: notes, emptyDir: {}}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "sleep 600"]
    volumeMounts: [{name: notes, mountPath: /notes}]
    lifecycle: {%s}
  - name: reader
    image: busybox
    command: [sh, -c, "until cat /notes/last 2> /dev/null; do sleep 1; done; sleep 600"]
    volumeMounts: [{name: notes, mountPath: /notes}]
""").but(pl.delete("web", 20)))'''

CONVERT = '''mine = pl.exercise("07-convert", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
%s
""")'''

FAULTS = '''mine = pl.exercise("07-three-faults", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  %s
""")'''

CELLS = {
    "07-move": {
        "solution": MOVE
        % (
            "hostAliases: [{ip: 10.0.0.9, hostnames: [db]}]\n  terminationGracePeriodSeconds: 5",
            "env: [{name: COLOR, value: blue}]",
        ),
        "another": MOVE
        % (
            "terminationGracePeriodSeconds: 5\n  hostAliases:\n  - hostnames: [db]\n    ip: 10.0.0.9",
            "imagePullPolicy: IfNotPresent\n    env:\n    - name: COLOR\n      value: blue",
        ),
        "incomplete": MOVE % ("hostAliases: [{ip: 10.0.0.9, hostnames: [db]}]", "env: [{name: COLOR, value: blue}]"),
    },
    "07-node": {
        "solution": NODE % "{disk: ssd, zone: b}",
        "another": NODE % "{kubernetes.io/hostname: node-2}",
        "incomplete": NODE % "{disk: ssd}",
    },
    "07-goodbye": {
        "solution": GOODBYE % 'preStop: {exec: {command: [sh, -c, "echo goodbye > /notes/last"]}}',
        "another": GOODBYE % 'preStop: {exec: {command: [sh, -c, "sleep 3; echo we say goodbye | tee /notes/last"]}}',
        "incomplete": GOODBYE % "preStop: {exec: {command: [echo, goodbye, '>', /notes/last]}}",
    },
    "07-convert": {
        "solution": CONVERT
        % """  restartPolicy: OnFailure
  terminationGracePeriodSeconds: 5
  containers:
  - name: main
    image: busybox
    command: [sh, -c]
    args: ["echo open; sleep 20"]
    resources: {limits: {cpu: 100m}}""",
        "another": CONVERT
        % """  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo open; sleep 20"]
    resources:
      limits:
        cpu: "0.1"
  restartPolicy: OnFailure
  terminationGracePeriodSeconds: 5""",
        "incomplete": CONVERT
        % """  restartPolicy: OnFailure
  terminationGracePeriodSeconds: 5
  containers:
  - name: main
    image: busybox
    command: ["echo open; sleep 20"]
    resources: {limits: {cpu: 100m}}""",
    },
    "07-three-faults": {
        "solution": FAULTS
        % """volumes: [{name: pages, emptyDir: {}}]
  containers:
  - name: main
    image: nginx
    workingDir: /pages
    volumeMounts: [{name: pages, mountPath: /pages}]""",
        "another": FAULTS
        % """containers:
  - name: main
    image: nginx:1.27
    workingDir: "/pages"
    volumeMounts:
    - mountPath: /pages
      name: page
  volumes:
  - name: page
    emptyDir: {}""",
        "incomplete": FAULTS
        % """containers:
  - name: main
    image: nginx
    workingDir: /pages""",
    },
}

"""Lesson 08: container states, phase, READY and STATUS."""

from __future__ import annotations

from podlab.course.exercise import Task, expect
from podlab.course.prediction import predict

_ONE = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 600"]}
"""

_MIXED = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: Always
  containers:
  - {name: good, image: busybox, command: [sh, -c, "sleep 5; exit 0"]}
  - {name: bad, image: busybox, command: [sh, -c, "sleep 9; exit 1"]}
"""

_STUCK = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: OnFailure
  initContainers:
  - {name: prepare, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 600"]}
"""

TASKS = (
    Task(
        id="08-not-ready",
        sentence="Change the manifest so that at 30 s the container runs, but the pod is not ready.",
        stub=_ONE,
        checks=(
            expect("at 30 s the phase is Running", "web", 30, phase="Running"),
            expect("at 30 s STATUS is Running", "web", 30, status="Running"),
            expect("at 30 s READY is 0/1", "web", 30, ready="0/1"),
        ),
        hints=(
            "A container without a readinessProbe is ready as soon as it runs.",
            "A probe with an exec command succeeds when the command ends with exit code 0. Which command never does?",
            "Add to the container: readinessProbe: {exec: {command: [cat, /tmp/ready]}}. Nobody makes that file.",
        ),
        until=60,
    ),
    Task(
        id="08-failed",
        sentence="Without touching the two commands, bring this pod to the phase Failed.",
        stub=_MIXED,
        checks=(
            expect("at 7 s the phase is Running", "web", 7, phase="Running"),
            expect("at 60 s the phase is Failed", "web", 60, phase="Failed"),
            expect("nothing was restarted", "web", 60, restarts="0"),
        ),
        hints=(
            "A pod is Failed only when nothing will be restarted any more.",
            "Which restartPolicy restarts neither exit code 0 nor exit code 1? OnFailure is not enough.",
        ),
        until=60,
    ),
    Task(
        id="08-stuck",
        sentence="Predict phase, READY and STATUS at 12 s. The init container fails, the policy is OnFailure.",
        stub=predict("web", t=12, phase="?", ready="?", status="?"),
        story=_STUCK,
        asks=("phase", "ready", "status"),
        hints=(
            "Has the container main ever run? The phase cares.",
            "The init container fails at 5 s, is started again at once, and fails at 10 s. Then the kubelet waits.",
            "During a short wait STATUS still tells how the last run ended, with Init: before it.",
        ),
        until=30,
    ),
)

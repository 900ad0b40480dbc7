"""Lesson 09: restartPolicy and back-off."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect
from podlab.course.prediction import predict
from podlab.simulation import Trace

_THIRD_TRY = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: Always
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo x >> /t/tries; sleep 3; [ $(wc -l < /t/tries) -ge 3 ]"]
    volumeMounts: [{name: t, mountPath: /t}]
  volumes: [{name: t, emptyDir: {}}]
"""

_LONG_FOURTH = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo x >> /t/n; case $(wc -l < /t/n) in 4) sleep 900;; *) sleep 5;; esac; exit 1"]
    volumeMounts: [{name: t, mountPath: /t}]
  volumes: [{name: t, emptyDir: {}}]
"""

_ONE_RULE = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: Never
  containers:
  - {name: fetch, image: busybox, command: [sh, -c, "sleep 3; exit 42"]}
  - {name: other, image: busybox, command: [sh, -c, "sleep 5; exit 7"]}
"""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _runs_of(container: str, least: int, most: int) -> Check:
    """A check on how often a container was started in all."""
    times = _times(least) if least == most else f"{_times(least)} or more"

    def test(trace: Trace) -> str:
        found = sum(run.container == container for run in trace.runs)
        return HOLDS if least <= found <= most else f"it was started {_times(found)}"

    return Check(f"{container} was started {times}", test)


TASKS = (
    Task(
        id="09-third-try",
        sentence="The program succeeds at its third try. Choose a policy under which the pod is then Succeeded.",
        stub=_THIRD_TRY,
        checks=(
            expect("at 60 s the phase is Succeeded", "web", 60, phase="Succeeded"),
            _runs_of("main", 3, 3),
        ),
        hints=(
            "Which policy starts a failure again, and lets a success be?",
            "It is OnFailure. Never gives the program one try only.",
        ),
        until=120,
    ),
    Task(
        id="09-waits",
        sentence="The fourth run lasts 900 s, all others 5 s. Predict the waits before the first six restarts.",
        stub=predict("web", waits=["?"] * 6),
        story=_LONG_FOURTH,
        asks=("waits",),
        hints=(
            "The waits before the restarts 1 to 3 are as always. What does the kubelet remember after 900 s?",
            "The back-off is forgotten more than 600 s after the last restart. And what is the very first wait?",
            "Restart 4 comes at once, as if the pod were new. Then the doubling begins again with 10.",
        ),
        until=1200,
    ),
    Task(
        id="09-one-rule",
        sentence="Have fetch started again when it ends with exit code 42, while other stays ended.",
        stub=_ONE_RULE,
        checks=(
            _runs_of("fetch", 3, 99),
            _runs_of("other", 1, 1),
            expect("at 60 s the phase is Running", "web", 60, phase="Running"),
        ),
        hints=(
            "The policy of the pod is for all its containers. A container may have a restartPolicy of its own.",
            "A container with a policy of its own may also have restartPolicyRules, which name exit codes.",
            "restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]",
        ),
        until=60,
    ),
)

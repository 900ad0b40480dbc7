"""For the teaching round: a postStart hook that fails."""

from __future__ import annotations

from lightkube.models.core_v1 import Container, Pod

from podlab.course.case import Case
from podlab.course.exercise import HOLDS, expect
from podlab.course.patients.checks import container_has
from podlab.course.treatment import Treatment


def _has_hook(container: Container, _: Pod) -> str:
    hook = container.lifecycle is not None and container.lifecycle.postStart is not None
    return HOLDS if hook else "it has none, so an old lock is never removed"


USHER = Case(
    id="13-usher",
    pod="usher",
    sentence="Its log looks fine, and yet it never stays.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: usher}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 0' TERM; echo 'usher: doors open'; sleep 3600 & wait"]
    lifecycle: {postStart: {exec: {command: [rm, /door.lock]}}}
""",
    cause="failing-hook",
    truth=(
        "the event says FailedPostStartHook, and Killing follows. The hook shall remove an old lock, but there is "
        "none, so rm ends with exit code 1; and a container whose postStart hook fails is killed."
    ),
    sees="it ends with exit code 0, as it does when it is asked to stop; and an event says who asked.",
    because={
        "wrong-policy": "exit code 0, but the program had not finished: an event says Killing.",
        "app-crash": "exit code 0 is no crash, and the log does not complain. An event says Killing.",
        "liveness-probe": (
            "an event says Killing, as after a probe, but there is no probe. What did the event before it say?"
        ),
    },
    checks=(
        expect("at 60 s STATUS is Running", "usher", 60, status="Running"),
        expect("at 60 s nothing was restarted", "usher", 60, restarts="0"),
        container_has("it still has its hook", "usher", "main", _has_hook),
    ),
    hints=(
        "Exit code 0 and CrashLoopBackOff: somebody stops it. Read the events.",
        "The cause is failing-hook. rm fails when there is nothing to remove; rm -f does not.",
    ),
    until=90,
    cure="spec: {containers: [{name: main, lifecycle: {postStart: {exec: {command: [rm, -f, /door.lock]}}}}]}",
)

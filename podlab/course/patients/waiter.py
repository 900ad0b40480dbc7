"""Patient 11: a first process that does not listen to SIGTERM."""

from __future__ import annotations

from podlab.actions import delete
from podlab.course.case import Case
from podlab.course.exercise import HOLDS, Check, expect
from podlab.course.patients.checks import runs
from podlab.course.treatment import Treatment
from podlab.simulation.trace import Trace


def _ended_by_itself(trace: Trace) -> str:
    (code, *_) = runs("waiter", "main", trace) or [None]
    if code is None:
        return "it still runs"
    return f"it was killed by force: exit code {code}" if code == 137 else HOLDS


WAITER = Case(
    id="13-waiter",
    number=11,
    pod="waiter",
    sentence="I deleted it 40 s ago. It always takes two minutes.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: waiter}
spec:
  terminationGracePeriodSeconds: 120
  containers:
  - {name: main, image: busybox, command: [sh, -c, "while true; do sleep 1; done"]}
""",
    cause="deaf-to-sigterm",
    truth=(
        "the event Killing came when the pod was deleted, and the container still runs. Its first process is a shell, "
        "which has process number 1 in its container, and number 1 gets no SIGTERM unless it has asked for it. So "
        "SIGTERM is lost, and SIGKILL comes after the grace period of 120 s."
    ),
    sees=(
        "STATUS is Terminating, the event Killing is 40 s old, the container still runs, and the manifest has a "
        "terminationGracePeriodSeconds of 120. `exec waiter -- ps` shows who is process 1."
    ),
    because={
        "lost-node": "a pod on a lost node is Terminating for good. But `kubectl get nodes` shows all nodes Ready.",
        "liveness-probe": "an event says Killing, but there is no probe: it is the deletion that stops the container.",
        "app-crash": "nothing has crashed: the container runs, with RESTARTS 0. That is just the trouble.",
    },
    checks=(
        expect("10 s after the deletion it is gone", "waiter", 210, phase="gone"),
        Check("it was not killed by force (137)", _ended_by_itself),
    ),
    hints=(
        "The event Killing is SIGTERM to process 1 of the container. Who is it? Try `exec waiter -- ps`.",
        "The cause is deaf-to-sigterm. A shell listens after: trap 'exit 0' TERM. A shorter grace only kills sooner.",
        "A patch with the command [sh, -c, \"trap 'exit 0' TERM; while true; do sleep 1; done\"]",
    ),
    until=330,
    cure="""
spec:
  containers:
  - {name: main, command: [sh, -c, "trap 'exit 0' TERM; while true; do sleep 1; done"]}
""",
    gestures=(delete("waiter", 200),),
)

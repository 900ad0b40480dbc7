"""The exercises of the template lesson: beside the notebook this file is all it takes."""

from podlab.course import Check, Task, expect
from podlab.simulation import Trace

STUB = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "sleep 12; touch /ready; sleep 600"]
    readinessProbe: {exec: {command: [cat, /ready]}, periodSeconds: 5}
"""


def same_command(trace: Trace) -> str:
    """A check of one's own: nothing when it holds, else what was found instead, in words."""
    (container,) = trace.at(0).pods["web"].spec.containers
    return "" if "sleep 12; touch /ready" in " ".join(container.command or []) else "the command is another one"


TASKS = (
    Task(
        id="16-sooner",
        sentence="Bring READY to 1/1 by second 14, without touching the command.",
        stub=STUB,
        checks=(
            Check("the command is as it was", same_command),
            expect("at 11 s READY is 0/1: the program is not done", "web", 11, ready="0/1"),
            expect("at 14 s READY is 1/1", "web", 14, ready="1/1"),
        ),
        hints=(
            "When does the kubelet ask? Which second of the grid is the first one after 12?",
            "periodSeconds is the distance between two questions. With 5 they come at 0, 5, 10 and 15.",
            "Ask more often: with periodSeconds: 1 the file is found a second after it was made.",
        ),
        until=30,
    ),
)

"""Patient 8: a program that ends well, under Always."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import HOLDS, Check, expect
from podlab.course.patients.checks import log_says, runs
from podlab.course.treatment import Treatment
from podlab.simulation.trace import Trace


def _ran_once(trace: Trace) -> str:
    found = runs("backup", "main", trace)
    if found == [0]:
        return HOLDS
    return "it was started again" if len(found) > 1 else f"exit code {found[0]}" if any(found) else "it still runs"


BACKUP = Case(
    id="13-backup",
    number=8,
    pod="backup",
    sentence="It shall copy once. It copies again and again.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: backup}
spec:
  containers:
  - {name: main, image: busybox, command: [sh, -c, "echo 'backup: copying'; sleep 8; echo 'backup: done'"]}
""",
    cause="wrong-policy",
    truth=(
        "Completed, exit code 0, and the log ends with: done. The program is well. But restartPolicy is Always if "
        "nothing else is said, and Always starts every container again, with the same back-off as after a crash."
    ),
    sees=(
        "every run ended with Completed and exit code 0, the log ends with: done, and `get pod backup -o yaml` has the "
        "field that starts it again."
    ),
    because={
        "app-crash": "exit code 0 is success, and the log ends with: done. Why is it started again, then?",
        "liveness-probe": (
            "a killed container may end with 0 too; but there is no probe here, and no event says Killing."
        ),
        "failing-hook": "there is no hook here: `get pod backup -o yaml` has no lifecycle.",
    },
    checks=(
        expect("at 60 s the phase is Succeeded", "backup", 60, phase="Succeeded"),
        Check("it ran once, and ended with 0", _ran_once),
        log_says("backup", "main", "backup: done"),
    ),
    hints=(
        "Which exit code? What is the last line of the log? Is that an illness of the program?",
        "The cause is wrong-policy. Which restartPolicy does a pod have when its manifest says nothing?",
        "A patch: spec: {restartPolicy: OnFailure}",
    ),
    until=90,
    cure="spec: {restartPolicy: OnFailure}",
)

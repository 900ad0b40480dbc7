"""Patient 4: a memory limit below what the program takes."""

from __future__ import annotations

from lightkube.models.core_v1 import Container, Pod

from podlab.api.quantity import parse_quantity
from podlab.course.case import Case
from podlab.course.exercise import HOLDS, expect
from podlab.course.patients.checks import container_has
from podlab.course.treatment import Treatment

_MOST = 256 * 2**20


def _takes_150_megabytes(container: Container, _: Pod) -> str:
    words = [*(container.command or ()), *(container.args or ())]
    return HOLDS if "150M" in words else f"its words are now {' '.join(words) or 'none'}"


def _is_limited(container: Container, _: Pod) -> str:
    limits = (container.resources.limits if container.resources is not None else None) or {}
    if "memory" not in limits:
        return "it has no limit, so it can take all the memory of its node"
    return HOLDS if parse_quantity(limits["memory"]).amount <= _MOST else f"it is {limits['memory']}"


CAKE = Case(
    id="13-cake",
    number=4,
    pod="cake",
    sentence="Big cakes take 150 MB. It may have 256Mi, not more.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: cake}
spec:
  containers:
  - name: main
    image: polinux/stress
    command: [stress]
    args: [--vm, "1", --vm-bytes, 150M, --vm-hang, "1"]
    resources: {requests: {memory: 50Mi}, limits: {memory: 100Mi}}
""",
    cause="out-of-memory",
    truth=(
        "Last State says OOMKilled, exit code 137: 128 and 9, the number of SIGKILL. The container took more than its "
        "limit of 100Mi, and the kernel of the node killed it. The log knows nothing of it: SIGKILL leaves no time for "
        "last words."
    ),
    sees="Last State is Terminated with the reason OOMKilled and exit code 137; the log ends without a complaint.",
    because={
        "app-crash": (
            "a program that gives up chooses a small number such as 1 and says why. This one was killed: exit code 137 "
            "is 128 and 9, SIGKILL. The reason beside it says by whom."
        ),
        "liveness-probe": (
            "137 could come from a kill after a probe, but there is no probe here. Read the reason beside it."
        ),
        "too-big": (
            "requests decide where a pod may go, and it has found a node. Limits decide what it may take there. Which "
            "of the two has been overstepped?"
        ),
        "deaf-to-sigterm": "137 comes after a grace period too, but nobody has asked this container to stop.",
    },
    checks=(
        expect("at 60 s STATUS is Running", "cake", 60, status="Running"),
        expect("at 60 s nothing was restarted", "cake", 60, restarts="0"),
        container_has("it still bakes big cakes (150M)", "cake", "main", _takes_150_megabytes),
        container_has("its memory limit is at most 256Mi", "cake", "main", _is_limited),
    ),
    hints=(
        "CrashLoopBackOff again. Which reason and which exit code has Last State?",
        "The cause is out-of-memory. Compare what the program takes (Args) with Limits.",
        "A patch: spec: {containers: [{name: main, resources: {limits: {memory: 200Mi}}}]}",
    ),
    until=90,
    cure="spec: {containers: [{name: main, resources: {limits: {memory: 200Mi}}}]}",
)

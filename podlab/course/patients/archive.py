"""Patient 9: the only node that fits has a taint."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import HOLDS, Check, expect
from podlab.course.treatment import Treatment
from podlab.simulation.trace import Trace


def _on_the_fast_node(trace: Trace) -> str:
    pod = trace.pod_at("archive", 60)
    node = pod.spec.nodeName if pod is not None and pod.spec is not None else None
    return HOLDS if node == "node-3" else f"it is on {node}" if node else "it is on no node"


ARCHIVE = Case(
    id="13-archive",
    number=9,
    pod="archive",
    sentence="It needs the fast disk. We may use the accounts team's.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: archive}
spec:
  nodeSelector: {disk: fast}
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 3600"]}
""",
    cause="taint",
    truth=(
        "the message of FailedScheduling counts the nodes by their reasons: two do not have the label disk=fast, and "
        "the one that has it carries the taint team=accounts. A taint keeps all pods away that do not say that they "
        "bear it."
    ),
    sees=(
        "FailedScheduling gives a reason for each of three nodes: two do not match the selector, and one speaks of "
        "something else. `kubectl get nodes --show-labels` and `describe node` show more."
    ),
    because={
        "no-such-node": (
            "true of two of the three nodes, but one has the label: `kubectl get nodes -l disk=fast`. What keeps the "
            "pod away from *that* one? The message says it."
        ),
        "too-big": "the message would say Insufficient cpu or Insufficient memory. This pod asks for neither.",
        "lost-node": "`kubectl get nodes` shows three nodes, all Ready.",
    },
    checks=(
        expect("at 60 s STATUS is Running", "archive", 60, status="Running"),
        Check("it is on node-3, with the fast disk", _on_the_fast_node),
    ),
    hints=(
        "Read FailedScheduling slowly: how many nodes, and which reason for how many of them?",
        "The cause is taint. `describe node node-3` shows Taints; the pod needs a toleration with the same words.",
        "A patch: spec: {tolerations: [{key: team, value: accounts, effect: NoSchedule}]}",
    ),
    until=90,
    cure="spec: {tolerations: [{key: team, value: accounts, effect: NoSchedule}]}",
)

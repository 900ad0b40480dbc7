"""Whether a kubelet admits a pod that was bound to its node without the scheduler; pure.

Models AdmissionCheck of pkg/scheduler and pkg/kubelet/lifecycle/predicate.go: the same filters as the scheduler's, told
in the kubelet's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lightkube.models.core_v1 import Pod

from podlab.api.parts import spec_of
from podlab.controllers.node_lifecycle import tolerates
from podlab.controllers.node_state import NodeState, host_ports_of, matches_node, requests

REJECTED = "Pod was rejected: "


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a kubelet does not run a pod: the reason and message of its Event; the status says who rejected it."""

    reason: str
    message: str


def admission(pod: Pod, node: NodeState) -> Rejection | None:
    """Why the kubelet of a node rejects a pod, or None. `node` with its pods but without this one."""
    spec = spec_of(pod)
    if spec.os is not None and spec.os.name not in ("", node.labels.get("kubernetes.io/os")):
        return Rejection("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    wanted_os = (spec.nodeSelector or {}).get("kubernetes.io/os")
    if wanted_os is not None and wanted_os != node.labels.get("kubernetes.io/os"):
        said = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Rejection("PodOSSelectorNodeLabelDoesNotMatch", said)
    return _resources(pod, node) or _predicates(pod, node)


def _resources(pod: Pod, node: NodeState) -> Rejection | None:
    asked = {**requests(spec_of(pod)), "pods": Fraction(1)}
    used = {**node.used, "pods": Fraction(len(node.pods))}
    for name in ("pods", *sorted(n for n in asked if n != "pods")):
        there = node.allocatable.get(name, Fraction(0))
        if name == "pods" and name not in node.allocatable:
            continue
        if asked[name] and asked[name] > there - used.get(name, Fraction(0)):
            amounts = (_amount(name, n) for n in (asked[name], used.get(name, Fraction(0)), there))
            said = "Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}"
            return Rejection(f"OutOf{name}", said.format(name, *amounts))
    return None


def _amount(name: str, amount: Fraction) -> int:
    """CPU in thousandths, all else in whole units."""
    return int(amount * 1000) if name == "cpu" else int(amount)


def _predicates(pod: Pod, node: NodeState) -> Rejection | None:
    spec = spec_of(pod)
    if not matches_node(spec, node):
        return _failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    if {*host_ports_of(spec)} & node.host_ports:
        return _failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    for taint in node.taints:
        if taint.effect == "NoExecute" and not any(
            tolerates(t, taint.key, taint.effect, taint.value or "") for t in spec.tolerations or ()
        ):
            return _failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _failed(predicate: str, description: str) -> Rejection:
    return Rejection(predicate, f"Predicate {predicate} failed: {description}")

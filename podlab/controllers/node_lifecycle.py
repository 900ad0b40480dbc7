"""When a node counts as lost, and when its pods are given up.

The rule: the kubelet renews its lease every 10 s. The controller looks every 5 s; when it has seen no renewal for more
than 50 s, the node is NotReady, its pods are marked not Ready, and it is tainted. A pod is evicted from a tainted node
at once, or after the `tolerationSeconds` of a toleration it has (300 s where the manifest says nothing), or never.
Models pkg/controller/nodelifecycle/node_lifecycle_controller.go and pkg/controller/tainteviction.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition, Taint, Toleration

from podlab.api.parts import TERMINAL_PHASES, spec_of, status_of, uid_of
from podlab.controllers.base import Reconciler, controller

HEARTBEAT = 10.0  # seconds between two renewals of a node's lease
MONITOR = 5.0  # seconds between two looks of the controller
MONITOR_OFFSET = 2.5  # seconds; its looks fall between the heartbeats
GRACE = 50.0  # seconds without a renewal
DEFAULT_TOLERATION = 300.0  # seconds; what the admission plugin DefaultTolerationSeconds adds
QUARANTINE = 40.0  # seconds a node has to be gone before its pods are removed
UNREACHABLE = "node.kubernetes.io/unreachable"
OF_THE_LIFECYCLE = ("node.kubernetes.io/not-ready", UNREACHABLE, "node.kubernetes.io/unschedulable")
"""The taints that the controllers themselves set and take away; users set all others."""


def not_ready_at(down: float) -> float:
    """When a node whose kubelet stopped at `down` is found NotReady (seconds)."""
    renewed = down - down % HEARTBEAT
    seen = _first_look_from(renewed)
    look = _first_look_from(seen + GRACE)
    return look if look - seen > GRACE else look + MONITOR


def eviction_delay(pod: Pod, key: str = UNREACHABLE) -> float | None:
    """How many seconds the pod stays on a node with the NoExecute taint `key`: 0 at once, None for ever."""
    tolerations = [t for t in (pod.spec.tolerations if pod.spec else None) or () if tolerates(t, key, "NoExecute")]
    if not tolerations:
        return DEFAULT_TOLERATION
    return _shortest(tolerations)


def seconds_until_eviction(pod: Pod, taints: Iterable[Taint]) -> float | None:
    """How many seconds a pod stays on a node with these taints: 0 at once, None for ever.

    Models processPodOnNode: a taint that nothing tolerates ends the stay at once, else the shortest toleration does.
    """
    given = (pod.spec.tolerations if pod.spec else None) or ()
    used: list[Toleration] = []
    for taint in taints:
        covering = [t for t in given if tolerates(t, taint.key, taint.effect, taint.value or "")]
        if not covering:
            return 0.0
        used += covering
    return _shortest(used)


def _shortest(tolerations: Iterable[Toleration]) -> float | None:
    limits = [float(t.tolerationSeconds) for t in tolerations if t.tolerationSeconds is not None]
    return max(min(limits), 0.0) if limits else None


def tolerates(toleration: Toleration, key: str, effect: str, value: str = "") -> bool:
    """Whether a toleration covers a taint. Models ToleratesTaint."""
    if toleration.effect and toleration.effect != effect:
        return False
    if toleration.key and toleration.key != key:
        return False
    if (toleration.operator or "Equal") == "Exists":
        return True
    return bool(toleration.key) and (toleration.value or "") == value


def _first_look_from(t: float) -> float:
    """The controller's first look at or after `t`."""
    return t + (MONITOR_OFFSET - t) % MONITOR


@controller
class NodeLifecycle(Reconciler):
    """Finds dead nodes, marks their pods, and gives them up after a while. A pod is never moved."""

    order = 80

    def node_down(self, name: str) -> None:
        """The node's kubelet has stopped: nothing shows until its heartbeats are missed."""
        outage = self.sim.nodes[name].outages
        seen = self.sim.timing.noticed(not_ready_at(self.sim.loop.now), "not ready", name)
        self.sim.loop.call_at(seen, self._not_ready, name, outage)

    def node_deleted(self, name: str) -> None:
        """Pods of a node that does not exist are removed after a while."""
        seen = self.sim.timing.noticed(self.sim.loop.now + QUARANTINE, "pod garbage", name)
        self.sim.loop.call_at(seen, self._remove_orphans, name)

    def _remove_orphans(self, name: str) -> None:
        """Models pkg/controller/podgc deleteOrphaned: they become Failed, and go at once."""
        if not self.sim.nodes[name].gone:
            return
        for pod in [p for p in self.sim.api.pods.values() if spec_of(p).nodeName == name]:
            orphaned = PodCondition(
                type="DisruptionTarget",
                status="True",
                reason="DeletionByPodGC",
                message="PodGC: node no longer exists",
            )
            self.sim.api.set_condition(uid_of(pod), orphaned)
            if status_of(pod).phase not in TERMINAL_PHASES:
                failed = msgspec.structs.replace(status_of(self.sim.api.pods[uid_of(pod)]), phase="Failed")
                self.sim.api.update_status(uid_of(pod), failed)
            self.sim.api.delete(uid_of(pod), 0)

    def _not_ready(self, name: str, outage: int) -> None:
        sim, node = self.sim, self.sim.nodes[name]
        if not node.down or node.outages != outage:
            return
        said = f"Node {name} status is now: NodeNotReady"
        sim.recorder.event(sim.loop.now, f"Node/{name}", "Normal", "NodeNotReady", said, source="node-controller")
        for pod in [p for p in sim.api.pods.values() if spec_of(p).nodeName == name]:
            sim.api.set_condition(uid_of(pod), PodCondition(type="Ready", status="False"))
            self.event(pod, "Warning", "NodeNotReady", "Node is not ready", source="node-controller")
        sim.soon(self._taint, name, outage)

    def _taint(self, name: str, outage: int) -> None:
        """The taints come a moment after the pods were marked."""
        node = self.sim.nodes[name]
        if node.down and node.outages == outage:
            node.taints = [Taint(key=UNREACHABLE, effect="NoExecute"), Taint(key=UNREACHABLE, effect="NoSchedule")]
            node.announce()

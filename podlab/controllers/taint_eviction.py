"""Pods are evicted from a node with NoExecute taints that they do not tolerate, or not for longer.

Models pkg/controller/tainteviction/taint_eviction.go.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import Pod, PodCondition, Taint

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, spec_of, status_of, uid_of
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.node_lifecycle import seconds_until_eviction
from podlab.core.engine.ports import Cluster

TAINT_MANAGER = PodCondition(
    type="DisruptionTarget",
    status="True",
    reason="DeletionByTaintManager",
    message="Taint manager: deleting due to NoExecute taint",
)


@controller
class TaintEviction(Reconciler):
    """Follows the taints of nodes, and deletes pods when their stay is over."""

    watches = (NodeObject,)
    source = "taint-eviction-controller"
    order = 85

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._began: dict[str, tuple[float, float]] = {}  # of each pod with an end in sight: since when, until when

    def object_changed(self, obj: NodeObject, deleted: bool) -> None:
        """A node's own taints may have changed."""
        if not deleted:
            self.node_changed(name_of(obj))

    def node_changed(self, name: str) -> None:
        """Every pod of the node is looked at, after what is due now."""
        if not self.sim.nodes[name].gone:
            self.sim.soon(self._look_at_node, name)

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A pod that comes to a tainted node is looked at."""
        if deleted or status_of(pod).phase in TERMINAL_PHASES:
            self._began.pop(uid_of(pod), None)
        elif spec_of(pod).nodeName and uid_of(pod) not in self._began and self._taints(spec_of(pod).nodeName or ""):
            self._look_at(pod, self._taints(spec_of(pod).nodeName or ""))

    def _taints(self, name: str) -> list[Taint]:
        node = self.sim.nodes.get(name)
        if node is None or node.gone:
            return []
        described: NodeObject | None = self.sim.api.find("node", "", name)
        own = (described.spec.taints if described is not None and described.spec is not None else None) or ()
        return [taint for taint in (*node.taints, *own) if taint.effect == "NoExecute"]

    def _look_at_node(self, name: str) -> None:
        taints = self._taints(name)
        for pod in [p for p in self.sim.api.pods.values() if spec_of(p).nodeName == name]:
            self._look_at(pod, taints)

    def _look_at(self, pod: Pod, taints: list[Taint]) -> None:
        uid, now = uid_of(pod), self.sim.loop.now
        stay = seconds_until_eviction(pod, taints) if taints else None
        if stay is None or status_of(pod).phase in TERMINAL_PHASES:
            if self._began.pop(uid, None) is not None and not is_deleted(pod):
                self._say(pod, "Cancelling deletion of Pod")
            return
        since = self._began.get(uid, (now, 0.0))[0]
        if is_deleted(pod) or self._began.get(uid) == (since, since + stay):
            return
        self._began[uid] = since, since + stay
        self.sim.loop.call_at(max(since + stay, now), self._evict, uid, since + stay)

    def _evict(self, uid: str, until: float) -> None:
        pod = self.sim.api.pods.get(uid)
        if pod is None or is_deleted(pod) or self._began.get(uid, (0.0, -1.0))[1] != until:
            return
        del self._began[uid]
        self._say(pod, "Marking for deletion Pod")
        self.sim.api.set_condition(uid, TAINT_MANAGER)
        self.sim.api.delete(uid, None)

    def _say(self, pod: Pod, what: str) -> None:
        text = f"{what} {meta_of(pod).namespace}/{name_of(pod)}"
        self.event(pod, "Normal", "TaintManagerEviction", text)

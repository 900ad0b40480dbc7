"""The scheduler: on which node a pod goes, or why on none.

The rule: every node is filtered - cordoned, other node named, taints, node selector and required affinity, host ports,
and room for the pod's requests - and gives its first set of reasons. Among the nodes left the one with the fewest pods
of the same owner or labels wins, then the one with most room. A pod is placed as a whole, once, and never moved.
Models pkg/scheduler/framework/plugins and the message of FitError in pkg/scheduler/framework/types.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec
from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import Pod, PodCondition, PodSpec

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, spec_of, status_of, uid_of
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.disruption import covers
from podlab.controllers.neighbours import Neighbours, is_picky, preference
from podlab.controllers.node_lifecycle import tolerates
from podlab.controllers.node_state import (
    NodeState,
    host_ports_of,
    labels_of,
    look_at,
    matches_node,
    matches_term,
    requests,
)
from podlab.controllers.preemption import choose, priority_of, victims_on
from podlab.core.engine.ports import Cluster
from podlab.core.engine.timing import fraction

__all__ = ["NodeState", "Placement", "Scheduler", "filter_node", "look_at", "matches_node", "requests", "schedule"]

PREEMPTED = PodCondition(
    type="DisruptionTarget",
    status="True",
    reason="PreemptionByScheduler",
    message="default-scheduler: preempting to accommodate a higher priority pod",
)
SELECTOR_MISMATCH = "node(s) didn't match Pod's node affinity/selector"
UNTOLERATED = "node(s) had untolerated taint(s)"
PORT_TAKEN = "node(s) didn't have free ports for the requested pod ports"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
CORDONED = "node(s) were unschedulable"
NO_VICTIMS = "No preemption victims found for incoming pod"
NO_HELP = "Preemption is not helpful for scheduling"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a pod goes (None: nowhere), and for every node why it was not taken; no reasons: it would have done."""

    node: str | None
    reasons: Mapping[str, tuple[str, ...]]
    message: str = ""
    helpful: frozenset[str] = frozenset()
    """The nodes on which evicting others could help."""


def schedule(pod: Pod, nodes: Sequence[NodeState], start: int = 0) -> Placement:
    """The placement of `pod`, and the message of FailedScheduling when there is none.

    Nodes are looked at from `start` on, and not all of them: in a large cluster enough that fit are enough.
    """
    reasons: dict[str, tuple[str, ...]] = {}
    unhelpful: set[str] = set()
    fitting: list[tuple[int, NodeState]] = []
    enough = feasible_nodes_to_find(len(nodes))
    wanted = _Wanted.of(pod, nodes)
    for i in range(len(nodes)):
        index = (start + i) % len(nodes)
        node = nodes[index]
        why, helps = _filter(wanted, node)
        reasons[node.name] = why
        if why and not helps:
            unhelpful.add(node.name)
        if not why:
            fitting.append((index, node))
            if len(fitting) >= enough:
                break
    if not fitting:
        return Placement(None, reasons, _fit_error(pod, reasons, len(unhelpful)), frozenset(reasons) - unhelpful)
    if len(fitting) == 1:
        return Placement(fitting[0][1].name, reasons)
    labels = labels_of(pod)
    score = _wishes(pod, nodes)

    def rank(found: tuple[int, NodeState]) -> tuple[object, ...]:
        index, node = found
        return -score(node), node.alike.get(labels, 0) if labels else 0, node.fullness, index

    return Placement(min(fitting, key=rank)[1].name, reasons)


def _wishes(pod: Pod, nodes: Sequence[NodeState]) -> Callable[[NodeState], float]:
    """How much a pod's soft wishes favour a node: preferred affinities, soft spread, PreferNoSchedule taints."""
    spec = spec_of(pod)
    affinity = spec.affinity.nodeAffinity if spec.affinity is not None else None
    soft = (affinity.preferredDuringSchedulingIgnoredDuringExecution if affinity is not None else None) or ()
    around = is_picky(pod)
    places = [(node.labels, node.pods) for node in nodes] if around else []

    def score(node: NodeState) -> float:
        liked = sum(float(each.weight) for each in soft if matches_term(each.preference, node))
        disliked = sum(
            taint.effect == "PreferNoSchedule"
            and not any(tolerates(t, taint.key, taint.effect, taint.value or "") for t in spec.tolerations or ())
            for taint in node.taints
        )
        return liked - 100.0 * disliked + (preference(pod, node.labels, places) if around else 0.0)

    return score


def feasible_nodes_to_find(nodes: int) -> int:
    """How many fitting nodes are enough: all of up to 100, then half and fewer. Models numFeasibleNodesToFind."""
    if nodes < 100:
        return nodes
    share = max(50 - nodes // 125, 5)
    return max(nodes * share // 100, 100)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a pod needs of a node, worked out once for all nodes."""

    spec: PodSpec
    ports: frozenset[tuple[int, str]]
    requests: tuple[tuple[str, Fraction], ...]
    picky: bool
    neighbours: Neighbours | None = None

    @classmethod
    def of(cls, pod: Pod, nodes: Sequence[NodeState]) -> _Wanted:
        spec = pod.spec
        assert spec is not None, "a pod has a spec"
        asked = requests(spec)
        ordered = tuple((name, asked[name]) for name in sorted(asked, key=_resource_order) if asked[name])
        near = None
        if is_picky(pod) or any(node.forbids for node in nodes):

            def eligible(labels: Mapping[str, str]) -> bool:
                return matches_node(spec, NodeState(labels.get("kubernetes.io/hostname", ""), {}, labels))

            near = Neighbours.of(pod, [(node.labels, node.pods) for node in nodes], eligible)
        return cls(spec, frozenset(host_ports_of(spec)), ordered, bool(spec.nodeSelector or spec.affinity), near)


def filter_node(pod: Pod, node: NodeState) -> tuple[tuple[str, ...], bool]:
    """Why the pod cannot go on this node (empty: it can), and whether evicting other pods could help."""
    return _filter(_Wanted.of(pod, [node]), node)


def _filter(wanted: _Wanted, node: NodeState) -> tuple[tuple[str, ...], bool]:
    spec = wanted.spec
    if node.unschedulable and not any(tolerates(t, UNSCHEDULABLE, "NoSchedule") for t in spec.tolerations or ()):
        return (CORDONED,), False
    for taint in node.taints:
        if taint.effect in ("NoSchedule", "NoExecute") and not any(
            tolerates(t, taint.key, taint.effect, taint.value or "") for t in spec.tolerations or ()
        ):
            return (UNTOLERATED,), False
    if wanted.picky and not matches_node(spec, node):
        return (SELECTOR_MISMATCH,), False
    if wanted.ports and wanted.ports & node.host_ports:
        return (PORT_TAKEN,), True
    reasons = []
    helps = True
    if "pods" in node.allocatable and len(node.pods) + 1 > node.allocatable["pods"]:
        reasons.append("Too many pods")
    for name, amount in wanted.requests:
        there = node.allocatable.get(name, Fraction(0))
        if amount > there - node.used.get(name, 0):
            reasons.append(f"Insufficient {name}")
            helps = helps and amount <= there
    if not reasons and wanted.neighbours is not None:
        objection = wanted.neighbours.objection(node.labels)
        if objection is not None:
            return (objection[0],), objection[1]
    return tuple(reasons), helps


def _resource_order(name: str) -> tuple[int, str]:
    first = ("cpu", "memory", "ephemeral-storage")
    return (first.index(name) if name in first else len(first), name)


def _fit_error(pod: Pod, reasons: Mapping[str, tuple[str, ...]], hopeless: int) -> str:
    """ "0/3 nodes are available: 1 Insufficient cpu, 2 …." with what preemption could do."""
    total = len(reasons)
    head = f"0/{total} nodes are available"
    counts = Counter(r for why in reasons.values() for r in why)
    if not total:
        return "no nodes available to schedule pods"
    listed = ", ".join(sorted(f"{n} {text}" for text, n in counts.items()))
    if spec_of(pod).preemptionPolicy == "Never":
        return f"{head}: {listed}. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
    could = total - hopeless
    preempt = [f"{hopeless} {NO_HELP}"] * bool(hopeless) + [f"{could} {NO_VICTIMS}"] * bool(could)
    return f"{head}: {listed}. no new claims to deallocate, preemption: {head}: {', '.join(sorted(preempt))}."


@controller
class Scheduler(Reconciler):
    """Gives every pod without a node one, or says why not; tries again when something has changed."""

    watches = (NodeObject,)
    source = "default-scheduler"
    order = 10

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._waiting: dict[str, str] = {}
        self._nominated: dict[str, str] = {}
        self._states: dict[str, NodeState] = {}  # of the nodes that have not changed since

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A new pod is placed; when one is gone or done, those that wait are tried again."""
        spec = spec_of(pod)
        if not deleted and spec.nodeName is not None and status_of(pod).phase not in TERMINAL_PHASES:
            return
        uid = uid_of(pod)
        if deleted or status_of(pod).phase in TERMINAL_PHASES:
            self._waiting.pop(uid, None)
            self._nominated.pop(uid, None)
            self._states.pop(spec.nodeName or "", None)
            self.try_again()
        elif spec.schedulerName not in (None, "", self.source):
            return  # another scheduler's
        elif spec.nodeName is None and not is_deleted(pod) and uid not in self._waiting and not spec.schedulingGates:
            self._waiting[uid] = ""
            self._ungate(pod)
            self.sim.loop.call_at(self.sim.loop.now + self.sim.timing.schedule, self._place, uid)

    def _ungate(self, pod: Pod) -> None:
        """The last gate is gone: the pod no longer says that one holds it."""
        status = status_of(pod)
        left = [c for c in status.conditions or () if c.reason != "SchedulingGated"]
        if len(left) != len(status.conditions or ()):
            self.sim.api.update_status(uid_of(pod), msgspec.structs.replace(status, conditions=left or None))

    def try_again(self) -> None:
        """Something has changed: place the pods that wait, if they fit now, the most important first."""
        api = self.sim.api
        for waiting in sorted(self._waiting, key=lambda uid: -priority_of(api.pods[uid]) if uid in api.pods else 0):
            self.sim.soon(self._place, waiting)

    def object_changed(self, obj: NodeObject, deleted: bool) -> None:
        """A node is described, or described anew."""
        self.node_changed(name_of(obj))

    def node_changed(self, name: str) -> None:
        """A node is not what it was: look at it anew, and try the pods that wait."""
        self._states.pop(name, None)
        self.try_again()

    def _place(self, uid: str) -> None:
        sim = self.sim
        pod = sim.api.pods.get(uid)
        if pod is None or uid not in self._waiting or is_deleted(pod):
            return
        states = [self._state(name, pod) for name, node in sim.nodes.items() if not node.gone]
        placement = schedule(pod, states, start=int(fraction(sim.seed, "first node", uid) * len(states)))
        meta = meta_of(pod)
        if placement.node is not None:
            del self._waiting[uid]
            self._nominated.pop(uid, None)
            state = self._states.get(placement.node) or self._look_at(placement.node)
            self._states[placement.node] = state.with_pod(pod)
            text = f"Successfully assigned {meta.namespace}/{meta.name} to {placement.node}"
            self.event(pod, "Normal", "Scheduled", text)
            sim.api.bind(uid, placement.node)
            return
        message = placement.message
        if spec_of(pod).preemptionPolicy != "Never" and (
            uid in self._nominated or self._preempt(pod, placement, states)
        ):
            message = f"{message.partition('. ')[0]}."
        if self._waiting[uid] != message:
            self._waiting[uid] = message
            self.event(pod, "Warning", "FailedScheduling", message)
            unschedulable = PodCondition(type="PodScheduled", status="False", reason="Unschedulable", message=message)
            sim.api.set_condition(uid, unschedulable)

    def _preempt(self, pod: Pod, placement: Placement, states: Sequence[NodeState]) -> bool:
        """Evict less important pods where that makes room. False: nowhere."""
        budgets = self.sim.api.of_kind("poddisruptionbudget")

        def protected(victim: Pod) -> bool:
            mine = [b for b in budgets if covers(b, victim)]
            return any(b.status is None or not b.status.disruptionsAllowed for b in mine)

        found = []
        for state in states:
            if state.name in placement.helpful:
                others = [s for s in states if s is not state]

                def fits(less: NodeState, others: Sequence[NodeState] = others) -> bool:
                    return not _filter(_Wanted.of(pod, [less, *others]), less)[0]

                victims = victims_on(pod, state, fits, protected)
                if victims:
                    found.append((state, victims))
        if not found:
            return False
        state, victims = found[choose(found, protected)]
        self._nominated[uid_of(pod)] = state.name
        nominee = msgspec.structs.replace(status_of(pod), nominatedNodeName=state.name)
        self.sim.api.update_status(uid_of(pod), nominee)
        for victim in victims:
            self._evict(victim, uid_of(pod), state.name)
        return True

    def _evict(self, victim: Pod, preemptor: str, node: str) -> None:
        if is_deleted(self.sim.api.pods[uid_of(victim)]):
            return
        self.sim.api.set_condition(uid_of(victim), msgspec.structs.replace(PREEMPTED))
        self.event(victim, "Normal", "Preempted", f"Preempted by pod {preemptor} on node {node}")
        self.sim.api.delete(uid_of(victim), None)

    def allocatable(self, name: str) -> Mapping[str, Fraction]:
        """What a node can give to its pods, by resource."""
        return (self._states.get(name) or self._look_at(name)).allocatable

    def _state(self, name: str, pod: Pod) -> NodeState:
        """A node for a pod: what is kept for others that are as important and nominated to it counts as taken."""
        state = self._states.get(name) or self._look_at(name)
        for uid, node in self._nominated.items():
            other = self.sim.api.pods.get(uid)
            if node == name and other is not None and uid != uid_of(pod) and priority_of(other) >= priority_of(pod):
                state = state.with_pod(other)
        return state

    def _look_at(self, name: str) -> NodeState:
        """The node as the scheduler sees it."""
        state = self._states[name] = look_at(self.sim, name)
        return state

"""The scheduler: on which node a pod goes, or why on none.

The rule: every node is filtered - cordoned, other node named, taints, node selector and required affinity, host ports,
and room for the pod's requests - and gives its first set of reasons. Among the nodes left the one with the fewest pods
of the same owner or labels wins, then the one with most room. A pod is placed as a whole, once, and never moved.
Models pkg/scheduler/framework/plugins and the message of FitError in pkg/scheduler/framework/types.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import NodeSelectorTerm, Pod, PodCondition, PodSpec, Taint

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, spec_of, status_of, uid_of
from podlab.api.quantity import parse_quantity
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.node_lifecycle import tolerates
from podlab.controllers.selection import matches_expression, matches_labels
from podlab.core.engine.ports import Cluster
from podlab.core.engine.timing import fraction

SELECTOR_MISMATCH = "node(s) didn't match Pod's node affinity/selector"
UNTOLERATED = "node(s) had untolerated taint(s)"
PORT_TAKEN = "node(s) didn't have free ports for the requested pod ports"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
CORDONED = "node(s) were unschedulable"
NO_VICTIMS = "No preemption victims found for incoming pod"
DEFAULT_NODE = {"cpu": Fraction(2), "memory": Fraction(8 * 2**30)}  # of a node no manifest describes
NO_HELP = "Preemption is not helpful for scheduling"


@dataclass(frozen=True)
class NodeState:
    """A node as the scheduler sees it. Amounts are exact: cpu in cores, memory in bytes; a resource it lacks is 0."""

    name: str
    allocatable: Mapping[str, Fraction]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Taint] = ()
    unschedulable: bool = False
    pods: Sequence[Pod] = ()

    def with_pod(self, pod: Pod) -> NodeState:
        """The node with one more pod; what was worked out before is carried on, not worked out again."""
        more = replace(self, pods=(*self.pods, pod))
        if pod.spec is not None:
            total = Counter(self.used)
            total.update(requests(pod.spec))
            more.__dict__["used"] = dict(total)
            more.__dict__["host_ports"] = self.host_ports | {*_host_ports(pod.spec)}
        more.__dict__["alike"] = Counter(self.alike) + Counter([_labels(pod)])
        return more

    @cached_property
    def used(self) -> Mapping[str, Fraction]:
        """What its pods have asked for."""
        used: Counter[str] = Counter()
        for pod in self.pods:
            if pod.spec is not None:
                used.update(requests(pod.spec))
        return {name: Fraction(amount) for name, amount in used.items()}

    @cached_property
    def host_ports(self) -> frozenset[tuple[int, str]]:
        """The ports of the node itself that its pods have taken."""
        return frozenset(port for p in self.pods if p.spec is not None for port in _host_ports(p.spec))

    @cached_property
    def fullness(self) -> tuple[float, int]:
        """The largest share of cpu or memory that is taken, and the number of pods."""
        shares = [self.used.get(n, 0) / self.allocatable[n] for n in ("cpu", "memory") if self.allocatable.get(n)]
        return float(max(shares, default=0)), len(self.pods)

    @cached_property
    def alike(self) -> Mapping[tuple[tuple[str, str], ...], int]:
        """How many of its pods have which labels."""
        return Counter(_labels(p) for p in self.pods)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a pod goes (None: nowhere), and for every node why it was not taken; no reasons: it would have done."""

    node: str | None
    reasons: Mapping[str, tuple[str, ...]]
    message: str = ""


def schedule(pod: Pod, nodes: Sequence[NodeState], start: int = 0) -> Placement:
    """The placement of `pod`, and the message of FailedScheduling when there is none.

    Nodes are looked at from `start` on, and not all of them: in a large cluster enough that fit are enough.
    """
    reasons: dict[str, tuple[str, ...]] = {}
    hopeless = 0
    fitting: list[tuple[int, NodeState]] = []
    enough = feasible_nodes_to_find(len(nodes))
    wanted = _Wanted.of(pod)
    for i in range(len(nodes)):
        index = (start + i) % len(nodes)
        node = nodes[index]
        why, helps = _filter(wanted, node)
        reasons[node.name] = why
        hopeless += bool(why) and not helps
        if not why:
            fitting.append((index, node))
            if len(fitting) >= enough:
                break
    if not fitting:
        return Placement(None, reasons, _fit_error(reasons, hopeless))
    labels = _labels(pod)
    if len(fitting) == 1:
        return Placement(fitting[0][1].name, reasons)
    best = min(fitting, key=lambda f: (f[1].alike.get(labels, 0) if labels else 0, f[1].fullness, f[0]))
    return Placement(best[1].name, reasons)


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

    @classmethod
    def of(cls, pod: Pod) -> _Wanted:
        spec = pod.spec
        assert spec is not None, "a pod has a spec"
        asked = requests(spec)
        ordered = tuple((name, asked[name]) for name in sorted(asked, key=_resource_order) if asked[name])
        return cls(spec, frozenset(_host_ports(spec)), ordered, bool(spec.nodeSelector or spec.affinity))


def filter_node(pod: Pod, node: NodeState) -> tuple[tuple[str, ...], bool]:
    """Why the pod cannot go on this node (empty: it can), and whether evicting other pods could help."""
    return _filter(_Wanted.of(pod), node)


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
    return tuple(reasons), helps


def matches_node(spec: PodSpec, node: NodeState) -> bool:
    """nodeSelector and requiredDuringSchedulingIgnoredDuringExecution."""
    if not matches_labels(spec.nodeSelector, node.labels):
        return False
    affinity = spec.affinity.nodeAffinity if spec.affinity is not None else None
    required = affinity.requiredDuringSchedulingIgnoredDuringExecution if affinity is not None else None
    if required is None:
        return True
    return any(_matches_term(term, node) for term in required.nodeSelectorTerms)


def requests(spec: PodSpec) -> dict[str, Fraction]:
    """What a pod asks for: the sum of its containers and sidecars, or its largest init step if that is more."""
    total: Counter[str] = Counter()
    steps: dict[str, Fraction] = {}
    for container in spec.containers:
        total.update(_container_requests(container.resources))
    running: Counter[str] = Counter()
    for container in spec.initContainers or ():
        asked = _container_requests(container.resources)
        if container.restartPolicy == "Always":
            running.update(asked)
            asked = {}
        for name in {*asked, *running}:
            steps[name] = max(steps.get(name, Fraction(0)), asked.get(name, Fraction(0)) + running[name])
    total.update(running)
    return {name: max(Fraction(total[name]), steps.get(name, Fraction(0))) for name in {*total, *steps}}


def _container_requests(resources: object) -> dict[str, Fraction]:
    asked = getattr(resources, "requests", None) or {}
    return {name: parse_quantity(amount).amount for name, amount in asked.items()}


def _resource_order(name: str) -> tuple[int, str]:
    first = ("cpu", "memory", "ephemeral-storage")
    return (first.index(name) if name in first else len(first), name)


def _fit_error(reasons: Mapping[str, tuple[str, ...]], hopeless: int) -> str:
    """ "0/3 nodes are available: 1 Insufficient cpu, 2 …." with what preemption could do."""
    total = len(reasons)
    head = f"0/{total} nodes are available"
    counts = Counter(r for why in reasons.values() for r in why)
    if not total:
        return "no nodes available to schedule pods"
    listed = ", ".join(sorted(f"{n} {text}" for text, n in counts.items()))
    could = total - hopeless
    preempt = [f"{hopeless} {NO_HELP}"] * bool(hopeless) + [f"{could} {NO_VICTIMS}"] * bool(could)
    return f"{head}: {listed}. no new claims to deallocate, preemption: {head}: {', '.join(sorted(preempt))}."


def _matches_term(term: NodeSelectorTerm, node: NodeState) -> bool:
    if not term.matchExpressions and not term.matchFields:
        return False
    fields = {"metadata.name": node.name}
    return all(
        matches_expression(e.key, e.operator, e.values, node.labels) for e in term.matchExpressions or ()
    ) and all(matches_expression(e.key, e.operator, e.values, fields) for e in term.matchFields or ())


def _host_ports(spec: PodSpec) -> set[tuple[int, str]]:
    return {(p.hostPort, p.protocol or "TCP") for c in spec.containers for p in c.ports or () if p.hostPort}


def _labels(pod: Pod) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((pod.metadata.labels if pod.metadata else None) or {}).items()))


@controller
class Scheduler(Reconciler):
    """Gives every pod without a node one, or says why not; tries again when something has changed."""

    watches = (NodeObject,)
    source = "default-scheduler"
    order = 10

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._waiting: dict[str, str] = {}
        self._states: dict[str, NodeState] = {}  # of the nodes that have not changed since

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A new pod is placed; when one is gone or done, those that wait are tried again."""
        if not deleted and spec_of(pod).nodeName is not None and status_of(pod).phase not in TERMINAL_PHASES:
            return
        uid = uid_of(pod)
        if deleted or status_of(pod).phase in TERMINAL_PHASES:
            self._waiting.pop(uid, None)
            self._states.pop(spec_of(pod).nodeName or "", None)
            self.try_again()
        elif spec_of(pod).nodeName is None and not is_deleted(pod) and uid not in self._waiting:
            self._waiting[uid] = ""
            self.sim.loop.call_at(self.sim.loop.now + self.sim.timing.schedule, self._place, uid)

    def try_again(self) -> None:
        """Something has changed: place the pods that wait, if they fit now."""
        for waiting in self._waiting:
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
        states = [self._states.get(name) or self._look_at(name) for name, node in sim.nodes.items() if not node.gone]
        placement = schedule(pod, states, start=int(fraction(sim.seed, "first node", uid) * len(states)))
        meta = meta_of(pod)
        if placement.node is not None:
            del self._waiting[uid]
            self._states[placement.node] = self._states[placement.node].with_pod(pod)
            text = f"Successfully assigned {meta.namespace}/{meta.name} to {placement.node}"
            self.event(pod, "Normal", "Scheduled", text)
            sim.api.bind(uid, placement.node)
        elif self._waiting[uid] != placement.message:
            text = self._waiting[uid] = placement.message
            self.event(pod, "Warning", "FailedScheduling", text)
            unschedulable = PodCondition(type="PodScheduled", status="False", reason="Unschedulable", message=text)
            sim.api.set_condition(uid, unschedulable)

    def allocatable(self, name: str) -> Mapping[str, Fraction]:
        """What a node can give to its pods, by resource."""
        return (self._states.get(name) or self._look_at(name)).allocatable

    def _look_at(self, name: str) -> NodeState:
        """The node as the scheduler sees it."""
        state = self._states[name] = look_at(self.sim, name)
        return state


def look_at(sim: Cluster, name: str) -> NodeState:
    """A node as the scheduler sees it."""
    node = sim.nodes[name]
    described: NodeObject | None = sim.api.find("node", "", name)
    taints = list(node.taints)
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    allocatable: dict[str, Fraction] = dict(DEFAULT_NODE)
    cordoned = node.cordoned
    if described is not None:
        labels |= (described.metadata.labels if described.metadata else None) or {}
        spec, status = described.spec, described.status
        taints += (spec.taints if spec else None) or []
        cordoned = cordoned or bool(spec and spec.unschedulable)
        amounts = (status.allocatable or status.capacity if status else None) or {}
        allocatable |= {k: parse_quantity(v).amount for k, v in amounts.items()}
    return NodeState(name, allocatable, labels, taints, cordoned, node.pods)

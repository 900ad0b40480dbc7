"""A node as the scheduler sees it, and what a pod asks of one; pure but for `look_at`.

Models pkg/scheduler/framework/types.go NodeInfo and PodRequests of component-helpers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import NodeSelectorTerm, Pod, PodSpec, Taint

from podlab.api.quantity import parse_quantity
from podlab.controllers.neighbours import any_forbids
from podlab.controllers.selection import matches_expression, matches_labels
from podlab.core.engine.ports import Cluster

DEFAULT_NODE = {"cpu": Fraction(2), "memory": Fraction(8 * 2**30)}  # of a node no manifest describes


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
            more.__dict__["host_ports"] = self.host_ports | {*host_ports_of(pod.spec)}
        more.__dict__["forbids"] = self.forbids or any_forbids((pod,))
        more.__dict__["alike"] = Counter(self.alike) + Counter([labels_of(pod)])
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
        return frozenset(port for p in self.pods if p.spec is not None for port in host_ports_of(p.spec))

    @cached_property
    def fullness(self) -> tuple[float, int]:
        """The largest share of cpu or memory that is taken, and the number of pods."""
        shares = [self.used.get(n, 0) / self.allocatable[n] for n in ("cpu", "memory") if self.allocatable.get(n)]
        return float(max(shares, default=0)), len(self.pods)

    @cached_property
    def forbids(self) -> bool:
        """Whether one of its pods keeps others away."""
        return any_forbids(self.pods)

    @cached_property
    def alike(self) -> Mapping[tuple[tuple[str, str], ...], int]:
        """How many of its pods have which labels."""
        return Counter(labels_of(p) for p in self.pods)


def matches_node(spec: PodSpec, node: NodeState) -> bool:
    """nodeSelector and requiredDuringSchedulingIgnoredDuringExecution."""
    if not matches_labels(spec.nodeSelector, node.labels):
        return False
    affinity = spec.affinity.nodeAffinity if spec.affinity is not None else None
    required = affinity.requiredDuringSchedulingIgnoredDuringExecution if affinity is not None else None
    if required is None:
        return True
    return any(matches_term(term, node) for term in required.nodeSelectorTerms)


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
    whole = {name: max(Fraction(total[name]), steps.get(name, Fraction(0))) for name in {*total, *steps}}
    return whole | _container_requests(spec.resources)  # what the pod as a whole asks for counts instead


def _container_requests(resources: object) -> dict[str, Fraction]:
    asked = getattr(resources, "requests", None) or {}
    return {name: parse_quantity(amount).amount for name, amount in asked.items()}


def matches_term(term: NodeSelectorTerm, node: NodeState) -> bool:
    """Whether a term of a node affinity picks a node."""
    if not term.matchExpressions and not term.matchFields:
        return False
    fields = {"metadata.name": node.name}
    return all(
        matches_expression(e.key, e.operator, e.values, node.labels) for e in term.matchExpressions or ()
    ) and all(matches_expression(e.key, e.operator, e.values, fields) for e in term.matchFields or ())


def host_ports_of(spec: PodSpec) -> set[tuple[int, str]]:
    """The ports of the node itself that a pod wants."""
    return {(p.hostPort, p.protocol or "TCP") for c in spec.containers for p in c.ports or () if p.hostPort}


def labels_of(pod: Pod) -> tuple[tuple[str, str], ...]:
    """A pod's labels, as a key."""
    return tuple(sorted(((pod.metadata.labels if pod.metadata else None) or {}).items()))


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

"""What a pod wants of the pods around it: affinity, anti-affinity and topology spread; pure.

Models pkg/scheduler/framework/plugins/interpodaffinity and podtopologyspread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lightkube.models.core_v1 import Pod, PodAffinityTerm, PodSpec, TopologySpreadConstraint

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, namespace_of, spec_of, status_of
from podlab.controllers.selection import matches_selector

NO_AFFINITY = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
OTHERS_ANTI_AFFINITY = "node(s) didn't satisfy existing pods anti-affinity rules"
SPREAD = "node(s) didn't match pod topology spread constraints"
SPREAD_LABEL = "node(s) didn't match pod topology spread constraints (missing required label)"

Place = tuple[Mapping[str, str], Sequence[Pod]]
"""The labels of a node, and its pods."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is known of the cluster for one pod, worked out once for all nodes."""

    pod: Pod
    attracted: Mapping[tuple[str, str], int]
    repelled: frozenset[tuple[str, str]]
    forbidden: frozenset[tuple[str, str]]
    spread: Mapping[int, Mapping[str, int]]

    @classmethod
    def of(cls, pod: Pod, places: Sequence[Place], eligible: Callable[[Mapping[str, str]], bool]) -> Neighbours:
        """Look at all nodes. `eligible`: whether the pod's node selector and affinity pick a node of such labels."""
        spec = spec_of(pod)
        wanted, unwanted = required(spec, anti=False), required(spec, anti=True)
        attracted: Counter[tuple[str, str]] = Counter()
        repelled: set[tuple[str, str]] = set()
        forbidden: set[tuple[str, str]] = set()
        for labels, pods in places:
            for other in pods:
                if wanted and all(picks(term, pod, other) for term in wanted):
                    attracted.update(_at(term, labels) for term in wanted if term.topologyKey in labels)
                repelled |= {_at(t, labels) for t in unwanted if t.topologyKey in labels and picks(t, pod, other)}
                for term in required(spec_of(other), anti=True):
                    if term.topologyKey in labels and picks(term, other, pod):
                        forbidden.add(_at(term, labels))
        return cls(pod, attracted, frozenset(repelled), frozenset(forbidden), _counts(pod, places, eligible))

    def objection(self, labels: Mapping[str, str]) -> tuple[str, bool] | None:
        """Why the pod cannot go to a node of such labels, and whether evicting others could help; None: it can."""
        return self._spread_objection(labels) or self._affinity_objection(labels)

    def _spread_objection(self, labels: Mapping[str, str]) -> tuple[str, bool] | None:
        for number, constraint in enumerate(hard_spread(spec_of(self.pod))):
            if constraint.topologyKey not in labels:
                return SPREAD_LABEL, False
            counts = self.spread[number]
            least = min(counts.values(), default=0)
            if len(counts) < (constraint.minDomains or 1):
                least = 0
            itself = matches_selector(constraint.labelSelector, meta_of(self.pod).labels)
            if counts.get(labels[constraint.topologyKey], 0) + itself - least > constraint.maxSkew:
                return SPREAD, True
        return None

    def _affinity_objection(self, labels: Mapping[str, str]) -> tuple[str, bool] | None:
        wanted = required(spec_of(self.pod), anti=False)
        if any(term.topologyKey not in labels for term in wanted):
            return NO_AFFINITY, False
        if wanted and not all(self.attracted.get(_at(term, labels)) for term in wanted):
            first = not self.attracted and all(picks(term, self.pod, self.pod) for term in wanted)
            if not first:  # the first of a group that wants to be together may go anywhere
                return NO_AFFINITY, False
        if any(
            _at(t, labels) in self.repelled for t in required(spec_of(self.pod), anti=True) if t.topologyKey in labels
        ):
            return ANTI_AFFINITY, True
        if any((key, value) in self.forbidden for key, value in labels.items()):
            return OTHERS_ANTI_AFFINITY, True
        return None


def is_picky(pod: Pod) -> bool:
    """Whether a pod says anything about its neighbours."""
    spec = spec_of(pod)
    affinity = spec.affinity
    return bool(spec.topologySpreadConstraints or (affinity and (affinity.podAffinity or affinity.podAntiAffinity)))


def required(spec: PodSpec, *, anti: bool) -> Sequence[PodAffinityTerm]:
    """The terms that must hold."""
    affinity = spec.affinity
    part = (affinity.podAntiAffinity if anti else affinity.podAffinity) if affinity is not None else None
    return (part.requiredDuringSchedulingIgnoredDuringExecution if part is not None else None) or ()


def picks(term: PodAffinityTerm, owner: Pod, other: Pod) -> bool:
    """Whether a term of `owner` means the pod `other`: by namespace and labels."""
    if term.namespaceSelector is None:
        if namespace_of(other) not in (term.namespaces or (namespace_of(owner),)):
            return False
    elif term.namespaceSelector.matchLabels or term.namespaceSelector.matchExpressions:
        labels = {"kubernetes.io/metadata.name": namespace_of(other)}
        if not matches_selector(term.namespaceSelector, labels) and namespace_of(other) not in (term.namespaces or ()):
            return False
    have, mine = meta_of(other).labels or {}, meta_of(owner).labels or {}
    if any(have.get(key) != mine[key] for key in term.matchLabelKeys or () if key in mine):
        return False
    if any(have.get(key) == mine[key] for key in term.mismatchLabelKeys or () if key in mine):
        return False
    return matches_selector(term.labelSelector, have)


def hard_spread(spec: PodSpec) -> list[TopologySpreadConstraint]:
    """The constraints that must hold."""
    return [c for c in spec.topologySpreadConstraints or () if c.whenUnsatisfiable == "DoNotSchedule"]


def _counts(
    pod: Pod, places: Sequence[Place], eligible: Callable[[Mapping[str, str]], bool]
) -> dict[int, dict[str, int]]:
    """For each hard constraint how many matching pods every domain has."""
    constraints = hard_spread(spec_of(pod))
    out: dict[int, dict[str, int]] = {number: {} for number in range(len(constraints))}
    for labels, pods in places if constraints else ():
        if not all(c.topologyKey in labels for c in constraints):
            continue
        for number, constraint in enumerate(constraints):
            if constraint.nodeAffinityPolicy == "Ignore" or eligible(labels):
                domain = labels[constraint.topologyKey]
                out[number][domain] = out[number].get(domain, 0) + sum(_counted(constraint, pod, p) for p in pods)
    return out


def _counted(constraint: TopologySpreadConstraint, pod: Pod, other: Pod) -> bool:
    if namespace_of(other) != namespace_of(pod) or is_deleted(other) or status_of(other).phase in TERMINAL_PHASES:
        return False
    have, mine = meta_of(other).labels or {}, meta_of(pod).labels or {}
    if any(have.get(key) != mine[key] for key in constraint.matchLabelKeys or () if key in mine):
        return False
    return matches_selector(constraint.labelSelector, have)


def preference(pod: Pod, labels: Mapping[str, str], places: Sequence[Place]) -> float:
    """How much the pod's soft wishes about its neighbours favour a node: weights for, less weights against."""
    score = 0.0
    for weight, term in _preferred(spec_of(pod)):
        value = labels.get(term.topologyKey)
        if value is not None:
            score += weight * sum(
                picks(term, pod, other)
                for there, pods in places
                if there.get(term.topologyKey) == value
                for other in pods
            )
    for constraint in spec_of(pod).topologySpreadConstraints or ():
        value = labels.get(constraint.topologyKey)
        if constraint.whenUnsatisfiable == "ScheduleAnyway" and value is not None:
            same = [pods for there, pods in places if there.get(constraint.topologyKey) == value]
            score -= sum(_counted(constraint, pod, other) for pods in same for other in pods)
    return score


def _preferred(spec: PodSpec) -> Iterator[tuple[int, PodAffinityTerm]]:
    affinity = spec.affinity
    if affinity is not None:
        for sign, part in ((1, affinity.podAffinity), (-1, affinity.podAntiAffinity)):
            soft = part.preferredDuringSchedulingIgnoredDuringExecution if part is not None else None
            yield from ((sign * each.weight, each.podAffinityTerm) for each in soft or ())


def _at(term: PodAffinityTerm, labels: Mapping[str, str]) -> tuple[str, str]:
    return term.topologyKey, labels.get(term.topologyKey, "")


def any_forbids(pods: Iterable[Pod]) -> bool:
    """Whether any of these pods keeps others away."""
    return any(required(spec_of(pod), anti=True) for pod in pods)

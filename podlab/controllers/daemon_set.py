"""DaemonSets: one pod on every node that suits.

The rule: a node suits when the template's node selector and affinity pick it and its taints are tolerated; the pod of a
DaemonSet tolerates what befalls nodes (not ready, unreachable, pressure, cordoned). The scheduler places each pod, held
to its node by an affinity. A new template is rolled out node by node, `maxUnavailable` at a time (or `maxSurge` new
ones beside the old); with OnDelete only what is deleted comes back new.
Models pkg/controller/daemon/daemon_controller.go and update.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from lightkube.models.apps_v1 import DaemonSet, DaemonSetSpec, DaemonSetStatus
from lightkube.models.core_v1 import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    Pod,
    PodSpec,
    Toleration,
)

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, spec_of, status_of, uid_of
from podlab.api.refusal import ApiError
from podlab.controllers.availability import is_ready, retry_after, seconds_to_available
from podlab.controllers.base import Reconciler, controller, controller_of
from podlab.controllers.node_lifecycle import tolerates
from podlab.controllers.replica_set import pod_from_template, reference
from podlab.controllers.revisions import HASH, code_of, forget_old_revisions, present_revision
from podlab.controllers.rollout import part
from podlab.controllers.scheduler import NodeState, look_at, matches_node
from podlab.controllers.selection import matches_selector

GENERATION = "pod-template-generation"
TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
"""The taints of nodes that a DaemonSet's pods do not mind."""
OF_THE_HOST = ("network-unavailable", "NoSchedule")
"""The taint that pods in the node's own network do not mind either."""


@controller
class DaemonSetController(Reconciler):
    """Follows DaemonSets, their pods, and the nodes."""

    kinds = (DaemonSet,)
    source = "daemonset-controller"
    order = 20

    def __init__(self, sim: Any) -> None:
        super().__init__(sim)
        self._made: dict[str, int] = {}
        self._refused: dict[str, int] = {}

    def add(self, obj: DaemonSet) -> None:
        """A new or changed DaemonSet is reconciled; when only its status was written it is not."""
        old = self.objects.get(uid_of(obj))
        self.objects[uid_of(obj)] = obj
        if old is None or old.spec is not obj.spec or old.metadata is not obj.metadata:
            self.enqueue(uid_of(obj))

    def node_changed(self, name: str) -> None:
        """A DaemonSet is reconciled when the node lacks its pod or may not keep it; for its status alone it is not."""
        node = self.sim.nodes[name]
        if node.gone:
            return
        state = look_at(self.sim, name)
        for uid, obj in self.objects.items():
            runs, stays = _suits(obj, state)
            there = name in self._by_node(uid)
            if (runs and not there) or (there and not stays):
                self.enqueue(uid)

    def node_deleted(self, name: str) -> None:
        """Every DaemonSet looks at the nodes again."""
        for uid in self.objects:
            self.enqueue(uid)

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The DaemonSet that owns the pod is reconciled, or those that could adopt it."""
        super().pod_changed(pod, _deleted)
        if self.objects and controller_of(pod) is None:
            for uid, obj in self.objects.items():
                if _selects(obj, pod):
                    self.enqueue(uid)

    def reconcile(self, uid: str, obj: DaemonSet) -> None:
        """Make and delete pods node by node, roll on, and write the status."""
        if obj.spec is None or (obj.metadata is not None and obj.metadata.deletionTimestamp is not None):
            return
        for pod in self.sim.api.pods_of(""):
            if _selects(obj, pod) and not is_deleted(pod):
                self.sim.api.update_metadata(pod, ownerReferences=[reference(obj, "DaemonSet")])
        revision = present_revision(self.sim, obj)
        number = code_of(revision)
        states = [look_at(self.sim, name) for name, node in self.sim.nodes.items() if not node.gone]
        if self._manage(uid, obj, number, states):
            self._roll(uid, obj, number, states)
        self._show(uid, number, states)
        used = {number, *((meta_of(p).labels or {}).get(HASH, "") for p in self.pods_of(uid))}
        forget_old_revisions(self.sim, obj, used, obj.spec.revisionHistoryLimit)

    def _by_node(self, uid: str) -> dict[str, list[Pod]]:
        """The pods of each node, the oldest first; those that have ended and are going count no more."""
        out: dict[str, list[Pod]] = {}
        for pod in self.pods_of(uid):
            if not (is_deleted(pod) and status_of(pod).phase in TERMINAL_PHASES):
                out.setdefault(node_of(pod), []).append(pod)
        return out

    def _manage(self, uid: str, obj: DaemonSet, number: str, states: Sequence[NodeState]) -> bool:
        """Make the pods that are missing and delete those that do not belong. False: something was done."""
        there = self._by_node(uid)
        before = len(self.pods_of(uid))
        doomed: list[Pod] = []
        for state in states:
            pods = there.pop(state.name, [])
            runs, stays = _suits(obj, state)
            if not pods and runs:
                self._create(uid, obj, number, state.name)
            elif not stays:
                doomed += pods
            else:
                doomed += self._unwanted(obj, pods, state.name)
        doomed += [pod for pods in there.values() for pod in pods if node_of(pod)]
        for pod in [each for each in doomed if not is_deleted(each)]:
            self._delete(obj, pod)
        return not doomed and before == len(self.pods_of(uid))

    def _unwanted(self, obj: DaemonSet, pods: Sequence[Pod], node: str) -> list[Pod]:
        """Pods of a suitable node that have to go: those that have ended, and all but the oldest of several."""
        out: list[Pod] = []
        living: list[Pod] = []
        for pod in pods:
            if is_deleted(pod):
                continue
            who = f"{meta_of(pod).namespace}/{name_of(pod)} on node {node}"
            phase = status_of(pod).phase
            if phase == "Failed":
                self.event(obj, "Warning", "FailedDaemonPod", f"Found failed daemon pod {who}, will try to kill it")
            elif phase == "Succeeded":
                said = f"Found succeeded daemon pod {who}, will try to delete it"
                self.event(obj, "Normal", "SucceededDaemonPod", said)
            (out if phase in TERMINAL_PHASES else living).append(pod)
        allowed = 2 if self._surge(obj) else 1
        return out + living[allowed:]

    def _surge(self, obj: DaemonSet) -> int:
        """How many nodes may have a new pod beside the old one."""
        strategy = obj.spec.updateStrategy if obj.spec is not None else None
        rolling = strategy.rollingUpdate if strategy is not None else None
        asked = rolling.maxSurge if rolling is not None else None
        return part(asked, len(self.sim.nodes), up=True) if asked is not None else 0

    def _create(self, uid: str, obj: DaemonSet, number: str, node: str) -> None:
        n = self._made[uid] = self._made.get(uid, -1) + 1
        pod = _bound_to(pod_from_template(self.sim, obj, n), node)
        generation = str((obj.metadata.generation if obj.metadata else None) or 1)
        labels = {**(meta_of(pod).labels or {}), HASH: number, GENERATION: generation}
        pod = msgspec.structs.replace(pod, metadata=msgspec.structs.replace(meta_of(pod), labels=labels))
        try:
            made = self.sim.api.create(pod)
        except ApiError as error:
            self.event(obj, "Warning", "FailedCreate", f"Error creating: {error.message}")
            tries = self._refused[uid] = self._refused.get(uid, 0) + 1
            self.enqueue_once(uid, retry_after(tries))
            return
        self._refused.pop(uid, None)
        self.event(obj, "Normal", "SuccessfulCreate", f"Created pod: {name_of(made)}")

    def _delete(self, obj: DaemonSet, pod: Pod) -> None:
        self.event(obj, "Normal", "SuccessfulDelete", f"Deleted pod: {name_of(pod)}")
        self.sim.api.delete(uid_of(pod), None)

    def _roll(self, uid: str, obj: DaemonSet, number: str, states: Sequence[NodeState]) -> None:
        """Replace pods of an old template, as many at a time as may be unavailable."""
        assert obj.spec is not None, "a DaemonSet has a spec"
        strategy = obj.spec.updateStrategy
        if strategy is not None and strategy.type == "OnDelete":
            return
        wanted = sum(_suits(obj, state)[0] for state in states)
        rolling = strategy.rollingUpdate if strategy is not None else None
        asked = rolling.maxUnavailable if rolling is not None else None
        spare = part(1 if asked is None else asked, wanted, up=True)
        room = self._surge(obj)
        broken: list[Pod] = []
        candidates: list[Pod] = []
        surging: list[str] = []
        unavailable = surged = 0
        for node, pods in self._by_node(uid).items():
            new = next((p for p in pods if _hash(p) == number), None)
            old = next((p for p in pods if _hash(p) != number), None)
            if old is None:
                unavailable += new is None or not self._available(uid, obj.spec, new)
            elif new is not None:
                surged += 1
                if self._available(uid, obj.spec, new):
                    broken.append(old)
            elif not self._available(uid, obj.spec, old):
                unavailable += 1
                surging.insert(0, node)
                broken.append(old)
            else:
                surging.append(node)
                candidates.append(old)
        if room:  # a new pod comes first, and the old one goes when the new one is available
            broken, candidates = [p for p in broken if len(self._by_node(uid)[node_of(p)]) > 1], []
        for pod in [*broken, *candidates[: max(spare - unavailable, 0)]]:
            if not is_deleted(pod):
                self._delete(obj, pod)
        for node in surging[: max(room - surged, 0)] if room else ():
            self._create(uid, obj, number, node)

    def _available(self, uid: str, spec: DaemonSetSpec, pod: Pod) -> bool:
        if is_deleted(pod) or not is_ready(pod):
            return False
        wait = seconds_to_available(pod, spec.minReadySeconds or 0, self.exact_now())
        if wait > 0:
            self.enqueue_once(uid, wait)
        return wait <= 0

    def _show(self, uid: str, number: str, states: Sequence[NodeState]) -> None:
        obj: DaemonSet = self.objects[uid]
        assert obj.spec is not None, "a DaemonSet has a spec"
        there = self._by_node(uid)
        least, now = obj.spec.minReadySeconds or 0, self.exact_now()
        wanted = [state.name for state in states if _suits(obj, state)[0]]
        pods = [next((p for p in there[n] if is_ready(p)), there[n][0]) for n in wanted if n in there]
        ready = [p for p in pods if is_ready(p)]
        available = sum(seconds_to_available(p, least, now) <= 0 for p in ready)
        status = DaemonSetStatus(
            observedGeneration=obj.metadata.generation if obj.metadata is not None else None,
            desiredNumberScheduled=len(wanted),
            currentNumberScheduled=len(pods),
            numberMisscheduled=sum(state.name in there for state in states if state.name not in wanted),
            numberReady=len(ready),
            updatedNumberScheduled=sum(any(_hash(p) == number for p in there[n]) for n in wanted if n in there) or None,
            numberAvailable=available or None,
            numberUnavailable=(len(wanted) - available) or None,
        )
        self.set_status(obj, status)


def node_of(pod: Pod) -> str:
    """The node of a DaemonSet's pod: where it is, or where its affinity holds it to."""
    spec = spec_of(pod)
    if spec.nodeName:
        return spec.nodeName
    affinity = spec.affinity.nodeAffinity if spec.affinity is not None else None
    required = affinity.requiredDuringSchedulingIgnoredDuringExecution if affinity is not None else None
    for term in required.nodeSelectorTerms if required is not None else ():
        for field in term.matchFields or ():
            if field.key == "metadata.name" and field.values:
                return field.values[0]
    return ""


def _hash(pod: Pod) -> str:
    return str((meta_of(pod).labels or {}).get(HASH, ""))


def _selects(obj: DaemonSet, pod: Pod) -> bool:
    same = (obj.metadata.namespace if obj.metadata else None) == meta_of(pod).namespace
    return same and obj.spec is not None and matches_selector(obj.spec.selector, meta_of(pod).labels)


def _suits(obj: DaemonSet, state: NodeState) -> tuple[bool, bool]:
    """Whether a node is to have a pod, and whether one that is there may stay. Models NodeShouldRunDaemonPod."""
    assert obj.spec is not None and obj.spec.template.spec is not None, "a DaemonSet has a template"
    spec = obj.spec.template.spec
    if (spec.nodeName and spec.nodeName != state.name) or not matches_node(spec, state):
        return False, False
    given = [*(spec.tolerations or ()), *_tolerations(spec)]
    effects = [
        taint.effect
        for taint in state.taints
        if taint.effect in ("NoSchedule", "NoExecute")
        and not any(tolerates(each, taint.key, taint.effect, taint.value or "") for each in given)
    ]
    return not effects, "NoExecute" not in effects


def _tolerations(spec: PodSpec) -> list[Toleration]:
    every = [*TOLERATED, OF_THE_HOST] if spec.hostNetwork else TOLERATED
    return [Toleration(key=f"node.kubernetes.io/{key}", operator="Exists", effect=effect) for key, effect in every]


def _bound_to(pod: Pod, node: str) -> Pod:
    """The pod with an affinity that leaves the scheduler this one node, and the tolerations of a DaemonSet's pods."""
    spec = spec_of(pod)
    this = [NodeSelectorRequirement(key="metadata.name", operator="In", values=[node])]
    given = spec.affinity or Affinity()
    nodes = given.nodeAffinity or NodeAffinity()
    required = nodes.requiredDuringSchedulingIgnoredDuringExecution
    terms = [msgspec.structs.replace(t, matchFields=this) for t in (required.nodeSelectorTerms if required else ())]
    only = NodeSelector(nodeSelectorTerms=terms or [NodeSelectorTerm(matchFields=this)])
    held = msgspec.structs.replace(nodes, requiredDuringSchedulingIgnoredDuringExecution=only)
    affinity = msgspec.structs.replace(given, nodeAffinity=held)
    added = [each for each in _tolerations(spec) if each not in (spec.tolerations or ())]
    tolerations = [*(spec.tolerations or ()), *added]
    return msgspec.structs.replace(pod, spec=msgspec.structs.replace(spec, affinity=affinity, tolerations=tolerations))

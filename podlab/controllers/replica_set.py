"""Replica controllers: keep as many pods as asked for. They replace pods; they never move or restart one.

The rule: a pod that has ended or is being deleted does not count. Too few: make new ones from the template. Too many:
delete those first that are not placed, then pending, not ready, younger. A pod without an owner that the selector
picks is adopted; an owned one it no longer picks is let go.
Models pkg/controller/replicaset/replica_set.go and pkg/controller/controller_utils.go ActivePods, ActivePodsWithRanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Any

from lightkube.models.apps_v1 import ReplicaSet, ReplicaSetCondition, ReplicaSetStatus
from lightkube.models.core_v1 import (
    Pod,
    ReplicationController,
    ReplicationControllerCondition,
    ReplicationControllerStatus,
)
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.api.parts import TERMINAL_PHASES, is_deleted, name_of, namespace_of, uid_of
from podlab.api.refusal import ApiError
from podlab.controllers.availability import is_ready, ready_since, retry_after, seconds_to_available
from podlab.controllers.base import BURST, Reconciler, controller, controller_of
from podlab.controllers.selection import matches_labels, matches_selector
from podlab.core.engine.identity import suffix
from podlab.core.engine.ports import Cluster

Replicator = ReplicaSet | ReplicationController
API_VERSIONS = {
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), "apps/v1"),
    **dict.fromkeys(("CronJob", "Job"), "batch/v1"),
}

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
FAILURE = "ReplicaFailure"
PHASE_RANK = {"Pending": 0, "Unknown": 1, "Running": 2}


@dataclass(frozen=True, slots=True)
class ReplicaPlan:
    """What a controller does now: how many pods to make, and the UIDs of those to delete, in order."""

    create: int = 0
    delete: tuple[str, ...] = ()


def plan_replicas(
    wanted: int, pods: Iterable[Pod], *, beside: Mapping[str, int] | None = None, now: datetime | None = None
) -> ReplicaPlan:
    """The plan for a controller that wants `wanted` pods and owns `pods`; `beside` and `now` as in `deletion_rank`."""
    active = [p for p in pods if is_active(p)]
    if len(active) <= wanted:
        return ReplicaPlan(create=wanted - len(active))
    surplus = sorted(active, key=lambda pod: deletion_rank(pod, beside, now))[: len(active) - wanted]
    return ReplicaPlan(delete=tuple(uid_of(p) for p in surplus))


def is_active(pod: Pod) -> bool:
    """Whether a pod counts: it has not ended and is not being deleted."""
    phase = pod.status.phase if pod.status is not None else None
    return phase not in TERMINAL_PHASES and not is_deleted(pod)


def deletion_rank(pod: Pod, beside: Mapping[str, int] | None = None, now: datetime | None = None) -> tuple[object, ...]:
    """Pods with a lower rank are deleted first: not placed, pending, not ready, of lower deletion cost, of which there
    are more on the node (`beside`), ready for less time, restarted more often, younger.

    Ready times and ages are compared by their order of magnitude in powers of two. Models ActivePodsWithRanks.
    """
    spec, status, meta = pod.spec, pod.status, pod.metadata
    node = (spec.nodeName if spec is not None else None) or ""
    phase = PHASE_RANK.get((status.phase if status else None) or "", 1)
    created = meta.creationTimestamp if meta is not None else None
    restarts = max((s.restartCount for s in (status.containerStatuses if status else None) or ()), default=0)
    ready = is_ready(pod)
    return (
        bool(node),
        phase,
        ready,
        _deletion_cost(pod),
        -(beside or {}).get(node, 0),
        _magnitude(ready_since(pod), now) if ready else 0,
        -restarts,
        _magnitude(created, now),
        (meta.uid if meta else None) or "",
    )


def _magnitude(since: datetime | None, now: datetime | None) -> float:
    """How long ago, in whole powers of two; without `now` to the second."""
    if since is None:
        return 0.0
    if now is None:
        return -since.timestamp()
    ago = (now - since).total_seconds()
    return float(int(log2(ago * 1e9))) if ago > 0 else -1.0


def _deletion_cost(pod: Pod) -> int:
    text = ((pod.metadata.annotations if pod.metadata else None) or {}).get(
        "controller.kubernetes.io/pod-deletion-cost"
    )
    return int(text) if text is not None and text.lstrip("-").isdigit() else 0


@controller
class ReplicaControllers(Reconciler):
    """ReplicaSets and ReplicationControllers: replace what is missing, delete what is too much."""

    kinds = (ReplicaSet, ReplicationController)
    order = 20

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._made: dict[tuple[str, str], int] = {}
        self._refused: dict[str, int] = {}
        self._retry_at: dict[str, float] = {}

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The controller that owns the pod is reconciled; when none does, every one that could."""
        owner = controller_of(pod)
        if owner is not None:
            if owner.uid in self.objects:
                self.enqueue(owner.uid)
            return
        for uid, obj in self.objects.items():
            if selects(obj, pod):  # the scheduler is faster with a new pod
                self.enqueue(uid, 2 * self.sim.timing.schedule)

    def reconcile(self, uid: str, obj: Replicator) -> None:
        """Adopt and let go, then make or delete pods until there are as many as asked for."""
        if obj.spec is None:
            return
        sim = self.sim
        going = obj.metadata is not None and obj.metadata.deletionTimestamp is not None
        if not going:
            self._claim(uid, obj)
        pods = self.pods_of(uid)
        wanted = 1 if obj.spec.replicas is None else obj.spec.replicas
        now = self.exact_now()
        plan = ReplicaPlan() if going else plan_replicas(wanted, pods, beside=self._beside(obj), now=now)
        failure = self._make(uid, obj, min(plan.create, BURST))
        for doomed in plan.delete[:BURST]:
            text = f"Deleted pod: {name_of(sim.api.pods[doomed])}"
            self.event(obj, "Normal", "SuccessfulDelete", text, source=_source(obj))
            sim.api.delete(doomed, None)
        least = obj.spec.minReadySeconds or 0
        if failure is None and plan.create and uid in self._refused and obj.status is not None:
            waits_on = self.sim.loop.now < self._retry_at.get(uid, 0.0)
            failure = next((c.message for c in obj.status.conditions or () if c.type == FAILURE and waits_on), None)
        if failure is None:
            self._refused.pop(uid, None)
            if max(plan.create, len(plan.delete)) > BURST:
                self.enqueue(uid)
        self.set_status(obj, replicas_status(obj, pods, now, self.stamp(), failure))
        waits = [seconds_to_available(p, least, now) for p in pods if least and is_active(p) and is_ready(p)]
        if soonest := min((wait for wait in waits if wait > 0), default=0):
            self.enqueue_once(uid, soonest)

    def _claim(self, uid: str, obj: Replicator) -> None:
        """Adopt the pods of nobody that the selector picks, and let go those it no longer picks."""
        api = self.sim.api
        for pod in api.pods_of(""):
            if not is_deleted(pod) and selects(obj, pod):
                api.update_metadata(pod, ownerReferences=[reference(obj, type(obj).__name__)])
        for pod in api.pods_of(uid):
            if not is_deleted(pod) and not selects(obj, pod):
                api.update_metadata(pod, ownerReferences=None)

    def _make(self, uid: str, obj: Replicator, count: int) -> str | None:
        """Make pods; why the API refused one, and then try again after a while that grows."""
        if self.sim.loop.now < self._retry_at.get(uid, 0.0):
            return None
        for _ in range(count):
            pod = pod_from_template(self.sim, obj, self._next_number(obj))
            try:
                made = self.sim.api.create(pod)
            except ApiError as error:
                text = f"Error creating: {error.message}"
                self.event(obj, "Warning", "FailedCreate", text, source=_source(obj))
                tries = self._refused[uid] = self._refused.get(uid, 0) + 1
                self._retry_at[uid] = self.sim.loop.now + retry_after(tries)
                self.enqueue_once(uid, retry_after(tries))
                return error.message
            self.event(obj, "Normal", "SuccessfulCreate", f"Created pod: {name_of(made)}", source=_source(obj))
        return None

    def _beside(self, obj: Replicator) -> dict[str, int]:
        """How many running pods of this and its sister ReplicaSets each node has."""
        owner = controller_of(obj)
        sisters = [obj] if owner is None else [r for r in self.objects.values() if _owned_by(r, owner.uid)]
        pods = [pod for each in sisters for pod in self.pods_of(uid_of(each))]
        return Counter((p.spec.nodeName if p.spec else None) or "" for p in pods if is_active(p))

    def _next_number(self, obj: Replicator) -> int:
        """How many pods controllers of this name have made before."""
        key = (namespace_of(obj), name_of(obj))
        n = self._made[key] = self._made.get(key, -1) + 1
        return n


def replicas_status(
    obj: Replicator, pods: Iterable[Pod], exact: datetime, now: datetime, failure: str | None
) -> ReplicaSetStatus | ReplicationControllerStatus:
    """How many pods there are, ready and available; and whether making them is refused. Models calculateStatus."""
    assert obj.spec is not None, "a controller has a spec"
    pods = list(pods)
    mine = [pod for pod in pods if is_active(pod)]
    template = obj.spec.template
    labels = template.metadata.labels if template is not None and template.metadata is not None else None
    least = obj.spec.minReadySeconds or 0
    whole = sum(matches_labels(labels, p.metadata.labels if p.metadata else None) for p in mine)
    counts: dict[str, Any] = {
        "replicas": len(mine),
        "readyReplicas": sum(map(is_ready, mine)) or None,
        "availableReplicas": sum(is_ready(p) and seconds_to_available(p, least, exact) <= 0 for p in mine) or None,
        "fullyLabeledReplicas": whole or None,
        "observedGeneration": obj.metadata.generation if obj.metadata is not None else None,
    }
    made = ReplicaSetCondition if isinstance(obj, ReplicaSet) else ReplicationControllerCondition
    old = next((c for c in (obj.status.conditions if obj.status else None) or () if c.type == FAILURE), None)
    if failure is not None:  # a condition of the same reason keeps its first message
        new = made(type=FAILURE, status="True", reason="FailedCreate", message=failure, lastTransitionTime=now)
        counts["conditions"] = [old or new]
    if isinstance(obj, ReplicationController):
        return ReplicationControllerStatus(**counts)
    ending = sum(is_deleted(p) and (p.status is None or p.status.phase not in TERMINAL_PHASES) for p in pods)
    return ReplicaSetStatus(**counts, terminatingReplicas=ending)


def _source(obj: Replicator) -> str:
    return "replicaset-controller" if isinstance(obj, ReplicaSet) else "replication-controller"


def _owned_by(obj: Any, uid: str) -> bool:
    owner = controller_of(obj)
    return owner is not None and owner.uid == uid


def pod_from_template(sim: Cluster, obj: Any, n: int) -> Pod:
    """The `n`-th pod that a controller makes of its template: with a name of its own, and owned by it."""
    template = obj.spec.template if obj.spec is not None else None
    assert template is not None, "a controller has a template"
    name, namespace, kind = name_of(obj), namespace_of(obj), type(obj).__name__
    labels = dict((template.metadata.labels if template.metadata else None) or {})
    return Pod(
        apiVersion="v1",
        kind="Pod",
        metadata=ObjectMeta(
            name=f"{name}-{suffix(sim.seed, namespace, name, n)}",
            generateName=f"{name}-",
            namespace=namespace,
            labels=labels or None,
            ownerReferences=[reference(obj, kind)],
        ),
        spec=template.spec,
    )


def reference(obj: Any, kind: str) -> OwnerReference:
    """How a pod names the controller that owns it."""
    return OwnerReference(
        apiVersion=API_VERSIONS.get(kind, "v1"),
        kind=kind,
        name=name_of(obj),
        uid=uid_of(obj),
        controller=True,
        blockOwnerDeletion=True,
    )


def selects(obj: Replicator, pod: Pod) -> bool:
    """Whether a controller's selector picks a pod of its namespace."""
    if namespace_of(obj) != namespace_of(pod):
        return False
    labels = pod.metadata.labels if pod.metadata else None
    selector: Any = obj.spec.selector if obj.spec is not None else None
    if isinstance(obj, ReplicaSet):
        return matches_selector(selector, labels)
    return bool(selector) and matches_labels(selector, labels)

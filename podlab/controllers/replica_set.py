"""Replica controllers: keep as many pods as asked for. They replace pods; they never move or restart one.

The rule: a pod that has ended or is being deleted does not count. Too few: make new ones from the template. Too many:
delete those first that are not placed, then pending, not ready, younger. A pod without an owner that the selector
picks is adopted; an owned one it no longer picks is let go.
Models pkg/controller/replicaset/replica_set.go and pkg/controller/controller_utils.go ActivePods, ActivePodsWithRanks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lightkube.models.apps_v1 import ReplicaSet
from lightkube.models.core_v1 import Pod, ReplicationController
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.api.parts import TERMINAL_PHASES, is_deleted, name_of, namespace_of, uid_of
from podlab.controllers.base import Reconciler, controller, controller_of
from podlab.controllers.endpoints import is_ready
from podlab.controllers.selection import matches_labels, matches_selector
from podlab.core.engine.identity import suffix

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation

Replicator = ReplicaSet | ReplicationController
API_VERSIONS = {"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "Job": "batch/v1"}

PHASE_RANK = {"Pending": 0, "Unknown": 1, "Running": 2}


@dataclass(frozen=True, slots=True)
class ReplicaPlan:
    """What a controller does now: how many pods to make, and the UIDs of those to delete, in order."""

    create: int = 0
    delete: tuple[str, ...] = ()


def plan_replicas(wanted: int, pods: Iterable[Pod]) -> ReplicaPlan:
    """The plan for a controller that wants `wanted` pods and owns `pods`."""
    active = [p for p in pods if is_active(p)]
    if len(active) <= wanted:
        return ReplicaPlan(create=wanted - len(active))
    surplus = sorted(active, key=deletion_rank)[: len(active) - wanted]
    return ReplicaPlan(delete=tuple(uid_of(p) for p in surplus))


def is_active(pod: Pod) -> bool:
    """Whether a pod counts: it has not ended and is not being deleted."""
    phase = pod.status.phase if pod.status is not None else None
    return phase not in TERMINAL_PHASES and not is_deleted(pod)


def deletion_rank(pod: Pod) -> tuple[object, ...]:
    """Pods with a lower rank are deleted first."""
    spec, status, meta = pod.spec, pod.status, pod.metadata
    placed = bool(spec is not None and spec.nodeName)
    phase = PHASE_RANK.get((status.phase if status else None) or "", 1)
    created = meta.creationTimestamp.timestamp() if meta is not None and meta.creationTimestamp is not None else 0.0
    restarts = max((s.restartCount for s in (status.containerStatuses if status else None) or ()), default=0)
    return placed, phase, is_ready(pod), -restarts, -created, (meta.name if meta else None) or ""


@controller
class ReplicaControllers(Reconciler):
    """ReplicaSets and ReplicationControllers: replace what is missing, delete what is too much."""

    kinds = (ReplicaSet, ReplicationController)
    order = 20

    def __init__(self, sim: Simulation) -> None:
        super().__init__(sim)
        self._made: dict[tuple[str, str], int] = {}

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Every controller that owns the pod, or could, is reconciled."""
        for uid, obj in self.objects.items():
            if owns(obj, pod) or (controller_of(pod) is None and selects(obj, pod)):
                self.enqueue(uid)

    def reconcile(self, uid: str, obj: Replicator) -> None:
        """Adopt and let go, then make or delete pods until there are as many as asked for."""
        sim = self.sim
        for pod in list(sim.api.pods.values()):
            if is_deleted(pod):
                continue
            if controller_of(pod) is None and selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=[reference(obj, type(obj).__name__)])
            elif owns(obj, pod) and not selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=None)
        wanted = obj.spec.replicas if obj.spec is not None and obj.spec.replicas is not None else 1
        plan = plan_replicas(wanted, self.pods_of(uid))
        source = "replicaset-controller" if isinstance(obj, ReplicaSet) else "replication-controller"
        for _ in range(plan.create):
            pod = sim.api.create(pod_from_template(sim, obj, self._next_number(obj)))
            self.event(obj, "Normal", "SuccessfulCreate", f"Created pod: {name_of(pod)}", source=source)
        for doomed in plan.delete:
            text = f"Deleted pod: {name_of(sim.api.pods[doomed])}"
            self.event(obj, "Normal", "SuccessfulDelete", text, source=source)
            sim.api.delete(doomed, None)

    def _next_number(self, obj: Replicator) -> int:
        """How many pods controllers of this name have made before."""
        key = (namespace_of(obj), name_of(obj))
        n = self._made[key] = self._made.get(key, -1) + 1
        return n


def pod_from_template(sim: Simulation, obj: Any, n: int) -> Pod:
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


def owns(obj: Replicator, pod: Pod) -> bool:
    """Whether the pod's controller is this one."""
    owner = controller_of(pod)
    return owner is not None and owner.uid == uid_of(obj)


def selects(obj: Replicator, pod: Pod) -> bool:
    """Whether a controller's selector picks a pod of its namespace."""
    if namespace_of(obj) != namespace_of(pod):
        return False
    labels = pod.metadata.labels if pod.metadata else None
    selector: Any = obj.spec.selector if obj.spec is not None else None
    if isinstance(obj, ReplicaSet):
        return matches_selector(selector, labels)
    return bool(selector) and matches_labels(selector, labels)

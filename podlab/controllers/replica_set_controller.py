"""Keeping replicas: carries out what the replica controllers of `podlab.controllers` decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightkube.models.apps_v1 import ReplicaSet
from lightkube.models.core_v1 import Pod, ReplicationController
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.api.parts import is_deleted, key_of, name_of, namespace_of, uid_of
from podlab.controllers.replica_set import plan_replicas
from podlab.controllers.selection import matches_labels, matches_selector
from podlab.core.engine.identity import suffix

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation

Replicator = ReplicaSet | ReplicationController
API_VERSIONS = {"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "Job": "batch/v1"}


class ReplicaControllers:
    """ReplicaSets and ReplicationControllers: replace what is missing, delete what is too much."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.objects: dict[str, Replicator] = {}
        self._made: dict[tuple[str, str], int] = {}
        self._due: set[str] = set()

    def add(self, obj: Replicator) -> None:
        """A new controller, or one that was changed: it looks for its pods at once."""
        self.objects[uid_of(obj)] = obj
        self._look(uid_of(obj))

    def remove(self, obj: Replicator) -> None:
        """A controller is gone: it keeps nothing any more."""
        del self.objects[uid_of(obj)]

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Every controller that owns the pod, or could, looks."""
        for uid, obj in self.objects.items():
            if owns(obj, pod) or (controller_of(pod) is None and selects(obj, pod)):
                self._look(uid)

    def _look(self, uid: str) -> None:
        if uid not in self._due:
            self._due.add(uid)
            self.sim.soon(self._reconcile, uid)

    def _reconcile(self, uid: str) -> None:
        self._due.discard(uid)
        sim = self.sim
        obj = self.objects.get(uid)
        if obj is None:
            return
        for pod in list(sim.api.pods.values()):
            if is_deleted(pod):
                continue
            if controller_of(pod) is None and selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=[reference(obj, type(obj).__name__)])
            elif owns(obj, pod) and not selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=None)
        mine = [p for p in sim.api.pods.values() if owns(obj, p)]
        wanted = obj.spec.replicas if obj.spec is not None and obj.spec.replicas is not None else 1
        plan = plan_replicas(wanted, mine)
        for _ in range(plan.create):
            pod = sim.api.create(pod_from_template(sim, obj, self._next_number(obj)))
            self._event(obj, "SuccessfulCreate", f"Created pod: {name_of(pod)}")
        for doomed in plan.delete:
            self._event(obj, "SuccessfulDelete", f"Deleted pod: {name_of(sim.api.pods[doomed])}")
            sim.api.delete(doomed, None)

    def _next_number(self, obj: Replicator) -> int:
        """How many pods controllers of this name have made before."""
        key = (namespace_of(obj), name_of(obj))
        n = self._made[key] = self._made.get(key, -1) + 1
        return n

    def _event(self, obj: Replicator, reason: str, message: str) -> None:
        kind = type(obj).__name__
        source = "replicaset-controller" if kind == "ReplicaSet" else "replication-controller"
        self.sim.recorder.event(self.sim.loop.now, f"{kind}/{key_of(obj)}", "Normal", reason, message, source=source)


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


def controller_of(pod: Pod) -> OwnerReference | None:
    """The controller that owns a pod, or None."""
    owners = (pod.metadata.ownerReferences if pod.metadata else None) or ()
    return next((o for o in owners if o.controller), None)


def selects(obj: Replicator, pod: Pod) -> bool:
    """Whether a controller's selector picks a pod of its namespace."""
    if namespace_of(obj) != namespace_of(pod):
        return False
    labels = pod.metadata.labels if pod.metadata else None
    selector: Any = obj.spec.selector if obj.spec is not None else None
    if isinstance(obj, ReplicaSet):
        return matches_selector(selector, labels)
    return bool(selector) and matches_labels(selector, labels)

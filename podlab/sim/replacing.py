"""Keeping replicas: carries out what the replica controllers of `podlab.cluster` decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightkube.models.apps_v1 import ReplicaSet
from lightkube.models.core_v1 import Pod, ReplicationController
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.cluster.replicas import plan_replicas
from podlab.cluster.selection import matches_labels, matches_selector
from podlab.sim.identity import suffix, uid
from podlab.sim.objects import name_of, namespace_of

if TYPE_CHECKING:
    from podlab.sim.engine import Simulation

Replicator = ReplicaSet | ReplicationController


class ReplicaControllers:
    """ReplicaSets and ReplicationControllers: replace what is missing, delete what is too much."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.objects: list[Replicator] = []
        self._made: dict[str, int] = {}
        self._due: set[str] = set()

    def add(self, obj: Replicator) -> None:
        """A new controller: it looks for its pods at once."""
        self.objects.append(obj)
        self._look(obj)

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Every controller that owns the pod, or could, looks."""
        for obj in self.objects:
            if self._owns(obj, pod) or (controller_of(pod) is None and selects(obj, pod)):
                self._look(obj)

    def _look(self, obj: Replicator) -> None:
        key = self._uid(obj)
        if key not in self._due:
            self._due.add(key)
            self.sim.soon(self._reconcile, obj)

    def _reconcile(self, obj: Replicator) -> None:
        self._due.discard(self._uid(obj))
        sim = self.sim
        for pod in list(sim.api.pods.values()):
            if controller_of(pod) is None and selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=[self._reference(obj)])
        mine = [p for p in sim.api.pods.values() if self._owns(obj, p)]
        wanted = obj.spec.replicas if obj.spec is not None and obj.spec.replicas is not None else 1
        plan = plan_replicas(wanted, mine)
        for _ in range(plan.create):
            pod = sim.api.create(self._new_pod(obj))
            self._event(obj, "SuccessfulCreate", f"Created pod: {name_of(pod)}")
        for doomed in plan.delete:
            self._event(obj, "SuccessfulDelete", f"Deleted pod: {name_of(sim.api.pods[doomed])}")
            sim.api.delete(doomed, None)

    def _event(self, obj: Replicator, reason: str, message: str) -> None:
        kind = type(obj).__name__
        source = "replicaset-controller" if kind == "ReplicaSet" else "replication-controller"
        self.sim.recorder.event(self.sim.loop.now, f"{kind}/{name_of(obj)}", "Normal", reason, message, source=source)

    def _new_pod(self, obj: Replicator) -> Pod:
        """A pod of the template, with a name of its own."""
        template = obj.spec.template if obj.spec is not None else None
        assert template is not None, "a controller has a template"
        key, name, namespace = self._uid(obj), name_of(obj), namespace_of(obj)
        n = self._made[key] = self._made.get(key, -1) + 1
        labels = dict((template.metadata.labels if template.metadata else None) or {})
        return Pod(
            apiVersion="v1",
            kind="Pod",
            metadata=ObjectMeta(
                name=f"{name}-{suffix(self.sim.seed, namespace, name, n)}",
                generateName=f"{name}-",
                namespace=namespace,
                labels=labels or None,
                ownerReferences=[self._reference(obj)],
            ),
            spec=template.spec,
        )

    def _reference(self, obj: Replicator) -> OwnerReference:
        kind = type(obj).__name__
        version = "apps/v1" if kind == "ReplicaSet" else "v1"
        return OwnerReference(
            apiVersion=version,
            kind=kind,
            name=name_of(obj),
            uid=self._uid(obj),
            controller=True,
            blockOwnerDeletion=True,
        )

    def _uid(self, obj: Replicator) -> str:
        return uid(self.sim.seed, type(obj).__name__, namespace_of(obj), name_of(obj))

    def _owns(self, obj: Replicator, pod: Pod) -> bool:
        owner = controller_of(pod)
        return owner is not None and owner.uid == self._uid(obj)


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

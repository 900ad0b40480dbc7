"""The API server of the simulation: the objects, and who is told when one changes.

Models pkg/registry/core/pod: creation, status updates and graceful deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition, PodStatus
from lightkube.models.meta_v1 import OwnerReference

from podlab.api.parts import TERMINAL_PHASES, key_of, meta_of, name_of, namespace_of, spec_of, status_of, uid_of
from podlab.core.engine.history import ObjectChange
from podlab.core.engine.identity import cluster_ip, suffix, uid
from podlab.core.engine.loop import Loop
from podlab.core.engine.owners import OwnerIndex
from podlab.core.engine.recording import Recorder


class StoreContext(Protocol):
    """What the store asks of the cluster it belongs to."""

    @property
    def seed(self) -> int:
        """What identities and random draws are made from."""

    @property
    def loop(self) -> Loop:
        """Virtual time."""

    @property
    def recorder(self) -> Recorder:
        """What writes down all that happens."""

    @property
    def cluster_wide(self) -> Set[str]:
        """The kinds, in lower case, whose objects are in no namespace."""

    @property
    def with_generation(self) -> Set[str]:
        """The kinds, in lower case, whose objects count the changes of their spec."""

    def stamp(self, t: float) -> datetime:
        """The wall-clock time of second `t`."""

    def admitted(self, obj: Any) -> Any:
        """An object as it is created: a copy with its defaults, and what admission adds."""

    def identified(self, obj: Any) -> None:
        """An object that is not a pod has got its UID: what follows from that is filled in."""

    def object_changed(self, obj: Any) -> None:
        """An object that is not a pod is new or was changed."""

    def object_removed(self, obj: Any) -> None:
        """An object that is not a pod was deleted."""


def _ends(meta: Any) -> bool:
    """Whether an object that is to be deleted waits for nobody any more."""
    return meta.deletionTimestamp is not None and meta.deletionGracePeriodSeconds == 0 and not meta.finalizers


class ApiServer:
    """Pods by UID and the other objects by kind; every change of a pod is announced."""

    def __init__(self, cluster: StoreContext) -> None:
        self.cluster = cluster
        self.pods: dict[str, Pod] = {}
        self.others: dict[tuple[str, str, str], Any] = {}
        self.owners = OwnerIndex()
        self.kinds: dict[str, dict[tuple[str, str, str], Any]] = {}
        self.watchers: list[Callable[[Pod, bool], None]] = []
        self.children: dict[str, list[str]] = {}
        self._made: dict[str, int] = {}

    def find(self, kind: str, namespace: str, name: str) -> Any:
        """An object that is not a pod, or None. `kind` in lower case."""
        return self.others.get((kind, namespace, name))

    def of_kind(self, kind: str) -> list[Any]:
        """The objects of a kind that is not Pod, in order of creation. `kind` in lower case."""
        return list(self.kinds.get(kind, {}).values())

    def find_pod(self, key: str) -> Pod | None:
        """The pod that is called `key` in podlab, or None. "web[0]" is the first pod the controller "web" made."""
        owner, bracket, number = key.removesuffix("]").partition("[")
        if bracket and number.isdigit():
            made = self.children.get(owner, ())
            return self.pods.get(made[int(number)]) if int(number) < len(made) else None
        return next((p for p in self.pods.values() if key_of(p) == key), None)

    def pods_of(self, owner: str) -> list[Pod]:
        """The pods whose controller has this UID; of nobody those with ""."""
        return [self.pods[each] for each in self.owners.of(owner)]

    def create(self, obj: Any) -> Any:
        """Create an object: defaults, UID, creation time."""
        if not isinstance(obj, Pod):
            return self._create_other(obj)
        pod: Pod = self.cluster.admitted(obj)
        meta = meta_of(pod)
        meta.namespace = meta.namespace or "default"
        if not meta.name and meta.generateName:
            made = self._incarnation(f"{meta.namespace}/{meta.generateName}")
            meta.name = meta.generateName + suffix(self.cluster.seed, meta.namespace, meta.generateName, made)
        meta.uid = uid(self.cluster.seed, meta.namespace, meta.name, self._incarnation(key_of(pod)))
        meta.creationTimestamp = self.cluster.stamp(self.cluster.loop.now)
        for owner in self._makers(meta.namespace, meta.ownerReferences):
            self.children.setdefault(owner, []).append(meta.uid)
        self.pods[meta.uid] = pod
        self._announce(pod)
        return pod

    def _makers(self, namespace: str, owners: list[OwnerReference] | None) -> list[str]:
        """What an object's owners and their owners are called: of a Deployment's pod the ReplicaSet, the Deployment."""
        names: list[str] = []
        for owner in owners or ():
            names.append(owner.name if namespace == "default" else f"{namespace}/{owner.name}")
            above = self.others.get((owner.kind.lower(), namespace, owner.name))
            names += self._makers(namespace, above.metadata.ownerReferences) if above is not None else []
        return list(dict.fromkeys(names))

    def _create_other(self, obj: Any) -> Any:
        """Create an object that is not a pod."""
        obj = self.cluster.admitted(obj)
        kind, namespace, name = place = self.place_of(obj)
        meta = obj.metadata
        meta.namespace = namespace or None
        nth = self._incarnation("/".join(place))
        meta.uid = uid(self.cluster.seed, type(obj).__name__, namespace, name, *([nth] if nth else []))
        self.cluster.identified(obj)
        meta.creationTimestamp = self.cluster.stamp(self.cluster.loop.now)
        meta.generation = 1 if kind in self.cluster.with_generation else None
        if kind == "service" and obj.spec is not None and obj.spec.type != "ExternalName":
            obj.spec.clusterIP = obj.spec.clusterIP or cluster_ip(self.cluster.seed, namespace, name)
            obj.spec.clusterIPs = [obj.spec.clusterIP]
        self._keep(obj)
        self.cluster.object_changed(obj)
        return obj

    def replace_object(self, obj: Any) -> None:
        """An object that is not a pod is changed: those who follow it are told. Its last finalizer holds it no more."""
        if _ends(obj.metadata):
            self.remove_object(obj)
            return
        self._keep(obj)
        self.cluster.object_changed(obj)

    def delete_object(self, obj: Any, *finalizers: str) -> None:
        """Ask for the deletion of an object that is not a pod: while it has finalizers it stays, marked.

        `finalizers`: further ones to wait for. Models BeforeDelete of k8s.io/apiserver/pkg/registry/rest/delete.go.
        """
        meta = obj.metadata
        held = list(dict.fromkeys([*(meta.finalizers or ()), *finalizers]))
        if not held:
            self.remove_object(obj)
            return
        stamp = meta.deletionTimestamp or self.cluster.stamp(self.cluster.loop.now)
        marked = msgspec.structs.replace(meta, deletionTimestamp=stamp, deletionGracePeriodSeconds=0, finalizers=held)
        if meta.deletionTimestamp is None and meta.generation:
            marked.generation = meta.generation + 1
        if marked != meta:
            self.replace_object(msgspec.structs.replace(obj, metadata=marked))

    def remove_object(self, obj: Any) -> None:
        """An object that is not a pod is deleted, and then the pods it made."""
        place = self.place_of(obj)
        del self.others[place], self.kinds[place[0]][place]
        self.cluster.recorder.objects.append(ObjectChange(self.cluster.loop.now, obj, deleted=True))
        self.cluster.object_removed(obj)

    def replace_pod(self, pod: Pod) -> None:
        """A pod's metadata or spec is changed; its node hears of it. Its last finalizer holds it no more."""
        held = meta_of(self.pods[uid_of(pod)]).finalizers
        new = self._replace(pod)
        if held and _ends(meta_of(new)):
            self._remove(new)

    def _keep(self, obj: Any) -> None:
        place = self.place_of(obj)
        self.others[place] = self.kinds.setdefault(place[0], {})[place] = obj
        self.cluster.recorder.objects.append(ObjectChange(self.cluster.loop.now, obj))

    def place_of(self, obj: Any) -> tuple[str, str, str]:
        """Where an object that is not a pod is kept: kind in lower case, namespace ("" if it has none), name."""
        kind = type(obj).__name__.lower()
        return kind, "" if kind in self.cluster.cluster_wide else namespace_of(obj), name_of(obj)

    def _incarnation(self, key: str) -> int:
        """How many objects of this name there have been before."""
        n = self._made[key] = self._made.get(key, -1) + 1
        return n

    def bind(self, pod_uid: str, node: str) -> None:
        """The scheduler has chosen a node."""
        pod = self.pods[pod_uid]
        now = self.cluster.stamp(self.cluster.loop.now)
        spec = msgspec.structs.replace(spec_of(pod), nodeName=node)
        scheduled = PodCondition(type="PodScheduled", status="True", lastTransitionTime=now)
        status = msgspec.structs.replace(status_of(pod), conditions=[scheduled])
        self._replace(pod, spec=spec, status=status)

    def set_condition(self, pod_uid: str, condition: PodCondition) -> None:
        """A condition set by somebody who is not the pod's kubelet."""
        pod = self.pods.get(pod_uid)
        if pod is not None and pod.status is not None:
            condition.lastTransitionTime = self.cluster.stamp(self.cluster.loop.now)
            conditions = list(pod.status.conditions or ())
            known = next((i for i, c in enumerate(conditions) if c.type == condition.type), None)
            if known is None:
                conditions.append(condition)
            else:
                conditions[known] = condition
            self._replace(pod, status=msgspec.structs.replace(pod.status, conditions=conditions))

    def update_metadata(self, pod: Pod, **fields: Any) -> None:
        """Change some of a pod's metadata."""
        self.replace_pod(msgspec.structs.replace(pod, metadata=msgspec.structs.replace(meta_of(pod), **fields)))

    def update_status(self, pod_uid: str, status: PodStatus) -> None:
        """A kubelet reports a status. Nothing happens when the pod is gone."""
        pod = self.pods.get(pod_uid)
        if pod is not None:
            self._replace(pod, status=status)

    def delete(self, pod_uid: str, grace: int | None) -> None:
        """Ask for a pod's deletion: it stays, marked, until its node has ended it; with grace 0 it goes at once."""
        pod = self.pods[pod_uid]
        if grace is None:
            grace = spec_of(pod).terminationGracePeriodSeconds
            grace = 30 if grace is None else grace
        if spec_of(pod).nodeName is None or status_of(pod).phase in TERMINAL_PHASES:
            grace = 0
        before = meta_of(pod).deletionGracePeriodSeconds
        if before is not None and grace >= before and grace > 0:
            return
        stamp = self.cluster.stamp(self.cluster.loop.now) + timedelta(seconds=grace)
        meta = msgspec.structs.replace(meta_of(pod), deletionTimestamp=stamp, deletionGracePeriodSeconds=grace)
        pod = self._replace(pod, metadata=meta)
        if grace == 0:
            self._remove(pod)

    def pod_finished(self, pod: Pod) -> None:
        """Its node is done with a pod: if it was to be deleted, it goes now."""
        current = self.pods.get(uid_of(pod))
        if current is None or current.metadata is None or current.metadata.deletionTimestamp is None:
            return
        stamp = self.cluster.stamp(self.cluster.loop.now)
        meta = msgspec.structs.replace(current.metadata, deletionTimestamp=stamp, deletionGracePeriodSeconds=0)
        self._remove(self._replace(current, metadata=meta))

    def _replace(self, pod: Pod, **fields: Any) -> Pod:
        new = msgspec.structs.replace(pod, **fields)
        self.pods[uid_of(new)] = new
        self._announce(new)
        return new

    def _remove(self, pod: Pod) -> None:
        if meta_of(pod).finalizers:
            return
        del self.pods[uid_of(pod)]
        self.owners.drop(pod)
        self.cluster.recorder.change(self.cluster.loop.now, pod, deleted=True)
        for watcher in self.watchers:
            watcher(pod, True)

    def _announce(self, pod: Pod) -> None:
        self.owners.put(pod)
        self.cluster.recorder.change(self.cluster.loop.now, pod)
        for watcher in self.watchers:
            watcher(pod, False)

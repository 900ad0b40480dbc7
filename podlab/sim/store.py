"""The API server of the simulation: the objects, and who is told when one changes.

Models pkg/registry/core/pod: creation, status updates and graceful deletion.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition, PodStatus

from podlab.api.defaults import prepare_for_create
from podlab.sim.identity import uid
from podlab.sim.objects import key_of, meta_of, name_of, namespace_of, spec_of, status_of, uid_of

if TYPE_CHECKING:
    from podlab.sim.engine import Simulation

TERMINAL = ("Succeeded", "Failed")


class ApiServer:
    """Pods by UID and the other objects by kind; every change of a pod is announced."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.pods: dict[str, Pod] = {}
        self.others: dict[tuple[str, str, str], Any] = {}
        self.watchers: list[Callable[[Pod, bool], None]] = []
        self.children: dict[str, list[str]] = {}
        self._made: dict[str, int] = {}

    def find(self, kind: str, namespace: str, name: str) -> Any:
        """An object that is not a pod, or None. `kind` in lower case."""
        return self.others.get((kind, namespace, name))

    def find_pod(self, key: str) -> Pod | None:
        """The pod that is called `key` in podlab, or None. "web[0]" is the first pod the controller "web" made."""
        owner, bracket, number = key.removesuffix("]").partition("[")
        if bracket and number.isdigit():
            made = self.children.get(owner, ())
            return self.pods.get(made[int(number)]) if int(number) < len(made) else None
        return next((p for p in self.pods.values() if key_of(p) == key), None)

    def create(self, obj: Any) -> Any:
        """Create an object: defaults, UID, creation time."""
        if not isinstance(obj, Pod):
            kind = type(obj).__name__.lower()
            self.others[kind, "" if kind == "node" else namespace_of(obj), name_of(obj)] = obj
            self.sim.object_created(obj)
            return obj
        pod = prepare_for_create(obj)
        meta = meta_of(pod)
        meta.namespace = meta.namespace or "default"
        key = key_of(pod)
        incarnation = self._made[key] = self._made.get(key, -1) + 1
        meta.uid = uid(self.sim.seed, meta.namespace, meta.name, incarnation)
        meta.creationTimestamp = self.sim.stamp(self.sim.loop.now)
        for owner in meta.ownerReferences or ():
            self.children.setdefault(owner.name, []).append(meta.uid)
        self.pods[meta.uid] = pod
        self._announce(pod)
        return pod

    def bind(self, pod_uid: str, node: str) -> None:
        """The scheduler has chosen a node."""
        pod = self.pods[pod_uid]
        now = self.sim.stamp(self.sim.loop.now)
        spec = msgspec.structs.replace(spec_of(pod), nodeName=node)
        scheduled = PodCondition(type="PodScheduled", status="True", lastTransitionTime=now)
        status = msgspec.structs.replace(status_of(pod), conditions=[scheduled])
        self._replace(pod, spec=spec, status=status)

    def set_condition(self, pod_uid: str, condition: PodCondition) -> None:
        """A condition set by somebody who is not the pod's kubelet."""
        pod = self.pods.get(pod_uid)
        if pod is not None and pod.status is not None:
            condition.lastTransitionTime = self.sim.stamp(self.sim.loop.now)
            conditions = list(pod.status.conditions or ())
            known = next((i for i, c in enumerate(conditions) if c.type == condition.type), None)
            if known is None:
                conditions.append(condition)
            else:
                conditions[known] = condition
            self._replace(pod, status=msgspec.structs.replace(pod.status, conditions=conditions))

    def update_metadata(self, pod: Pod, **fields: Any) -> None:
        """Change some of a pod's metadata."""
        self._replace(pod, metadata=msgspec.structs.replace(meta_of(pod), **fields))

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
        if spec_of(pod).nodeName is None or status_of(pod).phase in TERMINAL:
            grace = 0
        before = meta_of(pod).deletionGracePeriodSeconds
        if before is not None and grace >= before and grace > 0:
            return
        stamp = self.sim.stamp(self.sim.loop.now) + timedelta(seconds=grace)
        meta = msgspec.structs.replace(meta_of(pod), deletionTimestamp=stamp, deletionGracePeriodSeconds=grace)
        pod = self._replace(pod, metadata=meta)
        if grace == 0:
            self._remove(pod)

    def pod_finished(self, pod: Pod) -> None:
        """Its node is done with a pod: if it was to be deleted, it goes now."""
        current = self.pods.get(uid_of(pod))
        if current is None or current.metadata is None or current.metadata.deletionTimestamp is None:
            return
        stamp = self.sim.stamp(self.sim.loop.now)
        meta = msgspec.structs.replace(current.metadata, deletionTimestamp=stamp, deletionGracePeriodSeconds=0)
        self._remove(self._replace(current, metadata=meta))

    def _replace(self, pod: Pod, **fields: Any) -> Pod:
        new = msgspec.structs.replace(pod, **fields)
        self.pods[uid_of(new)] = new
        self._announce(new)
        return new

    def _remove(self, pod: Pod) -> None:
        del self.pods[uid_of(pod)]
        self.sim.recorder.change(self.sim.loop.now, pod, deleted=True)
        for watcher in self.watchers:
            watcher(pod, True)

    def _announce(self, pod: Pod) -> None:
        self.sim.recorder.change(self.sim.loop.now, pod)
        for watcher in self.watchers:
            watcher(pod, False)

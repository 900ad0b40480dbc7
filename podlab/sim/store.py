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
from podlab.sim.scenario import pod_key

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
        return next((p for p in self.pods.values() if pod_key(p) == key), None)

    def create(self, obj: Any) -> Any:
        """Create an object: defaults, UID, creation time."""
        if not isinstance(obj, Pod):
            meta = obj.metadata
            namespace = (meta.namespace if meta else None) or "default"
            kind = type(obj).__name__.lower()
            self.others[kind, "" if kind == "node" else namespace, (meta.name if meta else None) or ""] = obj
            self.sim.object_created(obj)
            return obj
        pod = prepare_for_create(obj)
        meta = pod.metadata
        assert meta is not None
        meta.namespace = meta.namespace or "default"
        key = pod_key(pod)
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
        assert pod.spec is not None and pod.status is not None
        now = self.sim.stamp(self.sim.loop.now)
        spec = msgspec.structs.replace(pod.spec, nodeName=node)
        scheduled = PodCondition(type="PodScheduled", status="True", lastTransitionTime=now)
        status = msgspec.structs.replace(pod.status, conditions=[scheduled])
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
        self._replace(pod, metadata=msgspec.structs.replace(pod.metadata, **fields))

    def update_status(self, pod_uid: str, status: PodStatus) -> None:
        """A kubelet reports a status. Nothing happens when the pod is gone."""
        pod = self.pods.get(pod_uid)
        if pod is not None:
            self._replace(pod, status=status)

    def delete(self, pod_uid: str, grace: int | None) -> None:
        """Ask for a pod's deletion: it stays, marked, until its node has ended it; with grace 0 it goes at once."""
        pod = self.pods[pod_uid]
        assert pod.spec is not None and pod.metadata is not None and pod.status is not None
        if grace is None:
            grace = pod.spec.terminationGracePeriodSeconds
            grace = 30 if grace is None else grace
        if pod.spec.nodeName is None or pod.status.phase in TERMINAL:
            grace = 0
        before = pod.metadata.deletionGracePeriodSeconds
        if before is not None and grace >= before and grace > 0:
            return
        stamp = self.sim.stamp(self.sim.loop.now) + timedelta(seconds=grace)
        meta = msgspec.structs.replace(pod.metadata, deletionTimestamp=stamp, deletionGracePeriodSeconds=grace)
        pod = self._replace(pod, metadata=meta)
        if grace == 0:
            self._remove(pod)

    def pod_finished(self, pod: Pod) -> None:
        """Its node is done with a pod: if it was to be deleted, it goes now."""
        pod_uid = (pod.metadata.uid if pod.metadata else None) or ""
        current = self.pods.get(pod_uid)
        if current is None or current.metadata is None or current.metadata.deletionTimestamp is None:
            return
        stamp = self.sim.stamp(self.sim.loop.now)
        meta = msgspec.structs.replace(current.metadata, deletionTimestamp=stamp, deletionGracePeriodSeconds=0)
        self._remove(self._replace(current, metadata=meta))

    def _replace(self, pod: Pod, **fields: Any) -> Pod:
        new = msgspec.structs.replace(pod, **fields)
        assert new.metadata is not None and new.metadata.uid is not None
        self.pods[new.metadata.uid] = new
        self._announce(new)
        return new

    def _remove(self, pod: Pod) -> None:
        assert pod.metadata is not None and pod.metadata.uid is not None
        del self.pods[pod.metadata.uid]
        self.sim.recorder.change(self.sim.loop.now, pod, deleted=True)
        for watcher in self.watchers:
            watcher(pod, True)

    def _announce(self, pod: Pod) -> None:
        self.sim.recorder.change(self.sim.loop.now, pod)
        for watcher in self.watchers:
            watcher(pod, False)

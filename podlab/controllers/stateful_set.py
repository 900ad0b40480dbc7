"""StatefulSets: pods with names that stay, made and deleted one after the other.

The rule: pod NAME-0 first, each next one when all before it are ready; deletion from the highest down, each when the
one above it is gone. With podManagementPolicy Parallel nothing waits. A pod that is gone or has ended is made again
under its name, with its claims. A new template is rolled out from the highest ordinal down to `partition`, one pod at
a time; with OnDelete only what is deleted comes back new.
Models pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from lightkube.models.apps_v1 import ControllerRevision, StatefulSet, StatefulSetSpec, StatefulSetStatus
from lightkube.models.core_v1 import (
    PersistentVolumeClaim,
    PersistentVolumeClaimVolumeSource,
    Pod,
    PodSpec,
    PodTemplateSpec,
    Volume,
)
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.decode import decode_object
from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, namespace_of, status_of, uid_of
from podlab.api.refusal import ApiError
from podlab.controllers.availability import is_ready, retry_after, seconds_to_available
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.replica_set import reference
from podlab.controllers.revisions import HASH, forget_old_revisions, present_revision, revisions_of, template_of
from podlab.controllers.rollout import part
from podlab.controllers.selection import matches_selector

POD_NAME, POD_INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"


@dataclass(frozen=True, slots=True)
class _View:
    """A StatefulSet as the controller looks at it once."""

    uid: str
    obj: StatefulSet
    spec: StatefulSetSpec
    current: ControllerRevision
    update: ControllerRevision
    pods: dict[int, Pod]

    @property
    def first(self) -> int:
        """The lowest ordinal."""
        return (self.spec.ordinals.start if self.spec.ordinals is not None else None) or 0

    @property
    def replicas(self) -> int:
        """How many pods are asked for."""
        return 1 if self.spec.replicas is None else self.spec.replicas

    @property
    def wanted(self) -> range:
        """The ordinals that are asked for."""
        return range(self.first, self.first + self.replicas)

    @property
    def ordered(self) -> bool:
        """Whether one pod waits for another."""
        return self.spec.podManagementPolicy != "Parallel"

    @property
    def partition(self) -> int:
        """Pods below this ordinal keep the old template."""
        rolling = self.spec.updateStrategy.rollingUpdate if self.spec.updateStrategy is not None else None
        return (rolling.partition if rolling is not None else None) or 0


@controller
class StatefulSetController(Reconciler):
    """Follows StatefulSets and their pods."""

    kinds = (StatefulSet,)
    source = "statefulset-controller"
    order = 20

    def __init__(self, sim: Any) -> None:
        super().__init__(sim)
        self._refused: dict[str, int] = {}

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The StatefulSet that owns the pod is reconciled; an orphan's is the one that its name tells."""
        super().pod_changed(pod, _deleted)
        for uid, obj in self.objects.items():
            if not meta_of(pod).ownerReferences and _is_member(obj, pod):
                self.enqueue(uid)

    def reconcile(self, uid: str, obj: StatefulSet) -> None:
        """Take the next step: adopt, make, delete, roll on; then write the status."""
        if obj.spec is None or (obj.metadata is not None and obj.metadata.deletionTimestamp is not None):
            return
        for pod in self.sim.api.pods_of(""):
            if _is_member(obj, pod) and not is_deleted(pod):
                self.sim.api.update_metadata(pod, ownerReferences=[reference(obj, "StatefulSet")])
        update = present_revision(self.sim, obj)
        known = {name_of(each): each for each in revisions_of(self.sim, obj)}
        current = known.get((obj.status.currentRevision if obj.status else None) or "", update)
        view = _View(uid, obj, obj.spec, current, update, {_ordinal(p): p for p in self.pods_of(uid)})
        if self._make(view) and self._condemn(view):
            self._roll(view)
        self._show(view)
        used = {name_of(current), name_of(update), *(_revision(p) for p in self.pods_of(uid))}
        forget_old_revisions(self.sim, obj, used, obj.spec.revisionHistoryLimit)

    # Making and deleting

    def _make(self, view: _View) -> bool:
        """Make what is missing, in order. False: something has to happen before anything else."""
        for ordinal in view.wanted:
            pod = view.pods.get(ordinal)
            if pod is None:
                if not self._create(view, ordinal) or view.ordered:
                    return False
            elif status_of(pod).phase in TERMINAL_PHASES:
                if not is_deleted(pod):
                    self._recreate(view, pod)
                return False
            elif view.ordered and not self._available(view, pod):
                return False
        return True

    def _recreate(self, view: _View, pod: Pod) -> None:
        failed = status_of(pod).phase == "Failed"
        kind, reason, how = ("Warning", "RecreatingFailedPod", "failed") if failed else _TERMINATED
        who = f"StatefulSet {namespace_of(view.obj)}/{name_of(view.obj)}"
        self.event(view.obj, kind, reason, f"{who} is recreating {how} Pod {name_of(pod)}")
        self._delete(view, pod)

    def _create(self, view: _View, ordinal: int) -> bool:
        pod = _pod(view, ordinal)
        name, owner = name_of(pod), name_of(view.obj)
        try:
            self._claims(view, pod)
            self.sim.api.create(pod)
        except ApiError as error:
            text = f"create Pod {name} in StatefulSet {owner} failed error: {error.message}"
            self.event(view.obj, "Warning", "FailedCreate", text)
            tries = self._refused[view.uid] = self._refused.get(view.uid, 0) + 1
            self.enqueue_once(view.uid, retry_after(tries))
            return False
        self._refused.pop(view.uid, None)
        self.event(view.obj, "Normal", "SuccessfulCreate", f"Create Pod {name} in StatefulSet {owner} successful")
        return True

    def _claims(self, view: _View, pod: Pod) -> None:
        """Make the pod's claims that are not there yet; those of an earlier pod of its name are used again."""
        for template in view.spec.volumeClaimTemplates or ():
            name = f"{name_of(template)}-{name_of(pod)}"
            if self.sim.api.find("persistentvolumeclaim", namespace_of(view.obj), name) is None:
                matched = (view.spec.selector.matchLabels if view.spec.selector else None) or {}
                labels = {**((template.metadata.labels if template.metadata else None) or {}), **matched}
                meta = ObjectMeta(name=name, namespace=namespace_of(view.obj), labels=labels or None)
                self.sim.api.create(
                    PersistentVolumeClaim(
                        apiVersion="v1", kind="PersistentVolumeClaim", metadata=meta, spec=template.spec
                    )
                )
                said = f"Create Claim {name} Pod {name_of(pod)} in StatefulSet {name_of(view.obj)} success"
                self.event(view.obj, "Normal", "SuccessfulCreate", said)

    def _delete(self, view: _View, pod: Pod) -> None:
        said = f"Delete Pod {name_of(pod)} in StatefulSet {name_of(view.obj)} successful"
        self.event(view.obj, "Normal", "SuccessfulDelete", said)
        self.sim.api.delete(uid_of(pod), None)

    def _condemn(self, view: _View) -> bool:
        """Delete the pods that are too many, the highest first. False: one of them has to go before anything else."""
        condemned = sorted((n for n in view.pods if n not in view.wanted), reverse=True)
        unhealthy = min((n for n, p in view.pods.items() if not is_ready(p) or is_deleted(p)), default=None)
        for ordinal in condemned:
            pod = view.pods[ordinal]
            if is_deleted(pod):
                if view.ordered:
                    return False
                continue
            if view.ordered and not self._available(view, pod) and ordinal != unhealthy:
                return False
            self._delete(view, pod)
            if view.ordered:
                return False
        return True

    def _roll(self, view: _View) -> None:
        """Delete the next pods of an old template, from the highest ordinal down; each comes back new."""
        strategy = view.spec.updateStrategy
        if strategy is not None and strategy.type == "OnDelete":
            return
        rolling = strategy.rollingUpdate if strategy is not None else None
        at_most = rolling.maxUnavailable if rolling is not None else None
        left = max(part(1 if at_most is None else at_most, view.replicas, up=True), 1)
        left -= sum(not self._available(view, view.pods[n]) for n in view.wanted if n in view.pods)
        for ordinal in sorted(view.wanted, reverse=True):
            pod = view.pods.get(ordinal)
            if pod is None or ordinal < view.partition:
                return
            if _revision(pod) != name_of(view.update) and not is_deleted(pod):
                if left <= 0 and self._available(view, pod):
                    return
                left -= self._available(view, pod)
                self._delete(view, pod)
                if left <= 0:
                    return
            elif not self._available(view, pod) and left <= 0:
                return

    def _available(self, view: _View, pod: Pod) -> bool:
        """Whether a pod runs, is ready long enough and is not being deleted; looks again when it will be."""
        if is_deleted(pod) or status_of(pod).phase != "Running" or not is_ready(pod):
            return False
        wait = seconds_to_available(pod, view.spec.minReadySeconds or 0, self.exact_now())
        if wait > 0:
            self.enqueue_once(view.uid, wait)
        return wait <= 0

    # The status

    def _show(self, view: _View) -> None:
        pods = self.pods_of(view.uid)
        ready = [p for p in pods if status_of(p).phase == "Running" and is_ready(p)]
        least, now = view.spec.minReadySeconds or 0, self.exact_now()
        there = [p for p in pods if not is_deleted(p)]
        current, update = name_of(view.current), name_of(view.update)
        counts = {name: sum(_revision(p) == name for p in there) for name in (current, update)}
        if current != update and counts[update] == len(pods) == len(ready) == view.replicas:
            current = update
        status = StatefulSetStatus(
            observedGeneration=view.obj.metadata.generation if view.obj.metadata is not None else None,
            replicas=len(pods),
            readyReplicas=len(ready) or None,
            availableReplicas=sum(seconds_to_available(p, least, now) <= 0 for p in ready),
            currentReplicas=counts.get(current, 0) or None,
            updatedReplicas=counts[update] or None,
            currentRevision=current,
            updateRevision=update,
            collisionCount=0,
        )
        self.set_status(self.objects[view.uid], status)


_TERMINATED = ("Normal", "RecreatingTerminatedPod", "terminated")


def _ordinal(pod: Pod) -> int:
    return int(name_of(pod).rpartition("-")[2])


def _revision(pod: Pod) -> str:
    """The name of the revision that a pod was made of."""
    labels: dict[str, str] = meta_of(pod).labels or {}
    return labels.get(HASH, "")


def _is_member(obj: StatefulSet, pod: Pod) -> bool:
    """Whether a pod that nobody owns has a StatefulSet's labels and a name of its kind."""
    if namespace_of(obj) != namespace_of(pod) or obj.spec is None:
        return False
    named = re.fullmatch(rf"{re.escape(name_of(obj))}-\d+", name_of(pod)) is not None
    return named and matches_selector(obj.spec.selector, meta_of(pod).labels)


def _pod(view: _View, ordinal: int) -> Pod:
    """The pod of an ordinal, of the old template below the partition and of the new one from there on."""
    old = ordinal < view.partition and name_of(view.current) != name_of(view.update)
    revision: ControllerRevision = view.current if old else view.update
    template = decode_object(PodTemplateSpec, template_of(revision))
    name = f"{name_of(view.obj)}-{ordinal}"
    spec = template.spec or PodSpec(containers=[])
    claimed = [
        Volume(
            name=name_of(claim),
            persistentVolumeClaim=PersistentVolumeClaimVolumeSource(claimName=f"{name_of(claim)}-{name}"),
        )
        for claim in view.spec.volumeClaimTemplates or ()
    ]
    names: Sequence[str] = [volume.name for volume in claimed]
    volumes = [*claimed, *(v for v in spec.volumes or () if v.name not in names)]
    labels = {
        **((template.metadata.labels if template.metadata else None) or {}),
        POD_NAME: name,
        POD_INDEX: str(ordinal),
        HASH: name_of(revision),
    }
    return Pod(
        apiVersion="v1",
        kind="Pod",
        metadata=ObjectMeta(
            name=name,
            generateName=f"{name_of(view.obj)}-",
            namespace=namespace_of(view.obj),
            labels=labels,
            annotations=template.metadata.annotations if template.metadata else None,
            ownerReferences=[reference(view.obj, "StatefulSet")],
        ),
        spec=msgspec.structs.replace(
            spec, hostname=name, subdomain=view.spec.serviceName or None, volumes=volumes or None
        ),
    )

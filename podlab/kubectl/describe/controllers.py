"""``kubectl describe`` of what makes pods: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from lightkube.models.apps_v1 import DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.models.batch_v1 import CronJob, Job
from lightkube.models.core_v1 import Event, Pod, PodTemplateSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.kubectl.describe.containers import describe_containers
from podlab.kubectl.describe.pod import toleration_text
from podlab.kubectl.describe.text import Description, annotation_block, events_block, label_lines, moment
from podlab.kubectl.describe.volumes import describe_volumes
from podlab.kubectl.durations import human_duration
from podlab.kubectl.selectors import selector_of
from podlab.kubectl.tables import NONE, format_labels

UNSET = "<unset>"
REVISION = "deployment.kubernetes.io/revision"


def describe_controller(
    obj: Any, pods: Iterable[Pod], sets: Iterable[ReplicaSet], events: Sequence[Event], now: datetime
) -> str:
    """The text about what makes pods. ``pods`` are all of its namespace, ``sets`` all ReplicaSets there."""
    out = Description()
    mine = [p for p in pods if any(o.uid == obj.metadata.uid for o in p.metadata.ownerReferences or ())]  # type: ignore[union-attr]
    out.line(0, "Name:", obj.metadata.name or "")
    out.line(0, "Namespace:", obj.metadata.namespace or "")
    _PARTS[type(obj).__name__](out, obj, mine, list(sets))
    events_block(out, events, now)
    return out.text()


def _selector(obj: Any) -> str:
    selector = obj.spec.selector
    if isinstance(selector, dict):
        return format_labels(selector)
    return str(selector_of(selector)) or NONE


def _labels(out: Description, metadata: ObjectMeta) -> None:
    out.block("Labels", label_lines(metadata.labels))
    annotation_block(out, metadata.annotations)


def _owner(out: Description, metadata: ObjectMeta) -> None:
    for owner in metadata.ownerReferences or ():
        if owner.controller:
            out.line(0, "Controlled By:", f"{owner.kind}/{owner.name}")


def pods_by_phase(pods: Iterable[Pod]) -> str:
    """``2 Running / 0 Waiting / 0 Succeeded / 0 Failed``."""
    phases = Counter((p.status.phase if p.status is not None else "") or "" for p in pods)
    words = (("Running", "Running"), ("Waiting", "Pending"), ("Succeeded", "Succeeded"), ("Failed", "Failed"))
    return " / ".join(f"{phases[phase]} {word}" for word, phase in words)


def _template(out: Description, template: PodTemplateSpec | None) -> None:
    out.line(0, "Pod Template:")
    inner = Description()
    metadata = (template.metadata if template is not None else None) or ObjectMeta()
    inner.block("Labels", label_lines(metadata.labels))
    if metadata.annotations:
        annotation_block(inner, metadata.annotations)
    spec = template.spec if template is not None else None
    if spec is not None:
        pod = Pod(metadata=metadata, spec=spec)
        if spec.serviceAccountName:
            inner.line(0, "Service Account:", spec.serviceAccountName)
        if spec.initContainers:
            describe_containers(inner, "Init Containers", spec.initContainers, None, pod)
        describe_containers(inner, "Containers", spec.containers, None, pod)
        describe_volumes(inner, spec.volumes)
        if spec.topologySpreadConstraints:
            inner.block("Topology Spread Constraints", [_spread(c) for c in spec.topologySpreadConstraints])
        if spec.priorityClassName:
            inner.line(0, "Priority Class Name:", spec.priorityClassName)
        inner.block("Node-Selectors", label_lines(spec.nodeSelector))
        tolerations = sorted(spec.tolerations or (), key=lambda toleration: toleration.key or "")
        inner.block("Tolerations", map(toleration_text, tolerations))
    out.inside(inner)


def _spread(constraint: Any) -> str:
    how = f"{constraint.topologyKey}:{constraint.whenUnsatisfiable} when max skew {constraint.maxSkew} is exceeded"
    return f"{how} for selector {selector_of(constraint.labelSelector)}" if constraint.labelSelector else how


def _conditions(out: Description, conditions: Sequence[Any] | None) -> None:
    if conditions:
        out.line(0, "Conditions:")
        out.line(1, "Type", "Status", "Reason")
        out.line(1, "----", "------", "------")
        for condition in conditions:
            out.line(1, f"{condition.type} ", condition.status, condition.reason or "")


def _deployment(out: Description, obj: Deployment, _pods: list[Pod], sets: list[ReplicaSet]) -> None:
    metadata, spec, status = obj.metadata or ObjectMeta(), obj.spec, obj.status
    assert spec is not None, "a Deployment has a spec"
    out.line(0, "CreationTimestamp:", moment(metadata.creationTimestamp))
    _labels(out, metadata)
    out.line(0, "Selector:", _selector(obj))
    counts = (
        (spec.replicas, "desired"),
        (status and status.updatedReplicas, "updated"),
        (status and status.replicas, "total"),
        (status and status.availableReplicas, "available"),
        (status and status.unavailableReplicas, "unavailable"),
    )
    out.line(0, "Replicas:", " | ".join(f"{n or 0} {word}" for n, word in counts))
    out.line(0, "StrategyType:", (spec.strategy.type if spec.strategy is not None else None) or "")
    out.line(0, "MinReadySeconds:", str(spec.minReadySeconds or 0))
    rolling = spec.strategy.rollingUpdate if spec.strategy is not None else None
    if rolling is not None:
        said = f"{rolling.maxUnavailable} max unavailable, {rolling.maxSurge} max surge"
        out.line(0, "RollingUpdateStrategy:", said)
    _template(out, spec.template)
    _conditions(out, status.conditions if status is not None else None)
    mine = [s for s in sets if any(o.uid == metadata.uid for o in _meta(s).ownerReferences or ())]
    newest = max(mine, key=_revision, default=None)
    old = [s for s in mine if s is not newest]
    out.line(0, "OldReplicaSets:", ", ".join(map(_created, sorted(old, key=_revision))) or NONE)
    out.line(0, "NewReplicaSet:", _created(newest) if newest is not None else NONE)


def _meta(each: ReplicaSet) -> ObjectMeta:
    return each.metadata or ObjectMeta()


def _revision(each: ReplicaSet) -> int:
    return int((_meta(each).annotations or {}).get(REVISION, "0"))


def _created(each: ReplicaSet) -> str:
    have = (each.status.replicas if each.status is not None else 0) or 0
    wanted = (each.spec.replicas if each.spec is not None else 0) or 0
    return f"{_meta(each).name} ({have}/{wanted} replicas created)"


def _replica_set(out: Description, obj: Any, pods: list[Pod], _sets: list[ReplicaSet]) -> None:
    out.line(0, "Selector:", _selector(obj))
    _labels(out, obj.metadata)
    _owner(out, obj.metadata)
    have = (obj.status.replicas if obj.status is not None else 0) or 0
    out.line(0, "Replicas:", f"{have} current / {obj.spec.replicas or 0} desired")
    out.line(0, "Pods Status:", pods_by_phase(pods))
    _template(out, obj.spec.template)
    _conditions(out, obj.status.conditions if obj.status is not None else None)


def _stateful_set(out: Description, obj: StatefulSet, pods: list[Pod], _sets: list[ReplicaSet]) -> None:
    metadata, spec, status = obj.metadata or ObjectMeta(), obj.spec, obj.status
    assert spec is not None, "a StatefulSet has a spec"
    out.line(0, "CreationTimestamp:", moment(metadata.creationTimestamp))
    out.line(0, "Selector:", _selector(obj))
    _labels(out, metadata)
    have = (status.replicas if status is not None else 0) or 0
    out.line(0, "Replicas:", f"{spec.replicas or 0} desired | {have} total")
    strategy = spec.updateStrategy
    out.line(0, "Update Strategy:", (strategy.type if strategy is not None else None) or "")
    if strategy is not None and strategy.rollingUpdate is not None and strategy.rollingUpdate.partition is not None:
        out.line(1, "Partition:", str(strategy.rollingUpdate.partition))
    out.line(0, "Pods Status:", pods_by_phase(pods))
    _template(out, spec.template)
    claims = spec.volumeClaimTemplates or ()
    out.line(0, "Volume Claims:", *(() if claims else (NONE,)))
    for claim in claims:
        asked = claim.spec.resources.requests if claim.spec is not None and claim.spec.resources is not None else None
        out.line(1, "Name:", (claim.metadata.name if claim.metadata else None) or "")
        out.line(1, "StorageClass:", (claim.spec.storageClassName if claim.spec is not None else None) or "")
        out.line(1, "Labels:", format_labels((claim.metadata.labels if claim.metadata else None) or {}))
        out.line(1, "Annotations:", format_labels((claim.metadata.annotations if claim.metadata else None) or {}))
        out.line(1, "Capacity:", (asked or {}).get("storage", "<default>"))
        out.line(1, "Access Modes:", f"[{' '.join((claim.spec.accessModes if claim.spec else None) or ())}]")


def _daemon_set(out: Description, obj: DaemonSet, pods: list[Pod], _sets: list[ReplicaSet]) -> None:
    spec, status = obj.spec, obj.status
    assert spec is not None, "a DaemonSet has a spec"
    out.line(0, "Selector:", _selector(obj))
    pod = spec.template.spec
    out.line(0, "Node-Selector:", format_labels((pod.nodeSelector if pod is not None else None) or {}))
    _labels(out, obj.metadata or ObjectMeta())
    for words, field in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        out.line(0, f"{words}: {getattr(status, field, None) or 0}")
    out.line(0, f"Pods Status:  {pods_by_phase(pods)}")
    _template(out, spec.template)


def _job(out: Description, obj: Job, _pods: list[Pod], _sets: list[ReplicaSet]) -> None:
    spec, status = obj.spec, obj.status
    assert spec is not None, "a Job has a spec"
    out.line(0, "Selector:", _selector(obj))
    _labels(out, obj.metadata or ObjectMeta())
    _owner(out, obj.metadata or ObjectMeta())
    out.line(0, "Parallelism:", str(spec.parallelism))
    out.line(0, "Completions:", UNSET if spec.completions is None else str(spec.completions))
    out.line(0, "Completion Mode:", spec.completionMode or "")
    out.line(0, "Suspend:", str(bool(spec.suspend)).lower())
    out.line(0, "Backoff Limit:", str(spec.backoffLimit))
    if spec.ttlSecondsAfterFinished is not None:
        out.line(0, "TTL Seconds After Finished:", str(spec.ttlSecondsAfterFinished))
    start, end = (status.startTime, status.completionTime) if status is not None else (None, None)
    if start is not None:
        out.line(0, "Start Time:", moment(start))
    if end is not None:
        out.line(0, "Completed At:", moment(end))
    if start is not None and end is not None:
        out.line(0, "Duration:", human_duration((end - start).total_seconds()))
    if spec.activeDeadlineSeconds is not None:
        out.line(0, "Active Deadline Seconds:", f"{spec.activeDeadlineSeconds}s")
    active, ready, done, failed = (
        getattr(status, field, None) or 0 for field in ("active", "ready", "succeeded", "failed")
    )
    out.line(0, "Pods Statuses:", f"{active} Active ({ready} Ready) / {done} Succeeded / {failed} Failed")
    if spec.completionMode == "Indexed":
        out.line(0, "Completed Indexes:", (status.completedIndexes if status is not None else None) or NONE)
    _template(out, spec.template)


def _cron_job(out: Description, obj: CronJob, _pods: list[Pod], _sets: list[ReplicaSet]) -> None:
    spec, status = obj.spec, obj.status
    assert spec is not None, "a CronJob has a spec"
    made = spec.jobTemplate.spec

    def or_unset(value: Any, ending: str = "") -> str:
        return UNSET if value is None else f"{value}{ending}"

    _labels(out, obj.metadata or ObjectMeta())
    out.line(0, "Schedule:", spec.schedule)
    out.line(0, "Concurrency Policy:", spec.concurrencyPolicy or "")
    out.line(0, "Suspend:", str(bool(spec.suspend)))
    out.line(0, "Time Zone:", or_unset(spec.timeZone))
    out.line(0, "Successful Job History Limit:", or_unset(spec.successfulJobsHistoryLimit))
    out.line(0, "Failed Job History Limit:", or_unset(spec.failedJobsHistoryLimit))
    out.line(0, "Starting Deadline Seconds:", or_unset(spec.startingDeadlineSeconds, "s"))
    out.line(0, "Selector:", str(selector_of(made.selector)) if made is not None and made.selector else UNSET)
    out.line(0, "Parallelism:", or_unset(made.parallelism if made is not None else None))
    out.line(0, "Completions:", or_unset(made.completions if made is not None else None))
    if made is not None and made.activeDeadlineSeconds is not None:
        out.line(0, "Active Deadline Seconds:", f"{made.activeDeadlineSeconds}s")
    _template(out, made.template if made is not None else None)
    last = status.lastScheduleTime if status is not None else None
    out.line(0, "Last Schedule Time:", moment(last) if last is not None else UNSET)
    active = [ref.name or "" for ref in (status.active if status is not None else None) or ()]
    out.line(0, "Active Jobs:", ", ".join(active) or NONE)


_PARTS: dict[str, Callable[[Description, Any, list[Pod], list[ReplicaSet]], None]] = {
    "CronJob": _cron_job,
    "DaemonSet": _daemon_set,
    "Deployment": _deployment,
    "Job": _job,
    "ReplicaSet": _replica_set,
    "ReplicationController": _replica_set,
    "StatefulSet": _stateful_set,
}
CONTROLLERS = frozenset(_PARTS)
"""The kinds that make pods."""

"""The cells of ``kubectl get`` for what makes pods, and for the budgets of their disruption."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from lightkube.models.apps_v1 import ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.models.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.models.batch_v1 import CronJob, Job
from lightkube.models.core_v1 import PodTemplateSpec, ReplicationController
from lightkube.models.policy_v1 import PodDisruptionBudget

from podlab.kubectl.durations import human_duration
from podlab.kubectl.printers import plain_row
from podlab.kubectl.selectors import selector_of
from podlab.kubectl.tables import NONE, format_labels


def _template_cells(template: PodTemplateSpec | None) -> list[str]:
    containers = (template.spec.containers if template is not None and template.spec is not None else None) or ()
    return [",".join(c.name for c in containers), ",".join(c.image or "" for c in containers)]


def controller_row(controller: ReplicationController | ReplicaSet, now: datetime) -> list[str]:
    """A ReplicationController or ReplicaSet."""
    name, old = plain_row(controller, now)
    spec, status = controller.spec, controller.status
    selector = spec.selector if spec is not None else None
    chosen = format_labels(selector) if isinstance(selector, Mapping) else str(selector_of(selector)) or NONE
    return [
        name,
        _count(spec, "replicas"),
        _count(status, "replicas"),
        _count(status, "readyReplicas"),
        old,
        *_template_cells(spec.template if spec is not None else None),
        chosen,
    ]


def deployment_row(deployment: Deployment, now: datetime) -> list[str]:
    """A Deployment."""
    name, old = plain_row(deployment, now)
    spec, status = deployment.spec, deployment.status
    return [
        name,
        f"{_count(status, 'readyReplicas')}/{_count(spec, 'replicas')}",
        _count(status, "updatedReplicas"),
        _count(status, "availableReplicas"),
        old,
        *_template_cells(spec.template if spec is not None else None),
        str(selector_of(spec.selector if spec is not None else None)) or NONE,
    ]


def stateful_set_row(obj: StatefulSet, now: datetime) -> list[str]:
    """A StatefulSet."""
    name, old = plain_row(obj, now)
    spec, status = obj.spec, obj.status
    ready = f"{_count(status, 'readyReplicas')}/{_count(spec, 'replicas')}"
    return [name, ready, old, *_template_cells(spec.template if spec is not None else None)]


def daemon_set_row(obj: DaemonSet, now: datetime) -> list[str]:
    """A DaemonSet."""
    name, old = plain_row(obj, now)
    spec, status = obj.spec, obj.status
    pod = spec.template.spec if spec is not None else None
    counts = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")
    return [
        name,
        *(_count(status, field) for field in (*counts, "numberAvailable")),
        format_labels((pod.nodeSelector if pod is not None else None) or {}),
        old,
        *_template_cells(spec.template if spec is not None else None),
        str(selector_of(spec.selector if spec is not None else None)) or NONE,
    ]


def cron_job_row(obj: CronJob, now: datetime) -> list[str]:
    """A CronJob."""
    name, old = plain_row(obj, now)
    spec, status = obj.spec, obj.status
    last = status.lastScheduleTime if status is not None else None
    made = spec.jobTemplate.spec if spec is not None else None
    return [
        name,
        (spec.schedule if spec is not None else None) or "",
        (spec.timeZone if spec is not None else None) or NONE,
        str(bool(spec.suspend)) if spec is not None and spec.suspend is not None else "<unset>",
        str(len((status.active if status is not None else None) or ())),
        human_duration((now - last).total_seconds()) if last is not None else NONE,
        old,
        *_template_cells(made.template if made is not None else None),
        str(selector_of(made.selector if made is not None else None)) or NONE,
    ]


def controller_revision_row(obj: ControllerRevision, now: datetime) -> list[str]:
    """A ControllerRevision."""
    name, old = plain_row(obj, now)
    owner = next((o for o in (obj.metadata.ownerReferences if obj.metadata else None) or () if o.controller), None)
    group = owner.apiVersion.partition("/")[0] if owner is not None else ""
    who = f"{owner.kind.lower()}.{group}/{owner.name}" if owner is not None else NONE
    return [name, who, str(obj.revision), old]


def budget_row(obj: PodDisruptionBudget, now: datetime) -> list[str]:
    """A PodDisruptionBudget."""
    name, old = plain_row(obj, now)
    spec = obj.spec
    least, most = (spec.minAvailable, spec.maxUnavailable) if spec is not None else (None, None)
    cells = ("N/A" if value is None else str(value) for value in (least, most))
    return [name, *cells, _count(obj.status, "disruptionsAllowed"), old]


def autoscaler_row(scaler: HorizontalPodAutoscaler, now: datetime) -> list[str]:
    """A HorizontalPodAutoscaler. Nothing measures here, so that every current value is unknown."""
    name, old = plain_row(scaler, now)
    spec = scaler.spec
    target = spec.scaleTargetRef if spec is not None else None
    resources = [m.resource for m in (spec.metrics if spec is not None else None) or () if m.resource is not None]
    targets = [f"{r.name}: <unknown>/{r.target.averageUtilization}%" for r in resources if r.target.averageUtilization]
    return [
        name,
        f"{target.kind}/{target.name}" if target is not None else "",
        ", ".join(targets) or NONE,
        str(spec.minReplicas) if spec is not None and spec.minReplicas is not None else "<unset>",
        _count(spec, "maxReplicas"),
        _count(scaler.status, "currentReplicas"),
        old,
    ]


def job_row(job: Job, now: datetime) -> list[str]:
    """A Job."""
    name, old = plain_row(job, now)
    spec, status = job.spec, job.status
    done, parallel = _count(status, "succeeded"), (spec and spec.parallelism) or 0
    if spec is not None and spec.completions is not None:
        completions = f"{done}/{spec.completions}"
    else:
        completions = f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"
    lasted = ""
    if status is not None and status.startTime is not None:
        lasted = human_duration(((status.completionTime or now) - status.startTime).total_seconds())
    return [
        name,
        _job_status(job),
        completions,
        lasted,
        old,
        *_template_cells(spec.template if spec is not None else None),
        str(selector_of(spec.selector if spec is not None else None)) or NONE,
    ]


def _job_status(job: Job) -> str:
    held = {c.type for c in (job.status and job.status.conditions) or () if c.status == "True"}
    for condition in ("Complete", "Failed"):
        if condition in held:
            return condition
    if job.metadata is not None and job.metadata.deletionTimestamp is not None:
        return "Terminating"
    for condition in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if condition in held:
            return condition
    return "Running"


def _count(part: msgspec.Struct | None, field: str) -> str:
    return str(getattr(part, field, None) or 0)

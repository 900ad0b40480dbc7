"""The Job controller: make pods until enough of them have succeeded, or until too many have failed.

The rule: as many pods run as `parallelism` allows and `completions` still needs. A pod that fails is replaced after a
back-off of 10 s, 20 s, 40 s … (at most 10 min) that counts the failures since the last success and runs from the end
of the last failed pod. The Job fails when more pods have failed than `backoffLimit`, under OnFailure also when the
containers of its living pods have been restarted that often, or when `activeDeadlineSeconds` have passed; then its
living pods are deleted. It is finished only when none of them is terminating any more.
Left out: suspend, Indexed jobs, podFailurePolicy and successPolicy.

Models syncJob, manageJob and pastBackoffLimitOnFailure of pkg/controller/job/job_controller.go, and backoff_utils.go.
The documentation says that the back-off ends at six minutes; the code says ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lightkube.models.batch_v1 import Job, JobCondition, JobSpec, JobStatus
from lightkube.models.core_v1 import Pod

from podlab.api.parts import TERMINAL_PHASES, is_deleted, uid_of
from podlab.controllers.availability import is_ready
from podlab.controllers.replica_set import deletion_rank, is_active

FIRST_BACK_OFF = 10.0  # seconds
MAX_BACK_OFF = 600.0  # seconds
BATCH_PERIOD = 1.0  # seconds from a change of a pod to the controller's look; also the shortest back-off
DEFAULT_BACKOFF_LIMIT = 6

LIMIT_EXCEEDED = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
DEADLINE_EXCEEDED = ("DeadlineExceeded", "Job was active longer than specified deadline")
COMPLETIONS_REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")
FINAL = {"FailureTarget": "Failed", "SuccessCriteriaMet": "Complete"}
"""The conditions that a Job gets first, and those it gets when none of its pods is left."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What the controller knows about a Job from one look to the next.

    `counted` are the UIDs of the pods it has counted (or need not count), so that none counts twice and deleted pods
    stay counted. `failures` are those since the last success; `last_failure` is when the last of them ended.
    """

    counted: frozenset[str] = frozenset()
    succeeded: int = 0
    failed: int = 0
    failures: int = 0
    last_failure: datetime | None = None
    start_time: datetime | None = None
    completion_time: datetime | None = None
    conditions: tuple[JobCondition, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether the Job is Complete or Failed."""
        return any(c.type in FINAL.values() for c in self.conditions)


@dataclass(frozen=True, slots=True)
class JobPlan:
    """What the controller does now: how many pods to make, the UIDs of those to delete, what it knows afterwards.

    `status` is the Job's status from now on. `again` says in how many seconds to look again though nothing changes.
    """

    record: JobRecord
    status: JobStatus
    create: int = 0
    delete: tuple[str, ...] = ()
    again: float | None = None


def plan_job(job: Job, pods: Iterable[Pod], record: JobRecord, now: datetime) -> JobPlan:
    """The plan for a Job that owns `pods`. Begin with `JobRecord()`; hand on the `record` of each plan to the next."""
    spec = job.spec
    assert spec is not None, "a Job has a spec"
    pods = list(pods)
    if record.finished:
        return JobPlan(record, _status(record, pods, set()))
    record = _count(spec, pods, replace(record, start_time=record.start_time or now))
    active = [p for p in pods if is_active(p)]
    verdict = next((c for c in record.conditions if c.type in FINAL), None) or _failure(spec, pods, record, now)
    create, again, doomed = 0, None, active
    if verdict is None:
        create, again, doomed = _manage(spec, pods, record, now)
        # The controller no longer follows the surplus pods it deletes, so they do not count as failures.
        record = replace(record, counted=record.counted | {uid_of(p) for p in doomed})
        if _complete(spec, record, len(active) + create - len(doomed)):
            verdict = _condition("SuccessCriteriaMet", COMPLETIONS_REACHED, now)
    elif verdict.type == "FailureTarget":
        unfinished = [p for p in pods if uid_of(p) not in record.counted]
        record = replace(
            record,
            counted=record.counted | {uid_of(p) for p in unfinished},
            failed=record.failed + len(unfinished),
        )
    if verdict is not None:
        left = any(is_active(p) or _terminating(p) for p in pods)
        record = _with_verdict(record, verdict, now, final=not left)
    delete = tuple(uid_of(p) for p in doomed)
    return JobPlan(record, _status(record, pods, set(delete), create), create, delete, again)


def job_back_off(failures: int) -> float:
    """How many seconds after the end of the last failed pod a new one may be made."""
    return min(FIRST_BACK_OFF * 2 ** min(failures - 1, 30), MAX_BACK_OFF) if failures else 0.0


def _count(spec: JobSpec, pods: Sequence[Pod], record: JobRecord) -> JobRecord:
    """Count the pods that have ended since the last look. Models getNewFinishedPods and newBackoffRecord."""
    new = [p for p in pods if uid_of(p) not in record.counted]
    succeeded = sorted(_finished_at(p) for p in new if _phase(p) == "Succeeded")
    failed = sorted(_finished_at(p) for p in new if _has_failed(spec, p))
    failures, last = record.failures, record.last_failure
    if succeeded:
        later = [end for end in failed if end > succeeded[-1]]
        failures, last = len(later), later[-1] if later else None
    elif failed:
        failures, last = failures + len(failed), failed[-1]
    ended = {uid_of(p) for p in new if _phase(p) == "Succeeded" or _has_failed(spec, p)}
    return replace(
        record,
        counted=record.counted | ended,
        succeeded=record.succeeded + len(succeeded),
        failed=record.failed + len(failed),
        failures=failures,
        last_failure=last,
    )


def _failure(spec: JobSpec, pods: Sequence[Pod], record: JobRecord, now: datetime) -> JobCondition | None:
    limit = DEFAULT_BACKOFF_LIMIT if spec.backoffLimit is None else spec.backoffLimit
    if record.failed > limit or _restarted_too_often(spec, pods, limit):
        return _condition("FailureTarget", LIMIT_EXCEEDED, now)
    left = _seconds_left(spec, record, now)
    return _condition("FailureTarget", DEADLINE_EXCEEDED, now) if left is not None and left <= 0 else None


def _restarted_too_often(spec: JobSpec, pods: Sequence[Pod], limit: int) -> bool:
    """Under OnFailure the restarts inside living pods count too, and already the one that reaches the limit."""
    template = spec.template.spec
    if template is None or template.restartPolicy != "OnFailure":
        return False
    living = [p.status for p in pods if p.status is not None and p.status.phase in ("Pending", "Running")]
    statuses = [c for s in living for c in (*(s.initContainerStatuses or ()), *(s.containerStatuses or ()))]
    restarts: int = sum(status.restartCount for status in statuses)
    return restarts >= max(limit, 1)


def _manage(
    spec: JobSpec, pods: Sequence[Pod], record: JobRecord, now: datetime
) -> tuple[int, float | None, list[Pod]]:
    """How many pods to make, when to look again, and which pods to delete. Models manageJob."""
    active = [p for p in pods if is_active(p)]
    wait = _seconds_left(spec, record, now)
    parallelism = 1 if spec.parallelism is None else spec.parallelism
    completions = _completions(spec)
    if completions is not None:
        wanted = max(min(completions - record.succeeded, parallelism), 0)
    else:
        wanted = len(active) if record.succeeded else parallelism
    if len(active) > wanted:
        return 0, wait, sorted(active, key=deletion_rank)[: len(active) - wanted]
    awaited = sum(_terminating(p) for p in pods) if _only_replaces_ended(spec) else 0
    missing = max(wanted - len(active) - awaited, 0)
    if missing and record.last_failure is not None:
        remaining = job_back_off(record.failures) - (now - record.last_failure).total_seconds()
        if remaining > 0:
            remaining = max(remaining, BATCH_PERIOD)
            return 0, remaining if wait is None else min(remaining, wait), []
    return missing, wait, []


def _complete(spec: JobSpec, record: JobRecord, active: int) -> bool:
    completions = _completions(spec)
    return not active and (record.succeeded > 0 if completions is None else record.succeeded >= completions)


def _completions(spec: JobSpec) -> int | None:
    """None with a `parallelism` of its own means: until one has succeeded and the others have ended."""
    return 1 if spec.completions is None and spec.parallelism is None else spec.completions


def _seconds_left(spec: JobSpec, record: JobRecord, now: datetime) -> float | None:
    if spec.activeDeadlineSeconds is None or record.start_time is None:
        return None
    return spec.activeDeadlineSeconds - (now - record.start_time).total_seconds()


def _with_verdict(record: JobRecord, verdict: JobCondition, now: datetime, *, final: bool) -> JobRecord:
    """The record with the interim condition, and with the final one when no pod is left."""
    conditions = record.conditions if verdict in record.conditions else (*record.conditions, verdict)
    if not final:
        return replace(record, conditions=conditions)
    last = _condition(FINAL[verdict.type], (verdict.reason or "", verdict.message or ""), now)
    completed = now if last.type == "Complete" else None
    return replace(record, conditions=(*conditions, last), completion_time=completed)


def _status(record: JobRecord, pods: Sequence[Pod], doomed: set[str], created: int = 0) -> JobStatus:
    active = [p for p in pods if is_active(p) and uid_of(p) not in doomed]
    return JobStatus(
        active=len(active) + created,
        ready=sum(is_ready(p) for p in active),
        terminating=len(doomed) + sum(_terminating(p) for p in pods),
        succeeded=record.succeeded,
        failed=record.failed,
        startTime=record.start_time,
        completionTime=record.completion_time,
        conditions=list(record.conditions) or None,
    )


def _condition(kind: str, why: tuple[str, str], now: datetime) -> JobCondition:
    reason, message = why
    return JobCondition(
        type=kind, status="True", reason=reason, message=message, lastProbeTime=now, lastTransitionTime=now
    )


def _has_failed(spec: JobSpec, pod: Pod) -> bool:
    """A pod that is being deleted counts as failed at once, unless only pods that have ended are to be replaced."""
    return _phase(pod) == "Failed" or (not _only_replaces_ended(spec) and _terminating(pod))


def _only_replaces_ended(spec: JobSpec) -> bool:
    return spec.podReplacementPolicy == "Failed"


def _finished_at(pod: Pod) -> datetime:
    """The end of its last container; else when it stopped being Ready; else when its deletion was asked for."""
    meta, status = pod.metadata, pod.status
    assert meta is not None, "a pod in the API has metadata"
    ended = [c.state.terminated if c.state else None for c in (status.containerStatuses if status else None) or ()]
    ends = [end.finishedAt for end in ended if end is not None and end.finishedAt is not None]
    if ends and len(ends) == len(ended):
        return max(ends)
    for condition in (status.conditions if status else None) or ():
        if condition.type == "Ready" and condition.status == "False" and condition.lastTransitionTime is not None:
            return condition.lastTransitionTime
    if meta.deletionTimestamp is not None:
        return meta.deletionTimestamp - timedelta(seconds=meta.deletionGracePeriodSeconds or 0)
    assert meta.creationTimestamp is not None, "a pod in the API has a creationTimestamp"
    return meta.creationTimestamp


def _terminating(pod: Pod) -> bool:
    return is_deleted(pod) and _phase(pod) not in TERMINAL_PHASES


def _phase(pod: Pod) -> str | None:
    return pod.status.phase if pod.status is not None else None

"""The Job controller: make pods until enough of them have succeeded, or until too many have failed.

The rule: as many pods run as `parallelism` allows and `completions` still needs. A pod that fails is replaced after a
back-off of 10 s, 20 s, 40 s … (at most 10 min) that counts the failures since the last success and runs from the end
of the last failed pod. The Job fails when more pods have failed than `backoffLimit`, under OnFailure also when the
containers of its living pods have been restarted that often, or when `activeDeadlineSeconds` have passed; then its
living pods are deleted. It is finished only when none of them is terminating any more.
While it is suspended it has no pods. The pods of an Indexed Job have an index each, and there may be a limit for each.

Models syncJob, manageJob and pastBackoffLimitOnFailure of pkg/controller/job/job_controller.go, and backoff_utils.go.
The documentation says that the back-off ends at six minutes; the code says ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
from lightkube.models.batch_v1 import Job, JobCondition, JobSpec, JobStatus
from lightkube.models.core_v1 import Pod

from podlab.api.parts import TERMINAL_PHASES, is_deleted, uid_of
from podlab.controllers.availability import is_ready
from podlab.controllers.job_policies import index_of, intervals, judge, success
from podlab.controllers.replica_set import deletion_rank, is_active

FIRST_BACK_OFF = 10.0  # seconds
MAX_BACK_OFF = 600.0  # seconds
BATCH_PERIOD = 1.0  # seconds from a change of a pod to the controller's look; also the shortest back-off
DEFAULT_BACKOFF_LIMIT = 6

LIMIT_EXCEEDED = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
DEADLINE_EXCEEDED = ("DeadlineExceeded", "Job was active longer than specified deadline")
FAILED_INDEXES = ("FailedIndexes", "Job has failed indexes")
TOO_MANY_INDEXES = ("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
COMPLETIONS_REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")
FINAL = {"FailureTarget": "Failed", "SuccessCriteriaMet": "Complete"}
"""The conditions that a Job gets first, and those it gets when none of its pods is left."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What the controller knows about a Job from one look to the next.

    `counted` are the UIDs of the pods it has counted (or need not count), so that none counts twice and deleted pods
    stay counted. `failures` are those since the last success; `last_failure` is when the last of them ended.
    `failures_of` has the same of each index of a Job with backoffLimitPerIndex.
    """

    counted: frozenset[str] = frozenset()
    succeeded: int = 0
    failed: int = 0
    failures: int = 0
    last_failure: datetime | None = None
    start_time: datetime | None = None
    completion_time: datetime | None = None
    conditions: tuple[JobCondition, ...] = ()
    completed: frozenset[int] = frozenset()
    failed_indexes: frozenset[int] = frozenset()
    failures_of: Mapping[int, tuple[int, datetime]] = field(default_factory=dict)
    refusal: str = ""

    @property
    def finished(self) -> bool:
        """Whether the Job is Complete or Failed."""
        return any(c.type in FINAL.values() for c in self.conditions)


@dataclass(frozen=True, slots=True)
class JobPlan:
    """What the controller does now: how many pods to make, the UIDs of those to delete, what it knows afterwards.

    `status` is the Job's status from now on. `again` says in how many seconds to look again though nothing changes.
    `indexes` are those of the pods to make for an Indexed Job.
    """

    record: JobRecord
    status: JobStatus
    create: int = 0
    delete: tuple[str, ...] = ()
    again: float | None = None
    indexes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done about the pods: how many to make (of which indexes), when to look again, whom to delete."""

    create: int = 0
    again: float | None = None
    doomed: Sequence[Pod] = ()
    indexes: tuple[int, ...] = ()


def plan_job(job: Job, pods: Iterable[Pod], record: JobRecord, now: datetime) -> JobPlan:
    """The plan for a Job that owns `pods`. Begin with `JobRecord()`; hand on the `record` of each plan to the next."""
    spec = job.spec
    assert spec is not None, "a Job has a spec"
    pods = list(pods)
    if record.finished:
        return JobPlan(record, _status(spec, record, pods, set()))
    record = replace(record, start_time=None if spec.suspend else record.start_time or now)
    record = _count(spec, pods, record)
    active = [p for p in pods if is_active(p)]
    verdict = next((c for c in record.conditions if c.type in FINAL), None) or _verdict(spec, pods, record, now)
    step = _Step(doomed=active)
    if verdict is None:
        step = _Step(doomed=active) if spec.suspend else _manage(spec, pods, record, now)
        # The controller no longer follows the surplus pods it deletes, so they do not count as failures.
        record = replace(record, counted=record.counted | {uid_of(p) for p in step.doomed})
        if not spec.suspend and _complete(spec, record, len(active) + step.create - len(step.doomed)):
            verdict = _condition("SuccessCriteriaMet", COMPLETIONS_REACHED, now)
        record = _suspended(spec, record, now)
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
    delete = tuple(uid_of(p) for p in step.doomed)
    status = _status(spec, record, pods, set(delete), step.create)
    return JobPlan(record, status, step.create, delete, step.again, step.indexes)


def _suspended(spec: JobSpec, record: JobRecord, now: datetime) -> JobRecord:
    """The condition Suspended, as it is to be from now on."""
    held = next((c for c in record.conditions if c.type == "Suspended"), None)
    if bool(spec.suspend) == (held is not None and held.status == "True"):
        return record
    reason, word, truth = ("JobSuspended", "suspended", "True") if spec.suspend else ("JobResumed", "resumed", "False")
    new = msgspec.structs.replace(_condition("Suspended", (reason, f"Job {word}"), now), status=truth)
    if held is None:
        return replace(record, conditions=(*record.conditions, new))
    return replace(record, conditions=tuple(new if c is held else c for c in record.conditions))


def job_back_off(failures: int) -> float:
    """How many seconds after the end of the last failed pod a new one may be made."""
    return min(FIRST_BACK_OFF * 2 ** min(failures - 1, 30), MAX_BACK_OFF) if failures else 0.0


def _count(spec: JobSpec, pods: Sequence[Pod], record: JobRecord) -> JobRecord:
    """Count the pods that have ended since the last look. Models getNewFinishedPods and newBackoffRecord."""
    new = [p for p in pods if uid_of(p) not in record.counted]
    succeeded = sorted(_finished_at(p) for p in new if _phase(p) == "Succeeded")
    lost = [p for p in new if _has_failed(spec, p)]
    failed = sorted(_finished_at(p) for p in lost)
    failures, last = record.failures, record.last_failure
    if succeeded:
        later = [end for end in failed if end > succeeded[-1]]
        failures, last = len(later), later[-1] if later else None
    elif failed:
        failures, last = failures + len(failed), failed[-1]
    ended = {uid_of(p) for p in new if _phase(p) == "Succeeded" or _has_failed(spec, p)}
    done = {i for p in new if _phase(p) == "Succeeded" and (i := index_of(p)) is not None}
    record = replace(
        record,
        counted=record.counted | ended,
        succeeded=record.succeeded + len(succeeded),
        failures=failures,
        last_failure=last,
        completed=record.completed | done,
    )
    if spec.completionMode == "Indexed":  # a second pod of an index that is done adds nothing
        record = replace(record, succeeded=len(record.completed))
    for pod in lost:
        record = _judged(spec, record, pod)
    return record


def _judged(spec: JobSpec, record: JobRecord, pod: Pod) -> JobRecord:
    """Count a failed pod as the podFailurePolicy says, and against the limit of its index."""
    verdict = judge(spec, pod)
    if verdict.action == "FailJob":
        record = replace(record, refusal=record.refusal or verdict.message)
    if verdict.action != "Ignore":
        record = replace(record, failed=record.failed + 1)
    index = index_of(pod)
    if index is None or spec.backoffLimitPerIndex is None:
        return record
    n = record.failures_of.get(index, (0, _finished_at(pod)))[0] + (verdict.action != "Ignore")
    record = replace(record, failures_of={**record.failures_of, index: (n, _finished_at(pod))})
    if verdict.action == "FailIndex" or n > spec.backoffLimitPerIndex:
        record = replace(record, failed_indexes=record.failed_indexes | {index})
    return record


def _verdict(spec: JobSpec, pods: Sequence[Pod], record: JobRecord, now: datetime) -> JobCondition | None:
    """Why the Job ends now, if it does: the first of several reasons. Models syncJob."""
    limit = DEFAULT_BACKOFF_LIMIT if spec.backoffLimit is None else spec.backoffLimit
    if record.refusal:
        return _condition("FailureTarget", ("PodFailurePolicy", record.refusal), now)
    if record.failed > limit or _restarted_too_often(spec, pods, limit):
        return _condition("FailureTarget", LIMIT_EXCEEDED, now)
    left = _seconds_left(spec, record, now)
    if left is not None and left <= 0:
        return _condition("FailureTarget", DEADLINE_EXCEEDED, now)
    if spec.maxFailedIndexes is not None and len(record.failed_indexes) > spec.maxFailedIndexes:
        return _condition("FailureTarget", TOO_MANY_INDEXES, now)
    ended = len(record.failed_indexes) + len(record.completed - record.failed_indexes)
    if record.failed_indexes and ended >= (spec.completions or 0):
        return _condition("FailureTarget", FAILED_INDEXES, now)
    met = success(spec, record.completed)
    return _condition("SuccessCriteriaMet", ("SuccessPolicy", met), now) if met is not None else None


def _restarted_too_often(spec: JobSpec, pods: Sequence[Pod], limit: int) -> bool:
    """Under OnFailure the restarts inside living pods count too, and already the one that reaches the limit."""
    template = spec.template.spec
    if template is None or template.restartPolicy != "OnFailure":
        return False
    living = [p.status for p in pods if p.status is not None and p.status.phase in ("Pending", "Running")]
    statuses = [c for s in living for c in (*(s.initContainerStatuses or ()), *(s.containerStatuses or ()))]
    restarts: int = sum(status.restartCount for status in statuses)
    return restarts >= max(limit, 1)


def _manage(spec: JobSpec, pods: Sequence[Pod], record: JobRecord, now: datetime) -> _Step:
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
        return _Step(again=wait, doomed=sorted(active, key=deletion_rank)[: len(active) - wanted])
    awaited = [p for p in pods if _terminating(p)] if _only_replaces_ended(spec) else []
    missing = max(wanted - len(active) - len(awaited), 0)
    if spec.completionMode == "Indexed":
        taken = {index_of(p) for p in (*active, *awaited)} | record.completed | record.failed_indexes
        return _indexed(spec, record, now, missing, taken, wait)
    if missing and record.last_failure is not None:
        remaining = _until_retry(record.failures, record.last_failure, now)
        if remaining > 0:
            return _Step(again=_sooner(remaining, wait))
    return _Step(create=missing, again=wait)


def _indexed(
    spec: JobSpec, record: JobRecord, now: datetime, missing: int, taken: Set[int | None], wait: float | None
) -> _Step:
    """The lowest indexes that lack a pod. With backoffLimitPerIndex each waits for its own failures only."""
    lacking = [index for index in range(spec.completions or 0) if index not in taken]
    if spec.backoffLimitPerIndex is None:
        if missing and record.last_failure is not None:
            remaining = _until_retry(record.failures, record.last_failure, now)
            if remaining > 0:
                return _Step(again=_sooner(remaining, wait))
        chosen = tuple(lacking[:missing])
        return _Step(create=len(chosen), again=wait, indexes=chosen)
    waits = {i: _until_retry(*record.failures_of[i], now) for i in lacking if i in record.failures_of}
    chosen = tuple([i for i in lacking if waits.get(i, 0.0) <= 0][:missing])
    later = [w for w in waits.values() if w > 0]
    return _Step(create=len(chosen), again=_sooner(min(later), wait) if later else wait, indexes=chosen)


def _until_retry(failures: int, last: datetime, now: datetime) -> float:
    """Seconds until a failed pod may be replaced; never less than the controller's own rhythm."""
    remaining = job_back_off(failures) - (now - last).total_seconds()
    return max(remaining, BATCH_PERIOD) if remaining > 0 else 0.0


def _sooner(one: float, other: float | None) -> float:
    return one if other is None else min(one, other)


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


def _status(spec: JobSpec, record: JobRecord, pods: Sequence[Pod], doomed: set[str], created: int = 0) -> JobStatus:
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
        completedIndexes=intervals(record.completed) or None,
        failedIndexes=intervals(record.failed_indexes) if spec.backoffLimitPerIndex is not None else None,
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

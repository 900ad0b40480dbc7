"""CronJobs: a Job at every instant of a schedule.

The rule: the newest instant that is due and has not been used yet gets a Job named after its minute, unless it is more
than startingDeadlineSeconds ago; older ones are forgotten. While a Job still runs, Allow starts the next beside it,
Forbid waits for its end, Replace deletes it. Finished Jobs beyond the history limits are deleted, the oldest first.
Models pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from lightkube.models.batch_v1 import CronJob, CronJobStatus, Job
from lightkube.models.core_v1 import ObjectReference, Pod
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.parts import name_of, namespace_of, uid_of
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.cron_schedule import TOO_MANY, Schedule, ScheduleError
from podlab.controllers.replica_set import reference

SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LATE = 0.1  # seconds after the full minute at which the controller looks
TOO_MANY_MISSED = "too many missed start times: {}. Set or decrease .spec.startingDeadlineSeconds or check clock skew"


@controller
class CronJobController(Reconciler):
    """Follows CronJobs and their Jobs."""

    kinds = (CronJob,)
    watches = (Job,)
    source = "cronjob-controller"
    order = 50

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """A CronJob has no pods of its own."""

    def reconcile(self, uid: str, obj: CronJob) -> None:
        """Note what has finished, start what is due, delete what is old, and come back when the next is due."""
        if obj.spec is None or obj.spec.jobTemplate is None or obj.spec.jobTemplate.spec is None:
            return  # nothing that could be run
        jobs = [j for j in self.sim.api.of_kind("job") if any(o.uid == uid for o in _meta(j).ownerReferences or ())]
        status = self._seen(obj, jobs, obj.status or CronJobStatus())
        if _meta(obj).deletionTimestamp is None and not obj.spec.suspend:
            try:
                status = self._start(uid, obj, Schedule(obj.spec.schedule, obj.spec.timeZone), status)
            except ScheduleError as error:
                self._unreadable(obj, str(error))
        self._forget(obj, jobs)
        self.set_status(self.objects[uid], status)

    def _unreadable(self, obj: CronJob, error: str) -> None:
        assert obj.spec is not None, "a CronJob has a spec"
        if error.startswith("unknown time zone"):
            self.event(obj, "Warning", "UnknownTimeZone", f'invalid timeZone: "{obj.spec.timeZone}": {error}')
        else:
            said = f'unparseable schedule: "{obj.spec.schedule}" : {error}'
            self.event(obj, "Warning", "UnparseableSchedule", said)

    def _seen(self, obj: CronJob, jobs: list[Job], status: CronJobStatus) -> CronJobStatus:
        """The status without the Jobs that have finished or are gone, each told by an event."""
        there = {uid_of(job): job for job in jobs}
        active, last = [], status.lastSuccessfulTime
        for ref in status.active or ():
            job = there.get(ref.uid or "")
            if job is None:
                self.event(obj, "Normal", "MissingJob", f"Active job went missing: {ref.name}")
            elif (how := finished(job)) is not None:
                self.event(obj, "Normal", "SawCompletedJob", f"Saw completed job: {ref.name}, condition: {how}")
            else:
                active.append(ref)
        for job in jobs:
            if finished(job) == "Complete" and job.status is not None and job.status.completionTime is not None:
                last = max(filter(None, (last, job.status.completionTime)))
        return msgspec.structs.replace(status, active=active or None, lastSuccessfulTime=last)

    def _start(self, uid: str, obj: CronJob, schedule: Schedule, status: CronJobStatus) -> CronJobStatus:
        spec, now = obj.spec, self.exact_now()
        assert spec is not None, "a CronJob has a spec"
        upcoming = schedule.after(now)
        if upcoming is not None:
            self.enqueue_once(uid, (upcoming - now).total_seconds() + LATE)
        since = status.lastScheduleTime or _meta(obj).creationTimestamp or now
        deadline = None if spec.startingDeadlineSeconds is None else timedelta(seconds=spec.startingDeadlineSeconds)
        if deadline is not None:
            since = max(since, now - deadline)
        due, missed = schedule.latest(since, now)
        if missed > TOO_MANY:
            self.event(obj, "Warning", "TooManyMissedTimes", TOO_MANY_MISSED.format(missed))
        if due is None:
            return status
        if deadline is not None and due + deadline < now:
            said = f"Missed scheduled time to start a job: {due:%a, %d %b %Y %H:%M:%S +0000}"
            self.event(obj, "Warning", "MissSchedule", said)
            return status
        name = f"{name_of(obj)}-{int(due.timestamp()) // 60}"
        if status.lastScheduleTime == due or any(ref.name == name for ref in status.active or ()):
            return status
        return self._run(obj, name, due, status)

    def _run(self, obj: CronJob, name: str, due: datetime, status: CronJobStatus) -> CronJobStatus:
        """Make the Job of an instant, as the concurrency policy lets it."""
        assert obj.spec is not None, "a CronJob has a spec"
        policy, active = obj.spec.concurrencyPolicy or "Allow", list(status.active or ())
        if policy == "Forbid" and active:
            said = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self.event(obj, "Normal", "JobAlreadyActive", said)
            return status
        if policy == "Replace":
            for ref in active:
                self._delete(obj, self.sim.api.find("job", namespace_of(obj), ref.name or ""))
            active = []
        job = self.sim.api.find("job", namespace_of(obj), name)
        if job is None:
            job = self.sim.api.create(_job(obj, name, due))
            self.event(obj, "Normal", "SuccessfulCreate", f"Created job {name}")
        ref = ObjectReference(
            apiVersion="batch/v1", kind="Job", name=name, namespace=namespace_of(obj), uid=uid_of(job)
        )
        return msgspec.structs.replace(status, active=[*active, ref], lastScheduleTime=due)

    def _forget(self, obj: CronJob, jobs: list[Job]) -> None:
        """Delete the oldest finished Jobs beyond the limits."""
        assert obj.spec is not None, "a CronJob has a spec"
        limits = (("Complete", obj.spec.successfulJobsHistoryLimit), ("Failed", obj.spec.failedJobsHistoryLimit))
        for how, limit in limits:
            done = sorted((j for j in jobs if finished(j) == how), key=_started)
            for job in done[: max(len(done) - limit, 0)] if limit is not None else ():
                self._delete(obj, job)

    def _delete(self, obj: CronJob, job: Job | None) -> None:
        if job is not None:
            self.event(obj, "Normal", "SuccessfulDelete", f"Deleted job {name_of(job)}")
            self.sim.api.remove_object(job)


def finished(job: Job) -> str | None:
    """Complete or Failed, or None while a Job runs."""
    conditions = (job.status.conditions if job.status is not None else None) or ()
    return next((c.type for c in conditions if c.type in ("Complete", "Failed") and c.status == "True"), None)


def _started(job: Job) -> tuple[datetime, str]:
    start = job.status.startTime if job.status is not None else None
    return start or _meta(job).creationTimestamp or datetime.max, name_of(job)


def _meta(obj: CronJob | Job) -> ObjectMeta:
    return obj.metadata or ObjectMeta()


def _job(obj: CronJob, name: str, due: datetime) -> Job:
    """The Job of one instant."""
    assert obj.spec is not None, "a CronJob has a spec"
    template = obj.spec.jobTemplate
    given = template.metadata or ObjectMeta()
    zone_free = due.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Job(
        apiVersion="batch/v1",
        kind="Job",
        metadata=ObjectMeta(
            name=name,
            namespace=namespace_of(obj),
            labels=given.labels,
            annotations={**(given.annotations or {}), SCHEDULED_AT: zone_free},
            ownerReferences=[reference(obj, "CronJob")],
        ),
        spec=template.spec,
    )

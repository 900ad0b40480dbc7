"""Jobs: carries out what the Job controller of `podlab.controllers` plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of, name_of, uid_of
from podlab.controllers.job import BATCH_PERIOD, JobRecord, plan_job
from podlab.controllers.replica_set_controller import controller_of, pod_from_template

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation


class JobController:
    """Makes the pods of every Job until it is complete or has failed; looks a second after a change."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.jobs: dict[str, Job] = {}
        self._records: dict[str, JobRecord] = {}
        self._made: dict[str, int] = {}
        self._due: set[str] = set()

    def add(self, job: Job) -> None:
        """A new Job, or one that was changed."""
        new = uid_of(job) not in self.jobs
        self.jobs[uid_of(job)] = job
        if new:
            self._look(uid_of(job), 0.0)

    def remove(self, job: Job) -> None:
        """A Job is gone."""
        del self.jobs[uid_of(job)]

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The Job that owns the pod is looked at soon."""
        owner = controller_of(pod) if self.jobs else None
        if owner is not None and owner.uid in self.jobs:
            self._look(owner.uid, BATCH_PERIOD)

    def _look(self, uid: str, delay: float) -> None:
        if uid not in self._due:
            self._due.add(uid)
            self.sim.loop.call_at(self.sim.loop.now + delay, self._reconcile, uid)

    def _reconcile(self, uid: str) -> None:
        self._due.discard(uid)
        sim, job = self.sim, self.jobs.get(uid)
        if job is None:
            return
        before = self._records.get(uid, JobRecord())
        mine = [p for p in sim.api.pods.values() if (owner := controller_of(p)) is not None and owner.uid == uid]
        plan = plan_job(job, mine, before, sim.stamp(sim.loop.now))
        self._records[uid] = plan.record
        if plan.status != job.status:
            self.jobs[uid] = msgspec.structs.replace(job, status=plan.status)
            sim.api.replace_object(self.jobs[uid])
        for _ in range(plan.create):
            n = self._made[uid] = self._made.get(uid, -1) + 1
            pod = sim.api.create(pod_from_template(sim, job, n))
            self._event(job, "Normal", "SuccessfulCreate", f"Created pod: {name_of(pod)}")
        for doomed in plan.delete:
            self._event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {name_of(sim.api.pods[doomed])}")
            sim.api.delete(doomed, None)
        for condition in plan.record.conditions[len(before.conditions) :]:
            if condition.type == "Complete":
                self._event(job, "Normal", "Completed", "Job completed")
            elif condition.type == "Failed":
                self._event(job, "Warning", condition.reason or "Failed", condition.message or "")
        if plan.again is not None:
            self._look(uid, plan.again)

    def _event(self, job: Job, kind: str, reason: str, message: str) -> None:
        on = f"Job/{key_of(job)}"
        self.sim.recorder.event(self.sim.loop.now, on, kind, reason, message, source="job-controller")

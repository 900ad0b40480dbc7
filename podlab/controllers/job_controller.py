"""Jobs: carries out what the Job controller of `podlab.controllers` plans."""

from __future__ import annotations

import msgspec
from lightkube.models.batch_v1 import Job

from podlab.api.parts import name_of, uid_of
from podlab.controllers.base import BURST, Reconciler, controller
from podlab.controllers.job import BATCH_PERIOD, JobRecord, plan_job
from podlab.controllers.replica_set import pod_from_template
from podlab.core.engine.ports import Cluster


@controller
class JobController(Reconciler):
    """Makes the pods of every Job until it is complete or has failed; reconciles a second after a change."""

    kinds = (Job,)
    source = "job-controller"
    order = 40
    pod_delay = BATCH_PERIOD

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._records: dict[str, JobRecord] = {}
        self._made: dict[str, int] = {}

    def add(self, job: Job) -> None:
        """A new Job is reconciled at once; one whose status the controller itself has changed is not."""
        new = uid_of(job) not in self.objects
        self.objects[uid_of(job)] = job
        if new:
            self.enqueue(uid_of(job))

    def reconcile(self, uid: str, job: Job) -> None:
        """Carry out what `plan_job` plans now, and show it in the Job's status and Events."""
        sim = self.sim
        before = self._records.get(uid, JobRecord())
        plan = plan_job(job, self.pods_of(uid), before, sim.stamp(sim.loop.now))
        self._records[uid] = plan.record
        if plan.status != job.status:
            self.objects[uid] = msgspec.structs.replace(job, status=plan.status)
            sim.api.replace_object(self.objects[uid])
        for _ in range(min(plan.create, BURST)):
            n = self._made[uid] = self._made.get(uid, -1) + 1
            pod = sim.api.create(pod_from_template(sim, job, n))
            self.event(job, "Normal", "SuccessfulCreate", f"Created pod: {name_of(pod)}")
        for doomed in plan.delete[:BURST]:
            self.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {name_of(sim.api.pods[doomed])}")
            sim.api.delete(doomed, None)
        for condition in plan.record.conditions[len(before.conditions) :]:
            if condition.type == "Complete":
                self.event(job, "Normal", "Completed", "Job completed")
            elif condition.type == "Failed":
                self.event(job, "Warning", condition.reason or "Failed", condition.message or "")
        if max(plan.create, len(plan.delete)) > BURST:
            self.enqueue(uid, BATCH_PERIOD)
        elif plan.again is not None:
            self.enqueue(uid, plan.again)

"""Jobs: carries out what the Job controller of `podlab.controllers` plans."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from lightkube.models.batch_v1 import Job, JobCondition
from lightkube.models.core_v1 import Container, EnvVar, EnvVarSource, ObjectFieldSelector, Pod

from podlab.api.parts import meta_of, name_of, spec_of, uid_of
from podlab.api.refusal import ApiError
from podlab.controllers.availability import retry_after
from podlab.controllers.base import BURST, Reconciler, controller
from podlab.controllers.job import BATCH_PERIOD, JobRecord, plan_job
from podlab.controllers.job_policies import COMPLETION_INDEX
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
        self._refused: dict[str, int] = {}

    def add(self, job: Job) -> None:
        """A new Job is reconciled at once; one whose status the controller itself has changed is not."""
        old = self.objects.get(uid_of(job))
        self.objects[uid_of(job)] = job
        if old is None or old.spec is not job.spec:
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
        made = [pod_from_template(sim, job, self._number(uid)) for _ in range(min(plan.create, BURST))]
        if plan.indexes:
            made = [_with_index(job, pod, index) for pod, index in zip(made, plan.indexes[:BURST], strict=True)]
        for pod in made:
            if not self._create(uid, job, pod):
                break
        for doomed in plan.delete[:BURST]:
            self.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {name_of(sim.api.pods[doomed])}")
            sim.api.delete(doomed, None)
        for condition in plan.record.conditions:
            if condition not in before.conditions:
                self._tell(job, condition)
        if max(plan.create, len(plan.delete)) > BURST:
            self.enqueue(uid, BATCH_PERIOD)
        if plan.again is not None:
            self.enqueue_once(uid, plan.again)

    def _number(self, uid: str) -> int:
        """How many pods a Job has made before."""
        n = self._made[uid] = self._made.get(uid, -1) + 1
        return n

    def _create(self, uid: str, job: Job, pod: Pod) -> bool:
        """Make a pod. False: the API refused it, and it is tried again after a while that grows."""
        try:
            made = self.sim.api.create(pod)
        except ApiError as error:
            self.event(job, "Warning", "FailedCreate", f"Error creating: {error.message}")
            tries = self._refused[uid] = self._refused.get(uid, 0) + 1
            self.enqueue_once(uid, max(retry_after(tries), BATCH_PERIOD))
            return False
        self._refused.pop(uid, None)
        self.event(job, "Normal", "SuccessfulCreate", f"Created pod: {name_of(made)}")
        return True

    def _tell(self, job: Job, condition: JobCondition) -> None:
        """The Event of a new condition, if it has one."""
        match condition.type:
            case "Complete":
                self.event(job, "Normal", "Completed", "Job completed")
            case "Failed":
                self.event(job, "Warning", condition.reason or "Failed", condition.message or "")
            case "Suspended":
                self.event(
                    job, "Normal", "Suspended" if condition.status == "True" else "Resumed", condition.message or ""
                )


def _with_index(job: Job, pod: Pod, index: int) -> Pod:
    """The pod of an index: its name and host name tell it, and so does a variable in every container."""
    meta, spec = meta_of(pod), spec_of(pod)
    head = f"{name_of(job)}-{index}"
    name = f"{head}-{name_of(pod).rpartition('-')[2]}"
    number = {COMPLETION_INDEX: str(index)}
    meta = msgspec.structs.replace(
        meta,
        name=name,
        generateName=f"{head}-",
        labels={**(meta.labels or {}), **number},
        annotations={**(meta.annotations or {}), **number},
    )
    source = EnvVarSource(fieldRef=ObjectFieldSelector(fieldPath=f"metadata.labels['{COMPLETION_INDEX}']"))
    variable = EnvVar(name="JOB_COMPLETION_INDEX", valueFrom=source)
    spec = msgspec.structs.replace(
        spec,
        hostname=head,
        containers=_with_variable(spec.containers, variable),
        initContainers=_with_variable(spec.initContainers, variable) if spec.initContainers else None,
    )
    return msgspec.structs.replace(pod, metadata=meta, spec=spec)


def _with_variable(containers: Sequence[Container], variable: EnvVar) -> list[Container]:
    """The containers with one variable more, unless they set it themselves."""
    return [
        c
        if any(given.name == variable.name for given in c.env or ())
        else msgspec.structs.replace(c, env=[*(c.env or ()), variable])
        for c in containers
    ]

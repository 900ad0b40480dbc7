"""What the API makes of an object that is no pod before it checks and stores it.

Models SetDefaults_* of pkg/apis/core/v1, pkg/apis/apps/v1 and pkg/apis/batch/v1, and PrepareForCreate of their
strategies.
"""

from __future__ import annotations

import base64
import copy
from typing import Any

import msgspec
from lightkube.models.apps_v1 import (
    DaemonSet,
    DaemonSetSpec,
    DaemonSetUpdateStrategy,
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetSpec,
    RollingUpdateDaemonSet,
    RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy,
    StatefulSet,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec,
    StatefulSetUpdateStrategy,
)
from lightkube.models.batch_v1 import CronJob, CronJobSpec, Job, JobSpec
from lightkube.models.core_v1 import (
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Pod,
    PodTemplate,
    PodTemplateSpec,
    ReplicationController,
    ReplicationControllerSpec,
    Secret,
    Service,
    ServicePort,
    ServiceSpec,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.defaults import fill_in

NAME_LABEL = "kubernetes.io/metadata.name"


def with_defaults(obj: Any) -> Any:
    """A copy of an object that is no pod with everything filled in that the API fills in."""
    obj = copy.deepcopy(obj)
    obj.metadata = obj.metadata or ObjectMeta()
    match obj:
        case CronJob():
            _cron_job(obj.spec)
        case DaemonSet():
            _daemon_set(obj.spec)
        case Deployment():
            _deployment(obj.spec)
        case Job():
            _job(obj)
        case Namespace():
            obj.metadata.labels = {**(obj.metadata.labels or {}), NAME_LABEL: obj.metadata.name or ""}
            obj.spec = NamespaceSpec(finalizers=["kubernetes"])
            obj.status = NamespaceStatus(phase="Active")
        case ReplicaSet():
            _replica_set(obj.spec)
        case ReplicationController():
            _replication_controller(obj, obj.spec)
        case Secret():
            _secret(obj)
        case Service():
            _service(obj.spec)
        case StatefulSet():
            _stateful_set(obj.spec)
    template = obj.template if isinstance(obj, PodTemplate) else getattr(getattr(obj, "spec", None), "template", None)
    if template is not None:
        _template(template)
    return obj


def _set(part: msgspec.Struct, **values: Any) -> None:
    """Set the fields that are not set."""
    for name, value in values.items():
        if getattr(part, name) is None:
            setattr(part, name, value)


def _template(template: PodTemplateSpec) -> None:
    pod = Pod(metadata=template.metadata, spec=template.spec)
    fill_in(pod, template=True)
    template.metadata, template.spec = pod.metadata, pod.spec


def _replica_set(spec: ReplicaSetSpec | None) -> None:
    if spec is not None:
        _set(spec, replicas=1)


def _replication_controller(obj: ReplicationController, spec: ReplicationControllerSpec | None) -> None:
    """Selector and labels are those of the template where none are given."""
    if spec is None:
        return
    labels = (spec.template.metadata.labels if spec.template and spec.template.metadata else None) or None
    _set(spec, replicas=1, selector=labels)
    if obj.metadata is not None and not obj.metadata.labels:
        obj.metadata.labels = labels


def _deployment(spec: DeploymentSpec | None) -> None:
    if spec is None:
        return
    _set(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy=DeploymentStrategy())
    if spec.strategy is not None:
        _set(spec.strategy, type="RollingUpdate")
        if spec.strategy.type == "RollingUpdate":
            _set(spec.strategy, rollingUpdate=RollingUpdateDeployment())
            _set(spec.strategy.rollingUpdate or RollingUpdateDeployment(), maxSurge="25%", maxUnavailable="25%")


def _daemon_set(spec: DaemonSetSpec | None) -> None:
    if spec is None:
        return
    _set(spec, revisionHistoryLimit=10, updateStrategy=DaemonSetUpdateStrategy())
    strategy = spec.updateStrategy or DaemonSetUpdateStrategy()
    _set(strategy, type="RollingUpdate")
    if strategy.type == "RollingUpdate":
        _set(strategy, rollingUpdate=RollingUpdateDaemonSet())
        _set(strategy.rollingUpdate or RollingUpdateDaemonSet(), maxSurge=0, maxUnavailable=1)


def _stateful_set(spec: StatefulSetSpec | None) -> None:
    if spec is None:
        return
    _set(
        spec,
        replicas=1,
        revisionHistoryLimit=10,
        podManagementPolicy="OrderedReady",
        updateStrategy=StatefulSetUpdateStrategy(),
        persistentVolumeClaimRetentionPolicy=StatefulSetPersistentVolumeClaimRetentionPolicy(),
    )
    kept = spec.persistentVolumeClaimRetentionPolicy or StatefulSetPersistentVolumeClaimRetentionPolicy()
    _set(kept, whenDeleted="Retain", whenScaled="Retain")
    strategy = spec.updateStrategy or StatefulSetUpdateStrategy()
    _set(strategy, type="RollingUpdate")
    if strategy.type == "RollingUpdate":
        _set(strategy, rollingUpdate=RollingUpdateStatefulSetStrategy())
        _set(strategy.rollingUpdate or RollingUpdateStatefulSetStrategy(), partition=0)


def _cron_job(spec: CronJobSpec | None) -> None:
    if spec is None:
        return
    _set(spec, concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    made = spec.jobTemplate.spec
    if made is not None:
        _job_spec(made)
        _template(made.template)


def own_selector(job: Job) -> None:
    """Give a new Job the selector and labels that pick its own pods only. Models generateSelector."""
    spec, meta = job.spec, job.metadata
    if spec is None or meta is None or spec.manualSelector:
        return
    uid = {f"{prefix}controller-uid": meta.uid or "" for prefix in ("batch.kubernetes.io/", "")}
    named = {f"{prefix}job-name": meta.name or "" for prefix in ("batch.kubernetes.io/", "")}
    template = spec.template.metadata = spec.template.metadata or ObjectMeta()
    template.labels = {**(template.labels or {}), **uid, **named}
    if spec.selector is None:
        spec.selector = LabelSelector(matchLabels={"batch.kubernetes.io/controller-uid": meta.uid or ""})
    if not meta.labels:
        meta.labels = dict(template.labels)


def _job(job: Job) -> None:
    """A Job's selector is made of its UID, which it has not got before it is created: see `own_selector`."""
    if job.spec is not None:
        _job_spec(job.spec)


def _job_spec(spec: JobSpec) -> None:
    if spec.completions is None and spec.parallelism is None:
        spec.completions = 1
    limit = 6 if spec.backoffLimitPerIndex is None else 2**31 - 1
    replaced = "TerminatingOrFailed" if spec.podFailurePolicy is None else "Failed"
    _set(
        spec,
        parallelism=1,
        backoffLimit=limit,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy=replaced,
    )


def _secret(secret: Secret) -> None:
    """What was given as text is kept in base64 like the rest."""
    _set(secret, type="Opaque")
    texts = {key: base64.b64encode(text.encode()).decode() for key, text in (secret.stringData or {}).items()}
    if texts:
        secret.data = {**(secret.data or {}), **texts}
        secret.stringData = None


def _service(spec: ServiceSpec | None) -> None:
    if spec is None:
        return
    _set(spec, type="ClusterIP", sessionAffinity="None")
    if spec.type != "ExternalName":
        _set(spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    for port in spec.ports or ():
        _service_port(port, headless=spec.clusterIP == "None")


def _service_port(port: ServicePort, *, headless: bool) -> None:
    _set(port, protocol="TCP")
    if not headless or port.targetPort is None:
        _set(port, targetPort=port.port)

"""What the API makes of a pod before it checks and stores it.

Models SetDefaults_Pod of pkg/apis/core/v1/defaults.go, the conversion to the internal pod and back, and
PrepareForCreate of pkg/registry/core/pod/strategy.go, with the feature gates at the defaults of 1.36.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime

from lightkube.models.core_v1 import (
    AppArmorProfile,
    Container,
    Pod,
    PodCondition,
    PodSecurityContext,
    PodSpec,
    PodStatus,
    SecurityContext,
)
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement, ObjectMeta

from podlab.api.annotations import APPARMOR_CONTAINER
from podlab.api.default_fields import fill_in_part, rounded
from podlab.api.qos import qos_class
from podlab.api.resources import aggregate, is_supported_for_pods
from podlab.api.visit import all_containers
from podlab.api.zeros import leave_out_zeros, walk

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def default_pod(pod: Pod) -> Pod:
    """A copy of the pod with everything filled in that the API fills in; the pod itself stays as it is."""
    pod = copy.deepcopy(pod)
    fill_in(pod)
    return pod


def prepare_for_create(pod: Pod, now: datetime = EPOCH) -> Pod:
    """The pod as it is stored when it is created at `now`: defaults, a fresh status; the pod itself stays as it is."""
    ready = Pod(pod.apiVersion, pod.kind, copy.deepcopy(pod.metadata), copy.deepcopy(pod.spec))
    make_ready(ready, now)
    return ready


def fill_in(pod: Pod, *, template: bool = False) -> None:
    """Fill in the defaults in the pod itself. In a template fewer are filled in: the rest come with the pod.

    Models SetDefaults_PodSpec and, for pods alone, SetDefaults_Pod of pkg/apis/core/v1/defaults.go.
    """
    leave_out_zeros(pod)
    pod.metadata = pod.metadata or ObjectMeta()
    pod.status = pod.status or PodStatus()
    spec = pod.spec = pod.spec or PodSpec(containers=[])
    walk(spec, fill_in_part)
    spec.dnsPolicy = spec.dnsPolicy or "ClusterFirst"
    spec.restartPolicy = spec.restartPolicy or "Always"
    spec.securityContext = spec.securityContext or PodSecurityContext()
    spec.schedulerName = spec.schedulerName or "default-scheduler"
    if spec.terminationGracePeriodSeconds is None:
        spec.terminationGracePeriodSeconds = 30
    if spec.overhead is not None:
        spec.overhead = rounded(spec.overhead)
    if not template:
        _of_a_pod(spec)


def _of_a_pod(spec: PodSpec) -> None:
    """The defaults that only a pod gets, not a template of pods."""
    for container in (*(spec.containers or []), *(spec.initContainers or [])):
        _requests_from_limits(container)
    _pod_resources(spec)
    if spec.enableServiceLinks is None:
        spec.enableServiceLinks = True
    if spec.hostNetwork:
        for container in (*(spec.containers or []), *(spec.initContainers or [])):
            for port in container.ports or []:
                port.hostPort = port.hostPort or port.containerPort or None


def _requests_from_limits(container: Container) -> None:
    """Whoever says only what it may have at most asks for just that."""
    resources = container.resources
    if resources is not None and resources.limits:
        resources.requests = {**resources.limits, **(resources.requests or {})}


def _pod_resources(spec: PodSpec) -> None:
    """If the pod as a whole has limits, it asks for what its containers ask for, or else for its limits."""
    resources = spec.resources
    if resources is None:
        return
    limits, requests = dict(resources.limits or {}), dict(resources.requests or {})
    if limits or requests:
        for name, total in aggregate(spec, "limits").items():
            if name.startswith("hugepages-") and name not in requests:
                limits.setdefault(name, total.text)
    if limits:
        for name, total in aggregate(spec, "requests").items():
            if name in ("cpu", "memory"):
                requests.setdefault(name, total.text)
        for name, value in limits.items():
            if is_supported_for_pods(name):
                requests.setdefault(name, value)
    resources.limits, resources.requests = limits or None, requests or None


def make_ready(pod: Pod, now: datetime) -> list[str]:
    """Make the pod itself what is checked and stored; gives the warnings this makes."""
    fill_in(pod)
    metadata = pod.metadata = pod.metadata or ObjectMeta()
    spec = pod.spec = pod.spec or PodSpec(containers=[])
    metadata.generation = 1
    pod.status = PodStatus(phase="Pending")
    spec.serviceAccountName = spec.serviceAccountName or spec.serviceAccount
    spec.serviceAccount = spec.serviceAccountName
    if spec.terminationGracePeriodSeconds is not None and spec.terminationGracePeriodSeconds < 0:
        spec.terminationGracePeriodSeconds = 1
    _drop_disabled(spec)
    if spec.schedulingGates:
        pod.status.conditions = [
            PodCondition(
                type="PodScheduled",
                status="False",
                reason="SchedulingGated",
                message="Scheduling is blocked due to non-empty scheduling gates",
                lastTransitionTime=now,
            )
        ]
    _merge_label_keys(spec, metadata.labels or {})
    warnings = _apparmor_from_annotations(spec, metadata.annotations or {})
    pod.status.qosClass = qos_class(pod)
    return warnings


def _drop_disabled(spec: PodSpec) -> None:
    """Take out the fields whose feature gates are off by default in 1.36."""
    spec.schedulingGroup = None
    for container, _ in all_containers(spec):
        if container.lifecycle is not None:
            container.lifecycle.stopSignal = None
    for volume in spec.volumes or []:
        for source in (volume.projected.sources if volume.projected else None) or []:
            source.clusterTrustBundle = None
            source.podCertificate = None


def _merge_label_keys(spec: PodSpec, labels: dict[str, str]) -> None:
    """matchLabelKeys become conditions on the pod's own values of these labels."""
    for constraint in spec.topologySpreadConstraints or []:
        _add_keys(constraint.labelSelector, constraint.matchLabelKeys, "In", labels)
    affinity = spec.affinity
    for pods in (affinity.podAffinity, affinity.podAntiAffinity) if affinity else ():
        if pods is None:
            continue
        terms = [each.podAffinityTerm for each in pods.preferredDuringSchedulingIgnoredDuringExecution or []]
        for term in (*terms, *(pods.requiredDuringSchedulingIgnoredDuringExecution or [])):
            _add_keys(term.labelSelector, term.matchLabelKeys, "In", labels)
            _add_keys(term.labelSelector, term.mismatchLabelKeys, "NotIn", labels)


def _add_keys(selector: LabelSelector | None, keys: list[str] | None, operator: str, labels: dict[str, str]) -> None:
    if selector is None:
        return
    for key in keys or []:
        if key in labels:
            requirement = LabelSelectorRequirement(key=key, operator=operator, values=[labels[key]])
            selector.matchExpressions = [*(selector.matchExpressions or []), requirement]


def _apparmor_from_annotations(spec: PodSpec, annotations: dict[str, str]) -> list[str]:
    """The annotation of old becomes the field of today."""
    warnings: list[str] = []
    if spec.os is not None and spec.os.name == "windows":
        return warnings
    for_pod = spec.securityContext.appArmorProfile if spec.securityContext else None
    for container, _ in all_containers(spec):
        key = APPARMOR_CONTAINER + container.name
        own = container.securityContext.appArmorProfile if container.securityContext else None
        if key not in annotations or own is not None:
            continue
        profile = _apparmor_profile(annotations[key])
        if profile is not None and profile == for_pod:
            continue
        if profile is not None:
            container.securityContext = container.securityContext or SecurityContext()
            container.securityContext.appArmorProfile = profile
        warnings.append(f'metadata.annotations[{key}]: deprecated since v1.30; use the "appArmorProfile" field instead')
    return warnings


def _apparmor_profile(annotation: str) -> AppArmorProfile | None:
    if annotation == "unconfined":
        return AppArmorProfile(type="Unconfined")
    if annotation == "runtime/default":
        return AppArmorProfile(type="RuntimeDefault")
    profile = annotation.removeprefix("localhost/")
    if profile != annotation and profile and profile == profile.strip():
        return AppArmorProfile(type="Localhost", localhostProfile=profile)
    return None

"""A whole pod on its way into the API.

Models ValidatePodCreate of pkg/apis/core/validation/validation.go, Kubernetes 1.36, feature gates at their defaults.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.validation.annotations import (
    check_apparmor_annotations,
    check_pod_annotations,
    check_seccomp_annotations,
)
from podlab.api.validation.claims import check_resource_claims
from podlab.api.validation.containers import (
    PodFacts,
    check_containers,
    check_ephemeral_containers,
    check_image_blanks,
    check_init_containers,
)
from podlab.api.validation.env import check_file_key_volumes
from podlab.api.validation.errors import ErrorList, FieldError
from podlab.api.validation.metadata import check_metadata
from podlab.api.validation.names import (
    check,
    check_label_keys_and_values,
    dns_label,
    dns_subdomain,
    inclusive_range,
)
from podlab.api.validation.network import (
    check_dns_config,
    check_host_aliases,
    check_host_users,
    check_hostname_override,
)
from podlab.api.validation.ports import check_host_network_ports
from podlab.api.validation.resources import check_overhead, check_pod_resources
from podlab.api.validation.scheduling import (
    check_affinity,
    check_readiness_gates,
    check_scheduling_gates,
    check_tolerations,
    check_topology_spread,
)
from podlab.api.validation.security import check_pod_context
from podlab.api.validation.volumes import check_volumes
from podlab.api.validation.windows import check_host_process, check_os

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
_MAX_DEADLINE = 2**31 - 1


def validate_pod(pod: Pod, *, created: bool = True) -> list[FieldError]:
    """Every rule the pod breaks, in Kubernetes' order. Takes a pod with defaults filled in (`prepare_for_create`).

    `created`: whether it is new; a new pod has no ephemeral containers.
    """
    errors = ErrorList()
    metadata, spec = pod.metadata or ObjectMeta(), pod.spec or PodSpec(containers=[])
    check_metadata(metadata, "metadata", errors)
    check_pod_annotations(metadata.annotations, spec, "metadata.annotations", errors)
    check_pod_spec(spec, metadata, "spec", errors)
    _check_only_for_pods(spec, "spec", errors)
    if spec.ephemeralContainers and created:
        errors.forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.nodeName and spec.schedulingGates:
        errors.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")
    check_seccomp_annotations(metadata.annotations or {}, spec, "spec", errors)
    check_apparmor_annotations(metadata.annotations or {}, spec, "spec", errors)
    return errors


def check_pod_spec(spec: PodSpec, metadata: ObjectMeta, field: str, errors: ErrorList) -> None:
    """What a pod's spec must fulfil in a pod and in a pod template."""
    volumes = check_volumes(spec.volumes or [], metadata, f"{field}.volumes", errors)
    claims = check_resource_claims(spec.resourceClaims or [], metadata, f"{field}.resourceClaims", errors)
    grace = spec.terminationGracePeriodSeconds
    facts = PodFacts(spec, volumes, claims, 30 if grace is None else grace)
    check_containers(facts, f"{field}.containers", errors)
    check_init_containers(facts, f"{field}.initContainers", errors)
    check_ephemeral_containers(facts, f"{field}.ephemeralContainers", errors)
    check_pod_resources(spec, claims, f"{field}.resources", errors)
    check_host_network_ports(spec, field, errors)
    _check_one_of(spec.restartPolicy, _RESTART_POLICIES, f"{field}.restartPolicy", errors)
    _check_one_of(spec.dnsPolicy, _DNS_POLICIES, f"{field}.dnsPolicy", errors)
    check_label_keys_and_values(spec.nodeSelector, f"{field}.nodeSelector", errors)
    check_pod_context(spec, field, errors)
    check_affinity(spec.affinity, f"{field}.affinity", errors)
    check_dns_config(spec.dnsConfig, spec.dnsPolicy, f"{field}.dnsConfig", errors)
    check_readiness_gates(spec.readinessGates or [], f"{field}.readinessGates", errors)
    check_scheduling_gates(spec.schedulingGates or [], f"{field}.schedulingGates", errors)
    check_topology_spread(spec.topologySpreadConstraints or [], f"{field}.topologySpreadConstraints", errors)
    check_host_process(spec, field, errors)
    check_host_users(spec, field, errors)
    check_hostname_override(spec, f"{field}.hostnameOverride", errors)
    _check_simple_fields(spec, field, errors)
    check_os(spec, field, errors)
    check_file_key_volumes(spec, field, errors)


def _check_simple_fields(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """Names and numbers that need no more than themselves."""
    _check_subdomain(spec.serviceAccountName, f"{field}.serviceAccountName", errors)
    _check_subdomain(spec.nodeName, f"{field}.nodeName", errors)
    deadline = spec.activeDeadlineSeconds
    if deadline is not None and not 1 <= deadline <= _MAX_DEADLINE:
        errors.invalid(f"{field}.activeDeadlineSeconds", deadline, inclusive_range(1, _MAX_DEADLINE))
    for name in ("hostname", "subdomain"):
        if value := getattr(spec, name):
            check(dns_label(value), f"{field}.{name}", value, errors)
    check_tolerations(spec.tolerations or [], f"{field}.tolerations", errors)
    check_host_aliases(spec.hostAliases or [], f"{field}.hostAliases", errors)
    _check_subdomain(spec.priorityClassName, f"{field}.priorityClassName", errors)
    if spec.runtimeClassName is not None:
        check(dns_subdomain(spec.runtimeClassName), f"{field}.runtimeClassName", spec.runtimeClassName, errors)
    if spec.preemptionPolicy is not None:
        _check_one_of(spec.preemptionPolicy, _PREEMPTION_POLICIES, f"{field}.preemptionPolicy", errors)
    if spec.overhead is not None:
        check_overhead(spec.overhead, f"{field}.overhead", errors)


def _check_subdomain(value: str | None, field: str, errors: ErrorList) -> None:
    if value:
        check(dns_subdomain(value), field, value, errors)


def _check_one_of(value: str | None, supported: tuple[str, ...], field: str, errors: ErrorList) -> None:
    if not value:
        errors.required(field)
    elif value not in supported:
        errors.not_supported(field, value, supported)


def _check_only_for_pods(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """What a pod must fulfil and a pod template need not."""
    if not spec.serviceAccountName:
        for index, volume in enumerate(spec.volumes or []):
            for number, source in enumerate((volume.projected.sources if volume.projected else None) or []):
                if source.serviceAccountToken is not None:
                    path = f"{field}.volumes[{index}].projected.sources[{number}].serviceAccountToken"
                    errors.forbidden(path, "must not be specified when serviceAccountName is not set")
    for index, container in enumerate(spec.containers or []):
        check_image_blanks(container, f"{field}.containers[{index}]", errors)
    for index, container in enumerate(spec.initContainers or []):
        check_image_blanks(container, f"{field}.initContainers[{index}]", errors)

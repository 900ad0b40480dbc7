"""What makes pods that run for ever: controllers with their templates.

Models ValidateReplicationController, ValidateReplicaSet, ValidateDeployment, ValidateDaemonSet, ValidateStatefulSet and
ValidatePodTemplateSpec of Kubernetes 1.36. All take an object with its defaults filled in.
"""

from __future__ import annotations

import copy
from typing import Any

from lightkube.models.apps_v1 import (
    DaemonSet,
    Deployment,
    DeploymentSpec,
    ReplicaSet,
    StatefulSet,
    StatefulSetSpec,
)
from lightkube.models.core_v1 import (
    PersistentVolumeClaimVolumeSource,
    PodSpec,
    PodTemplate,
    PodTemplateSpec,
    ReplicationController,
    ReplicationControllerSpec,
    Volume,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.decode import encode
from podlab.api.validation.annotations import (
    check_apparmor_annotations,
    check_pod_annotations,
    check_seccomp_annotations,
)
from podlab.api.validation.claims import check_claim_spec
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.metadata import check_annotations
from podlab.api.validation.names import check, check_label_keys_and_values, dns_label
from podlab.api.validation.pod import check_pod_spec
from podlab.api.validation.scheduling import check_label_selector
from podlab.api.validation.strategy import (
    check_daemon_set_strategy,
    check_deployment_strategy,
    check_not_negative,
    check_progress,
    check_stateful_set_strategy,
)

NO_MATCH = "`selector` does not match template `labels`"


def check_replication_controller(controller: ReplicationController, errors: ErrorList) -> None:
    """Its selector, or else the labels of its template, must pick the pods it makes, which run for ever."""
    spec = controller.spec or ReplicationControllerSpec()
    check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
    if not spec.selector:
        errors.required("spec.selector")
    check_not_negative(spec.replicas, "spec.replicas", errors)
    if spec.template is None:
        errors.required("spec.template")
        return
    labels = labels_of(spec.template)
    if any(labels.get(key) != value for key, value in (spec.selector or {}).items()):
        errors.invalid("spec.template.metadata.labels", labels, NO_MATCH)
    check_template(spec.template, errors)
    _check_runs_for_ever(spec.template, "ReplicationController", errors)


def check_replica_set(controller: ReplicaSet, errors: ErrorList) -> None:
    """A ReplicaSet's selector must pick the pods it makes, which run for ever."""
    spec = controller.spec
    check_not_negative(spec.replicas if spec else None, "spec.replicas", errors)
    check_not_negative(spec.minReadySeconds if spec else None, "spec.minReadySeconds", errors)
    template = (spec.template if spec else None) or PodTemplateSpec()
    _check_selected(spec.selector if spec else None, template, "deployment", errors)
    check_template(template, errors)
    _check_runs_for_ever(template, "ReplicaSet", errors)


def check_deployment(deployment: Deployment, errors: ErrorList) -> None:
    """A Deployment's selector must pick the pods it makes, which run for ever; its strategy must be able to move."""
    spec = deployment.spec or DeploymentSpec(selector=LabelSelector(), template=PodTemplateSpec())
    check_not_negative(spec.replicas, "spec.replicas", errors)
    _check_selected(spec.selector, spec.template, "deployment", errors)
    check_template(spec.template, errors)
    _check_runs_for_ever(spec.template, "ReplicaSet", errors)
    check_deployment_strategy(spec, errors)
    check_progress(spec, errors)


def check_daemon_set(controller: DaemonSet, errors: ErrorList) -> None:
    """A DaemonSet's selector must pick the pods it makes, which run for ever."""
    spec = controller.spec
    selector = spec.selector if spec else None
    template = spec.template if spec else PodTemplateSpec()
    check_label_selector(selector, "spec.selector", errors)
    if selector_is_sound(selector) and not matches(selector, labels_of(template)):
        errors.invalid("spec.template.metadata.labels", labels_of(template), NO_MATCH)
    if selector is not None and _is_empty(selector) and not _is_missing(selector):
        errors.invalid("spec.selector", encode(selector), "empty selector is invalid for daemonset")
    check_template(template, errors)
    _check_runs_for_ever(template, "DaemonSet", errors)
    if spec is not None:
        check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
        check_daemon_set_strategy(spec, errors)


def check_stateful_set(controller: StatefulSet, errors: ErrorList) -> None:
    """Its selector must pick the pods it makes, which run for ever; its claims are volumes of the pods too."""
    spec = controller.spec or StatefulSetSpec(selector=LabelSelector(), template=PodTemplateSpec(), serviceName="")
    check_stateful_set_strategy(spec, errors)
    if spec.serviceName:
        check(dns_label(spec.serviceName), "spec.serviceName", spec.serviceName, errors)
    _check_selected(spec.selector, spec.template, "statefulset", errors)
    check_template(_with_claims(spec), errors)
    _check_runs_for_ever(spec.template, "StatefulSet", errors)
    for index, claim in enumerate(spec.volumeClaimTemplates or []):
        if claim.spec is not None:
            check_claim_spec(claim.spec, f"spec.volumeClaimTemplates[{index}].spec", errors)


def _with_claims(spec: StatefulSetSpec) -> PodTemplateSpec:
    """The template with a volume for each claim, in the place of a volume of the same name, as the pods will have."""
    template = copy.copy(spec.template)
    own = template.spec or PodSpec(containers=[])
    names = [claim.metadata.name for claim in spec.volumeClaimTemplates or [] if claim.metadata and claim.metadata.name]
    claimed = [
        Volume(name=name, persistentVolumeClaim=PersistentVolumeClaimVolumeSource(claimName=name)) for name in names
    ]
    template.spec = copy.copy(own)
    template.spec.volumes = [volume for volume in own.volumes or [] if volume.name not in names] + claimed
    return template


def _check_selected(selector: LabelSelector | None, template: PodTemplateSpec, kind: str, errors: ErrorList) -> None:
    """A selector must be there, be sound, and pick the template's labels."""
    if selector is None or _is_missing(selector):
        errors.required("spec.selector")
        errors.invalid("spec.template.metadata.labels", labels_of(template) or None, NO_MATCH)
        return
    check_label_selector(selector, "spec.selector", errors)
    if _is_empty(selector):
        errors.invalid("spec.selector", encode(selector), f"empty selector is invalid for {kind}")
    elif not selector_is_sound(selector):
        errors.invalid("spec.selector", encode(selector), "" if kind == "statefulset" else "invalid label selector")
    elif not matches(selector, labels_of(template)):
        errors.invalid("spec.template.metadata.labels", labels_of(template) or None, NO_MATCH)


def _is_missing(selector: LabelSelector) -> bool:
    """Decoding fills in a selector that is not given; it has not even empty parts."""
    return selector.matchLabels is None and selector.matchExpressions is None


def _is_empty(selector: LabelSelector) -> bool:
    return not selector.matchLabels and not selector.matchExpressions


def selector_is_sound(selector: LabelSelector | None) -> bool:
    """Whether labels can be compared with it."""
    found = ErrorList()
    check_label_selector(selector, "", found)
    return not found


def labels_of(template: PodTemplateSpec) -> dict[str, str]:
    """The labels of the pods that are made."""
    return (template.metadata.labels if template.metadata else None) or {}


def matches(selector: LabelSelector | None, labels: dict[str, str]) -> bool:
    """Whether the selector picks the labels; where there is none, it picks nothing."""
    if selector is None or _is_missing(selector):
        return False
    for requirement in selector.matchExpressions or []:
        value, wanted = labels.get(requirement.key), requirement.values or []
        match requirement.operator:
            case "In" if value not in wanted:
                return False
            case "NotIn" if value in wanted:
                return False
            case "Exists" if value is None:
                return False
            case "DoesNotExist" if value is not None:
                return False
    return all(labels.get(key) == value for key, value in (selector.matchLabels or {}).items())


def check_template(template: PodTemplateSpec, errors: ErrorList, field: str = "spec.template") -> None:
    """The pod that will be made, whose name is not known yet."""
    metadata, spec = template.metadata or ObjectMeta(), template.spec or PodSpec(containers=[])
    annotations = metadata.annotations or {}
    check_label_keys_and_values(metadata.labels, f"{field}.labels", errors)
    check_annotations(annotations, f"{field}.annotations", errors)
    check_pod_annotations(annotations, spec, f"{field}.annotations", errors)
    check_pod_spec(spec, metadata, f"{field}.spec", errors)
    check_seccomp_annotations(annotations, spec, f"{field}.spec", errors)
    check_apparmor_annotations(annotations, spec, f"{field}.spec", errors)
    if spec.ephemeralContainers:
        errors.forbidden(f"{field}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def check_pod_template(made: PodTemplate, errors: ErrorList) -> None:
    """A template by itself."""
    check_template(made.template or PodTemplateSpec(), errors, "template")


def _check_runs_for_ever(template: PodTemplateSpec, kind: str, errors: ErrorList) -> None:
    spec: Any = template.spec or PodSpec(containers=[])
    if spec.restartPolicy not in (None, "Always"):
        errors.not_supported("spec.template.spec.restartPolicy", spec.restartPolicy, ("Always",))
    if spec.activeDeadlineSeconds is not None:
        rule = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.forbidden("spec.template.spec.activeDeadlineSeconds", rule)

"""What makes pods, and what pods read: controllers with their templates, ConfigMaps and Secrets.

Models ValidateReplicationController, ValidateReplicaSet, ValidateDeployment, ValidateDaemonSet, ValidateStatefulSet,
ValidateJob, ValidatePodTemplateSpec, ValidateConfigMap and ValidateSecret; of each what decides whether its pods can
be made.
"""

from __future__ import annotations

from lightkube.models.apps_v1 import DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import ConfigMap, PodSpec, PodTemplateSpec, ReplicationController, Secret
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.validation.annotations import (
    check_apparmor_annotations,
    check_pod_annotations,
    check_seccomp_annotations,
)
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.metadata import check_annotations
from podlab.api.validation.names import check, check_label_keys_and_values, config_key
from podlab.api.validation.pod import check_pod_spec
from podlab.api.validation.scheduling import check_label_selector
from podlab.api.validation.strategy import (
    check_daemon_set_strategy,
    check_deployment_strategy,
    check_not_negative,
    check_stateful_set_strategy,
)

_NO_MATCH = "`selector` does not match template `labels`"
_ENDING_POLICIES = ("OnFailure", "Never")


def check_replication_controller(controller: ReplicationController, errors: ErrorList) -> None:
    """Its selector, or else the labels of its template, must pick the pods it makes, which run for ever."""
    spec = controller.spec
    if spec is None or spec.template is None:
        errors.required("spec.template")
        return
    labels = _labels(spec.template)
    selector = spec.selector or labels
    check_not_negative(spec.replicas, "spec.replicas", errors)
    if not selector:
        errors.required("spec.selector")
    elif any(labels.get(key) != value for key, value in selector.items()):
        errors.invalid("spec.template.metadata.labels", labels, _NO_MATCH)
    _check_template(spec.template, errors)
    _check_runs_for_ever(spec.template, errors)


def check_replica_set(controller: DaemonSet | Deployment | ReplicaSet, errors: ErrorList) -> None:
    """A Deployment's, ReplicaSet's or DaemonSet's selector must pick the pods it makes, which run for ever."""
    template = _check_selector(controller, errors)
    if template is not None:
        _check_template(template, errors)
        _check_runs_for_ever(template, errors)
    if isinstance(controller, Deployment) and controller.spec is not None:
        check_deployment_strategy(controller.spec, errors)
    elif isinstance(controller, DaemonSet) and controller.spec is not None:
        check_daemon_set_strategy(controller.spec, errors)
    elif controller.spec is not None:
        check_not_negative(controller.spec.minReadySeconds, "spec.minReadySeconds", errors)


def check_stateful_set(controller: StatefulSet, errors: ErrorList) -> None:
    """Its selector must pick the pods it makes, which run for ever. Their volumes are not all in the template."""
    if controller.spec is not None:
        check_stateful_set_strategy(controller.spec, errors)
    template = _check_selector(controller, errors)
    if template is not None:
        _check_runs_for_ever(template, errors)


def _check_selector(
    controller: DaemonSet | Deployment | ReplicaSet | StatefulSet, errors: ErrorList
) -> PodTemplateSpec | None:
    """The template of the pods, if there is one; the selector must pick them."""
    spec = controller.spec
    if spec is None:
        errors.required("spec.selector")
        return None
    check_not_negative(getattr(spec, "replicas", None), "spec.replicas", errors)
    if spec.selector is None or not (spec.selector.matchLabels or spec.selector.matchExpressions):
        errors.required("spec.selector")
    check_label_selector(spec.selector, "spec.selector", errors)
    if spec.template is None:
        errors.required("spec.template")
        return None
    labels = _labels(spec.template)
    if not _matches(spec.selector, labels):
        errors.invalid("spec.template.metadata.labels", labels, _NO_MATCH)
    template: PodTemplateSpec = spec.template
    return template


def check_job(job: Job, errors: ErrorList) -> None:
    """Its pods must be able to end."""
    spec = job.spec
    if spec is None:
        errors.required("spec.template")
        return
    for name in ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"):
        check_not_negative(getattr(spec, name), f"spec.{name}", errors)
    _check_template(spec.template, errors)
    policy = (spec.template.spec.restartPolicy if spec.template.spec else None) or "Always"
    if policy == "Always":
        errors.required("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')
    elif policy not in _ENDING_POLICIES:
        errors.not_supported("spec.template.spec.restartPolicy", policy, _ENDING_POLICIES)


def check_keys(source: ConfigMap | Secret, errors: ErrorList) -> None:
    """The keys of a ConfigMap or Secret, each of which can become a file."""
    for name in ("data", "binaryData", "stringData"):
        for key in getattr(source, name, None) or {}:
            check(config_key(key), f"{name}[{key}]", key, errors)


def _labels(template: PodTemplateSpec) -> dict[str, str]:
    return (template.metadata.labels if template.metadata else None) or {}


def _matches(selector: LabelSelector | None, labels: dict[str, str]) -> bool:
    """Whether the selector picks the labels."""
    if selector is None:
        return True
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


def _check_template(template: PodTemplateSpec, errors: ErrorList) -> None:
    """The pod that will be made, whose name is not known yet."""
    field = "spec.template"
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


def _check_runs_for_ever(template: PodTemplateSpec, errors: ErrorList) -> None:
    spec = template.spec
    if spec is None:
        return
    if spec.restartPolicy not in (None, "Always"):
        errors.not_supported("spec.template.spec.restartPolicy", spec.restartPolicy, ("Always",))
    if spec.activeDeadlineSeconds is not None:
        rule = "activeDeadlineSeconds in ReplicaSet is not Supported"
        errors.forbidden("spec.template.spec.activeDeadlineSeconds", rule)

"""Whether the API would take an object of any kind that podlab knows, as it was written."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import msgspec
from lightkube.models.apps_v1 import DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.models.autoscaling_v1 import HorizontalPodAutoscaler as HorizontalPodAutoscalerV1
from lightkube.models.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.models.batch_v1 import CronJob, Job
from lightkube.models.core_v1 import (
    ConfigMap,
    Namespace,
    PersistentVolumeClaim,
    Pod,
    PodSpec,
    PodTemplate,
    PodTemplateSpec,
    ReplicationController,
    Secret,
    Service,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.policy_v1 import PodDisruptionBudget
from lightkube.models.rbac_v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from lightkube.models.scheduling_v1 import PriorityClass

from podlab.api.annotations import MIRROR_POD
from podlab.api.defaults import EPOCH, make_ready, prepare_for_create
from podlab.api.kinds import CLUSTER_WIDE
from podlab.api.object_defaults import with_defaults
from podlab.api.validation import FieldError, validate_pod, warnings_for_pod
from podlab.api.validation.config import check_config_map, check_secret
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.jobs import check_cron_job, check_job
from podlab.api.validation.metadata import NameRule, check_metadata, given_name
from podlab.api.validation.names import dns_label, dns_subdomain, path_segment
from podlab.api.validation.policies import (
    check_autoscaler,
    check_claim,
    check_disruption_budget,
    check_priority_class,
    check_role,
    check_role_binding,
)
from podlab.api.validation.services import check_service
from podlab.api.validation.workloads import (
    check_daemon_set,
    check_deployment,
    check_pod_template,
    check_replica_set,
    check_replication_controller,
    check_stateful_set,
)

_NAME_RULES: dict[type, NameRule] = {
    ClusterRole: path_segment,
    ClusterRoleBinding: path_segment,
    Namespace: dns_label,
    Role: path_segment,
    RoleBinding: path_segment,
    Service: dns_label,
    StatefulSet: dns_label,
}
_NAMES_IN_PODS = (CronJob, Deployment, Job, ReplicaSet, ReplicationController)
_NAME_WARNING = (
    "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; "
    "a DNS label is recommended"
)
_FIELD = re.compile(r"(?<![\w.])((?:spec|metadata)\b[.\[])")
_CHECKS: dict[type, Callable[[Any, ErrorList], None]] = {
    ClusterRole: check_role,
    ClusterRoleBinding: check_role_binding,
    ConfigMap: check_config_map,
    CronJob: check_cron_job,
    DaemonSet: check_daemon_set,
    Deployment: check_deployment,
    HorizontalPodAutoscaler: check_autoscaler,
    HorizontalPodAutoscalerV1: check_autoscaler,
    Job: check_job,
    PersistentVolumeClaim: check_claim,
    PodDisruptionBudget: check_disruption_budget,
    PodTemplate: check_pod_template,
    PriorityClass: check_priority_class,
    ReplicaSet: check_replica_set,
    ReplicationController: check_replication_controller,
    Role: check_role,
    RoleBinding: check_role_binding,
    Secret: check_secret,
    Service: check_service,
    StatefulSet: check_stateful_set,
}


def validate_object(obj: msgspec.Struct) -> list[FieldError]:
    """Every rule an object breaks, defaults filled in as on creation; the object itself stays as it is."""
    if isinstance(obj, Pod):
        return validate_pod(_admitted(prepare_for_create(obj)))
    errors = ErrorList()
    kind = type(obj)
    metadata = getattr(obj, "metadata", None) or ObjectMeta()
    if kind.__name__ in CLUSTER_WIDE and metadata.namespace:
        metadata = msgspec.structs.replace(metadata, namespace=None)  # as the API server clears it before it looks
    check_metadata(metadata, "metadata", errors, name_rule=_NAME_RULES.get(kind, dns_subdomain))
    if kind in _CHECKS:
        _CHECKS[kind](with_defaults(obj), errors)
    return errors


def warnings_of(obj: msgspec.Struct) -> list[str]:
    """What the API server warns of when an object is created, in its own words."""
    if isinstance(obj, Pod):
        return _pod_warnings(obj.metadata, obj.spec)
    warnings = []
    name = given_name(getattr(obj, "metadata", None) or ObjectMeta())
    if type(obj) in _NAMES_IN_PODS and (broken := dns_label(name)):
        warnings.append(f"{_NAME_WARNING}: [{' '.join(broken)}]")
    found = _template_of(obj)
    if found is not None:
        field, template = found
        own = copy.copy(template.metadata) or ObjectMeta()
        own.name = own.name or "x"  # the pods' names are made, and are no matter of the template
        for text in _pod_warnings(own, template.spec):
            warnings.append(_FIELD.sub(rf"{field}.\1", text))
    return warnings


def _template_of(obj: Any) -> tuple[str, PodTemplateSpec] | None:
    """The template of the pods that an object makes, and the field that has it."""
    spec = getattr(obj, "spec", None)
    if isinstance(obj, PodTemplate):
        return ("template", obj.template) if obj.template is not None else None
    if isinstance(obj, CronJob):
        inner = obj.spec.jobTemplate.spec if obj.spec is not None else None
        return ("spec.jobTemplate.spec.template", inner.template) if inner is not None else None
    template = getattr(spec, "template", None)
    return ("spec.template", template) if isinstance(template, PodTemplateSpec) else None


def _pod_warnings(metadata: ObjectMeta | None, spec: PodSpec | None) -> list[str]:
    pod = Pod(metadata=copy.deepcopy(metadata), spec=copy.deepcopy(spec))
    return [*make_ready(pod, EPOCH), *warnings_for_pod(pod)]


def _admitted(pod: Pod) -> Pod:
    """The pod as the ServiceAccount admission plugin passes it on: whoever names no account has the one "default"."""
    if pod.spec is not None and MIRROR_POD not in ((pod.metadata and pod.metadata.annotations) or {}):
        pod.spec.serviceAccountName = pod.spec.serviceAccountName or "default"
    return pod

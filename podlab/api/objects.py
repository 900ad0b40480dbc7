"""Whether the API would take an object of any kind that podlab knows, as it was written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import msgspec
from lightkube.models.apps_v1 import DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import ConfigMap, Namespace, Pod, ReplicationController, Secret, Service
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding

from podlab.api.annotations import MIRROR_POD
from podlab.api.defaults import EPOCH, fill_in, make_ready, prepare_for_create
from podlab.api.kinds import CLUSTER_WIDE
from podlab.api.validation import FieldError, validate_pod, warnings_for_pod
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.metadata import NameRule, check_metadata
from podlab.api.validation.names import dns_label, dns_subdomain, path_segment
from podlab.api.validation.workloads import (
    check_job,
    check_keys,
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
}
_CHECKS: dict[type, Callable[[Any, ErrorList], None]] = {
    ConfigMap: check_keys,
    DaemonSet: check_replica_set,
    Deployment: check_replica_set,
    Job: check_job,
    ReplicaSet: check_replica_set,
    ReplicationController: check_replication_controller,
    Secret: check_keys,
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
        _CHECKS[kind](_with_template_filled_in(obj), errors)
    return errors


def warnings_of(obj: msgspec.Struct) -> list[str]:
    """What the API server warns of when an object is created, in its own words."""
    if not isinstance(obj, Pod):
        return []
    pod = Pod(metadata=copy.deepcopy(obj.metadata), spec=copy.deepcopy(obj.spec))
    return [*make_ready(pod, EPOCH), *warnings_for_pod(pod)]


def _admitted(pod: Pod) -> Pod:
    """The pod as the ServiceAccount admission plugin passes it on: whoever names no account has the one "default"."""
    if pod.spec is not None and MIRROR_POD not in ((pod.metadata and pod.metadata.annotations) or {}):
        pod.spec.serviceAccountName = pod.spec.serviceAccountName or "default"
    return pod


def _with_template_filled_in(obj: Any) -> Any:
    """The object, with the defaults in the pods it would make."""
    template = getattr(getattr(obj, "spec", None), "template", None)
    if template is None:
        return obj
    obj = copy.deepcopy(obj)
    template = obj.spec.template
    pod = Pod(metadata=template.metadata, spec=template.spec)
    fill_in(pod)
    template.metadata, template.spec = pod.metadata, pod.spec
    return obj

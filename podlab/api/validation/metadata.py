"""metadata of a pod: names, labels, annotations, owners, finalizers.

Models ValidateObjectMeta and ValidatePodSpecificAnnotations.
"""

from __future__ import annotations

import json
import re

from lightkube.models.core_v1 import PodSpec
from lightkube.models.meta_v1 import ManagedFieldsEntry, ObjectMeta, OwnerReference

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import (
    check,
    check_label_keys_and_values,
    dns_label,
    dns_subdomain,
    dns_subdomain_prefix,
    qualified_name,
)
from podlab.api.validation.paths import check_descending
from podlab.api.visit import all_containers

MIRROR_POD = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APPARMOR_CONTAINER = "container.apparmor.security.beta.kubernetes.io/"

_ANNOTATIONS_LIMIT = 256 * 1024
_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")
_INT32 = re.compile("0|-?[1-9][0-9]*", re.ASCII)


def check_metadata(metadata: ObjectMeta, field: str, errors: ErrorList) -> None:
    """A pod's metadata. A missing namespace is right: the request's namespace will be filled in."""
    if metadata.generateName:
        check(dns_subdomain_prefix(metadata.generateName), f"{field}.generateName", metadata.generateName, errors)
    if metadata.name:
        check(dns_subdomain(metadata.name), f"{field}.name", metadata.name, errors)
    elif not metadata.generateName:
        errors.required(f"{field}.name", "name or generateName is required")
    if metadata.namespace:
        check(dns_label(metadata.namespace), f"{field}.namespace", metadata.namespace, errors)
    check_label_keys_and_values(metadata.labels, f"{field}.labels", errors)
    check_annotations(metadata.annotations, f"{field}.annotations", errors)
    _check_owners(metadata.ownerReferences or [], f"{field}.ownerReferences", errors)
    _check_finalizers(metadata.finalizers or [], f"{field}.finalizers", errors)
    for index, entry in enumerate(metadata.managedFields or []):
        _check_managed_fields(entry, f"{field}.managedFields[{index}]", errors)
    for index, finalizer in enumerate(metadata.finalizers or []):
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            rule = "name is neither a standard finalizer name nor is it fully qualified"
            errors.invalid(f"{field}.finalizers[{index}]", finalizer, rule)


def check_annotations(annotations: dict[str, str] | None, field: str, errors: ErrorList) -> None:
    """Keys are label keys whose capitals do not count; all together have at most 256 KiB."""
    total = 0
    for key, value in (annotations or {}).items():
        check(qualified_name(key.lower()), field, key, errors)
        total += len(key.encode()) + len(value.encode())
    if total > _ANNOTATIONS_LIMIT:
        errors.too_long(field, _ANNOTATIONS_LIMIT)


def _check_owners(owners: list[OwnerReference], field: str, errors: ErrorList) -> None:
    controller = ""
    for owner in owners:
        version = (owner.apiVersion or "").rpartition("/")[2]
        if not version or (owner.apiVersion or "").count("/") > 1:
            errors.invalid(f"{field}.apiVersion", owner.apiVersion or "", "version must not be empty")
        for name, value in (("kind", owner.kind), ("name", owner.name), ("uid", owner.uid)):
            if not value:
                errors.invalid(f"{field}.{name}", "", "must not be empty")
        if owner.apiVersion == "v1" and owner.kind == "Event":
            errors.invalid(field, _owner_json(owner), "/v1, Kind=Event is disallowed from being an owner")
        if owner.controller:
            current = f"{owner.kind}/{owner.name}"
            if controller:
                rule = (
                    "Only one reference can have Controller set to true. "
                    f'Found "true" in references for {controller} and {current}'
                )
                errors.invalid(field, [_owner_json(each) for each in owners], rule)
            else:
                controller = current


def _owner_json(owner: OwnerReference) -> dict[str, object]:
    data: dict[str, object] = {
        "apiVersion": owner.apiVersion,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
        "controller": owner.controller,
        "blockOwnerDeletion": owner.blockOwnerDeletion,
    }
    return {name: value for name, value in data.items() if value is not None}


def _check_finalizers(finalizers: list[str], field: str, errors: ErrorList) -> None:
    for finalizer in finalizers:
        check(qualified_name(finalizer), field, finalizer, errors)
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        errors.invalid(field, finalizers, "finalizer foregroundDeletion and orphan cannot be both set")


def _check_managed_fields(entry: ManagedFieldsEntry, field: str, errors: ErrorList) -> None:
    if entry.operation not in ("Apply", "Update"):
        errors.invalid(f"{field}.operation", entry.operation or "", "must be `Apply` or `Update`")
    if entry.fieldsType and entry.fieldsType != "FieldsV1":
        errors.invalid(f"{field}.fieldsType", entry.fieldsType, "must be `FieldsV1`")


def check_pod_annotations(annotations: dict[str, str] | None, spec: PodSpec, field: str, errors: ErrorList) -> None:
    """Annotations that mean something to the API itself."""
    annotations = annotations or {}
    if MIRROR_POD in annotations and not spec.nodeName:
        rule = "must set spec.nodeName if mirror pod annotation is set"
        errors.invalid(f"{field}[{MIRROR_POD}]", annotations[MIRROR_POD], rule)
    cost = annotations.get(DELETION_COST)
    if cost is not None and not (_INT32.fullmatch(cost) and -(2**31) <= int(cost) < 2**31):
        errors.invalid(f"{field}[{DELETION_COST}]", cost, "must be a 32bit integer")
    if SECCOMP_POD in annotations:
        _check_seccomp(annotations[SECCOMP_POD], f"{field}.{SECCOMP_POD}", errors)
    for key, value in annotations.items():
        if key.startswith(SECCOMP_CONTAINER):
            _check_seccomp(value, f"{field}.{key}", errors)
    names = {container.name for container, _ in all_containers(spec)}
    for key, value in annotations.items():
        if key.startswith(APPARMOR_CONTAINER):
            container = key.removeprefix(APPARMOR_CONTAINER)
            if container not in names:
                errors.invalid(f"{field}[{key}]", container, "container not found")
            if value not in ("", "runtime/default", "unconfined") and not value.startswith("localhost/"):
                errors.invalid(f"{field}[{key}]", value, f"invalid AppArmor profile name: {json.dumps(value)}")


def _check_seccomp(profile: str, field: str, errors: ErrorList) -> None:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return
    if profile.startswith("localhost/"):
        check_descending(profile.removeprefix("localhost/"), field, errors)
    else:
        errors.invalid(field, profile, "must be a valid seccomp profile")

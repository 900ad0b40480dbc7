"""metadata of an object: names, labels, annotations, owners, finalizers.

Models ValidateObjectMeta.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from lightkube.models.meta_v1 import ManagedFieldsEntry, ObjectMeta, OwnerReference

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import (
    check,
    check_label_keys_and_values,
    completed,
    dns_label,
    dns_subdomain,
    qualified_name,
)

NameRule = Callable[[str], list[str]]

_SUFFIX_SIGNS = "bcdfghjklmnpqrstvwxz2456789"
_ANNOTATIONS_LIMIT = 256 * 1024
_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def check_metadata(
    metadata: ObjectMeta,
    field: str,
    errors: ErrorList,
    *,
    name_rule: NameRule = dns_subdomain,
) -> None:
    """An object's metadata. A missing namespace is right: the request's namespace will be filled in."""
    if metadata.generateName:
        check(name_rule(completed(metadata.generateName)), f"{field}.generateName", metadata.generateName, errors)
    name = given_name(metadata)
    if name:
        check(name_rule(name), f"{field}.name", name, errors)
    else:
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


def given_name(metadata: ObjectMeta) -> str:
    """The name an object will have: its own, or one made from generateName, or none.

    The API server makes it before it looks at it (rest.BeforeCreate, names.SimpleNameGenerator): at most 58 characters
    of the prefix, and five more. The five of this one are not random, and those of a run are others.
    """
    if metadata.name or not metadata.generateName:
        return metadata.name or ""
    digest = hashlib.sha256(metadata.generateName.encode("utf-8", "replace")).digest()
    ending = "".join(_SUFFIX_SIGNS[byte % len(_SUFFIX_SIGNS)] for byte in digest[:5])
    return metadata.generateName[:58] + ending


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
    shown = [_owner_json(owner) for owner in owners]
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
                errors.invalid(field, shown, rule)
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

"""Claims: volumes that are claimed for a pod (ephemeral) and devices (resourceClaims).

Models validateEphemeralVolumeSource, ValidatePersistentVolumeClaimSpec and validatePodResourceClaims.
"""

from __future__ import annotations

from lightkube.models.core_v1 import (
    EphemeralVolumeSource,
    PersistentVolumeClaimSpec,
    PodResourceClaim,
    TypedLocalObjectReference,
    TypedObjectReference,
)
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.annotations import MIRROR_POD
from podlab.api.quantity import parse_quantity
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.metadata import check_annotations
from podlab.api.validation.names import check, check_label_keys_and_values, dns_label, dns_subdomain
from podlab.api.validation.scheduling import check_label_selector

_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_VOLUME_MODES = ("Block", "Filesystem")


def check_ephemeral(source: EphemeralVolumeSource, field: str, errors: ErrorList) -> None:
    """A claim that is made with the pod; only labels and annotations of its metadata may be set."""
    template = source.volumeClaimTemplate
    path = f"{field}.volumeClaimTemplate"
    if template is None:
        errors.required(path)
        return
    metadata = template.metadata or ObjectMeta()
    check_annotations(metadata.annotations, f"{path}.metadata.annotations", errors)
    check_label_keys_and_values(metadata.labels, f"{path}.metadata.labels", errors)
    for name in metadata.__struct_fields__:
        if name not in ("annotations", "labels") and getattr(metadata, name):
            errors.forbidden(f"{path}.metadata.{name}", "cannot be set")
    check_claim_spec(template.spec, f"{path}.spec", errors)


def check_claim_spec(spec: PersistentVolumeClaimSpec, field: str, errors: ErrorList) -> None:
    """What a claim asks for."""
    modes = spec.accessModes or []
    if not modes:
        errors.required(f"{field}.accessModes", "at least 1 access mode is required")
    check_label_selector(spec.selector, f"{field}.selector", errors)
    for mode in modes:
        if mode not in _ACCESS_MODES:
            errors.not_supported(f"{field}.accessModes", mode, _ACCESS_MODES)
    if "ReadWriteOncePod" in modes and set(modes) & set(_ACCESS_MODES) - {"ReadWriteOncePod"}:
        errors.forbidden(f"{field}.accessModes", "may not use ReadWriteOncePod with other access modes")
    storage = ((spec.resources.requests if spec.resources else None) or {}).get("storage")
    if storage is None:
        errors.required(f"{field}.resources[storage]")
    else:
        quantity = parse_quantity(storage)
        if quantity.amount < 0:
            errors.invalid(f"{field}.resources[storage]", quantity.text, "must be greater than or equal to 0")
        if quantity.amount <= 0:
            errors.invalid(f"{field}.resources[storage]", quantity.text, "must be greater than zero")
    if spec.storageClassName:
        check(dns_subdomain(spec.storageClassName), f"{field}.storageClassName", spec.storageClassName, errors)
    if spec.volumeMode is not None and spec.volumeMode not in _VOLUME_MODES:
        errors.not_supported(f"{field}.volumeMode", spec.volumeMode, _VOLUME_MODES)
    for name in ("dataSource", "dataSourceRef"):
        _check_data_source(getattr(spec, name), f"{field}.{name}", errors)
    if spec.volumeAttributesClassName:
        name = spec.volumeAttributesClassName
        check(dns_subdomain(name), f"{field}.volumeAttributesClassName", name, errors)


def _check_data_source(
    source: TypedLocalObjectReference | TypedObjectReference | None, field: str, errors: ErrorList
) -> None:
    if source is None:
        return
    for name in ("name", "kind"):
        if not getattr(source, name):
            errors.required(f"{field}.{name}")
    if not source.apiGroup and source.kind != "PersistentVolumeClaim":
        rule = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.invalid(f"{field}.kind", source.kind, rule)
    if source.apiGroup:
        check(dns_subdomain(source.apiGroup), f"{field}.apiGroup", source.apiGroup, errors)


def check_resource_claims(
    claims: list[PodResourceClaim], metadata: ObjectMeta, field: str, errors: ErrorList
) -> frozenset[str]:
    """Device claims of the pod; gives their names."""
    taken: set[str] = set()
    for index, claim in enumerate(claims):
        path = f"{field}[{index}]"
        if MIRROR_POD in (metadata.annotations or {}):
            errors.forbidden("", "static pods do not support resource claims")
            continue
        if not claim.name:
            errors.required(f"{path}.name")
        elif claim.name in taken:
            errors.duplicate(f"{path}.name", claim.name)
        else:
            check(dns_label(claim.name), f"{path}.name", claim.name, errors)
            taken.add(claim.name)
        given, template = claim.resourceClaimName, claim.resourceClaimTemplateName
        internal = {"Name": claim.name, "ResourceClaimName": given, "ResourceClaimTemplateName": template}
        if given is not None and template is not None:
            rule = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            errors.invalid(path, internal, rule)
        if given is None and template is None:
            rule = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            errors.invalid(path, internal, rule)
        if given is not None:
            check(dns_subdomain(given), f"{path}.resourceClaimName", given, errors)
        if template is not None:
            check(dns_subdomain(template), f"{path}.resourceClaimTemplateName", template, errors)
    return frozenset(claim.name for claim in claims if claim.name)

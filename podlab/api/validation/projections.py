"""Files made from the API: downward API, keys of ConfigMaps and Secrets, and several of these in one volume.

Models validateDownwardAPIVolumeSource, validateKeyToPath and validateProjectionSources.
"""

from __future__ import annotations

from lightkube.models.core_v1 import (
    DownwardAPIVolumeFile,
    DownwardAPIVolumeSource,
    KeyToPath,
    ProjectedVolumeSource,
    ServiceAccountTokenProjection,
    VolumeProjection,
)

from podlab.api.validation.env import check_field_ref, check_resource_field_ref
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.paths import check_file, check_mode

_VOLUME_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_SOURCES = ("secret", "configMap", "downwardAPI", "serviceAccountToken")
"""The others (clusterTrustBundle, podCertificate) are off by default in 1.36 and dropped before validation."""


def check_items(items: list[KeyToPath], field: str, errors: ErrorList) -> None:
    """Which keys become which files."""
    for index, item in enumerate(items):
        _check_item(item, f"{field}[{index}]", errors)


def _check_item(item: KeyToPath, field: str, errors: ErrorList) -> None:
    if not item.key:
        errors.required(f"{field}.key")
    if not item.path:
        errors.required(f"{field}.path")
    check_file(item.path, f"{field}.path", errors)
    check_mode(item.mode, f"{field}.mode", errors)


def check_downward_api(source: DownwardAPIVolumeSource, field: str, errors: ErrorList) -> None:
    """Fields of the pod as files. Kubernetes names no index in these errors."""
    check_mode(source.defaultMode, f"{field}.defaultMode", errors)
    for file in source.items or []:
        _check_downward_file(file, field, errors)


def _check_downward_file(file: DownwardAPIVolumeFile, field: str, errors: ErrorList) -> None:
    if not file.path:
        errors.required(f"{field}.path")
    check_file(file.path, f"{field}.path", errors)
    if file.fieldRef is not None:
        check_field_ref(file.fieldRef, _VOLUME_FIELDS, f"{field}.fieldRef", errors)
        if file.resourceFieldRef is not None:
            errors.invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif file.resourceFieldRef is not None:
        check_resource_field_ref(file.resourceFieldRef, f"{field}.resourceFieldRef", errors, in_volume=True)
    else:
        errors.required(field, "one of fieldRef and resourceFieldRef is required")
    check_mode(file.mode, f"{field}.mode", errors)


def check_projected(source: ProjectedVolumeSource, field: str, errors: ErrorList) -> None:
    """Several sources in one directory; no two may write the same file."""
    check_mode(source.defaultMode, f"{field}.defaultMode", errors)
    taken: set[str] = set()
    for index, projection in enumerate(source.sources or []):
        path = f"{field}.sources[{index}]"
        _check_projection(projection, taken, field, path, errors)
        if sum(getattr(projection, name) is not None for name in _SOURCES) > 1:
            errors.forbidden(path, "may not specify more than 1 volume type per source")


def _check_projection(
    projection: VolumeProjection, taken: set[str], volume: str, field: str, errors: ErrorList
) -> None:
    for name in ("secret", "configMap"):
        keys = getattr(projection, name)
        if keys is None:
            continue
        if not keys.name:
            errors.required(f"{field}.{name}.name")
        for index, item in enumerate(keys.items or []):
            _check_item(item, f"{field}.{name}.items[{index}]", errors)
            _take(item.path, keys.name or "", taken, volume, errors)
    if projection.downwardAPI is not None:
        for file in projection.downwardAPI.items or []:
            _check_downward_file(file, f"{field}.downwardAPI", errors)
            _take(file.path, file.path, taken, volume, errors)
    if projection.serviceAccountToken is not None:
        _check_token(projection.serviceAccountToken, volume, f"{field}.serviceAccountToken", errors)


def _take(path: str, shown: str, taken: set[str], volume: str, errors: ErrorList) -> None:
    if path and path in taken:
        errors.invalid(volume, shown, "conflicting duplicate paths")
    taken.add(path)


def _check_token(token: ServiceAccountTokenProjection, volume: str, field: str, errors: ErrorList) -> None:
    seconds = token.expirationSeconds or 0
    if seconds < 600:
        errors.invalid(f"{field}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > 1 << 32:
        errors.invalid(f"{field}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not token.path:
        errors.required(f"{volume}.path")
    else:
        check_file(token.path, f"{volume}.path", errors)

"""Where a container sees its volumes: as directories (volumeMounts) or as raw devices (volumeDevices).

Models ValidateVolumeMounts and ValidateVolumeDevices.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightkube.models.core_v1 import Container, EphemeralContainer, Volume, VolumeMount

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.paths import check_descending

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE_READ_ONLY = ("Disabled", "Enabled", "IfPossible")


def check_mounts(
    container: Container | EphemeralContainer, volumes: Mapping[str, Volume], field: str, errors: ErrorList
) -> None:
    """Each mount names a valid volume of the pod and has a place of its own."""
    devices = {device.name: device.devicePath for device in container.volumeDevices or []}
    places: set[str] = set()
    for index, mount in enumerate(container.volumeMounts or []):
        path = f"{field}[{index}]"
        if not mount.name:
            errors.required(f"{path}.name")
        if mount.name not in volumes:
            errors.not_found(f"{path}.name", mount.name)
        if not mount.mountPath:
            errors.required(f"{path}.mountPath")
        if mount.mountPath in places:
            errors.invalid(f"{path}.mountPath", mount.mountPath, "must be unique")
        places.add(mount.mountPath)
        if mount.name in devices:
            errors.invalid(f"{path}.name", mount.name, "must not already exist in volumeDevices")
        if mount.mountPath in devices.values():
            rule = "must not already exist as a path in volumeDevices"
            errors.invalid(f"{path}.mountPath", mount.mountPath, rule)
        if mount.subPath:
            check_descending(mount.subPath, f"{field}.subPath", errors)
        if mount.subPathExpr:
            if mount.subPath:
                rule = "subPathExpr and subPath are mutually exclusive"
                errors.invalid(f"{path}.subPathExpr", mount.subPathExpr, rule)
            check_descending(mount.subPathExpr, f"{field}.subPathExpr", errors)
        _check_propagation(mount, container, f"{field}.mountPropagation", errors)
        _check_recursive_read_only(mount, f"{field}.recursiveReadOnly", errors)


def _check_propagation(
    mount: VolumeMount, container: Container | EphemeralContainer, field: str, errors: ErrorList
) -> None:
    if mount.mountPropagation is None:
        return
    if mount.mountPropagation not in _PROPAGATIONS:
        errors.not_supported(field, mount.mountPropagation, _PROPAGATIONS)
    privileged = container.securityContext is not None and container.securityContext.privileged
    if mount.mountPropagation == "Bidirectional" and not privileged:
        errors.forbidden(field, "Bidirectional mount propagation is available only to privileged containers")


def _check_recursive_read_only(mount: VolumeMount, field: str, errors: ErrorList) -> None:
    match mount.recursiveReadOnly:
        case None | "Disabled":
            pass
        case "Enabled" | "IfPossible":
            if not mount.readOnly:
                errors.forbidden(field, "may only be specified when readOnly is true")
            if mount.mountPropagation not in (None, "None"):
                errors.forbidden(field, "may only be specified when mountPropagation is None or not specified")
        case other:
            errors.not_supported(field, other, _RECURSIVE_READ_ONLY)


def check_devices(
    container: Container | EphemeralContainer, volumes: Mapping[str, Volume], field: str, errors: ErrorList
) -> None:
    """Raw devices come from claims only."""
    mounts = {mount.name: mount.mountPath for mount in container.volumeMounts or []}
    names: set[str] = set()
    places: set[str] = set()
    for index, device in enumerate(container.volumeDevices or []):
        path = f"{field}[{index}]"
        name, place = device.name, device.devicePath
        volume = volumes.get(name)
        if not name:
            errors.required(f"{path}.name")
        if name in names:
            errors.invalid(f"{path}.name", name, "must be unique")
        if volume is None:
            errors.not_found(f"{path}.name", name)
        elif volume.persistentVolumeClaim is None and volume.ephemeral is None:
            rule = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.invalid(f"{path}.name", name, rule)
        if not place:
            errors.required(f"{path}.devicePath")
        if place in places:
            errors.invalid(f"{path}.devicePath", place, "must be unique")
        if ".." in place.split("/"):
            errors.invalid(f"{path}.devicePath", place, "can not contain backsteps ('..')")
        else:
            places.add(place)
        if name in mounts:
            errors.invalid(f"{path}.name", name, "must not already exist in volumeMounts")
        if place in mounts.values():
            errors.invalid(f"{path}.devicePath", place, "must not already exist as a path in volumeMounts")
        if name:
            names.add(name)

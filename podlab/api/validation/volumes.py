"""The volumes of a pod: one source each, names that differ.

A volume that is wrong in itself does not count as there, so what mounts it is told it was not found.
Models ValidateVolumes and validateVolumeSource.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Volume
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.quantity import parse_quantity
from podlab.api.validation.errors import ErrorList, quoted
from podlab.api.validation.names import check, dns_label, dns_subdomain
from podlab.api.validation.volume_sources import CHECKS

_ORDER = (
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)
_SURPLUS_NAMES = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""How Kubernetes spells a source in the error that there is more than one."""
_OWN_NAMES = {"gcePersistentDisk": "persistentDisk"}
"""How Kubernetes spells a source in errors of its own fields."""


def check_volumes(volumes: list[Volume], metadata: ObjectMeta, field: str, errors: ErrorList) -> dict[str, Volume]:
    """Check all volumes; gives those that are right, by name."""
    created = {f"{metadata.name}-{volume.name}" for volume in volumes if metadata.name and volume.ephemeral}
    right: dict[str, Volume] = {}
    for index, volume in enumerate(volumes):
        path = f"{field}[{index}]"
        own = ErrorList()
        _check_source(volume, metadata, path, own)
        if not volume.name:
            own.required(f"{path}.name")
        else:
            check(dns_label(volume.name), f"{path}.name", volume.name, own)
        if volume.name in right:
            own.duplicate(f"{path}.name", volume.name)
        if own:
            errors.take(own)
        else:
            right[volume.name] = volume
        claim = volume.persistentVolumeClaim
        if claim is not None and claim.claimName in created:
            rule = "must not reference a PVC that gets created for an ephemeral volume"
            errors.invalid(f"{path}.persistentVolumeClaim.claimName", claim.claimName, rule)
    return right


def _check_source(volume: Volume, metadata: ObjectMeta, field: str, errors: ErrorList) -> None:
    found = volume.emptyDir is not None
    limit = volume.emptyDir.sizeLimit if volume.emptyDir else None
    if limit is not None and parse_quantity(limit).amount < 0:
        errors.forbidden(f"{field}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity")
    for name in _ORDER:
        source = getattr(volume, name)
        if source is None:
            continue
        if found:
            errors.forbidden(f"{field}.{_SURPLUS_NAMES.get(name, name)}", "may not specify more than 1 volume type")
        else:
            found = True
            CHECKS[name](source, f"{field}.{_OWN_NAMES.get(name, name)}", errors)
            if name == "ephemeral" and metadata.name and volume.name:
                claim = f"{metadata.name}-{volume.name}"
                for rule in dns_subdomain(claim):
                    errors.invalid(f"{field}.name", volume.name, f"PVC name {quoted(claim)}: {rule}")
        if name == "iscsi":
            _check_iscsi_length(volume, field, errors)
    if not found:
        errors.required(field, "must specify a volume type")


def _check_iscsi_length(volume: Volume, field: str, errors: ErrorList) -> None:
    source = volume.iscsi
    if source is None or source.initiatorName is None:
        return
    if len(f"{volume.name}:{source.targetPortal}".encode()) > 64:
        rule = (
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
            "if iscsi.initiatorName is specified."
        )
        errors.invalid(f"{field}.name", volume.name, rule)

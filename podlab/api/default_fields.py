"""What the API fills in at each kind of object inside a pod, knowing nothing but that object.

Models SetDefaults_* of pkg/apis/core/v1/defaults.go and the `+default` markers of the v1 types.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from lightkube.models.core_v1 import (
    AzureDiskVolumeSource,
    ConfigMapVolumeSource,
    Container,
    ContainerPort,
    DownwardAPIVolumeSource,
    EmptyDirVolumeSource,
    EphemeralContainer,
    GRPCAction,
    HostPathVolumeSource,
    HTTPGetAction,
    ISCSIVolumeSource,
    ObjectFieldSelector,
    PersistentVolumeClaimSpec,
    Probe,
    ProjectedVolumeSource,
    RBDVolumeSource,
    ResourceFieldSelector,
    ResourceRequirements,
    ScaleIOVolumeSource,
    SecretVolumeSource,
    ServiceAccountTokenProjection,
    Volume,
    VolumeResourceRequirements,
)

from podlab.api.image import default_pull_policy
from podlab.api.quantity import parse_quantity

_FILE_MODE = 0o644
_HOUR = 3600


def rounded(amounts: dict[str, str]) -> dict[str, str]:
    """Amounts in canonical form; nothing finer than a thousandth is kept."""
    return {name: parse_quantity(value).rounded_up(1000).text for name, value in amounts.items()}


def fill_in_part(part: msgspec.Struct) -> None:
    """Fill in what one object lacks, leaving the objects inside it alone."""
    fill = _FILLERS.get(type(part))
    if fill is not None:
        fill(part)


def _container(container: Container | EphemeralContainer) -> None:
    container.imagePullPolicy = container.imagePullPolicy or default_pull_policy(container.image or "")
    container.terminationMessagePath = container.terminationMessagePath or "/dev/termination-log"
    container.terminationMessagePolicy = container.terminationMessagePolicy or "File"
    container.resources = container.resources or ResourceRequirements()


def _resources(resources: ResourceRequirements | VolumeResourceRequirements) -> None:
    if resources.limits is not None:
        resources.limits = rounded(resources.limits)
    if resources.requests is not None:
        resources.requests = rounded(resources.requests)


def _port(port: ContainerPort) -> None:
    port.protocol = port.protocol or "TCP"


def _probe(probe: Probe) -> None:
    probe.timeoutSeconds = probe.timeoutSeconds or 1
    probe.periodSeconds = probe.periodSeconds or 10
    probe.successThreshold = probe.successThreshold or 1
    probe.failureThreshold = probe.failureThreshold or 3


def _http_get(action: HTTPGetAction) -> None:
    action.path = action.path or "/"
    action.scheme = action.scheme or "HTTP"


def _grpc(action: GRPCAction) -> None:
    if action.service is None:
        action.service = ""


def _field_ref(ref: ObjectFieldSelector) -> None:
    ref.apiVersion = ref.apiVersion or "v1"


def _resource_field_ref(ref: ResourceFieldSelector) -> None:
    ref.divisor = parse_quantity(ref.divisor or "0").text


def _volume(volume: Volume) -> None:
    if all(getattr(volume, name) is None for name in volume.__struct_fields__ if name != "name"):
        volume.emptyDir = EmptyDirVolumeSource()
    if volume.image is not None:
        volume.image.pullPolicy = volume.image.pullPolicy or default_pull_policy(volume.image.reference or "")


def _empty_dir(source: EmptyDirVolumeSource) -> None:
    if source.sizeLimit is not None:
        source.sizeLimit = parse_quantity(source.sizeLimit).text


def _files(
    source: ConfigMapVolumeSource | SecretVolumeSource | DownwardAPIVolumeSource | ProjectedVolumeSource,
) -> None:
    if source.defaultMode is None:
        source.defaultMode = _FILE_MODE


def _host_path(source: HostPathVolumeSource) -> None:
    if source.type is None:
        source.type = ""


def _token(token: ServiceAccountTokenProjection) -> None:
    if token.expirationSeconds is None:
        token.expirationSeconds = _HOUR


def _claim_spec(spec: PersistentVolumeClaimSpec) -> None:
    if spec.volumeMode is None:
        spec.volumeMode = "Filesystem"


def _iscsi(source: ISCSIVolumeSource) -> None:
    source.iscsiInterface = source.iscsiInterface or "default"


def _rbd(source: RBDVolumeSource) -> None:
    source.pool = source.pool or "rbd"
    source.user = source.user or "admin"
    source.keyring = source.keyring or "/etc/ceph/keyring"


def _azure_disk(source: AzureDiskVolumeSource) -> None:
    for name, value in (("cachingMode", "ReadWrite"), ("fsType", "ext4"), ("readOnly", False), ("kind", "Shared")):
        if getattr(source, name) is None:
            setattr(source, name, value)


def _scale_io(source: ScaleIOVolumeSource) -> None:
    source.storageMode = source.storageMode or "ThinProvisioned"
    source.fsType = source.fsType or "xfs"


_FILLERS: dict[type, Callable[..., None]] = {
    AzureDiskVolumeSource: _azure_disk,
    ConfigMapVolumeSource: _files,
    Container: _container,
    ContainerPort: _port,
    DownwardAPIVolumeSource: _files,
    EmptyDirVolumeSource: _empty_dir,
    EphemeralContainer: _container,
    GRPCAction: _grpc,
    HTTPGetAction: _http_get,
    HostPathVolumeSource: _host_path,
    ISCSIVolumeSource: _iscsi,
    ObjectFieldSelector: _field_ref,
    PersistentVolumeClaimSpec: _claim_spec,
    Probe: _probe,
    ProjectedVolumeSource: _files,
    RBDVolumeSource: _rbd,
    ResourceFieldSelector: _resource_field_ref,
    ResourceRequirements: _resources,
    ScaleIOVolumeSource: _scale_io,
    SecretVolumeSource: _files,
    ServiceAccountTokenProjection: _token,
    Volume: _volume,
    VolumeResourceRequirements: _resources,
}
"""What is filled in at each kind of object inside a pod."""

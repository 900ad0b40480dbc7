"""What each kind of volume source must say. Sources with a form of their own are checked in projections and claims."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lightkube.models.core_v1 import (
    AzureDiskVolumeSource,
    CinderVolumeSource,
    ConfigMapVolumeSource,
    CSIVolumeSource,
    FCVolumeSource,
    FlexVolumeSource,
    FlockerVolumeSource,
    GitRepoVolumeSource,
    HostPathVolumeSource,
    ImageVolumeSource,
    ISCSIVolumeSource,
    NFSVolumeSource,
    QuobyteVolumeSource,
    SecretVolumeSource,
    StorageOSVolumeSource,
)

from podlab.api.validation.claims import check_ephemeral
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, dns_label, dns_subdomain, inclusive_range
from podlab.api.validation.paths import check_descending, check_mode, check_no_backsteps
from podlab.api.validation.projections import check_downward_api, check_items, check_projected

Check = Callable[[Any, str, ErrorList], None]

_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_ISCSI_FORMS = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([a-zA-Z0-9-.]+)(:[^,;*&$|\s]+)$"),
    "eui": re.compile(r"^eui.[a-zA-Z0-9]{16}$"),
    "naa": re.compile(r"^naa.[a-zA-Z0-9]{32}$"),
}
_HOST_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*):[^:\[\]]*")


def _requires(*names: str) -> Check:
    """A source of which no more is asked than that some fields are filled."""

    def check_filled(source: Any, field: str, errors: ErrorList) -> None:
        for name in names:
            if not getattr(source, name):
                errors.required(f"{field}.{name}")

    return check_filled


def _disk(name: str) -> Check:
    def check_disk(source: Any, field: str, errors: ErrorList) -> None:
        _requires(name)(source, field, errors)
        if not 0 <= (source.partition or 0) <= 255:
            errors.invalid(f"{field}.partition", source.partition, inclusive_range(1, 255))

    return check_disk


def _check_host_path(source: HostPathVolumeSource, field: str, errors: ErrorList) -> None:
    if not source.path:
        errors.required(f"{field}.path")
        return
    check_no_backsteps(source.path, f"{field}.path", errors)
    if source.type is not None and source.type not in _HOST_PATH_TYPES:
        errors.not_supported(f"{field}.type", source.type, _HOST_PATH_TYPES)


def _check_git_repo(source: GitRepoVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("repository")(source, field, errors)
    check_descending(source.directory or "", f"{field}.directory", errors)


def _check_secret(source: SecretVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("secretName")(source, field, errors)
    check_mode(source.defaultMode, f"{field}.defaultMode", errors)
    check_items(source.items or [], f"{field}.items", errors)


def _check_config_map(source: ConfigMapVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("name")(source, field, errors)
    check_mode(source.defaultMode, f"{field}.defaultMode", errors)
    check_items(source.items or [], f"{field}.items", errors)


def _check_nfs(source: NFSVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("server", "path")(source, field, errors)
    if not source.path.startswith("/"):
        errors.invalid(f"{field}.path", source.path, "must be an absolute path")


def _check_iscsi(source: ISCSIVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("targetPortal", "iqn")(source, field, errors)
    if source.iqn:
        _check_iscsi_name(source.iqn, f"{field}.iqn", errors)
    if not 0 <= source.lun <= 255:
        errors.invalid(f"{field}.lun", source.lun, inclusive_range(0, 255))
    if (source.chapAuthDiscovery or source.chapAuthSession) and source.secretRef is None:
        errors.required(f"{field}.secretRef")
    if source.initiatorName is not None:
        _check_iscsi_name(source.initiatorName, f"{field}.initiatorname", errors)


def _check_iscsi_name(name: str, field: str, errors: ErrorList) -> None:
    form = _ISCSI_FORMS.get(name[:3])
    if form is None:
        errors.invalid(field, name, "must be valid format starting with iqn, eui, or naa")
    elif not form.search(name):
        errors.invalid(field, name, "must be valid format")


def _check_flocker(source: FlockerVolumeSource, field: str, errors: ErrorList) -> None:
    if not source.datasetName and not source.datasetUUID:
        errors.required(field, "one of datasetName and datasetUUID is required")
    if source.datasetName and source.datasetUUID:
        errors.invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously")
    if "/" in (source.datasetName or ""):
        errors.invalid(f"{field}.datasetName", source.datasetName, "must not contain '/'")


def _check_cinder(source: CinderVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("volumeID")(source, field, errors)
    if source.secretRef is not None and not source.secretRef.name:
        errors.required(f"{field}.secretRef.name")


def _check_quobyte(source: QuobyteVolumeSource, field: str, errors: ErrorList) -> None:
    rule = "must be a host:port pair or multiple pairs separated by commas"
    if not source.registry:
        errors.required(f"{field}.registry", rule)
    elif len((source.tenant or "").encode()) >= 65:
        errors.required(f"{field}.tenant", "must be a UUID and may not exceed a length of 64 characters")
    else:
        for pair in source.registry.split(","):
            if not _HOST_PORT.fullmatch(pair):
                errors.invalid(f"{field}.registry", source.registry, rule)
    _requires("volume")(source, field, errors)


def _check_fc(source: FCVolumeSource, field: str, errors: ErrorList) -> None:
    names = source.targetWWNs or []
    if not names and not source.wwids:
        errors.required(f"{field}.targetWWNs", "must specify either targetWWNs or wwids, but not both")
    if names and source.wwids:
        errors.invalid(f"{field}.targetWWNs", names, "targetWWNs and wwids can not be specified simultaneously")
    if names:
        if source.lun is None:
            errors.required(f"{field}.lun", "lun is required if targetWWNs is specified")
        elif not 0 <= source.lun <= 255:
            errors.invalid(f"{field}.lun", source.lun, inclusive_range(0, 255))


def _check_flex(source: FlexVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("driver")(source, field, errors)
    for key in source.options or {}:
        namespace = f".{key.partition('/')[0].lower()}"
        if namespace.endswith((".kubernetes.io", ".k8s.io")):
            rule = "kubernetes.io and k8s.io namespaces are reserved"
            errors.invalid(f"{field}.options[{key}]", key, rule)


def _check_azure_disk(source: AzureDiskVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("diskName", "diskURI")(source, field, errors)
    for name, supported in (
        ("cachingMode", ("None", "ReadOnly", "ReadWrite")),
        ("kind", ("Dedicated", "Managed", "Shared")),
    ):
        value = getattr(source, name)
        if value is not None and value not in supported:
            errors.not_supported(f"{field}.{name}", value, supported)
    managed = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
    blob = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
    if source.kind == "Managed" and not source.diskURI.startswith("/subscriptions/"):
        errors.not_supported(f"{field}.diskURI", source.diskURI, (managed,))
    if source.kind not in (None, "Managed") and not source.diskURI.startswith("https://"):
        errors.not_supported(f"{field}.diskURI", source.diskURI, (blob,))


def _check_storageos(source: StorageOSVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("volumeName")(source, field, errors)
    for name in ("volumeName", "volumeNamespace"):
        if value := getattr(source, name):
            check(dns_label(value), f"{field}.{name}", value, errors)
    if source.secretRef is not None and not source.secretRef.name:
        errors.required(f"{field}.secretRef.name")


def _check_csi(source: CSIVolumeSource, field: str, errors: ErrorList) -> None:
    if not source.driver:
        errors.required(f"{field}.driver")
    else:
        if len(source.driver.encode()) > 63:
            errors.too_long(f"{field}.driver", 63)
        check(dns_subdomain(source.driver.lower()), f"{field}.driver", source.driver, errors)
    secret = source.nodePublishSecretRef
    if secret is not None:
        if not secret.name:
            errors.required(f"{field}.nodePublishSecretRef.name")
        else:
            check(dns_subdomain(secret.name), f"{field}.name", secret.name, errors)


def _check_image(source: ImageVolumeSource, field: str, errors: ErrorList) -> None:
    _requires("reference")(source, field, errors)
    if not source.pullPolicy:
        errors.required(f"{field}.pullPolicy")
    elif source.pullPolicy not in PULL_POLICIES:
        errors.not_supported(f"{field}.pullPolicy", source.pullPolicy, PULL_POLICIES)


CHECKS: dict[str, Check] = {
    "hostPath": _check_host_path,
    "gitRepo": _check_git_repo,
    "gcePersistentDisk": _disk("pdName"),
    "awsElasticBlockStore": _disk("volumeID"),
    "secret": _check_secret,
    "nfs": _check_nfs,
    "iscsi": _check_iscsi,
    "glusterfs": _requires("endpoints", "path"),
    "flocker": _check_flocker,
    "persistentVolumeClaim": _requires("claimName"),
    "rbd": _requires("monitors", "image"),
    "cinder": _check_cinder,
    "cephfs": _requires("monitors"),
    "quobyte": _check_quobyte,
    "downwardAPI": check_downward_api,
    "fc": _check_fc,
    "flexVolume": _check_flex,
    "configMap": _check_config_map,
    "azureFile": _requires("secretName", "shareName"),
    "vsphereVolume": _requires("volumePath"),
    "photonPersistentDisk": _requires("pdID"),
    "portworxVolume": _requires("volumeID"),
    "azureDisk": _check_azure_disk,
    "storageos": _check_storageos,
    "projected": check_projected,
    "scaleIO": _requires("gateway", "system", "volumeName"),
    "csi": _check_csi,
    "ephemeral": check_ephemeral,
    "image": _check_image,
}
"""How each source of a volume is checked."""

"""What Go leaves out when it writes an object: values that are zero, unless somebody said so on purpose.

A field that Go holds by pointer tells "not set" from zero; the others do not, and are left out when they are zero.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable
from typing import Any

import msgspec

_POINTERS = {
    "AppArmorProfile": ("localhostProfile",),
    "AzureDiskVolumeSource": ("cachingMode", "fsType", "kind", "readOnly"),
    "CSIVolumeSource": ("fsType", "readOnly"),
    "ConfigMapEnvSource": ("optional",),
    "ConfigMapKeySelector": ("optional",),
    "ConfigMapProjection": ("optional",),
    "ConfigMapVolumeSource": ("defaultMode", "optional"),
    "Container": ("restartPolicy",),
    "ContainerStatus": ("started", "stopSignal"),
    "DownwardAPIVolumeFile": ("mode",),
    "DownwardAPIVolumeSource": ("defaultMode",),
    "EmptyDirVolumeSource": ("sizeLimit",),
    "EphemeralContainer": ("restartPolicy",),
    "FCVolumeSource": ("lun",),
    "FileKeySelector": ("optional",),
    "GRPCAction": ("service",),
    "HostPathVolumeSource": ("type",),
    "ISCSIVolumeSource": ("initiatorName",),
    "KeyToPath": ("mode",),
    "Lifecycle": ("stopSignal",),
    "ObjectMeta": ("deletionGracePeriodSeconds",),
    "OwnerReference": ("blockOwnerDeletion", "controller"),
    "PersistentVolumeClaimSpec": ("storageClassName", "volumeAttributesClassName", "volumeMode"),
    "PodDNSConfigOption": ("value",),
    "PodResourceClaim": ("resourceClaimName", "resourceClaimTemplateName"),
    "PodSecurityContext": (
        "fsGroup",
        "fsGroupChangePolicy",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "seLinuxChangePolicy",
        "supplementalGroupsPolicy",
    ),
    "PodSpec": (
        "activeDeadlineSeconds",
        "automountServiceAccountToken",
        "enableServiceLinks",
        "hostUsers",
        "hostnameOverride",
        "preemptionPolicy",
        "priority",
        "runtimeClassName",
        "setHostnameAsFQDN",
        "shareProcessNamespace",
        "terminationGracePeriodSeconds",
    ),
    "Probe": ("terminationGracePeriodSeconds",),
    "ProjectedVolumeSource": ("defaultMode",),
    "SeccompProfile": ("localhostProfile",),
    "SecretEnvSource": ("optional",),
    "SecretKeySelector": ("optional",),
    "SecretProjection": ("optional",),
    "SecretVolumeSource": ("defaultMode", "optional"),
    "SecurityContext": (
        "allowPrivilegeEscalation",
        "privileged",
        "procMount",
        "readOnlyRootFilesystem",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
    ),
    "ServiceAccountTokenProjection": ("expirationSeconds",),
    "Toleration": ("tolerationSeconds",),
    "TopologySpreadConstraint": ("minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy"),
    "TypedLocalObjectReference": ("apiGroup",),
    "TypedObjectReference": ("apiGroup", "namespace"),
    "VolumeMount": ("mountPropagation", "recursiveReadOnly"),
    "WindowsSecurityContextOptions": (
        "gmsaCredentialSpec",
        "gmsaCredentialSpecName",
        "hostProcess",
        "runAsUserName",
    ),
}
"""The scalar fields that Go holds by pointer."""

_Visitor = Callable[[msgspec.Struct], None]


def leave_out_zeros(obj: msgspec.Struct) -> None:
    """Set the fields that Go would not write to None, here and in everything inside."""

    def clear(part: msgspec.Struct) -> None:
        for name in _clearable(type(part)):
            value = getattr(part, name)
            if value is not None and not isinstance(value, msgspec.Struct) and not value:
                setattr(part, name, None)

    walk(obj, clear)


def walk(obj: msgspec.Struct, visit: _Visitor) -> None:
    """Call `visit` on the object and on every object inside it, outermost first."""
    visit(obj)
    for name in _nested(type(obj)):
        value = getattr(obj, name)
        if isinstance(value, msgspec.Struct):
            walk(value, visit)
        elif value is not None:
            for part in value:
                walk(part, visit)


@functools.cache
def _clearable(cls: type[msgspec.Struct]) -> tuple[str, ...]:
    pointers = _POINTERS.get(cls.__name__, ())
    fields = msgspec.structs.fields(cls)
    return tuple(field.name for field in fields if not field.required and field.name not in pointers)


@functools.cache
def _nested(cls: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields that hold objects, alone or in lists."""
    return tuple(field.name for field in msgspec.structs.fields(cls) if _holds_objects(field.type))


def _holds_objects(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, msgspec.Struct)
    return any(_holds_objects(part) for part in typing.get_args(hint))

"""A pod's spec as Kubernetes' own code prints it when it shows what an update would change.

The rule: every field of the internal type in the order of its declaration, set or not, as JSON with one blank of
indentation. Volume sources of clouds, which podlab does not simulate, have their fields in alphabetical order.

Models the types of pkg/apis/core/types.go and Diff of k8s.io/apimachinery/pkg/util/diff.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
import typing
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from lightkube.models import core_v1, meta_v1

from podlab.api.field_types import MAP_VALUES
from podlab.api.quantity import parse_quantity

_CONTAINER = """Name Image Command Args WorkingDir Ports EnvFrom Env Resources! ResizePolicy RestartPolicy*
    RestartPolicyRules VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle
    TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext Stdin StdinOnce TTY"""
_SOURCES = """HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs
    PersistentVolumeClaim RBD Quobyte FlexVolume Cinder CephFS Flocker DownwardAPI FC AzureFile ConfigMap VsphereVolume
    AzureDisk PhotonPersistentDisk Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image"""
_AFFINITY = "RequiredDuringSchedulingIgnoredDuringExecution PreferredDuringSchedulingIgnoredDuringExecution"
_FIELDS = {
    "Affinity": "NodeAffinity PodAffinity PodAntiAffinity",
    "Capabilities": "Add Drop",
    "ConfigMapEnvSource": "Name Optional*",
    "ConfigMapKeySelector": "Name Key Optional*",
    "ConfigMapProjection": "Name Items Optional*",
    "ConfigMapVolumeSource": "Name Items DefaultMode* Optional*",
    "Container": _CONTAINER,
    "ContainerPort": "Name HostPort ContainerPort Protocol HostIP",
    "ContainerResizePolicy": "ResourceName RestartPolicy",
    "ContainerRestartRule": "Action ExitCodes",
    "ContainerRestartRuleOnExitCodes": "Operator Values",
    "CSIVolumeSource": "Driver ReadOnly* FSType* VolumeAttributes NodePublishSecretRef",
    "DownwardAPIProjection": "Items",
    "DownwardAPIVolumeFile": "Path FieldRef ResourceFieldRef Mode*",
    "DownwardAPIVolumeSource": "Items DefaultMode*",
    "EmptyDirVolumeSource": "Medium SizeLimit*",
    "EnvFromSource": "Prefix ConfigMapRef SecretRef",
    "EnvVar": "Name Value ValueFrom",
    "EnvVarSource": "FieldRef ResourceFieldRef ConfigMapKeyRef SecretKeyRef FileKeyRef",
    "EphemeralContainer": f"{_CONTAINER} TargetContainerName",
    "FileKeySelector": "VolumeName Path Key Optional*",
    "GRPCAction": "Port Service*",
    "HostAlias": "IP Hostnames",
    "HostPathVolumeSource": "Path Type*",
    "HTTPGetAction": "Path Port Host Scheme HTTPHeaders",
    "HTTPHeader": "Name Value",
    "ImageVolumeSource": "Reference PullPolicy",
    "KeyToPath": "Key Path Mode*",
    "Lifecycle": "PostStart PreStop StopSignal*",
    "LifecycleHandler": "Exec HTTPGet TCPSocket Sleep",
    "LocalObjectReference": "Name",
    "NFSVolumeSource": "Server Path ReadOnly",
    "NodeAffinity": _AFFINITY,
    "NodeSelectorRequirement": "Key Operator Values",
    "ObjectFieldSelector": "APIVersion FieldPath",
    "PersistentVolumeClaimVolumeSource": "ClaimName ReadOnly",
    "PodAffinity": _AFFINITY,
    "PodAffinityTerm": "LabelSelector Namespaces TopologyKey NamespaceSelector MatchLabelKeys MismatchLabelKeys",
    "PodAntiAffinity": _AFFINITY,
    "PodDNSConfig": "Nameservers Searches Options",
    "PodDNSConfigOption": "Name Value*",
    "PodResourceClaim": "Name ResourceClaimName* ResourceClaimTemplateName*",
    "PodSecurityContext": """HostNetwork HostPID HostIPC ShareProcessNamespace* HostUsers* SELinuxOptions WindowsOptions
        RunAsUser* RunAsGroup* RunAsNonRoot* SupplementalGroups SupplementalGroupsPolicy* FSGroup* FSGroupChangePolicy*
        Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy*""",
    "PodSpec": """Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds*
        ActiveDeadlineSeconds* DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken* NodeName
        SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN* Affinity SchedulerName Tolerations
        HostAliases PriorityClassName Priority* PreemptionPolicy* DNSConfig ReadinessGates RuntimeClassName* Overhead
        EnableServiceLinks* TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride*
        SchedulingGroup""",
    "PreferredSchedulingTerm": "Weight Preference!",
    "Probe": """Exec HTTPGet TCPSocket GRPC InitialDelaySeconds TimeoutSeconds PeriodSeconds SuccessThreshold
        FailureThreshold TerminationGracePeriodSeconds*""",
    "ProjectedVolumeSource": "Sources DefaultMode*",
    "ResourceClaim": "Name Request",
    "ResourceFieldSelector": "ContainerName Resource Divisor",
    "ResourceRequirements": "Limits Requests Claims",
    "SecretEnvSource": "Name Optional*",
    "SecretKeySelector": "Name Key Optional*",
    "SecretProjection": "Name Items Optional*",
    "SecretVolumeSource": "SecretName Items DefaultMode* Optional*",
    "SecurityContext": """Capabilities Privileged* SELinuxOptions WindowsOptions RunAsUser* RunAsGroup* RunAsNonRoot*
        ReadOnlyRootFilesystem* AllowPrivilegeEscalation* ProcMount* SeccompProfile AppArmorProfile""",
    "SELinuxOptions": "User Role Type Level",
    "ServiceAccountTokenProjection": "Audience ExpirationSeconds Path",
    "Sysctl": "Name Value",
    "TCPSocketAction": "Port Host",
    "Toleration": "Key Operator Value Effect TolerationSeconds*",
    "TopologySpreadConstraint": """MaxSkew TopologyKey WhenUnsatisfiable LabelSelector MinDomains* NodeAffinityPolicy*
        NodeTaintsPolicy* MatchLabelKeys""",
    "Volume": f"Name {_SOURCES}",
    "VolumeDevice": "Name DevicePath",
    "VolumeMount": "Name ReadOnly RecursiveReadOnly* MountPath SubPath MountPropagation* SubPathExpr",
    "VolumeProjection": "Secret DownwardAPI ConfigMap ServiceAccountToken ClusterTrustBundle PodCertificate",
    "WeightedPodAffinityTerm": "Weight PodAffinityTerm!",
}
"""The fields in Go's order. ``*``: a pointer, null when not set. ``!``: an object that is always there."""


def spec_text(spec: core_v1.PodSpec) -> str:
    """The spec with all its fields, one a line; two specs mean the same just when their texts are equal."""
    text = json.dumps(_dump(spec, spec), indent=1, ensure_ascii=False)
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)


def spec_diff(old: core_v1.PodSpec, new: core_v1.PodSpec) -> str:
    """The lines that change from one spec to the other, as a unified diff with three lines around each change."""
    lines = difflib.unified_diff(spec_text(old).split("\n"), spec_text(new).split("\n"), lineterm="")
    return "".join(f"{line}\n" for line in list(lines)[2:])


class _Field(NamedTuple):
    """A field in Go: its name, its name in the API's class, what it is when not set, what becomes of a value."""

    name: str
    own: str
    zero: Any
    canonical: Callable[[Any], Any] | None


def _dump(value: Any, spec: core_v1.PodSpec) -> Any:
    if isinstance(value, meta_v1.LabelSelector):
        return msgspec.to_builtins(value)  # a type of its own package, which names its fields as JSON does
    if isinstance(value, msgspec.Struct):
        return {field.name: _dump_field(value, field, spec) for field in _fields(type(value))}
    if isinstance(value, dict):
        return {key: _dump(value[key], spec) for key in sorted(value)} or None
    if isinstance(value, list):
        return [_dump(element, spec) for element in value] or None
    return value


def _dump_field(holder: msgspec.Struct, field: _Field, spec: core_v1.PodSpec) -> Any:
    # What the API has in the pod's spec about the host's namespaces, Go has in the security context.
    value = getattr(holder if hasattr(holder, field.own) else spec, field.own)
    if value is None:
        return _dump(field.zero, spec)
    return _dump(field.canonical(value) if field.canonical is not None else value, spec)


@functools.cache
def _fields(cls: type[msgspec.Struct]) -> tuple[_Field, ...]:
    own = dict(zip(map(str.lower, cls.__struct_encode_fields__), cls.__struct_fields__, strict=True))
    outer = dict(
        zip(map(str.lower, core_v1.PodSpec.__struct_encode_fields__), core_v1.PodSpec.__struct_fields__, strict=True)
    )
    declared = _FIELDS.get(cls.__name__)
    if declared is None:
        declared = " ".join(name[0].upper() + name[1:] for name in sorted(cls.__struct_encode_fields__))
    fields = []
    for word in declared.split():
        name = word.rstrip("*!")
        holder = cls if name.lower() in own else core_v1.PodSpec
        python_name = own.get(name.lower()) or outer[name.lower()]
        zero = None if word.endswith("*") else _zero(holder, python_name, always=word.endswith("!"))
        fields.append(_Field(name, python_name, zero, _canonical(holder, python_name)))
    return tuple(fields)


def _zero(cls: type[msgspec.Struct], name: str, *, always: bool) -> Any:
    kind = _kind(cls, name)
    if always:
        return kind()
    if kind is int and "IntOrString" in str(cls.__annotations__[name]):
        return 0
    return {str: "", int: 0, bool: False}.get(kind)


def _canonical(cls: type[msgspec.Struct], name: str) -> Callable[[Any], Any] | None:
    """How Go writes a quantity, whichever way it was written."""
    if MAP_VALUES.get(f"{cls.__name__}.{name}") == "quantity":
        return lambda amounts: {key: str(parse_quantity(value)) for key, value in amounts.items()}
    if "Quantity" in str(cls.__annotations__[name]) and _kind(cls, name) is str:
        return lambda value: str(parse_quantity(value))
    return None


def _kind(cls: type[msgspec.Struct], name: str) -> Any:
    """The type of a field, without Optional and what is in a list."""
    hint = typing.get_type_hints(cls)[name]
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    if typing.get_origin(hint) is typing.Union and parts:
        hint = parts[0]
    return typing.get_origin(hint) or hint

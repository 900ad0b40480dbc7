"""Security contexts of pods and containers.

Models ValidateSecurityContext and validatePodSpecSecurityContext.
"""

from __future__ import annotations

import re

from lightkube.models.core_v1 import (
    AppArmorProfile,
    PodSecurityContext,
    PodSpec,
    SeccompProfile,
    SecurityContext,
    Sysctl,
)

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, user_or_group_id
from podlab.api.validation.paths import check_descending
from podlab.api.validation.windows import check_windows_options

_PROFILE_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
_LONGEST_PROFILE = 4095
_SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"({_SYSCTL_SEGMENT}[\./])*{_SYSCTL_SEGMENT}"
_SYSCTL_RE = re.compile(_SYSCTL)
_IPC_SYSCTLS = ("kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.sem", "kernel.shm_rmid_forced")

_INTERNAL_NAMES = {
    "SecurityContext": {
        "Capabilities": "capabilities",
        "Privileged": "privileged",
        "SELinuxOptions": "seLinuxOptions",
        "WindowsOptions": "windowsOptions",
        "RunAsUser": "runAsUser",
        "RunAsGroup": "runAsGroup",
        "RunAsNonRoot": "runAsNonRoot",
        "ReadOnlyRootFilesystem": "readOnlyRootFilesystem",
        "AllowPrivilegeEscalation": "allowPrivilegeEscalation",
        "ProcMount": "procMount",
        "SeccompProfile": "seccompProfile",
        "AppArmorProfile": "appArmorProfile",
    },
    "Capabilities": {"Add": "add", "Drop": "drop"},
    "SELinuxOptions": {"User": "user", "Role": "role", "Type": "type", "Level": "level"},
    "WindowsSecurityContextOptions": {
        "GMSACredentialSpecName": "gmsaCredentialSpecName",
        "GMSACredentialSpec": "gmsaCredentialSpec",
        "RunAsUserName": "runAsUserName",
        "HostProcess": "hostProcess",
    },
    "SeccompProfile": {"Type": "type", "LocalhostProfile": "localhostProfile"},
    "AppArmorProfile": {"Type": "type", "LocalhostProfile": "localhostProfile"},
}
"""Errors that print a whole object print it under the names of Kubernetes' internal types."""


def _internal(value: object) -> object:
    names = _INTERNAL_NAMES.get(type(value).__name__)
    if names is None:
        return value
    empty = "" if type(value).__name__ == "SELinuxOptions" else None
    return {go: empty if (part := getattr(value, name)) is None else _internal(part) for go, name in names.items()}


def check_container_context(context: SecurityContext | None, host_users: bool, field: str, errors: ErrorList) -> None:
    """As whom and with which powers a container's processes run."""
    if context is None:
        return
    _check_ids(context, ("runAsUser", "runAsGroup"), field, errors)
    if context.procMount is not None:
        if context.procMount not in ("Default", "Unmasked"):
            errors.not_supported(f"{field}.procMount", context.procMount, ("Default", "Unmasked"))
        if host_users and context.procMount == "Unmasked":
            rule = "`hostUsers` must be false to use `Unmasked`"
            errors.invalid(f"{field}.procMount", context.procMount, rule)
    _check_seccomp(context.seccompProfile, f"{field}.seccompProfile", errors)
    if context.allowPrivilegeEscalation is False:
        if context.privileged:
            rule = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            errors.invalid(field, _internal(context), rule)
        for capability in (context.capabilities.add if context.capabilities else None) or []:
            if capability == "CAP_SYS_ADMIN":
                rule = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
                errors.invalid(field, _internal(context), rule)
    check_windows_options(context.windowsOptions, f"{field}.windowsOptions", errors)
    _check_apparmor(context.appArmorProfile, f"{field}.appArmorProfile", errors)


def check_pod_context(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """What holds for all containers that do not say otherwise, and sharing of the process namespace."""
    path = f"{field}.securityContext"
    context = spec.securityContext or PodSecurityContext()
    _check_ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path, errors)
    for index, group in enumerate(context.supplementalGroups or []):
        check(user_or_group_id(group), f"{path}.supplementalGroups[{index}]", group, errors)
    if spec.hostPID and spec.shareProcessNamespace:
        rule = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.invalid(f"{path}.shareProcessNamespace", True, rule)
    _check_sysctls(context.sysctls or [], spec, f"{path}.sysctls", errors)
    _check_choice(context.fsGroupChangePolicy, ("Always", "OnRootMismatch"), f"{path}.fsGroupChangePolicy", errors)
    _check_seccomp(context.seccompProfile, f"{path}.seccompProfile", errors)
    check_windows_options(context.windowsOptions, f"{path}.windowsOptions", errors)
    _check_apparmor(context.appArmorProfile, f"{path}.appArmorProfile", errors)
    groups_policy = context.supplementalGroupsPolicy
    _check_choice(groups_policy, ("Merge", "Strict"), f"{path}.supplementalGroupsPolicy", errors)
    _check_choice(context.seLinuxChangePolicy, ("Recursive",), f"{path}.seLinuxChangePolicy", errors)


def _check_choice(value: str | None, supported: tuple[str, ...], field: str, errors: ErrorList) -> None:
    if value is not None and value not in supported:
        errors.not_supported(field, value, supported)


def _check_ids(
    context: SecurityContext | PodSecurityContext, names: tuple[str, ...], field: str, errors: ErrorList
) -> None:
    for name in names:
        value: int | None = getattr(context, name)
        if value is not None:
            check(user_or_group_id(value), f"{field}.{name}", value, errors)


def _check_seccomp(profile: SeccompProfile | None, field: str, errors: ErrorList) -> None:
    if profile is None:
        return
    if not profile.type:
        errors.required(f"{field}.type", "type is required when seccompProfile is set")
    elif profile.type not in _PROFILE_TYPES:
        errors.not_supported(f"{field}.type", profile.type, _PROFILE_TYPES)
    if profile.type == "Localhost":
        if profile.localhostProfile is None:
            errors.required(f"{field}.localhostProfile", "must be set when seccomp type is Localhost")
        else:
            check_descending(profile.localhostProfile, f"{field}.localhostProfile", errors)
    elif profile.localhostProfile is not None:
        rule = "can only be set when seccomp type is Localhost"
        errors.invalid(f"{field}.localhostProfile", _internal(profile), rule)


def _check_apparmor(profile: AppArmorProfile | None, field: str, errors: ErrorList) -> None:
    if profile is None:
        return
    local = profile.localhostProfile
    path = f"{field}.localhostProfile"
    if profile.type == "Localhost":
        if local is None or not local:
            errors.required(path, "must be set when AppArmor type is Localhost")
        elif local != local.strip():
            errors.invalid(path, local, "must not be padded with whitespace")
        if len((local or "").encode()) > _LONGEST_PROFILE:
            errors.too_long(path, _LONGEST_PROFILE)
    elif not profile.type:
        errors.required(f"{field}.type", "type is required when appArmorProfile is set")
    elif profile.type not in _PROFILE_TYPES:
        errors.not_supported(f"{field}.type", profile.type, _PROFILE_TYPES)
    elif local is not None:
        errors.invalid(path, local, "can only be set when AppArmor type is Localhost")


def _check_sysctls(sysctls: list[Sysctl], spec: PodSpec, field: str, errors: ErrorList) -> None:
    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        path = f"{field}[{index}].name"
        name = sysctl.name
        if not name:
            errors.required(path)
        elif len(name) > 253 or not _SYSCTL_RE.fullmatch(name):
            errors.invalid(path, name, f"must have at most 253 characters and match regex ^{_SYSCTL}$")
        elif name in seen:
            errors.duplicate(path, name)
        dotted = _dotted(name)
        if spec.hostNetwork and dotted.startswith("net."):
            errors.invalid(path, name, "may not be specified when 'hostNetwork' is true")
        elif spec.hostIPC and (dotted in _IPC_SYSCTLS or dotted.startswith(("kernel.msg", "fs.mqueue."))):
            errors.invalid(path, name, "may not be specified when 'hostIPC' is true")
        seen.add(name)


def _dotted(sysctl: str) -> str:
    """A name may be written with slashes for dots; the first separator decides which it is."""
    first = re.search(r"[./]", sysctl)
    return sysctl.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else sysctl

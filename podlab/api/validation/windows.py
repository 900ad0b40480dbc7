"""What belongs to Windows, and what must not be there on Linux or Windows.

Models validateWindowsSecurityContextOptions, validateWindowsHostProcessPod, validateOS, validateLinux, validateWindows.
"""

from __future__ import annotations

import re

from lightkube.models.core_v1 import PodSecurityContext, PodSpec, SecurityContext, WindowsSecurityContextOptions

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, dns_subdomain
from podlab.api.visit import all_containers

_NETBIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_DNS_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_NOT_IN_USER = re.compile(r'["/\\:;|=,+*?<>@\[\]]')
_GMSA_LIMIT = 64 * 1024

_NOT_FOR_WINDOWS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
_POD_NOT_FOR_WINDOWS = ("hostUsers", "hostPID", "hostIPC")
_CONTAINER_NOT_FOR_WINDOWS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)


def check_windows_options(options: WindowsSecurityContextOptions | None, field: str, errors: ErrorList) -> None:
    """The group-managed service account and the user."""
    if options is None:
        return
    name = options.gmsaCredentialSpecName
    if name is not None:
        check(dns_subdomain(name), f"{field}.gmsaCredentialSpecName", name, errors)
    spec = options.gmsaCredentialSpec
    if spec == "":
        errors.invalid(f"{field}.gmsaCredentialSpec", spec, "gmsaCredentialSpec cannot be an empty string")
    elif spec is not None and len(spec.encode()) > _GMSA_LIMIT:
        errors.invalid(f"{field}.gmsaCredentialSpec", spec, "gmsaCredentialSpec size must be under 64 KiB")
    user = options.runAsUserName
    if user is not None:
        check(_user_name_rules(user), f"{field}.runAsUserName", user, errors)


def _user_name_rules(value: str) -> list[str]:
    """DOMAIN\\USER, the domain optional."""
    if not value:
        return ["runAsUserName cannot be an empty string"]
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):
        return ["runAsUserName cannot contain control characters"]
    if value.count("\\") > 1:
        return ["runAsUserName cannot contain more than one backslash"]
    domain, backslash, user = value.rpartition("\\")
    rules = [
        (len(domain.encode()) >= 256, "runAsUserName's Domain length must be under 256 characters"),
        (
            bool(backslash) and not (_NETBIOS.fullmatch(domain) or _DNS.fullmatch(domain)),
            "runAsUserName's Domain doesn't match the NetBios nor the DNS format",
        ),
        (not user, "runAsUserName's User cannot be empty"),
        (len(user.encode()) > 104, "runAsUserName's User length must not be longer than 104 characters"),
        (bool(user) and not user.strip(". "), "runAsUserName's User cannot contain only periods or spaces"),
        (
            bool(_NOT_IN_USER.search(user)),
            "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]",
        ),
    ]
    return [rule for broken, rule in rules if broken]


def check_host_process(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """Either all containers are host processes, in the host's network, or none is."""
    options = spec.securityContext.windowsOptions if spec.securityContext else None
    for_pod = options.hostProcess if options else None
    containers = list(all_containers(spec))
    host_processes = 0
    for container, place in containers:
        own_options = container.securityContext.windowsOptions if container.securityContext else None
        own = own_options.hostProcess if own_options else None
        if for_pod is not None and own is not None and for_pod != own:
            rule = f"pod hostProcess value must be identical if both are specified, was {str(for_pod).lower()}"
            errors.invalid(f"{field}.{place}.securityContext.windowsOptions.hostProcess", own, rule)
        host_processes += bool(for_pod if own is None else own)
    if host_processes:
        if host_processes != len(containers):
            rule = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
            errors.invalid(field, "", rule)
        if not spec.hostNetwork:
            rule = "hostNetwork must be true if pod contains any hostProcess containers"
            errors.invalid(f"{field}.hostNetwork", False, rule)


def check_os(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """The operating system, and that nothing of the other one is set."""
    if spec.os is None:
        return
    if not spec.os.name:
        errors.required(f"{field}.os.name")
    elif spec.os.name == "linux":
        _check_linux(spec, field, errors)
    elif spec.os.name == "windows":
        _check_windows(spec, field, errors)
    else:
        errors.not_supported(f"{field}.os", spec.os.name, ("linux", "windows"))


def _check_linux(spec: PodSpec, field: str, errors: ErrorList) -> None:
    contexts: list[tuple[PodSecurityContext | SecurityContext | None, str]]
    contexts = [(spec.securityContext, f"{field}.securityContext")]
    contexts += [(each.securityContext, f"{field}.{place}.securityContext") for each, place in all_containers(spec)]
    for context, path in contexts:
        if context is not None and context.windowsOptions is not None:
            errors.forbidden(f"{path}.windowsOptions", "windows options cannot be set for a linux pod")


def _check_windows(spec: PodSpec, field: str, errors: ErrorList) -> None:
    rule = "cannot be set for a windows pod"
    context = spec.securityContext
    for name in _NOT_FOR_WINDOWS[:2]:
        if context is not None and getattr(context, name) is not None:
            errors.forbidden(f"{field}.securityContext.{name}", rule)
    for name in _POD_NOT_FOR_WINDOWS:
        value = getattr(spec, name)
        if value or (name == "hostUsers" and value is not None):
            errors.forbidden(f"{field}.{name}", rule)
    for name in _NOT_FOR_WINDOWS[2:]:
        value = getattr(context, name) if context is not None else None
        if name == "runAsUser" and spec.shareProcessNamespace is not None:
            errors.forbidden(f"{field}.shareProcessNamespace", rule)
        if value is not None and value != []:
            errors.forbidden(f"{field}.securityContext.{name}", rule)
    for container, place in all_containers(spec):
        for name in _CONTAINER_NOT_FOR_WINDOWS:
            if container.securityContext is not None and getattr(container.securityContext, name) is not None:
                errors.forbidden(f"{field}.{place}.securityContext.{name}", rule)

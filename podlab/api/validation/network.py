"""Names and addresses a pod goes by: hostname, DNS, /etc/hosts, user namespaces with host ones.

Models validatePodDNSConfig, ValidateHostAliases, validatePodHostName and validateHostUsers.
"""

from __future__ import annotations

from lightkube.models.core_v1 import HostAlias, PodDNSConfig, PodSpec

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, check_ip, dns_subdomain, dns_subdomain_with_underscore
from podlab.api.visit import all_containers

_MAX_NAMESERVERS = 3
_MAX_SEARCHES = 32
_MAX_SEARCH_CHARACTERS = 2048


def check_dns_config(config: PodDNSConfig | None, policy: str | None, field: str, errors: ErrorList) -> None:
    """What goes into resolv.conf, within the limits of the C library."""
    if policy == "None":
        if config is None:
            errors.required(field, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not config.nameservers:
            rule = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            errors.required(f"{field}.nameservers", rule)
            return
    if config is None:
        return
    servers, searches = config.nameservers or [], config.searches or []
    if len(servers) > _MAX_NAMESERVERS:
        errors.invalid(f"{field}.nameservers", servers, f"must not have more than {_MAX_NAMESERVERS} nameservers")
    for index, server in enumerate(servers):
        check_ip(f"{field}.nameservers[{index}]", server, errors)
    if len(searches) > _MAX_SEARCHES:
        errors.invalid(f"{field}.searches", searches, f"must not have more than {_MAX_SEARCHES} search paths")
    if len(" ".join(searches).encode()) > _MAX_SEARCH_CHARACTERS:
        rule = f"must not have more than {_MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list"
        errors.invalid(f"{field}.searches", searches, rule)
    for index, search in enumerate(searches):
        if search != ".":
            domain = search.removesuffix(".")
            check(dns_subdomain_with_underscore(domain), f"{field}.searches[{index}]", domain, errors)
    for index, option in enumerate(config.options or []):
        if not option.name:
            errors.required(f"{field}.options[{index}]", "must not be empty")


def check_host_aliases(aliases: list[HostAlias], field: str, errors: ErrorList) -> None:
    """Lines of /etc/hosts."""
    for index, alias in enumerate(aliases):
        check_ip(f"{field}[{index}].ip", alias.ip, errors)
        for number, name in enumerate(alias.hostnames or []):
            check(dns_subdomain(name), f"{field}[{index}].hostnames[{number}]", name, errors)


def check_hostname_override(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """A hostname that replaces the one made from the pod's name."""
    name = spec.hostnameOverride
    if name is None:
        return
    if spec.setHostnameAsFQDN:
        errors.forbidden(field, "may not be specified when setHostnameAsFQDN is true")
    if spec.hostNetwork:
        errors.forbidden(field, "may not be specified when hostNetwork is true")
    if len(name.encode()) > 64:
        errors.too_long(field, 64)
    check(dns_subdomain(name), field, name, errors)


def check_host_users(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """A pod with users of its own cannot share the host's other namespaces or raw devices."""
    if spec.hostUsers is not False:
        return
    rule = "when `hostUsers` is false"
    for name, value in (("hostNetwork", spec.hostNetwork), ("HostPID", spec.hostPID), ("HostIPC", spec.hostIPC)):
        if value:
            errors.forbidden(f"{field}.{name}", rule)
    for container, place in all_containers(spec):
        if container.volumeDevices:
            errors.forbidden(f"{field}.{place}.volumeDevices", rule)

"""Services.

Models ValidateService of pkg/apis/core/validation, Kubernetes 1.36, and the allocator of node ports. Takes a Service
with its defaults filled in.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Service, ServicePort, ServiceSpec

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import (
    check,
    check_ip,
    check_label_keys_and_values,
    dns_label,
    dns_subdomain,
    port_name,
    port_number,
    qualified_name,
)

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_EXTERNAL = ("LoadBalancer", "NodePort")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_AFFINITIES = ("ClientIP", "None")
_POLICIES = ("Cluster", "Local")
_NODE_PORTS = range(30000, 32768)
_KUBELET = 10250
_DAY = 86400


def check_service(service: Service, errors: ErrorList) -> None:
    """A Service must have ports that can be told apart, and ask for nothing that its type has not."""
    spec = service.spec or ServiceSpec(type="ClusterIP")
    ports = spec.ports or []
    if not ports and not _headless(spec) and spec.type != "ExternalName":
        errors.required("spec.ports")
    _check_type(spec, errors)
    names: set[str] = set()
    for index, port in enumerate(ports):
        _check_port(port, len(ports) > 1, names, f"spec.ports[{index}]", errors)
    check_label_keys_and_values(spec.selector, "spec.selector", errors)
    _check_affinity(spec, errors)
    if spec.clusterIP and not _headless(spec) and spec.type != "ExternalName":
        check_ip("spec.clusterIPs[0]", spec.clusterIP, errors)
    for index, address in enumerate(spec.externalIPs or []):
        check_ip(f"spec.externalIPs[{index}]", address, errors)
    if spec.type not in (None, *_TYPES):
        errors.not_supported("spec.type", spec.type, _TYPES)
    if spec.type == "ClusterIP":
        for index, port in enumerate(ports):
            if port.nodePort:
                errors.forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
    _check_twice(ports, errors)
    if spec.loadBalancerSourceRanges and spec.type != "LoadBalancer":
        rule = "may only be used when `type` is 'LoadBalancer'"
        errors.forbidden("spec.LoadBalancerSourceRanges", rule)
    _check_traffic(spec, errors)
    if not errors and spec.type in _EXTERNAL:
        _check_node_ports(ports, errors)


def _headless(spec: ServiceSpec) -> bool:
    return spec.clusterIP == "None"


def _check_type(spec: ServiceSpec, errors: ErrorList) -> None:
    if spec.type in _EXTERNAL and _headless(spec):
        errors.invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {spec.type} services")
    if spec.type == "LoadBalancer":
        for index, port in enumerate(spec.ports or []):
            if port.port == _KUBELET:
                rule = f"may not expose port {_KUBELET} externally since it is used by kubelet"
                errors.invalid(f"spec.ports[{index}]", port.port, rule)
    if spec.type == "ExternalName":
        if spec.clusterIP:
            errors.forbidden("spec.clusterIPs", "may not be set for ExternalName services")
        name = (spec.externalName or "").removesuffix(".")
        if name:
            check(dns_subdomain(name), "spec.externalName", name, errors)
        else:
            errors.required("spec.externalName")


def _check_port(port: ServicePort, named: bool, names: set[str], field: str, errors: ErrorList) -> None:
    if named and not port.name:
        errors.required(f"{field}.name")
    elif port.name:
        check(dns_label(port.name), f"{field}.name", port.name, errors)
        if port.name in names:
            errors.duplicate(f"{field}.name", port.name)
        names.add(port.name)
    check(port_number(port.port), f"{field}.port", port.port, errors)
    if port.protocol not in (None, *_PROTOCOLS):
        errors.not_supported(f"{field}.protocol", port.protocol, _PROTOCOLS)
    target = port.port if port.targetPort is None else port.targetPort
    rules = port_number(target) if isinstance(target, int) else port_name(target)
    check(rules, f"{field}.targetPort", target, errors)
    if port.appProtocol:
        check(qualified_name(port.appProtocol), f"{field}.appProtocol", port.appProtocol, errors)


def _check_affinity(spec: ServiceSpec, errors: ErrorList) -> None:
    if spec.sessionAffinity not in (None, *_AFFINITIES):
        errors.not_supported("spec.sessionAffinity", spec.sessionAffinity, _AFFINITIES)
    config = spec.sessionAffinityConfig
    if spec.sessionAffinity == "None" and config is not None:
        errors.forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None")
    client = config.clientIP if config is not None and spec.sessionAffinity == "ClientIP" else None
    seconds = client.timeoutSeconds if client is not None else None
    if seconds is not None and not 0 < seconds <= _DAY:
        rule = f"must be greater than 0 and less than {_DAY}"
        errors.invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, rule)


def _check_twice(ports: list[ServicePort], errors: ErrorList) -> None:
    """One number with one protocol stands once, as a port and as a node's port."""
    node_ports: set[tuple[str | None, int]] = set()
    for index, port in enumerate(ports):
        if port.nodePort:
            if (port.protocol, port.nodePort) in node_ports:
                errors.duplicate(f"spec.ports[{index}].nodePort", port.nodePort)
            node_ports.add((port.protocol, port.nodePort))
    seen: set[tuple[str | None, int]] = set()
    for index, port in enumerate(ports):
        if (port.protocol, port.port) in seen:
            shown = {"Name": "", "Protocol": port.protocol, "AppProtocol": None, "Port": port.port}
            errors.duplicate(f"spec.ports[{index}]", shown | {"TargetPort": 0, "NodePort": 0})
        seen.add((port.protocol, port.port))


def _check_traffic(spec: ServiceSpec, errors: ErrorList) -> None:
    outside = spec.externalTrafficPolicy
    if outside and spec.type not in _EXTERNAL:
        rule = "may only be set for externally-accessible services"
        errors.invalid("spec.externalTrafficPolicy", outside, rule)
    elif outside and outside not in _POLICIES:
        errors.not_supported("spec.externalTrafficPolicy", outside, _POLICIES)
    if spec.internalTrafficPolicy not in (None, *_POLICIES):
        errors.not_supported("spec.internalTrafficPolicy", spec.internalTrafficPolicy, _POLICIES)
    if spec.healthCheckNodePort and not (spec.type == "LoadBalancer" and outside == "Local"):
        rule = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.invalid("spec.healthCheckNodePort", spec.healthCheckNodePort, rule)


def _check_node_ports(ports: list[ServicePort], errors: ErrorList) -> None:
    for index, port in enumerate(ports):
        if port.nodePort and port.nodePort not in _NODE_PORTS:
            valid = f"{_NODE_PORTS.start}-{_NODE_PORTS.stop - 1}"
            rule = f"provided port is not in the valid range. The range of valid ports is {valid}"
            errors.invalid(f"spec.ports[{index}].nodePort", port.nodePort, rule)

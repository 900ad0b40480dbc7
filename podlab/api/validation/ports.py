"""Container ports, and host ports that two containers want.

Models validateContainerPorts, checkHostPortConflicts and validatePodHostNetworkDeps.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightkube.models.core_v1 import Container, ContainerPort, PodSpec

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, port_name, port_number

_PROTOCOLS = ("SCTP", "TCP", "UDP")


def check_ports(ports: list[ContainerPort], field: str, errors: ErrorList) -> None:
    """The ports of one container; names must differ, numbers need not."""
    names: set[str] = set()
    for index, port in enumerate(ports):
        path = f"{field}[{index}]"
        if port.name:
            if rules := port_name(port.name):
                check(rules, f"{path}.name", port.name, errors)
            elif port.name in names:
                errors.duplicate(f"{path}.name", port.name)
            else:
                names.add(port.name)
        if port.containerPort == 0:
            errors.required(f"{path}.containerPort")
        else:
            check(port_number(port.containerPort), f"{path}.containerPort", port.containerPort, errors)
        if port.hostPort:
            check(port_number(port.hostPort), f"{path}.hostPort", port.hostPort, errors)
        if not port.protocol:
            errors.required(f"{path}.protocol")
        elif port.protocol not in _PROTOCOLS:
            errors.not_supported(f"{path}.protocol", port.protocol, _PROTOCOLS)


def check_host_port_conflicts(containers: Iterable[tuple[str, Container]], errors: ErrorList) -> None:
    """One protocol, host address and host port can be had once only. Takes containers with their paths."""
    taken: set[str] = set()
    for path, container in containers:
        for index, port in enumerate(container.ports or []):
            if not port.hostPort:
                continue
            wanted = f"{port.protocol or ''}/{port.hostIP or ''}/{port.hostPort}"
            if wanted in taken:
                errors.duplicate(f"{path}.ports[{index}].hostPort", wanted)
            taken.add(wanted)


def check_host_network_ports(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """With the host's network a container port *is* a host port."""
    if not spec.hostNetwork:
        return
    for index, container in enumerate(spec.containers or []):
        for number, port in enumerate(container.ports or []):
            if (port.hostPort or 0) != port.containerPort:
                path = f"{field}.containers[{index}].ports[{number}].hostPort"
                errors.invalid(path, port.hostPort or 0, "must match `containerPort` when `hostNetwork` is true")

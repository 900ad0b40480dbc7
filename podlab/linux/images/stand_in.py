"""What podlab assumes of an image that it does not know: where it listens, and whether it ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Probe

from podlab.linux.images.registry import Running
from podlab.linux.process import Program
from podlab.linux.program import Proc

if TYPE_CHECKING:
    from podlab.linux.container import Container


def ports_of(spec: ContainerSpec) -> tuple[int, ...]:
    """The TCP ports that a container declares, and those that its own probes ask."""
    declared = [port for port in spec.ports or () if (port.protocol or "TCP") == "TCP"]
    names = {port.name: port.containerPort for port in declared if port.name}
    asked = [
        names.get(port) if isinstance(port, str) and not port.isdecimal() else int(port)
        for probe in (spec.startupProbe, spec.readinessProbe, spec.livenessProbe)
        for port in _asked(probe)
    ]
    found = dict.fromkeys([*(port.containerPort for port in declared), *(port for port in asked if port)])
    return tuple(port for port in found if 0 < port < 65536)


def _asked(probe: Probe | None) -> Iterator[int | str]:
    """The ports of a probe that asks the pod itself."""
    if probe is None:
        return
    for asks in (probe.httpGet, probe.tcpSocket):
        if asks is not None and not asks.host:
            yield asks.port
    if probe.grpc is not None:
        yield probe.grpc.port


def ends_by_itself(container: Container) -> bool:
    """Whether it is meant to end: an init container (but no sidecar), or one of a Job's pods."""
    spec, pod = container.sandbox.spec, container.sandbox.pod
    init = next((one for one in spec.initContainers or () if one.name == container.name), None)
    if init is not None:
        return init.restartPolicy != "Always"
    owners = (pod.metadata.ownerReferences if pod.metadata else None) or ()
    return any(owner.kind == "Job" for owner in owners)


def ending(code: int, after: float) -> Program:
    """A program that ends by itself after so many seconds; SIGTERM ends it sooner."""

    def server(proc: Proc) -> Running:
        proc.trap("TERM", lambda: proc.exit(143))
        yield proc.sleep(after)
        return code

    return server

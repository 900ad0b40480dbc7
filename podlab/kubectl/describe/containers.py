"""What ``kubectl describe pod`` says about each container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    ContainerState,
    ContainerStatus,
    EnvVar,
    EphemeralContainer,
    Pod,
    Probe,
    ResourceFieldSelector,
)

from podlab.api.quantity import parse_quantity
from podlab.kubectl.describe.text import Description, moment
from podlab.kubectl.goformat import go_quote
from podlab.kubectl.tables import NONE

AnyContainer = Container | EphemeralContainer


def describe_containers(
    out: Description,
    title: str,
    containers: Sequence[AnyContainer] | None,
    statuses: Sequence[ContainerStatus] | None,
    pod: Pod,
) -> None:
    """A section of containers with their statuses."""
    out.line(0, f"{title}:" if containers else f"{title}: {NONE}")
    by_name = {status.name: status for status in statuses or ()}
    for container in containers or ():
        status = by_name.get(container.name)
        _what_it_is(out, container, status)
        for label, words in (("Command", container.command), ("Args", container.args)):
            if words:
                out.line(2, f"{label}:")
                for line in "\n".join(words).split("\n"):
                    out.line(3, line)
        if status is not None:
            _status(out, status)
        _resources(out, container)
        for label, probe in (
            ("Liveness", container.livenessProbe),
            ("Readiness", container.readinessProbe),
            ("Startup", container.startupProbe),
        ):
            if probe is not None:
                out.line(2, f"{label}:", probe_text(probe))
        _environment(out, container, pod)
        _mounts(out, container)


def probe_text(probe: Probe) -> str:
    """``exec [cat /ok] delay=0s timeout=1s period=5s #success=1 #failure=3``."""
    timing = (
        f"delay={probe.initialDelaySeconds or 0}s timeout={probe.timeoutSeconds or 0}s "
        f"period={probe.periodSeconds or 0}s #success={probe.successThreshold or 0} "
        f"#failure={probe.failureThreshold or 0}"
    )
    if probe.exec is not None:
        return f"exec [{' '.join(probe.exec.command or ())}] {timing}"
    if probe.httpGet is not None:
        get = probe.httpGet
        host = f"[{get.host}]" if ":" in (get.host or "") else get.host or ""
        path = get.path or ""
        slash = "/" if path and not path.startswith("/") else ""
        return f"http-get {(get.scheme or '').lower()}://{host}:{get.port}{slash}{path} {timing}"
    if probe.tcpSocket is not None:
        return f"tcp-socket {probe.tcpSocket.host or ''}:{probe.tcpSocket.port} {timing}"
    if probe.grpc is not None:
        return f"grpc <pod>:{probe.grpc.port} {probe.grpc.service or ''} {timing}"
    return f"unknown {timing}"


def _what_it_is(out: Description, container: AnyContainer, status: ContainerStatus | None) -> None:
    out.line(1, f"{container.name}:")
    if status is not None:
        out.line(2, "Container ID:", status.containerID or "")
    out.line(2, "Image:", container.image or "")
    if status is not None:
        out.line(2, "Image ID:", status.imageID or "")
    ports = container.ports or []
    plural = "s" if len(ports) > 1 else ""
    out.line(2, f"Port{plural}:", ", ".join(_port(port, port.containerPort) for port in ports) or NONE)
    out.line(2, f"Host Port{plural}:", ", ".join(_port(port, port.hostPort) for port in ports) or NONE)
    seccomp = container.securityContext.seccompProfile if container.securityContext is not None else None
    if seccomp is not None:
        out.line(2, "SeccompProfile:", seccomp.type)
        if seccomp.type == "Localhost":
            out.line(3, "LocalhostProfile:", seccomp.localhostProfile or "")


def _port(port: ContainerPort, number: int | None) -> str:
    return f"{number or 0}/{port.protocol or ''}"


def _status(out: Description, status: ContainerStatus) -> None:
    _state(out, "State", status.state or ContainerState())
    if status.lastState is not None and status.lastState.terminated is not None:
        _state(out, "Last State", status.lastState)
    out.line(2, "Ready:", str(bool(status.ready)))
    out.line(2, "Restart Count:", str(status.restartCount or 0))


def _state(out: Description, label: str, state: ContainerState) -> None:
    if state.running is not None:
        out.line(2, f"{label}:", "Running")
        out.line(3, "Started:", moment(state.running.startedAt))
    elif state.waiting is not None or state.terminated is None:
        out.line(2, f"{label}:", "Waiting")
        if state.waiting is not None and state.waiting.reason:
            out.line(3, "Reason:", state.waiting.reason)
    else:
        run = state.terminated
        out.line(2, f"{label}:", "Terminated")
        if run.reason:
            out.line(3, "Reason:", run.reason)
        if run.message:
            _several(out, 3, "Message:", run.message)
        out.line(3, "Exit Code:", str(run.exitCode or 0))
        if run.signal:
            out.line(3, "Signal:", str(run.signal))
        out.line(3, "Started:", moment(run.startedAt))
        out.line(3, "Finished:", moment(run.finishedAt))


def _several(out: Description, level: int, label: str, text: str) -> None:
    """A text as it is; its further lines are not indented."""
    first, *others = text.split("\n")
    out.line(level, label, first)
    for other in others:
        out.line(0, other)


def _resources(out: Description, container: AnyContainer) -> None:
    resources = container.resources
    for label, amounts in (
        ("Limits", resources.limits if resources is not None else None),
        ("Requests", resources.requests if resources is not None else None),
    ):
        if amounts:
            out.line(2, f"{label}:")
            for name in sorted(amounts):
                out.line(3, f"{name}:", str(parse_quantity(amounts[name])))


def _environment(out: Description, container: AnyContainer, pod: Pod) -> None:
    if container.envFrom:
        out.line(2, "Environment Variables from:")
    for source in container.envFrom or ():
        kind, ref = ("ConfigMap", source.configMapRef) if source.configMapRef else ("Secret", source.secretRef)
        prefix = f" with prefix '{source.prefix}'" if source.prefix else ""
        optional = _truth(ref.optional if ref is not None else None)
        out.line(3, (ref.name if ref is not None else None) or "", f"{kind}{prefix}", f"Optional: {optional}")
    if not container.env:
        out.line(2, "Environment:", NONE)
        return
    out.line(2, "Environment:")
    for variable in container.env:
        _variable(out, variable, container, pod)


def _variable(out: Description, variable: EnvVar, container: AnyContainer, pod: Pod) -> None:
    source, label = variable.valueFrom, f"{variable.name}:"
    if source is None:
        first, *others = (variable.value or "").split("\n")
        out.line(3, label, first)
        for other in others:
            out.line(3, "", other)
    elif source.fieldRef is not None:
        path = source.fieldRef.fieldPath
        out.line(3, label, f"{_field(pod, path)} ({source.fieldRef.apiVersion or ''}:{path})")
    elif source.resourceFieldRef is not None:
        out.line(3, label, f"{_amount(source.resourceFieldRef, container)} ({source.resourceFieldRef.resource})")
    elif source.secretKeyRef is not None:
        key = source.secretKeyRef
        held = f"<set to the key '{key.key}' in secret '{key.name or ''}'>"
        out.line(3, label, held, f"Optional: {_truth(key.optional)}")
    elif source.configMapKeyRef is not None:
        entry = source.configMapKeyRef
        held = f"<set to the key '{entry.key}' of config map '{entry.name or ''}'>"
        out.line(3, label, held, f"Optional: {_truth(entry.optional)}")


def _field(pod: Pod, path: str) -> str:
    """A field of the metadata; kubectl does not look at the others."""
    metadata: Any = pod.metadata
    if metadata is None:
        return ""
    for kind, values in (("labels", metadata.labels), ("annotations", metadata.annotations)):
        start = f"metadata.{kind}["
        if path.startswith(start) and path.endswith("]"):
            found: Mapping[str, str] = values or {}
            return found.get(path[len(start) : -1].strip("'\""), "")
    known = {"metadata.name": metadata.name, "metadata.namespace": metadata.namespace, "metadata.uid": metadata.uid}
    return known.get(path) or ""


def _amount(ref: ResourceFieldSelector, container: AnyContainer) -> str:
    which, _, name = ref.resource.partition(".")
    resources = container.resources
    amounts = {"limits": resources.limits, "requests": resources.requests} if resources is not None else {}
    held = (amounts.get(which) or {}).get(name)
    if held is None:
        return "node allocatable" if ref.resource in ("limits.cpu", "limits.memory") else "0"
    divisor = parse_quantity(ref.divisor or "1").amount or 1
    return str(-(-parse_quantity(held).amount // divisor))


def _mounts(out: Description, container: AnyContainer) -> None:
    mounts = sorted(container.volumeMounts or (), key=lambda mount: mount.mountPath)
    if not mounts:
        out.line(2, "Mounts:", NONE)
    else:
        out.line(2, "Mounts:")
    for mount in mounts:
        part = f",path={go_quote(mount.subPath)}" if mount.subPath else ""
        out.line(3, f"{mount.mountPath} from {mount.name} ({'ro' if mount.readOnly else 'rw'}{part})")
    if container.volumeDevices:
        out.line(2, "Devices:" if mounts else f"Devices:\t{NONE}")
        for device in sorted(container.volumeDevices, key=lambda device: device.devicePath):
            out.line(3, f"{device.devicePath} from {device.name}")


def _truth(value: bool | None) -> str:
    return "true" if value else "false"

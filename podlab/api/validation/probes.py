"""Probes and lifecycle hooks, and the handlers both are made of.

Models validateProbe, validateLifecycle and validateHandler.
"""

from __future__ import annotations

from lightkube.models.core_v1 import (
    ExecAction,
    GRPCAction,
    HTTPGetAction,
    Lifecycle,
    LifecycleHandler,
    Probe,
    SleepAction,
    TCPSocketAction,
)

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, http_header, port_name, port_number

_SCHEMES = ("HTTP", "HTTPS")


def check_probes(container: object, grace: int, field: str, errors: ErrorList) -> None:
    """The three probes of a container. Liveness and startup succeed at once; readiness kills nothing."""
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe: Probe | None = getattr(container, name)
        if probe is None:
            continue
        path = f"{field}.{name}"
        _check_probe(probe, grace, path, errors)
        if name == "readinessProbe":
            if probe.terminationGracePeriodSeconds is not None:
                rule = "must not be set for readinessProbes"
                errors.invalid(f"{path}.terminationGracePeriodSeconds", probe.terminationGracePeriodSeconds, rule)
        elif probe.successThreshold != 1:
            errors.invalid(f"{path}.successThreshold", probe.successThreshold or 0, "must be 1")


def _check_probe(probe: Probe, grace: int, field: str, errors: ErrorList) -> None:
    _check_handler(probe, grace, field, errors)
    for name in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        value: int = getattr(probe, name) or 0
        if value < 0:
            errors.invalid(f"{field}.{name}", value, "must be greater than or equal to 0")
    own_grace = probe.terminationGracePeriodSeconds
    if own_grace is not None and own_grace <= 0:
        errors.invalid(f"{field}.terminationGracePeriodSeconds", own_grace, "must be greater than 0")


def check_lifecycle(lifecycle: Lifecycle, grace: int, field: str, errors: ErrorList) -> None:
    """What runs after the start and before the stop."""
    if lifecycle.postStart is not None:
        _check_handler(lifecycle.postStart, grace, f"{field}.postStart", errors)
    if lifecycle.preStop is not None:
        _check_handler(lifecycle.preStop, grace, f"{field}.preStop", errors)


def _check_handler(handler: Probe | LifecycleHandler, grace: int, field: str, errors: ErrorList) -> None:
    """Exactly one way of doing it; ways after the first are refused unread."""
    chosen = False
    for name in ("exec", "httpGet", "tcpSocket", "grpc", "sleep"):
        action = getattr(handler, name, None)
        if action is None:
            continue
        path = f"{field}.{name}"
        if chosen:
            errors.forbidden(path, "may not specify more than 1 handler type")
            continue
        chosen = True
        match action:
            case ExecAction():
                if not action.command:
                    errors.required(f"{path}.command")
            case HTTPGetAction():
                _check_http_get(action, path, errors)
            case TCPSocketAction() | GRPCAction():
                _check_port(action.port, f"{path}.port", errors)
            case SleepAction() if not 0 <= action.seconds <= grace:
                rule = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
                errors.invalid(path, action.seconds, rule)
    if not chosen:
        errors.required(field, "must specify a handler type")


def _check_http_get(action: HTTPGetAction, field: str, errors: ErrorList) -> None:
    if not action.path:
        errors.required(f"{field}.path")
    _check_port(action.port, f"{field}.port", errors)
    if action.scheme not in _SCHEMES:
        errors.not_supported(f"{field}.scheme", action.scheme or "", _SCHEMES)
    for header in action.httpHeaders or []:
        check(http_header(header.name), f"{field}.httpHeaders", header.name, errors)


def _check_port(port: int | str, field: str, errors: ErrorList) -> None:
    rules = port_name(port) if isinstance(port, str) else port_number(port)
    check(rules, field, port, errors)

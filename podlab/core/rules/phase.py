"""The phase of a pod: Pending, Running, Succeeded or Failed.

The rule, in this order:

1. An init container has failed and will not be retried: Failed.
2. Init containers are not done, or some container has not had its first run: Pending.
3. Nothing is known of some container: Pending.
4. Some container runs: Running.
5. All have stopped, and one of them will be restarted: Running. (Always restarts everything, so it stays Running.)
6. All have stopped for good: Succeeded if all have ended with exit code 0, else Failed.

Sidecars that have stopped do not count; running ones count as running. Once the kubelet has given the pod up (its
deadline is over, it is being deleted) nothing is restarted, so 5 is left out.
Models pkg/kubelet/kubelet_pods.go getPhase of Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lightkube.models.core_v1 import Container, ContainerStateTerminated, ContainerStatus, Pod, PodSpec

from podlab.api.parts import spec_of
from podlab.core.rules.container_state import (
    ENDED,
    RUNNING,
    UNKNOWN,
    WAITING,
    any_regular_started,
    find_status,
    standing,
)
from podlab.core.rules.gates import DEFAULT_GATES, Gates
from podlab.core.rules.restart import decide_restart, is_sidecar, policy_restarts

Phase = Literal["Pending", "Running", "Succeeded", "Failed"]

CONFIG_SOURCE = "kubernetes.io/config.source"
"""Annotation that says where the kubelet got a pod from; anything but "api" makes it a static pod."""

# What a container means for the phase of its pod. RUNNING, WAITING and UNKNOWN are as in `standing.py`.
INIT_FAILED: Final = "init container, failed for good"
INIT_PENDING: Final = "init container, still to run or running"
INIT_RETRIED: Final = "init container, failed and to be retried"
INIT_DONE: Final = "init container, done"
SIDECAR_STARTING: Final = "sidecar, running but not started yet"
SIDECAR_STOPPED: Final = "sidecar, stopped"
SUCCEEDED: Final = "ended with 0 for good"
FAILED: Final = "ended badly for good"
SUCCEEDED_TO_RESTART: Final = "ended with 0, to be restarted"
FAILED_TO_RESTART: Final = "ended badly, to be restarted"
STOPPED: Final = frozenset({SUCCEEDED, FAILED, SUCCEEDED_TO_RESTART, FAILED_TO_RESTART})
RESTARTED: Final = frozenset({INIT_RETRIED, SUCCEEDED_TO_RESTART, FAILED_TO_RESTART})


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """One line of the rule: the phase it gives, why in plain English, and the roles of the containers it rests on."""

    phase: Phase
    because: str
    rests_on: frozenset[str]


def _rule(phase: Phase, because: str, *rests_on: str) -> PhaseRule:
    return PhaseRule(phase, because, frozenset(rests_on))


AN_INIT_FAILED = _rule("Failed", "an init container has failed and will not be retried", INIT_FAILED)
INIT_NOT_DONE = _rule("Pending", "the init containers are not done", INIT_PENDING)
SIDECAR_NOT_STARTED = _rule(
    "Pending", "a sidecar has not started yet and no regular container has been made", SIDECAR_STARTING
)
NOT_ALL_STARTED = _rule("Pending", "a container has not had its first run", WAITING, INIT_RETRIED)
NOTHING_KNOWN = _rule("Pending", "nothing is known yet of a container", UNKNOWN)
NONE_STARTED = _rule("Pending", "no regular container has been made", SIDECAR_STOPPED, INIT_RETRIED, INIT_DONE)
SOME_RUNNING = _rule("Running", "a container is running", RUNNING, SIDECAR_STARTING, *STOPPED)
RESTARTING = _rule("Running", "all containers have stopped, but one of them will be restarted", *STOPPED)
ALL_SUCCEEDED = _rule("Succeeded", "all containers have ended for good, all with exit code 0", *STOPPED)
SOME_FAILED = _rule("Failed", "all containers have ended for good, not all with exit code 0", *STOPPED)
GIVEN_UP_SUCCEEDED = _rule("Succeeded", "the kubelet has given the pod up, and all ended with exit code 0", *STOPPED)
GIVEN_UP_FAILED = _rule("Failed", "the kubelet has given the pod up, and not all ended with exit code 0", *STOPPED)


def get_phase(
    pod: Pod,
    *,
    pod_is_terminal: bool = False,
    pod_has_initialized: bool | None = None,
    gates: Gates = DEFAULT_GATES,
) -> Phase:
    """The phase that the container statuses of `pod` mean, whatever `pod.status.phase` says now.

    `pod_is_terminal`: the kubelet has decided that the pod is finished and restarts nothing (ignored for static pods).
    `pod_has_initialized`: some regular container of the current sandbox has a runtime record; None reads it off the
    statuses: one of them runs or has ended.
    """
    return phase_rule(pod, pod_is_terminal=pod_is_terminal, pod_has_initialized=pod_has_initialized, gates=gates).phase


def phase_rule(
    pod: Pod,
    *,
    pod_is_terminal: bool = False,
    pod_has_initialized: bool | None = None,
    gates: Gates = DEFAULT_GATES,
) -> PhaseRule:
    """As `get_phase`, but the line of the rule that decided."""
    roles = {role for _, _, role in container_roles(pod, gates)}
    if INIT_FAILED in roles:
        return AN_INIT_FAILED
    if INIT_PENDING in roles:
        return INIT_NOT_DONE
    if SIDECAR_STARTING in roles and not _has_initialized(pod, pod_has_initialized):
        return SIDECAR_NOT_STARTED
    if WAITING in roles:
        return NOT_ALL_STARTED
    if UNKNOWN in roles:
        return NOTHING_KNOWN
    if RUNNING in roles or SIDECAR_STARTING in roles:
        return SOME_RUNNING
    if roles.isdisjoint(STOPPED):
        return NONE_STARTED
    some_failed = FAILED in roles or FAILED_TO_RESTART in roles
    if pod_is_terminal and not is_static(pod):
        return GIVEN_UP_FAILED if some_failed else GIVEN_UP_SUCCEEDED
    if FAILED_TO_RESTART in roles or SUCCEEDED_TO_RESTART in roles:
        return RESTARTING
    return SOME_FAILED if some_failed else ALL_SUCCEEDED


@dataclass(frozen=True, slots=True)
class PhaseDecision:
    """A pod's phase with what it rests on: the line of the rule, and each container's status and role."""

    rule: PhaseRule
    pod: Pod
    roles: tuple[tuple[Container, ContainerStatus | None, str], ...]
    gates: Gates = DEFAULT_GATES

    @property
    def phase(self) -> Phase:
        """The phase."""
        return self.rule.phase


def decide_phase(
    pod: Pod,
    *,
    pod_is_terminal: bool = False,
    pod_has_initialized: bool | None = None,
    gates: Gates = DEFAULT_GATES,
) -> PhaseDecision:
    """As `get_phase`, but the whole decision, to be explained."""
    rule = phase_rule(pod, pod_is_terminal=pod_is_terminal, pod_has_initialized=pod_has_initialized, gates=gates)
    return PhaseDecision(rule, pod, tuple(container_roles(pod, gates)), gates)


def container_roles(pod: Pod, gates: Gates = DEFAULT_GATES) -> list[tuple[Container, ContainerStatus | None, str]]:
    """What each container, init containers first, means for the phase: the container, its status and its role."""
    spec = spec_of(pod)
    out = []
    if spec.initContainers:
        statuses = pod.status.initContainerStatuses if pod.status is not None else None
        for container in spec.initContainers:
            status = find_status(container.name, statuses)
            role = _sidecar_role(status) if is_sidecar(container) else _init_role(container, status, spec, gates)
            out.append((container, status, role))
    statuses = pod.status.containerStatuses if pod.status is not None else None
    for container in spec.containers:
        status = find_status(container.name, statuses)
        out.append((container, status, _regular_role(container, status, spec, gates)))
    return out


def is_static(pod: Pod) -> bool:
    """Whether the kubelet got the pod from a file or URL instead of the API server."""
    annotations = pod.metadata.annotations if pod.metadata is not None else None
    return annotations is not None and annotations.get(CONFIG_SOURCE, "api") != "api"


def _has_initialized(pod: Pod, known: bool | None) -> bool:
    if known is not None:
        return known
    return any_regular_started(spec_of(pod), pod.status.containerStatuses if pod.status is not None else None)


def _init_role(container: Container, status: ContainerStatus | None, spec: PodSpec, gates: Gates) -> str:
    _, end = standing(status)
    if end is None:
        return INIT_PENDING
    if end.exitCode == 0:
        return INIT_DONE
    return INIT_RETRIED if _leads_to_another(end, container, spec, gates) else INIT_FAILED


def _sidecar_role(status: ContainerStatus | None) -> str:
    stands, end = standing(status)
    if end is not None:
        return SIDECAR_STOPPED
    if stands == RUNNING and not (status is not None and status.started):
        return SIDECAR_STARTING
    return stands


def _regular_role(container: Container, status: ContainerStatus | None, spec: PodSpec, gates: Gates) -> str:
    """One between runs has not succeeded, whatever its last exit code."""
    stands, end = standing(status)
    if end is None:
        return stands
    succeeded = stands == ENDED and end.exitCode == 0
    if not gates.container_restart_rules:
        # Until 1.34 only the pod's policy counted, and one between runs was taken for a failure here too.
        restarts = policy_restarts(spec.restartPolicy or "Always", 0 if succeeded else 1)
    else:
        restarts = _leads_to_another(end, container, spec, gates)
    if succeeded:
        return SUCCEEDED_TO_RESTART if restarts else SUCCEEDED
    return FAILED_TO_RESTART if restarts else FAILED


def _leads_to_another(end: ContainerStateTerminated, container: Container, spec: PodSpec, gates: Gates) -> bool:
    """Whether the container runs again after this end: always when it came from a RestartAllContainers rule."""
    if gates.restart_all_containers and end.reason == "RestartingAllContainers":
        return True
    return decide_restart(container, spec, end.exitCode, gates).restart

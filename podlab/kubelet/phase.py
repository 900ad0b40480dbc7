"""The phase of a pod: Pending, Running, Succeeded or Failed.

The rule, in this order:

1. An init container has failed and will not be retried: Failed.
2. Init containers are not done, or some container has not had its first run: Pending.
3. Some container runs: Running.
4. All have stopped, and one of them will be restarted: Running. (Always restarts everything, so it stays Running.)
5. All have stopped for good: Succeeded if every exit code is 0, else Failed.
6. Anything else, such as a container nobody has heard of yet: Pending.

Sidecars that have stopped are ignored; running ones count as running.
Models pkg/kubelet/kubelet_pods.go getPhase of Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lightkube.models.core_v1 import Container, ContainerStateTerminated, Pod, PodSpec

from podlab.kubelet.gates import DEFAULT_GATES, Gates
from podlab.kubelet.restart import decide_restart, is_sidecar, policy_restarts
from podlab.kubelet.standing import (
    ENDED,
    RUNNING,
    UNKNOWN,
    WAITING,
    any_regular_started,
    find_status,
    standing,
)

Phase = Literal["Pending", "Running", "Succeeded", "Failed"]

CONFIG_SOURCE = "kubernetes.io/config.source"
"""Annotation that says where the kubelet got a pod from; anything but "api" makes it a static pod."""


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """One line of the rule: the phase it gives, and why in plain English."""

    phase: Phase
    because: str


INIT_FAILED = PhaseRule("Failed", "an init container has failed and will not be retried")
INIT_PENDING = PhaseRule("Pending", "the init containers are not done")
SIDECAR_NOT_STARTED = PhaseRule("Pending", "a sidecar has not started yet and no regular container has been created")
NOT_ALL_STARTED = PhaseRule("Pending", "a container has not had its first run")
SOME_RUNNING = PhaseRule("Running", "a container is running")
RESTARTING = PhaseRule("Running", "all containers have stopped, but one of them will be restarted")
ALL_SUCCEEDED = PhaseRule("Succeeded", "all containers have ended for good, all with exit code 0")
SOME_FAILED = PhaseRule("Failed", "all containers have ended for good, not all with exit code 0")
TERMINAL_SUCCEEDED = PhaseRule(
    "Succeeded", "the kubelet has given the pod up, and all containers ended with exit code 0"
)
TERMINAL_FAILED = PhaseRule("Failed", "the kubelet has given the pod up, and not all containers ended with exit code 0")
NOTHING_KNOWN = PhaseRule("Pending", "no container is known to have run, or the state of one is unknown")


@dataclass(slots=True)
class _Tally:
    """How many containers stand how. The last three count regular containers only."""

    init_failed: int = 0
    init_pending: int = 0
    sidecars_not_started: int = 0
    running: int = 0
    waiting: int = 0
    unknown: int = 0
    stopped: int = 0
    restartable: int = 0
    succeeded: int = 0


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
    if pod.spec is None:
        raise ValueError("pod.spec is missing: a pod needs a spec with at least its containers")
    tally = _Tally()
    _count_init_containers(pod, pod.spec, gates, tally)
    _count_containers(pod, pod.spec, gates, tally)
    if pod_has_initialized is None:
        pod_has_initialized = any_regular_started(pod.spec, pod.status.containerStatuses if pod.status else None)

    if tally.init_failed:
        return INIT_FAILED
    if tally.init_pending:
        return INIT_PENDING
    if tally.sidecars_not_started and not pod_has_initialized:
        return SIDECAR_NOT_STARTED
    if tally.waiting:
        return NOT_ALL_STARTED
    if tally.unknown:
        return NOTHING_KNOWN
    if tally.running:
        return SOME_RUNNING
    if not tally.stopped:
        return NOTHING_KNOWN
    all_succeeded = tally.succeeded == tally.stopped
    if pod_is_terminal and not is_static(pod):
        return TERMINAL_SUCCEEDED if all_succeeded else TERMINAL_FAILED
    if tally.restartable:
        return RESTARTING
    return ALL_SUCCEEDED if all_succeeded else SOME_FAILED


def is_static(pod: Pod) -> bool:
    """Whether the kubelet got the pod from a file or URL instead of the API server."""
    annotations = pod.metadata.annotations if pod.metadata is not None else None
    return annotations is not None and annotations.get(CONFIG_SOURCE, "api") != "api"


def _count_init_containers(pod: Pod, spec: PodSpec, gates: Gates, tally: _Tally) -> None:
    """Plain init containers are pending, failed for good, or of no concern; sidecars count as running or to come."""
    if not spec.initContainers:
        return
    statuses = pod.status.initContainerStatuses if pod.status is not None else None
    for container in spec.initContainers:
        status = find_status(container.name, statuses)
        stands, end = standing(status)
        if not is_sidecar(container):
            if end is None:
                tally.init_pending += 1
            elif end.exitCode != 0 and not _restarts(container, spec, end, gates):
                tally.init_failed += 1
        elif stands == RUNNING:
            tally.running += 1
            tally.sidecars_not_started += not (status is not None and status.started)
        elif stands == WAITING:
            tally.waiting += 1
        elif stands == UNKNOWN:
            tally.unknown += 1


def _count_containers(pod: Pod, spec: PodSpec, gates: Gates, tally: _Tally) -> None:
    """A stopped container succeeded when it has ended with 0; one between runs has not, whatever its last exit code."""
    statuses = pod.status.containerStatuses if pod.status is not None else None
    for container in spec.containers:
        stands, end = standing(find_status(container.name, statuses))
        if end is not None:
            succeeded = stands == ENDED and end.exitCode == 0
            tally.stopped += 1
            tally.succeeded += succeeded
            if gates.container_restart_rules:
                tally.restartable += _restarts(container, spec, end, gates)
            else:  # until 1.34 only the pod's policy counted, and a wait after exit code 0 was to be restarted
                tally.restartable += policy_restarts(spec.restartPolicy or "Always", 0 if succeeded else 1)
        elif stands == RUNNING:
            tally.running += 1
        elif stands == WAITING:
            tally.waiting += 1
        else:
            tally.unknown += 1


def _restarts(container: Container, spec: PodSpec, end: ContainerStateTerminated, gates: Gates) -> bool:
    """Whether this end leads to another run."""
    if gates.restart_all_containers and end.reason == "RestartingAllContainers":
        return True
    return decide_restart(container, spec, end.exitCode, gates).restart

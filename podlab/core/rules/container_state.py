"""How a container stands, as the phase sees it.

| standing | its status |
|---|---|
| running | state.running |
| ended | state.terminated |
| between runs | state.waiting, and lastState.terminated tells of an earlier run |
| waiting | state.waiting, and it has never run |
| unknown | no status, or an empty state |

Ended and between runs both count as *stopped*. Init and regular containers are looked at the same way.
Models the switches of pkg/kubelet/kubelet_pods.go getPhase.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lightkube.models.core_v1 import ContainerStateTerminated, ContainerStatus, PodSpec

RUNNING: Final = "running"
ENDED: Final = "ended"
BETWEEN_RUNS: Final = "between runs"
WAITING: Final = "waiting"
UNKNOWN: Final = "unknown"


def standing(status: ContainerStatus | None) -> tuple[str, ContainerStateTerminated | None]:
    """One of the five, and for a stopped container (ended, between runs) the end of its latest run."""
    state = status.state if status is not None else None
    if status is None or state is None:
        return UNKNOWN, None
    if state.running is not None:
        return RUNNING, None
    if state.terminated is not None:
        return ENDED, state.terminated
    if state.waiting is None:
        return UNKNOWN, None
    end = status.lastState.terminated if status.lastState is not None else None
    return (WAITING, None) if end is None else (BETWEEN_RUNS, end)


def find_status(name: str, statuses: Sequence[ContainerStatus] | None) -> ContainerStatus | None:
    """The first status of the container called `name`; None when there is none. Others in the list are ignored."""
    for status in statuses or ():
        if status.name == name:
            return status
    return None


def any_regular_started(spec: PodSpec, statuses: Sequence[ContainerStatus] | None) -> bool:
    """Whether the status of any regular container says that it runs or has ended.

    Models pkg/kubelet/container/helpers.go HasAnyRegularContainerStarted.
    """
    if not statuses:
        return False
    names = [container.name for container in spec.containers]
    for status in statuses:
        state = status.state
        if state is not None and (state.running is not None or state.terminated is not None) and status.name in names:
            return True
    return False

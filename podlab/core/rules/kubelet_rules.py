"""The rules that a pod worker asks, as a value: another phase, restart, back-off or readiness rule can be handed in.

A worker asks `KubeletRules` and nothing else for these four decisions, so that a kubelet with other rules can be run
and looked at: one that a learner wrote, or one of an older Kubernetes. What is not named here (the order of a sync, the
sandbox, the containers' statuses) stays podlab's. `KUBERNETES` are the rules of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lightkube.models.core_v1 import Pod

from podlab.core.rules.backoff import Backoff
from podlab.core.rules.conditions import Ready
from podlab.core.rules.phase import get_phase
from podlab.core.rules.restart import Restarts, restarts_after_exit


class PhaseOf(Protocol):
    """The phase that a pod's container statuses mean; see `get_phase`."""

    def __call__(self, pod: Pod, *, pod_is_terminal: bool = ..., pod_has_initialized: bool | None = ...) -> str:
        """The phase of `pod`."""


@dataclass(frozen=True, slots=True)
class KubeletRules:
    """The four rules, each called as the function that it stands for.

    `ready` is None for `ready_condition` (ContainersReady is then computed once for both); `backoff` makes an empty
    back-off for a pod's containers. `restart_all`: a rule may restart all containers of a pod.
    """

    phase: PhaseOf = get_phase
    restarts: Restarts = restarts_after_exit
    ready: Ready | None = None
    backoff: Callable[[], Backoff] = Backoff
    restart_all: bool = True


KUBERNETES = KubeletRules()

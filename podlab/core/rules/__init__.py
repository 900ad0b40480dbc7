"""A node's rules as pure functions: phase, conditions, one sync's actions, back-off, and why.

Each takes v1 objects and what the runtime shows, and returns a decision. Nothing here keeps time or touches a pod.
One concept a file; start with `phase.py` and `actions.py`.
"""

from podlab.core.rules.backoff import Backoff, BackoffDecision, container_key, crash_message, image_key, pull_message
from podlab.core.rules.conditions import (
    containers_ready_condition,
    find_condition,
    initialized_condition,
    pod_conditions,
    ready_condition,
    ready_to_start_condition,
)
from podlab.core.rules.gates import DEFAULT_GATES, GATES_BEFORE_1_35, Gates
from podlab.core.rules.observed import RuntimeContainer, SandboxState
from podlab.core.rules.phase import PhaseDecision, decide_phase, get_phase
from podlab.core.rules.restart import RestartDecision, decide_restart, is_sidecar
from podlab.core.rules.sandbox import SandboxChange, sandbox_change
from podlab.core.rules.sync import ContainerToKill, ContainerToReset, PodActions, compute_pod_actions

__all__ = [
    "DEFAULT_GATES",
    "GATES_BEFORE_1_35",
    "Backoff",
    "BackoffDecision",
    "ContainerToKill",
    "ContainerToReset",
    "Gates",
    "PhaseDecision",
    "PodActions",
    "RestartDecision",
    "RuntimeContainer",
    "SandboxChange",
    "SandboxState",
    "compute_pod_actions",
    "container_key",
    "containers_ready_condition",
    "crash_message",
    "decide_phase",
    "decide_restart",
    "find_condition",
    "get_phase",
    "image_key",
    "initialized_condition",
    "is_sidecar",
    "pod_conditions",
    "pull_message",
    "ready_condition",
    "ready_to_start_condition",
    "sandbox_change",
]

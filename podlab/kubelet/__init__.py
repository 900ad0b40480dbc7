"""A node's rules as pure functions: phase, conditions, one sync's actions, back-off, and why.

Each takes v1 objects and what the runtime shows, and returns a decision. Nothing here keeps time or touches a pod.
One concept a file; start with `phase.py` and `actions.py`.
"""

from podlab.kubelet.actions import ContainerToKill, ContainerToReset, PodActions, compute_pod_actions
from podlab.kubelet.backoff import Backoff, BackoffDecision, container_key, crash_message, image_key, pull_message
from podlab.kubelet.conditions import (
    containers_ready_condition,
    find_condition,
    initialized_condition,
    pod_conditions,
    ready_condition,
    ready_to_start_condition,
)
from podlab.kubelet.explain_decision import explain
from podlab.kubelet.explanation import Explanation, Step
from podlab.kubelet.gates import DEFAULT_GATES, GATES_BEFORE_1_35, Gates
from podlab.kubelet.observed import RuntimeContainer, SandboxState
from podlab.kubelet.phase import PhaseDecision, decide_phase, get_phase
from podlab.kubelet.restart import RestartDecision, decide_restart, is_sidecar
from podlab.kubelet.sandbox import SandboxChange, sandbox_change

__all__ = [
    "DEFAULT_GATES",
    "GATES_BEFORE_1_35",
    "Backoff",
    "BackoffDecision",
    "ContainerToKill",
    "ContainerToReset",
    "Explanation",
    "Gates",
    "PhaseDecision",
    "PodActions",
    "RestartDecision",
    "RuntimeContainer",
    "SandboxChange",
    "SandboxState",
    "Step",
    "compute_pod_actions",
    "container_key",
    "containers_ready_condition",
    "crash_message",
    "decide_phase",
    "decide_restart",
    "explain",
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

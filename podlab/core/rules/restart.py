"""Should a container that has exited be started again?

The rule: the first restartPolicyRules entry that matches the exit code restarts it; else the container's own
restartPolicy decides; else the pod's. Always restarts every exit, OnFailure every exit code but 0, Never none.
The rules of a container count only when it has a restartPolicy of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from lightkube.models.core_v1 import Container, ContainerRestartRule, PodSpec

from podlab.core.rules.gates import DEFAULT_GATES, Gates


class RestartDecision(NamedTuple):
    """Whether a container's exit leads to a restart, and what decided it.

    `decided_by`: "rule" (restartPolicyRules), "container" (its restartPolicy) or "pod" (the pod's restartPolicy);
    `policy` is the deciding restartPolicy, or the deciding rule's action.
    """

    restart: bool
    decided_by: Literal["rule", "container", "pod"]
    policy: str
    container: str
    exit_code: int
    rule: ContainerRestartRule | None = None


def decide_restart(
    container: Container, spec: PodSpec, exit_code: int, gates: Gates = DEFAULT_GATES
) -> RestartDecision:
    """The decision for one exit of `container` in a pod of this `spec`.

    Models pkg/api/v1/pod/util.go ContainerShouldRestart; without that gate the pod's policy alone decides.
    """
    own = container.restartPolicy
    if own is None or not gates.container_restart_rules:
        policy = spec.restartPolicy or "Always"
        return RestartDecision(policy_restarts(policy, exit_code), "pod", policy, container.name, exit_code)
    rule = matching_rule(container, exit_code)
    if rule is not None and (rule.action == "Restart" or gates.restart_all_containers):
        return RestartDecision(True, "rule", rule.action, container.name, exit_code, rule)
    return RestartDecision(policy_restarts(own, exit_code), "container", own, container.name, exit_code)


def restarts_after_exit(container: Container, spec: PodSpec, exit_code: int) -> bool:
    """Whether `container` is started again after it has exited with `exit_code`; `decide_restart` says also why."""
    return decide_restart(container, spec, exit_code).restart


Restarts = Callable[[Container, PodSpec, int], bool]
"""A restart rule: `restarts_after_exit`, or another that is handed in (see `kubelet_rules.py`)."""


def matching_rule(container: Container, exit_code: int) -> ContainerRestartRule | None:
    """The first of the container's restartPolicyRules that matches `exit_code`, or None.

    `In` matches the listed codes, `NotIn` all others; a rule without exitCodes never matches.
    Models pkg/api/v1/pod/util.go FindMatchingContainerRestartRule.
    """
    for rule in container.restartPolicyRules or ():
        codes = rule.exitCodes
        if codes is None:
            continue
        listed = exit_code in (codes.values or ())
        if (codes.operator == "In" and listed) or (codes.operator == "NotIn" and not listed):
            return rule
    return None


def policy_restarts(policy: str, exit_code: int) -> bool:
    """Whether a restartPolicy restarts an exit with `exit_code`."""
    if policy == "Never":
        return False
    return exit_code != 0 or policy != "OnFailure"


def is_sidecar(container: Container) -> bool:
    """Whether an init container is a sidecar: one with restartPolicy Always. Models IsRestartableInitContainer."""
    return container.restartPolicy == "Always"

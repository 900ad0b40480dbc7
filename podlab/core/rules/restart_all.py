"""When does the exit of one container restart all of its pod?

The rule: when one of its restartPolicyRules with the action RestartAllContainers matches the exit code. Every container
of the pod, init containers too, is then removed and the pod begins again in the same sandbox; what the API shows of the
run before is an end with 137, RestartingAllContainers, whatever its own exit code was.
Models pkg/kubelet/container/helpers.go ShouldAllContainersRestart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lightkube.models.core_v1 import PodCondition, PodSpec

from podlab.core.rules.observed import EXITED, RuntimeContainer
from podlab.core.rules.restart import matching_rule

RESTARTING_ALL: Final = "RestartingAllContainers"
REMOVED_MESSAGE: Final = "The container is removed because RestartAllContainers in place"
CONDITION: Final = "AllContainersRestarting"
ACTION: Final = "RestartAllContainers"


def may_restart_all(spec: PodSpec) -> bool:
    """Whether any container has a rule with that action."""
    return any(
        rule.action == ACTION
        for c in (*(spec.initContainers or ()), *spec.containers)
        for rule in c.restartPolicyRules or ()
    )


def restarts_all(spec: PodSpec, newest: Iterable[RuntimeContainer]) -> bool:
    """Whether one of the `newest` runs has ended in a way that restarts all containers."""
    ended = {c.name: c.exit_code for c in newest if c.state == EXITED}
    for container in (*(spec.initContainers or ()), *spec.containers):
        if container.restartPolicyRules and container.name in ended:
            rule = matching_rule(container, ended[container.name])
            if rule is not None and rule.action == ACTION:
                return True
    return False


def restarting_condition(restarting: bool) -> PodCondition:
    """AllContainersRestarting, which pods with such a rule have."""
    if restarting:
        return PodCondition(type=CONDITION, status="True", reason="RestartAllContainersStarted")
    return PodCondition(type=CONDITION, status="False")

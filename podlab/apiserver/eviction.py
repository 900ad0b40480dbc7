"""The eviction subresource of pods: a deletion that PodDisruptionBudgets may refuse.

Models pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition
from lightkube.models.policy_v1 import PodDisruptionBudget

from podlab.api.parts import TERMINAL_PHASES, is_deleted, name_of, status_of, uid_of
from podlab.apiserver.world import LiveCluster
from podlab.controllers.availability import is_ready
from podlab.controllers.disruption import covers
from podlab.kubectl.store import ApiError

REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def evict(sim: LiveCluster, pod: Pod, grace: int | None) -> None:
    """Delete a pod if its budget allows it. Raises ApiError (TooManyRequests) if not."""
    if not is_deleted(pod) and status_of(pod).phase not in (*TERMINAL_PHASES, "Pending"):
        budgets = [o for o in sim.api.others.values() if isinstance(o, PodDisruptionBudget) and covers(o, pod)]
        if len(budgets) > 1:
            raise ApiError("InternalError", SEVERAL)
        if budgets and not _spares_unhealthy(budgets[0], pod):
            _spend(sim, budgets[0], pod)
    target = PodCondition(
        type="DisruptionTarget", status="True", reason="EvictionByEvictionAPI", message="Eviction API: evicting"
    )
    if not is_deleted(pod):
        sim.api.set_condition(uid_of(pod), target)
    sim.api.delete(uid_of(pod), grace)


def _spares_unhealthy(budget: PodDisruptionBudget, pod: Pod) -> bool:
    """Whether a pod that is not ready may go without asking. Models unhealthyPodEvictionPolicy."""
    spec, status = budget.spec, budget.status
    if spec is None or is_ready(pod):
        return False
    if spec.unhealthyPodEvictionPolicy == "AlwaysAllow":
        return True
    return status is not None and (status.currentHealthy or 0) >= (status.desiredHealthy or 0) > 0


def _spend(sim: LiveCluster, budget: PodDisruptionBudget, pod: Pod) -> None:
    """One disruption less until the controller looks again."""
    status = budget.status
    left = (status.disruptionsAllowed if status is not None else 0) or 0
    if status is None or left <= 0:
        text = REFUSED
        if status is not None:
            text += (
                f" The disruption budget {name_of(budget)} needs {status.desiredHealthy} healthy pods"
                f" and has {status.currentHealthy} currently"
            )
        raise ApiError("TooManyRequests", REFUSED, causes=[("", text.removeprefix(REFUSED + " "))])
    going = {**(status.disruptedPods or {}), name_of(pod): sim.stamp(sim.loop.now)}
    spent = msgspec.structs.replace(status, disruptionsAllowed=left - 1, disruptedPods=going)
    sim.api.replace_object(msgspec.structs.replace(budget, status=spent))

"""The eviction subresource of pods: a deletion that PodDisruptionBudgets may refuse.

Models pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition
from lightkube.models.policy_v1 import PodDisruptionBudget

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, namespace_of, status_of, uid_of
from podlab.apiserver.world import LiveCluster
from podlab.controllers.selection import matches_selector
from podlab.kubectl.store import ApiError

REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def evict(sim: LiveCluster, pod: Pod, grace: int | None) -> None:
    """Delete a pod if its budget allows it. Raises ApiError (TooManyRequests) if not."""
    if not is_deleted(pod) and status_of(pod).phase not in (*TERMINAL_PHASES, "Pending"):
        budgets = [o for o in sim.api.others.values() if isinstance(o, PodDisruptionBudget) and _covers(o, pod)]
        if len(budgets) > 1:
            raise ApiError("InternalError", SEVERAL)
        if budgets:
            _spend(sim, budgets[0])
    target = PodCondition(
        type="DisruptionTarget", status="True", reason="EvictionByEvictionAPI", message="Eviction API: evicting"
    )
    if not is_deleted(pod):
        sim.api.set_condition(uid_of(pod), target)
    sim.api.delete(uid_of(pod), grace)


def _covers(budget: PodDisruptionBudget, pod: Pod) -> bool:
    selector = budget.spec.selector if budget.spec is not None else None
    return namespace_of(budget) == namespace_of(pod) and matches_selector(selector, meta_of(pod).labels)


def _spend(sim: LiveCluster, budget: PodDisruptionBudget) -> None:
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
    spent = msgspec.structs.replace(status, disruptionsAllowed=left - 1)
    sim.api.replace_object(msgspec.structs.replace(budget, status=spent))

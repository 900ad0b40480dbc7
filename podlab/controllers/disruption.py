"""PodDisruptionBudgets: how many pods may be disrupted on purpose now.

Models pkg/controller/disruption/disruption.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightkube.models.core_v1 import Pod
from lightkube.models.meta_v1 import Condition
from lightkube.models.policy_v1 import PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus

from podlab.api.parts import is_deleted, meta_of, name_of, namespace_of
from podlab.controllers.availability import is_ready
from podlab.controllers.base import Reconciler, controller, controller_of
from podlab.controllers.rollout import part
from podlab.controllers.selection import matches_selector


@controller
class DisruptionController(Reconciler):
    """Follows budgets and the pods that they cover."""

    kinds = (PodDisruptionBudget,)
    source = "controllermanager"
    order = 95

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The budgets that cover the pod are reconciled."""
        for uid, obj in self.objects.items():
            if covers(obj, pod):
                self.enqueue(uid)

    def reconcile(self, uid: str, obj: PodDisruptionBudget) -> None:
        """Count the pods, and write how many may go."""
        if obj.spec is None:
            return
        pods = [p for p in self.sim.api.pods.values() if covers(obj, p)]
        if not pods and (obj.status is None or obj.status.expectedPods):
            self.event(obj, "Normal", "NoPods", "No matching pods found")
        gone = set(obj.status.disruptedPods or ()) if obj.status is not None else set()
        there = {name_of(p) for p in pods if not is_deleted(p)}
        disrupted = {k: v for k, v in (obj.status.disruptedPods or {}).items() if k in there} if obj.status else {}
        expected, desired = self._wanted(obj.spec, pods)
        healthy = sum(is_ready(p) and not is_deleted(p) and name_of(p) not in (gone & there) for p in pods)
        allowed = max(healthy - desired, 0) if expected else 0
        status = PodDisruptionBudgetStatus(
            observedGeneration=obj.metadata.generation if obj.metadata is not None else None,
            currentHealthy=healthy,
            desiredHealthy=desired,
            disruptionsAllowed=allowed,
            expectedPods=expected,
            disruptedPods=disrupted or None,
            conditions=[self._condition(obj, bool(allowed))],
        )
        self.set_status(self.objects[uid], status)

    def _condition(self, obj: PodDisruptionBudget, allowed: bool) -> Condition:
        old = next(iter((obj.status.conditions if obj.status is not None else None) or ()), None)
        truth = "True" if allowed else "False"
        return Condition(
            type="DisruptionAllowed",
            status=truth,
            reason="SufficientPods" if allowed else "InsufficientPods",
            message="",
            observedGeneration=obj.metadata.generation if obj.metadata is not None else None,
            lastTransitionTime=old.lastTransitionTime if old is not None and old.status == truth else self.stamp(),
        )

    def _wanted(self, spec: PodDisruptionBudgetSpec, pods: Sequence[Pod]) -> tuple[int, int]:
        """How many pods there should be, and how many of them healthy."""
        if spec.maxUnavailable is not None:
            expected = self._scale(pods)
            return expected, max(expected - part(spec.maxUnavailable, expected, up=True), 0)
        if isinstance(spec.minAvailable, str):
            expected = self._scale(pods)
            return expected, part(spec.minAvailable, expected, up=True)
        return len(pods), spec.minAvailable or 0

    def _scale(self, pods: Sequence[Pod]) -> int:
        """The sum of what the pods' controllers ask for; a pod of nobody counts for itself."""
        scales: dict[str, int] = {}
        for pod in pods:
            owner = controller_of(pod)
            top: Any = self._top(owner.kind, namespace_of(pod), owner.name) if owner is not None else None
            if top is None:
                scales[meta_of(pod).uid or ""] = 1
            else:
                asked = getattr(top.spec, "replicas", None)
                scales[top.metadata.uid] = 1 if asked is None else asked
        return sum(scales.values())

    def _top(self, kind: str, namespace: str, name: str) -> Any:
        """The controller that decides: of a Deployment's ReplicaSet the Deployment."""
        found = self.sim.api.find(kind.lower(), namespace, name)
        owner = controller_of(found) if found is not None else None
        return self._top(owner.kind, namespace, owner.name) if owner is not None else found


def covers(obj: PodDisruptionBudget, pod: Pod) -> bool:
    """Whether a budget's selector picks a pod of its namespace."""
    selector = obj.spec.selector if obj.spec is not None else None
    return namespace_of(obj) == namespace_of(pod) and matches_selector(selector, meta_of(pod).labels)

"""``kubectl rollout status``: waits for a rollout and says how far it is at every change.

Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go.
"""

from __future__ import annotations

from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.targets import Found

LONGEST = 600.0
"""Seconds to wait when nothing is said; a real kubectl waits for ever."""


def wait_for_rollout(call: Call, found: Found) -> None:
    """Say how far the rollout is until it is done. Raises KubectlError when it has failed or takes too long."""
    state: dict[str, Any] = {"done": False, "last": None}

    def look() -> bool:
        obj = call.api.get(found.resource.plural, found.namespace, found.name)
        seen = (obj.spec, obj.status)
        if seen != state["last"]:
            state["last"] = seen
            text, state["done"] = _STATUS[found.resource.plural](obj)
            call.out(text + "\n")
        return bool(state["done"] or not call.flags["watch"])

    limit = call.flags["timeout"] or LONGEST
    if not call.api.wait_until(look, limit):
        raise KubectlError("error: timed out waiting for the condition")


def _count(status: Any, field: str) -> int:
    return int(getattr(status, field, None) or 0)


def _behind(obj: Any) -> bool:
    return bool((obj.metadata.generation or 0) > _count(obj.status, "observedGeneration"))


def deployment_status(obj: Any) -> tuple[str, bool]:
    """How far a Deployment is, and whether it is done."""
    name, status = obj.metadata.name, obj.status
    if _behind(obj):
        return "Waiting for deployment spec update to be observed...", False
    for condition in status.conditions or ():
        if condition.type == "Progressing" and condition.reason == "ProgressDeadlineExceeded":
            raise KubectlError(f'error: deployment "{name}" exceeded its progress deadline')
    head = f'Waiting for deployment "{name}" rollout to finish:'
    updated, all_, available = (_count(status, f) for f in ("updatedReplicas", "replicas", "availableReplicas"))
    if obj.spec.replicas is not None and updated < obj.spec.replicas:
        return f"{head} {updated} out of {obj.spec.replicas} new replicas have been updated...", False
    if all_ > updated:
        return f"{head} {all_ - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{head} {available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def daemon_set_status(obj: Any) -> tuple[str, bool]:
    """How far a DaemonSet is, and whether it is done."""
    name, status = obj.metadata.name, obj.status
    if obj.spec.updateStrategy is not None and obj.spec.updateStrategy.type == "OnDelete":
        raise KubectlError("error: rollout status is only available for RollingUpdate strategy type")
    if _behind(obj):
        return "Waiting for daemon set spec update to be observed...", False
    head = f'Waiting for daemon set "{name}" rollout to finish:'
    desired = _count(status, "desiredNumberScheduled")
    updated, available = _count(status, "updatedNumberScheduled"), _count(status, "numberAvailable")
    if updated < desired:
        return f"{head} {updated} out of {desired} new pods have been updated...", False
    if available < desired:
        return f"{head} {available} of {desired} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def stateful_set_status(obj: Any) -> tuple[str, bool]:
    """How far a StatefulSet is, and whether it is done."""
    spec, status = obj.spec, obj.status
    strategy = spec.updateStrategy
    if strategy is not None and strategy.type == "OnDelete":
        raise KubectlError("error: rollout status is only available for RollingUpdate strategy type")
    if not _count(status, "observedGeneration") or _behind(obj):
        return "Waiting for statefulset spec update to be observed...", False
    replicas = 1 if spec.replicas is None else spec.replicas
    ready, updated = _count(status, "readyReplicas"), _count(status, "updatedReplicas")
    if ready < replicas:
        return f"Waiting for {replicas - ready} pods to be ready...", False
    partition = strategy.rollingUpdate.partition if strategy is not None and strategy.rollingUpdate else None
    if partition is not None:
        if updated < replicas - partition:
            head = "Waiting for partitioned roll out to finish:"
            return f"{head} {updated} out of {replicas - partition} new pods have been updated...", False
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    new, head = status.updateRevision, "statefulset rolling update"
    if new != status.currentRevision:
        return f"waiting for {head} to complete {updated} pods at revision {new}...", False
    return f"{head} complete {_count(status, 'currentReplicas')} pods at revision {new}...", True


_STATUS = {
    "deployments": deployment_status,
    "daemonsets": daemon_set_status,
    "statefulsets": stateful_set_status,
}

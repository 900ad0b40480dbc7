"""Replica controllers: keep as many pods as asked for. They replace pods; they never move or restart one.

The rule: a pod that has ended or is being deleted does not count. Too few: make new ones from the template. Too many:
delete those first that are not placed, then pending, not ready, younger. A pod without an owner that the selector
picks is adopted; an owned one it no longer picks is let go.
Models pkg/controller/replicaset/replica_set.go and pkg/controller/controller_utils.go ActivePods, ActivePodsWithRanks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightkube.models.core_v1 import Pod

from podlab.api.parts import TERMINAL_PHASES, is_deleted, uid_of
from podlab.controllers.endpoints import is_ready

PHASE_RANK = {"Pending": 0, "Unknown": 1, "Running": 2}


@dataclass(frozen=True, slots=True)
class ReplicaPlan:
    """What a controller does now: how many pods to make, and the UIDs of those to delete, in order."""

    create: int = 0
    delete: tuple[str, ...] = ()


def plan_replicas(wanted: int, pods: Iterable[Pod]) -> ReplicaPlan:
    """The plan for a controller that wants `wanted` pods and owns `pods`."""
    active = [p for p in pods if is_active(p)]
    if len(active) <= wanted:
        return ReplicaPlan(create=wanted - len(active))
    surplus = sorted(active, key=deletion_rank)[: len(active) - wanted]
    return ReplicaPlan(delete=tuple(uid_of(p) for p in surplus))


def is_active(pod: Pod) -> bool:
    """Whether a pod counts: it has not ended and is not being deleted."""
    phase = pod.status.phase if pod.status is not None else None
    return phase not in TERMINAL_PHASES and not is_deleted(pod)


def deletion_rank(pod: Pod) -> tuple[object, ...]:
    """Pods with a lower rank are deleted first."""
    spec, status, meta = pod.spec, pod.status, pod.metadata
    placed = bool(spec is not None and spec.nodeName)
    phase = PHASE_RANK.get((status.phase if status else None) or "", 1)
    created = meta.creationTimestamp.timestamp() if meta is not None and meta.creationTimestamp is not None else 0.0
    restarts = max((s.restartCount for s in (status.containerStatuses if status else None) or ()), default=0)
    return placed, phase, is_ready(pod), -restarts, -created, (meta.name if meta else None) or ""

"""Deployments: how a rollout moves the pods from the old ReplicaSets to the new one.

The rule of RollingUpdate: never more than replicas + maxSurge pods, never fewer available than replicas less
maxUnavailable. The new ReplicaSet grows first; then the old ones lose what is not available, and then, oldest first,
what can be spared. Recreate: all old pods go, and only then come the new ones.
Models pkg/controller/deployment/rolling.go and recreate.go. Left out: scaling in the middle of a rollout in proportion,
paused, minReadySeconds, progressDeadlineSeconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lightkube.models.apps_v1 import DeploymentSpec


@dataclass(frozen=True, slots=True)
class Share:
    """A ReplicaSet's part of a Deployment: the pods it is to have, those available, and whether it is the new one."""

    name: str
    wanted: int
    available: int
    new: bool = False


def bounds(spec: DeploymentSpec) -> tuple[int, int]:
    """The most pods at once and the fewest available ones during a rollout.

    A share in per cent is rounded up for maxSurge and down for maxUnavailable; when both are 0, one may be unavailable.
    """
    replicas = 1 if spec.replicas is None else spec.replicas
    rolling = spec.strategy.rollingUpdate if spec.strategy is not None else None
    surge = _part(rolling.maxSurge if rolling else None, replicas, up=True)
    unavailable = _part(rolling.maxUnavailable if rolling else None, replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return replicas + surge, max(replicas - unavailable, 0)


def plan_rollout(spec: DeploymentSpec, shares: Sequence[Share], *, old_pods: int) -> dict[str, int]:
    """The new sizes of the ReplicaSets that change now, by name; `shares` from the oldest to the newest.

    `old_pods`: pods of old ReplicaSets that have not ended, those being deleted among them.
    """
    replicas = 1 if spec.replicas is None else spec.replicas
    new = next(share for share in shares if share.new)
    old = [share for share in shares if not share.new]
    if spec.strategy is not None and spec.strategy.type == "Recreate":
        down = {share.name: 0 for share in old if share.wanted}
        return down or ({new.name: replicas} if not old_pods and new.wanted != replicas else {})
    most, fewest = bounds(spec)
    if new.wanted > replicas:
        return {new.name: replicas}
    room = most - sum(share.wanted for share in shares)
    if new.wanted < replicas and room > 0:
        return {new.name: min(new.wanted + room, replicas)}
    return _scale_down(old, new, fewest)


def _scale_down(old: Sequence[Share], new: Share, fewest: int) -> dict[str, int]:
    """What the old ReplicaSets lose: pods that are not available, then pods that can be spared."""
    every = [*old, new]
    spare = sum(share.wanted for share in every) - fewest - (new.wanted - new.available)
    if spare <= 0:
        return {}
    sizes = {share.name: share.wanted for share in old}
    for share in old:
        dead = min(spare, max(share.wanted - share.available, 0))
        sizes[share.name] -= dead
        spare -= dead
    left = sum(share.available for share in every) - fewest
    for share in old:
        less = max(min(left, sizes[share.name]), 0)
        sizes[share.name] -= less
        left -= less
    return {share.name: sizes[share.name] for share in old if sizes[share.name] != share.wanted}


def _part(value: int | str | None, replicas: int, *, up: bool) -> int:
    """A number, or per cent of the replicas; a quarter when nothing is said."""
    text = "25%" if value is None else str(value)
    if text.endswith("%"):
        share = int(text[:-1]) * replicas
        return -(-share // 100) if up else share // 100
    return int(text)

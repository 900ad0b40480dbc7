"""How a rollout moves pods from the old ReplicaSets of a Deployment to the new one; pure.

The rule of RollingUpdate: never more than replicas + maxSurge pods, never fewer available than replicas less
maxUnavailable. The new ReplicaSet grows first; then the old ones lose what is not available, and then, oldest first,
what can be spared. Recreate: all old pods go, and only then come the new ones. A Deployment that is scaled in the
middle of a rollout shares the difference out in proportion.
Models pkg/controller/deployment/rolling.go, recreate.go and sync.go.
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


def replicas_of(spec: DeploymentSpec) -> int:
    """How many pods a Deployment asks for; 1 where it does not say."""
    return 1 if spec.replicas is None else spec.replicas


def bounds(spec: DeploymentSpec) -> tuple[int, int]:
    """The most pods at once and the fewest available ones during a rollout.

    A share in per cent is rounded up for maxSurge and down for maxUnavailable; when both are 0, one may be unavailable.
    """
    replicas = replicas_of(spec)
    if spec.strategy is not None and spec.strategy.type == "Recreate":
        return replicas, replicas
    rolling = spec.strategy.rollingUpdate if spec.strategy is not None else None
    surge = part(rolling.maxSurge if rolling else None, replicas, up=True)
    unavailable = part(rolling.maxUnavailable if rolling else None, replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return replicas + surge, max(replicas - unavailable, 0)


def plan_rollout(spec: DeploymentSpec, shares: Sequence[Share], *, old_pods: int) -> dict[str, int]:
    """The new sizes of the ReplicaSets that change now, by name; `shares` from the oldest to the newest.

    `old_pods`: pods of old ReplicaSets that have not ended, those being deleted among them.
    """
    replicas = replicas_of(spec)
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


def plan_scale(spec: DeploymentSpec, shares: Sequence[Share], most_before: int) -> dict[str, int]:
    """The new sizes after `replicas` was changed; `most_before`: the most pods at once for the former number.

    One ReplicaSet takes all of it. When the new one is whole already, the old ones go. Several at a time keep their
    proportion, and the largest takes what rounding leaves over.
    """
    replicas = replicas_of(spec)
    active = [share for share in shares if share.wanted]
    if len(active) <= 1:
        only = next(iter(active), next((s for s in shares if s.new), shares[-1] if shares else None))
        return {only.name: replicas} if only is not None and only.wanted != replicas else {}
    new = next((share for share in shares if share.new), None)
    if new is not None and new.wanted == replicas == new.available:
        return {share.name: 0 for share in active if share is not new}
    if spec.strategy is not None and spec.strategy.type == "Recreate":
        return {}
    return _in_proportion(active, replicas, bounds(spec)[0] if replicas else 0, most_before)


def _in_proportion(active: Sequence[Share], replicas: int, most: int, most_before: int) -> dict[str, int]:
    add = most - sum(share.wanted for share in active)
    newest_first = list(reversed(active)) if add > 0 else list(active)
    ordered = sorted(newest_first, key=lambda share: -share.wanted)
    sizes: dict[str, int] = {}
    added = 0
    for share in ordered:
        more = 0
        if add:
            fair = _rounded(share.wanted * most, most_before) - share.wanted if replicas else -share.wanted
            more = min(fair, add - added) if add > 0 else max(fair, add - added)
        sizes[share.name] = share.wanted + more
        added += more
    if add:
        sizes[ordered[0].name] = max(sizes[ordered[0].name] + add - added, 0)
    return {share.name: sizes[share.name] for share in ordered if sizes[share.name] != share.wanted}


def _rounded(part_: int, whole: int) -> int:
    """A quotient rounded to the nearest whole number, halves up."""
    return (2 * part_ + whole) // (2 * whole) if whole else 0


def part(value: int | str | None, replicas: int, *, up: bool) -> int:
    """A number, or per cent of the replicas; a quarter when nothing is said."""
    text = "25%" if value is None else str(value)
    if text.endswith("%"):
        share = int(text[:-1]) * replicas
        return -(-share // 100) if up else share // 100
    return int(text)

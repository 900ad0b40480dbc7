"""Which pods of lower priority make room for one of higher priority; pure.

The rule: on each node where it could help, all pods of lower priority are taken away; if the pod fits then, as many as
possible are put back, the most important first. The node is chosen where no budget is broken, then whose highest
victim is least important, then whose victims' priorities sum up to least, then with the fewest victims, then whose
most important victim has run for the shortest time.
Models pkg/scheduler/framework/preemption and plugins/defaultpreemption.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lightkube.models.core_v1 import Pod

from podlab.api.parts import meta_of, spec_of, status_of
from podlab.controllers.node_state import NodeState


def priority_of(pod: Pod) -> int:
    """A pod's priority; 0 without one."""
    return spec_of(pod).priority or 0


def _importance(pod: Pod) -> tuple[int, float]:
    """The more important pod first: of higher priority, running for longer."""
    started = status_of(pod).startTime or meta_of(pod).creationTimestamp
    return -priority_of(pod), started.timestamp() if started is not None else 0.0


def victims_on(
    pod: Pod, node: NodeState, fits: Callable[[NodeState], bool], protected: Callable[[Pod], bool]
) -> list[Pod] | None:
    """The pods that have to go from a node, or None when even that would not help."""
    lower = sorted((p for p in node.pods if priority_of(p) < priority_of(pod)), key=_importance)
    if not lower:
        return None
    kept = [p for p in node.pods if p not in lower]
    if not fits(replace(node, pods=kept)):
        return None
    victims: list[Pod] = []
    for other in sorted(lower, key=lambda p: not protected(p)):  # stable: the protected first, each by importance
        if fits(replace(node, pods=[*kept, other])):
            kept.append(other)
        else:
            victims.append(other)
    return victims


def choose(candidates: Sequence[tuple[NodeState, list[Pod]]], protected: Callable[[Pod], bool]) -> int:
    """Which of the candidates is the least harm."""

    def harm(number: int) -> tuple[float, ...]:
        victims = sorted(candidates[number][1], key=_importance)
        priorities = [priority_of(p) for p in victims]
        newest = -_importance(victims[0])[1] if victims else 0.0
        return (
            sum(map(protected, victims)),
            priorities[0] if victims else 0,
            sum(priorities),
            len(victims),
            newest,
            number,
        )

    return min(range(len(candidates)), key=harm)

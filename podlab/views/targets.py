"""Whom an intervention struck: its target may be a pod, a container, a node, or a pod by its number in a controller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from podlab.core.engine.history import Gesture
from podlab.simulation.trace import Trace

Struck = tuple[str | None, str | None]
"""A pod and a container of it; None where the target is neither."""


def pod_names(trace: Trace, gestures: Iterable[Gesture]) -> Mapping[str, str]:
    """What interventions call a pod → its name in the trace: itself, and "web[0]" for the first that "web" made."""
    names = {pod: pod for pod in trace.pods}
    if any("[" in gesture.target for gesture in gestures):
        made: dict[str, list[str]] = {}
        seen: set[str | None] = set()
        for change in trace.changes:
            meta = change.pod.metadata
            if meta is None or meta.uid in seen:
                continue
            seen.add(meta.uid)
            for owner in meta.ownerReferences or ():
                made.setdefault(owner.name, []).append(change.name)
        names |= {f"{owner}[{i}]": pod for owner, pods in made.items() for i, pod in enumerate(pods)}
    return names


def struck(gesture: Gesture, names: Mapping[str, str]) -> Struck:
    """The pod and the container that an intervention was for; `names` as of `pod_names`."""
    if gesture.target in names:
        return names[gesture.target], None
    pod, _, container = gesture.target.rpartition("/")
    return (names[pod], container) if pod in names else (None, None)

"""What can be predicted of a pod: its phase and the columns of `kubectl get pods`, at a moment or as they follow.

A pod that is not there has the value "gone" everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from lightkube.models.core_v1 import Pod

from podlab.kubectl.podcolumns import pod_ready, pod_restarts, pod_status
from podlab.simulation.trace import Trace

GONE = "gone"


def _phase(pod: Pod) -> str:
    return (pod.status and pod.status.phase) or "Pending"


def _ready(pod: Pod) -> str:
    return "{}/{}".format(*pod_ready(pod))


def _restarts(pod: Pod) -> str:
    return str(pod_restarts(pod)[0])


COLUMNS: dict[str, Callable[[Pod], str]] = {
    "phase": _phase,
    "ready": _ready,
    "status": pod_status,
    "restarts": _restarts,
}
"""The name of each column, and how it is read from a pod."""


def value_at(trace: Trace, pod: str, column: str, t: float) -> str:
    """A column's value at instant `t`, after everything that happened at `t` itself."""
    there = trace.at(t).pods.get(pod)
    return GONE if there is None else COLUMNS[column](there)


def history(trace: Trace, pod: str, column: str) -> tuple[tuple[float, str], ...]:
    """When a column took which value, each change once, in order. It counts even when it held for an instant only."""
    return tuple((t, value) for t, value, _ in seen(trace, pod, column))


def seen(trace: Trace, pod: str, column: str) -> tuple[tuple[float, str, Pod | None], ...]:
    """As `history`, with the pod as it was when the column took the value; None when it was gone."""
    found: list[tuple[float, str, Pod | None]] = []
    for change in trace.changes_of(pod):
        value = GONE if change.deleted else COLUMNS[column](change.pod)
        if not found or found[-1][1] != value:
            found.append((change.t, value, None if change.deleted else change.pod))
    return tuple(found)


def waits(trace: Trace, pod: str, container: str) -> tuple[tuple[float, float], ...]:
    """For each restart of a container: when the run before it ended, and how long (seconds) it waited to start."""
    runs = sorted((r for r in trace.runs if r.pod == pod and r.container == container), key=lambda r: r.n)
    pairs = pairwise(runs)
    return tuple((one.end, round(two.start - one.end, 3)) for one, two in pairs if one.end is not None)

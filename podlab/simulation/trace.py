"""The immutable record of a run: every change of every pod, events, logs, container runs and sandboxes."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod

from podlab.api.mistakes import NotFound, WrongValue
from podlab.api.parts import name_of, namespace_of
from podlab.core.engine.history import (
    EPOCH,
    Change,
    Event,
    Gesture,
    LogLine,
    NodeState,
    ObjectChange,
    Run,
    SandboxSpan,
)
from podlab.simulation.printed import Printed

if TYPE_CHECKING:
    from podlab.kubectl.call import Result

_FEW = 5
"""Of so many pods a Trace shows the names."""


@dataclass(frozen=True)
class Trace:
    """What happened, from t = 0 to `until`. Equal scenarios give equal traces; nothing in it ever changes."""

    until: float
    changes: tuple[Change, ...]
    events: tuple[Event, ...] = ()
    runs: tuple[Run, ...] = ()
    sandboxes: tuple[SandboxSpan, ...] = ()
    gestures: tuple[Gesture, ...] = ()
    logs: tuple[LogLine, ...] = ()
    endpoints: tuple[tuple[float, str, tuple[dict[str, Any], ...]], ...] = ()
    notes: tuple[str, ...] = ()
    objects: tuple[ObjectChange, ...] = ()
    node_states: tuple[NodeState, ...] = ()
    start: datetime = EPOCH
    scenario: Any = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        few = ", ".join(self.pods) if len(self.pods) <= _FEW else f"{len(self.pods)} pods"
        counts = f"changes: {len(self.changes)}, events: {len(self.events)}, gestures: {len(self.gestures)}"
        return f"Trace: 0s to {self.until:g}s; {few or 'no pods'}; {counts}"

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @cached_property
    def pods(self) -> tuple[str, ...]:
        """The names of all pods that ever existed, in order of creation."""
        return tuple(dict.fromkeys(c.name for c in self.changes))

    @cached_property
    def _by_pod(self) -> Mapping[str, tuple[list[float], list[Change]]]:
        out: dict[str, tuple[list[float], list[Change]]] = {}
        for change in self.changes:
            times, rows = out.setdefault(change.name, ([], []))
            times.append(change.t)
            rows.append(change)
        return out

    def changes_of(self, pod: str) -> tuple[Change, ...]:
        """Every change of one pod, in order. KeyError names the pods there are."""
        try:
            return tuple(self._by_pod[pod][1])
        except KeyError:
            raise NotFound(f"no pod {pod!r} in this trace; it has {', '.join(self.pods) or 'none'}") from None

    def back_from(self, pod: str, t: float) -> Iterator[Change]:
        """The changes of one pod up to `t`, the latest first."""
        times, rows = self._by_pod.get(pod, ((), ()))
        return (rows[i] for i in range(bisect.bisect_right(times, t) - 1, -1, -1))

    def pod_at(self, name: str, t: float) -> Pod | None:
        """The latest pod of that name that there was up to `t`, gone or not."""
        times, rows = self._by_pod.get(name, ((), ()))
        i = bisect.bisect_right(times, t)
        return rows[i - 1].pod if i else None

    def at(self, t: float) -> Snapshot:
        """The world at instant `t` (seconds): after everything that happened at `t` itself.

        Before the start there is nothing. Errors: ValueError for a time that is none.
        """
        if isinstance(t, bool) or not isinstance(t, int | float) or t != t:
            raise WrongValue(f"at: t must be seconds since the start, not {t!r}")
        pods: dict[str, Pod] = {}
        for name, (times, rows) in self._by_pod.items():
            i = bisect.bisect_right(times, t)
            if i and not rows[i - 1].deleted:
                pods[name] = rows[i - 1].pod
        return Snapshot(self, t, pods)

    @property
    def end(self) -> Snapshot:
        """The world at the end of the run."""
        return self.at(self.until)


@dataclass(frozen=True)
class Snapshot:
    """The world at one instant of a Trace. `pods` maps the name to the v1 Pod."""

    trace: Trace
    t: float
    pods: Mapping[str, Pod]

    def __repr__(self) -> str:
        return f"Snapshot at t = {self.t:g}s\n{self.get()!r}"

    @property
    def now(self) -> datetime:
        """The wall-clock time of this instant, in UTC."""
        return self.trace.start + timedelta(seconds=self.t)

    @property
    def objects(self) -> tuple[Any, ...]:
        """The objects that are no pods, in the order in which they were created."""
        there: dict[tuple[str, str, str], Any] = {}
        for change in self.trace.objects:
            if change.t <= self.t:
                place = type(change.object).__name__, namespace_of(change.object), name_of(change.object)
                there[place] = change.object
                if change.deleted:
                    del there[place]
        return tuple(there.values())

    @property
    def events(self) -> tuple[Event, ...]:
        """The events up to this instant."""
        return tuple(e for e in self.trace.events if e.t <= self.t)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The container runs that had begun by this instant, ends after it not yet known."""
        return tuple(
            r if r.end is not None and r.end <= self.t else Run(r.pod, r.container, r.n, r.start, init=r.init)
            for r in self.trace.runs
            if r.start <= self.t
        )

    def sandbox(self, pod: str) -> SandboxSpan | None:
        """The pod's sandbox at this instant, or None while there is none."""
        for s in reversed(self.trace.sandboxes):
            if s.pod == pod and s.start <= self.t and (s.end is None or s.end > self.t):
                return s
        return None

    def logs(self, pod: str, container: str, n: int | None = None) -> tuple[str, ...]:
        """The lines of a container's `n`-th run so far (default: its latest)."""
        lines = [x for x in self.trace.logs if x.pod == pod and x.container == container and x.t <= self.t]
        if n is None:
            n = max((r.n for r in self.runs if r.pod == pod and r.container == container), default=0)
        return tuple(x.text for x in lines if x.n == n)

    def kubectl(self, command: str, stdin: str = "") -> Result:
        """What kubectl prints at this instant: `kubectl("get pods -o wide")`. Nothing can be changed in the past.

        `get --watch` goes on with what came next, for `--request-timeout` or to the end of the trace.
        """
        from podlab.apiserver import SnapshotApi
        from podlab.kubectl.cli import Kubectl  # kubectl is much, and most who look at a trace do not use it

        return Kubectl(SnapshotApi(self)).run(command, stdin)

    def get(self, *, wide: bool = False, show_labels: bool = False, no_headers: bool = False) -> Printed:
        """What `kubectl get pods` prints at this instant."""
        from podlab.kubectl.printers import pods_table  # the printers know only API objects; loaded when first needed

        pods = sorted(self.pods.values(), key=lambda p: (namespace_of(p), name_of(p)))
        if not pods:
            return Printed("No resources found in default namespace.\n")
        several = len({namespace_of(p) for p in pods}) > 1
        table = pods_table(
            pods, self.now, wide=wide, show_labels=show_labels, no_headers=no_headers, all_namespaces=several
        )
        return Printed(table)

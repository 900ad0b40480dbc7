"""Writes down what happens while the engine runs; a Trace is made of it at any time."""

from __future__ import annotations

from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of
from podlab.core.engine.history import Change, Event, Gesture, LogLine, NodeState, ObjectChange, Run, SandboxSpan


class SpamFilter:
    """A source may send `burst` events of one type about one object, then one every five minutes; the rest is dropped.

    Models k8s.io/client-go/tools/record/events_cache.go EventSourceObjectSpamFilter.
    """

    REFILL = 300.0  # seconds for one more event

    def __init__(self, burst: int) -> None:
        self._burst = burst
        self._left: dict[tuple[str, ...], tuple[float, float]] = {}

    def lets_through(self, t: float, *key: str) -> bool:
        """Whether an event at `t` is still within what `key` (source, object and type) may send."""
        left, since = self._left.get(key, (float(self._burst), t))
        left = min(left + (t - since) / self.REFILL, self._burst)
        passes = left >= 1
        self._left[key] = (left - 1 if passes else left, t)
        return passes


class Recorder:
    """The only list of what happened. Everything is appended in the order it happened."""

    def __init__(self, event_burst: int | None = None) -> None:
        self._filter = SpamFilter(event_burst) if event_burst is not None else None
        self.changes: list[Change] = []
        self.versions: dict[str, int] = {}  # which change was the latest of each pod
        self.events: list[Event] = []
        self.gestures: list[Gesture] = []
        self.endpoints: list[tuple[float, str, tuple[dict[str, Any], ...]]] = []
        self.notes: dict[str, None] = {}
        self.objects: list[ObjectChange] = []
        self.node_states: list[NodeState] = []
        self._counts: dict[tuple[str, ...], int] = {}
        self._texts: dict[str, str] = {}
        self._runs: dict[str, Run] = {}
        self._sandboxes: dict[str, SandboxSpan] = {}
        self._logs: list[tuple[str, str, int, list[Any]]] = []

    def change(self, t: float, pod: Pod, *, deleted: bool = False) -> None:
        """A pod as the API server now has it."""
        self.versions[key_of(pod)] = len(self.changes)
        self.changes.append(Change(t, pod, deleted))

    def event(
        self, t: float, on: str, kind: str, reason: str, message: str, field: str | None = None, source: str = "kubelet"
    ) -> None:
        """An Event; the same one again counts up."""
        message = self._texts.setdefault(message, message)  # said a thousand times, it is kept once
        key = (on, field or "", kind, reason, message)
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        if self._filter is not None and not self._filter.lets_through(t, source, on, kind):
            return
        self.events.append(Event(t, on, kind, reason, message, field, None if reason == "Scheduled" else count, source))

    def run_started(self, t: float, id: str, pod: str, container: str, n: int, *, init: bool, log: list[Any]) -> None:
        """A container's n-th run has begun, as the runtime's container `id`; `log` is the live list of its lines."""
        self._runs[id] = Run(pod, container, n, t, init=init)
        self._logs.append((pod, container, n, log))

    def run_ended(self, t: float, id: str, code: int, reason: str, message: str) -> None:
        """It has ended."""
        run = self._runs[id]
        self._runs[id] = Run(run.pod, run.container, run.n, run.start, t, code, reason, message or None, run.init)

    def sandbox_started(self, t: float, id: str, pod: str, attempt: int, ip: str) -> None:
        """The pod has a sandbox, which the runtime calls `id`."""
        self._sandboxes[id] = SandboxSpan(pod, attempt, t, ip)

    def sandbox_ended(self, t: float, id: str) -> None:
        """It is gone."""
        span = self._sandboxes.get(id)
        if span is not None and span.end is None:
            self._sandboxes[id] = SandboxSpan(span.pod, span.attempt, span.start, span.ip, t)

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs in order of their start."""
        return tuple(self._runs.values())

    @property
    def sandboxes(self) -> tuple[SandboxSpan, ...]:
        """All sandboxes in order of their start."""
        return tuple(self._sandboxes.values())

    @property
    def lines_logged(self) -> int:
        """How many log lines there are so far."""
        return sum(len(log) for *_, log in self._logs)

    def logs(self) -> tuple[LogLine, ...]:
        """All log lines in order of time."""
        lines = [LogLine(t, p, c, n, text, stream) for p, c, n, log in self._logs for t, stream, text in log]
        lines.sort(key=lambda line: line.t)
        return tuple(lines)

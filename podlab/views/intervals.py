"""From the changes of a Trace to the spans of a timeline."""

from __future__ import annotations

import weakref
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from lightkube.models.core_v1 import Container, ContainerStateTerminated, ContainerStatus, Pod

from podlab.api.mistakes import expect, seconds_since, texts
from podlab.core.engine.history import Change, Event, Gesture
from podlab.kubectl.printers import pod_ready, pod_status
from podlab.simulation.stand_ins import one_line, stand_in_notes
from podlab.simulation.trace import Trace
from podlab.views.back_offs import Announcement, announced_delay, back_offs
from podlab.views.facts import Lane, PodTimeline, ProbeFailure, ReadySpan, Span, StateSpan, Timeline
from podlab.views.targets import pod_names, struck

Value = TypeVar("Value")


class _Row(Generic[Value]):
    """Collects the values of one row and when each began; None means that there is nothing to show."""

    def __init__(self) -> None:
        self.done: list[tuple[float, float, Value]] = []
        self.value: Value | None = None
        self.since = 0.0

    def put(self, t: float, value: Value | None) -> None:
        if value == self.value:
            return
        if self.value is not None:
            self.done.append((self.since, t, self.value))
        self.value, self.since = value, t


_State = tuple[str, int, str | None, int | None, bool, bool]  # the fields of StateSpan after its times


def timeline_of(trace: Trace, pods: Iterable[str] | None = None, until: float | None = None) -> Timeline:
    """The facts of a timeline of these pods (default: all) from 0 to `until` seconds (default: the whole trace).

    Errors: KeyError names the pods there are; ValueError when `until` is not a time after the start.
    """
    expect(trace, Trace, "the view", "first let it run: pl.run(scenario)")
    end = trace.until if until is None else seconds_since(until, "until")
    names = trace.pods if pods is None else texts(pods, "pods", 'pods=["shop"]')
    gestures = tuple(g for g in trace.gestures if g.t <= end)
    made = (_remembered(trace, name, end, gestures) for name in names)
    note = one_line(stand_in_notes(trace.notes, None if pods is None else names))
    return Timeline(end, tuple(p for p in made if p is not None), gestures, note)


_Made = tuple[weakref.ref[Trace], str, float, PodTimeline | None]
_LATEST: deque[_Made] = deque(maxlen=12)  # several views of one instant ask for the same, one after another


def _remembered(trace: Trace, name: str, until: float, gestures: Sequence[Gesture]) -> PodTimeline | None:
    for whose, what, when, made in _LATEST:
        if whose() is trace and (what, when) == (name, until):
            return made
    made = _pod(trace, name, until, gestures)
    _LATEST.append((weakref.ref(trace), name, until, made))
    return made


def _pod(trace: Trace, name: str, until: float, gestures: Sequence[Gesture]) -> PodTimeline | None:
    changes = [c for c in trace.changes_of(name) if c.t <= until]
    if not changes:
        return None
    phase, status, glance, node = _Row[str](), _Row[str](), _Row[str](), _Row[str]()
    ready = _Row[tuple[int, int]]()
    conditions: dict[str, _Row[str]] = {}
    for change in changes:
        t, pod = change.t, None if change.deleted else change.pod
        live = pod.status if pod else None
        phase.put(t, (live and live.phase) or ("Pending" if pod else None))
        printed = (pod_status(pod), pod_ready(pod)) if pod else None
        status.put(t, printed and printed[0])
        ready.put(t, printed and printed[1])
        glance.put(t, f"{printed[0]} {printed[1][0]}/{printed[1][1]}" if printed else None)
        node.put(t, (pod and pod.spec and pod.spec.nodeName) or None)
        now = {c.type: _condition(c.status, c.reason) for c in (live and live.conditions) or ()}
        for kind in (*conditions, *(k for k in now if k not in conditions)):
            conditions.setdefault(kind, _Row()).put(t, now.get(kind))
    last = changes[-1].pod
    rows: tuple[_Row[Any], ...] = (phase, status, glance, node, ready, *conditions.values())
    for row in rows:
        row.put(until, None)
    events = tuple(e for e in trace.events if e.pod == name and e.t <= until)
    names = pod_names(trace, gestures)
    targets = [(g, *struck(g, names)) for g in gestures]  # what strikes no pod, but a node, is shown with every pod
    own = tuple(g for g, pod, _ in targets if pod in (name, None))
    signals = {c: tuple(g for g, pod, it in targets if (pod, it) == (name, c)) for _, _, c in targets if c}
    return PodTimeline(
        pod=name,
        namespace=(last.metadata and last.metadata.namespace) or "default",
        policy=(last.spec and last.spec.restartPolicy) or "Always",
        created=changes[0].t,
        deleted=changes[-1].t if changes[-1].deleted else None,
        nodes=_spans(node),
        phases=_spans(phase),
        statuses=_spans(status),
        ready=tuple(ReadySpan(start, end, *value) for start, end, value in ready.done),
        glances=_spans(glance),
        conditions=tuple((kind, _spans(row)) for kind, row in conditions.items()),
        sandboxes=tuple(s for s in trace.sandboxes if s.pod == name and s.start <= until),
        lanes=tuple(
            _lane(c, kind, changes, until, trace, events, signals.get(c, ())) for c, kind in containers_of(last)
        ),
        events=events,
        gestures=own,
    )


def _spans(row: _Row[str]) -> tuple[Span, ...]:
    return tuple(Span(*done) for done in row.done)


def _condition(status: str, reason: str | None) -> str:
    return f"{status} ({reason})" if reason else status


def containers_of(pod: Pod) -> list[tuple[str, str]]:
    """The pod's containers with their kind (init, sidecar, container), in the order in which they start."""
    spec = pod.spec
    if spec is None:
        return []
    inits = [(c.name, "sidecar" if _is_sidecar(c) else "init") for c in spec.initContainers or ()]
    return [*inits, *((c.name, "container") for c in spec.containers)]


def _is_sidecar(container: Container) -> bool:
    return container.restartPolicy == "Always"


def container_status(pod: Pod, name: str) -> ContainerStatus | None:
    """The status of one container of the pod, of whichever kind, or None while it has none."""
    status = pod.status
    if status is None:
        return None
    for group in (status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses):
        for one in group or ():
            if one.name == name:
                return one
    return None


def _lane(
    name: str,
    kind: str,
    changes: Sequence[Change],
    until: float,
    trace: Trace,
    pod_events: Sequence[Event],
    signals: tuple[Gesture, ...],
) -> Lane:
    row, announced = _states(name, changes)
    row.put(until, None)
    spans = tuple(StateSpan(start, end, *value) for start, end, value in row.done)
    pod = changes[0].name
    events = tuple(e for e in pod_events if e.container == name)
    return Lane(
        container=name,
        kind=kind,
        spans=spans,
        back_offs=back_offs(spans, announced, events),
        stopping=_stopping(spans, events, until),
        probes=tuple(_failures(events)),
        signals=signals,
        runs=tuple(r for r in trace.runs if r.pod == pod and r.container == name and r.start <= until),
    )


def _states(name: str, changes: Sequence[Change]) -> tuple[_Row[_State], list[Announcement]]:
    row, announced = _Row[_State](), list[Announcement]()
    for change in changes:
        status = None if change.deleted else container_status(change.pod, name)
        if status is None:
            row.put(change.t, None)
            continue
        value = _state(status)
        ended = status.lastState.terminated if status.lastState else None
        if ended is not None and _unseen_end(row.value, value):
            row.put(change.t, _terminated(ended, value[1] - (value[0] != "waiting")))
        row.put(change.t, value)
        waiting = status.state.waiting if status.state else None
        delay = announced_delay(waiting.message) if waiting else None
        if delay is not None:
            announced.append((change.t, delay))
    return row, announced


def _unseen_end(before: _State | None, now: _State) -> bool:
    """A run ended between two changes and only lastState tells: from running to the next run, or to waiting."""
    return before is not None and before[0] == "running" and (now[1] > before[1] or now[0] == "waiting")


def _state(status: ContainerStatus) -> _State:
    run, state = status.restartCount, status.state
    if state is not None and state.running is not None:
        return ("running", run, None, None, status.ready, status.started is not False)
    if state is not None and state.terminated is not None:
        return _terminated(state.terminated, run)
    return ("waiting", run, state.waiting.reason if state and state.waiting else None, None, False, False)


def _terminated(ended: ContainerStateTerminated, run: int) -> _State:
    return ("terminated", run, ended.reason, ended.exitCode, False, False)


def _stopping(spans: Sequence[StateSpan], events: Iterable[Event], until: float) -> tuple[Span, ...]:
    """From each Killing event (SIGTERM or the preStop hook, the grace period) to the end of the run it struck.

    A run that is still there at `until` may be struck at that very instant.
    """
    out: list[Span] = []
    running = [s for s in spans if s.state == "running"]
    ends = {s.run: s.end for s in running}
    for event in events:
        if event.reason != "Killing":
            continue
        # Spans follow one another. One that ends at the instant of the event is meant, not one that begins there.
        i = bisect_left(running, event.t, key=lambda s: s.start)
        struck = next((s for s in running[max(i - 1, 0) : i + 1] if s.start <= event.t <= s.end), None)
        if struck is None or event.t == ends[struck.run] != until:
            continue
        end = ends[struck.run]
        if not out or out[-1].end <= event.t:
            out.append(Span(event.t, end, event.message))
    return tuple(out)


def _failures(events: Iterable[Event]) -> Iterable[ProbeFailure]:
    for event in events:
        if event.reason == "Unhealthy":
            probe, _, message = event.message.partition(" probe ")
            yield ProbeFailure(event.t, probe, message.rstrip())

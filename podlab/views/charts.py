"""The state charts of a run, as data: which arrows a container or a phase took, how often, and where it is.

A container has states; a phase is worked out from them; each condition is true or false for itself; STATUS is a word
that kubectl prints. They are kept apart here, because drawing them as one machine is how the myths begin.
Times are seconds since the scenario began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podlab.api.mistakes import NotFound
from podlab.simulation.trace import Trace
from podlab.views.facts import Lane, Span, StateSpan
from podlab.views.intervals import timeline_of
from podlab.views.words import exit_words, seconds

WAITING, RUNNING, TERMINATED = "Waiting", "Running", "Terminated"
BORN = ""
"""Where the first arrow of every path comes from."""

_USUAL = {
    "container": ((BORN, WAITING), (WAITING, RUNNING), (RUNNING, TERMINATED), (TERMINATED, RUNNING),
                  (TERMINATED, WAITING)),
    "phase": ((BORN, "Pending"), ("Pending", "Running"), ("Running", "Succeeded"), ("Running", "Failed"),
              ("Pending", "Failed")),
}  # fmt: skip
_STATES = {"container": (WAITING, RUNNING, TERMINATED), "phase": ("Pending", "Running", "Succeeded", "Failed")}


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a state; `notes` are what was said of it meanwhile: reasons, exit codes, readiness."""

    start: float
    end: float
    state: str
    notes: tuple[str, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one state to another, and the times at which this run took it; none when it never did."""

    source: str
    target: str
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """The states of one container (`kind` "container", "init" or "sidecar") or of the phase, with the path of a run.

    `here` is the state at the instant that is looked at, None when the pod is not there.
    """

    kind: str
    name: str
    states: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    path: tuple[Stay, ...]
    here: str | None

    def stays(self, state: str) -> tuple[Stay, ...]:
        """The stays in one state, in order of time."""
        return tuple(stay for stay in self.path if stay.state == state)

    def notes(self, state: str) -> tuple[tuple[str, int], ...]:
        """What was said of a state, and in how many stays."""
        return tuple(Counter(note for stay in self.stays(state) for note in stay.notes).items())

    @property
    def latest(self) -> Arrow | None:
        """The arrow by which the present state was reached."""
        ways = [arrow for arrow in self.arrows if arrow.times and arrow.target == self.here]
        return max(ways, key=lambda arrow: arrow.times[-1], default=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """A projection that is no state machine: the values it had, one after another, and the one it has now."""

    name: str
    spans: tuple[Span, ...]
    now: str | None

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Each value and how often it came, in order of its first coming."""
        return tuple(Counter(span.value for span in self.spans).items())

    @property
    def changed(self) -> int:
        """How often the value changed."""
        return max(len(self.spans) - 1, 0)


@dataclass(frozen=True, slots=True)
class PodCharts:
    """The charts of one pod as of instant `t`. With one container chosen, only its chart is there.

    `created` is None while the pod does not exist yet, `deleted` is when it was removed.
    """

    pod: str
    t: float
    created: float | None
    deleted: float | None
    phase: Chart | None
    conditions: tuple[Tally, ...]
    status: Tally | None
    containers: tuple[Chart, ...]


def charts_of(trace: Trace, pod: str, container: str | None = None, t: float | None = None) -> PodCharts:
    """The charts of a pod with the path of the run up to `t` (default: the end of the run).

    Errors: KeyError for a pod or a container that is not in the trace, ValueError for a time that is none.
    """
    now = trace.until if t is None else t
    timeline = timeline_of(trace, [pod], now)
    if container is not None:
        _check_container(trace, pod, container)
    if not timeline.pods:
        trace.changes_of(pod)  # says which pods there are
        return PodCharts(pod, now, None, None, None, (), None, ())
    life = timeline.pods[0]
    there = life.deleted is None
    lanes = [lane for lane in life.lanes if container in (None, lane.container)]
    charts = tuple(_chart(lane.kind, lane.container, _container_path(lane), there) for lane in lanes)
    if container is not None:
        return PodCharts(pod, now, life.created, life.deleted, None, (), None, charts)
    phase = _chart("phase", "phase", [Stay(s.start, s.end, s.value) for s in life.phases], there)
    conditions = tuple(_tally(kind, spans, there) for kind, spans in life.conditions)
    status = _tally("STATUS", life.statuses, there)
    return PodCharts(pod, now, life.created, life.deleted, phase, conditions, status, charts)


def _check_container(trace: Trace, pod: str, container: str) -> None:
    names = [lane.container for life in timeline_of(trace, [pod]).pods for lane in life.lanes]
    if container not in names:
        raise NotFound(f"no container {container!r} in pod {pod!r}; it has {', '.join(names) or 'none'}")


def _tally(name: str, spans: Sequence[Span], there: bool) -> Tally:
    return Tally(name, tuple(spans), spans[-1].value if spans and there else None)


def _chart(kind: str, name: str, path: Sequence[Stay], there: bool) -> Chart:
    usual = "phase" if kind == "phase" else "container"
    times: dict[tuple[str, str], list[float]] = {way: [] for way in _USUAL[usual]}
    before = BORN
    for stay in path:
        times.setdefault((before, stay.state), []).append(stay.start)
        before = stay.state
    arrows = tuple(Arrow(source, target, tuple(taken)) for (source, target), taken in times.items())
    return Chart(kind, name, _STATES[usual], arrows, tuple(path), path[-1].state if path and there else None)


def _container_path(lane: Lane) -> list[Stay]:
    """One stay for each state of each run: a change of reason or of readiness is a note, not another state."""
    path: list[Stay] = []
    run = -1
    for span in lane.spans:
        state, notes = span.state.capitalize(), _notes(span, lane.kind)
        failed = span.state == "terminated" and span.exit_code != 0
        last = path[-1] if path else None
        if last is not None and (last.state, run) == (state, span.run):
            path[-1] = Stay(last.start, span.end, state, (*(n for n in last.notes if n not in notes), *notes), failed)
        else:
            path.append(Stay(span.start, span.end, state, notes, failed))
        run = span.run
    return path


def _notes(span: StateSpan, kind: str) -> tuple[str, ...]:
    if span.state == "terminated":
        return (exit_words(span),)
    if span.state == "waiting":
        return (span.reason,) if span.reason else ()
    if kind == "init":
        return ()
    return ("ready" if span.ready else "not ready",)


def stay_words(stay: Stay) -> str:
    """A stay as one step of a path: "40s Terminated (exit 1)"."""
    notes = [note for note in stay.notes if note != "ready"]
    return f"{seconds(stay.start)} {stay.state}" + (f" ({', '.join(notes)})" if notes else "")


def whereabouts(charts: PodCharts) -> str:
    """One line for a pod that is not there; nothing for one that is."""
    if charts.created is None:
        return f"pod {charts.pod} does not exist yet at t = {seconds(charts.t)}"
    return "" if charts.deleted is None else f"pod {charts.pod} was removed at {seconds(charts.deleted)}"


def taken(arrows: Iterable[Arrow]) -> list[Arrow]:
    """The arrows that the run took."""
    return [arrow for arrow in arrows if arrow.times]

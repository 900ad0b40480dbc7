"""Where runs of one story part: which rows of their timelines differ from the first run's, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from podlab.api.mistakes import NotFound, WrongValue, expect
from podlab.simulation.trace import Trace
from podlab.views.facts import PodTimeline, Timeline
from podlab.views.intervals import timeline_of
from podlab.views.timeline_text import lane_words, row, said, sandbox_words, span_words
from podlab.views.words import gesture_words, seconds

Row = tuple[tuple[float, str], ...]
"""What a row says: values with the time at which each began."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of one pod that is not as in the first run, `since` when."""

    run: str
    pod: str
    row: str
    since: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Timelines by the name of their run, the first being the one the others are measured against."""

    until: float
    runs: Mapping[str, Timeline]
    differences: tuple[Difference, ...]

    @property
    def pods(self) -> tuple[str, ...]:
        """All pods of all runs."""
        return tuple(dict.fromkeys(pod.pod for run in self.runs.values() for pod in run.pods))

    def pod(self, run: str, pod: str) -> PodTimeline | None:
        """One pod in one run, or None where it never existed."""
        return next((p for p in self.runs[run].pods if p.pod == pod), None)

    def of(self, run: str, pod: str) -> dict[str, float]:
        """The rows of a pod that differ in a run, each with the time since which it does."""
        return {d.row: d.since for d in self.differences if d.run == run and d.pod == pod}


def comparison(traces: Mapping[str, Trace], pods: Iterable[str] | None, until: float | None) -> Comparison:
    """Compare the runs from 0 to `until` seconds (default: the longest of them)."""
    for trace in traces.values():
        expect(trace, Trace, "compare", "first let it run: pl.run(scenario)")
    if len(traces) < 2:
        raise WrongValue("compare needs two traces or more, by name: compare(base=one, killed=other)")
    end = max(trace.until for trace in traces.values()) if until is None else until
    wanted = None if pods is None else [pods] if isinstance(pods, str) else list(pods)
    for pod in wanted or ():
        if not any(pod in trace.pods for trace in traces.values()):
            there = ", ".join(dict.fromkeys(p for trace in traces.values() for p in trace.pods))
            raise NotFound(f"no pod {pod!r} in these traces; they have {there or 'none'}")
    runs = {
        name: timeline_of(trace, wanted and [p for p in wanted if p in trace.pods], end)
        for name, trace in traces.items()
    }
    bare = Comparison(float(end), runs, ())
    first, *others = runs
    found = []
    for pod in bare.pods:
        base = rows(bare.pod(first, pod))
        for name in others:
            own = rows(bare.pod(name, pod))
            for key in dict.fromkeys([*base, *own]):
                since = parting(base.get(key, ()), own.get(key, ()))
                if since is not None:
                    found.append(Difference(name, pod, key, since))
    return Comparison(float(end), runs, tuple(found))


def rows(pod: PodTimeline | None) -> dict[str, Row]:
    """The rows of a pod by name, in the order of the picture."""
    if pod is None:
        return {}
    out: dict[str, Row] = {"phase": span_words(pod.phases), "STATUS": span_words(pod.statuses)}
    out |= {"READY": span_words(pod.ready), "pause": sandbox_words(pod)}
    return out | {f"container {lane.container}": lane_words(lane) for lane in pod.lanes}


def parting(one: Sequence[tuple[float, str]], other: Sequence[tuple[float, str]]) -> float | None:
    """When two rows part for the first time; None when they are printed the same."""
    for a, b in zip_longest(one, other):
        if a is None or b is None or a[1] != b[1] or seconds(a[0]) != seconds(b[0]):
            return min(value[0] for value in (a, b) if value is not None)
    return None


def comparison_text(c: Comparison) -> str:
    """The facts in words: rows that are the same once, others for each run."""
    first = next(iter(c.runs))
    gutter = max(8, *(len(name) for name in c.runs)) + 2
    lines = [f"compare {', '.join(c.runs)}: 0s to {seconds(c.until)}"]
    for pod in c.pods:
        lines.append(f"pod {pod}")
        told = {run: rows(c.pod(run, pod)) for run in c.runs}
        for key in dict.fromkeys(key for run in told.values() for key in run):
            apart = {run: c.of(run, pod).get(key) for run in c.runs}
            if all(since is None for since in apart.values()):
                lines += row(f"  {key}, the same", said(told[first].get(key, ())), gutter + 4)
                continue
            lines.append(f"  {key}")
            for run in c.runs:
                since = apart[run]
                note = [] if since is None else [f"(differs since {seconds(since)})"]
                lines += row(f"    {run}", [*said(told[run].get(key, ())), *note], gutter + 4)
    for run, timeline in c.runs.items():
        if timeline.gestures:
            lines += row(f"gestures of {run}", said((g.t, gesture_words(g)) for g in timeline.gestures), gutter)
    return "\n".join(lines)

"""The text form of state charts: the same facts as the picture."""

from __future__ import annotations

from collections.abc import Iterable

from podlab.views.charts import BORN, Arrow, Chart, PodCharts, Tally, stay_words, taken, whereabouts
from podlab.views.timeline_text import row
from podlab.views.words import seconds

_GUTTER = 14
PHASE = "phase: a summary, worked out anew from the container states (kubelet getPhase)"
CONDITIONS = "conditions: each is True or False for itself"
STATUS = "STATUS: a word that kubectl prints, made from phase, reasons and readiness; not a state"


def charts_text(charts: PodCharts) -> str:
    """The facts in words: where each projection is, each arrow with the times at which it was taken, and the path."""
    lines = [f"pod {charts.pod} at t = {seconds(charts.t)}"]
    if whereabouts(charts):
        lines = [whereabouts(charts)]
    if charts.phase is not None:
        lines += [PHASE, *_chart_lines(charts.phase)]
    if charts.conditions:
        lines += [CONDITIONS, *(line for tally in charts.conditions for line in _condition_lines(tally))]
    if charts.status is not None:
        words = [f"{value} ×{count}" for value, count in charts.status.counts]
        lines += [STATUS, *_rows("now", [_now_words(charts.status)]), *_rows("printed", words)]
    for chart in charts.containers:
        lines += [title_of(chart), *_chart_lines(chart)]
    return "\n".join(lines)


def title_of(chart: Chart) -> str:
    """The heading of one container's chart."""
    return f"container {chart.name}" + ("" if chart.kind == "container" else f" ({chart.kind})")


def _chart_lines(chart: Chart) -> Iterable[str]:
    if chart.here is not None:
        stay = chart.path[-1]
        notes = f" ({stay.notes[-1]})" if stay.notes else ""
        yield from _rows("now", [f"{chart.here}{notes}, since {seconds(stay.start)}"])
    ways = taken(chart.arrows)
    yield from _rows("taken", [f"{_way(a)} ×{len(a.times)} at {_times(a.times)}" for a in ways])
    yield from _rows("not taken", [_way(a) for a in chart.arrows if not a.times])
    yield from _rows("path", [stay_words(stay) for stay in chart.path])


def _way(arrow: Arrow) -> str:
    return f"{arrow.source} → {arrow.target}" if arrow.source != BORN else f"created → {arrow.target}"


def _times(times: tuple[float, ...]) -> str:
    """At most the first two and the last."""
    shown = times if len(times) <= 3 else (*times[:2], times[-1])
    words = [seconds(t) for t in shown]
    return ", ".join(words if len(times) <= 3 else [*words[:2], "…", words[-1]])


def _condition_lines(tally: Tally) -> Iterable[str]:
    return [f"  {tally.name}: {_now_words(tally)}, {changes_words(tally)}"]


def changes_words(tally: Tally) -> str:
    """How often a condition changed."""
    often = {0: "never changed", 1: "changed once", 2: "changed twice"}
    return often.get(tally.changed, f"changed {tally.changed} times")


def _now_words(tally: Tally) -> str:
    return "nothing now" if tally.now is None else f"{tally.now} since {seconds(tally.spans[-1].start)}"


def _rows(name: str, values: Iterable[str]) -> list[str]:
    return row(f"  {name}", values, _GUTTER)

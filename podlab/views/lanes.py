"""The lane of one container: its states as bars, what was done to it as marks above, failed probes below."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from podlab.core.engine.history import Run
from podlab.views.bands import Bar, draw_bars
from podlab.views.facts import Lane, Span, StateSpan
from podlab.views.plot import Plot
from podlab.views.scene import Lines, Shape, triangle
from podlab.views.style import PURPLE, VERMILLION
from podlab.views.words import (
    back_off_words,
    exit_words,
    gesture_words,
    run_words,
    seconds,
    state_tone,
    state_words,
    wait_of,
)


def draw_lane(plot: Plot, lane: Lane, top: float, height: float) -> None:
    """Draw the lane between `top` and `top + height`. Tall bars mean that the process is alive."""
    floor = top + height
    plot.scene.add(Lines(((plot.left, floor + 0.5, plot.right, floor + 0.5),), "rule", 1), 0)
    draw_bars(plot, _bars(lane), top, height, low=height - 6)
    columns = dict.fromkeys(round(plot.x(p.t), 1) for p in lane.probes)
    failures = tuple((x, floor + 1, x, floor + 4) for x in columns)
    if failures:
        plot.scene.add(Lines(failures, VERMILLION, 1.5), 3)
    for signal in lane.signals:
        title = f"{seconds(signal.t)}: {gesture_words(signal)}"
        plot.scene.add(Shape(triangle(plot.x(signal.t), top + 3, 5, down=True), PURPLE, title), 3)


_Unseen = tuple[Sequence[Span], Mapping[int, Run]]
"""The runs that the API does not tell of yet; by their number, those whose end it does not tell of yet."""


def _bars(lane: Lane) -> Iterator[Bar]:
    unseen = lane.unseen_starts, {run.n: run for run in lane.unseen_ends}
    for span in lane.spans:
        parts = _cut(span, lane, unseen)
        for (start, part), end in zip(parts, [*(t for t, _ in parts[1:]), span.end], strict=True):
            yield _bar(lane, span, start, end, part)


def _cut(span: StateSpan, lane: Lane, unseen: _Unseen) -> list[tuple[float, str]]:
    """The parts of a span and when each begins.

    A running container may be stopping, or ended and not yet reported; a waiting one may run and not be reported yet.
    """
    parts = [(span.start, "")]
    starts, ends = unseen
    if span.state == "waiting":
        first = bisect_left(starts, span.start, key=lambda early: early.start)
        for early in takewhile(lambda early: early.start < span.end, starts[first : first + 4]):
            parts += [(early.start, early.value), *([(early.end, "")] if early.end < span.end else [])]
    if span.state != "running":
        return [part for i, part in enumerate(parts) if i + 1 == len(parts) or parts[i + 1][0] > part[0]]
    first = bisect_right(lane.stopping, span.start, key=lambda stop: stop.end)
    for stop in takewhile(lambda stop: stop.start < span.end, lane.stopping[first : first + 2]):
        parts.append((max(stop.start, span.start), "stopping"))
    for ice in lane.frozen:
        if ice.end > span.start and ice.start < span.end:
            parts.append((max(ice.start, span.start), ice.value))
            if ice.end < span.end:
                parts.append((ice.end, ""))
    parts.sort(key=lambda part: part[0])
    run = ends.get(span.run)
    if run is not None and run.end is not None and run.end < span.end:
        parts.append((max(run.end, span.start), f"exit {run.exit_code}"))
    return [part for i, part in enumerate(parts) if i + 1 == len(parts) or parts[i + 1][0] > part[0]]


def _bar(lane: Lane, span: StateSpan, start: float, end: float, part: str) -> Bar:
    words, run = state_words(span, lane.kind), run_words(span)
    title = f"{lane.container}: {words}{f', restart {span.run}' if run else ''}, {seconds(start)} to {seconds(end)}"
    if part.startswith("exit"):
        title = f"{lane.container}: the process ended, {part}; the API learns of it at {seconds(span.end)}"
        return Bar(start, end, "unseen", (f"{part}, not yet reported", part), part, title, part)
    if span.state == "waiting" and part:
        title = f"{lane.container}: {part}, {seconds(start)} to {seconds(end)}; the API still says {words}"
        return Bar(start, end, "early", (f"{part}, not yet reported", part), part, title, part)
    if part == "frozen":
        title = f"{title}; frozen by SIGSTOP, and Kubernetes still calls it running"
        return Bar(start, end, part, ("frozen; the API says running", part), part, title, part)
    if span.state == "running":
        state = part or words
        tone = part or state_tone(span, lane)
        labels = dict.fromkeys(f"{run} {w}".strip() for w in (state, state.rpartition(", ")[2], ""))
        return Bar(start, end, tone, tuple(label for label in labels if label), run, title, state)
    if span.state == "terminated":
        wait, how, brief = wait_of(span, lane), exit_words(span), f"exit {span.exit_code}"
        labels = dict.fromkeys((f"{how} · {back_off_words(wait)}" if wait else how, how, brief))
        return Bar(start, end, state_tone(span, lane), tuple(labels), brief, title, how)
    reason = span.reason or "waiting"
    return Bar(start, end, state_tone(span, lane), (reason,), "", title, reason)

"""The lane of one container: its states as bars, what was done to it as marks above, failed probes below."""

from __future__ import annotations

from collections.abc import Iterator

from podlab.views.bands import Bar, Plot, draw_bars
from podlab.views.facts import Lane, Span, StateSpan
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
    failures = tuple((plot.x(p.t), floor + 1, plot.x(p.t), floor + 4) for p in lane.probes)
    if failures:
        plot.scene.add(Lines(failures, VERMILLION, 1.5), 3)
    for signal in lane.signals:
        title = f"{seconds(signal.t)}: {gesture_words(signal)}"
        plot.scene.add(Shape(triangle(plot.x(signal.t), top + 3, 5, down=True), PURPLE, title), 3)


def _bars(lane: Lane) -> Iterator[Bar]:
    for span in lane.spans:
        for start, end, stopping in _cut(span, lane.stopping):
            yield _bar(lane, span, start, end, stopping)


def _cut(span: StateSpan, stopping: tuple[Span, ...]) -> Iterator[tuple[float, float, bool]]:
    """A running span in two where the kubelet begins to stop the container."""
    stop = next((s for s in stopping if span.state == "running" and s.start < span.end and s.end > span.start), None)
    if stop is None:
        yield span.start, span.end, False
        return
    if stop.start > span.start:
        yield span.start, stop.start, False
    yield max(stop.start, span.start), span.end, True


def _bar(lane: Lane, span: StateSpan, start: float, end: float, stopping: bool) -> Bar:
    words, run = state_words(span, lane.kind), run_words(span)
    title = f"{lane.container}: {words}{f', restart {span.run}' if run else ''}, {seconds(start)} to {seconds(end)}"
    if span.state == "running":
        state = "stopping" if stopping else words
        tone = "stopping" if stopping else state_tone(span, lane)
        labels = tuple(dict.fromkeys(f"{run} {w}".strip() for w in (state, state.rpartition(", ")[2], "")))
        return Bar(start, end, tone, tuple(label for label in labels if label), run, title)
    if span.state == "terminated":
        wait = wait_of(span, lane)
        how = exit_words(span)
        labels = (f"{how} · {back_off_words(wait)}", how) if wait else (how,)
        return Bar(
            start, end, state_tone(span, lane), (*labels, f"exit {span.exit_code}"), f"exit {span.exit_code}", title
        )
    reason = span.reason or "waiting"
    return Bar(start, end, state_tone(span, lane), (reason,), "", title)

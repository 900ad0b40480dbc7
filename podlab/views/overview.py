"""Many pods at a glance: one row for each, its STATUS and READY along time."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.views.bands import Bar, draw_bars
from podlab.views.facts import PodTimeline, Timeline
from podlab.views.fonts import shorten, text_width
from podlab.views.marks import MARGIN, AlongTime, draw_flags, draw_grid, flags_height, place_flags
from podlab.views.plot import Plot
from podlab.views.scene import Scene, Text
from podlab.views.style import status_tone
from podlab.views.timeline_text import row, said, span_words
from podlab.views.words import gesture_words, seconds

MANY = 5
"""From how many pods on a timeline is an overview, unless the pods are chosen by name."""

_ROW, _NAME, _WIDTH = 25.0, 12.0, 880.0


def overview_text(timeline: Timeline) -> str:
    """The facts in words, a row for each pod."""
    gutter = max([8, *(len(pod.pod) for pod in timeline.pods)]) + 2
    lines = [f"{len(timeline.pods)} pods, 0s to {seconds(timeline.until)}"]
    for pod in timeline.pods:
        gone = [] if pod.deleted is None else [f"{seconds(pod.deleted)} deleted"]
        lines += row(pod.pod, [*said(span_words(pod.glances)), *gone], gutter)
    if timeline.gestures:
        lines += row("gestures", said((g.t, gesture_words(g)) for g in timeline.gestures), gutter)
    return "\n".join(lines)


def overview_scene(timeline: Timeline, title: str, width: float = _WIDTH) -> AlongTime:
    """The picture: a bar for each STATUS, named with READY."""
    scene = Scene(width, title=title)
    names = max(text_width(pod.pod, _NAME, True) for pod in timeline.pods)
    plot = Plot(scene, MARGIN + min(names, 230.0) + 12, width - 16, timeline.until)
    flags = place_flags(plot, timeline.gestures)
    y = top = 4 + flags_height(flags)
    for pod in timeline.pods:
        name = shorten(pod.pod, plot.left - MARGIN - 8, _NAME, True) or ""
        scene.add(Text(MARGIN, y + 16, name, "ink", _NAME, True), 4)
        draw_bars(plot, _bars(pod), y + 3, 18, after="" if pod.deleted is None else "deleted")
        y += _ROW
    draw_flags(plot, flags, top, y)
    draw_grid(plot, top, y + 3)
    scene.height = y + 25
    return AlongTime(plot, [(top, y + 3)], y + 3)


def _bars(pod: PodTimeline) -> Sequence[Bar]:
    final = next((p.start for p in pod.phases if p.value in ("Succeeded", "Failed")), float("inf"))
    bars = []
    for span in pod.glances:
        status, _, _ = span.value.rpartition(" ")
        title = f"{pod.pod}: {span.value} from {seconds(span.start)} to {seconds(span.end)}"
        bars.append(
            Bar(
                span.start, span.end, status_tone(status, span.end > final), (span.value, status), status, title, status
            )
        )
    return bars

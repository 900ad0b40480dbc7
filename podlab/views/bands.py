"""Rows of a timeline: bars along the time axis, and READY as steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podlab.views.facts import ReadySpan
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.scene import Lines, Rect, Scene, Segment, Shape, Text, circle, hatch
from podlab.views.style import DARK, GREEN, TONES
from podlab.views.words import seconds

TICK = 2.5  # the width in pixels of a state too short to be seen otherwise
_LEAST = 4.0  # a bar narrower than this is a tick
_DRIFT = 14.0  # ticks of one instant stand side by side, but no further than this from their time
_PAD = 5.0
LABEL, SMALL = 12.0, 10.0  # font sizes in pixels
READY_FILL = "#7CCBB2"
_READY_LABEL = 16.0  # pixels above the highest step, for its label


@dataclass(frozen=True, slots=True)
class Plot:
    """The area under the time axis: pixel columns `left` to `right` stand for 0 to `until` seconds."""

    scene: Scene
    left: float
    right: float
    until: float

    def x(self, t: float) -> float:
        """The pixel column of a time."""
        return self.left + (self.right - self.left) * (min(max(t, 0.0), self.until) / (self.until or 1.0))


@dataclass(frozen=True, slots=True)
class Bar:
    """One state in a row of bars. `labels` run from long to short; `brief` names it when only a tick is drawn."""

    start: float
    end: float
    tone: str
    labels: tuple[str, ...]
    brief: str
    title: str


def draw_bars(
    plot: Plot, bars: Iterable[Bar], top: float, height: float, low: float | None = None, after: str = ""
) -> None:
    """Draw a row of bars between `top` and `top + height`; tones that are not tall get `low` pixels, from the bottom.

    A state too short for a bar becomes a tick that stands out above and below the row, so that nothing is lost; ticks
    of one instant stand side by side. A tick's name goes to the next label that has room, with "◂" before it, or
    stands behind the last bar, where `after` follows.
    """
    edge = plot.left
    untold: list[str] = []
    for bar in bars:
        tone = TONES[bar.tone]
        start, end = max(plot.x(bar.start), edge), plot.x(bar.end)
        tall = height if low is None or tone.tall else low
        y = top + height - tall
        if end - start < _LEAST:
            if start - plot.x(bar.start) <= _DRIFT:
                plot.scene.add(Rect(start, top - 2, TICK, height + 4, tone.tick or tone.fill, title=bar.title), 3)
                edge = start + TICK
            untold.append(bar.brief)
            continue
        plot.scene.add(Rect(start, y, end - start, tall, tone.fill, title=bar.title), 1)
        if tone.hatch:
            plot.scene.add(Lines(hatch(start, y, end - start, tall, tone.hatch), tone.hatch_ink, 1), 2)
        if _label(plot, bar, untold, start, end, y + tall / 2):
            untold.clear()
        else:
            untold.append(bar.brief)
        edge = end
    words = fit(_tellings([*untold, after] if untold or after else []), plot.right - edge - 6, SMALL)
    if words:
        plot.scene.add(Text(edge + 5, top + height / 2 + 0.36 * SMALL, words, "soft", SMALL), 4)


def _label(plot: Plot, bar: Bar, untold: Sequence[str], x: float, end: float, middle: float) -> bool:
    """Write the longest label that has room, after the names of the ticks before it; False when none has."""
    tone, room = TONES[bar.tone], end - x - 2 * _PAD
    before, label, size = _choose(bar, untold, room)
    if label is None:
        return False
    gap = text_width(before, SMALL) + 7 if before else 0.0
    if tone.hatch:  # a calm ground for the words
        width = gap + text_width(label, size) + 6
        plot.scene.add(Rect(x + _PAD - 3, middle - 7, width, 14, tone.fill, radius=3), 3)
    baseline = middle + 0.36 * LABEL
    if before:
        plot.scene.add(Text(x + _PAD, baseline, before, tone.ink, SMALL), 4)
    plot.scene.add(Text(x + _PAD + gap, baseline, label, tone.ink, size), 4)
    return True


def _choose(bar: Bar, untold: Sequence[str], room: float) -> tuple[str, str | None, float]:
    """The names of the ticks before the bar, its own label and the label's size; as long as the room allows."""
    tellings = _tellings(untold)
    for label in bar.labels:
        for size in (LABEL, SMALL):
            rest = room - text_width(label, size)
            told = fit(tellings, rest - 7, SMALL)
            if told or (rest >= 0 and not tellings):
                return told or "", label, size
    for size in (LABEL, SMALL):
        label_alone = fit(bar.labels, room, size)
        if label_alone:
            return "", label_alone, size
    return "", shorten(bar.labels[0], room, LABEL, least=4) if bar.labels else None, LABEL


def _tellings(names: Sequence[str]) -> list[str]:
    past = list(dict.fromkeys(name for name in names if name))
    several = [f"◂{', '.join(past)}"] if 1 < len(past) <= 3 else []
    return several + ([f"◂{past[-1]}"] if past else [])


def draw_ready(plot: Plot, spans: Sequence[ReadySpan], top: float, height: float) -> None:
    """Draw READY as steps: as high as the share of ready containers, each with its "1/2" above the step.

    A value that was there and gone at one instant is a spike with a dot at its end and, given room, "◂1/2" beside it.
    """
    floor, rise = top + height, height - _READY_LABEL
    levels = [floor - rise * (s.ready / s.total if s.total else 0) for s in spans]
    columns = [(plot.x(s.start), plot.x(s.end)) for s in spans]
    steps: list[Segment] = []
    named = ""
    for i, (span, y, (x0, x1)) in enumerate(zip(spans, levels, columns, strict=True)):
        title = f"READY {span.value} from {seconds(span.start)} to {seconds(span.end)}"
        if i and spans[i - 1].end == span.start:
            steps.append((x0, levels[i - 1], x0, y))
        steps.append((x0, y, x1, y))
        if y < floor:
            plot.scene.add(Rect(x0, y, max(x1 - x0, 1), floor - y, READY_FILL, title=title), 1)
        if x1 - x0 < _LEAST:
            if not 0 < i < len(spans) - 1:
                continue
            inside = y > min(levels[i - 1], levels[i + 1])
            plot.scene.add(Shape(circle(x0, y, 2.5), DARK if inside else GREEN, title), 3)
            if span.value != named:
                named = _name_dip(plot, span.value, x0, y, levels[i + 1], columns[i + 1][1]) or named
        elif text_width(span.value, LABEL) <= x1 - x0 - 3:
            plot.scene.add(Text(x0 + 3, y - 4, span.value, "ink", LABEL), 4)
    if steps:
        plot.scene.add(Lines(tuple(steps), GREEN, 2), 2)


def _name_dip(plot: Plot, value: str, x: float, y: float, after: float, end: float) -> str | None:
    """Write a short value beside its dot: on the area when it was a dip, on the bare ground when it was a peak.

    The label of the step that follows is above that step; a peak too low to clear it stays without a name.
    """
    label, inside = f"◂{value}", after < y
    if not (inside or after - y > LABEL + SMALL) or text_width(label, SMALL) > end - x - 8:
        return None
    plot.scene.add(Text(x + 6, y - 1 if inside else y + 7, label, DARK if inside else "soft", SMALL), 4)
    return value

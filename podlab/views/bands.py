"""Rows of a timeline: bars along the time axis, and READY as steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from podlab.views.bins import Crowd, columns, crowds, percent, total
from podlab.views.facts import ReadySpan
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.plot import Plot
from podlab.views.scene import Lines, Rect, Segment, Shape, Text, circle, hatch
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
class Bar:
    """One state in a row of bars. `labels` run from long to short; `brief` names it when only a tick is drawn.

    `state` is what it has in common with others like it: where there are too many, their share of the time is drawn.
    """

    start: float
    end: float
    tone: str
    labels: tuple[str, ...]
    brief: str
    title: str
    state: str


def draw_bars(
    plot: Plot, bars: Iterable[Bar], top: float, height: float, low: float | None = None, after: str = ""
) -> None:
    """Draw a row of bars between `top` and `top + height`; tones that are not tall get `low` pixels, from the bottom.

    A state too short for a bar becomes a tick that stands out above and below the row, so that nothing is lost; ticks
    of one instant stand side by side. A tick's name goes to the next label that has room, with "◂" before it, or
    stands behind the last bar, where `after` follows. Where there are too many states to show each, a box is filled
    with every state in proportion to its share of the time.
    """
    bars = list(bars)
    crowded = crowds(plot, (bar.start for bar in bars))
    for crowd in crowded:
        _draw_crowd(plot, crowd, bars, top, height)
    edge = plot.left
    untold: list[str] = []
    for bar, x0, x1 in _outside(plot, bars, crowded):
        tone = TONES[bar.tone]
        if x0 - edge > _LEAST:  # what there was before is told in the crowd
            untold.clear()
        start, end = max(x0, edge), x1
        tall = height if low is None or tone.tall else low
        y = top + height - tall
        if end - start < _LEAST:
            if start - x0 <= _DRIFT and start <= plot.right:
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
    edge = max([edge, *(crowd.right for crowd in crowded)])
    words = fit(_tellings([*untold, after] if untold or after else []), plot.right - edge - 6, SMALL)
    if words:
        plot.scene.add(Text(edge + 5, top + height / 2 + 0.36 * SMALL, words, "soft", SMALL), 4)


def _outside(plot: Plot, bars: Sequence[Bar], crowded: Sequence[Crowd]) -> Iterator[tuple[Bar, float, float]]:
    """The bars with their pixel columns, cut where a crowd begins and ends; what is left too narrow is left out."""
    if not crowded:
        for bar in bars:
            yield bar, plot.x(bar.start), plot.x(bar.end)
        return
    edges = [plot.left - 1, *(x for crowd in crowded for x in (crowd.left, crowd.right)), plot.right + 1]
    free = list(zip(edges[::2], edges[1::2], strict=True))
    for bar in bars:
        start, end = plot.x(bar.start), plot.x(bar.end)
        for left, right in free:
            x0, x1 = max(start, left), min(end, right)
            if (x0, x1) == (start, end) or x1 - x0 >= _LEAST:
                yield bar, x0, x1


def _draw_crowd(plot: Plot, crowd: Crowd, bars: Sequence[Bar], top: float, height: float) -> None:
    """A box in which each state has a height in proportion to its share of the time, the usual one at the bottom."""
    pieces = [(bar.start, bar.end, (bar.state, bar.tone)) for bar in bars]
    whole = total(crowd, pieces)
    for column in columns(plot, crowd, pieces):
        there = [(TONES[key[1]], column.shares[key]) for key in whole if column.shares.get(key)]
        heights = [max(1.5, share * height) for _, share in there]
        y = top + height
        for (tone, _), part in zip(there, heights, strict=True):
            part *= height / sum(heights)
            y -= part
            plot.scene.add(Rect(column.left, y, column.right - column.left, part, tone.fill), 1)
            if tone.hatch and part > 4:
                plot.scene.add(Lines(hatch(column.left, y, column.right - column.left, part, tone.hatch),
                                     tone.hatch_ink, 1), 2)  # fmt: skip
    told = [f"{state} {percent(share)}" for (state, _), share in whole.items() if state]
    title = f"{', '.join(told)}; {crowd.changes} changes from {seconds(crowd.start)} to {seconds(crowd.end)}"
    plot.scene.add(Rect(crowd.left, top, crowd.right - crowd.left, height, None, title=title), 3)
    words = fit([", ".join(told[:n]) for n in range(min(len(told), 4), 0, -1)], crowd.right - crowd.left - 14, LABEL)
    if words:
        ground, middle = TONES[next(iter(whole))[1]], top + height / 2
        plot.scene.add(Rect(crowd.left + 4, middle - 8, text_width(words, LABEL) + 8, 16, ground.fill, radius=3), 3)
        plot.scene.add(Text(crowd.left + 8, middle + 0.36 * LABEL, words, ground.ink, LABEL), 4)


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
    tellings = _tellings([name for name in untold if name != bar.brief])  # a tick of the same run says nothing new
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
    Where there are too many steps, the area is as high as what there was most of the time, and hatched up to the most.
    """
    floor, rise = top + height, height - _READY_LABEL
    crowded = crowds(plot, (span.start for span in spans))
    for crowd in crowded:
        _draw_ready_crowd(plot, crowd, spans, floor, rise)
    if crowded:
        for part in _spans_outside(plot, spans, crowded):
            _draw_steps(plot, part, floor, rise)
    else:
        _draw_steps(plot, spans, floor, rise)


def _spans_outside(plot: Plot, spans: Sequence[ReadySpan], crowded: Sequence[Crowd]) -> Iterator[list[ReadySpan]]:
    """The stretches of READY between crowds, cut where those begin and end."""
    edges = [0.0, *(t for crowd in crowded for t in (crowd.start, crowd.end)), plot.until]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        cut = [
            replace(s, start=max(s.start, start), end=min(s.end, end)) for s in spans if s.end > start and s.start < end
        ]
        if end > start:
            yield cut


def _draw_ready_crowd(plot: Plot, crowd: Crowd, spans: Sequence[ReadySpan], floor: float, rise: float) -> None:
    pieces = [(s.start, s.end, (s.ready / s.total if s.total else 0.0, s.value)) for s in spans]
    for column in columns(plot, crowd, pieces):
        if not column.shares:
            continue
        (usual, _), _ = max(column.shares.items(), key=lambda one: one[1])
        low, high = floor - rise * usual, floor - rise * max(level for level, _ in column.shares)
        wide = column.right - column.left
        plot.scene.add(Rect(column.left, low, wide, floor - low, READY_FILL), 1)
        plot.scene.add(Lines(hatch(column.left, high, wide, low - high, "/"), GREEN, 1), 2)
        plot.scene.add(Lines(((column.left, low, column.right, low),), GREEN, 2), 2)
    whole = {value: share for (_, value), share in total(crowd, pieces).items()}
    told = [f"{value} {percent(share)}" for value, share in whole.items()]
    title = f"READY {', '.join(told)}; {crowd.changes} changes from {seconds(crowd.start)} to {seconds(crowd.end)}"
    plot.scene.add(Rect(crowd.left, floor - rise, crowd.right - crowd.left, rise, None, title=title), 3)
    words = fit([", ".join(told[:n]) for n in range(len(told), 0, -1)], crowd.right - crowd.left - 6, LABEL)
    if words:
        plot.scene.add(Text(crowd.left + 3, floor - rise - 4, words, "ink", LABEL), 4)


def _draw_steps(plot: Plot, spans: Sequence[ReadySpan], floor: float, rise: float) -> None:
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

"""What is marked on a timeline: the time axis, interventions, events, the chosen instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from podlab.core.engine.history import Event, Gesture
from podlab.views.bands import LABEL
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.plot import Plot
from podlab.views.scene import Lines, Rect, Scene, Shape, Text, circle, triangle
from podlab.views.style import BLUE, PURPLE, VERMILLION, WHITE
from podlab.views.words import event_words, gesture_words, notable, seconds

MARGIN = 10.0  # pixels left of the names of rows
FLAG = 15.0  # the height in pixels of one line of intervention labels
_FLAG_LINES = 4
_NEAR = 11.0  # events closer than this share one mark
_MANY = 4  # of so many alike marks some may give way to words
_HOUR, _DAY = 3600, 86400
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, _HOUR, 2 * _HOUR,
          4 * _HOUR, 8 * _HOUR, _DAY)  # fmt: skip


def ticks(until: float, most: int = 9) -> list[float]:
    """At most about `most` round times from 0 to `until`."""
    if until <= 0:
        return [0.0]
    days = (n * 10**power * _DAY for power in range(12) for n in (1, 2, 5))
    step = next((s for s in chain(_STEPS, days) if until / s <= most), until / most)
    return [round(i * step, 6) for i in range(int(until / step + 1e-9) + 1)]


def time_unit(until: float) -> tuple[str, float]:
    """In what the times under a picture are counted, and how many seconds that is."""
    if until > 4 * _DAY:
        return "days", _DAY
    return ("hours", _HOUR) if until > 4 * _HOUR else ("seconds", 1)


@dataclass(frozen=True, slots=True)
class AlongTime:
    """A picture with a time axis at `axis`; in the heights `rows` the chosen instant is a line, wherever that is."""

    plot: Plot
    rows: Sequence[tuple[float, float]]
    axis: float

    def at(self, cursor: float | None) -> Scene:
        """The picture with this instant chosen, or none."""
        base = self.plot.scene
        layers = {layer: list(items) for layer, items in base.layers.items()}
        scene = Scene(base.width, base.height, base.title, base.scale, layers, base.spots)
        plot = Plot(scene, self.plot.left, self.plot.right, self.plot.until)
        if cursor is not None and 0 <= cursor <= plot.until:
            x = plot.x(cursor)
            scene.add(Lines(tuple((x, top, x, bottom) for top, bottom in self.rows), BLUE, 1.5), 3)
        _draw_axis(plot, self.axis, cursor)
        return scene


def draw_grid(plot: Plot, top: float, bottom: float) -> None:
    """Grid lines behind one pod's rows."""
    columns = (plot.x(t) for t in ticks(plot.until))
    plot.scene.add(Lines(tuple((x, top, x, bottom) for x in columns), "rule", 1), 0)


def _draw_axis(plot: Plot, top: float, cursor: float | None) -> None:
    """The times under the grid lines, and that of the chosen instant."""
    baseline = top + 13
    name, unit = time_unit(plot.until)
    plot.scene.add(Text(MARGIN, baseline, name, "soft", LABEL), 4)
    taken = (0.0, 0.0)
    if cursor is not None and 0 <= cursor <= plot.until:
        x, words = plot.x(cursor), f"t = {seconds(cursor)}"
        half = text_width(words, LABEL, True) / 2 + 6
        middle = min(max(x, plot.left + half - 8), plot.right - half + 8)
        plot.scene.add(Rect(middle - half, top + 1, 2 * half, 16, BLUE, radius=4), 3)
        plot.scene.add(Text(middle, baseline, words, WHITE, LABEL, True, "middle"), 4)
        taken = (middle - half, middle + half)
    for t in ticks(plot.until):
        words = f"{t / unit:g}"
        half = text_width(words, LABEL) / 2 + 4
        x = min(plot.x(t), plot.scene.width - half + 2)
        if x + half < taken[0] or x - half > taken[1]:
            plot.scene.add(Text(x, baseline, words, "soft", LABEL, anchor="middle"), 4)


@dataclass(frozen=True, slots=True)
class Flag:
    """Where an intervention is marked: its line of labels (0 is the lowest) and its label, None without room."""

    gesture: Gesture
    x: float
    line: int
    label: str | None
    anchor: str


def place_flags(plot: Plot, gestures: Sequence[Gesture]) -> list[Flag]:
    """Find room for the labels of interventions, in up to four lines; labels never overlap.

    From the last to the first, each label takes the lowest line where neither a later label nor the stem of a later
    flag is in its way. One without room is shortened, or left to the tooltip.
    """
    flags: list[Flag] = []
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_FLAG_LINES)]
    for gesture in reversed(gestures):
        x, words = plot.x(gesture.t), gesture_words(gesture)
        fitting = shorten(words, plot.right + 6 - x - 8, LABEL, least=12)
        anchor = "start" if fitting else "end"
        label: str | None = fitting or words
        width = text_width(label or "", LABEL)
        span = (x + 4, x + 12 + width) if anchor == "start" else (x - 12 - width, x + 4)
        line = next((n for n, used in enumerate(taken) if all(span[1] <= a or span[0] >= b for a, b in used)), None)
        if line is None:
            line, label = 0, None
        else:
            taken[line].append(span)
        for used in taken[: line + 1]:
            used.append((x - 4, x + 4))
        flags.append(Flag(gesture, x, line, label, anchor))
    return flags[::-1]


def flags_height(flags: Iterable[Flag]) -> float:
    """The pixels that the labels of the flags take."""
    return max((FLAG * (flag.line + 1) + 4 for flag in flags), default=0.0)


def draw_flags(plot: Plot, flags: Iterable[Flag], base: float, bottom: float) -> None:
    """Draw each flag above `base`, with a stem down to `bottom`."""
    for flag in flags:
        y = base - flag.line * FLAG - 8
        plot.scene.add(Lines(((flag.x, y, flag.x, bottom),), PURPLE, 1.5, dash=True), 2)
        plot.scene.add(Shape(triangle(flag.x, y, 5, down=True), PURPLE, _gesture_title(flag.gesture)), 3)
        if flag.label:
            offset = 9 if flag.anchor == "start" else -9
            plot.scene.add(Text(flag.x + offset, y + 4, flag.label, "ink", LABEL, anchor=flag.anchor), 4)


def _gesture_title(gesture: Gesture) -> str:
    return f"{seconds(gesture.t)}: {gesture_words(gesture)}"


def draw_events(plot: Plot, events: Iterable[Event], y: float) -> None:
    """Events as marks on a line: a triangle for warnings, a dot for others, with the reason of those that matter.

    A reason that comes again and again is named once, where there is room, with how often it came in all.
    """
    clusters: list[list[Event]] = []
    for event in sorted(events, key=lambda e: e.t):
        if clusters and plot.x(event.t) - plot.x(clusters[-1][0].t) < _NEAR:
            clusters[-1].append(event)
        else:
            clusters.append([event])
    columns = [plot.x(next((e for e in c if notable(e)), c[0]).t) for c in clusters]
    labels = list(_labels(clusters, columns, plot.right))
    for x, cluster in zip(columns, clusters, strict=True):
        if any(first < x < end for first, end, _ in labels):  # the words stand for it
            continue
        title = "\n".join(f"{seconds(e.t)} {event_words(e)}" for e in cluster[:12])
        warning = any(e.type == "Warning" for e in cluster)
        mark = triangle(x, y, 5) if warning else circle(x, y, 3.2)
        plot.scene.add(Shape(mark, VERMILLION if warning else "soft", title), 3)
    for first, _, words in labels:
        plot.scene.add(Text(first + 8, y + 4, words, "soft", LABEL), 4)


def _labels(
    clusters: Sequence[Sequence[Event]], columns: Sequence[float], right: float
) -> Iterator[tuple[float, float, str]]:
    """The words for stretches of marks: from which mark's column on, where they end, and what they say.

    They stand between two marks where there is room, or else instead of the marks after the first.
    """
    reasons = [tuple(dict.fromkeys(e.reason for e in c if notable(e))) for c in clusters]
    named: set[str] = set()
    for same in _stretches(reasons):
        counts = Counter(e.reason for i in same for e in clusters[i] if notable(e))
        words = ", ".join(reason if n == 1 else f"{reason} ×{n}" for reason, n in counts.items())
        bare = ", ".join(counts)
        rooms = [(columns[i + 1] - 8 if i + 1 < len(columns) else right) - columns[i] - 8 for i in same]
        fitting = [fit((words, bare), room, LABEL) for room in rooms]
        whole = words if words in fitting else next((label for label in fitting if label), None)
        first, last = columns[same[0]], columns[same[-1]]
        if whole:
            at = columns[same[fitting.index(whole)]]
            yield at, at + 8, whole
        elif len(same) >= _MANY and first + 8 + text_width(words, LABEL) < last - 4:
            yield first, first + 12 + text_width(words, LABEL), words
        elif bare not in named:
            short = [shorten(bare, room, LABEL, least=5) for room in rooms]
            best = next((label for label in short if label), None)
            if best is None:
                continue
            at = columns[same[short.index(best)]]
            yield at, at + 8, best
        else:
            continue
        named.add(bare)


def _stretches(reasons: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """The places of clusters with the same reasons, one after another; those without notable events do not count."""
    out: list[list[int]] = []
    last: tuple[str, ...] = ()
    for i, now in enumerate(reasons):
        if now and now == last:
            out[-1].append(i)
        elif now:
            out.append([i])
            last = now
    return out

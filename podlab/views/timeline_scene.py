"""The layout of a timeline: rows of one pod, pods under one another, one time axis for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from podlab.views.bands import LABEL, SMALL, Bar, draw_bars, draw_ready
from podlab.views.bins import columns, crowds, percent, total
from podlab.views.facts import PodTimeline, Span
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.lanes import draw_lane
from podlab.views.marks import MARGIN, AlongTime, draw_events, draw_flags, draw_grid, flags_height, place_flags
from podlab.views.plot import Plot
from podlab.views.scene import Rect, Scene, Spot, Text
from podlab.views.style import GREEN, ORANGE, PHASES, status_tone
from podlab.views.words import seconds

WIDTH = 880.0
_END = 16.0
_HEADER = 28.0
_NOTE = 20.0
_DIFFERS = "#E69F0038"
_MARK = 14.0
"""The room that "≠" takes beside a name."""
_ROWS = {"phase": 23.0, "STATUS": 23.0, "READY": 44.0, "pause": 24.0, "lane": 32.0, "events": 22.0, "condition": 16.0}


@dataclass(frozen=True, slots=True)
class Panel:
    """One pod's rows under a title; no rows where the pod never existed.

    `marked` rows stand out since the given times: there they differ from the first run's. A `small` panel leaves out
    the events, and the sandbox unless it is marked.
    """

    title: str
    subtitle: str
    pod: PodTimeline | None
    marked: Mapping[str, float] = field(default_factory=dict)
    small: bool = False


def timeline_scene(
    until: float, panels: Sequence[Panel], *, conditions: bool, title: str, width: float = WIDTH, note: str = ""
) -> AlongTime:
    """Lay out the picture of a timeline, `width` pixels wide, with a line for a note on top when there is one."""
    scene = Scene(width, title=title)
    plot = Plot(scene, _gutter(panels, conditions), width - _END, until)
    y, rows = 0.0, []
    if note:
        scene.add(Text(MARGIN, 14, shorten(note, plot.right - MARGIN, LABEL) or "", "soft", LABEL), 4)
        y = _NOTE
    for panel in panels:
        top, y = _draw_panel(plot, panel, y, conditions)
        rows.append((top, y))
    if not panels:
        scene.add(Text(plot.left, y + 20, "no pods", "soft"))
        y += 30
    scene.height = y + 22
    return AlongTime(plot, rows, y)


def _gutter(panels: Iterable[Panel], conditions: bool) -> float:
    there = [(panel, panel.pod) for panel in panels if panel.pod]
    names = [
        text_width(lane.container, 13, True) + (_MARK if f"container {lane.container}" in panel.marked else 0)
        for panel, pod in there
        for lane in pod.lanes
    ]
    if conditions:
        names += [text_width(kind, SMALL) for _, pod in there for kind, _ in pod.conditions]
    return MARGIN + min(max([62.0, *names]), 180.0) + 12


def _draw_panel(plot: Plot, panel: Panel, top: float, conditions: bool) -> tuple[float, float]:
    """Draw one pod from `top` on; returns where its rows begin and end."""
    pod, scene = panel.pod, plot.scene
    y = top + _HEADER
    room = plot.right - MARGIN
    name = shorten(panel.title, room, 15, True) or ""
    scene.add(Text(MARGIN, y - 8, name, "ink", 15, True), 4)
    used = text_width(name, 15, True) + 12
    subtitle = shorten(panel.subtitle, room - used, LABEL)
    if subtitle:
        scene.add(Text(MARGIN + used, y - 8, subtitle, "soft", LABEL), 4)
    if pod is None:
        return y, y
    flags = place_flags(plot, pod.gestures)
    y = base = y + flags_height(flags)

    def row(kind: str, label: str, detail: str = "") -> float:
        """Name the row at `y`, and go on below it; returns its top."""
        nonlocal y
        here, height, bold = y, _ROWS[kind], kind == "lane"
        key = f"container {label}" if bold else label
        if key in panel.marked:
            _mark_row(plot, here, height, panel.marked[key])
        size, ink = (13.0, "ink") if bold else (SMALL if kind == "condition" else LABEL, "soft")
        short = shorten(label, plot.left - MARGIN - 8 - (_MARK if key in panel.marked else 0), size, bold) or ""
        middle = here + height / 2 + 4
        scene.add(Text(MARGIN, middle - (5 if detail else 0), short, ink, size, bold), 4)
        if detail:
            scene.add(Text(MARGIN, middle + 7, detail, "soft", SMALL), 4)
        y += height
        return here

    final = next((p.start for p in pod.phases if p.value in ("Succeeded", "Failed")), plot.until + 1)
    phases = _bars("phase", pod.phases, lambda s: PHASES.get(s.value, "gone"))
    statuses = _bars("STATUS", pod.statuses, lambda s: status_tone(s.value, s.end > final))
    draw_bars(plot, phases, row("phase", "phase") + 3, 18, after="" if pod.deleted is None else "deleted")
    draw_bars(plot, statuses, row("STATUS", "STATUS") + 3, 18)
    draw_ready(plot, pod.ready, row("READY", "READY"), _ROWS["READY"] - 5)
    if conditions:
        for kind, spans in pod.conditions:
            _draw_condition(plot, kind, spans, row("condition", kind))
    if pod.sandboxes and (not panel.small or "pause" in panel.marked):
        _draw_sandboxes(plot, pod, row("pause", "pause"))
    for lane in pod.lanes:
        kind = "" if lane.kind == "container" else lane.kind
        here = row("lane", lane.container, kind)
        draw_lane(plot, lane, here + 4, 24)
        scene.spots.append(Spot(0, here, scene.width, _ROWS["lane"], pod.pod, lane.container))
    if not panel.small:
        draw_events(plot, pod.events, row("events", "events") + 11)
    draw_flags(plot, flags, base, y)
    draw_grid(plot, base, y + 3)
    return base, y + 3


def _mark_row(plot: Plot, top: float, height: float, since: float) -> None:
    """A row that differs: "≠" before it, and a ground of orange since the moment at which it does."""
    title = f"differs from the first run since {seconds(since)}"
    x = plot.x(since)
    plot.scene.add(Rect(2, top + 1, plot.left - 8, height - 2, _DIFFERS, radius=4, title=title), 0)
    plot.scene.add(Rect(x, top + 1, plot.right - x + 8, height - 2, _DIFFERS, title=title), 0)
    plot.scene.add(Rect(x - 1, top, 2, height, ORANGE, title=title), 3)
    plot.scene.add(Text(plot.left - 11, top + height / 2 + 5, "≠", "ink", 13, True, "end"), 4)


def _bars(row: str, spans: Iterable[Span], tone: Callable[[Span], str]) -> list[Bar]:
    return [
        Bar(
            s.start,
            s.end,
            tone(s),
            (s.value,),
            s.value,
            f"{row} {s.value} from {seconds(s.start)} to {seconds(s.end)}",
            s.value,
        )
        for s in spans
    ]


def _draw_sandboxes(plot: Plot, pod: PodTimeline, top: float) -> None:
    """The sandbox, which pause holds, as an outline with its IP: a new one means a new IP."""
    drawn = -1.0
    for box in pod.sandboxes:
        x0, x1 = plot.x(box.start), plot.x(plot.until if box.end is None else box.end)
        if x1 - drawn < 1:  # less than a pixel that shows no other one yet
            continue
        drawn = x1
        title = f"sandbox {box.attempt}, IP {box.ip}, from {seconds(box.start)}"
        plot.scene.add(Rect(x0 + 0.5, top + 3.5, max(x1 - x0 - 1, 2), 17, None, "soft", 3, title=title), 1)
        words = (f"sandbox {box.attempt} · {box.ip} · {pod.node}", f"{box.attempt} · {box.ip}", box.ip)
        label = fit(words, x1 - x0 - 10, LABEL)
        if label:
            plot.scene.add(Text(x0 + 5, top + 16.5, label, "soft", LABEL), 4)


def _draw_condition(plot: Plot, kind: str, spans: Iterable[Span], top: float) -> None:
    """A condition as a line: thick while it is True, thin while it is not, half as thick where it is half the time."""
    spans = list(spans)
    crowded = crowds(plot, (span.start for span in spans))
    for crowd in crowded:
        pieces = [(s.start, s.end, s.value.startswith("True")) for s in spans]
        for column in columns(plot, crowd, pieces):
            height = max(1.0, 6 * column.shares.get(True, 0.0))
            plot.scene.add(Rect(column.left, top + 8 - height / 2, column.right - column.left, height, GREEN), 1)
        share = percent(total(crowd, pieces).get(True, 0.0))
        title = f"{kind} True {share} of {seconds(crowd.start)} to {seconds(crowd.end)}; {crowd.changes} changes"
        plot.scene.add(Rect(crowd.left, top + 4, crowd.right - crowd.left, 8, None, title=title), 3)
    for span in spans:
        if any(crowd.start <= span.start and span.end <= crowd.end for crowd in crowded):
            continue
        x0, x1 = plot.x(span.start), plot.x(span.end)
        true = span.value.startswith("True")
        title = f"{kind} {span.value} from {seconds(span.start)} to {seconds(span.end)}"
        y, height, fill = (top + 5, 6, GREEN) if true else (top + 7.5, 1, "soft")
        plot.scene.add(Rect(x0, y, max(x1 - x0, 2), height, fill, title=title), 1)

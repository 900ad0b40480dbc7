"""State charts as a picture: the phase, the conditions and STATUS under one another, then each container."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.views.chart_routes import NOTES, Box, Layout, container_layout, phase_layout
from podlab.views.charts import (
    BORN,
    RUNNING,
    TERMINATED,
    WAITING,
    Arrow,
    Chart,
    PodCharts,
    Stay,
    Tally,
    stay_words,
    whereabouts,
)
from podlab.views.charts_text import CONDITIONS, PHASE, STATUS, changes_words, title_of
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.scene import Lines, Rect, Scene, Shape, Text, circle, hatch
from podlab.views.style import BLUE, DARK, PHASES, TONES, WHITE, status_tone
from podlab.views.words import seconds

WIDTH = 880.0
_MARGIN, _SIZE, _SMALL, _CHIP = 10.0, 12.0, 11.0, 20.0
_STEPS = 40  # the latest steps of a path: more never fit into one line
_VERBS = {
    (WAITING, RUNNING): "starts",
    (RUNNING, TERMINATED): "ends",
    (TERMINATED, RUNNING): "starts again",
    (TERMINATED, WAITING): "waits to start again",
    (WAITING, TERMINATED): "ended before it was seen running",
    (RUNNING, WAITING): "waits again",
}


def charts_scene(charts: PodCharts, width: float = WIDTH) -> Scene:
    """Lay out the charts of one pod, `width` pixels wide."""
    scene = Scene(width, title=f"State charts of {charts.pod} at t = {seconds(charts.t)}")
    scene.add(Text(_MARGIN, 20, "pod", "soft", _SIZE))
    name = shorten(charts.pod, width - 200, 15, True) or ""
    scene.add(Text(_MARGIN + text_width("pod ", _SIZE) + 1, 20, name, "ink", 15, True))
    scene.add(Text(width - _MARGIN, 20, f"t = {seconds(charts.t)}", "soft", _SIZE, anchor="end"))
    y = 30.0
    if whereabouts(charts):
        words = shorten(whereabouts(charts), width - 2 * _MARGIN, _SIZE, True) or ""
        scene.add(Text(_MARGIN, y + 14, words, "ink", _SIZE, True))
        y += 24
    if charts.phase is not None:
        y = _draw_chart(scene, charts.phase, phase_layout(_heading(scene, PHASE, y), width))
    if charts.conditions:
        y = _draw_conditions(scene, charts.conditions, _heading(scene, CONDITIONS, y))
    if charts.status is not None:
        final = charts.phase is not None and charts.phase.here in ("Succeeded", "Failed")
        y = _draw_status(scene, charts.status, final, _heading(scene, STATUS, y))
    for chart in charts.containers:
        y = _draw_chart(scene, chart, container_layout(_heading(scene, title_of(chart), y), width))
    if charts.phase is not None or charts.containers:
        _draw_legend(scene, y + 14)
        y += 24
    scene.height = y
    return scene


def _heading(scene: Scene, words: str, y: float) -> float:
    """A heading under a thin line, what comes before its colon in bold; returns where its matter begins."""
    scene.add(Lines(((_MARGIN, y + 1, scene.width - _MARGIN, y + 1),), "rule"), 0)
    name, colon, rest = words.partition(": ")
    room = scene.width - 2 * _MARGIN
    bold = shorten(name, room, 13, True) or ""
    scene.add(Text(_MARGIN, y + 18, bold, "ink", 13, True))
    if colon:
        at = text_width(bold, 13, True) + 10
        scene.add(Text(_MARGIN + at, y + 18, shorten(rest, room - at, _SMALL) or "", "soft", _SMALL))
    return y + 26


def _draw_chart(scene: Scene, chart: Chart, layout: Layout) -> float:
    """The states, the arrows, and the latest steps of the path in words; returns where the next thing may begin."""
    latest = chart.latest
    for arrow in chart.arrows:
        _draw_arrow(scene, arrow, layout, arrow is latest)
    for state, box in layout.boxes.items():
        _draw_state(scene, chart, state, box)
    words = _path_words(chart.path, scene.width - 2 * _MARGIN)
    scene.add(Text(_MARGIN, layout.bottom + 14, words, "soft", _SMALL))
    return layout.bottom + 24


def _draw_arrow(scene: Scene, arrow: Arrow, layout: Layout, latest: bool) -> None:
    way = arrow.source, arrow.target
    route = layout.routes.get(way)
    if route is None:  # an unheard-of step: the path in words tells of it
        return
    taken = bool(arrow.times)
    stroke = "ink" if taken else "soft"
    if latest:
        stroke = BLUE
    scene.add(Lines(route.segments, stroke, (3.5 if latest else 2) if taken else 1, dash=not taken), 1)
    scene.add(Shape(route.head, stroke, _arrow_title(arrow)), 1)
    if arrow.source == BORN:
        x, y = route.points[0]
        scene.add(Shape(circle(x, y, 5), stroke, "the pod is created"), 1)
        return
    if taken:
        count, verb = f"×{len(arrow.times)}", _VERBS.get(way, "")
        room = scene.width if len(route.points) > 2 else abs(route.points[0][0] - route.points[1][0]) - 2
        words = fit((f"{verb} {count}".strip(), count), room, _SIZE, latest) or count
        scene.add(Text(*route.label, words, "ink", _SIZE, latest, route.anchor))


def _arrow_title(arrow: Arrow) -> str:
    times = ", ".join(seconds(t) for t in arrow.times[-12:])
    return f"{arrow.source or 'created'} → {arrow.target}: {f'at {times}' if times else 'not in this run'}"


def _draw_state(scene: Scene, chart: Chart, state: str, box: Box) -> None:
    x, y, w, h = box
    stays, here = chart.stays(state), state == chart.here
    tone = TONES[_tone(chart, state, stays)]
    stroke, width = (BLUE, 3.0) if here else ("soft", 1.0)
    scene.add(Rect(x, y, w, h, "panel", None, 6), 2)
    if stays:
        scene.add(Rect(x + 1, y + 1, w - 2, 24, tone.fill, radius=5, title=f"{state}, {len(stays)}×"), 2)
        if tone.hatch:
            scene.add(Lines(hatch(x + 3, y + 1, w - 6, 24, tone.hatch), tone.hatch_ink, 1), 2)
            scene.add(Rect(x + 6, y + 5, text_width(state, 13, True) + 8, 17, tone.fill, radius=3), 2)
    scene.add(Text(x + 10, y + 18, state, tone.ink if stays else "soft", 13, True))
    scene.add(Rect(x, y, w, h, None, stroke, 6, width, dash=not stays), 3)
    if here:
        words = "▸ now"
        room = text_width(words, _SMALL, True) + 12
        scene.add(Rect(x + w - room - 5, y + 4, room, 18, DARK, radius=9), 3)
        scene.add(Text(x + w - 11, y + 17, words, WHITE, _SMALL, True, "end"))
    lines = _phase_lines(stays, here) if chart.kind == "phase" else _note_lines(chart, state)
    for i, line in enumerate(lines):
        shown = shorten(line, w - 20, _SMALL) or ""
        scene.add(Text(x + 10, y + 42 + 17 * i, shown, "ink" if stays else "soft", _SMALL))


def _tone(chart: Chart, state: str, stays: Sequence[Stay]) -> str:
    if chart.kind == "phase":
        return PHASES.get(state, "gone")
    if state == TERMINATED:
        return "failed" if stays and stays[-1].failed else "done"
    return state.lower()


def _phase_lines(stays: Sequence[Stay], here: bool) -> list[str]:
    if not stays:
        return ["not in this run"]
    last = stays[-1]
    if here:
        return [f"since {seconds(last.start)}"]
    end = ", left at once" if last.start == last.end else f" to {seconds(last.end)}"
    return [f"{seconds(last.start)}{end}"]


def _note_lines(chart: Chart, state: str) -> list[str]:
    """What was said of a state, the latest last; with more than there is room for, the rest is counted."""
    stays = chart.stays(state)
    if not stays:
        return ["not in this run"]
    now = chart.path[-1].notes[-1:] if state == chart.here else ()
    notes = [f"{'▸ ' if note in now else ''}{note} ×{count}" for note, count in chart.notes(state)]
    if len(notes) > NOTES:
        notes = [*notes[: NOTES - 1], f"and {len(notes) - NOTES + 1} more"]
    return notes or [f"{len(stays)} time{'s' if len(stays) > 1 else ''}"]


def _path_words(path: Sequence[Stay], room: float) -> str:
    """The path, as many of its latest steps as there is room for."""
    steps = [stay_words(stay) for stay in path[-_STEPS:]]
    left_out = len(path) - len(steps)
    whole = (" → ".join(["path: …" if i + left_out else "", *steps[i:]]).removeprefix(" → ") for i in range(len(steps)))
    told = fit((words if words.startswith("path") else f"path: {words}" for words in whole), room, _SMALL)
    return told or (shorten(f"path: … → {steps[-1]}", room, _SMALL) or "" if steps else "no path yet")


def _draw_conditions(scene: Scene, tallies: Sequence[Tally], y: float) -> float:
    gutter = _MARGIN + max(text_width(tally.name, _SIZE) for tally in tallies) + 14
    gutter = min(gutter, 320.0)
    for tally in tallies:
        scene.add(Text(_MARGIN, y + 14, shorten(tally.name, gutter - _MARGIN - 8, _SIZE) or "", "ink", _SIZE))
        if tally.now is None:
            words, tone = "none now", TONES["gone"]
        else:
            true = tally.now.startswith("True")
            words, tone = f"{'✓' if true else '✗'} {tally.now}", TONES["running" if true else "unready"]
        shown = shorten(words, 300, _SMALL) or ""
        width = text_width(shown, _SMALL) + 14
        scene.add(Rect(gutter, y, width, _CHIP - 1, tone.fill, radius=9), 2)
        scene.add(Text(gutter + 7, y + 14, shown, tone.ink, _SMALL))
        since = f"since {seconds(tally.spans[-1].start)}, " if tally.now is not None else ""
        scene.add(Text(gutter + width + 10, y + 14, since + changes_words(tally), "soft", _SMALL))
        y += _CHIP + 3
    return y + 6


def _draw_status(scene: Scene, tally: Tally, final: bool, y: float) -> float:
    """The words that were printed, in order of their first coming; no arrows, as it is no machine."""
    x = _MARGIN
    for value, count in tally.counts:
        here = value == tally.now
        words = shorten(f"{'▸ ' if here else ''}{value} ×{count}", scene.width - 60, _SMALL, here) or ""
        width = text_width(words, _SMALL, here) + 16
        if x > _MARGIN and x + width > scene.width - _MARGIN:
            x, y = _MARGIN, y + _CHIP + 6
        tone = TONES[status_tone(value, final and here)]
        scene.add(Rect(x, y, width, _CHIP, tone.fill, BLUE if here else None, 10, 3), 2)
        scene.add(Text(x + 8, y + 14, words, tone.ink, _SMALL, here))
        x += width + 8
    return y + _CHIP + 10


def _draw_legend(scene: Scene, y: float) -> None:
    x = _MARGIN
    for dash, width, stroke, words in (
        (False, 3.5, BLUE, "how it got here"),
        (False, 2, "ink", "taken, and how often"),
        (True, 1, "soft", "possible, but not taken in this run"),
    ):
        scene.add(Lines(((x, y - 4, x + 26, y - 4),), stroke, width, dash=dash), 1)
        scene.add(Text(x + 32, y, words, "soft", _SMALL))
        x += 32 + text_width(words, _SMALL) + 24

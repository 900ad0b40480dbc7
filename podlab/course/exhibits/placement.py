"""Placements as a picture: nodes as bars, the containers on them, and those that found no place beside them."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.api.mistakes import expect
from podlab.controllers.scheduler import NodeState, requests
from podlab.course.exhibits.placement_text import arrival_words, label, trials_text
from podlab.course.exhibits.tasks import HALF, POD_BY_POD, WHOLE, Run, amount, container_pods
from podlab.course.exhibits.trials import Count, Trials, try_all
from podlab.views.fonts import shorten, text_width
from podlab.views.scene import Lines, Rect, Scene, Text, hatch
from podlab.views.style import TONES
from podlab.views.view import View

_WIDTH, _MARGIN, _GUTTER, _BAR, _GAP = 880.0, 10.0, 150.0, 460.0, 40.0
_ROW, _HIGH, _SIZE, _SMALL = 42.0, 34.0, 12.0, 11.0


def placement(trials: Trials | None = None, runs: Sequence[Run] | None = None, *, theme: str = "auto") -> View:
    """Where containers were placed: for each strategy one run, with the count of all its runs.

    `trials` is what `try_all` gives (default: the example of the log daemon), `runs` chooses the runs to show (default:
    the worst of each strategy). `data` of the view is the `Trials`.
    """
    tried = try_all() if trials is None else expect(trials, Trials, "placement", "give what try_all returns")
    shown = [tried.worst(strategy) for strategy in tried.strategies] if runs is None else list(runs)
    return View(tried, lambda: trials_text(tried, shown), lambda: placement_scene(tried, shown), theme)


def placement_scene(trials: Trials, runs: Sequence[Run]) -> Scene:
    """A panel for each run, nodes under one another."""
    scene = Scene(_WIDTH, title=f"Placement: {', '.join(run.strategy for run in runs)}")
    sizes = _Sizes(trials)
    y = _MARGIN
    for run in runs:
        y = _draw_run(scene, trials, run, sizes, y) + 14
    scene.height = y
    return scene


class _Sizes:
    """How wide things are: in the one resource that all applications ask for, or else one unit a container."""

    def __init__(self, trials: Trials) -> None:
        asked = [requests(app.spec) for app in trials.apps if app.spec is not None]
        self.resource = next((r for r in ("memory", "cpu") if all(r in a for a in asked)), "")
        self.pods = container_pods(trials.apps)
        widest = max(self.node(n) for n in trials.nodes)
        self.pixels = _BAR / widest if widest else 1.0

    def node(self, node: NodeState) -> float:
        """The room of a node."""
        return float(node.allocatable.get(self.resource, len(self.pods)))

    def used(self, node: NodeState) -> float:
        """What is taken of it from the beginning."""
        specs = [pod.spec for pod in node.pods if pod.spec is not None]
        return sum(float(requests(spec).get(self.resource, 0 if self.resource else 1)) for spec in specs)

    def container(self, key: tuple[str, str]) -> float:
        """What a container asks for."""
        spec = self.pods[key].spec
        return float(requests(spec).get(self.resource, 1)) if spec is not None else 1.0

    def words(self, node: NodeState) -> str:
        """The room of a node, for its label."""
        return amount(self.resource, node.allocatable[self.resource]) if self.resource in node.allocatable else ""


def _draw_run(scene: Scene, trials: Trials, run: Run, sizes: _Sizes, y: float) -> float:
    several = len(trials.apps) > 1
    scene.add(Text(_MARGIN, y + 13, run.strategy, "ink", 13, True), 5)
    tally = _tally(trials.count(run.strategy)) if run in trials.of(run.strategy) else ""
    scene.add(Text(_WIDTH - _MARGIN, y + 13, tally, "ink", _SIZE, anchor="end"), 5)
    room = _WIDTH - 2 * _MARGIN
    scene.add(Text(_MARGIN, y + 30, shorten(arrival_words(run, several), room, _SMALL) or "", "soft", _SMALL), 5)
    y += 38
    ends = run.outcomes
    top = y
    for node in trials.nodes:
        name = shorten(node.name, _GUTTER - 20, _SIZE) or ""
        scene.add(Text(_GUTTER - 10, y + 14, name, "ink", _SIZE, anchor="end"), 5)
        scene.add(Text(_GUTTER - 10, y + 29, sizes.words(node), "soft", _SMALL, anchor="end"), 5)
        scene.add(Rect(_GUTTER, y, sizes.node(node) * sizes.pixels, _HIGH, "panel", "soft", 4), 0)
        x = _GUTTER
        if used := sizes.used(node) * sizes.pixels:
            _draw_block(scene, "taken", "taken by other pods", "gone", (x, y, used))
            x += used
        for app, end in ends.items():
            start = x
            whole = end == WHOLE
            for key in (k for k in run.order if k[0] == app and run.placed.get(k) == node.name):
                width = sizes.container(key) * sizes.pixels
                title = f"{'/'.join(key)} runs" + ("" if whole else " without the others of its application")
                _draw_block(scene, label(*key, several), title, "running" if whole else "failing", (x, y, width))
                x += width
            if run.strategy == POD_BY_POD and x > start:
                scene.add(Rect(start - 2, y - 2, x - start + 4, _HIGH + 4, None, "ink", 6, 2, title=f"pod {app}"), 4)
        y += _ROW
    return max(y, _draw_stranded(scene, run, several, top))


def _draw_block(scene: Scene, name: str, title: str, tone_name: str, at: tuple[float, float, float]) -> None:
    x, y, width = at
    tone = TONES[tone_name]
    inner = (x + 2, y + 3, max(width - 4, 2.0), _HIGH - 6)
    scene.add(Rect(*inner, tone.fill, radius=3, title=title), 1)
    words = shorten(name, width - 14, _SIZE) or ""
    if tone.hatch:
        scene.add(Lines(hatch(*inner, tone.hatch), tone.hatch_ink), 2)
    if tone.hatch and words:
        scene.add(Rect(x + 6, y + 9, text_width(words, _SIZE) + 6, 16, tone.fill, radius=3), 3)
    scene.add(Text(x + 9, y + 21, words, tone.ink, _SIZE), 5)


def _draw_stranded(scene: Scene, run: Run, several: bool, y: float) -> float:
    """The containers without a node, to the right of the bars, dashed; gives the bottom of the last."""
    left = _GUTTER + _BAR + _GAP
    for key in run.stranded:
        words = "stranded" if run.outcomes[key[0]] == HALF else "not placed"
        name = shorten(f"{label(*key, several)}: {words}", _WIDTH - _MARGIN - left - 16, _SIZE) or ""
        scene.add(Rect(left, y, _WIDTH - _MARGIN - left, 26, None, TONES["failed"].fill, 4, 2, dash=True), 1)
        scene.add(Text(left + 8, y + 17, name, "ink", _SIZE), 5)
        y += 30
    return y


def _tally(count: Count) -> str:
    """ "of 12 runs 6 whole, 6 in part; 4 containers started in vain"."""
    parts = [(count.whole, "whole"), (count.half, "in part"), (count.none, "not at all")]
    words = f"of {count.runs} runs " + ", ".join(f"{n} {what}" for n, what in parts if n)
    return words + (f"; {count.in_vain} containers started in vain" if count.in_vain else "")

"""The truth table of the phase as a picture: a coloured cell for each answer, a corner where a rule of thumb fails."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from podlab.course.exhibits.truth_table import TruthCell, cell_words, error_words, outcome_words
from podlab.views.fonts import shorten, text_width
from podlab.views.scene import Lines, Rect, Scene, Shape, Text, hatch
from podlab.views.style import PHASES, PURPLE, TONES

_MARGIN, _ROW, _HEAD, _COLUMN, _SIZE = 10.0, 24.0, 30.0, 242.0, 12.0


def truth_scene(cells: Sequence[TruthCell]) -> Scene:
    """Rows are situations, columns restart policies."""
    policies = list(dict.fromkeys(cell.policy for cell in cells))
    gutter = _MARGIN + max([110.0, *(text_width(outcome_words(c), _SIZE) + 34 for c in cells)])
    scene = Scene(gutter + _COLUMN * len(policies) + _MARGIN, title="Truth table of the phase")
    for i, policy in enumerate(policies):
        scene.add(Text(gutter + i * _COLUMN + 8, 20, policy, "ink", 13, True))
    scene.add(Text(_MARGIN, 20, "exit codes", "soft", _SIZE))
    y = _HEAD
    for shape, in_shape in groupby(cells, key=lambda cell: cell.shape):
        scene.add(Text(_MARGIN, y + 18, shape, "ink", 13, True))
        y += _ROW + 4
        for words, group in groupby(in_shape, key=outcome_words):
            scene.add(Text(_MARGIN + 14, y + 16, words, "soft", _SIZE))
            for cell in group:
                _draw_cell(scene, cell, gutter + policies.index(cell.policy) * _COLUMN, y)
            y += _ROW
        y += 6
    wrong = sum(bool(cell.fails) for cell in cells)
    scene.add(Rect(_MARGIN, y + 3, 24, 16, TONES["done"].fill, radius=2), 1)
    scene.add(Shape(_corner(_MARGIN + 24, y + 3), PURPLE), 3)
    scene.add(Text(_MARGIN + 32, y + 16, f"here a rule of thumb fails: {wrong} of {len(cells)} cells", "soft", _SIZE))
    scene.height = y + 28
    return scene


def _draw_cell(scene: Scene, cell: TruthCell, x: float, y: float) -> None:
    tone = TONES[_tone(cell)]
    w, h = _COLUMN - 4, _ROW - 3
    scene.add(Rect(x, y, w, h, tone.fill, radius=2, title=error_words(cell) or cell.because), 1)
    words = shorten(cell_words(cell).removesuffix(" *"), w - 26, _SIZE) or cell.phase
    if tone.hatch:
        scene.add(Lines(hatch(x, y, w, h, tone.hatch), tone.hatch_ink), 2)
        scene.add(Rect(x + 5, y + 3, text_width(words, _SIZE) + 6, h - 6, tone.fill, radius=3), 3)
    scene.add(Text(x + 8, y + 15, words, tone.ink, _SIZE), 4)
    if cell.fails:
        scene.add(Shape(_corner(x + w, y), PURPLE, error_words(cell)), 3)


def _tone(cell: TruthCell) -> str:
    """The tone of the phase; one that is Running with a container that is not ready looks less healthy."""
    ready, _, total = cell.ready.partition("/")
    if cell.phase == "Running" and ready != total:
        return "backoff" if ready == "0" else "unready"
    return PHASES.get(cell.phase, "gone")


def _corner(x: float, y: float) -> tuple[tuple[float, float], ...]:
    return ((x - 13, y), (x, y), (x, y + 13))

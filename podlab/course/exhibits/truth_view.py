"""The picture of the truth table: what becomes of a pod, by policy and by how its containers end."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.course.exhibits.truth_scene import truth_scene
from podlab.course.exhibits.truth_table import POLICIES, SHAPES, truth_cells, truth_text
from podlab.views.view import View


def truth_table(
    exit_codes: Sequence[int] = (0, 1),
    counts: Sequence[int] = (1, 2),
    shapes: Sequence[str] = SHAPES,
    policies: Sequence[str] = POLICIES,
    *,
    theme: str = "auto",
) -> View:
    """The phase for every mix of exit codes, containers and restart policies, beside two rules of thumb.

    `data` of the view is a list of `TruthCell`.
    """
    cells = truth_cells(exit_codes, counts, shapes, policies)
    return View(cells, lambda: truth_text(cells), lambda: truth_scene(cells), theme)

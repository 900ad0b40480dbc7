"""Lessons in JupyterLab, in both themes: everything runs, and the answers are tables that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_page import OpenNotebook
from playwright.sync_api import expect

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("lesson", "answers"),
    [
        pytest.param("08_states_phase_ready_status", 8, id="08"),
        pytest.param("09_restart_policy_and_backoff", 9, id="09"),
    ],
)
def test_a_lesson_runs_and_answers(open_notebook: OpenNotebook, lesson: str, answers: int, theme: str) -> None:
    notebook = open_notebook(NOTEBOOKS / f"{lesson}.ipynb", theme=theme)
    notebook.page.set_viewport_size({"width": 1200, "height": 7000})
    tables = notebook.page.locator(".podlab-course table")
    expect(tables).to_have_count(answers)
    assert notebook.errors() == []
    notebook.page.locator("h1").first.scroll_into_view_if_needed()
    notebook.screenshot(theme)

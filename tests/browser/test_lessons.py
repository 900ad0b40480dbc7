"""Lessons in JupyterLab, in both themes: everything runs, and the answers are tables that can be read."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from jupyter_page import JupyterServer, OpenNotebook
from playwright.sync_api import Browser, expect

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = PROJECT / "notebooks"
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("lesson", "answers"),
    [
        pytest.param("01_a_logical_host", 7, id="01"),
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


def test_links_lead_to_the_next_lesson_and_to_the_glossary(lab_server: JupyterServer, chromium: Browser) -> None:
    course = lab_server.notebooks / "course"
    for name in ("notebooks/08_states_phase_ready_status.ipynb", "notebooks/09_restart_policy_and_backoff.ipynb"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, course / name)
    shutil.copytree(PROJECT / "docs", course / "docs")
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    try:
        page.goto(f"{lab_server.url}/lab/tree/course/notebooks/08_states_phase_ready_status.ipynb?reset")
        page.locator(".jp-KernelName", has_text="Python 3").first.wait_for(timeout=60_000)
        page.get_by_role("link", name="09 · restartPolicy and back-off").click()
        opened = page.get_by_role("heading", name="09 · restartPolicy and back-off", level=1)
        expect(opened).to_be_visible(timeout=30_000)
        page.get_by_role("link", name="Glossary").locator("visible=true").click()
        expect(page.locator(".jp-MarkdownViewer h1", has_text="Glossary")).to_be_visible(timeout=30_000)
    finally:
        page.close()
        lab_server.forget_kernels()
        shutil.rmtree(course)


@pytest.mark.parametrize("lesson", ["00_start", "08_states_phase_ready_status"], ids=["00", "08"])
def test_benchmark_of_opening_a_lesson(
    open_notebook: OpenNotebook, lesson: str, capsys: pytest.CaptureFixture[str]
) -> None:
    begin = time.perf_counter()
    notebook = open_notebook(NOTEBOOKS / f"{lesson}.ipynb", run=False)
    notebook.start_all()
    ready = time.perf_counter() - begin
    picture = notebook.page.locator(".jp-OutputArea-output img").first
    picture.wait_for(timeout=60_000)
    notebook.page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    seconds = time.perf_counter() - begin
    # The rest of the lesson, so that nothing still runs when the kernel is shut down.
    notebook.page.get_by_text("ALL DONE", exact=True).wait_for(timeout=120_000)
    assert notebook.errors() == []
    with capsys.disabled():
        print(f"\nLesson {lesson[:2]}, from its address to its first picture in Chromium: {seconds:.1f} s", end="")
        print(f" (page and kernel {ready:.1f} s; wanted: 15 s)")

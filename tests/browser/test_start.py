"""The first notebook in a real browser: run it, break the pod with the panel, and find its new state on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_page import OpenNotebook
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
START = Path(__file__).parents[2] / "notebooks" / "00_start.ipynb"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kill_a_container_and_change_the_policy(open_notebook: OpenNotebook, theme: str) -> None:
    notebook = open_notebook(START, theme=theme)
    assert notebook.errors() == []
    lab = notebook.widget("podlab-lab")
    table, timeline = lab.locator(".podlab-get"), lab.locator(".podlab-timeline")
    expect(table).to_contain_text("2/2")

    lab.get_by_role("button", name="Kill writer", exact=True).click()
    expect(table).to_contain_text("Running")
    lab.get_by_label("policy:").select_option("Never")
    expect(table).to_contain_text("1/2")
    notebook.screenshot(f"lab-{theme}", of=lab)

    lab.get_by_role("button", name="Kill web", exact=True).click()
    expect(table).to_contain_text("0/2")
    expect(timeline.locator("svg")).to_be_visible()
    notebook.screenshot(f"lab-failed-{theme}", of=lab)

    notebook.page.set_viewport_size({"width": 1400, "height": 6500})
    notebook.screenshot(theme)

"""The panel works in Notebook 7 and in Voila as it does in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accessibility import contrasts, faults
from hands import press
from jupyter_page import SCREENSHOTS, NotebookPage
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def try_it(lab: Locator, name: str) -> None:
    """Kill under the policy Never, and see READY; move the slider, and see another instant; open a tab."""
    summary, slider = lab.locator(".podlab-summary"), lab.get_by_role("slider", name="instant (s)")
    expect(summary).to_contain_text("READY2/2")
    lab.get_by_label("policy:").select_option("Never")
    expect(lab.locator(".podlab-message")).to_contain_text("restartPolicy Never")
    press(f"Kill {name}")(lab)
    expect(summary).to_contain_text("READY1/2")
    expect(lab.locator(".podlab-timeline")).to_contain_text("t = 11s")
    slider.fill("5")
    expect(lab.locator(".podlab-timeline")).to_contain_text("t = 5s")
    expect(summary).to_contain_text("READY2/2")
    slider.fill("60")
    expect(summary).to_contain_text("READY1/2")
    lab.get_by_role("tab", name="Compare", exact=True).click()
    expect(lab.locator(".podlab-comparison svg")).to_be_visible()
    lab.get_by_role("tab", name="Why?", exact=True).click()
    expect(lab.locator("section.podlab-why")).to_contain_text("so Ready is False")


def test_in_notebook_7(open_lab: Callable[..., NotebookPage]) -> None:
    notebook = open_lab(where="notebooks")
    assert notebook.page.locator("#jp-title, .jp-NotebookTitle, #jp-NotebookLogo").count() > 0
    lab = notebook.widget("podlab-lab")
    try_it(lab, "web")
    assert notebook.errors() == []
    notebook.screenshot("notebook-7", of=lab)


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"voila-{name}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_voila(open_voila: Callable[..., Page], theme: str) -> None:
    page = open_voila("tree", theme=theme)
    expect(page.get_by_role("listitem")).to_have_count(14)
    assert faults(page, "html") == []
    shoot(page, f"list-{theme}")
    page.get_by_role("link", name="Ten minutes with a pod").click()
    lab = page.locator(".podlab-lab")
    expect(lab.locator(".podlab-timeline svg")).to_be_visible(timeout=60_000)
    expect(page).to_have_title("Ten minutes with a pod")
    shoot(page, f"projector-{theme}")
    try_it(lab, "writer")
    for hidden in (page.get_by_text("import podlab"), page.locator(".jp-InputArea-editor")):
        expect(hidden).to_have_count(0)
    assert faults(page, "html") == []
    assert [text for text, contrast in contrasts(page, ".podlab-lab").items() if contrast < 4.5] == []
    page.set_viewport_size({"width": 1280, "height": 2000})
    shoot(page, f"lab-{theme}")

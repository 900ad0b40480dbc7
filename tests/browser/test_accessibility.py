"""The panel as axe-core sees it: names, roles, order and contrast, in both themes, with each of its tabs open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accessibility import contrasts, faults
from hands import at, choose, more, press
from jupyter_page import NotebookPage
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TABS = ["Why?", "States", "Logs", "History", "Manifest", "Compare", "Your own"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(open_lab: Callable[..., NotebookPage], theme: str) -> None:
    notebook = open_lab(theme=theme)
    lab = notebook.widget("podlab-lab")
    more("fail liveness probe of web")(lab)
    at(45, press("Kill web"), choose("policy:", "OnFailure"))(lab)
    expect(lab.locator(".podlab-events")).to_contain_text("Unhealthy")
    lab.get_by_label("conditions").check()
    expect(lab.locator(".podlab-timeline")).to_contain_text("ContainersReady")
    found: dict[str, list[str]] = {}
    for tab in TABS:
        lab.get_by_role("tab", name=tab, exact=True).click()
        if tab == "Your own":
            lab.get_by_label("manifest:").fill("kind: Pud")
            press("Use this manifest")(lab)
            expect(lab.locator(".podlab-faults")).to_contain_text("apiVersion is missing")
        else:
            expect(lab.locator(".podlab-pages .widget-tab-contents")).not_to_be_empty()
        notebook.page.wait_for_timeout(300)
        found[tab] = faults(notebook.page, ".podlab-lab")
        told = contrasts(notebook.page, ".podlab-lab")
        assert len(told) > 20
        found[tab] += [f"{text!r} in a picture: {contrast}:1" for text, contrast in told.items() if contrast < 4.5]
        notebook.screenshot(f"axe-{tab.strip('?').lower().replace(' ', '-')}-{theme}", of=lab)
    wrong = [f"{tab}: {fault}" for tab, faults_of_tab in found.items() for fault in faults_of_tab]
    assert not wrong, "\n".join(wrong)

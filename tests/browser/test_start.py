"""The first notebook in a real browser: run it, break the pod with the panel, and find its new state on the page."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from jupyter_page import OpenNotebook
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
START = Path(__file__).parents[2] / "notebooks" / "00_start.ipynb"
CLICKS = 20

CLICK_TO_PICTURE = """
async ([button, undo, picture]) => {
    // The time from a click to the frame in which the picture has been replaced.
    const lab = document.querySelector('.podlab-lab')
    const times = []
    const click = async (css) => {
        const begin = performance.now()
        const replaced = new Promise((resolve) => {
            const observer = new MutationObserver(() => {
                observer.disconnect()
                requestAnimationFrame(() => resolve(performance.now() - begin))
            })
            observer.observe(lab.querySelector(picture), { childList: true, subtree: true })
        })
        lab.querySelector(css).click()
        return await replaced
    }
    const pause = () => new Promise((resolve) => setTimeout(resolve, 300))
    for (let i = 0; i < %d; i++) {
        times.push(await click(button))
        await pause()
        await click(undo)
        await pause()
    }
    return times
}
"""


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


def test_benchmark_of_a_click(open_notebook: OpenNotebook, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = open_notebook(START)
    times = notebook.page.evaluate(
        CLICK_TO_PICTURE % CLICKS, [".podlab-kill-writer", ".podlab-undo", ".podlab-timeline"]
    )
    assert len(times) == CLICKS
    with capsys.disabled():
        print(f"\nKill -> new picture in Chromium, median of {CLICKS}: {statistics.median(times):.0f} ms", end="")
        print(f" (from {min(times):.0f} to {max(times):.0f} ms; wanted: 100 ms)")

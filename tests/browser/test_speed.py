"""How long a hand waits for the picture: in Chromium, with two containers and ten minutes. `make bench` prints it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from jupyter_page import NotebookPage
from playwright.sync_api import expect

from podlab.lab import Lab

pytestmark = pytest.mark.browser
TIMES = 20
UNTIL = 600.0
SHOP = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
  - {name: log, image: busybox, command: [sh, -c, "while true; do date; sleep 10; done"]}
"""

WAIT = """
async ([times, picture, act]) => {
    // From the hand's act to the frame in which the picture has been replaced.
    const lab = document.querySelector('.podlab-lab')
    const hand = {
        kill: (i) => lab.querySelector(i % 2 ? '.podlab-kill-web' : '.podlab-kill-log').click(),
        slide: (i) => {
            const slider = lab.querySelector('.podlab-slider input')
            slider.value = 20 + 25 * i
            slider.dispatchEvent(new Event('input'))
        },
    }[act]
    const taken = []
    for (let i = 0; i < times; i++) {
        const begin = performance.now()
        const replaced = new Promise((resolve) => {
            const observer = new MutationObserver(() => {
                observer.disconnect()
                requestAnimationFrame(() => resolve(performance.now() - begin))
            })
            observer.observe(lab.querySelector(picture), { childList: true, subtree: true })
        })
        hand(i)
        taken.push(await replaced)
        await new Promise((resolve) => setTimeout(resolve, 150))
    }
    return taken
}
"""


def kernel_shares(act: Callable[[Lab, int], Any], page: str) -> tuple[float, float]:
    """What the kernel does of it, in milliseconds: simulating, and drawing."""
    lab = Lab(SHOP, until=UNTIL)
    pages = lab.panel.pages
    pages.open(page)
    simulating, run = 0.0, lab._run

    def timed(*args: Any) -> Any:
        nonlocal simulating
        begin = time.process_time()
        try:
            return run(*args)
        finally:
            simulating += time.process_time() - begin

    lab._run = timed  # type: ignore[method-assign]
    simulated, drawn = [], []
    for i in range(TIMES):
        simulating, begin = 0.0, time.process_time()
        act(lab, i)
        simulated.append(simulating * 1000)
        drawn.append((time.process_time() - begin) * 1000 - simulated[-1])
    return statistics.median(simulated), statistics.median(drawn)


def kill(lab: Lab, i: int) -> None:
    lab.panel.kill["web" if i % 2 else "log"].click()


def slide(lab: Lab, i: int) -> None:
    lab.panel.slider.value = 20.0 + 25 * i


def test_benchmark_of_a_click_and_of_the_slider(
    open_lab: Callable[..., NotebookPage], capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = open_lab(SHOP, until=UNTIL, height=1200)
    lab = notebook.widget("podlab-lab")
    expect(lab.locator(".podlab-timeline svg")).to_be_visible()
    told = [f"\nIn Chromium, two containers and {UNTIL:g} s, median of {TIMES}:"]
    for what, act, picture, page, wanted, hand in (
        ("Kill -> new picture of one run", "kill", ".podlab-timeline", "Why?", 100, kill),
        ("slider -> new picture", "slide", ".podlab-timeline", "Why?", 60, slide),
        ("Kill -> the three policies compared", "kill", ".podlab-comparison", "Compare", 200, kill),
    ):
        lab.get_by_role("button", name="Reset", exact=True).click()
        expect(lab.locator(".podlab-message")).to_contain_text("Back to the beginning")
        lab.get_by_role("tab", name=page, exact=True).click()
        notebook.page.wait_for_timeout(500)
        times = notebook.page.evaluate(WAIT, [TIMES, picture, act])
        assert len(times) == TIMES
        median = statistics.median(times)
        simulated, drawn = kernel_shares(hand, page)
        rest = max(median - simulated - drawn, 0)
        shares = f"simulation {simulated:.0f}, drawing {drawn:.0f}, transport and browser {rest:.0f}"
        told.append(f"  {what}: {median:.0f} ms ({min(times):.0f}-{max(times):.0f}; wanted {wanted}): {shares}")
        assert median < 5 * wanted
    with capsys.disabled():
        print("\n".join(told), end="")

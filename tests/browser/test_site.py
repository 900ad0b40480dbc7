"""The site that `make site` builds, in Chromium: no server but one of files, and no request that leaves it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from jupyter_page import SCREENSHOTS
from playwright.sync_api import Browser, Page, Route, expect

import podlab as pl
from podlab.formats.link import link_text

pytestmark = pytest.mark.site
PROJECT = Path(__file__).parents[2]
SITE = PROJECT / "dist" / "site"
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
PATIENCE = 300_000
"""Milliseconds that a lesson may take on a busy machine; on an idle one it takes half a minute."""
SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: linked}
spec:
  containers:
  - {name: web, image: nginx}
"""


class Files(SimpleHTTPRequestHandler):
    """Files, and nothing on the terminal."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    if not (SITE / "index.html").exists():
        reason = "there is no dist/site/: run `make site`"
        if os.environ.get("PODLAB_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(SITE)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_page(address: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page("lab.html")` opens a page in a browser of its own, which reaches nothing but the site."""
    contexts = []
    outside: list[str] = []

    def cut(route: Route) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def open_(place: str, *, width: int = 1280, height: int = 800) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.route("**/*", cut)
        page = context.new_page()
        page.goto(f"{address}/{place}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert outside == []


def run_all(page: Page) -> None:
    page.locator(".jp-Notebook").first.wait_for(timeout=PATIENCE)
    page.get_by_role("menuitem", name="Run", exact=True).first.click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem[:2])
def test_a_lesson_runs_from_its_link_to_its_last_cell(
    open_page: Callable[..., Page], lesson: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin = time.perf_counter()
    page = open_page(f"lab/index.html?path={lesson.name}")
    run_all(page)
    page.locator(".jp-OutputArea-output").first.wait_for(timeout=PATIENCE)
    first = time.perf_counter() - begin
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    expect(prompts.last).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
    assert page.locator('.jp-OutputArea-output[data-mime-type*="err"]').all_inner_texts() == []
    assert all(re.fullmatch(r"\[\d+\]:", text) for text in prompts.all_inner_texts())
    if lesson.name.startswith("00"):
        lab = page.locator(".podlab-lab").first
        lab.get_by_role("button", name="Kill writer", exact=True).click()
        expect(lab.locator(".podlab-message")).to_contain_text("writer ended with exit code 137", timeout=PATIENCE)
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / "site-lesson.png")
    with capsys.disabled():
        print(f"\nsite, lesson {lesson.stem[:2]}: first output after {first:.0f} s", end="")
        print(f", last after {time.perf_counter() - begin:.0f} s", end="")


def test_the_lab_opens_a_link_at_its_instant(open_page: Callable[..., Page]) -> None:
    story = pl.load(SHOP).but(pl.kill("linked/web", 20))
    page = open_page(f"lab.html#{link_text(story, 90, 20.5)}")
    lab = page.frame_locator("#lab").locator(".podlab-lab").first
    lab.wait_for(timeout=PATIENCE)
    expect(lab.locator(".podlab-summary")).to_contain_text("linked")
    expect(lab.get_by_label("time (s):")).to_have_value("20.5")
    lab.get_by_role("button", name="Kill web", exact=True).click()
    expect(lab.locator(".podlab-message")).to_contain_text("web ended with exit code 137", timeout=PATIENCE)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "site-lab.png")


@pytest.mark.parametrize("width", [390, 900, 1280])
def test_the_front_page_leads_to_each_lesson_and_fits(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("index.html", width=width)
    links = page.locator("ol.lessons a")
    found = [links.nth(n).get_attribute("href") for n in range(links.count())]
    assert found == [f"lab/index.html?path={path.name}" for path in LESSONS]
    assert [path.name for path in LESSONS if not (SITE / "files" / path.name).exists()] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("link", name="Open the lab")).to_be_visible()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"site-front-{width}.png", full_page=True)

"""Every gesture of the lab in a real browser: done by its name, its effect found on the page, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hands import Hands, at, choose, more, press, says
from jupyter_page import NotebookPage
from playwright.sync_api import expect
from shops import PROBED

import podlab as pl

pytestmark = pytest.mark.browser

# What is done from 10 s on; what the message then says; and what the table says, a while later if a time is given.
GESTURES: list[tuple[str, tuple[Hands, ...], str, float | None, str]] = [
    ("kill", (press("Kill web"),), "web ended with exit code 137", None, r"shop\s+1/2\s+Running\s+1 \(1s"),
    ("sigterm", (choose("signal:", "SIGTERM", "Kill web"),), "exit code 0", None, r"shop\s+1/2\s+Running\s+1 \(1s"),
    ("kill-pause", (press("Kill pause"),), "a new sandbox comes at 40 s", 45, r"shop\s+2/2\s+Running\s+2 \(5s"),
    ("delete", (press("Delete pod"),), "It will be gone at 40 s", None, r"shop\s+2/2\s+Terminating"),
    ("force-delete", (choose("grace:", "0 s: force", "Delete pod"),), "It is gone.", None, r"AGE\s+stall-"),
    ("fail-readiness", (more("fail readiness probe of web"),), "READY 1/2", 40, r"shop\s+1/2\s+Running\s+0 "),
    ("fail-liveness", (more("fail liveness probe of web"),), "RESTARTS 1.", 60, r"shop\s+2/2\s+Running\s+2 "),
    (
        "recover",
        (more("fail readiness probe of web"), says("READY 1/2"), at(40, more("recover readiness probe of web"))),
        "At 40 s shop is Running, READY 2/2",
        None,
        r"shop\s+2/2\s+Running\s+0 ",
    ),
    ("memory", (more("fill memory of web"),), "137 (OOMKilled)", None, r"shop\s+1/2\s+Running\s+1 \(1s"),
    ("node-down", (more("stop kubelet of node-1"),), "found NotReady", 80, r"shop\s+2/2\s+Running\s+0 "),
    (
        "node-up",
        (more("stop kubelet of node-1"), says("found NotReady"), at(80, more("start kubelet of node-1"))),
        "start the kubelet",
        100,
        r"shop\s+2/2\s+Running\s+0 ",
    ),
    ("drain", (more("drain node-1"),), "shop is Terminating", 60, r"AGE\s+stall-\w+\s+0/1\s+Pending"),
    ("scale", (more("scale stall", 4),), "scale stall to 4", None, r"(stall-\w+\s+1/1\s+Running\s+0\s+\d+s\s*){4}"),
    (
        "policy",
        (choose("policy:", "Never"), says("A real cluster refuses"), press("Kill web")),
        "not started again",
        None,
        r"shop\s+1/2\s+Error\s+0 ",
    ),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_gesture_is_seen_on_the_page(open_lab: Callable[..., NotebookPage], theme: str) -> None:
    notebook = open_lab(theme=theme)
    lab = notebook.widget("podlab-lab")
    message, table = lab.locator(".podlab-message"), lab.locator(".podlab-get")
    for name, hands, said, later, printed in GESTURES:
        press("Reset")(lab)
        expect(message).to_contain_text("Back to the beginning")
        at(10)(lab)
        for hand in hands:
            hand(lab)
        expect(message).to_contain_text(said)
        if later is not None:
            at(later)(lab)
        expect(table).to_contain_text(re.compile(printed))
        notebook.screenshot(f"{name}-{theme}", of=lab)
        lab.get_by_label("signal:").select_option("SIGKILL")
        lab.get_by_label("grace:").select_option("the pod's own")
    choose("policy:", "OnFailure")(lab)
    lab.get_by_text("What kubectl prints then").click()
    expect(lab.locator(".podlab-message pre")).to_contain_text('The Pod "shop" is invalid: spec: Forbidden')
    expect(lab.locator(".podlab-message pre")).to_contain_text('+ "RestartPolicy": "OnFailure",')
    notebook.screenshot(f"refused-{theme}", of=lab)
    assert notebook.errors() == []


def test_a_scenario_is_saved_to_a_file_and_opened_again(open_lab: Callable[..., NotebookPage], tmp_path: Path) -> None:
    notebook = open_lab()
    lab = notebook.widget("podlab-lab")
    press("Kill web")(lab)
    lab.get_by_role("tab", name="History").click()
    with notebook.page.expect_download() as download:
        lab.get_by_role("link", name="Save to a file").click()
    assert download.value.suggested_filename == "shop.json"
    saved = tmp_path / "shop.json"
    download.value.save_as(saved)
    assert pl.open_scenario(saved) == (pl.load(PROBED).but(pl.kill("shop/web", 10)), 120)
    press("Reset")(lab)
    expect(lab.locator(".podlab-history")).to_contain_text("Nothing has been done")
    with notebook.page.expect_file_chooser() as chooser:
        lab.get_by_role("button", name="Open a file", exact=True).click()
    chooser.value.set_files(saved)
    expect(lab.locator(".podlab-message")).to_contain_text("with 1 step.")
    expect(lab.locator(".podlab-history")).to_contain_text("10 s: kill shop/web with SIGKILL")
    notebook.screenshot("opened", of=lab)


def test_long_work_shows_how_far_it_is_and_can_be_stopped(open_lab: Callable[..., NotebookPage]) -> None:
    notebook = open_lab()
    lab = notebook.widget("podlab-lab")
    until = lab.get_by_label("of (s):")
    until.fill("2000000")
    until.press("Enter")
    expect(lab.locator(".podlab-progress")).to_contain_text("of 2000000 s", timeout=15_000)
    notebook.screenshot("working", of=lab)
    press("Stop")(lab)
    expect(lab.locator(".podlab-message")).to_contain_text("stopped by hand", timeout=30_000)
    expect(lab.locator(".podlab-work")).to_be_hidden()
    notebook.screenshot("stopped", of=lab)

"""Every gesture by keyboard alone: Tab to the control, choose with arrows or letters, press Enter."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from jupyter_page import NotebookPage
from playwright.sync_api import FileChooser, Locator, Page, expect

pytestmark = pytest.mark.browser

MINE = "apiVersion: v1\nkind: Pod\nmetadata: {name: mine}\nspec: {containers: [{name: main, image: nginx}]}"


class Keys:
    """Ten fingers, and no mouse."""

    def __init__(self, page: Page, lab: Locator) -> None:
        self.page, self.lab = page, lab

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, control: Locator) -> None:
        """Tab, or Shift+Tab, until the control has the focus."""
        expect(control).to_have_count(1)
        for _ in range(60):
            where = control.evaluate(
                """(control) => {
                    const focused = document.activeElement
                    if (focused === control) return 'here'
                    const before = focused.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_PRECEDING
                    return before ? 'before' : 'after'
                }"""
            )
            if where == "here":
                return
            self.press("Shift+Tab" if where == "before" else "Tab")
        raise AssertionError(f"no Tab leads to {control}")

    def button(self, name: str) -> None:
        self.reach(self.lab.get_by_role("button", name=name, exact=True))
        self.press("Enter")

    def choose(self, label: str, option: str) -> None:
        """With the arrows, one option after another, as far as it takes."""
        select = self.lab.get_by_label(label)
        self.reach(select)
        self.press("Home")
        for _ in range(20):
            if select.input_value() == option:
                self.settle()
                return
            self.press("ArrowDown")
        raise AssertionError(f"{option!r} is not among the choices of {label!r}")

    def settle(self) -> None:
        """Ask the kernel something, and wait: a list sends where it ended only when the kernel has answered where it
        began, and a button does not wait for that."""
        self.page.evaluate(
            """async () => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
                for (let i = 0; i < 3; i++) await kernel.requestKernelInfo()
            }"""
        )

    def do(self, choice: str, replicas: str = "") -> None:
        self.choose("more:", choice)
        if replicas:
            self.type("to:", replicas)
        self.button("Do it")

    def type(self, label: str, text: str) -> None:
        field = self.lab.get_by_label(label)
        self.reach(field)
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.press("Enter")

    def tab(self, name: str) -> None:
        """The tabs are one stop; arrows lead from one to the next, Enter opens it."""
        tabs = self.lab.get_by_role("tab")
        names = tabs.all_inner_texts()
        self.reach(self.lab.get_by_role("tab", selected=True))
        focused = "document.activeElement.innerText"
        for _ in names:
            if self.page.evaluate(focused).strip() == name:
                break
            self.press("ArrowRight")
        self.press("Enter")
        expect(self.lab.get_by_role("tab", name=name, exact=True, selected=True)).to_be_visible()


Play = Callable[[Keys], None]
GESTURES: list[tuple[Play, str]] = [
    (lambda keys: keys.button("Kill web"), "kill shop/web with SIGKILL"),
    (
        lambda keys: (keys.choose("signal:", "SIGTERM"), keys.button("Kill helper"), keys.choose("signal:", "SIGKILL")),
        "kill shop/helper with SIGTERM",
    ),
    (lambda keys: keys.button("Kill pause"), "kill pause of shop"),
    (lambda keys: (keys.choose("grace:", "5 s"), keys.button("Delete pod")), "with a grace period of 5 s"),
    (lambda keys: keys.do("fail readiness probe of web"), "fail the readiness probe of shop/web"),
    (lambda keys: keys.do("fail liveness probe of web"), "fail the liveness probe of shop/web"),
    (lambda keys: keys.do("fill memory of web"), "fill the memory of shop/web"),
    (lambda keys: keys.do("drain node-1"), "drain node-1"),
    (lambda keys: keys.do("scale stall", "3"), "scale stall to 3"),
    (lambda keys: keys.do("stop kubelet of node-1"), "stop the kubelet of node-1"),
    (lambda keys: keys.choose("policy:", "OnFailure"), "with restartPolicy OnFailure"),
]


def test_every_gesture(open_lab: Callable[..., NotebookPage]) -> None:
    notebook = open_lab()
    lab, page = notebook.widget("podlab-lab"), notebook.page
    keys, message = Keys(page, lab), lab.locator(".podlab-message")
    keys.press("Escape")
    for play, said in GESTURES:
        play(keys)
        expect(message).to_contain_text(said)
        keys.button("Undo")
        expect(message).not_to_contain_text(said)
    keys.button("Redo")
    expect(lab.get_by_label("policy:")).to_have_value("OnFailure")
    keys.do("fail readiness probe of web")
    expect(message).to_contain_text("fail the readiness probe")
    keys.do("recover readiness probe of web")
    expect(message).to_contain_text("recover the readiness probe")
    keys.do("stop kubelet of node-1")
    expect(message).to_contain_text("stop the kubelet")
    keys.do("start kubelet of node-1")
    expect(message).to_contain_text("start the kubelet")
    keys.button("Reset")
    expect(message).to_contain_text("Back to the beginning")
    assert notebook.errors() == []


def test_time_tabs_and_another_pod(open_lab: Callable[..., NotebookPage]) -> None:
    notebook = open_lab()
    lab, page = notebook.widget("podlab-lab"), notebook.page
    keys, slider = Keys(page, lab), lab.get_by_role("slider", name="instant (s)")
    asked: list[FileChooser] = []
    page.on("filechooser", lambda chooser: asked.append(chooser))
    keys.reach(slider)
    keys.press(*["ArrowRight"] * 10)
    expect(lab.get_by_label("time (s):")).to_have_value("11")
    expect(slider).to_have_attribute("aria-valuetext", "11 s")
    keys.press("End")
    expect(lab.locator(".podlab-timeline")).to_contain_text("t = 120s")
    keys.button("Back")
    expect(slider).to_have_js_property("value", "0")
    keys.button("Next event")
    expect(lab.locator(".podlab-message")).to_contain_text("Nothing more happens until the run ends at 120 s")
    expect(slider).to_have_js_property("value", "0")
    keys.type("time (s):", "30")
    expect(lab.locator(".podlab-timeline")).to_contain_text("t = 30s")
    keys.type("of (s):", "60")
    expect(lab.locator(".podlab-timeline svg")).to_have_attribute("aria-label", re.compile("to 60s"))
    keys.choose("speed:", "30×")
    keys.button("Play")
    expect(slider).to_have_js_property("value", "60", timeout=10_000)

    keys.reach(lab.get_by_label("conditions"))
    keys.press("Space")
    expect(lab.locator(".podlab-timeline")).to_contain_text("PodReadyToStartContainers")
    keys.tab("Compare")
    expect(lab.locator(".podlab-comparison")).to_contain_text("OnFailure")
    keys.button("Pin this run")
    expect(lab.get_by_label("compare with:")).to_have_value("the pinned run")
    keys.tab("Why?")
    keys.choose("explain:", "the last minute")
    expect(lab.locator("section.podlab-why")).to_contain_text("0s to 60s")
    keys.tab("Your own")
    text = lab.get_by_label("manifest:")
    keys.reach(text)
    keys.press("Control+a")
    page.keyboard.insert_text(MINE)
    keys.button("Use this manifest")
    expect(lab.locator(".podlab-message")).to_contain_text("A new story with 'mine'.")
    keys.tab("History")
    keys.reach(lab.get_by_role("link", name="Save to a file"))
    with page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename == "mine.json"
    keys.reach(lab.get_by_role("button", name="Open a file", exact=True))
    keys.press("Enter")
    for _ in range(100):
        if asked:
            break
        page.wait_for_timeout(50)
    assert len(asked) == 1
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.button("Copy as code")
    expect(lab.get_by_text("copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == lab.get_by_label("as code:").input_value()
    keys.button("Undo")
    expect(lab.locator(".podlab-summary")).to_contain_text("shop")
    assert notebook.errors() == []

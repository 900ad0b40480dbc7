"""Every gesture of the lab in a real browser: done by its name, its effect found on the page, in both themes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from jupyter_page import NotebookPage, OpenNotebook
from playwright.sync_api import Locator, expect

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from shops import PROBED

pytestmark = pytest.mark.browser

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
Hands = Callable[[Locator], None]


@pytest.fixture
def open_lab(open_notebook: OpenNotebook, tmp_path: Path) -> Callable[..., NotebookPage]:
    """A notebook with a lab on `manifest`, run."""

    def open_(manifest: str = PROBED, *, theme: str = "light", until: float = 120, pod: str = "shop") -> NotebookPage:
        source = f"import podlab as pl\nlab = pl.Lab({manifest!r}, until={until})\nlab.set_pod({pod!r})\nlab"
        path = tmp_path / "gesture.ipynb"
        cells = [nbformat.v4.new_code_cell(source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
        notebook = open_notebook(path, theme=theme)
        assert notebook.errors() == []
        return notebook

    return open_


def press(*names: str) -> Hands:
    def hands(lab: Locator) -> None:
        for name in names:
            lab.get_by_role("button", name=name, exact=True).click()

    return hands


def more(choice: str, replicas: int | None = None) -> Hands:
    def hands(lab: Locator) -> None:
        lab.get_by_label("more:").select_option(choice)
        if replicas is not None:
            lab.get_by_label("to:").fill(str(replicas))
            lab.get_by_label("to:").press("Tab")
        press("Do it")(lab)

    return hands


def choose(label: str, option: str, *names: str) -> Hands:
    def hands(lab: Locator) -> None:
        lab.get_by_label(label).select_option(option)
        press(*names)(lab)

    return hands


def at(t: float, *then: Hands) -> Hands:
    def hands(lab: Locator) -> None:
        time = lab.get_by_label("time (s):")
        time.fill(str(t))
        time.press("Enter")
        for hand in then:
            hand(lab)

    return hands


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
        (more("fail readiness probe of web"), at(40, more("recover readiness probe of web"))),
        "At 40 s shop is Running, READY 2/2",
        None,
        r"shop\s+2/2\s+Running\s+0 ",
    ),
    ("memory", (more("fill memory of web"),), "137 (OOMKilled)", None, r"shop\s+1/2\s+Running\s+1 \(1s"),
    ("node-down", (more("stop kubelet of node-1"),), "found NotReady", 80, r"shop\s+2/2\s+Running\s+0 "),
    (
        "node-up",
        (more("stop kubelet of node-1"), at(80, more("start kubelet of node-1"))),
        "start the kubelet",
        100,
        r"shop\s+2/2\s+Running\s+0 ",
    ),
    ("drain", (more("drain node-1"),), "shop is Terminating", 60, r"AGE\s+stall-\w+\s+0/1\s+Pending"),
    ("scale", (more("scale stall", 4),), "scale stall to 4", None, r"(stall-\w+\s+1/1\s+Running\s+0\s+\d+s\s*){4}"),
    ("policy", (choose("policy:", "Never"), press("Kill web")), "not started again", None, r"shop\s+1/2\s+Error\s+0 "),
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
    assert notebook.errors() == []

"""Markup in a manifest is text wherever it is shown: nothing in the page is made of it, and no script runs."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from hands import at, more, press
from jupyter_page import NotebookPage, OpenNotebook
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser
TABS = ["Why?", "States", "Logs", "History", "Manifest", "Compare", "Your own"]


def evil(where: str) -> str:
    """Markup that tells where it came from, would be found in the page, and would run a script."""
    return f"<img class=evil src=x onerror=alert(1) alt={where}>"


POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shop", "annotations": {"note": evil("annotation")}},
    "spec": {
        "restartPolicy": "OnFailure",
        "containers": [
            {
                "name": "web",
                "image": f"nginx:{evil('image')}",
                "readinessProbe": {"exec": {"command": ["cat", evil("probe")]}, "periodSeconds": 5},
            },
            {
                "name": "log",
                "image": "busybox",
                "env": [{"name": "NOTE", "value": evil("env")}],
                "command": ["sh", "-c", f'echo "{evil("log")}"; exit 1'],
                "volumeMounts": [{"name": "data", "mountPath": f"/{evil('mount')}".replace(":", "")}],
            },
        ],
        "volumes": [{"name": "data", "emptyDir": {}}],
    },
}


def open_evil(open_notebook: OpenNotebook, folder: Path) -> tuple[NotebookPage, list[str]]:
    """A lab on it, and the alerts that its page has shown. (Nodes cannot have such names.)"""
    import nbformat
    from conftest import KERNEL

    source = f"import podlab as pl\npl.Lab(pl.load({json.dumps(POD)!r}))"
    path = folder / "markup.ipynb"
    cells = [nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    notebook = open_notebook(path, height=2600)
    alerts: list[str] = []
    notebook.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    assert notebook.errors() == []
    return notebook, alerts


def test_markup_is_text_everywhere(open_notebook: OpenNotebook, tmp_path: Path) -> None:
    notebook, alerts = open_evil(open_notebook, tmp_path)
    lab = notebook.widget("podlab-lab")
    seen = shown(lab)
    for tab in TABS:
        lab.get_by_role("tab", name=tab, exact=True).click()
        seen += shown(lab)
    at(40, press("Kill log"))(lab)
    seen += shown(lab)
    more("stop kubelet of node-1")(lab)
    expect(lab.locator(".podlab-message")).to_contain_text("node-1")
    seen += shown(lab)

    text = lab.get_by_label("manifest:")
    text.fill(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {json.dumps(evil('name'))}}}\n{evil('field')}: 1\n")
    press("Use this manifest")(lab)
    expect(lab.locator(".podlab-faults")).to_contain_text(evil("field"))
    seen += shown(lab)
    for content in (b"\x00\xff\xfe<img class=evil src=x>", json.dumps({"manifests": evil("file")}).encode(), b"[1, 2"):
        lab.get_by_role("tab", name="History").click()
        with notebook.page.expect_file_chooser() as chooser:
            press("Open a file")(lab)
        chooser.value.set_files({"name": f"{evil('x')}.json", "mimeType": "application/json", "buffer": content})
        expect(lab.get_by_role("alert")).to_be_visible()
        seen += shown(lab)
        press("Next event")(lab)
        expect(lab.get_by_role("alert")).to_have_count(0)

    notebook.screenshot("all", of=lab)
    where = ("annotation", "image", "probe", "env", "log", "mount", "field")
    assert [name for name in where if evil(name) not in seen and evil(name).replace(":", "") not in seen] == []
    assert notebook.page.locator("img.evil, img[alt]").count() == 0
    assert alerts == []
    assert notebook.errors() == []


def shown(lab: Locator) -> str:
    """All the words that are on the panel, in fields too, and the titles of its shapes."""
    lab.page.wait_for_timeout(300)
    texts = lab.evaluate(
        "(lab) => lab.textContent + [...lab.querySelectorAll('textarea, option')].map((e) => e.value).join()"
    )
    return html.unescape(texts).replace("\xa0", " ")

"""How Voila shows the labs: `make voila`. It reads this file, and the templates beside it."""

from __future__ import annotations

import os
import re
from html import escape
from pathlib import Path
from typing import Any

import nbformat

HERE = Path(__file__).resolve().parent
os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("JUPYTER_PATH")]))
HEADING = re.compile(r"# (?P<title>.+)\n+(?P<about>.+(?:\n.+)*)")


def heading(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """The title of a lab, and as HTML what is said under it."""
    found = HEADING.match(notebook.cells[0].source)
    assert found is not None, "a lab begins with a heading and a paragraph"
    about = re.sub(r"`(.+?)`", r"<code>\1</code>", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(found["about"])))
    return {"title": found["title"], "about": about}


def labs() -> list[dict[str, str]]:
    """Every lab there is, in order."""
    paths = sorted(HERE.parent.glob("*.ipynb"))
    return [
        {"name": path.name, "lesson": path.name[:2], **heading(nbformat.read(path, as_version=4))} for path in paths
    ]


def with_labs(page: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What the templates know: all labs, for the page that lists them and for the way from one to the next."""
    page["labs"] = labs()
    return page


def with_title(_: Any, notebook: nbformat.NotebookNode, cwd: str) -> nbformat.NotebookNode:
    """The title of a lab is that of its page."""
    notebook.metadata.title = heading(notebook)["title"]
    return notebook


c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.VoilaConfiguration.template = "podlab"
c.VoilaConfiguration.classic_tree = True
# What a panel needs; others, made for a JupyterLab of another version, fill the browser's console with warnings.
c.VoilaConfiguration.extension_allowlist = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]
c.VoilaConfiguration.page_config_hook = with_labs
c.VoilaConfiguration.prelaunch_hook = with_title
# A kernel whose page is gone without a word, such as by a lost network, ends by itself.
c.MappingKernelManager.cull_interval = 60
c.MappingKernelManager.cull_idle_timeout = 900

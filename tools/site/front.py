"""The site's own pages: the one in front, the lab's, and what both are made of."""

from __future__ import annotations

import json
import re
import shutil
from html import escape
from pathlib import Path

import nbformat
from sheets import write_sheets

import podlab as pl

MINUTES = re.compile(r"\| \[(\d\d) · .*\| (\d+) \|$", re.MULTILINE)


def write_front(site: Path, pages: Path, project: Path) -> None:
    """Write index.html, lab.html and their style sheet into the site."""
    minutes = dict(MINUTES.findall((project / "docs" / "instructors.md").read_text(encoding="utf-8")))
    lessons = "\n".join(_card(path, minutes) for path in sorted((project / "notebooks").glob("*.ipynb")))
    front = (pages / "index.html").read_text(encoding="utf-8")
    front = front.replace("<!-- lessons -->", lessons).replace("<!-- picture -->", picture())
    (site / "index.html").write_text(front, encoding="utf-8")
    code = "import podlab as pl\nlab = pl.from_link(LINK)\nlab"
    lab = (pages / "lab.html").read_text(encoding="utf-8").replace('"CODE"', json.dumps(code))
    (site / "lab.html").write_text(lab, encoding="utf-8")
    shutil.copy(pages / "site.css", site)
    write_sheets(site, sorted((project / "notebooks").glob("*.ipynb")))


def _card(path: Path, minutes: dict[str, str]) -> str:
    """A lesson as a link: its number, its title, its first sentence, and how long it takes."""
    notebook = nbformat.read(path, as_version=4)
    title = re.sub(r"^# +(\d\d · )?", "", notebook.cells[0].source.splitlines()[0])
    number = path.name[:2]
    about = next((about for name, about in _abouts(path.parent).items() if name == path.name), "what a pod is")
    return (
        f'<li><a href="lab/index.html?path={escape(path.name)}"><b>{number}</b> <span><strong>{escape(title)}</strong>'
        f"<small>{escape(about)}</small></span> <i>{minutes.get(number, '?')} min</i></a></li>"
    )


def _abouts(notebooks: Path) -> dict[str, str]:
    """What each lesson is about in a line, as the first lesson lists them."""
    last = nbformat.read(notebooks / "00_start.ipynb", as_version=4).cells[-1].source
    found = re.findall(r"^\* \[.*?\]\((\S+?)\): (.*)\.$", last, re.MULTILINE)
    return {name: about.replace("`", "") for name, about in found}


def picture() -> str:
    """The story of the first lesson, drawn by podlab itself."""
    shop = pl.load(SHOP).but(pl.kill("shop/writer", 20), pl.kill("shop/writer", 32))
    return pl.timeline(pl.run(shop, until=90)).svg()


SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: writer, image: busybox, command: [sh, -c, "while true; do date; sleep 5; done"]}
"""

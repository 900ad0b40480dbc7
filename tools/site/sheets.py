"""A printable sheet for each lesson: its questions with room to answer, a timeline to draw on, and no answers."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import nbformat

MOST = 4
"""Questions on a sheet, so that it is one page."""
PREDICT = re.compile(r"[^.?!\n]*\*\*Predict\*\*.*", re.DOTALL | re.IGNORECASE)
TICKS = 13


def write_sheets(site: Path, lessons: list[Path], css: str = "../site.css") -> list[Path]:
    """Write `sheets/NN.html` for each lesson, and a list of them."""
    folder = site / "sheets"
    folder.mkdir(exist_ok=True)
    made = []
    for lesson in lessons:
        title, questions = questions_of(nbformat.read(lesson, as_version=4))
        page = folder / f"{lesson.name[:2]}.html"
        page.write_text(_page(title, css, _sheet(title, questions)), encoding="utf-8")
        made.append(page)
    links = "".join(f'<li><a href="{page.name}">Sheet {page.stem}</a></li>' for page in made)
    listed = f"<h1>Sheets to print</h1><p>One page for each lesson: questions, and room to answer.</p><ul>{links}</ul>"
    (folder / "index.html").write_text(_page("Sheets to print", css, f"<main>{listed}</main>"), encoding="utf-8")
    return made


def questions_of(notebook: nbformat.NotebookNode) -> tuple[str, list[tuple[str, str]]]:
    """The title of a lesson, and its first questions: what is to be predicted, each with the manifest beside it."""
    cells, found = notebook.cells, []
    title = re.sub(r"^#+ *", "", cells[0].source.splitlines()[0])
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if cell.cell_type != "markdown" or "**Predict" not in cell.source:
            continue
        paragraph = next(part for part in cell.source.split("\n\n") if "**Predict" in part)
        manifest = re.search(r'"""\n?(.*?)"""', after.source, re.DOTALL) if after is not None else None
        found.append((_plain(paragraph), manifest[1].strip() if manifest else ""))
    return title, found[:MOST]


def _plain(markdown: str) -> str:
    """A paragraph of Markdown as plain words: links, code and bold lose their marks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", re.sub(r"^#+ .*$", "", text, flags=re.MULTILINE))).strip()


def _sheet(title: str, questions: list[tuple[str, str]]) -> str:
    room = "<p class='room'>I say:</p>"
    items = "".join(
        f"<li><p>{escape(words)}</p>{f'<pre>{escape(manifest)}</pre>' if manifest else ''}{room}</li>"
        for words, manifest in questions
    )
    asked = f"<ol>{items}</ol>" if items else "<p>What did you see, and what surprised you? Three sentences.</p>"
    name = "<p class='soft'>Name: ______________________ Neighbour: ______________________</p>"
    drawn = f"<h2>Draw it: phase, READY, and a lane for each container</h2>{_empty_timeline()}"
    return f"<main class='sheet'><h1>{escape(title)}</h1>{name}{asked}{drawn}</main>"


def _empty_timeline() -> str:
    """A timeline with nothing in it yet: five rows, and a line for every ten seconds."""
    columns = [100 + 55 * n for n in range(TICKS)]
    lines = "".join(f'<path d="M{x} 10V140" stroke="#bbb"/>' for x in columns)
    times = "".join(f'<text x="{x}" y="156" text-anchor="middle">{10 * n}</text>' for n, x in enumerate(columns))
    rows = "".join(
        f'<path d="M100 {34 + 26 * n}H760" stroke="#bbb"/><text x="4" y="{28 + 26 * n}">{name}</text>'
        for n, name in enumerate(("phase", "READY", "", "", ""))
    )
    return (
        '<svg role="img" aria-label="An empty timeline of 120 seconds" viewBox="0 0 790 162" '
        f'font-size="12" font-family="sans-serif" fill="currentColor">{lines}{rows}{times}</svg>'
    )


def _page(title: str, css: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(title)} · podlab</title>'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{css}"></head><body>{body}</body></html>'
    )

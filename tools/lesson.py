"""Run a lesson and save its outputs; or begin one from a text file.

    python tools/lesson.py notebooks/08_states_phase_ready_status.ipynb     run it, from top to bottom, in place
    python tools/lesson.py draft.md notebooks/16_mine.ipynb                  make a notebook of a draft, and run it

A draft is Markdown. A fence that begins with three backticks and `python` is a code cell, and so is one that begins
with `python 08-not-ready`: the cell of that exercise. A fence with `python tags=hide-input` gives the cell tags;
JupyterLab folds what `hide-input` and `hide-output` name. A line `---` parts two Markdown cells.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDED = {"hide-input": "source_hidden", "hide-output": "outputs_hidden"}
CELL = re.compile(r"^```python *(?P<info>[^\n]*)\n(?P<code>.*?)\n```$|^---$", re.DOTALL | re.MULTILINE)


def drafted(text: str, stem: str) -> nbformat.NotebookNode:
    """The notebook of a draft: cells with ids that stay the same, and no outputs yet."""
    cells, start = [], 0
    for found in [*CELL.finditer(text), None]:
        prose = text[start : found.start() if found else len(text)].strip()
        if prose:
            cells.append(nbformat.v4.new_markdown_cell(prose))
        if found and found["code"] is not None:
            cells.append(code_cell(found["code"], found["info"]))
        start = found.end() if found else start
    for number, cell in enumerate(cells):
        cell.id = f"{stem[:2]}-{number:02}"
    return nbformat.v4.new_notebook(cells=cells)


def code_cell(code: str, info: str) -> nbformat.NotebookNode:
    """A code cell. `info` is an exercise's id, `tags=…`, or nothing."""
    cell = nbformat.v4.new_code_cell(code)
    if info.startswith("tags="):
        cell.metadata.tags = info.removeprefix("tags=").split(",")
        # Tags are for JupyterBook and nbconvert; JupyterLab has words of its own for the same thing.
        folded = {FOLDED[tag]: True for tag in cell.metadata.tags if tag in FOLDED}
        if folded:
            cell.metadata.jupyter = folded
    elif info:
        cell.metadata.tags = ["exercise"]
        cell.metadata.podlab = {"exercise": info}
    return cell


def run(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Run every cell and save the notebook with what they show, without what tells of this machine."""
    NotebookClient(
        notebook, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    nbformat.write(notebook, path)


if __name__ == "__main__":
    *draft, target = map(Path, sys.argv[1:])
    read = drafted(draft[0].read_text(encoding="utf-8"), target.stem) if draft else nbformat.read(target, 4)
    run(read, target)

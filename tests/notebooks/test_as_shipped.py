"""Each notebook as a reader finds it: every cell run, in order, no errors; short cells, and more prose than code.

nbval runs the notebooks again and compares the outputs (`make test`); but cells never run would pass it unseen.
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import nbformat
import pytest

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path for path in (PROJECT / "notebooks").glob("**/*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
LONGEST_CELL = 20
MEDIAN_CELL = 3
WORDS_PER_LINE = 10
# What would tell of the machine that ran the notebook, and differ on the next one.
MACHINE = re.compile(r"/(?:home|root|tmp|work|Users)/|ipykernel_\d+|0x[0-9a-f]{8,}|\b\d+(?:\.\d+)? ?ms\b")

Notebook = nbformat.NotebookNode


def code_cells(notebook: Notebook) -> list[Notebook]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def lines(cell: Notebook) -> int:
    """Lines of code: blank ones and comments are not counted, manifests in a string are."""
    return sum(1 for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#"))


def text_of(cell: Notebook) -> str:
    """All the text that the outputs of a cell show."""
    shown = []
    for output in cell.outputs:
        shown += [output.get("text", "")]
        shown += [str(data) for kind, data in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(shown)


def test_there_is_a_first_notebook() -> None:
    assert PROJECT / "notebooks" / "00_start.ipynb" in NOTEBOOKS


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Notebook:
    notebook = nbformat.read(request.param, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_every_cell_was_run_once_from_top_to_bottom(notebook: Notebook) -> None:
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_shows_an_error_or_a_warning(notebook: Notebook) -> None:
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    bad = [o for o in outputs if o.output_type == "error" or (o.output_type == "stream" and o.name == "stderr")]
    assert bad == []


def test_a_cell_that_ends_in_a_value_shows_it(notebook: Notebook) -> None:
    """A cell whose last line is a bare expression, and so displays something, has that output saved."""
    silent = []
    for cell in code_cells(notebook):
        last = cell.source.strip().splitlines()[-1]
        shows = last[:1] not in ")]}\"' " and not re.match(r"(import|from|%|assert)\b|[\w, .]+=[^=]", last)
        if shows and not cell.outputs:
            silent.append(last)
    assert silent == []


def test_pictures_come_with_their_facts_as_text(notebook: Notebook) -> None:
    """nbval does not compare pictures and a screen reader cannot read them: the text beside them carries the facts."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                text = output.data.get("text/plain", "")
                assert "\n" in text, text
                assert not text.startswith("<"), text


def test_outputs_do_not_tell_of_the_machine(notebook: Notebook) -> None:
    found = [MACHINE.findall(text_of(cell)) for cell in code_cells(notebook)]
    assert [names for names in found if names] == []


def test_cells_are_short(notebook: Notebook) -> None:
    lengths = [lines(cell) for cell in code_cells(notebook)]
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL


def test_there_is_more_prose_than_code(notebook: Notebook) -> None:
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    assert words >= WORDS_PER_LINE * sum(lines(cell) for cell in code_cells(notebook))


def test_code_is_what_a_learner_would_type(notebook: Notebook) -> None:
    source = "\n".join(cell.source for cell in code_cells(notebook))
    assert not re.search(r"import \*|sys\.path|!pip|%pip|subprocess", source)

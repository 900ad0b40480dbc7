"""Working copies hide the answers, keep the rest, and are never written over."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from course_papers import PROJECT

from podlab.course.release import without_magics
from podlab.course.workbook import fill, fresh, main, unguessed, working_copy

LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize(
    ("source", "open_"),
    [
        pytest.param('pl.predict("a", t=3, phase="Failed")', 'pl.predict("a", t=3, phase="?")', id="a word"),
        pytest.param("pl.predict(t=3, restarts=2)", 'pl.predict(t=3, restarts="?")', id="a number"),
        pytest.param('pl.predict("a", waits=[0, 10])', 'pl.predict("a", waits=["?", "?"])', id="as many waits"),
        pytest.param(
            'pl.predict("a", phases=["x", "y"])', 'pl.predict("a", phases="?")', id="an unknown number of them"
        ),
        pytest.param('é = pl.predict("ä", ready="1/1", t=2)', 'é = pl.predict("ä", ready="?", t=2)', id="not ASCII"),
        pytest.param("x = 1  # as it is\nprint( x )", "x = 1  # as it is\nprint( x )", id="other code"),
        pytest.param("%%kubectl\nget pods", "%%kubectl\nget pods", id="a cell magic"),
        pytest.param(
            "%kubectl get pods\npl.predict(t=1,\n  phase=('a'\n  'b'), ready='1/1')",
            '%kubectl get pods\npl.predict(t=1,\n  phase=("?"), ready="?")',
            id="over several lines",
        ),
    ],
)
def test_a_guess_is_a_question_mark_and_nothing_else_changes(source: str, open_: str) -> None:
    assert unguessed(source) == open_
    assert unguessed(open_) == open_


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_copy_shows_no_answer(path: Path) -> None:
    lesson = nbformat.read(path, as_version=4)
    made = working_copy(lesson)
    nbformat.validate(made)
    assert len(made.cells) == len(lesson.cells)
    for cell in made.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
            assert guesses(cell.source) <= {"?"}
        else:
            assert "../docs" not in cell.source


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_prediction_and_its_check_are_two_cells(path: Path) -> None:
    """Or one Shift+Enter would skip the thinking."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [source for source in cells if "pl.predict(" in source and ".check(" in source] == []


def guesses(source: str) -> set[object]:
    calls = (
        node
        for node in ast.walk(ast.parse(without_magics(source) if not source.startswith("%%") else ""))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "predict"
    )
    values = (word.value for call in calls for word in call.keywords if word.arg not in ("t", "pod", "container"))
    flat = (one for value in values for one in (value.elts if isinstance(value, ast.List) else [value]))
    return {ast.literal_eval(one) for one in flat}


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_start", "08_states"):
        cells = [
            nbformat.v4.new_markdown_cell("# A\n\n> This page shows its answers.\n\n[G](../docs/glossary.md)"),
            nbformat.v4.new_code_cell("pl.predict(t=1, phase='x')"),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    return folder


def test_what_a_learner_wrote_is_never_written_over(lessons: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert {path.name for path in fill(lessons, work)} == {"00_start.ipynb", "08_states.ipynb"}
    (work / "08_states.ipynb").write_text("mine", encoding="utf-8")
    (work / "00_start.ipynb").unlink()
    assert [path.name for path in fill(lessons, work)] == ["00_start.ipynb"]
    assert (work / "08_states.ipynb").read_text(encoding="utf-8") == "mine"


def test_a_fresh_copy_keeps_what_was_there_beside_it(lessons: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    fill(lessons, work)
    for words in ("first", "second"):
        (work / "08_states.ipynb").write_text(words, encoding="utf-8")
        assert main([str(lessons), str(work), "--fresh", "08"]) == 0
    kept = [(work / f"08_states (yours {n}).ipynb").read_text(encoding="utf-8") for n in (1, 2)]
    assert kept == ["first", "second"]
    first = nbformat.read(work / "08_states.ipynb", as_version=4).cells
    assert (first[0].source, first[1].source) == ("# A\n\n[G](glossary.md)", 'pl.predict(t=1, phase="?")')


def test_a_lesson_that_is_not_there_is_named(lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(lessons), str(tmp_path / "work"), "--fresh", "77"]) == 1
    assert "there is no lesson '77'" in capsys.readouterr().err
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "work")]) == 1
    assert "there is no lesson in the folder" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no lesson '9'"):
        fresh(lessons, tmp_path / "work", "9")

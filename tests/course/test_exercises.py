"""Every exercise of every lesson, four ways; and each lesson with its solutions in place of the stubs."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import podlab as pl
from podlab.course.exercise import Exercise, lesson_tasks
from podlab.course.own_kubelet.answers import differences

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(path.stem for path in (NOTEBOOKS / "solutions").glob("[0-9][0-9].py"))


def cells_of(lesson: str) -> dict[str, dict[str, str]]:
    return runpy.run_path(str(NOTEBOOKS / "solutions" / f"{lesson}.py"))["CELLS"]


EXERCISES = [(lesson, id) for lesson in LESSONS for id in cells_of(lesson)]


def notebook_of(lesson: str) -> nbformat.NotebookNode:
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    return nbformat.read(path, as_version=4)


def attempted(source: str, id: str) -> Exercise:
    """What a cell makes of an exercise. Its magics only show something, and are for IPython."""
    names: dict[str, Any] = {"pl": pl}
    exec("\n".join(line for line in source.splitlines() if not line.startswith("%")), names)
    (found,) = [value for value in names.values() if isinstance(value, Exercise)]
    assert found.task.id == id
    return found


def same(one: Any, other: Any) -> bool:
    """Equal; of functions (lesson 15), whether they answer all cases alike."""
    if not callable(one):
        return one == other
    rules = ("phase", "restarts", "backoff", "ready")
    (rule,) = [name for name in rules if name == one.__name__]
    return [d.yours for d in differences(rule, one)] == [d.yours for d in differences(rule, other)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_exercise_has_its_solutions_and_its_cell(lesson: str) -> None:
    cells = [c.metadata.podlab.exercise for c in notebook_of(lesson).cells if "exercise" in c.metadata.get("tags", [])]
    assert cells == list(cells_of(lesson)) == list(lesson_tasks(lesson))


@pytest.mark.parametrize(("lesson", "id"), EXERCISES)
def test_the_stub_fails_and_says_why(lesson: str, id: str) -> None:
    (cell,) = [c for c in notebook_of(lesson).cells if c.metadata.get("podlab", {}).get("exercise") == id]
    stub = attempted(cell.source, id)
    assert same(stub.attempt, stub.task.stub)
    assert not stub.check().passed
    assert stub.check().rows


@pytest.mark.parametrize(("lesson", "id"), EXERCISES)
@pytest.mark.parametrize(("kind", "passes"), [("solution", True), ("another", True), ("incomplete", False)])
def test_an_attempt(lesson: str, id: str, kind: str, passes: bool) -> None:
    result = attempted(cells_of(lesson)[id][kind], id).check()
    assert result.passed == passes, result.text
    assert passes or result.notes or any(row[0] == "no" for row in result.rows)


@pytest.mark.parametrize(("lesson", "id"), EXERCISES)
def test_hints_grow_and_end(lesson: str, id: str) -> None:
    exercise = pl.exercise(id)
    assert len(exercise.task.hints) >= 2
    assert "hint(2)" in exercise.hint(1).text
    assert "there are hints" in exercise.hint(99).text
    assert exercise.show()


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_lesson_runs_with_its_solutions(lesson: str) -> None:
    notebook = notebook_of(lesson)
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []):
            cell.source = cells_of(lesson)[cell.metadata.podlab.exercise]["solution"]
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    text = "\n".join(str(o.get("data", {}).get("text/plain", "")) for c in notebook.cells for o in c.get("outputs", []))
    done = [id for id in cells_of(lesson) if f"{id}: " in text and "Done!" in text]
    assert done == list(cells_of(lesson))

"""Assignments of lessons: nbgrader's source and the learner's notebook, made of what is tested and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from podlab.course.release import (
    BEGIN,
    CONFIG,
    END,
    NAVIGATION,
    YOURS,
    instructors,
    learners,
    main,
    open_lesson,
    release,
    verify,
)

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(
    path for path in NOTEBOOKS.glob("*.ipynb") if (NOTEBOOKS / "solutions" / f"{path.stem[:2]}.py").exists()
)
# What nbgrader's schema, version 3, allows in a cell's metadata, and of which type.
SCHEMA = {"schema_version": int, "grade": bool, "solution": bool, "locked": bool, "task": bool, "grade_id": str}


def marked(notebook: nbformat.NotebookNode, what: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(what)]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_exercise_has_a_solution_cell_and_a_graded_one(path: Path) -> None:
    lesson = open_lesson(path)
    source = instructors(lesson, points=2)
    nbformat.validate(source)
    assert [cell.metadata.nbgrader.grade_id for cell in marked(source, "solution")] == list(lesson.exercises)
    assert [cell.metadata.nbgrader.grade_id for cell in marked(source, "grade")] == [
        f"{id}-graded" for id in lesson.exercises
    ]
    for cell in marked(source, "schema_version"):
        data = dict(cell.metadata.nbgrader)
        assert data.pop("points", None) == (2 if data["grade"] else None)
        assert data.keys() == SCHEMA.keys()
        assert all(type(data[name]) is kind for name, kind in SCHEMA.items())
        assert data["schema_version"] == 3
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", data["grade_id"])
        assert data["locked"] == data["grade"] != data["solution"]
    for cell, (id, stub) in zip(marked(source, "solution"), lesson.exercises.items(), strict=True):
        assert cell.source == f"{stub}\n{BEGIN}\n{lesson.solutions[id]['solution']}\n{END}"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_learner_gets_the_lesson_as_shipped_and_graded_cells(path: Path) -> None:
    lesson = open_lesson(path)
    handout = learners(lesson)
    shipped = [cell.source for cell in lesson.notebook.cells if cell.cell_type == "code"]
    graded = {cell.id for cell in marked(handout, "grade")}
    code = [c.source.removesuffix(f"\n{YOURS}") for c in handout.cells if c.cell_type == "code" and c.id not in graded]
    assert code == shipped
    assert "SOLUTION" not in nbformat.writes(handout)
    assert all(
        cell.metadata.editable is False and cell.metadata.deletable is False for cell in marked(handout, "grade")
    )
    assert all("editable" not in cell.metadata for cell in marked(handout, "solution"))
    assert not NAVIGATION.search("\n".join(cell.source for cell in handout.cells if cell.cell_type == "markdown"))
    assert NAVIGATION.search("\n".join(cell.source for cell in lesson.notebook.cells))


def run(notebook: nbformat.NotebookNode, folder: Path) -> list[str]:
    """Run all of it; the ids of the graded cells that ended in an error."""
    NotebookClient(notebook, kernel_name="python3", timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    failed = [c for c in notebook.cells if any(o.output_type == "error" for o in c.get("outputs", []))]
    return [cell.metadata.nbgrader.grade_id for cell in failed]


def test_the_instructors_notebook_gets_all_points_and_the_stubs_none() -> None:
    lesson = open_lesson(NOTEBOOKS / "08_states_phase_ready_status.ipynb")
    assert run(instructors(lesson), NOTEBOOKS) == []
    graded = [f"{id}-graded" for id in lesson.exercises]
    handout = learners(lesson)
    assert run(handout, NOTEBOOKS) == graded
    first = next(cell for cell in handout.cells if cell.metadata.get("nbgrader", {}).get("grade"))
    assert "at 30 s READY is 0/1" in first.outputs[-1].evalue


def test_another_exercise_of_the_same_name_earns_nothing() -> None:
    lesson = open_lesson(NOTEBOOKS / "08_states_phase_ready_status.ipynb")
    handout = learners(lesson)
    cells = marked(handout, "solution")
    cells[0].source, cells[1].source = lesson.solutions["08-failed"]["solution"], "pass"
    assert run(handout, NOTEBOOKS) == [f"{id}-graded" for id in lesson.exercises if id != "08-failed"]


def test_the_files_are_written_and_settings_of_ones_own_are_kept(tmp_path: Path) -> None:
    lesson = open_lesson(NOTEBOOKS / "09_restart_policy_and_backoff.ipynb")
    made = [path.relative_to(tmp_path).as_posix() for path in release(lesson, tmp_path)]
    assert made == [
        f"source/{lesson.name}/{lesson.name}.ipynb",
        f"handout/{lesson.name}/{lesson.name}.ipynb",
        "nbgrader_config.py",
    ]
    assert (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8") == CONFIG
    (tmp_path / "nbgrader_config.py").write_text("mine", encoding="utf-8")
    release(lesson, tmp_path, overwrite=True)
    assert (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8") == "mine"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A lesson of one's own to spoil: a copy of lesson 08 with its solutions."""
    (tmp_path / "solutions").mkdir()
    shutil.copy(NOTEBOOKS / "solutions" / "08.py", tmp_path / "solutions")
    return Path(shutil.copy(NOTEBOOKS / "08_states_phase_ready_status.ipynb", tmp_path / "08_mine.ipynb"))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_lesson_whose_exercise_is_not_sound_is_refused(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(copied.parent / "solutions" / "08.py", '"incomplete": MIXED % ("OnFailure"', '"incomplete": MIXED % ("Never"')
    assert main([str(copied), "--to", str(copied.parent / "class")]) == 1
    assert re.search(r"no +08-failed +incomplete +passes", capsys.readouterr().err)
    assert not (copied.parent / "class").exists()
    assert main([str(copied), "--check"]) == 1
    assert "11 of 12 as they should be" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        pytest.param("CELLS", "CELL", "08.py: CELLS: for each exercise's id", id="no solutions"),
        pytest.param('"another": \'mine', '"other": \'mine', "exercise 08-stuck lacks another", id="one is missing"),
        pytest.param("CELLS = {", "CELLS = {{", "08.py cannot be read: SyntaxError", id="not Python"),
        pytest.param("STUCK = 'mine = pl", "STUCK = 'mine + pl", "exercise 08-stuck: NameError", id="it cannot run"),
    ],
)
def test_what_is_wrong_with_solutions_is_said(
    copied: Path, old: str, new: str, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(copied.parent / "solutions" / "08.py", old, new)
    assert main([str(copied), "--check"]) == 1
    assert error in capsys.readouterr().err.replace("08_mine, ", "")


@pytest.mark.parametrize(
    ("lesson", "error"),
    [("77", "there is no notebook notebooks/77_"), ("nowhere.ipynb", "there is no notebook 'nowhere.ipynb'")],
)
def test_a_lesson_that_is_not_there(lesson: str, error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([lesson, "--check"]) == 1
    assert error in capsys.readouterr().err


def test_a_lesson_without_solutions_names_the_file_it_looked_for(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied.parent / "solutions" / "08.py").unlink()
    assert main([str(copied), "--check"]) == 1
    assert "solutions/08.py' with the solutions of 08_mine.ipynb" in capsys.readouterr().err


def test_a_lesson_without_exercises_needs_no_solutions() -> None:
    assert verify(open_lesson(NOTEBOOKS / "00_start.ipynb")).rows == ()

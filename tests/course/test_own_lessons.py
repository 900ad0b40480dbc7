"""A lesson of one's own, outside podlab: the template is built, run and held to the house rules; tasks of one's own."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from course_papers import PROJECT, lesson_tool

import podlab as pl
from podlab.course import Check, Task, expect
from podlab.course.release import open_lesson, release, verify
from tests.notebooks import test_as_shipped

TEMPLATE = PROJECT / "docs" / "template-lesson"
HOUSE_RULES = {
    name: rule
    for name, rule in vars(test_as_shipped).items()
    if name.startswith("test_") and list(inspect.signature(rule).parameters) == ["notebook"]
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as an author makes it: the draft, the exercises and the solutions in a folder of their own."""
    folder = tmp_path_factory.mktemp("mine")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
    path = folder / "16_late.ipynb"
    draft = (PROJECT / "docs" / "template-lesson.md").read_text(encoding="utf-8")
    lesson_tool.run(lesson_tool.drafted(draft, path.stem), path)
    return path


@pytest.mark.parametrize("rule", HOUSE_RULES.values(), ids=HOUSE_RULES)
def test_the_template_keeps_the_house_rules(built: Path, rule: Callable[[Any], None]) -> None:
    rule(nbformat.read(built, as_version=4))


def test_all_house_rules_are_meant() -> None:
    assert len(HOUSE_RULES) >= 8


@pytest.mark.parametrize(
    "part", ["**predict**", "## What you know now", "**In a real cluster**", "**Read more**", "### Ex"]
)
def test_the_template_has_every_part_of_a_lesson(built: Path, part: str) -> None:
    assert part in "\n".join(cell.source for cell in nbformat.read(built, as_version=4).cells)


def test_the_templates_exercise_is_tried_four_ways(built: Path) -> None:
    table = verify(open_lesson(built))
    assert len(table.rows) == 4
    assert {row[0] for row in table.rows} == {"yes"}


def test_the_template_becomes_an_assignment_with_its_exercises_beside_it(built: Path, tmp_path: Path) -> None:
    made = {path.relative_to(tmp_path).as_posix() for path in release(open_lesson(built), tmp_path)}
    assert {"source/16_late/lesson_16.py", "handout/16_late/lesson_16.py"} < made
    assert not any("solutions" in name for name in made)


def test_a_folded_cell_is_folded_for_jupyterlab_too() -> None:
    draft = "# x\n\n```python tags=hide-input,hide-output\n1\n```\n\n```python tags=other\n2\n```\n"
    _, folded, other = lesson_tool.drafted(draft, "16_x").cells
    assert folded.metadata.jupyter == {"source_hidden": True, "outputs_hidden": True}
    assert folded.metadata.tags == ["hide-input", "hide-output"]
    assert "jupyter" not in other.metadata


POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: main, image: %s}]}}"
TASK = Task(
    id="tea",
    sentence="Let it run.",
    stub=POD % "busybox",
    hints=("Which image keeps running?", "nginx does."),
    checks=(expect("at 10 s it is ready", "web", 10, ready="1/1"),),
    until=20,
)
STORY = Task(
    id="soup",
    sentence="Predict second 5.",
    stub=pl.predict("web", t=5, phase="?"),
    hints=["It is a server.", "Servers run."],
    story=POD % "nginx",
    asks=["phase"],
)


def test_a_task_of_ones_own_is_an_exercise_without_touching_podlab() -> None:
    mine = pl.exercise(TASK)
    assert not mine.check().passed
    assert mine.hint(2).text.endswith("nginx does.")
    assert pl.exercise(TASK, POD % "nginx").check().passed
    assert pl.exercise(STORY, pl.predict("web", t=5, phase="Running")).check().passed
    assert not pl.exercise(STORY).check().passed
    assert ("exercise", "tea") in [row[:2] for row in pl.progress().rows]


def test_a_file_beside_the_notebook_is_found_by_the_exercises_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no exercise '16-sooner'; lesson 16 has none"):
        pl.exercise("16-sooner")
    shutil.copy(TEMPLATE / "lesson_16.py", tmp_path)
    assert pl.exercise("16-sooner").task.sentence.startswith("Bring READY")
    with pytest.raises(ValueError, match="lesson 16 has 16-sooner"):
        pl.exercise("16-later")


def test_the_courses_own_exercises_go_before_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lesson_08.py").write_text("TASKS = ()", encoding="utf-8")
    assert pl.exercise("08-failed").task.id == "08-failed"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("TASKS = (", "lesson_16.py cannot be read: SyntaxError", id="not Python"),
        pytest.param("TASKS = 1", "lesson_16.py: TASKS: a tuple of Task", id="no tasks"),
        pytest.param("", "lesson_16.py: TASKS: a tuple of Task", id="nothing"),
    ],
)
def test_a_file_that_holds_no_tasks(text: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lesson_16.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=error):
        pl.exercise("16-sooner")


@pytest.mark.parametrize(
    ("task", "change", "error"),
    [
        pytest.param(TASK, {"id": " "}, "Task: id: a text", id="no id"),
        pytest.param(TASK, {"sentence": ""}, "Task: sentence: a text", id="no sentence"),
        pytest.param(TASK, {"hints": "one"}, "Task tea: hints: a tuple of str", id="one hint, no tuple"),
        pytest.param(TASK, {"checks": Check("x", str)}, "Task tea: checks: a tuple of Check", id="one check, no tuple"),
        pytest.param(TASK, {"checks": ()}, "Task tea: checks: at least one", id="nothing is checked"),
        pytest.param(TASK, {"asks": ("phase",)}, "Task tea: asks: only with a story", id="asks without a story"),
        pytest.param(TASK, {"until": 0}, "Task tea: until: a number of seconds above 0", id="no time"),
        pytest.param(
            STORY, {"stub": "kind: Pod"}, "Task soup: stub: with a story it is a prediction", id="no prediction"
        ),
        pytest.param(STORY, {"asks": ()}, "Task soup: asks: what must be said, out of phase, ready", id="asks nothing"),
        pytest.param(STORY, {"asks": ("colour",)}, "Task soup: asks: what must be said", id="asks what is unknown"),
        pytest.param(STORY, {"checks": TASK.checks}, "Task soup: checks: not with a story", id="checks and a story"),
    ],
)
def test_a_task_that_does_not_fit_together_is_refused(task: Task, change: dict[str, Any], error: str) -> None:
    with pytest.raises((ValueError, TypeError), match=error):
        replace(task, **change)


def test_an_exercise_is_an_id_or_a_task() -> None:
    with pytest.raises(TypeError, match=r"the id of an exercise, .* or a Task, not an int"):
        pl.exercise(8)

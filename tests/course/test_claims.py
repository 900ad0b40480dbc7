"""The table of claims in docs/README.md: each place that it names is there, and no exercise is left out."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from podlab.course.exercise import lesson_tasks
from podlab.course.recorded import recorded_names

PROJECT = Path(__file__).parents[2]
LESSONS = {path.name[:2]: path for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))}
ROW = re.compile(r"^\| (?P<claim>.+?) \| (?P<lesson>\d\d) \| (?P<where>.+?) \| (?P<tests>.*?) ?\|$", re.MULTILINE)
ROWS = [found.groupdict() for found in ROW.finditer((PROJECT / "docs" / "README.md").read_text(encoding="utf-8"))]
NAMED = re.compile(r",? ?\b(?:and )?(exercises?|recorded) (`[^`]+`(?:, `[^`]+`)*)")


def headings(lesson: str) -> set[str]:
    cells = nbformat.read(LESSONS[lesson], as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {found.replace("`", "") for found in re.findall(r"^#+ (?:\d\d · )?(.+?)\s*$", text, re.MULTILINE)}


def named(kind: str, where: str) -> list[str]:
    found = [names for what, names in NAMED.findall(where) if what.startswith(kind)]
    return [name.strip("` ") for names in found for name in names.split(",")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['lesson']}-{row['claim'][:40]}")
def test_what_a_claim_names_is_there(row: dict[str, str]) -> None:
    lesson, where = row["lesson"], row["where"]
    assert set(named("exercise", where)) <= set(lesson_tasks(lesson))
    assert set(named("recorded", where)) <= set(recorded_names())
    places = [part.strip().rstrip(",") for part in NAMED.sub("", where).split(";")]
    there = headings(lesson)
    assert [place for place in places if place and place.replace("`", "") not in there] == []
    for path in re.findall(r"`(tests/[^`]*)`", row["tests"]):
        assert (PROJECT / path).exists(), path


def test_each_lesson_has_claims_and_each_exercise_shows_one() -> None:
    assert sorted({row["lesson"] for row in ROWS}) == sorted(LESSONS)
    shown = {name for row in ROWS for name in named("exercise", row["where"])}
    assert sorted({task for lesson in LESSONS for task in lesson_tasks(lesson)} - shown) == []

"""The papers around the lessons: what is made of something else is up to date, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from course_papers import PROJECT, WRITTEN, course, prose

LESSON_FILES = {f"{lesson.name}.ipynb" for lesson in course.LESSONS}
PAGES = [PROJECT / "README.md", PROJECT / "DESIGN.md", *sorted((PROJECT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@pytest.mark.parametrize("path", course.papers(), ids=lambda path: path.name)
def test_what_is_made_is_up_to_date(path: Path) -> None:
    """Otherwise run `python tools/course.py`, which writes it anew."""
    assert course.stale({path: course.papers()[path]}) == []


def test_nothing_but_the_two_lines_of_links_is_changed_in_a_lesson() -> None:
    for lesson in WRITTEN:
        before = nbformat.read(lesson.path, as_version=4)
        after = nbformat.reads(course.lesson_with_links(lesson), as_version=4)
        code = [[cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (before, after)]
        assert code[0] == code[1]


def test_a_lesson_without_links_gets_them_and_one_with_wrong_links_the_right_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path)
    lesson = course.LESSONS[13]
    cells = [("# 13 · The clinic\n\nTwelve pods.", ""), ("The end.", "\n\nNext: [nothing](nothing.ipynb).")]
    for wrong in (False, True):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell(text + (more if wrong else "")) for text, more in cells]
        )
        nbformat.write(notebook, lesson.path)
        made = nbformat.reads(course.lesson_with_links(lesson), as_version=4)
        assert [cell.source for cell in made.cells] == [
            f"# 13 · The clinic\n\n{course.head(lesson)}\n\nTwelve pods.",
            "The end.\n\nNext: [14 · Your own manifest](14_your_own_manifest.ipynb). "
            "Before: [12 · Nodes die](12_nodes_die.ipynb).",
        ]


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_each_lesson_ends_with_the_next_one_and_has_its_title(lesson: course.Lesson) -> None:
    cells = prose(lesson.path)
    assert cells[-1].splitlines()[-1].startswith("Next: ")
    heading = cells[0].splitlines()[0]
    assert heading == (f"# {lesson.heading}" if lesson.number != "00" else "# Start here: what is a pod?")


def test_every_notebook_is_a_lesson_of_the_list() -> None:
    assert {path.name for path in NOTEBOOKS} <= LESSON_FILES


def test_the_first_notebook_names_every_lesson() -> None:
    text = "\n".join(prose(course.LESSONS[0].path))
    assert [lesson.name for lesson in course.LESSONS[1:] if course.link(lesson) not in text] == []


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings: of a code host for Markdown, JupyterLab's for a notebook."""
    text = "\n".join(prose(path)) if path.suffix == ".ipynb" else CODE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    if path.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in headings}
    return set(course.anchors_of(headings).values())


@pytest.mark.parametrize("path", PAGES + NOTEBOOKS, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    """Lessons that are still being written count as there: the course has a fixed list of them."""
    text = "\n".join(prose(path)) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    broken = []
    for target in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        coming = there.parent == PROJECT / "notebooks" and there.name in LESSON_FILES
        if there.exists():
            led = not fragment or there.suffix not in (".md", ".ipynb") or fragment in anchors(there)
        else:
            led = coming
        if not led:
            broken.append(target)
    assert broken == []


def test_instructors_read_of_every_lesson() -> None:
    text = (PROJECT / "docs" / "instructors.md").read_text(encoding="utf-8")
    for lesson in course.LESSONS:
        part = text.split(f"### {lesson.heading}\n")[1].split("\n## ")[0].split("\n### ")[0]
        assert all(word in part for word in ("*Goals.*", "*Ask.*", "*Watch for.*")), lesson.name


PROMISE = re.compile(r"takes about (\d+|an hour and a half)|(Twenty) minutes")
IN_WORDS = {"Twenty": 20, "an hour and a half": 90}


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_a_lesson_promises_about_the_time_that_is_estimated(lesson: course.Lesson) -> None:
    """Within a third of it: both are estimates, and the lesson speaks to one who does not stop at everything."""
    said = PROMISE.search(prose(lesson.path)[0])
    assert said is not None
    words = said[1] or said[2]
    estimate = course.size(lesson)[2]
    assert abs(int(IN_WORDS.get(words, words)) - estimate) <= estimate / 3

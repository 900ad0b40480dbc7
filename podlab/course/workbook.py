"""Working copies of the lessons: without outputs, and with "?" where the author's guess stood.

    python -m podlab.course.workbook notebooks work              make what is missing in the folder work/
    python -m podlab.course.workbook notebooks work --fresh 08   begin lesson 08 anew; the copy so far is kept beside it

A lesson as it is saved shows what its cells print, so that a code host shows it and its tests compare it. A learner
would read the answer before the question. So `make lab` and the site open a copy. A copy that is there is never
written over, whatever its lesson has become since.
"""

from __future__ import annotations

import argparse
import ast
import copy
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat as typed_nbformat

from podlab.api.mistakes import WrongValue
from podlab.course.answer import OPEN
from podlab.course.release import without_magics

GIVEN = {"pod", "t", "container"}
"""What of a prediction is the question; all else is the guess."""
GLOSSARY = "../docs/glossary.md"
SHOWN = re.compile(r"^> This page shows .*\n?\n?", re.MULTILINE)
"""The line, written by tools/course.py, by which a lesson with outputs says that it has them."""

nbformat: Any = typed_nbformat
Notebook = Any


def working_copy(notebook: Notebook) -> Notebook:
    """A lesson as a learner begins it: nothing has been run, and no guess has been made."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.source = unguessed(cell.source)
        else:
            cell.source = SHOWN.sub("", cell.source).replace(f"({GLOSSARY}", "(glossary.md")
    return made


def unguessed(source: str) -> str:
    """A cell with "?" in place of each guess in a call of `pl.predict`; all else stays as it is, to the letter."""
    try:
        tree = ast.parse(without_magics(source))
    except SyntaxError:  # a cell magic, such as %%kubectl: no Python, so no prediction
        return source
    lines = source.split("\n")
    for value in sorted(_guesses(tree), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        end_line, end = value.end_lineno or value.lineno, value.end_col_offset or 0
        head, tail = _bytes(lines[value.lineno - 1], 0, value.col_offset), _bytes(lines[end_line - 1], end)
        lines[value.lineno - 1 : end_line] = [head + _open(value) + tail]
    return "\n".join(lines)


def _guesses(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "predict":
            yield from (word.value for word in node.keywords if word.arg not in GIVEN)


def _open(guess: ast.expr) -> str:
    """One question mark; a list of numbers, such as waits, gets one for each, and so says how many are asked for."""
    one = f'"{OPEN}"'
    if not isinstance(guess, ast.List):
        return one
    said = [each.value if isinstance(each, ast.Constant) else None for each in guess.elts]
    counted = any(isinstance(each, int | float) or each == OPEN for each in said)
    return f"[{', '.join([one] * len(said))}]" if counted else one


def _bytes(line: str, start: int, end: int | None = None) -> str:
    """A part of a line; Python's syntax tree counts columns in bytes of UTF-8."""
    return line.encode()[start:end].decode()


def fill(lessons: Path, work: Path) -> list[Path]:
    """Make the working copies that are missing, and the glossary beside them; returns the files made."""
    work.mkdir(parents=True, exist_ok=True)
    made = [_write(path, work / path.name) for path in _lessons(lessons) if not (work / path.name).exists()]
    glossary = (lessons / GLOSSARY).resolve()
    if glossary.is_file():  # nobody writes in it, so it may follow its original
        text = glossary.read_text(encoding="utf-8").replace("(../notebooks/", "(")
        (work / "glossary.md").write_text(text, encoding="utf-8")
    return made


def fresh(lessons: Path, work: Path, number: str) -> Path:
    """Begin a lesson anew: what was written so far is kept under another name. WrongValue when there is no such one."""
    found = [path for path in _lessons(lessons) if path.name.split("_")[0] == number]
    if not found:
        raise WrongValue(f"fresh: there is no lesson {number!r} in {str(lessons)!r}; write its number, as in 08")
    target = work / found[0].name
    if target.exists():
        n = 1
        while (kept := target.with_stem(f"{target.stem} (yours {n})")).exists():
            n += 1
        target.rename(kept)
    work.mkdir(parents=True, exist_ok=True)
    return _write(found[0], target)


def _lessons(folder: Path) -> list[Path]:
    found = sorted(folder.glob("[0-9][0-9]*_*.ipynb"))
    if not found:
        raise WrongValue(f"lessons: there is no lesson in the folder {str(folder)!r}")
    return found


def _write(lesson: Path, target: Path) -> Path:
    nbformat.write(working_copy(nbformat.read(lesson, as_version=4)), target)
    for own in lesson.parent.glob(f"lesson_{lesson.name[:2]}.py"):  # an own lesson's exercises
        shutil.copy(own, target.parent)
    return target


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 with one clear message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m podlab.course.workbook", description="Make working copies.")
    parser.add_argument("lessons", type=Path, help="the folder of the lessons")
    parser.add_argument("work", type=Path, help="the folder of the copies")
    parser.add_argument("--fresh", metavar="NN", help="begin this lesson anew, and keep the copy so far beside it")
    args = parser.parse_args(argv)
    try:
        made = [fresh(args.lessons, args.work, args.fresh)] if args.fresh else fill(args.lessons, args.work)
    except (ValueError, OSError) as error:
        print(f"podlab: {error}", file=sys.stderr)
        return 1
    if made:
        print(f"podlab: made {len(made)} working cop{'y' if len(made) == 1 else 'ies'} in {args.work}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""An assignment of a lesson: the instructor's notebook with solutions, and the learner's without.

    python -m podlab.course.release 08 09 --to class        lessons of the folder notebooks/
    python -m podlab.course.release mine/15_late.ipynb --to class
    python -m podlab.course.release 08 --check              only test the exercises four ways

It writes, for a lesson `NN_title.ipynb` with its solutions in `solutions/NN.py` beside it:

    class/source/NN_title/    nbgrader's source: solutions between BEGIN and END SOLUTION, and graded cells
    class/handout/NN_title/   the learner's notebook, as `nbgrader generate_assignment` would make it
    class/nbgrader_config.py  only if there is none: the stub stays, where nbgrader would put an error in its place
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import re
import runpy
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat as typed_nbformat

from podlab.api.mistakes import WrongValue
from podlab.course.exercise import Exercise
from podlab.formats.new_file import write_files
from podlab.views.table import Table

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
YOURS = "# Your attempt is above: change it there."
SCHEMA = 3
"""The version of nbgrader's cell metadata that is written: that of nbgrader 0.6 to 0.9."""
WAYS = {"solution": True, "another": True, "incomplete": False}
"""The sources a solutions file holds for each exercise, and whether each must pass."""
NAVIGATION = re.compile(r"^(\[All lessons\]|Next: |> This page shows ).*\n?", re.MULTILINE)
"""The lines that lead to other lessons, written by tools/course.py: in an assignment they would lead nowhere."""
CONFIG = f"""\
# nbgrader's settings for lessons of podlab, made by `python -m podlab.course.release`.
c = get_config()
# The learner keeps the exercise's stub; nbgrader's own words would be an error in the middle of the lesson.
c.ClearSolutions.code_stub = {{"python": "{YOURS}"}}
"""

nbformat: Any = typed_nbformat  # of its functions only some have types
Notebook = Any


@dataclass(frozen=True)
class Lesson:
    """A lesson's file, its notebook, and for each exercise sources of its cell: solution, another, incomplete."""

    path: Path
    notebook: Notebook
    solutions: Mapping[str, Mapping[str, str]]

    @property
    def name(self) -> str:
        """The name of the file without its ending; it is the assignment's name too."""
        return self.path.stem

    @property
    def exercises(self) -> dict[str, str]:
        """The stub of each exercise: the source of its cell, by id."""
        return {_exercise_of(cell): cell.source for cell in self.notebook.cells if _exercise_of(cell)}


def open_lesson(path: Path, solutions: Path | None = None) -> Lesson:
    """A lesson and its solutions. WrongValue says what is missing, or which exercise has no solution."""
    if path.suffix != ".ipynb" or not path.is_file():
        raise WrongValue(f"lesson: there is no notebook {str(path)!r}")
    notebook = nbformat.read(path, as_version=4)
    file = solutions or path.parent / "solutions" / f"{path.stem[:2]}.py"
    cells: Any = {}
    if any(_exercise_of(cell) for cell in notebook.cells):
        if not file.is_file():
            raise WrongValue(f"solutions: there is no file {str(file)!r} with the solutions of {path.name}")
        try:
            cells = runpy.run_path(str(file)).get("CELLS")
        except Exception as error:  # whatever the author's file does
            raise WrongValue(f"{file.name} cannot be read: {type(error).__name__}: {error}") from error
        if not isinstance(cells, dict):
            raise WrongValue(f"{file.name}: CELLS: for each exercise's id a dict of {', '.join(WAYS)}")
    lesson = Lesson(path, notebook, cells)
    for id in lesson.exercises:
        if missing := [way for way in WAYS if way not in cells.get(id, {})]:
            raise WrongValue(f"{file.name}: exercise {id} lacks {', '.join(missing)}")
    return lesson


def verify(lesson: Lesson) -> Table:
    """Each exercise tried four ways. A row says yes when the stub and the half-way repair fail and the others pass."""
    rows = []
    for id, stub in lesson.exercises.items():
        sources = {"stub": stub, **{way: lesson.solutions[id][way] for way in WAYS}}
        for way, source in sources.items():
            wanted, passed = WAYS.get(way, False), _passes(lesson, id, source)
            says = {True: "passes", False: "fails", None: "is no attempt at this exercise"}[passed]
            rows.append(("yes" if passed is wanted else "no", id, way, says))
    right = sum(row[0] == "yes" for row in rows)
    return Table(f"{lesson.name}: {right} of {len(rows)} as they should be", ("right", "exercise", "", ""), tuple(rows))


def _passes(lesson: Lesson, id: str, source: str) -> bool | None:
    """Whether an attempt passes; None when the source makes none at this exercise."""
    import podlab

    names: dict[str, Any] = {"pl": podlab}
    # Beside the notebook, where its own lesson_NN.py is found; what the lesson itself imports is imported here too.
    with contextlib.chdir(lesson.path.parent), _importable(lesson.path.parent):
        try:
            for line in _imports(lesson):
                exec(line, names)
            exec(without_magics(source), names)
        except Exception as error:
            raise WrongValue(f"{lesson.name}, exercise {id}: {type(error).__name__}: {error}") from error
        tried = names.get(_attempt(source, id)[0])
        return tried.check().passed if isinstance(tried, Exercise) and tried.task.id == id else None


def _imports(lesson: Lesson) -> list[str]:
    """The lines by which the lesson imports something; magics beside them are a notebook's affair."""
    code = "\n".join(cell.source for cell in lesson.notebook.cells if cell.cell_type == "code")
    return re.findall(r"^(?:import|from) .+$", code, re.MULTILINE)


@contextlib.contextmanager
def _importable(folder: Path) -> Any:
    sys.path.insert(0, str(folder.resolve()))
    try:
        yield
    finally:
        sys.path.remove(str(folder.resolve()))


def instructors(lesson: Lesson, points: float = 1) -> Notebook:
    """The lesson as nbgrader's source: each exercise's cell with its solution, and a graded cell after its check."""
    notebook = _without_navigation(lesson)
    cells, waiting = [], None
    for cell in notebook.cells:
        # The graded cell comes after the learner's own check, which follows the attempt.
        id = _exercise_of(cell)
        if waiting and (id or cell.cell_type != "code"):
            cells.append(_graded(waiting, points))
            waiting = None
        if id:
            waiting = copy.deepcopy(cell)
            cell.source = f"{cell.source}\n{BEGIN}\n{lesson.solutions[id]['solution']}\n{END}"
            cell.metadata.nbgrader = _metadata(id, solution=True)
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
    notebook.cells = cells if waiting is None else [*cells, _graded(waiting, points)]
    return notebook


def learners(lesson: Lesson, points: float = 1) -> Notebook:
    """The lesson for learners: the stubs, no solution, and the graded cells locked."""
    notebook = instructors(lesson, points)
    for cell in notebook.cells:
        if _exercise_of(cell):
            cell.source = re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", YOURS, cell.source, flags=re.DOTALL)
        if cell.metadata.get("nbgrader"):
            cell.metadata.deletable = False
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata.editable = False
    return notebook


def _graded(exercise: Notebook, points: float) -> Notebook:
    """A cell that is right when the exercise is done; the attempt alone counts, checked anew."""
    id = _exercise_of(exercise)
    name, task = _attempt(exercise.source, id)
    cell = nbformat.v4.new_code_cell(
        f'assert {name}.task.id == "{id}", "run the cell of the exercise first"\n'
        f"graded = pl.exercise({task}, {name}.attempt).check()\n"
        "assert graded.passed, graded.text"
    )
    cell.id = f"{exercise.id}-graded"
    # The tag lets Run All go on behind an exercise that is not done yet; nbgrader counts the error all the same.
    cell.metadata = nbformat.from_dict(
        {"tags": ["raises-exception"], "nbgrader": _metadata(f"{id}-graded", points=points)}
    )
    return cell


def _metadata(id: str, *, solution: bool = False, points: float | None = None) -> Notebook:
    """What nbgrader wants to know of a cell: a solution to fill in, or a locked one that is graded."""
    graded = {} if points is None else {"points": points}
    return nbformat.from_dict(
        {
            "schema_version": SCHEMA,
            "grade_id": id,
            "grade": points is not None,
            "solution": solution,
            "locked": points is not None,
            "task": False,
            **graded,
        }
    )


def _exercise_of(cell: Notebook) -> str:
    """The id of the exercise whose attempt this cell holds, or nothing."""
    return str(cell.metadata.get("podlab", {}).get("exercise", "")) if cell.cell_type == "code" else ""


def _attempt(source: str, id: str) -> tuple[str, str]:
    """The variable that a cell gives its attempt, and how the exercise is named for `pl.exercise`.

    The cell says `mine = pl.exercise("08-failed", …)`, or has a Task in place of the id. `mine = pl.clinic(1, …)` is
    an attempt too, at the exercise that the cell names in its metadata.
    """
    for statement in ast.parse(without_magics(source)).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            (target, *_), call = statement.targets, statement.value
            made_by = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if isinstance(target, ast.Name) and made_by == "exercise" and call.args:
                return target.id, ast.unparse(call.args[0]).replace("'", '"')
            if isinstance(target, ast.Name) and made_by == "clinic":
                return target.id, f'"{id}"'
    raise WrongValue(f'exercise {id}: its cell should be of the form mine = pl.exercise("{id}", …)')


def without_magics(source: str) -> str:
    """A cell's Python: lines such as `%kubectl get pods` only show something, and are for IPython."""
    return "\n".join("" if line.startswith("%") else line for line in source.split("\n"))


def _without_navigation(lesson: Lesson) -> Notebook:
    notebook = copy.deepcopy(lesson.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = NAVIGATION.sub("", cell.source).strip()
    return notebook


def release(lesson: Lesson, to: Path, points: float = 1, *, overwrite: bool = False) -> list[Path]:
    """Write both notebooks under the folder `to`; returns the files made.

    Errors: WrongValue when an exercise is not sound, or a notebook is there and `overwrite` is not True.
    """
    table = verify(lesson)
    if any(row[0] == "no" for row in table.rows):
        raise WrongValue(f"{lesson.name} is not released; its exercises should stand all four tests:\n{table.text}")
    files: dict[Path, str | bytes] = {}
    for folder, notebook in (("source", instructors(lesson, points)), ("handout", learners(lesson, points))):
        target = to / folder / lesson.name
        target.mkdir(parents=True, exist_ok=True)
        nbformat.validate(notebook)
        files[target / lesson.path.name] = nbformat.writes(notebook) + "\n"
        own = lesson.path.parent / f"lesson_{lesson.name[:2]}.py"
        if own.is_file():
            files[target / own.name] = own.read_bytes()
    made = write_files(files, what="--to", overwrite=overwrite)
    config = to / "nbgrader_config.py"
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")
        made.append(config)
    return made


def _found(lesson: str) -> Path:
    """A lesson by its number, in the folder notebooks/, or by its file."""
    if not re.fullmatch(r"\d\d", lesson):
        return Path(lesson)
    paths = sorted(Path("notebooks").glob(f"{lesson}_*.ipynb"))
    if len(paths) != 1:
        raise WrongValue(f"lesson: there is no notebook notebooks/{lesson}_….ipynb here; give the path of its file")
    return paths[0]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 with one clear message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m podlab.course.release", description="Make assignments of lessons.")
    parser.add_argument("lessons", nargs="+", metavar="LESSON", help='a number, as in "08", or a notebook\'s file')
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="nbgrader's course folder, or any other")
    parser.add_argument("--force", action="store_true", help="let --to write over notebooks that are there")
    parser.add_argument("--points", type=float, default=1, help="the points of each exercise (default: 1)")
    parser.add_argument("--solutions", type=Path, metavar="FILE", help="default: solutions/NN.py beside the notebook")
    parser.add_argument("--check", action="store_true", help="test the exercises four ways and write nothing")
    args = parser.parse_args(argv)
    if args.to is None and not args.check:
        parser.error("say where to write: --to FOLDER, or --check to write nothing")
    sound = True
    try:
        for lesson in [open_lesson(_found(name), args.solutions) for name in args.lessons]:
            if args.check:
                table = verify(lesson)
                sound = sound and all(row[0] == "yes" for row in table.rows)
                print(table.text)
            else:
                print(*release(lesson, args.to, args.points, overwrite=args.force), sep="\n")
    except (ValueError, OSError) as error:
        print(f"podlab: {error}", file=sys.stderr)
        return 1
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())

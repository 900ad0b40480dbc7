"""An exercise: a sentence, a stub to change, a picture of the attempt, a table of what holds, and hints by degrees.

A lesson's exercises are `TASKS` in `lesson_NN.py`, in `podlab/course/lessons/` or beside the notebook; the id
"08-not-ready" begins with the lesson. An exercise may also be given as a `Task`, wherever it was made.
"""

from __future__ import annotations

import importlib
import re
import runpy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podlab.api import ManifestError
from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.course.columns import COLUMNS, value_at
from podlab.course.prediction import SEQUENCES, Prediction
from podlab.course.progress import note
from podlab.course.treatment import Treatment
from podlab.explain.columns import reason
from podlab.simulation import Scenario, Trace, load, run
from podlab.views.table import Table

if TYPE_CHECKING:
    from podlab.views import View

Attempt = Scenario | Prediction | Treatment | str | dict[str, Any] | Callable[..., Any]
HOLDS = ""
"""What a check's test returns when it holds; otherwise it returns what was found instead, in words."""


@dataclass(frozen=True)
class Check:
    """One thing that must hold: `says` it in words; `test` gets the attempt's trace, returns HOLDS or what it found."""

    says: str
    test: Callable[[Trace], str]


def wrote(lines: Iterable[str]) -> str:
    """What a program wrote, in words: the answer of a check that looked for something else."""
    return f"it wrote: {' / '.join(lines) or 'nothing'}"


def expect(says: str, pod: str, t: float, **columns: str) -> Check:
    """A check that columns of a pod (phase, ready, status, restarts) have these values at `t`; the answer says why."""
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise WrongValue(f"columns are {', '.join(COLUMNS)}, not {', '.join(sorted(unknown))}")

    def test(trace: Trace) -> str:
        if pod not in trace.pods:
            return f"there is no pod {pod}"
        for column, wanted in columns.items():
            found = value_at(trace, pod, column, t)
            if found != wanted:
                return f"at {t:g} s {column} is {found}. {reason(trace, pod, column, t)}"
        return HOLDS

    return Check(says, test)


@dataclass(frozen=True)
class Task:
    """What an exercise asks. `stub` is the attempt to begin with; each of the `hints` says more than the one before.

    A manifest (or a scenario) is run for `until` seconds and must pass `checks`. With `story`, a manifest or a
    scenario, the attempt is a prediction about that story instead, and must say the things in `asks` rightly.
    Errors: WrongValue or WrongType (a ValueError, a TypeError) names the part that does not fit.
    """

    id: str
    sentence: str
    stub: Attempt
    hints: Sequence[str]
    checks: Sequence[Check] = ()
    until: float = 120
    story: str | Scenario | None = None
    asks: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name, value in (("id", self.id), ("sentence", self.sentence)):
            if not (isinstance(value, str) and value.strip()):
                raise WrongValue(f"Task: {name}: a text that is not empty, not {value!r}")
        self._list("hints", str, 'hints=("Think of …", "Add …")')
        self._list("checks", Check, 'checks=(expect("at 30 s the pod runs", "web", 30, phase="Running"),)')
        self._list("asks", str, 'asks=("phase", "ready")')
        if not (isinstance(self.until, int | float) and self.until > 0):
            raise WrongValue(f"Task {self.id}: until: a number of seconds above 0, not {self.until!r}")
        self._fits_together()

    def _fits_together(self) -> None:
        """Refuse what no attempt could pass, or every attempt would."""
        if self.story is None:
            self._about_a_manifest()
        else:
            self._about_a_story()

    def _list(self, name: str, kind: type, example: str) -> None:
        """A list is taken for a tuple; a text or a lone thing where several are meant is the usual slip."""
        value = getattr(self, name)
        if not isinstance(value, tuple | list) or not all(isinstance(each, kind) for each in value):
            raise WrongType(f"Task {self.id}: {name}: a tuple of {kind.__name__}, as in {example}")
        object.__setattr__(self, name, tuple(value))

    def _about_a_manifest(self) -> None:
        if not self.checks:
            raise WrongValue(f"Task {self.id}: checks: at least one, or every attempt would pass")
        if self.asks:
            raise WrongValue(f"Task {self.id}: asks: only with a story, about which the attempt predicts something")

    def _about_a_story(self) -> None:
        known = (*COLUMNS, *SEQUENCES, "waits")
        if not isinstance(self.stub, Prediction):
            raise WrongType(f"Task {self.id}: stub: with a story it is a prediction with question marks: predict(…)")
        if self.checks:
            raise WrongValue(f"Task {self.id}: checks: not with a story; the prediction is checked against it")
        if not self.asks or not set(self.asks) <= set(known):
            raise WrongValue(f"Task {self.id}: asks: what must be said, out of {', '.join(known)}, not {self.asks!r}")

    def tried(self, attempt: Attempt | None = None) -> Exercise:
        """The exercise with an attempt, by default the stub."""
        return Exercise(self, self.stub if attempt is None else attempt)


@dataclass(frozen=True, repr=False)
class Result(Table):
    """The table of what holds; `passed` is True when everything does."""

    passed: bool = False

    @property
    def verdict(self) -> str:
        """The sign of success once everything holds."""
        return "done" if self.passed else ""


@dataclass(frozen=True, repr=False)
class Exercise:
    """A task and an attempt at it. Nothing here raises on a bad attempt: `check()` says what is wrong with it."""

    task: Task
    attempt: Attempt

    def __repr__(self) -> str:
        return f"Exercise {self.task.id}: {self.task.sentence}"

    @cached_property
    def _trace(self) -> Trace:
        what = self.attempt if self.task.story is None else self.task.story
        if isinstance(what, Prediction | Treatment) or callable(what):
            raise WrongValue(f"this exercise wants a manifest or a scenario, not {a_kind(what).lower()}")
        return run(what if isinstance(what, Scenario) else load(what), self.task.until)

    def show(self) -> View | Table:
        """A picture of the attempt: its timeline. Of a prediction: the table of what it says, without the truth."""
        from podlab.views import timeline  # loads matplotlib

        if isinstance(self.attempt, Prediction):
            return _said(self.attempt)
        try:
            return timeline(self._trace)
        except Exception as error:  # an attempt may be anything, and the learner needs the sentence, not a traceback
            return Table(f"{self.task.id}: this cannot be run", (), (), _sentences(error))

    def check(self) -> Result:
        """What holds and what does not, and why. Never raises."""
        try:
            rows, notes = self._prediction_rows() if self.task.story is not None else self._manifest_rows()
        except Exception as error:  # as in show()
            faults = len(error.faults) if isinstance(error, ManifestError) else 0
            found = f"{faults} {'fault' if faults == 1 else 'faults'}" if faults else ""
            rows, notes = [("no", "the attempt can be run", found)], _sentences(error)
        held = sum(row[0] == "yes" for row in rows)
        note("exercise", self.task.id, held, len(rows))
        title = f"{self.task.id}: {held} of {len(rows)} hold" + (". Done!" if held == len(rows) else "")
        return Result(title, ("holds", "what", ""), tuple(rows), notes, held == len(rows))

    def _manifest_rows(self) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
        found = [(check.says, check.test(self._trace)) for check in self.task.checks]
        rows = [("yes" if text == HOLDS else "no", says, "") for says, text in found]
        notes = [f"{says}: {text}" for says, text in found if text != HOLDS]
        return rows, (*notes, *(_never_started(self._trace) if notes else ()))

    def _prediction_rows(self) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
        if not isinstance(self.attempt, Prediction):
            raise WrongValue("this exercise wants a prediction: pl.predict(...)")
        story, attempt = self._trace, self.attempt
        said = {*attempt.values, *attempt.sequences} | ({"waits"} if attempt.waits is not None else set())
        wanted = self.task.stub
        assert isinstance(wanted, Prediction)
        if attempt.t != wanted.t or attempt.pod != wanted.pod:
            raise WrongValue(f"the question is about pod {wanted.pod} at t={wanted.t}; leave these as they are")
        rows = [("no", f"you say something of {name}", "") for name in self.task.asks if name not in said]
        answer = attempt.answer(story)
        rows += [
            ("yes" if line.right else "no", f"{line.what}: {line.predicted}", line.verdict) for line in answer.lines
        ]
        if attempt.waits is not None and wanted.waits is not None and len(attempt.waits) != len(wanted.waits):
            rows.append(("no", f"you name {len(wanted.waits)} waits", f"{len(attempt.waits)}"))
        reasons = (f"Why {line.what}: {line.why}" for line in answer.lines if line.predicted != "?" and not line.right)
        return rows, tuple(dict.fromkeys(reasons))

    def hint(self, number: int = 1) -> Table:
        """Hint `number`, from 1: each says more than the one before."""
        hints = self.task.hints
        if number not in range(1, len(hints) + 1):
            return Table(f"{self.task.id}: there are hints 1 to {len(hints)}", (), ())
        more = f" hint({number + 1}) says more." if number < len(hints) else ""
        return Table(f"Hint {number} of {len(hints)}", (), (), (hints[number - 1] + more,))


def exercise(task: str | Task, attempt: Attempt | None = None) -> Exercise:
    """An exercise with your attempt (default: its stub). `task` is the id of one of the course, or your own `Task`.

    An id such as "16-late" is looked for in the course and then in the file `lesson_16.py` beside the notebook.
    WrongValue (a ValueError) names the exercises there are.
    """
    if isinstance(task, Task):
        return task.tried(attempt)
    if not isinstance(task, str):
        raise WrongType(f'exercise: the id of an exercise, as in exercise("08-failed"), or a Task, not {a_kind(task)}')
    tasks = lesson_tasks(task[:2])
    if task not in tasks:
        raise WrongValue(f"there is no exercise {task!r}; lesson {task[:2]} has {', '.join(tasks) or 'none'}")
    return tasks[task].tried(attempt)


def lesson_tasks(lesson: str) -> Mapping[str, Task]:
    """The tasks of a lesson, "08", by id: of the course, else of `lesson_NN.py` beside the notebook; else none."""
    if not (len(lesson) == 2 and lesson.isdigit()):
        return {}
    name = f"podlab.course.lessons.lesson_{lesson}"
    try:
        return {task.id: task for task in importlib.import_module(name).TASKS}
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    own = Path(f"lesson_{lesson}.py")
    return {task.id: task for task in own_tasks(own)} if own.is_file() else {}


def own_tasks(path: Path) -> tuple[Task, ...]:
    """The `TASKS` of an author's own file, read anew each time. WrongValue says what is wrong with the file."""
    try:
        tasks = runpy.run_path(str(path)).get("TASKS")
    except Exception as error:  # whatever the file does: the learner who meets it needs a sentence
        raise WrongValue(f"{path.name} cannot be read: {type(error).__name__}: {error}") from error
    if not isinstance(tasks, tuple | list) or not all(isinstance(task, Task) for task in tasks):
        raise WrongValue(f"{path.name}: TASKS: a tuple of Task, as in TASKS = (Task(…),)")
    return tuple(tasks)


def _never_started(trace: Trace) -> Iterator[str]:
    """The containers that cannot be started, each with what the runtime says: the cause of much else that fails."""
    for change in {c.name: c for c in trace.changes if not c.deleted}.values():
        status = change.pod.status
        for container in ((status.initContainerStatuses or []) + (status.containerStatuses or [])) if status else []:
            last = container.lastState.terminated if container.lastState is not None else None
            ended = container.state.terminated if container.state is not None else None
            failed = next((end for end in (ended, last) if end is not None and end.reason == "StartError"), None)
            if failed is not None:
                cause = (failed.message or "").partition("unable to start container process: ")[2] or failed.message
                yield f"{container.name} is never started: {cause}. {_as_a_list(cause or '')}".rstrip()


def _as_a_list(cause: str) -> str:
    """The usual slip: a whole command line in one text of the list."""
    line = re.search(r'exec: "([^"]*\s[^"]*)"', cause)
    if line is None:
        return ""
    return f"A command is a list with a text for each word: [{', '.join(line[1].split())}]."


def _said(prediction: Prediction) -> Table:
    rows = [*prediction.values.items(), *((k, " → ".join(v)) for k, v in prediction.sequences.items())]
    if prediction.waits is not None:
        rows.append(("waits", ", ".join(prediction.waits)))
    when = f" at {prediction.t:g} s" if prediction.t is not None else ""
    return Table(f"Your prediction for pod {prediction.pod}{when}", ("", "you say"), tuple(rows))


def _sentences(error: Exception) -> tuple[str, ...]:
    """What is wrong with an attempt; of a manifest's faults each has a paragraph of its own."""
    if isinstance(error, ManifestError):
        texts = [str(fault).replace("\n    ", ". ") for fault in error.faults]
    else:
        texts = [str(error) or type(error).__name__]
    return tuple(text[:1].upper() + text[1:] for text in texts)

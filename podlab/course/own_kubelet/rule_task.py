"""An exercise whose attempt is a function: a rule of the kubelet, checked against the real Kubernetes' own answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.course.exercise import Exercise, Task
from podlab.course.own_kubelet.answers import Difference, cases, differences
from podlab.course.own_kubelet.case_text import answer_text, case_text
from podlab.views.table import Table

if TYPE_CHECKING:
    from podlab.views import View


@dataclass(frozen=True)
class RuleTask(Task):
    """An exercise to write a rule: `rule` is phase, restarts, backoff or ready; `stub` the function to begin with."""

    rule: str = "phase"

    def _fits_together(self) -> None:
        if not callable(self.stub):
            raise WrongType(f"Task {self.id}: stub: a function that is the first guess at the rule")
        if self.checks or self.asks or self.story is not None:
            raise WrongValue(f"Task {self.id}: checks, asks and story: none, Kubernetes' own answers are the checks")

    def tried(self, attempt: Any = None) -> RuleExercise:
        """The exercise with a function, by default the stub."""
        return RuleExercise(self, self.stub if attempt is None else attempt)


@dataclass(frozen=True, repr=False)
class RuleExercise(Exercise):
    """A rule that a learner wrote. `check()` counts the agreeing answers; `show()` draws the first that differs."""

    task: RuleTask

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """The cases that the function answers otherwise than Kubernetes, in the order of the grid."""
        if not callable(self.attempt):
            raise WrongValue(f"this exercise wants a function: write def {self.task.rule}(…), and give its name here")
        return tuple(differences(self.task.rule, self.attempt))

    @property
    def agree(self) -> int:
        """How many of Kubernetes' answers the function gives too."""
        return len(cases(self.task.rule)) - len(self.differences)

    def show(self) -> View | Table:
        """The first case that the function answers otherwise than Kubernetes, as a picture."""
        from podlab.course.own_kubelet.case_scene import case_view  # loads the pictures

        if not callable(self.attempt):
            return Table(f"{self.task.id}: no function but {a_kind(self.attempt)}", (), ())
        if not self.differences:
            return Table(f"{self.task.id}: all {len(cases(self.task.rule)):,} cases agree", (), ())
        return case_view(self.task.rule, self.differences[0])

    def _manifest_rows(self) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
        """A row for each kind of case: how many agree. Below it the first case that does not, in words."""
        wrong = Counter(difference.case.kind for difference in self.differences)
        rows = [
            ("no" if wrong[kind] else "yes", kind, f"{size - wrong[kind]:,} of {size:,} agree")
            for kind, size in Counter(case.kind for case in cases(self.task.rule)).items()
        ]
        return rows, tuple(self._notes())

    def _notes(self) -> list[str]:
        total = len(cases(self.task.rule))
        notes = [f"{self.agree:,} of {total:,} answers are Kubernetes' own."]
        if self.differences:
            first = self.differences[0]
            rule = self.task.rule
            found = f"Kubernetes says {answer_text(rule, first.case.real)}, yours {answer_text(rule, first.yours)}"
            notes.append(f"The first that is not: {case_text(rule, first.case)}. {found}.")
        return notes

"""The answer to a prediction: line by line what was said, what happened, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podlab.views.table import Table

OPEN = "?"
"""What a learner leaves where nothing is said yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was predicted: `what`, the two values as words, whether they agree, and `why` it came so."""

    what: str
    predicted: str
    happened: str
    right: bool
    why: str

    @property
    def said(self) -> bool:
        """Whether the learner has said anything of it."""
        return OPEN not in self.predicted

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        if not self.said:
            return "not said yet"
        return "right" if self.right else "not so"


@dataclass(frozen=True)
class Answer:
    """What was right, what was not, and why. `right` is True when every line is."""

    title: str
    lines: tuple[Line, ...]

    @property
    def right(self) -> bool:
        """Whether all of it was right."""
        return all(line.right for line in self.lines)

    @cached_property
    def table(self) -> Table:
        """The answer as a table; reasons that are the same for several lines are given once."""
        held = sum(line.right for line in self.lines)
        rows = tuple((line.what, line.predicted, line.happened, line.verdict) for line in self.lines)
        reasons = tuple(dict.fromkeys(f"Why: {line.why}" for line in self.lines))
        said = any(line.said for line in self.lines)
        title = f"{self.title}: {held} of {len(self.lines)} right" if said else f"{self.title}: you have not said yet"
        return Table(title, ("", "predicted", "happened", ""), rows, reasons)

    @property
    def text(self) -> str:
        """The answer in plain text."""
        return self.table.text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.table._repr_mimebundle_()

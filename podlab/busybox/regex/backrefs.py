r"""Expressions with back-references (`\1`): every way is tried, the longest match wins, and the steps are counted.

That such an expression needs many steps cannot be ruled out by any engine (matching with back-references is NP-hard);
so it ends in one error when a search takes more than `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from podlab.busybox.regex.captures import Spans
from podlab.busybox.regex.sets import Subject, TooManyStepsError, forward
from podlab.busybox.regex.syntax import Back, Choice, Group, Part, Repeat, Row, holds

Rest = Callable[[int, Spans], bool]
"""What is to match after a part; true: stop looking."""


@dataclass
class _Search:
    subject: Subject
    most: int
    best: tuple[int, Spans] | None = None

    def done(self, at: int, spans: Spans) -> bool:
        """A match ends here: keep it if it is the longest; no other can be longer than `most`."""
        if self.best is None or at > self.best[0]:
            self.best = (at, dict(spans))
        return at == self.most

    def go(self, part: Part, at: int, spans: Spans, rest: Rest) -> bool:
        """Match a part at a place, and then the rest."""
        self.subject.step()
        if isinstance(part, Row):
            return self.row(part.parts, 0, at, spans, rest)
        if isinstance(part, Choice):
            return any(self.go(one, at, spans, rest) for one in part.options)
        if isinstance(part, Repeat) and (holds(part, Back) or holds(part, Group)):
            return self.again(part, 0, at, spans, rest)
        if isinstance(part, Group):
            number = part.number
            return self.go(part.part, at, spans, lambda end, now: rest(end, {**now, number: (at, end)}))
        if isinstance(part, Back):
            return self.back(part, at, spans, rest)
        ends = forward(part, 1 << at, self.subject)
        while ends:
            end = ends.bit_length() - 1
            ends ^= 1 << end
            if rest(end, spans):
                return True
        return False

    def row(self, parts: tuple[Part, ...], index: int, at: int, spans: Spans, rest: Rest) -> bool:
        """Match the parts of a row from that one on."""
        if index == len(parts):
            return rest(at, spans)
        return self.go(parts[index], at, spans, lambda end, now: self.row(parts, index + 1, end, now, rest))

    def again(self, part: Repeat, count: int, at: int, spans: Spans, rest: Rest) -> bool:
        """Match it once more, or go on with the rest."""

        def after(end: int, now: Spans) -> bool:
            if end == at and count >= part.least:
                return False
            return self.again(part, count + 1, end, now, rest)

        if (part.most is None or count < part.most) and self.go(part.part, at, spans, after):
            return True
        return count >= part.least and rest(at, spans)

    def back(self, part: Back, at: int, spans: Spans, rest: Rest) -> bool:
        """Match the text of a group once more; a group that has none never matches."""
        if part.number not in spans:
            return False
        start, end = spans[part.number]
        text = self.subject.text[start:end]
        return self.subject.text.startswith(text, at) and rest(at + len(text), spans)


def longest(part: Part, start: int, subject: Subject) -> tuple[int, Spans] | None:
    """The end of the longest match that begins at that place, with its groups. Errors: `TooManyStepsError`."""
    ends = forward(part, 1 << start, subject)
    search = _Search(subject, ends.bit_length() - 1)
    try:
        search.go(part, start, {}, search.done)
    except RecursionError:
        raise TooManyStepsError from None
    return search.best

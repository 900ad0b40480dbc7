"""POSIX regular expressions, basic and extended: for grep, sed, awk, expr, find and `[[ =~ ]]`.

The leftmost match counts, and of those that begin there the longest, as POSIX says and the C library does. An own
engine, since none of the well-kept ones has all of that with a bound on counted steps: see DESIGN.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from podlab.busybox.applets import ToolError
from podlab.busybox.regex import backrefs
from podlab.busybox.regex.captures import Spans, fill
from podlab.busybox.regex.parser import Parser, RegexError
from podlab.busybox.regex.sets import Subject, TooManyStepsError, backward, forward
from podlab.busybox.regex.syntax import Back, Part, holds

__all__ = ["Expression", "Match", "RegexError", "Subject", "TooManyStepsError", "basic", "compile_regex", "extended"]


@dataclass(frozen=True, slots=True)
class Match:
    """Where an expression matches; `spans` has the groups that took part."""

    text: str
    start: int
    end: int
    spans: Spans

    def group(self, number: int = 0) -> str:
        """The text of a group; "" when it took no part. 0 is the whole match."""
        start, end = self.span(number)
        return self.text[start:end]

    def span(self, number: int = 0) -> tuple[int, int]:
        """Where a group begins and ends."""
        return self.spans.get(number, (0, 0)) if number else (self.start, self.end)


@dataclass(frozen=True)
class Expression:
    """A regular expression that was read. `groups`: how many pairs of parentheses it has."""

    pattern: str
    part: Part
    groups: int
    ignore_case: bool = False

    def search(self, text: str | Subject, start: int = 0, new_line: bool | None = None) -> Match | None:
        """The leftmost longest match at or after `start`; `new_line`: whether `^` matches there (default: at 0 only).

        Errors: `ToolError` when it takes too many steps.
        """
        subject = Subject(text) if isinstance(text, str) else text
        subject.begin(start, start == 0 if new_line is None else new_line)
        try:
            return self._search(subject)
        except TooManyStepsError:
            raise self._too_many() from None

    def test(self, text: str) -> bool:
        """Whether it matches anywhere."""
        if self._backs:
            return self.search(text) is not None
        subject = Subject(text)
        try:
            return forward(self.part, subject.all_places(), subject) != 0
        except TooManyStepsError:
            raise self._too_many() from None

    def match(self, text: str) -> Match | None:
        """The longest match at the very beginning of a text."""
        subject = Subject(text)
        try:
            return self._at(subject, 0)
        except TooManyStepsError:
            raise self._too_many() from None

    def every(self, text: str) -> Iterator[Match]:
        """All matches, one after the other; an empty one right after a match does not count."""
        subject, at = Subject(text), 0
        while at <= len(text):
            found = self.search(subject, at)
            if found is None:
                return
            yield found
            at = found.end + (found.start == found.end)

    @property
    def _backs(self) -> bool:
        return self.groups > 0 and holds(self.part, Back)

    def _search(self, subject: Subject) -> Match | None:
        starts = backward(self.part, subject.all_places(), subject) & subject.all_places()
        while starts:
            start = (starts & -starts).bit_length() - 1
            found = self._at(subject, start)
            if found is not None:
                return found
            starts &= starts - 1
        return None

    def _at(self, subject: Subject, start: int) -> Match | None:
        if self._backs:
            best = backrefs.longest(self.part, start, subject)
            return Match(subject.text, start, best[0], best[1]) if best else None
        ends = forward(self.part, 1 << start, subject)
        if not ends:
            return None
        end = ends.bit_length() - 1
        spans: Spans = {}
        if self.groups:
            fill(self.part, start, end, subject, spans)
        return Match(subject.text, start, end, spans)

    def _too_many(self) -> ToolError:
        return ToolError(f"podlab gives up on regex '{self.pattern}': it takes too many steps; write it simpler", 2)


@lru_cache(maxsize=512)
def compile_regex(text: str, *, extended: bool, ignore_case: bool = False, lenient: bool = False) -> Expression:
    """Read an expression. Errors: `RegexError`."""
    parser = Parser(text, extended=extended, ignore_case=ignore_case, lenient=lenient)
    return Expression(text, parser.parse(), parser.groups, ignore_case)


def basic(text: str, ignore_case: bool = False) -> Expression:
    r"""A basic expression: `\(`, `\{`, `\|` are special, `(`, `{`, `|` are not. Errors: `ToolError`."""
    return _told(text, False, ignore_case)


def extended(text: str, ignore_case: bool = False) -> Expression:
    """An extended expression (`grep -E`, `sed -E`, awk). Errors: `ToolError`."""
    return _told(text, True, ignore_case)


def _told(text: str, is_extended: bool, ignore_case: bool) -> Expression:
    try:
        return compile_regex(text, extended=is_extended, ignore_case=ignore_case)
    except RegexError as problem:
        raise ToolError(f"bad regex '{text}': {problem}") from None

"""The record `$0` and its fields: each is made from the other when it is asked for."""

from __future__ import annotations

from podlab.busybox import regex
from podlab.busybox.awk.values import AwkError, Input

MAX_FIELDS = 100_000


def split(text: str, separator: str, newlines: bool = False, ignore_case: bool = False) -> list[str]:
    """Cut a text: at blanks (separator " "), at a character, at an expression, or into characters (separator "").

    `newlines`: they separate, too, as with an empty RS.
    """
    if separator == " ":
        return text.split()
    if not text:
        return []
    if separator == "":
        return list(text)
    if len(separator) == 1:
        return text.replace("\n", separator).split(separator) if newlines else text.split(separator)
    source = f"({separator})|\n" if newlines else separator
    pieces, at = [], 0
    for match in regex.extended(source, ignore_case).every(text):
        if match.end > match.start:
            pieces.append(text[at : match.start])
            at = match.end
    return [*pieces, text[at:]]


class Record:
    """The current record. `how` cuts it into fields."""

    def __init__(self) -> None:
        self._text: Input | str = Input("")
        self._fields: list[str] | None = []
        self.separator = " "
        self.joint = " "
        self.newlines = False
        self.ignore_case = False
        self._stale = False

    def set(self, text: str) -> None:
        """A new record."""
        self._text, self._fields, self._stale = Input(text), None, False

    def _cut(self) -> list[str]:
        if self._fields is None:
            self._fields = [Input(one) for one in split(self._text, self.separator, self.newlines, self.ignore_case)]
        return self._fields

    @property
    def count(self) -> int:
        """NF."""
        return len(self._cut())

    @count.setter
    def count(self, count: int) -> None:
        fields = self._cut()
        if count < 0:
            raise AwkError("NF set to negative value")
        self._check(count)
        fields[count:] = []
        fields += [""] * (count - len(fields))
        self._stale = True

    def _check(self, number: int) -> None:
        if number < 0:
            raise AwkError("Access to negative field")
        if number > MAX_FIELDS:
            raise AwkError(f"podlab's awk has at most {MAX_FIELDS} fields in a record")

    def __getitem__(self, number: int) -> str:
        self._check(number)
        if number == 0:
            if self._stale:
                self._text, self._stale = Input(self.joint.join(self._cut())), False
            return self._text
        fields = self._cut()
        return fields[number - 1] if number <= len(fields) else Input("")

    def __setitem__(self, number: int, text: str) -> None:
        if number == 0:
            self.set(text)
            return
        if number > self.count:
            self.count = number
        self._check(number)
        self._cut()[number - 1] = text
        self._stale = True

"""What a regular expression consists of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "print": r" -~",
    "graph": r"!-~",
    "cntrl": r"\x00-\x1f\x7f",
}
"""POSIX character classes as the inside of a Python bracket."""


class Members(dict[int, str]):
    """Which characters a set has: code to "1" or "0", as `str.translate` wants it; filled as characters are met."""

    def __init__(self, source: str, ignore_case: bool) -> None:
        super().__init__()
        self._one = re.compile(source, re.DOTALL | (re.IGNORECASE if ignore_case else 0))

    def __missing__(self, code: int) -> str:
        self[code] = "1" if self._one.match(chr(code)) else "0"
        return self[code]


@dataclass(frozen=True, slots=True)
class Char:
    """One character of a set; `source` is the set as Python writes it: `a`, `[^0-9]`, `.`."""

    source: str
    ignore_case: bool = False
    members: Members = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", Members(self.source, self.ignore_case))


@dataclass(frozen=True, slots=True)
class Place:
    """A place between characters: `^`, `$`, `b` (a word's border), `B` (none), `<` (a word begins), `>` (it ends)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again and again; `most` None: without limit."""

    part: Part
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in parentheses."""

    number: int
    part: Part


@dataclass(frozen=True, slots=True)
class Back:
    r"""The text of a group once more: `\1`."""

    number: int


Part = Char | Place | Row | Choice | Repeat | Group | Back


def holds(part: Part, kind: type[Group] | type[Back]) -> bool:
    """Whether there is a group (or a back-reference) in it."""
    if isinstance(part, kind):
        return True
    if isinstance(part, Row):
        return any(holds(one, kind) for one in part.parts)
    if isinstance(part, Choice):
        return any(holds(one, kind) for one in part.options)
    return isinstance(part, Repeat | Group) and holds(part.part, kind)

"""`cut`. Models busybox coreutils/cut.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options, regex
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened_or_told, split, whole
from podlab.linux.program import Proc

_FOREVER = 1 << 30
_ONLY_FIELDS = {"s": "suppressing non-delimited lines makes sense", "d": "a delimiter may be specified"}


@dataclass(frozen=True, slots=True)
class _Cut:
    """What to keep of each line: `kind` b, c, f or F; ranges count from 0."""

    kind: str
    ranges: list[tuple[int, int]]
    separator: str
    joint: str
    as_given: bool
    only_separated: bool

    def line(self, line: str) -> str | None:
        """What is left of a line; None when it is not printed."""
        if self.kind in "bc":
            return "".join(self._kept(line))
        pieces = self._pieces(line)
        if len(pieces) == 1 and self.kind == "f":
            return None if self.only_separated and line else line
        return self.joint.join(self._kept(pieces))

    def _pieces(self, line: str) -> list[str]:
        if self.kind == "f":
            return line.split(self.separator) if self.separator else [line]
        pieces, at = [], 0
        for match in regex.extended(self.separator).every(line):
            if match.end > match.start:
                pieces.append(line[at : match.start])
                at = match.end
        return [*pieces, line[at:]]

    def _kept(self, pieces: Sequence[str]) -> list[str]:
        if self.as_given:
            return [piece for first, last in self.ranges for piece in pieces[first : last + 1]]
        return [piece for at, piece in enumerate(pieces) if any(first <= at <= last for first, last in self.ranges)]


def _ranges(text: str) -> list[tuple[int, int]]:
    """`1,3-5,7-`. Errors: `ToolError`."""
    found = []
    for part in text.split(","):
        if not part:
            continue
        low, dash, high = part.partition("-")
        first = max(options.unsigned(low) - 1, 0) if low else 0
        last = first
        if dash:
            last = (options.unsigned(high) or _FOREVER) - 1 if high else _FOREVER
        if last < first:
            raise ToolError(f"{last + 1}<{first}")
        found.append((first, last))
    if not found:
        raise ToolError("missing list of positions")
    return found


@tool("cut")
def _cut(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "b:c:f:d:O:sDF:n")
    kinds = [letter for letter in "bcfF" if letter in opts]
    if not kinds:
        raise ToolError("expected a list of bytes, characters, or fields")
    if len(kinds) > 1:
        raise UsageError
    kind = kinds[0]
    if kind in "bc":
        for letter, what in (
            ("s", "suppressing non-delimited lines makes sense"),
            ("d", "a delimiter may be specified"),
        ):
            if letter in opts:
                raise ToolError(f"{what} only when operating on fields")
    separator = opts.get("d", "[[:space:]]+" if kind == "F" else "\t")
    separator = separator if kind == "F" else separator[:1]
    joint = opts.get("O", " " if kind == "F" else separator)
    cut = _Cut(kind, _ranges(opts[kind]), separator, joint, "D" in opts or kind == "F", "s" in opts)
    status = 0
    for path in opts.words or ["-"]:
        stream = opened_or_told(proc, "cut", path)
        if stream is None:
            status = 1
            continue
        for line in split((yield from whole(stream, directory=True))):
            left = cut.line(line)
            if left is not None:
                proc.print(left)
    return status

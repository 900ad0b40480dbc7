"""`s/expression/replacement/flags` of `sed`. Models busybox editors/sed.c do_subst_command."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.busybox import regex
from podlab.busybox.applets import ToolError
from podlab.busybox.regex import Expression, Match


@dataclass(slots=True)
class Flags:
    """`which` match is replaced (0: every one), whether the result is printed, and the file it is written to."""

    which: int = 1
    prints: bool = False
    ignore_case: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Substitution:
    """What an `s` does; `pattern` None: the expression that was used last."""

    pattern: Expression | None
    replacement: str
    flags: Flags

    def apply(self, pattern: Expression, line: str) -> tuple[str, bool]:
        """The line after it, and whether anything was replaced."""
        subject = regex.Subject(line)
        out: list[str] = []
        at = count = 0
        changed, after_empty = False, True
        while (match := pattern.search(subject, at)) is not None:
            count += 1
            empty = match.start == match.end
            out.append(line[at : match.start])
            at = match.end
            if self.flags.which and self.flags.which != count:
                out.append(match.group())
            else:
                if after_empty or not empty or match.start > at:
                    out.append(self._replaced(match))
                    changed = True
                after_empty = empty
                if self.flags.which:
                    break
            if empty:
                out.append(line[at : at + 1])
                at += 1
            if at >= len(line):
                break
        out.append(line[at:])
        return "".join(out), changed

    def _replaced(self, match: Match) -> str:
        out = []
        text, at = self.replacement, 0
        while at < len(text):
            char = text[at]
            if char == "\\" and at + 1 < len(text):
                at += 1
                out.append(match.group(int(text[at])) if text[at].isdigit() else text[at])
            else:
                out.append(match.group() if char == "&" else char)
            at += 1
        return "".join(out)


def flags_of(line: str, at: int, *, anchored: bool) -> tuple[Flags, int]:
    """Read the flags from that place on; an anchored expression matches once, so its count is not looked at."""
    flags = Flags()
    while at < len(line):
        char = line[at]
        if char.isdigit():
            end = at
            while line[end : end + 1].isdigit():
                end += 1
            flags.which = flags.which if anchored else int(line[at:end])
            at = end
            continue
        if char == "g":
            flags.which = flags.which if anchored else 0
        elif char == "p":
            flags.prints = True
        elif char in "iI":
            flags.ignore_case = True
        elif char == "w":
            return _file(flags, line, at + 1)
        elif char == "#":
            return flags, (line.find("\n", at) + 1) or len(line)
        elif char in ";}":
            return flags, at
        elif not char.isspace():
            raise ToolError("bad option in substitution expression")
        at += 1
    return flags, at


def _file(flags: Flags, line: str, at: int) -> tuple[Flags, int]:
    end = line.find("\n", at)
    end = len(line) if end < 0 else end
    flags.file = line[at:end].strip()
    if not flags.file:
        raise ToolError("empty filename")
    return flags, end

"""Reads a `sed` script. Models busybox editors/sed.c add_cmd and parse_cmd_args."""

from __future__ import annotations

from dataclasses import dataclass, field

from podlab.busybox import regex
from podlab.busybox.applets import ToolError
from podlab.busybox.tools.sed.substitution import Substitution, flags_of

LAST = -1
"""The line number `$`."""
_COMMANDS = "saicrw:btTydDgGhHlnNpPqx={}"
_TEXT_COMMANDS = "aic"
_LABEL_ENDS = "; \t\n\r\f\v"


@dataclass(slots=True)
class Address:
    """A line number (`LAST` for `$`), so many lines after the first address, or an expression (None: the last used)."""

    line: int | None = None
    after: int | None = None
    pattern: regex.Expression | None = None


@dataclass(slots=True)
class Command:
    """`first[,last][!]name…`; where its range is: `inside`, `over` (began at a line number), ends at line `until`."""

    name: str
    first: Address | None
    last: Address | None
    negated: bool = False
    text: str = ""
    substitution: Substitution | None = None
    table: dict[int, str] = field(default_factory=dict)
    inside: bool = False
    over: bool = False
    until: int | None = None

    def reset(self) -> None:
        """Forget what the range is doing."""
        self.inside, self.over, self.until = False, False, None


class Script:
    """Commands in the order they were written. `quiet`: it begins with a line `#n`."""

    def __init__(self, *, extended: bool) -> None:
        self.commands: list[Command] = []
        self.quiet = False
        self._extended = extended
        self._unfinished: str | None = None
        self._begun = False

    def add(self, text: str) -> None:
        """Add a piece of script: an `-e`, a line of an `-f`. Errors: `ToolError`."""
        if self._unfinished is not None:
            text, self._unfinished = f"{self._unfinished}\n{text}", None
        if not self._begun and (text == "#n" or text.startswith("#n\n")):
            self.quiet = True
        self._begun = True
        lines = _logical_lines(text)
        for line in lines[:-1]:
            self._line(line)
        if (len(lines[-1]) - len(lines[-1].rstrip("\\"))) % 2:
            self._unfinished = lines[-1]
        else:
            self._line(lines[-1])

    def finish(self) -> None:
        """The script is complete. Errors: `ToolError`."""
        if self._unfinished is not None:
            self._line(self._unfinished)
            self._unfinished = None

    def reset(self) -> None:
        """Make it ready for another input."""
        for command in self.commands:
            command.reset()

    def _line(self, line: str) -> None:
        at = 0
        while True:
            while at < len(line) and (line[at].isspace() or line[at] == ";"):
                at += 1
            if at >= len(line):
                return
            if line[at] == "#":
                at = (line.find("\n", at) + 1) or len(line)
            else:
                at = self._command(line, at)

    def _command(self, line: str, at: int) -> int:
        first, at = self._address(line, at)
        last = None
        if first is not None and line[at : at + 1] == ",":
            at = _skip(line, at + 1)
            last, at = self._address(line, at, after=True)
            if last is None:
                raise ToolError("no address after comma")
        at = _skip(line, at)
        negated = line[at : at + 1] == "!"
        if negated:
            at = _skip(line, at + 1)
        if at >= len(line):
            raise ToolError("missing command")
        name = line[at]
        if name not in _COMMANDS:
            raise ToolError(f"unsupported command {name}")
        if first is not None and first.line == 0 and last is None:
            first = None
        command = Command(name, first, last, negated)
        self.commands.append(command)
        return self._arguments(command, line, at + 1)

    def _address(self, line: str, at: int, after: bool = False) -> tuple[Address | None, int]:
        char = line[at : at + 1]
        if char.isdigit():
            end = _digits(line, at)
            return Address(line=int(line[at:end])), end
        if char == "$":
            return Address(line=LAST), at + 1
        if after and char == "+" and line[at + 1 : at + 2].isdigit():
            end = _digits(line, at + 1)
            return Address(after=int(line[at + 1 : end])), end
        if char == "/" or (char == "\\" and at + 1 < len(line)):
            at += char == "\\"
            mark = line[at]
            end = delimiter(line, at + 1, mark, in_pattern=True)
            return Address(pattern=self._pattern(line[at + 1 : end], mark)), end + 1
        return None, at

    def _pattern(self, source: str, mark: str, ignore_case: bool = False) -> regex.Expression | None:
        """The expression; None for an empty one, which means the last one used."""
        source = escapes(source)
        if mark not in "/|.*[]()+?{}^$\\" and not mark.isalnum():
            source = source.replace("\\" + mark, mark)
        source = source.replace("\\/", "/")
        if not source:
            return None
        return (regex.extended if self._extended else regex.basic)(source, ignore_case)

    def _arguments(self, command: Command, line: str, at: int) -> int:
        name = command.name
        if name == "s":
            return self._substitute(command, line, at)
        if name == "y":
            return _translation(command, line, at)
        if name in _TEXT_COMMANDS:
            return _text(command, line, at)
        if name in "rw":
            return _file(command, line, at)
        if name in ":btT":
            at = _skip(line, at)
            end = at
            while end < len(line) and line[end] not in _LABEL_ENDS:
                end += 1
            command.text = line[at:end]
            return end
        return at

    def _substitute(self, command: Command, line: str, at: int) -> int:
        source, replacement, mark, at = _two_parts(line, at)
        flags, at = flags_of(line, at, anchored=source.startswith("^"))
        pattern = self._pattern(source, mark, flags.ignore_case)
        command.substitution = Substitution(pattern, escapes(replacement), flags)
        return at


def _logical_lines(text: str) -> list[str]:
    """The lines of a script; a newline after a backslash belongs to its line."""
    lines = [""]
    for part in text.split("\n"):
        if lines[-1] and (len(lines[-1]) - len(lines[-1].rstrip("\\"))) % 2:
            lines[-1] += "\n" + part
        else:
            lines.append(part)
    return lines[1:] if len(lines) > 1 else lines


def _skip(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def _digits(line: str, at: int) -> int:
    while at < len(line) and line[at].isdigit():
        at += 1
    return at


def delimiter(line: str, at: int, mark: str, *, in_pattern: bool) -> int:
    """Where the next mark stands that ends a part; in a pattern one inside brackets does not. Errors: `ToolError`."""
    bracket: int | None = None
    while at < len(line):
        char = line[at]
        if bracket is not None:
            if char == "]" and not (bracket == at - 1 or (bracket == at - 2 and line[at - 1] == "^")):
                bracket = None
        elif char == "\\":
            at += 1
        elif char == "[" and in_pattern:
            bracket = at
        elif char == mark:
            return at
        at += 1
    raise ToolError(f"unmatched '{mark}'")


def escapes(text: str) -> str:
    r"""A text with `\n`, `\t` and `\r` replaced; other backslashes stay with what follows them."""
    out = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            out.append({"n": "\n", "t": "\t", "r": "\r"}.get(text[at + 1], text[at : at + 2]))
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _unescaped(text: str) -> str:
    """A text whose backslashes are gone."""
    out = []
    at = 0
    while at < len(text):
        at += text[at] == "\\" and at + 1 < len(text)
        out.append(text[at])
        at += 1
    return "".join(out)


def _two_parts(line: str, at: int) -> tuple[str, str, str, int]:
    """`/first/second/`: the parts, the mark between them, and where the rest begins. Errors: `ToolError`."""
    mark = line[at : at + 1]
    if not mark or mark in "\n\\":
        raise ToolError("bad format in substitution expression")
    middle = delimiter(line, at + 1, mark, in_pattern=True)
    end = delimiter(line, middle + 1, mark, in_pattern=False)
    return line[at + 1 : middle], line[middle + 1 : end], mark, end + 1


def _translation(command: Command, line: str, at: int) -> int:
    source, target, mark, at = _two_parts(line, at)
    plain = [_unescaped(escapes(part).replace("\\" + mark, mark)) for part in (source, target)]
    for old, new in zip(*plain, strict=False):
        command.table.setdefault(ord(old), new)
    return at


def _text(command: Command, line: str, at: int) -> int:
    """The rest of the line (and of those it goes on in) is text to print."""
    if command.name in "ai" and command.last is not None:
        raise ToolError(f"command '{command.name}' uses only one address")
    at = _skip_to_text(line, at)
    text = line[at:]
    if text.endswith("\\") and (len(text) - len(text.rstrip("\\"))) % 2:
        text = text[:-1]
    command.text = _unescaped(escapes(text))
    return len(line)


def _skip_to_text(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
        if line[at - 1] == "\n":
            return at
    if line[at : at + 1] == "\\":
        at += 1
        end = _skip(line, at)
        if "\n" in line[at:end]:
            at = line.index("\n", at) + 1
    return at


def _file(command: Command, line: str, at: int) -> int:
    """The rest of the line is the name of a file."""
    if command.name == "r" and command.last is not None:
        raise ToolError("command 'r' uses only one address")
    at = _skip(line, at)
    end = line.find("\n", at)
    end = len(line) if end < 0 else end
    command.text = line[at:end]
    if not command.text:
        raise ToolError("empty filename")
    return end

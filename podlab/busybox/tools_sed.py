"""`sed`: s///, p, d, q, a, i, c, y, `=`, with addresses; no labels or hold space."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options, regex
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.tools_text import lines_of, texts
from podlab.linux.program import Proc

Address = int | str | re.Pattern[str]
_ADDRESS = re.compile(r"\s*(?:(\d+)|(\$)|/((?:[^/\\]|\\.)*)/)")


@dataclass
class _Command:
    """`first[,last][!]name…`; `active` while inside a range."""

    name: str
    first: Address | None
    last: Address | None
    negated: bool
    pattern: re.Pattern[str] | None = None
    text: str = ""
    flags: str = ""
    active: bool = False

    def applies(self, number: int, line: str, at_end: bool) -> bool:
        """Whether the command is for this line."""
        return self._selected(number, line, at_end) != self.negated

    def _selected(self, number: int, line: str, at_end: bool) -> bool:
        if self.first is None:
            return True
        if self.last is None:
            return _hit(self.first, number, line, at_end)
        if not self.active:
            if not _hit(self.first, number, line, at_end):
                return False
            self.active = not (isinstance(self.last, int) and self.last <= number)
            return True
        self.active = not _hit(self.last, number, line, at_end) and not (
            isinstance(self.last, int) and self.last <= number
        )
        return True


def _hit(address: Address, number: int, line: str, at_end: bool) -> bool:
    if isinstance(address, int):
        return address == number
    return at_end if isinstance(address, str) else address.search(line) is not None


@tool("sed", style="exec")
def _sed(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "ne:f:iErs", {"quiet": "n", "regexp-extended": "E", "in-place": "i", "expression": "e"})
    scripts = [value for letter, value in opts.every if letter == "e"]
    paths = list(opts.words)
    if not scripts:
        if not paths:
            raise ToolError("no script")
        scripts = [paths.pop(0)]
    commands = _read("\n".join(scripts), "E" in opts or "r" in opts)
    if "i" in opts:
        for path in paths:
            proc.write_file(path, _edit(commands, proc.read_file(path), "n" in opts))
        return 0
    found, status = yield from texts(proc, paths, "{}: {}")
    proc.write(_edit(commands, "".join(found), "n" in opts))
    return status


def _edit(commands: list[_Command], text: str, quiet: bool) -> str:
    out: list[str] = []
    lines = lines_of(text)
    for number, line in enumerate(lines, start=1):
        after: list[str] = []
        shown, stop = not quiet, False
        for command in commands:
            if not command.applies(number, line, number == len(lines)):
                continue
            if command.name == "s":
                assert command.pattern is not None
                line, changed = _substitute(command, line)
                if changed and "p" in command.flags:
                    out.append(line)
            elif command.name == "y":
                line = line.translate(str.maketrans(command.text, command.flags))
            elif command.name == "p":
                out.append(line)
            elif command.name == "=":
                out.append(str(number))
            elif command.name == "i":
                out.append(command.text)
            elif command.name == "a":
                after.append(command.text)
            elif command.name == "c":
                out.append(command.text)
            if command.name in "dc":
                shown = False
                break
            if command.name == "q":
                stop = True
                break
        if shown:
            out.append(line)
        out += after
        if stop:
            break
    return "".join(line + "\n" for line in out)


def _substitute(command: _Command, line: str) -> tuple[str, bool]:
    assert command.pattern is not None
    which = int("".join(re.findall(r"\d", command.flags)) or 1)
    everyone = "g" in command.flags
    seen = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen < which or (seen > which and not everyone):
            return match.group()
        return re.sub(
            r"\\(\d)|\\(n)|\\(.)|(&)",
            lambda m: (match.group(int(m[1])) or "") if m[1] else "\n" if m[2] else match.group() if m[4] else m[3],
            command.text,
        )

    changed = command.pattern.sub(replace, line)
    return changed, seen >= which


def _read(script: str, extended: bool) -> list[_Command]:
    """The commands of a script. Errors: `ToolError`."""
    commands: list[_Command] = []
    at = 0
    compile_ = regex.extended if extended else regex.basic
    while True:
        at += len(script[at:]) - len(script[at:].lstrip(" \t\n;}"))
        if at >= len(script):
            return commands
        first, at = _address(script, at, compile_)
        last = None
        if first is not None and script.startswith(",", at):
            last, at = _address(script, at + 1, compile_)
        rest = script[at:].lstrip()
        at = len(script) - len(rest)
        negated = rest.startswith("!")
        if negated:
            at += 1
        name = script[at : at + 1]
        at += 1
        command = _Command(name, first, last, negated)
        if name == "s" or name == "y":
            at = _operands(command, script, at, compile_)
        elif name in ("a", "i", "c"):
            end = script.find("\n", at + 1)
            body = script[at : len(script) if end < 0 or script[at : at + 2] == "\\\n" else end]
            command.text = re.sub(r"\A\s*\\?\n?[ \t]*", "", body)
            at += len(body)
        elif name not in ("p", "d", "q", "="):
            raise ToolError(f"unsupported command {name}" if name else "missing command")
        commands.append(command)


def _address(script: str, at: int, compile_: Any) -> tuple[Address | None, int]:
    match = _ADDRESS.match(script, at)
    if not match:
        return None, at
    if match[1]:
        return int(match[1]), match.end()
    return ("$" if match[2] else compile_(match[3].replace("\\/", "/"))), match.end()


def _operands(command: _Command, script: str, at: int, compile_: Any) -> int:
    mark = re.escape(script[at : at + 1])
    body = rf"((?:\\.|(?!{mark}|\\).)*){mark}"
    match = re.compile(mark + body + body + r"([gpiI0-9]*)", re.DOTALL).match(script, at) if mark else None
    if not match:
        raise ToolError(f"unmatched '{script[at : at + 1]}'")
    first, second, flags = match.groups()
    plain = script[at]
    if command.name == "y":
        command.text, command.flags = first, second
        if len(first) != len(second):
            raise ToolError("y/// strings have different lengths")
    else:
        ignore = "i" in flags or "I" in flags
        command.pattern = compile_(first.replace("\\" + plain, plain), ignore)
        command.text, command.flags = second.replace("\\" + plain, plain), flags
    return match.end()

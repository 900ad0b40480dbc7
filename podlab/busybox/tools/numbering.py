"""`cat` and `nl`: files one after the other, perhaps with numbers. Models busybox coreutils/cat.c and nl.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, tool
from podlab.busybox.tools.lines import Lines, opened_or_told
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

Steps = Generator[Any, Any, int]
_CANT_OPEN = "can't open '{}': {}"


@dataclass(slots=True)
class _Numbers:
    """How lines are numbered."""

    number: int = 1
    step: int = 1
    width: int = 6
    separator: str = "\t"
    every: bool = False
    none: bool = False
    bare_empty: bool = False

    def print(self, proc: Proc, line: str) -> None:
        """Print a line (with or without its newline) with its number, if it gets one."""
        text = line.removesuffix("\n")
        if not self.none and (self.every or text):
            proc.write(f"{self.number:{self.width or ''}}{self.separator}{text}\n")
            self.number += self.step
        elif self.bare_empty:
            proc.write("\n")
        else:
            proc.write(" " * (self.width + len(self.separator)) + text + "\n")


@tool("cat", style=EXEC)
def _cat(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "nbvteAu")
    numbers = None
    if opts.has("nb"):
        numbers = _Numbers(every="b" not in opts, bare_empty=True)
    ends, tabs = opts.has("eA"), opts.has("tA")
    status = 0
    for path in opts.words or ["-"]:
        stream = opened_or_told(proc, "cat", path, _CANT_OPEN)
        if stream is None:
            status = 1
        elif numbers is not None:
            yield from _number(proc, stream, numbers)
        else:
            status |= yield from _pour(proc, stream, opts.has("veAt"), ends, tabs)
    return status


def _pour(proc: Proc, stream: Stream, visible: bool, ends: bool, tabs: bool) -> Steps:
    """Copy everything from a stream to stdout as it comes."""
    while True:
        try:
            text = yield stream.read()
        except OSError as problem:
            raise ToolError(f"read error: {problem.strerror}") from None
        if not text:
            return 0
        proc.write(_visible(text, ends, tabs) if visible else text)
        yield proc.flush()


def _visible(text: str, ends: bool, tabs: bool) -> str:
    """Control characters as `^A`, bytes above 127 as `M-a`, ends of lines as `$`, tabs as `^I`."""
    out = []
    for code in text.encode("utf-8", "surrogateescape"):
        mark = "M-" if code > 127 else ""
        code &= 127
        if not mark and code == 10:
            out.append("$\n" if ends else "\n")
        elif not mark and code == 9 and not tabs:
            out.append("\t")
        elif code < 32 or code == 127:
            out.append(f"{mark}^{chr(code ^ 64)}")
        else:
            out.append(mark + chr(code))
    return "".join(out)


def _number(proc: Proc, stream: Stream, numbers: _Numbers) -> Steps:
    lines = Lines(stream)
    while line := (yield from lines.next()):
        numbers.print(proc, line)
        if not lines.ready:
            yield proc.flush()
    return 0


@tool("nl")
def _nl(proc: Proc, argv: Sequence[str]) -> Steps:
    long = {"body-numbering": "b", "line-increment": "i", "number-separator": "s"}
    long |= {"starting-line-number": "v", "number-width": "w"}
    opts = options.parse(argv, "b:i:s:v:w:", long)
    step, start, width = (options.unsigned(opts.get(letter, value)) for letter, value in zip("ivw", "116", strict=True))
    style = opts.get("b", "t")
    numbers = _Numbers(start, step, width, opts.get("s", "\t"), style[:1] == "a", style[:1] not in "at")
    status = 0
    for path in opts.words or ["-"]:
        stream = opened_or_told(proc, "nl", path)
        if stream is None:
            status = 1
        else:
            yield from _number(proc, stream, numbers)
    return status

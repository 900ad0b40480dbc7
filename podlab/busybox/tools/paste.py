"""`paste`. Models busybox coreutils/paste.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.escapes import unescape
from podlab.busybox.tools.lines import Lines, opened
from podlab.linux.program import Proc

Steps = Generator[Any, Any, None]


@tool("paste")
def _paste(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "d:s", {"delimiters": "d", "serial": "s"})
    given = opts.get("d", "\t")
    if not given:
        raise ToolError("-d '' is not supported")
    joints = [unescape(given)[0]] if "\\" not in given else _joints(given)
    marks = joints if len(joints) > 1 or "\\" in given else list(joints[0])
    standard = Lines(proc.fds.get(0))
    files = [standard if path == "-" else Lines(opened(proc, path)) for path in opts.words or ["-"]]
    if "s" in opts:
        for file in files:
            yield from _serial(proc, file, marks)
    else:
        yield from _parallel(proc, files, marks)
    return 0


def _joints(text: str) -> list[str]:
    """The marks of `-d`, escapes replaced; `\\0` is no mark at all."""
    found, at = [], 0
    while at < len(text):
        size = 2 if text[at] == "\\" and at + 1 < len(text) else 1
        piece = text[at : at + size]
        found.append("" if piece == "\\0" else unescape(piece)[0])
        at += size
    return found


def _parallel(proc: Proc, files: list[Lines], marks: list[str]) -> Steps:
    """A line of each file side by side; one that is at its end has no line, and no mark, any more."""
    active = list(enumerate(files))
    while active:
        used = 0
        for column, file in list(active):
            line = yield from file.next()
            if not line:
                active = [one for one in active if one[0] != column]
                continue
            last = column == len(files) - 1
            proc.write(line.removesuffix("\n") + ("\n" if last else marks[used % len(marks)]))
            used += not last
        yield proc.flush()


def _serial(proc: Proc, file: Lines, marks: list[str]) -> Steps:
    """All lines of a file one after the other."""
    out, count = "", 0
    while line := (yield from file.next()):
        out += (marks[(count - 1) % len(marks)] if count else "") + line.removesuffix("\n")
        count += 1
    proc.write(out + "\n" if count else "")

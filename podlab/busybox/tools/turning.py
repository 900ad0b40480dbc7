"""`tac`, `rev`, `fold`: lines turned round or broken. Models busybox coreutils/tac.c, fold.c and util-linux/rev.c."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import tool
from podlab.busybox.tools.lines import texts
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
_TAB = 8
_WIDEST = 10000


@tool("tac")
def _tac(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "")
    status = 0
    for path in opts.words or ["-"]:
        found, failed = yield from texts(proc, "tac", [path])
        status |= failed
        for text in found:
            proc.write("".join(reversed(text.splitlines(keepends=True) if "\n" in text else [text])))
    return status


@tool("rev")
def _rev(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "")
    status = 0
    for path in opts.words or ["-"]:
        found, failed = yield from texts(proc, "rev", [path], "")
        status |= failed
        for text in found:
            proc.write("\n".join(line[::-1] for line in text.split("\n")))
    return status


@tool("fold")
def _fold(proc: Proc, argv: Sequence[str]) -> Steps:
    words = [argv[0], *(re.sub(r"^-(\d+)", r"-w\1", word) for word in argv[1:])]
    opts = options.parse(words, "bsw:")
    width = options.whole(opts.get("w", "80"), 1, _WIDEST)
    status = 0
    for path in opts.words or ["-"]:
        found, failed = yield from texts(proc, "fold", [path], "Input/output error")
        status |= failed
        for text in found:
            proc.write("\n".join(_folded(line, width, "s" in opts, "b" in opts) for line in text.split("\n")))
    return status


def _column(column: int, char: str, in_bytes: bool) -> int:
    """The column after a character."""
    if in_bytes:
        return column + 1
    if char == "\b":
        return max(column - 1, 0)
    if char == "\r":
        return 0
    return column + _TAB - column % _TAB if char == "\t" else column + 1


def _folded(line: str, width: int, at_spaces: bool, in_bytes: bool) -> str:
    """A line broken where it gets too wide."""
    out, current, column = [], "", 0
    for char in line:
        after = _column(column, char, in_bytes)
        if after > width and current:
            space = max(current.rfind(" "), current.rfind("\t")) if at_spaces else -1
            if space >= 0:
                out.append(current[: space + 1])
                current = current[space + 1 :]
            else:
                out.append(current)
                current = ""
            column = 0
            for one in current:
                column = _column(column, one, in_bytes)
            after = _column(column, char, in_bytes)
        current += char
        column = after
    return "\n".join([*out, current])

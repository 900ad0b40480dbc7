"""Tools that print and pick lines: cat, head, tail, wc, grep, tee, seq …"""

from __future__ import annotations

import difflib
import re
from collections.abc import Generator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, everything, tool
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

Steps = Generator[Any, Any, int]

BATCH = 500
"""Numbers `seq` writes at a time."""


def texts(proc: Proc, words: Sequence[str], problem: str = "{}: {}") -> Generator[Any, Any, tuple[list[str], int]]:
    """The texts of files ("-" or none at all: stdin), and 1 if one could not be read (after saying so), else 0."""
    found, status = [], 0
    for word in words or ["-"]:
        if word == "-":
            found.append((yield from everything(proc.fds.get(0))))
            continue
        try:
            found.append(proc.read_file(word))
        except OSError as error:
            proc.err(f"{_name(proc)}: " + problem.format(word, error.strerror))
            status = 1
    return found, status


def _name(proc: Proc) -> str:
    return proc.process.comm


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their newlines."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def opened_or_told(proc: Proc, path: str) -> Stream | None:
    """A file opened for reading, or None after saying why it cannot be."""
    try:
        return proc.open(path)
    except OSError as problem:
        proc.err(f"{_name(proc)}: can't open '{path}': {problem.strerror}")
        return None


@tool("tee", style=EXEC)
def _tee(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "ai", {"append": "a"})
    targets, status = [], 0
    for word in opts.words:
        try:
            targets.append(proc.open(word, "a" if "a" in opts else "w"))
        except OSError as problem:
            proc.err(f"tee: {word}: {problem.strerror}")
            status = 1
    while text := (yield proc.read()):
        proc.write(text)
        for target in targets:
            target.write(text)
        yield proc.flush()
    return status


@tool("seq")
def _seq(proc: Proc, argv: Sequence[str]) -> Steps:
    words = list(argv[1:])
    wide, separator = False, "\n"
    while words and re.match(r"-[ws]", words[0]):
        option = words.pop(0)
        wide = wide or option == "-w"
        if option.startswith("-s"):
            separator = option[2:] or (words.pop(0) if words else "")
    if not 1 <= len(words) <= 3:
        raise ToolError("usage: seq [-w] [-s SEP] [FIRST [INC]] LAST")
    try:
        numbers = [Decimal(word) for word in words]
    except InvalidOperation:
        raise ToolError("invalid number") from None
    if any(not one.is_finite() or one.adjusted() > 18 or one.adjusted() < -9 for one in numbers):
        raise ToolError("invalid number")
    first = numbers[0] if len(numbers) > 1 else Decimal(1)
    step: Decimal | int = numbers[1] if len(numbers) > 2 else Decimal(1)
    places = max(-int(one.as_tuple().exponent) for one in (first, Decimal(step), Decimal(0)))
    width = max(len(f"{one:.{places}f}") for one in (first, numbers[-1])) if wide else 1
    value: Decimal | int = first
    if places == 0:
        value, step = int(first), int(step)
    batch: list[str] = []
    begun = False
    while step != 0 and (value <= numbers[-1] if step > 0 else value >= numbers[-1]):
        batch.append(str(value) if places == 0 and not wide else f"{Decimal(value):0{width}.{places}f}")
        value += step
        if len(batch) == BATCH:
            proc.write((separator if begun else "") + separator.join(batch))
            batch, begun = [], True
            yield proc.flush()
    if batch:
        proc.write((separator if begun else "") + separator.join(batch))
    proc.write("\n" if begun or batch else "")
    return 0


@tool("yes")
def _yes(proc: Proc, argv: Sequence[str]) -> Steps:
    line = (" ".join(argv[1:]) or "y") + "\n"
    lines = line * max(1, 4096 // len(line))
    while True:
        proc.write(lines)
        yield proc.flush()


@tool("cmp", "diff")
def _cmp(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "lsnquiwbBaNrd")
    if len(opts.words) < 2:
        raise ToolError("two files are needed", 2)
    found, status = yield from texts(proc, opts.words[:2])
    if status:
        return 2
    first, second = found
    if first == second:
        return 0
    name = argv[0].rpartition("/")[2]
    if name == "diff" and "q" in opts:
        proc.print(f"Files {opts.words[0]} and {opts.words[1]} differ")
    elif name == "diff":
        old, new = opts.words[:2]
        lines = difflib.unified_diff(lines_of(first), lines_of(second), old, new, lineterm="")
        proc.write("".join(line + "\n" for line in lines))
    elif "s" not in opts:
        at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), -1)
        if at < 0:
            proc.err(f"cmp: EOF on {opts.words[0] if len(first) < len(second) else opts.words[1]}")
        else:
            proc.print(f"{opts.words[0]} {opts.words[1]} differ: char {at + 1}, line {first[:at].count(chr(10)) + 1}")
    return 1

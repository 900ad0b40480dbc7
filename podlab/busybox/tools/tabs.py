"""Small filters: expand, unexpand, dos2unix, unix2dos, ts, less, more, factor, tee.

Models busybox coreutils/expand.c, dos2unix.c, factor.c and tee.c, miscutils/ts.c and less.c (without a terminal).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import timedelta
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.busybox.tools.lines import Lines, opened_or_told, texts, whole
from podlab.busybox.tools_date import EPOCH, stamp
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("expand")
def _expand(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "it:", {"initial": "i", "tabs": "t"})
    width = options.whole(opts["t"], 1, 10000) if "t" in opts else 8
    found, status = yield from texts(proc, "expand", opts.words)
    for line in "".join(found).splitlines(keepends=True):
        if "i" in opts:
            rest = line.lstrip(" \t")
            begin = line[: len(line) - len(rest)]
            proc.write(begin.expandtabs(width) + rest)
        else:
            proc.write(line.expandtabs(width))
    return status


@tool("unexpand")
def _unexpand(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "ft:a", {"first-only": "f", "tabs": "t", "all": "a"})
    width = options.whole(opts["t"], 1, 10000) if "t" in opts else 8
    everywhere = opts.has("at") and "f" not in opts
    found, status = yield from texts(proc, "unexpand", opts.words)
    for line in "".join(found).splitlines(keepends=True):
        proc.write(_tabbed(line, width, everywhere))
    return status


def _tabbed(line: str, width: int, everywhere: bool) -> str:
    """Blanks that reach a tab stop become a tab."""
    out, column, blanks = [], 0, 0
    begun = False
    for char in line:
        if char == " " and (everywhere or not begun):
            blanks += 1
            column += 1
            if column % width == 0:
                out.append("\t")
                blanks = 0
        elif char == "\t" and (everywhere or not begun):
            column += width - column % width
            out.append("\t")
            blanks = 0
        else:
            out.append(" " * blanks + char)
            blanks, begun = 0, True
            column += 1
    return "".join(out) + " " * blanks


@tool("dos2unix", "unix2dos")
def _dos2unix(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "du", most=1)
    to_unix = "u" in opts or (argv[0].endswith("dos2unix") and "d" not in opts)

    def converted(text: str) -> str:
        plain = text.replace("\r\n", "\n")
        return plain if to_unix else plain.replace("\n", "\r\n")

    if opts.words:
        proc.write_file(opts.words[0], converted(proc.read_file(opts.words[0])))
        return 0
    proc.write(converted((yield from whole(proc.fds.get(0)))))
    return 0


@tool("ts", style=EXEC)
def _ts(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "is", most=1)
    form = opts.words[0] if opts.words else "%b %d %H:%M:%S" if not opts.has("is") else "%H:%M:%S"
    begun, lines = proc.now, Lines(proc.fds.get(0))
    while line := (yield from lines.next()):
        moment = EPOCH + timedelta(seconds=proc.now)
        if opts.has("is"):
            moment = EPOCH.replace(year=1970) + timedelta(seconds=proc.now - begun)
        begun = proc.now if "i" in opts else begun
        proc.write(f"{stamp(moment, form)} {line}")
        yield proc.flush()
    return 0


@tool("less", "more", style=EXEC)
def _less(proc: Proc, argv: Sequence[str]) -> Steps:
    name = argv[0].rpartition("/")[2]
    opts = options.parse(argv, "EFIMNmSRh~" if name == "less" else "")
    status = 0
    for path in opts.words or ["-"]:
        stream = opened_or_told(proc, name, path, "can't open '{}': {}" if name == "less" else "{}: {}")
        if stream is None:
            status = 1
            continue
        lines = Lines(stream)
        while line := (yield from lines.next()):
            proc.write(line)
            yield proc.flush()
    return status


@tool("factor")
def _factor(proc: Proc, argv: Sequence[str]) -> Steps:
    words = options.parse(argv, "").words
    if not words:
        words = (yield from whole(proc.fds.get(0))).split()
    for word in words:
        if not word.isdecimal() or int(word) >= 2**64:
            raise UsageError
        proc.print(f"{word}:" + "".join(f" {one}" for one in _factors(int(word))))
    return 0


_MOST_TRIALS = 1_000_000


def _factors(number: int) -> list[int]:
    found, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            found.append(divisor)
            number //= divisor
        divisor += 1 if divisor == 2 else 2
        if divisor > _MOST_TRIALS:
            raise ToolError("podlab's factor knows factors up to a million")
    return [*found, number] if number > 1 else found


@tool("tee", style=EXEC)
def _tee(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "ia")
    targets, status = [], 0
    for word in opts.words:
        try:
            own = proc.fds.get(1) if word == "-" else None
            targets.append(own or proc.open(word, "a" if "a" in opts else "w"))
        except OSError as problem:
            proc.err(f"tee: {word}: {problem.strerror}")
            status = 1
    if "i" in opts:
        proc.trap("INT", "ignore")
    while text := (yield proc.read()):
        proc.write(text)
        for target in targets:
            target.write(text)
        yield proc.flush()
    return status

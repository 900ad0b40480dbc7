"""`awk`: from its command line to a running program. See `podlab.busybox.awk`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.busybox.awk.interpreter import Interpreter
from podlab.busybox.awk.lexer import unescaped
from podlab.busybox.awk.main import MainInput, assign
from podlab.busybox.awk.parser import parse
from podlab.linux.program import Proc


@tool("awk", style=EXEC)
def _awk(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "F:v:f:e:", first_word_ends=True)
    words = list(opts.words)
    pieces = [_program_file(proc, value) if letter == "f" else value for letter, value in opts.every if letter in "fe"]
    name = opts.get("f", "cmd. line")
    if not pieces:
        if not words:
            raise UsageError
        pieces = [words.pop(0)]
    awk = Interpreter(proc, parse("\n".join(pieces), name), name)
    if "F" in opts:
        awk.set("FS", unescaped(opts["F"]))
    for value in opts.all_of("v"):
        if not assign(awk, value):
            raise UsageError
    source = MainInput(awk, words)
    awk.input, awk.skip_file = source.next, source.skip
    try:
        return (yield from awk.run())
    except RecursionError:
        raise ToolError("podlab's awk cannot go that deep") from None


def _program_file(proc: Proc, path: str) -> str:
    try:
        return proc.read_file("/dev/stdin" if path == "-" else path)
    except OSError as problem:
        raise ToolError(f"can't open '{path}': {problem.strerror}") from None

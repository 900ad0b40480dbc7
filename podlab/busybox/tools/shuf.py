"""`shuf`. Models busybox coreutils/shuf.c; the order only looks random, so that a story can be told again."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened, split, whole
from podlab.linux.program import Proc

_MOST = 10**6


@tool("shuf")
def _shuf(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    """Shuffle by the hash of the lines, the process and the time."""
    opts = options.parse(argv, "ei:n:o:z")
    count = options.unsigned(opts["n"]) if "n" in opts else _MOST
    end = "\0" if "z" in opts else "\n"
    if "i" in opts:
        if "e" in opts or opts.words:
            raise UsageError
        lines = _numbers(opts["i"])
    elif "e" in opts:
        lines = opts.words
    elif len(opts.words) > 1:
        raise UsageError
    else:
        lines = split((yield from whole(opened(proc, opts.words[0] if opts.words else "-"))), end)
    mark = f"{proc.pid} {proc.now}"
    numbered = sorted(enumerate(lines), key=lambda one: hashlib.sha256(f"{mark} {one}".encode()).digest())
    text = "".join(line + end for _, line in numbered[:count])
    if "o" in opts:
        proc.write_file(opts["o"], text)
    else:
        proc.write(text)
    return 0


def _numbers(text: str) -> list[str]:
    """`LOW-HIGH`. Errors: `ToolError`."""
    low, dash, high = text.partition("-")
    if not dash:
        raise ToolError(f"bad range '{text}'")
    first, last = options.unsigned(low), options.unsigned(high)
    if first > last or last - first > _MOST:
        raise ToolError(f"bad range '{text}'")
    return [str(number) for number in range(first, last + 1)]

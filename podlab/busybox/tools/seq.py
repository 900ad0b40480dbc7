"""`seq` and `yes`. Models busybox coreutils/seq.c and yes.c."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from decimal import Decimal
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
BATCH = 500
"""Numbers written at a time."""
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def _number(word: str) -> Decimal:
    if not _NUMBER.fullmatch(word):
        raise UsageError
    number = Decimal(word)
    if number.adjusted() > 18 or number.adjusted() < -9:
        raise ToolError("invalid number")
    return number


@tool("seq")
def _seq(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "ws:", first_word_ends=True, least=1, most=3)
    numbers = [_number(word) for word in opts.words]
    separator = opts.get("s", "\n")
    first = numbers[0] if len(numbers) > 1 else Decimal(1)
    step = numbers[1] if len(numbers) > 2 else Decimal(1)
    last = numbers[-1]
    places = max(-int(one.as_tuple().exponent) for one in (first, step, Decimal(0)))
    width = max(len(f"{one:.{places}f}") for one in (first, last)) if "w" in opts else 1
    value, count = first, 0
    batch: list[str] = []
    while value <= last if step >= 0 else value >= last:
        batch.append(f"{value:0{width}.{places}f}")
        value += step
        count += 1
        if len(batch) == BATCH:
            proc.write((separator if count > BATCH else "") + separator.join(batch))
            batch = []
            yield proc.flush()
    if batch:
        proc.write((separator if count > BATCH else "") + separator.join(batch))
    proc.write("\n" if count else "")
    return 0


@tool("yes")
def _yes(proc: Proc, argv: Sequence[str]) -> Steps:
    line = (" ".join(argv[1:]) or "y") + "\n"
    lines = line * max(1, 4096 // len(line))
    while True:
        proc.write(lines)
        yield proc.flush()

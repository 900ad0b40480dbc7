"""`uniq`. Models busybox coreutils/uniq.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import groupby
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.tools.lines import split, whole
from podlab.linux.program import Proc


@tool("uniq")
def _uniq(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "cduizf:s:w:", most=2)
    fields, characters, width = (options.unsigned(opts[letter]) if letter in opts else None for letter in "fsw")
    source, target = [*opts.words, "-", "-"][:2]
    try:
        stream = proc.fds.get(0) if source == "-" else proc.open(source)
    except OSError as problem:
        raise ToolError(f"can't open '{source}': {problem.strerror}") from None
    end = "\0" if "z" in opts else "\n"

    def compared(line: str) -> str:
        """The part of a line that is compared."""
        at = 0
        for _ in range(fields or 0):
            while at < len(line) and line[at].isspace():
                at += 1
            while at < len(line) and not line[at].isspace():
                at += 1
        part = line[at + (characters or 0) :]
        part = part if width is None else part[:width]
        return part.lower() if "i" in opts else part

    out = []
    for _, group in groupby(split((yield from whole(stream)), end), compared):
        same = list(group)
        if ("d" in opts and len(same) < 2) or ("u" in opts and len(same) > 1):
            continue
        out.append(f"{len(same):7} {same[0]}{end}" if "c" in opts else same[0] + end)
    if target == "-":
        proc.write("".join(out))
    else:
        proc.write_file(target, "".join(out))
    return 0

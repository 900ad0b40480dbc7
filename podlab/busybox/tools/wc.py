"""`wc`. Models busybox coreutils/wc.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import tool
from podlab.busybox.tools.lines import texts
from podlab.linux.program import Proc

_KINDS = "lwmcL"


@tool("wc")
def _wc(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "lwcmL")
    kinds = [kind for kind in _KINDS if kind in opts] or list("lwc")
    totals = dict.fromkeys(_KINDS, 0)
    status = 0
    several = len(opts.words) > 1
    for path in opts.words or ["-"]:
        found, failed = yield from texts(proc, "wc", [path])
        status |= failed
        for text in found:
            counts = _counted(text)
            for kind, count in counts.items():
                totals[kind] = max(totals[kind], count) if kind == "L" else totals[kind] + count
            proc.print(_line(kinds, counts, path if opts.words else "", several))
    if several:
        proc.print(_line(kinds, totals, "total", True))
    return status


def _counted(text: str) -> dict[str, int]:
    size = len(text.encode("utf-8", "surrogateescape"))
    longest = max(len(line.expandtabs()) for line in text.split("\n"))
    return {"l": text.count("\n"), "w": len(text.split()), "m": len(text), "c": size, "L": longest}


def _line(kinds: list[str], counts: dict[str, int], name: str, several: bool) -> str:
    width = 9 if len(kinds) > 1 or several else 0
    return " ".join([f"{counts[kind]:{width or ''}}" for kind in kinds] + ([name] if name else []))

"""`df` and `du`. Models busybox coreutils/df.c and du.c."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import tool
from podlab.busybox.human import human
from podlab.busybox.tools.facts import blocks
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
_SIZES = {"overlay": (41943040, 8388608), "tmpfs": (65536, 0), "ext4": (41943040, 8388608)}
"""KiB of a file system of this type, all and used. Without a size: /proc and its like, shown with -a only."""


@dataclass(frozen=True)
class Mounted:
    """A line of /proc/mounts."""

    device: str
    path: str
    kind: str
    options: str


def mounts(proc: Proc) -> list[Mounted]:
    """What is mounted in this container."""
    try:
        lines = proc.read_file("/proc/mounts").splitlines()
    except OSError:
        lines = []
    found = [Mounted(*line.split()[:4]) for line in lines if len(line.split()) >= 4]
    return found or [Mounted("overlay", "/", "overlay", "rw,relatime")]


def holding(proc: Proc, path: str) -> Mounted | None:
    """The file system that a file lies in."""
    full = posixpath.normpath(proc.path(path))
    fitting = [one for one in mounts(proc) if full == one.path or full.startswith(one.path.rstrip("/") + "/")]
    return max(fitting, key=lambda one: len(one.path), default=None)


@tool("df")
def _df(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "kmhTPaB:it:")
    unit = options.whole(opts["B"], 1) if "B" in opts else 1 << 20 if "m" in opts else 1024
    _head(proc, opts, unit)
    if not opts.words:
        for one in mounts(proc):
            if ("t" not in opts or one.kind == opts["t"]) and (one.kind in _SIZES or "a" in opts):
                _row(proc, opts, unit, one)
        return 0
    status = 0
    for word in opts.words:
        found = holding(proc, word) if proc.exists(word) else None
        if found is None:
            proc.err(f"df: {word}: can't find mount point")
            status = 1
        else:
            _row(proc, opts, unit, found)
    return status


def _head(proc: Proc, opts: options.Options, unit: int) -> None:
    names = {1024: "1024-blocks" if "P" in opts else "1K-blocks", 1 << 20: "1M-blocks", 1 << 30: "1G-blocks"}
    name = "   Inodes" if "i" in opts else "     Size" if "h" in opts else names.get(unit, f"{unit}-blocks")
    kind = "Type       " if "T" in opts else ""
    share = "Capacity" if "P" in opts else "Use%"
    proc.print(f"{'Filesystem':<20} {kind}{name:<15}Used Available {share} Mounted on")


def _row(proc: Proc, opts: options.Options, unit: int, one: Mounted) -> None:
    total, used = (1024 * kib for kib in _SIZES.get(one.kind, (0, 0)))
    if "i" in opts:
        total, used, unit = total // 16384, used // 16384, 1
    cells = [human(n) if "h" in opts else str(-(-n // unit)) for n in (total, used, total - used)]
    share = (used * 100 + total // 2) // total if total else 0
    device = one.device if len(one.device) <= 20 or "P" in opts else f"{one.device}\n{'':20}"
    kind = f"{one.kind:<10} " if "T" in opts else ""
    proc.print(f"{device:<20} {kind}{cells[0]:>9} {cells[1]:>9} {cells[2]:>9} {share:3}% {one.path}")


@tool("du")
def _du(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "aHLd:clsxhmkb")
    deepest = 0 if "s" in opts else options.unsigned(opts["d"]) if "d" in opts else 1 << 30
    usage = _Usage(proc, opts, deepest)
    total = 0
    for word in opts.words or ["."]:
        total += yield from usage.add(word, 0)
    if "c" in opts:
        proc.print(f"{usage.shown(total)}\ttotal")
    return usage.status


class _Usage:
    """`du` at work."""

    def __init__(self, proc: Proc, opts: options.Options, deepest: int) -> None:
        self._proc = proc
        self._opts = opts
        self._deepest = deepest
        self._seen: set[int] = set()
        self.status = 0

    def shown(self, size: int) -> str:
        """A size as the options want it."""
        if "b" in self._opts:
            return str(size)
        if "h" in self._opts:
            return human(size)
        return str(-(-size // (1 << 20 if "m" in self._opts else 1024)))

    def add(self, path: str, depth: int) -> Generator[Any, Any, int]:
        """Bytes of a path with all that is below, shown when it is not too deep."""
        proc = self._proc
        yield proc.step()
        try:
            node = proc.stat(path, follow="L" in self._opts or ("H" in self._opts and not depth))
        except OSError as problem:
            proc.err(f"du: {path}: {problem.strerror}")
            self.status = 1
            return 0
        if node.links > 1 and "l" not in self._opts:
            if id(node) in self._seen:
                return 0
            self._seen.add(id(node))
        size = node.size if "b" in self._opts else blocks(node) * 512
        if node.kind == "d":
            for name in proc.listdir(path):
                size += yield from self.add(f"{path.rstrip('/')}/{name}", depth + 1)
        if depth <= self._deepest and (node.kind == "d" or "a" in self._opts or not depth):
            proc.print(f"{self.shown(size)}\t{path}")
        return size

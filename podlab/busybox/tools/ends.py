"""`head` and `tail`: the beginnings and ends of files."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, everything, tool
from podlab.busybox.tools.lines import opened_or_told
from podlab.linux.program import Proc
from podlab.linux.streams import Stream
from podlab.linux.tree import Node

Steps = Generator[Any, Any, int]

GREED = 16 << 20
"""Bytes `tail /dev/zero` takes at a time."""
GREEDY_PAUSE = 0.005
"""Seconds it needs for that."""


def _amounts(argv: Sequence[str], letters: str) -> options.Options:
    """Options of head and tail, with the old `-5` for `-n 5`."""
    old = r"^-(\d+)" if "s:" not in letters else r"^([-+]\d+[a-z]?)$"
    words = [argv[0], *(re.sub(old, lambda match: "-n" + match[1].removeprefix("-"), word) for word in argv[1:2])]
    return options.parse([*words, *argv[2:]], letters, only_short="s:" not in letters)


def _title(path: str) -> str:
    return "standard input" if path == "-" else path


@tool("head")
def _head(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = _amounts(argv, "n:c:qv")
    status = 0
    paths = opts.words or ["-"]
    for index, path in enumerate(paths):
        try:
            stream = proc.fds.get(0) if path == "-" else proc.open(path)
        except OSError as problem:
            proc.err(f"head: {path}: {problem.strerror}")
            status = 1
            continue
        if (len(paths) > 1 and "q" not in opts) or "v" in opts:
            proc.write(("\n" if index else "") + f"==> {_title(path)} <==\n")
        if stream is not None:
            yield from _beginning(proc, stream, opts)
    return status


def _beginning(proc: Proc, stream: Stream, opts: options.Options) -> Generator[Any, Any, None]:
    count = opts.number("c", opts.number("n", 10))
    if count < 0:
        text = yield from everything(stream)
        lines = text.splitlines(keepends=True)
        proc.write(text[:count] if "c" in opts else "".join(lines[:count]))
        return
    while count > 0:
        text = yield stream.read("some" if "c" in opts else "line")
        if not text:
            return
        proc.write(text[:count] if "c" in opts else text)
        count -= len(text) if "c" in opts else 1
        yield proc.flush()


@dataclass
class _Watched:
    """A file `tail` shows. `node` is what the name meant when it was opened."""

    path: str
    stream: Stream | None = None
    node: Node | None = None

    def open(self, proc: Proc) -> bool:
        """Open it; false after saying why that is impossible."""
        if self.path == "-":
            self.stream = proc.fds.get(0)
        else:
            self.stream = opened_or_told(proc, "tail", self.path, "can't open '{}': {}")
            self.node = proc.stat(self.path) if self.stream is not None else None
        return self.stream is not None

    def replaced(self, proc: Proc) -> bool:
        """Whether the name means another file by now."""
        try:
            return self.path != "-" and proc.stat(self.path) is not self.node
        except OSError:
            return False


@tool("tail", style=EXEC)
def _tail(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = _amounts(argv, "n:c:fFqvs:")
    given = opts.get("c", opts.get("n", "10"))
    count = options.whole(given.lstrip("+-"))
    files = [_Watched(path) for path in opts.words or ["-"]]
    titled = (len(files) > 1 and "q" not in opts) or "v" in opts
    shown = None
    for file in files:
        if file.path in ("/dev/zero", "/dev/urandom", "/dev/random"):
            yield from _eat_memory(proc)
        if not file.open(proc) or file.stream is None:
            continue
        if titled:
            proc.write(("\n" if shown else "") + f"==> {_title(file.path)} <==\n")
        shown = file
        text = yield from _everything(proc, file.stream)
        proc.write(_ending(text, count, from_start=given.startswith("+"), characters="c" in opts))
    if shown is None and "F" not in opts:
        raise ToolError("no files")
    if "f" in opts or "F" in opts:
        yield from _follow(proc, files, shown, titled, "F" in opts, options.seconds(opts.get("s", "1")))
    return 0 if all(file.stream is not None for file in files) else 1


def _everything(proc: Proc, stream: Stream) -> Generator[Any, Any, str]:
    """All of a stream; what it takes to keep it counts as memory."""
    parts = []
    try:
        while text := (yield stream.read()):
            parts.append(text)
            proc.allocate(len(text))
    except OSError as problem:
        raise ToolError(f"read error: {problem.strerror}") from None
    return "".join(parts)


def _ending(text: str, count: int, *, from_start: bool, characters: bool) -> str:
    pieces: Sequence[str] = text if characters else text.splitlines(keepends=True)
    if from_start:
        return "".join(pieces[max(count - 1, 0) :])
    return "".join(pieces[-count:]) if count else ""


def _eat_memory(proc: Proc) -> Generator[Any, Any, None]:
    """Look for the last lines of something that has no end: only the OOM killer stops that."""
    while True:
        proc.allocate(GREED)
        yield proc.sleep(GREEDY_PAUSE)


def _follow(
    proc: Proc, files: list[_Watched], shown: _Watched | None, titled: bool, again: bool, pause: float
) -> Generator[Any, Any, None]:
    """Show what is added, looking every `pause` seconds; `again`: a file that is new under its name is opened."""
    if [file.path for file in files] == ["/dev/null"]:
        yield proc.pause()
    while True:
        yield proc.sleep(pause or 1)
        for file in files:
            if again and file.replaced(proc):
                file.open(proc)
            text = (yield file.stream.read()) if file.stream is not None else ""
            if text and titled and file is not shown:
                proc.write(f"\n==> {_title(file.path)} <==\n")
            shown = file if text else shown
            proc.write(text)

"""`xargs`. Models busybox findutils/xargs.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, reason, tool
from podlab.busybox.tools.lines import opened, whole
from podlab.linux.process import Process
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
MOST = 32 << 10
"""Bytes of a command line."""
_SPACE = " \t\n\r\f\v"


@tool("xargs")
def _xargs(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "0a:rtpE:e::I:i::n:s:P:xo", first_word_ends=True)
    command = list(opts.words or ["echo"])
    text = yield from _input(proc, opts)
    stop = opts.get("E", opts.get("e", "")) or None
    if opts.has("Ii"):
        mark = opts.get("I") or opts.get("i") or "{}"
        batches = [[word.replace(mark, item) for word in command] for item in _lines(text, "0" in opts)]
    else:
        items = text.rstrip("\0").split("\0") if "0" in opts and text else _words(text, stop)
        batches = _batches(command, items, opts)
        if not items and "r" not in opts:
            batches = [command]
    at_once = options.whole(opts["P"], 0, 2**31 - 1) if "P" in opts else 1
    return (yield from _Runner(proc, opts, at_once).run(batches))


def _input(proc: Proc, opts: options.Options) -> Generator[Any, Any, str]:
    try:
        stream = opened(proc, opts.get("a", "-"))
    except OSError as problem:
        raise ToolError(f"can't open '{opts['a']}': {problem.strerror}") from None
    return (yield from whole(stream))


def _lines(text: str, zero: bool) -> list[str]:
    """The items of `-I`: lines without the blanks they begin with; empty ones do not count."""
    return [line.lstrip(_SPACE) for line in text.split("\0" if zero else "\n") if line.strip(_SPACE)]


def _words(text: str, stop: str | None) -> list[str]:
    """Words as a shell cuts them, up to the word `stop`. Errors: `ToolError`."""
    found: list[str] = []
    word: str | None = None
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char in _SPACE:
            if word is not None:
                found.append(word)
            word = None
        elif char in "'\"":
            end = text.find(char, at)
            if end < 0 or "\n" in text[at:end]:
                raise ToolError(f"unmatched {'single' if char == chr(39) else 'double'} quote")
            word, at = (word or "") + text[at:end], end + 1
        else:
            if char == "\\" and at < len(text):
                char = text[at]
                at += 1
            word = (word or "") + char
    if word is not None:
        found.append(word)
    return found[: found.index(stop)] if stop is not None and stop in found else found


def _size(words: Sequence[str]) -> int:
    return sum(len(word.encode("utf-8", "surrogateescape")) + 1 for word in words)


def _batches(command: list[str], items: list[str], opts: options.Options) -> list[list[str]]:
    """Command lines of so many items, or of so many bytes. Errors: `ToolError`."""
    most = options.whole(opts["n"], 1, 2**31 - 1) if "n" in opts else len(items)
    room = (options.whole(opts["s"], 1, 2**31 - 1) if "s" in opts else MOST) - _size(command)
    batches: list[list[str]] = []
    current: list[str] = []
    if room <= 0:
        raise ToolError("can't fit single argument within argument list size limit")
    for item in items:
        if current and (len(current) >= most or _size([*current, item]) > room):
            batches.append([*command, *current])
            current = []
        if _size([item]) > room:
            raise ToolError("can't fit single argument within argument list size limit")
        current.append(item)
    return [*batches, [*command, *current]] if current else batches


class _Runner:
    """Runs commands, so many at once."""

    def __init__(self, proc: Proc, opts: options.Options, at_once: int) -> None:
        self._proc, self._opts = proc, opts
        self._most = at_once or 1 << 30
        self._running: list[tuple[str, Process]] = []
        self._failed = 0

    def run(self, batches: list[list[str]]) -> Steps:
        """Run all; the exit status: 123 when one failed, 124 when one ended with 255, 125 when one was killed."""
        for batch in batches:
            while len(self._running) >= self._most:
                yield from self._wait()
            self._start(batch)
        while self._running:
            yield from self._wait()
        return self._failed

    def _start(self, batch: list[str]) -> None:
        proc = self._proc
        if self._opts.has("tp"):
            proc.write(" ".join(batch), 2)
            if "p" in self._opts:
                raise ToolError("can't open '/dev/tty': No such device or address")
            proc.write("\n", 2)
        try:
            self._running.append((batch[0], proc.spawn(batch)))
        except OSError as problem:
            raise ToolError(f"{batch[0]}: {problem.strerror}", reason(problem)[1]) from None

    def _wait(self) -> Generator[Any, Any, None]:
        proc = self._proc
        waits = [proc.wait(child) for _, child in self._running]
        index, status = (yield proc.any_of(*waits)) if len(waits) > 1 else (0, (yield waits[0]))
        name, child = self._running.pop(index)
        if child.last_signal and status == 128 + child.last_signal:
            raise ToolError(f"'{name}': terminated by signal {child.last_signal}", 125)
        if status == 255:
            raise ToolError(f"{name}: exited with status 255; aborting", 124)
        if status:
            self._failed = 123

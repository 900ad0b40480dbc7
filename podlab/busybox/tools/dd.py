"""`dd`. Models busybox coreutils/dd.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.linux.program import Proc
from podlab.linux.streams import PipeReader, Stream

_SUFFIXES = {"c": 1, "w": 2, "b": 512, "kB": 1000, "kD": 1000, "k": 1024, "K": 1024, "KB": 1000, "MB": 10**6}
_SUFFIXES |= {"M": 1 << 20, "GB": 10**9, "G": 1 << 30, "MD": 10**6, "GD": 10**9}
_BIGGEST = 2**63 - 1
_FLAGS = {
    "conv": ("notrunc", "sync", "noerror", "fsync", "swab"),
    "iflag": ("skip_bytes", "count_bytes", "fullblock", "direct"),
    "oflag": ("seek_bytes", "append", "direct"),
    "status": ("noxfer", "none"),
}
_NUMBERS = ("bs", "ibs", "obs", "count", "skip", "seek")


def _size(text: str, least: int) -> int:
    """A number with a suffix. Errors: `ToolError`."""
    digits = text.rstrip("".join(set("".join(_SUFFIXES))))
    suffix = text[len(digits) :]
    if not digits.isdecimal() or len(digits) > 19 or (suffix and suffix not in _SUFFIXES):
        raise ToolError(f"invalid number '{text}'")
    number = int(digits) * _SUFFIXES.get(suffix, 1)
    if number < least:
        raise ToolError(f"number {text} is not in {least}..{_BIGGEST} range")
    return number


@dataclass
class _Job:
    """What a command line says."""

    source: str | None = None
    target: str | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def block_in(self) -> int:
        """Bytes read at a time."""
        return self.numbers.get("bs", self.numbers.get("ibs", 512))

    @property
    def block_out(self) -> int:
        """Bytes written at a time."""
        return self.numbers.get("bs", self.numbers.get("obs", 512))


def _job(argv: Sequence[str]) -> _Job:
    job = _Job()
    for word in argv[1:]:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageError
        if name == "if":
            job.source = value
        elif name == "of":
            job.target = value
        elif name in _NUMBERS:
            job.numbers[name] = _size(value, 1 if name in ("bs", "ibs", "obs") else 0)
        elif name in _FLAGS:
            for flag in value.split(","):
                if flag not in _FLAGS[name]:
                    raise ToolError(f"invalid argument '{flag}' to '{name}'")
                job.flags.add(flag)
        else:
            raise UsageError
    return job


class _Input:
    """Gives blocks of a stream: whole ones, but for a pipe, of which a block is what one read gives."""

    def __init__(self, stream: Stream | None, name: str) -> None:
        self._stream, self._name = stream, name
        self.is_pipe = isinstance(stream, PipeReader)
        self._text = ""
        self._over = stream is None

    def block(self, size: int, full: bool) -> Generator[Any, Any, str]:
        """The next block, "" at the end."""
        while not self._over and (not self._text or (full and len(self._text) < size)):
            assert self._stream is not None
            try:
                more = yield self._stream.read()
            except OSError as problem:
                raise ToolError(f"{self._name}: {problem.strerror}") from None
            self._over = not more
            self._text += more or ""
        block, self._text = self._text[:size], self._text[size:]
        return block


@tool("dd")
def _dd(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    job = _job(argv)
    source = _opened(proc, job.source, "r", 0)
    target = _target(proc, job)
    counts = yield from _copy(proc, job, _Input(source, job.source or "standard input"), target)
    if "none" not in job.flags:
        full_in, part_in, full_out, part_out = counts
        proc.err(f"{full_in}+{part_in} records in\n{full_out}+{part_out} records out")
    return 0


def _opened(proc: Proc, path: str | None, how: str, fd: int) -> Stream | None:
    if path is None:
        return proc.fds.get(fd)
    try:
        return proc.open(path, how)
    except OSError as problem:
        raise ToolError(f"can't open '{path}': {problem.strerror}") from None


def _target(proc: Proc, job: _Job) -> Stream | None:
    """The file to write, with what is kept of it already written again."""
    if job.target is None:
        return proc.fds.get(1)
    if "append" in job.flags:
        return _opened(proc, job.target, "a", 1)
    before = ""
    seek = job.numbers.get("seek", 0) * (1 if "seek_bytes" in job.flags else job.block_out)
    keeps = "notrunc" in job.flags
    if (seek or keeps) and proc.exists(job.target) and proc.stat(job.target).kind == "-":
        before = proc.read_file(job.target)
    if keeps and before:
        stream = _opened(proc, job.target, "r+", 1)
        head = before[:seek]
    else:
        stream = _opened(proc, job.target, "w", 1)
        head = before[:seek].ljust(seek, "\0")
    if head and stream is not None:
        stream.write(head)
    return stream


def _copy(proc: Proc, job: _Job, source: _Input, target: Stream | None) -> Generator[Any, Any, tuple[int, ...]]:
    full = "fullblock" in job.flags or not source.is_pipe
    size = job.block_in
    skip = job.numbers.get("skip", 0)
    in_bytes = "skip_bytes" in job.flags
    while skip > 0:
        block = yield from source.block(min(size, skip) if in_bytes else size, True)
        if not block:
            break
        skip -= len(block) if in_bytes else 1
    left = job.numbers.get("count")
    counts = [0, 0, 0, 0]
    waiting = ""
    while left is None or left > 0:
        wanted = min(size, left) if left is not None and "count_bytes" in job.flags else size
        block = yield from source.block(wanted, full)
        if not block:
            break
        left = None if left is None else left - (len(block) if "count_bytes" in job.flags else 1)
        counts[0 if len(block) == size else 1] += 1
        if "sync" in job.flags:
            block = block.ljust(size, "\0")
        if "swab" in job.flags:
            block = "".join(block[at : at + 2][::-1] for at in range(0, len(block), 2))
        if "bs" in job.numbers:
            counts[2 if len(block) == size else 3] += 1
            _write(target, block)
        else:
            waiting += block
            while len(waiting) >= job.block_out:
                counts[2] += 1
                _write(target, waiting[: job.block_out])
                waiting = waiting[job.block_out :]
        if target is not None:
            yield target.room()
    if waiting:
        counts[3] += 1
        _write(target, waiting)
    return tuple(counts)


def _write(target: Stream | None, text: str) -> None:
    if target is not None:
        target.write(text)

"""What a process reads from and writes to: pipes, open files, the container's log, nothing.

Text everywhere: bytes that are no UTF-8 are carried as surrogate escapes. Writing never waits; a writer that cares for
room in a pipe yields `proc.flush()`. Reading is always something to `yield`; "" means end of file.
"""

from __future__ import annotations

import errno
import hashlib
from collections import deque
from collections.abc import Callable
from typing import Literal

from podlab.linux.waits import Done, Failure, Wait

CAPACITY = 65536
"""Characters a pipe holds before `flush` waits (Linux: 64 KiB)."""

MAXIMUM = 16 << 20
"""Characters a buffer may hold at all: a program that writes on without ever flushing gets ENOBUFS."""

Mode = Literal["some", "line", "all"]


def printable(text: str) -> str:
    """Text that can be shown: bytes that are no UTF-8 become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Stream:
    """One end of something. Counted: it is really closed when the last process that holds it has let go of it."""

    __slots__ = ("_holders",)

    def __init__(self) -> None:
        self._holders = 0

    def hold(self) -> None:
        """One process more has it open."""
        self._holders += 1

    def release(self) -> None:
        """One process less has it open."""
        self._holders -= 1
        if self._holders == 0:
            self.close()

    def close(self) -> None:
        """Close it, whoever else has it open; harmless when closed."""

    def write(self, text: str) -> None:
        """Write now. Errors: `BrokenPipeError` when nobody can ever read it; `OSError` EBADF when not for writing."""
        raise OSError(errno.EBADF, "Bad file descriptor")

    def room(self) -> Wait:
        """Wait until there is room to write more."""
        return Done(None)

    def read(self, mode: Mode = "some") -> Wait:
        """Wait for text: `some` that is there, a whole `line` with its newline, or `all` until end of file."""
        return Done(Failure(OSError(errno.EBADF, "Bad file descriptor")))

    def readline(self) -> Wait:
        """Wait for a line, newline included; "" at end of file."""
        return self.read("line")

    def readall(self) -> Wait:
        """Wait for everything up to the end of file."""
        return self.read("all")


class Null(Stream):
    """/dev/null: at its end when read, forgets what is written."""

    __slots__ = ()

    def write(self, text: str) -> None:
        """Forget it."""

    def read(self, mode: Mode = "some") -> Wait:
        """End of file."""
        return Done("")


class Zero(Null):
    """/dev/zero: gives zero bytes for ever. Never read it to its end: that is what `proc.allocate` is for."""

    __slots__ = ()

    def read(self, mode: Mode = "some") -> Wait:
        """64 KiB of zero bytes; a line or all of it would need endless memory."""
        if mode != "some":
            return Done(Failure(OSError(errno.ENOMEM, "Cannot allocate memory")))
        return Done("\0" * CAPACITY)


class Noise(Zero):
    """/dev/urandom: letters that look random. Made up, and always the same, so that a story can be told again."""

    __slots__ = ()

    def read(self, mode: Mode = "some") -> Wait:
        """64 KiB of them."""
        if mode != "some":
            return super().read(mode)
        return Done("".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(CAPACITY // 64)))


class Sinkhole(Stream):
    """Hands every written text to a function: the container's log, the output of an exec."""

    __slots__ = ("_take",)

    def __init__(self, take: Callable[[str], None]) -> None:
        super().__init__()
        self._take = take

    def write(self, text: str) -> None:
        """Hand it over."""
        self._take(text)


class Buffer:
    """Text on its way from writers to readers, in order, with an end."""

    __slots__ = ("_parts", "_position", "_readers", "_writers", "ended", "size")

    def __init__(self) -> None:
        self._parts: deque[str] = deque()
        self._position = 0
        self._readers: deque[_Read] = deque()
        self._writers: deque[_Room] = deque()
        self.size = 0
        self.ended = False

    def feed(self, text: str) -> None:
        """Text arrives."""
        if not text:
            return
        if self.size + len(text) > MAXIMUM:
            raise OSError(errno.ENOBUFS, "No buffer space available")
        self._parts.append(text)
        self.size += len(text)
        self._serve()

    def end(self) -> None:
        """Nothing more will come."""
        if not self.ended:
            self.ended = True
            self._serve()

    def drop(self) -> None:
        """Forget what is there; nobody will read it."""
        self._parts.clear()
        self._position = self.size = 0
        self._make_room()

    def take(self, mode: Mode) -> str | None:
        """Take what a read of this mode gives now: "" at the end, None when it has to wait."""
        if mode == "line":
            return self._take_line()
        if self.size == 0:
            return "" if self.ended else None
        if mode == "all" and not self.ended:
            return None
        return self._cut(len(self._parts) - 1, len(self._parts[-1]))

    def _take_line(self) -> str | None:
        start = self._position
        for index, part in enumerate(self._parts):
            at = part.find("\n", start)
            if at >= 0:
                return self._cut(index, at + 1)
            start = 0
        if not self.ended:
            return None
        return self._cut(len(self._parts) - 1, len(self._parts[-1])) if self._parts else ""

    def _cut(self, index: int, end: int) -> str:
        """Take everything up to character `end` of part `index`."""
        taken = []
        for _ in range(index):
            taken.append(self._parts.popleft()[self._position :])
            self._position = 0
        last = self._parts[0]
        taken.append(last[self._position : end])
        if end == len(last):
            self._parts.popleft()
            self._position = 0
        else:
            self._position = end
        text = "".join(taken)
        self.size -= len(text)
        self._make_room()
        return text

    def _serve(self) -> None:
        while self._readers:
            text = self.take(self._readers[0].mode)
            if text is None:
                break
            self._readers.popleft().finish(text)

    @property
    def has_room(self) -> bool:
        """Whether a writer may go on: it is not full, or somebody waits for more than there is."""
        return self.size < CAPACITY or bool(self._readers)

    def _make_room(self) -> None:
        while self._writers and self.has_room:
            self._writers.popleft().finish(None)

    def reading(self, mode: Mode) -> Wait:
        """A wait for text."""
        return _Read(self, mode)

    def room(self) -> Wait:
        """A wait for room."""
        return _Room(self)


class _Read(Wait):
    __slots__ = ("_buffer", "mode")

    def __init__(self, buffer: Buffer, mode: Mode) -> None:
        super().__init__()
        self._buffer = buffer
        self.mode: Mode = mode

    def _try(self) -> bool:
        if self._buffer._readers:
            return False
        self.value = self._buffer.take(self.mode)
        return self.value is not None

    def _register(self) -> None:
        self._buffer._readers.append(self)
        self._buffer._make_room()

    def _forget(self) -> None:
        if self in self._buffer._readers:
            self._buffer._readers.remove(self)


class _Room(Wait):
    __slots__ = ("_buffer",)

    def __init__(self, buffer: Buffer) -> None:
        super().__init__()
        self._buffer = buffer

    def _try(self) -> bool:
        return self._buffer.has_room

    def _register(self) -> None:
        self._buffer._writers.append(self)

    def _forget(self) -> None:
        if self in self._buffer._writers:
            self._buffer._writers.remove(self)


class PipeReader(Stream):
    """The end of a pipe that is read."""

    __slots__ = ("_closed", "buffer")

    def __init__(self, buffer: Buffer) -> None:
        super().__init__()
        self.buffer = buffer
        self._closed = False

    def read(self, mode: Mode = "some") -> Wait:
        """Wait for text."""
        return self.buffer.reading(mode)

    def close(self) -> None:
        """Nobody will read any more: writing gives EPIPE."""
        self._closed = True
        self.buffer.drop()

    @property
    def closed(self) -> bool:
        """Whether the last reader is gone."""
        return self._closed


class PipeWriter(Stream):
    """The end of a pipe that is written to."""

    __slots__ = ("_reader",)

    def __init__(self, reader: PipeReader) -> None:
        super().__init__()
        self._reader = reader

    def write(self, text: str) -> None:
        """Write now, beyond the capacity if need be."""
        if self._reader.closed:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        self._reader.buffer.feed(text)

    def room(self) -> Wait:
        """Wait until the pipe is not full (or has no reader left)."""
        return self._reader.buffer.room()

    def close(self) -> None:
        """The reader comes to the end of file."""
        self._reader.buffer.end()


def pipe() -> tuple[PipeReader, PipeWriter]:
    """A new pipe."""
    reader = PipeReader(Buffer())
    return reader, PipeWriter(reader)

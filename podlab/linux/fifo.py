"""Named pipes, as `mkfifo` makes them. Models Linux fs/pipe.c and fifo(7)."""

from __future__ import annotations

import errno

from podlab.linux.streams import Buffer, Mode, Stream
from podlab.linux.tree import Node
from podlab.linux.waits import Wait


class Fifo(Node):
    """A pipe with a name. The text goes from all who write to all who read; it is gone when nobody has it open."""

    __slots__ = ("_waiting", "buffer", "readers", "writers")
    kind = "p"

    def __init__(self, mode: int = 0o644, mtime: float = 0.0) -> None:
        super().__init__(mode, mtime)
        self.buffer = Buffer()
        self.readers = 0
        self.writers = 0
        self._waiting: list[_Partner] = []

    def open(self, how: str) -> Stream:
        """One end of it; `r+` is both ends."""
        return FifoEnd(self, reads=how in ("r", "r+"), writes=how != "r")

    def joined(self, end: FifoEnd) -> None:
        """Somebody has opened it: who waits for that goes on, and a pipe that had ended begins anew."""
        if end.writes and self.buffer.ended:
            self.buffer = Buffer()
        self.readers += end.reads
        self.writers += end.writes
        for wait in [one for one in self._waiting if one.has_partner]:
            self._waiting.remove(wait)
            wait.finish(None)

    def left(self, end: FifoEnd) -> None:
        """Somebody has closed it: without writers it is at its end, without anybody its text is lost."""
        self.readers -= end.reads
        self.writers -= end.writes
        if self.writers == 0 and end.writes and self.readers:
            self.buffer.end()
        if not self.readers and not self.writers:
            self.buffer.drop()
            self.buffer = Buffer()

    def wait_for(self, wait: _Partner) -> None:
        """Somebody waits for the other end."""
        self._waiting.append(wait)

    def give_up(self, wait: _Partner) -> None:
        """Somebody does not wait any more."""
        if wait in self._waiting:
            self._waiting.remove(wait)


class FifoEnd(Stream):
    """What a process has that opened a named pipe."""

    __slots__ = ("_closed", "fifo", "reads", "writes")

    def __init__(self, fifo: Fifo, *, reads: bool, writes: bool) -> None:
        super().__init__()
        self.fifo = fifo
        self.reads = reads
        self.writes = writes
        self._closed = False
        fifo.joined(self)

    def partner(self) -> Wait:
        """Wait until the other end is open, too: as long as that, opening it takes."""
        return _Partner(self)

    def write(self, text: str) -> None:
        """Write now."""
        if not self.writes:
            raise OSError(errno.EBADF, "Bad file descriptor")
        if self.fifo.readers == 0:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        self.fifo.buffer.feed(text)

    def room(self) -> Wait:
        """Wait until it is not full."""
        return self.fifo.buffer.room()

    def read(self, mode: Mode = "some") -> Wait:
        """Wait for text; "" when the last writer has closed it."""
        return self.fifo.buffer.reading(mode) if self.reads else super().read(mode)

    def close(self) -> None:
        """Let go of it."""
        if not self._closed:
            self._closed = True
            self.fifo.left(self)


class _Partner(Wait):
    """A wait for somebody who opens the other end."""

    __slots__ = ("_end",)

    def __init__(self, end: FifoEnd) -> None:
        super().__init__()
        self._end = end

    @property
    def has_partner(self) -> bool:
        """Whether somebody has it open."""
        fifo = self._end.fifo
        return bool((not self._end.reads or fifo.writers) and (not self._end.writes or fifo.readers))

    def _try(self) -> bool:
        return self.has_partner

    def _register(self) -> None:
        self._end.fifo.wait_for(self)

    def _forget(self) -> None:
        self._end.fifo.give_up(self)

"""The ends of connections, and open ports that wait for callers."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from podlab.linux.http import Responder, Serve
from podlab.linux.process import hold
from podlab.linux.stepping import complain, name, report
from podlab.linux.streams import Buffer, Mode, Stream
from podlab.linux.waits import Wait

if TYPE_CHECKING:
    from podlab.linux.process import Process

BACKLOG = 128
"""Callers a port lets wait; the calls of further ones go unanswered."""


class Connection(Stream):
    """One end of a connection: `write`, `yield conn.read()`, `close`. `shutdown` ends only the writing."""

    __slots__ = ("_hung_up", "_inbox", "_outbox", "local", "remote")

    def __init__(self, inbox: Buffer, outbox: Buffer, hung_up: list[bool], local: str, remote: str) -> None:
        super().__init__()
        self._inbox = inbox
        self._outbox = outbox
        self._hung_up = hung_up  # whether either end has; both know it, and neither holds the other
        self.local = local
        self.remote = remote

    @classmethod
    def pair(cls, caller: str, server: str) -> tuple[Connection, Connection]:
        """The caller's end and the server's."""
        there, back = Buffer(), Buffer()
        hung_up = [False]
        return cls(back, there, hung_up, caller, server), cls(there, back, hung_up, server, caller)

    def write(self, text: str) -> None:
        """Send text now. Errors: `BrokenPipeError` when it has been closed at either end."""
        if self._hung_up[0] or self._outbox.ended:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        self._outbox.feed(text)

    def room(self) -> Wait:
        """Wait until the other side has read enough."""
        return self._outbox.room()

    def read(self, mode: Mode = "some") -> Wait:
        """Wait for text from the other side; "" when it will send no more."""
        return self._inbox.reading(mode)

    def shutdown(self) -> None:
        """Say that nothing more will be sent; reading goes on."""
        self._outbox.end()

    def close(self) -> None:
        """Hang up; harmless when closed."""
        self._hung_up[0] = True
        self._outbox.end()
        self._inbox.drop()


class Listener(Stream):
    """An open port or Unix socket. With `serve` it answers HTTP without anybody accepting."""

    __slots__ = ("_close", "_queue", "_waiting", "host", "owner", "port", "serve")

    def __init__(self, owner: Process, host: str, port: int, serve: Serve | None, close: Callable[[], None]) -> None:
        super().__init__()
        self.owner = owner
        self.host = host
        self.port = port
        self.serve = serve
        self._close: Callable[[], None] | None = close
        self._queue: deque[Connection] = deque()
        self._waiting: deque[_Accept] = deque()

    def call(self, caller: str) -> Connection | None:
        """Somebody calls: the caller's end of a connection; None when too many wait already."""
        near, far = Connection.pair(caller, f"{self.host}:{self.port}")
        if self.serve is not None:
            if not self.owner.stopped:
                Responder(far, self.answer)
        elif self._waiting:
            self._waiting.popleft().answer(far)
        elif len(self._queue) < BACKLOG:
            self._queue.append(far)
        else:
            return None
        return near

    def answer(self, path: str) -> tuple[int, str]:
        """What `serve` says to a path; 500 when it fails, and the reason in the server's log."""
        assert self.serve is not None, "only a port with `serve` answers by itself"
        self.owner.group.cpu.steps += 1
        self.owner.calls = 0
        try:
            status, body = self.serve(path)
            return int(status), str(body)
        except (TypeError, ValueError) as problem:
            right = "write `return 200, 'text'`"
            complain(self.owner, f"podlab: {name(self.serve)}({path!r}) gave no status and body ({problem}); {right}")
        except Exception as problem:
            complain(self.owner, report(problem))
        return 500, "Internal Server Error"

    def accept(self, process: Process) -> Wait:
        """A wait for a caller."""
        return _Accept(self, process)

    def close(self) -> None:
        """The port is free again; callers not yet accepted are hung up on. Harmless when closed."""
        close, self._close = self._close, None
        if close is not None:
            close()
        while self._queue:
            self._queue.popleft().close()


class _Accept(Wait):
    __slots__ = ("_listener", "_process")

    def __init__(self, listener: Listener, process: Process) -> None:
        super().__init__()
        self._listener = listener
        self._process = process

    def answer(self, connection: Connection) -> None:
        hold(self._process, connection)
        self.finish(connection)

    def _try(self) -> bool:
        if not self._listener._queue:
            return False
        self.value = self._listener._queue.popleft()
        hold(self._process, self.value)
        return True

    def _register(self) -> None:
        self._listener._waiting.append(self)

    def _forget(self) -> None:
        if self in self._listener._waiting:
            self._listener._waiting.remove(self)

"""A command run in a container from outside: `kubectl exec`, an exec probe, an exec hook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from podlab.linux import signals
from podlab.linux.streams import Buffer, Null, PipeReader, Sinkhole, Stream, printable

if TYPE_CHECKING:
    from podlab.linux.container import Container
    from podlab.linux.kernel import Kernel
    from podlab.linux.process import Process, Program

MAX_OUTPUT = 1 << 20
"""Characters of output that are kept."""

EXEC_FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "


class Exec:
    """A command on its way. `kill()` ends it with 137; `error` says why it could not be started.

    `stdin` is what it can read; None: what `feed` gives it, until `end_input`. Its output is one text in the order of
    writing; `written` tells the streams apart.
    """

    __slots__ = ("_buffer", "_done", "_kernel", "_parts", "_process", "_size", "_stdin", "error")

    def __init__(self, kernel: Kernel, done: Callable[[int, str], None], stdin: str | None = "") -> None:
        self.error: str | None = None
        self._buffer = Buffer()
        self._stdin = stdin
        self._kernel = kernel
        self._done = done
        self._parts: list[tuple[int, str]] = []
        self._size = 0
        self._process: Process | None = None

    def start(self, container: Container, program: Program, argv: tuple[str, ...]) -> None:
        """Start it. Errors: `OSError` EAGAIN."""
        out, err = (Sinkhole(partial(self._take, fd)) for fd in (1, 2))
        self._process = self._kernel.start(
            container.group,
            program,
            argv,
            env=container.env,
            cwd=container.cwd,
            fds={0: self._input(), 1: out, 2: err},
            threads=container.group.pids.joins(),
            on_end=lambda process: self.end(process.exit_status or 0),
        )

    def kill(self) -> None:
        """SIGKILL from the host; harmless when it has ended."""
        if self._process is not None:
            self._kernel.deliver(self._process, signals.KILL)

    def interrupt(self) -> None:
        """SIGINT to its children, or to itself if it has none, as Ctrl-C sends it."""
        if self._process is not None:
            children = [p for p in self._process.children if not p.ended]
            for process in children or [self._process]:
                self._kernel.deliver(process, signals.INT)

    def end(self, code: int) -> None:
        """It has ended."""
        self._kernel.tell(self._done, code, printable("".join(text for _, text in self._parts)))

    @property
    def where(self) -> str | None:
        """Its working directory; None when it could not be started."""
        return self._process.cwd if self._process is not None else None

    def feed(self, text: str) -> None:
        """Somebody types. Harmless when it has ended."""
        if not self._buffer.ended:
            self._buffer.feed(text)

    def end_input(self) -> None:
        """Nothing more will be typed."""
        self._buffer.end()

    def since(self, number: int) -> list[tuple[int, str]]:
        """The pieces it has written after the first `number`, each with the stream's number, 1 or 2."""
        return [(fd, printable(text)) for fd, text in self._parts[number:]]

    def written(self, fd: int) -> str:
        """What it has written to stdout (1) or stderr (2) so far."""
        return printable("".join(text for stream, text in self._parts if stream == fd))

    def refuse(self, reason: str, *, not_found: bool) -> None:
        """It could not be started."""
        self.fail(127 if not_found else 126, EXEC_FAILED + reason)

    def fail(self, code: int, text: str) -> None:
        """It never ran."""
        self.error = text
        self._parts = [(2, text)]
        self.end(code)

    def _input(self) -> Stream:
        if self._stdin == "":
            return Null()
        if self._stdin is not None:
            self._buffer.feed(self._stdin)
            self._buffer.end()
        return PipeReader(self._buffer)

    def _take(self, fd: int, text: str) -> None:
        if self._size < MAX_OUTPUT:
            self._size += len(text)
            self._parts.append((fd, text))

"""Processes: Python generators that the kernel runs in virtual time, with pids, parents, signals and exit codes.

A program is a Python function that takes a `podlab.linux.program.Proc`. A generator function yields what it waits for
(`yield proc.sleep(5)`) and its `return` value is the exit code; a plain function runs in no time at all.

How signals reach a program, so that a POSIX shell can be written on top:

* A signal with a handler runs the handler at once, as soon as the kernel delivers it. A handler that is a generator
  function runs like a program, before the interrupted one goes on; `proc.exit(code)` in it ends the process.
* If the process was waiting, that wait is over and its `yield` gives an `Interrupted` (as EINTR does). Whoever wants to
  go on waiting yields again: a shell waiting for its foreground child does so and runs its trap afterwards, the `wait`
  builtin does not and runs its trap now. Nothing is lost: a child that has ended stays until it has been waited for.
* A signal without a handler does what Linux does by default: it ends the process (exit status 128 + signal) or nothing.
  Process 1 of a PID namespace is spared every signal it has no handler for; only SIGKILL from outside ends it.
* Processes form process groups: a child is in the group of its parent, unless it makes one of its own. What comes from
  outside (a container's main process, `kubectl exec`) leads a group. One `kill` to the group reaches all its members.
* When process 1 of a PID namespace ends, everything in the namespace is killed. When a container's main process ends,
  whatever else runs in the container is killed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Literal, Protocol

from podlab.linux.clock import Clock
from podlab.linux.group import PATIENCE, Group, PidNamespace
from podlab.linux.streams import Stream
from podlab.linux.waits import Wait

Program = Callable[[Any], Any]
"""A function of one `podlab.linux.Proc`: a generator function, or a plain one that is done at once."""

Handler = Callable[[], Any] | Literal["ignore"]
"""What `proc.trap` takes: a function of no argument (plain, or a generator function), or "ignore"."""


class KernelCalls(Protocol):
    """What a process, and what steps it, asks of its kernel. `podlab.linux.kernel.Kernel` keeps to it."""

    current: Process | None
    """The process that makes a step just now."""

    @property
    def clock(self) -> Clock:
        """Virtual time."""

    @property
    def lookup(self) -> Callable[[str], Program | None]:
        """The program of a name that a file of an image stands for."""

    @property
    def others_ready(self) -> bool:
        """Whether some process waits for its turn."""

    def start(
        self,
        group: Group,
        program: Program,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str,
        fds: Mapping[int, Stream],
        parent: Process | None = None,
    ) -> Process:
        """Make a process of a group. Errors: `OSError` EAGAIN at the group's limit of processes."""

    def replace(self, process: Process, program: Program, argv: Sequence[str]) -> None:
        """A process goes on as another program (execve)."""

    def given(self, process: Process) -> Any:
        """What a program is given of its process: a `podlab.linux.Proc`."""

    def wake(self, process: Process) -> None:
        """The process can go on; it does so in this instant."""

    def exit(self, process: Process, status: int, killed_by: int = 0) -> None:
        """A process ends."""

    def reap(self, process: Process) -> None:
        """An ended process is forgotten."""

    def allocate(self, process: Process, bytes: int) -> None:
        """A process takes memory."""

    def deliver(self, process: Process, signal: int, sender: Process | None = None) -> str:
        """A signal reaches a process; `sender` is None when it comes from the host."""


class ProcessOver(BaseException):
    """Unwinds a program whose process has just ended itself (`proc.kill(proc.pid, "KILL")`, SIGPIPE)."""


class Process:
    """One process. Programs see `pid`, `argv` and, once it has ended, `exit_status`."""

    __slots__ = (
        "_leader",
        "adopted",
        "argv",
        "calls",
        "children",
        "comm",
        "cwd",
        "ended",
        "env",
        "exit_status",
        "fds",
        "group",
        "handlers",
        "host_pid",
        "kernel",
        "killed_by",
        "last_signal",
        "memory",
        "ns",
        "on_end",
        "owned",
        "parent",
        "patience",
        "pending",
        "pid",
        "program",
        "queued",
        "reaped",
        "saved",
        "slow",
        "stack",
        "stopped",
        "umask",
        "value",
        "waiting",
        "watchers",
        "worked",
    )

    def __init__(self, kernel: KernelCalls, group: Group, argv: Sequence[str], program: Program) -> None:
        self.kernel = kernel
        self.group = group
        self.ns: PidNamespace = group.pids
        self.pid = 0
        self.host_pid = 0
        self.parent: Process | None = None
        self._leader: Process | None = None
        self.children: dict[Process, None] = {}
        self.argv = tuple(argv)
        self.comm = argv[0].rpartition("/")[2][:15] if argv else ""
        self.env: dict[str, str] = {}
        self.cwd = "/"
        self.umask = 0o022  # permission bits that a new file does not get
        self.fds: dict[int, Stream] = {}
        self.owned: dict[Stream, int] = {}  # how often it holds each open stream
        self.handlers: dict[int, Handler] = {}
        self.program = program
        self.stack: list[Generator[Any, Any, Any]] = []  # the program, and signal handlers that interrupted it
        self.saved: list[Any] = []  # what each but the topmost of the stack is to be sent
        self.waiting: Wait | None = None
        self.value: Any = None  # what the topmost of the stack is to be sent
        self.queued = False  # ready to run
        self.calls = 0  # that took no time, since it last went on
        self.stopped = False  # by SIGSTOP
        self.pending: list[int] = []  # signals that came while it was stopped
        self.ended = False
        self.reaped = False
        self.exit_status: int | None = None
        self.memory = 0
        self.last_signal = 0
        self.killed_by = 0  # the signal that ended it
        self.patience = PATIENCE  # steps without a pause until it becomes slow; 0 for a shell, which ends instead
        self.slow: float | None = None  # busy without a pause since then, for too long
        self.worked = (0, 0)  # a busy stretch of the container, and its own share of it
        self.adopted = False  # its own parent has ended
        self.watchers: list[ChildWait] = []
        self.on_end: Callable[[Process], None] | None = None

    def __repr__(self) -> str:
        return f"<process {self.pid} {' '.join(self.argv)}>"

    @property
    def leader(self) -> Process:
        """The leader of its process group; children inherit it. (It does not hold itself, and so goes at once.)"""
        return self._leader or self

    @leader.setter
    def leader(self, leader: Process) -> None:
        self._leader = None if leader is self else leader

    def path(self, path: str) -> str:
        """The absolute path of a path."""
        return path if path.startswith("/") else posixpath.join(self.cwd, path)

    def finished(self, wait: Wait, value: Any) -> None:
        """The wait it is blocked in is over."""
        self.waiting = None
        self.value = value
        self.kernel.wake(self)


class ChildWait(Wait):
    """Over when a child (a given one, or any) has ended; the child is then reaped. Gives the child, or its status."""

    __slots__ = ("_child", "_parent")

    def __init__(self, parent: Process, child: Process | None) -> None:
        super().__init__()
        self._parent = parent
        self._child = child

    def _try(self) -> bool:
        parent, child = self._parent, self._child
        if child is not None:
            for orphan in [c for c in parent.children if c.adopted and c.ended and c is not child]:
                parent.kernel.reap(orphan)  # as a shell does, whose wait for one child reaps them all
            if child.ended:
                parent.kernel.reap(child)
                self.value = child.exit_status
            return child.ended
        for one in parent.children:
            if one.ended:
                parent.kernel.reap(one)
                self.value = one
                return True
        return not parent.children

    def _register(self) -> None:
        (self._child or self._parent).watchers.append(self)

    def _forget(self) -> None:
        watchers = (self._child or self._parent).watchers
        if self in watchers:
            watchers.remove(self)

    def poke(self) -> None:
        """A child has ended."""
        if self._sink is not None and self._try():
            self._forget()
            self.finish(self.value)


def hold(process: Process, stream: Stream) -> None:
    """The process has one reference more to an open stream; all are dropped when it ends."""
    stream.hold()
    process.owned[stream] = process.owned.get(stream, 0) + 1


def let_go(process: Process, stream: Stream) -> None:
    """The process drops one reference; harmless when it has none."""
    count = process.owned.get(stream, 0)
    if count:
        if count == 1:
            del process.owned[stream]
        else:
            process.owned[stream] = count - 1
        stream.release()

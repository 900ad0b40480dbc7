"""`Proc`: what a program is given, and all it can do: the API for a learner's own programs and for podlab's tools.

    def server(proc):
        listener = proc.listen(8080)                 # at once; OSError if the port is taken
        while True:
            conn = yield proc.accept(listener)       # takes time: yield it
            conn.write("hello\\n")
            conn.close()

Whatever can take time is *yielded* and gives its result; everything else happens at once. The `return` value (a whole
number, or nothing for 0) is the exit code; `proc.exit(3)` or an uncaught exception (exit code 1, its traceback in the
log) ends the program early. A yielded wait that a signal interrupts gives an `Interrupted`, which is false.

A loop that never yields something that takes time is slowed down (see `group.CpuAccount`) if it yields at all; a loop
without any `yield` cannot be stopped by podlab: it hangs Python itself.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from typing import NoReturn

from podlab.linux import signals
from podlab.linux.base import Base
from podlab.linux.executable import find_program
from podlab.linux.filecalls import FileCalls
from podlab.linux.http import Serve
from podlab.linux.process import ChildWait, Handler, Process, ProcessOver, Program, hold, let_go
from podlab.linux.processes import ProcessInfo, info, pgid
from podlab.linux.sockets import Listener
from podlab.linux.streams import Null, PipeReader, PipeWriter, Stream, pipe
from podlab.linux.waits import AnyOf, Pause, Sleep, Step, Wait
from podlab.linux.words import without_addresses

_STEP = Step()


class Proc(FileCalls):
    """A program's view of itself and of its container."""

    __slots__ = ()

    # ---- who am I

    @property
    def argv(self) -> tuple[str, ...]:
        """The command line; `argv[0]` is the program's name."""
        return self.process.argv

    @property
    def env(self) -> dict[str, str]:
        """The environment; a change is seen by programs started later."""
        return self.process.env

    @property
    def cwd(self) -> str:
        """The working directory."""
        return self.process.cwd

    @property
    def pid(self) -> int:
        """Its number in its PID namespace."""
        return self.process.pid

    @property
    def ppid(self) -> int:
        """Its parent's number; 0 when the parent is outside the namespace."""
        parent = self.process.parent
        return parent.pid if parent is not None and parent.ns is self.process.ns else 0

    @property
    def hostname(self) -> str:
        """The name of the pod's UTS namespace."""
        return self.process.group.hostname

    @property
    def ip(self) -> str:
        """The pod's IP."""
        return self.process.group.net.ip

    @property
    def base(self) -> Base:
        """What the container's image is based on: Debian with dash, busybox 1.36 ..."""
        return self.process.group.base

    @property
    def now(self) -> float:
        """Virtual time: seconds since the scenario began."""
        return self.process.kernel.clock.now

    # ---- waiting

    def sleep(self, seconds: float) -> Wait:
        """Wait. `yield proc.sleep(5)`"""
        if not isinstance(seconds, int | float) or not 0 <= seconds < 1e12:
            raise ValueError(f"proc.sleep({seconds!r}): seconds is a number from 0")
        return Sleep(self.process.kernel.clock, seconds) if seconds else _STEP

    def pause(self) -> Wait:
        """Wait for ever, or until a signal with a handler comes. `yield proc.pause()`"""
        return Pause()

    def step(self) -> Wait:
        """Let others have a turn; takes no time unless it is done too often. `yield proc.step()` in every loop."""
        return _STEP

    def work(self, steps: int) -> Wait:
        """Count so many steps of work, and let others have a turn: `yield proc.work(200)` after 200 rounds."""
        self.process.group.cpu.steps += steps
        return _STEP

    def any_of(self, *waits: Wait) -> Wait:
        """Wait for the first of several: `which, value = yield proc.any_of(conn.read(), proc.sleep(3))`."""
        return AnyOf(waits)

    # ---- other processes

    def spawn(
        self,
        program: Sequence[str] | Program,
        *,
        argv: Sequence[str] | None = None,
        stdin: Stream | None = None,
        stdout: Stream | None = None,
        stderr: Stream | None = None,
        fds: Mapping[int, Stream] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        comm: str | None = None,
    ) -> Process:
        """Start a child: `proc.spawn(["sleep", "5"])`, or a function, `proc.spawn(worker)` (like fork).

        It inherits open files (0, 1, 2 and others; `fds` replaces them all, `stdin` … single ones), environment,
        working directory and ignored signals. `argv` and `comm` are what `ps` shows for a function (a shell's subshell
        gives its own `argv`). The child makes its first step when this program next yields.

        Errors: `FileNotFoundError`, `PermissionError`, `OSError` ENOEXEC (not a program), EAGAIN (too many processes).
        """
        process = self.process
        if callable(program):
            function, shown = program, tuple(argv or (getattr(program, "__name__", "program"),))
        else:
            function, shown = find_program(self, program)
            if argv is not None:
                shown = tuple(argv)
        files = dict(process.fds if fds is None else fds)
        for number, stream in ((0, stdin), (1, stdout), (2, stderr)):
            if stream is not None:
                files[number] = stream
        child = process.kernel.start(
            process.group,
            function,
            shown,
            env=process.env if env is None else env,
            cwd=process.cwd if cwd is None else self.path(cwd),
            fds=files,
            parent=process,
        )
        if comm is not None:
            child.comm = comm[:15]
        return child

    def exec(self, argv: Sequence[str], *, env: Mapping[str, str] | None = None) -> Wait:
        """Become another program, keeping pid and open files: `yield proc.exec(["sleep", "5"])` never comes back.

        Errors: as for `spawn`, raised by this call, before anything is changed.
        """
        program, shown = find_program(self, argv)
        return _Exec(self.process, program, shown, env)

    def wait(self, child: Process) -> Wait:
        """Wait until a child has ended; gives its exit status (128 + signal when it was killed)."""
        return ChildWait(self.process, child)

    def wait_any(self) -> Wait:
        """Wait until any child has ended; gives that child (see its `exit_status`), or None when there is none."""
        return ChildWait(self.process, None)

    @property
    def children(self) -> list[Process]:
        """Children not yet waited for, oldest first; one that has ended has an `exit_status`."""
        return list(self.process.children)

    def poll(self, child: Process) -> int | None:
        """A child's exit status if it has ended (it is then waited for), else None. Takes no time."""
        if child.exit_status is not None:
            self.process.kernel.reap(child)
        return child.exit_status

    def processes(self) -> list[ProcessInfo]:
        """All processes of the PID namespace, by pid: what `ps` shows."""
        ns = self.process.ns
        table = sorted(ns.processes.items())
        return [info(pid, process) for pid, process in table]

    def kill(self, pid: int, signal: int | str = signals.TERM) -> None:
        """Send a signal (15, "TERM", "SIGTERM"; 0 only asks) to a process.

        Process 0 means all of the own process group, -1 all but itself and process 1, -7 all of process group 7.
        Errors: `ProcessLookupError` when there is none; `ValueError` when that is no signal.
        """
        number = signals.number(signal)
        process = self.process
        there = process.ns.processes
        if pid == -1:
            targets = [p for p in there.values() if p is not process and p is not process.ns.init]
        elif pid > 0:
            targets = [there[pid]] if pid in there else []
        else:
            targets = [p for p in there.values() if (p.leader is process.leader if pid == 0 else pgid(p) == -pid)]
            targets.sort(key=lambda p: p is process)
        if not targets:
            raise ProcessLookupError(errno.ESRCH, "No such process")
        for target in targets:
            process.kernel.deliver(target, number, process)
        if process.ended:
            raise ProcessOver

    def setsid(self) -> None:
        """Leave the process group and lead a new one, whose number is the own pid.

        Errors: `PermissionError` for a process that leads one already.
        """
        if self.process.leader is self.process:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        self.process.leader = self.process

    def trap(self, signal: int | str, handler: Handler | None) -> None:
        """Say what a signal does: call `handler()` (plain or generator function), "ignore" it, or None, the default.

        The handler runs as soon as the signal comes; a wait it interrupts gives an `Interrupted`. SIGKILL and SIGSTOP
        cannot be trapped (`OSError` EINVAL).
        """
        number = signals.number(signal)
        if number in (0, signals.KILL, signals.STOP):
            raise OSError(errno.EINVAL, "Invalid argument")
        if handler is None:
            self.process.handlers.pop(number, None)
        elif handler == "ignore" or callable(handler):
            self.process.handlers[number] = handler
        else:
            raise TypeError(f"proc.trap(): handler is a function, 'ignore' or None, not {handler!r}")

    def trapped(self, signal: int | str) -> Handler | None:
        """What `trap` has been told about a signal (or "ignore" inherited from the parent)."""
        return self.process.handlers.get(signals.number(signal))

    def exit(self, code: int = 0) -> NoReturn:
        """End now, from however deep inside."""
        raise SystemExit(code)

    def allocate(self, bytes: int) -> None:
        """Take memory. Over the container's limit the biggest process of the container is killed: OOMKilled."""
        self._spend()
        self.process.kernel.allocate(self.process, bytes)
        if self.process.ended:
            raise ProcessOver

    def note(self, text: str) -> None:
        """Tell the learner something that no real container would say (it does not go into the log)."""
        self.process.group.note(text)

    # ---- reading and writing

    @property
    def fds(self) -> dict[int, Stream]:
        """Open files by number. Change them with `dup` and `close_fd`."""
        return self.process.fds

    def write(self, text: str, fd: int = 1) -> None:
        """Write text as it is. Errors: `OSError` EBADF; a pipe nobody reads ends the program with SIGPIPE (141)."""
        self._spend()
        self.process.group.cpu.steps += len(text) >> 6
        stream = self.process.fds.get(fd)
        if stream is None:
            raise OSError(errno.EBADF, "Bad file descriptor")
        try:
            stream.write(text)
        except BrokenPipeError:
            self.process.kernel.deliver(self.process, signals.PIPE, self.process)
            if self.process.ended:
                raise ProcessOver from None
            raise

    def print(self, *values: object, sep: str = " ", end: str = "\n") -> None:
        """Write a line to stdout, like Python's print."""
        self.write(without_addresses(sep.join(map(str, values))) + end)

    def err(self, *values: object, sep: str = " ", end: str = "\n") -> None:
        """Write a line to stderr."""
        self.write(without_addresses(sep.join(map(str, values))) + end, 2)

    def flush(self, fd: int = 1) -> Wait:
        """Wait until there is room in the pipe written to; yield it now and then when writing much."""
        stream = self.process.fds.get(fd)
        return _STEP if stream is None else stream.room()

    def read(self) -> Wait:
        """Text from stdin that is there, waiting until there is some; "" at the end. `text = yield proc.read()`"""
        return self._stdin().read("some")

    def readline(self) -> Wait:
        """A line of stdin with its newline; "" at the end. `line = yield proc.readline()`"""
        return self._stdin().read("line")

    def readall(self) -> Wait:
        """All of stdin. `text = yield proc.readall()`"""
        return self._stdin().read("all")

    def _stdin(self) -> Stream:
        return self.process.fds.get(0) or Null()

    def pipe(self) -> tuple[PipeReader, PipeWriter]:
        """A new pipe: (reading end, writing end). Close your own copy of what you give away: `proc.close(end)`."""
        reader, writer = pipe()
        hold(self.process, reader)
        hold(self.process, writer)
        return reader, writer

    def close(self, stream: Stream) -> None:
        """Let go of something opened; harmless when it is not open."""
        let_go(self.process, stream)

    def dup(self, stream: Stream, fd: int) -> None:
        """Let `fd` be this stream (dup2); what was there is closed."""
        hold(self.process, stream)
        self.close_fd(fd)
        self.process.fds[fd] = stream

    def close_fd(self, fd: int) -> None:
        """Close an open file by its number; harmless when it is not open."""
        stream = self.process.fds.pop(fd, None)
        if stream is not None:
            let_go(self.process, stream)

    # ---- network

    def listen(self, port: int | str, host: str = "0.0.0.0", *, serve: Serve | None = None) -> Listener:
        """Open a port for callers, or a Unix socket when a path is given instead of a port.

        With `serve`, a function from URL path to (status, body), it answers HTTP by itself, without `accept`.
        Errors: `OSError` EADDRINUSE "Address already in use", EADDRNOTAVAIL (not an address of this pod).
        """
        listener: Listener = self.process.group.net.listen(self.process, port, host, serve)
        hold(self.process, listener)
        return listener

    def accept(self, listener: Listener) -> Wait:
        """Wait for a caller; gives a `Connection`. `conn = yield proc.accept(listener)`"""
        return listener.accept(self.process)

    def connect(self, host: str, port: int | str = 0) -> Wait:
        """Call a port of a host (name or IP), or a Unix socket (`host` is its path). Gives a `Connection`.

        Errors, raised at the `yield`: `ConnectionRefusedError`, `OSError` EHOSTUNREACH, `socket.gaierror`-like
        `OSError` ENOENT for an unknown name.
        """
        return self.process.group.net.connect(self.process, host, port)

    def resolve(self, host: str) -> str:
        """The IP of a name, from /etc/hosts or the cluster's DNS. Errors: `OSError` ENOENT "Name does not resolve"."""
        return self.process.group.net.resolve(host, self.process.group.files)


class _Exec(Wait):
    """Never over for the program that asked: another takes its place."""

    __slots__ = ("_argv", "_env", "_process", "_program")

    def __init__(self, process: Process, program: Program, argv: Sequence[str], env: Mapping[str, str] | None) -> None:
        super().__init__()
        self._process, self._program, self._argv, self._env = process, program, argv, env

    def _try(self) -> bool:
        self._process.kernel.replace(self._process, self._program, self._argv)
        if self._env is not None:
            self._process.env = dict(self._env)
        return True

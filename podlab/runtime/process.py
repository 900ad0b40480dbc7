"""Processes: Python generators that the kernel runs in virtual time, with pids, parents, signals and exit codes.

A program is a Python function that takes a `podlab.runtime.program.Proc`. A generator function yields what it waits for
(`yield proc.sleep(5)`) and its `return` value is the exit code; a plain function runs in no time at all.

How signals reach a program, so that a POSIX shell can be written on top:

* A signal with a handler runs the handler at once, as soon as the kernel delivers it. A handler that is a generator
  function runs like a program, before the interrupted one goes on; `proc.exit(code)` in it ends the process.
* If the process was waiting, that wait is over and its `yield` gives an `Interrupted` (as EINTR does). Whoever wants to
  go on waiting yields again: a shell waiting for its foreground child does so and runs its trap afterwards, the `wait`
  builtin does not and runs its trap now. Nothing is lost: a child that has ended stays until it has been waited for.
* A signal without a handler does what Linux does by default: it ends the process (exit status 128 + signal) or nothing.
  Process 1 of a PID namespace is spared every signal it has no handler for; only SIGKILL from outside ends it.
* When process 1 of a PID namespace ends, everything in the namespace is killed. When a container's main process ends,
  whatever else runs in the container is killed.
"""

from __future__ import annotations

import errno
import traceback
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from podlab.runtime import signals
from podlab.runtime.clock import Clock, Timer
from podlab.runtime.group import FREE_STEPS, Group, PidNamespace
from podlab.runtime.waits import Failure, Interrupted, Wait

if TYPE_CHECKING:
    from podlab.runtime.program import Proc
    from podlab.runtime.streams import Stream

Program = Callable[["Proc"], Any]
"""A function of one `Proc`: a generator function, or a plain one that is done at once."""

Handler = Callable[[], Any] | Literal["ignore"]
"""What `proc.trap` takes: a function of no argument (plain, or a generator function), or "ignore"."""

TURN = 100
"""Steps a process makes before others that are ready get their turn."""


class ProcessOver(BaseException):
    """Unwinds a program whose process has just ended itself (`proc.kill(proc.pid, "KILL")`, SIGPIPE)."""


class Process:
    """One process. Programs see `pid`, `argv` and, once it has ended, `exit_status`."""

    __slots__ = (
        "adopted",
        "argv",
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
        "last_signal",
        "memory",
        "ns",
        "on_end",
        "owned",
        "parent",
        "pid",
        "proc",
        "program",
        "queued",
        "reaped",
        "saved",
        "stack",
        "stopped",
        "value",
        "waiting",
        "watchers",
    )

    def __init__(self, kernel: Kernel, group: Group, argv: Sequence[str], program: Program) -> None:
        self.kernel = kernel
        self.group = group
        self.ns: PidNamespace = group.pids
        self.pid = 0
        self.host_pid = 0
        self.parent: Process | None = None
        self.children: dict[Process, None] = {}
        self.argv = tuple(argv)
        self.comm = argv[0].rpartition("/")[2][:15] if argv else ""
        self.env: dict[str, str] = {}
        self.cwd = "/"
        self.fds: dict[int, Stream] = {}
        self.owned: dict[Stream, int] = {}
        self.handlers: dict[int, Handler] = {}
        self.program = program
        self.proc: Proc
        self.stack: list[Generator[Any, Any, Any]] = []
        self.saved: list[Any] = []
        self.waiting: Wait | None = None
        self.value: Any = None
        self.queued = False
        self.stopped = False
        self.ended = False
        self.reaped = False
        self.exit_status: int | None = None
        self.memory = 0
        self.last_signal = 0
        self.adopted = False
        self.watchers: list[ChildWait] = []
        self.on_end: Callable[[Process], None] | None = None

    def __repr__(self) -> str:
        return f"<process {self.pid} {' '.join(self.argv)}>"

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
        for one in [one for one in parent.children if one.adopted and one.ended and one is not child]:
            parent.kernel.reap(one)
        if child is not None:
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


class Kernel:
    """All processes of a node. Everything runs in callbacks of the clock, never inside a call from outside."""

    def __init__(self, clock: Clock, lookup: Callable[[str], Program | None]) -> None:
        self.clock = clock
        self.lookup = lookup
        self.host = PidNamespace("host", host=True)
        self.processes: dict[int, Process] = {}
        self.host.processes = self.processes
        self._ready: deque[Process] = deque()
        self._news: deque[tuple[Callable[[Process], None], Process]] = deque()
        self._running = False
        self._alarm: Timer | None = None
        self.current: Process | None = None

    # ---- making processes

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
        threads: int = 0,
        on_end: Callable[[Process], None] | None = None,
    ) -> Process:
        """Make a process of a group; it makes its first step at this instant, but later than this call.

        `threads` are the pids used up by the thing that started it. Errors: `OSError` EAGAIN at the group's limit of
        processes.
        """
        if len(group.members) >= group.max_processes:
            group.note(f"more than {group.max_processes} processes: fork failed")
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        from podlab.runtime.program import Proc

        process = Process(self, group, argv, program)
        process.env = dict(env)
        process.cwd = cwd
        process.on_end = on_end
        process.proc = Proc(process)
        for number, stream in fds.items():
            process.fds[number] = stream
            hold(process, stream)
        group.members[process] = None
        self._number(process, threads)
        if parent is not None:
            process.parent = parent
            parent.children[process] = None
            for signal, handler in parent.handlers.items():
                if handler == "ignore":
                    process.handlers[signal] = handler
        self.wake(process)
        return process

    def _number(self, process: Process, threads: int) -> None:
        host = process.group.host_pid()
        while host in self.processes:
            host += 1
        process.host_pid = host
        self.processes[host] = process
        ns = process.ns
        if ns.host:
            process.pid = host
            return
        process.pid = ns.next_pid
        ns.next_pid += 1 + threads
        ns.processes[process.pid] = process
        if ns.init is None:
            ns.init = process

    def replace(self, process: Process, program: Program, argv: Sequence[str]) -> None:
        """execve: the same process runs another program; handlers are forgotten, ignored signals stay ignored."""
        for generator in reversed(process.stack):
            _close(generator)
        process.stack.clear()
        process.saved.clear()
        process.program = program
        process.argv = tuple(argv)
        process.comm = argv[0].rpartition("/")[2][:15]
        process.handlers = {s: h for s, h in process.handlers.items() if h == "ignore"}
        process.group.account(process, -process.memory)

    # ---- running them

    def wake(self, process: Process) -> None:
        """The process can go on; it does so in this instant."""
        if process.queued or process.ended:
            return
        process.queued = True
        self._ready.append(process)
        if not self._running and self._alarm is None:
            self._alarm = self.clock.call_at(self.clock.now, self._drain)

    def tell(self, listener: Callable[[Process], None], process: Process) -> None:
        """Tell somebody outside about a process, in this instant but not from within a process's step."""
        self._news.append((listener, process))
        if not self._running and self._alarm is None:
            self._alarm = self.clock.call_at(self.clock.now, self._drain)

    def _drain(self) -> None:
        self._alarm = None
        self._running = True
        ready, news = self._ready, self._news
        try:
            while ready or news:
                while ready:
                    process = ready.popleft()
                    if process.queued and not process.ended:
                        process.queued = False
                        if not process.stopped:
                            self._run(process)
                while news:
                    listener, process = news.popleft()
                    listener(process)
        finally:
            self._running = False

    def _run(self, process: Process) -> None:
        """Let a process go on until it has to wait."""
        value, process.value = process.value, None
        cpu = process.group.cpu
        turn = TURN
        self.current = process
        cpu.enter(self.clock.now)
        try:
            if not process.stack and not self._begin(process):
                return
            stack = process.stack
            while True:
                cpu.steps += 1
                turn -= 1
                if cpu.steps > cpu.limit:
                    self._throttle(process, value)
                    return
                if not turn and self._ready:
                    process.value = value
                    self.wake(process)
                    return
                generator = stack[-1]
                try:
                    if type(value) is Failure:
                        request = generator.throw(value.error)
                    else:
                        request = generator.send(value)
                except StopIteration as stop:
                    if stack[0] is generator:
                        self._returned(process, stop.value)
                        return
                    value = _unstack(process, generator)
                    continue
                if process.ended:
                    return
                if stack[-1] is not generator:
                    # It signalled itself and the handler is a generator: the handler runs first.
                    process.saved[-1] = Interrupted(process.last_signal)
                    value = None
                    continue
                if request is None:
                    value = None
                    continue
                if not isinstance(request, Wait):
                    self.misuse(process, f"yielded {request!r}, which is nothing to wait for", "yield proc.sleep(5)")
                    return
                if request.begin(process):
                    value = request.value
                    if not stack and not self._begin(process):
                        return
                    continue
                process.waiting = request
                return
        except ProcessOver:
            pass
        except SystemExit as stop:
            self._returned(process, stop.code)
        except GeneratorExit:
            self.exit(process, 1)
        except Exception as problem:
            self._crashed(process, problem)
        finally:
            self.current = None

    def _begin(self, process: Process) -> bool:
        """Call the program; false when it was a plain function and is already done."""
        result = process.program(process.proc)
        if process.ended:
            return False
        if isinstance(result, Generator):
            process.stack.append(result)
            return True
        self._returned(process, result)
        return False

    def _throttle(self, process: Process, value: Any) -> None:
        """It has used up its container's share of this instant: let time pass."""
        process.value = value
        delay = process.group.cpu.penalty()
        process.group.note(
            f"{process.comm}: busy without pause: {FREE_STEPS} steps in one instant; from here on its steps take time"
        )
        self.clock.call_at(self.clock.now + delay, self.wake, process)

    # ---- ending them

    def _returned(self, process: Process, value: Any) -> None:
        if value is None or isinstance(value, int):
            self.exit(process, int(value or 0) & 0xFF)
        elif isinstance(value, str) and not process.stack:
            self.complain(process, value)
            self.exit(process, 1)
        else:
            self.misuse(process, f"returned {value!r}", "return 0", "an exit code is a whole number from 0 to 255")

    def misuse(self, process: Process, what: str, right: str, why: str = "") -> None:
        """A program broke the rules of the game: say so in its error output, and end it with 1."""
        self.complain(process, f"podlab: {_name(process.program)}() {what}; {why + ', ' if why else ''}write `{right}`")
        self.exit(process, 1)

    def _crashed(self, process: Process, problem: Exception) -> None:
        trace = problem.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        lines = traceback.format_exception(type(problem), problem, trace)
        self.complain(process, "".join(lines).rstrip("\n"))
        self.exit(process, 1)

    def complain(self, process: Process, text: str) -> None:
        """Write to a process's error output, if it can be written to."""
        stream = process.fds.get(2)
        if stream is not None:
            try:
                stream.write(text + "\n")
            except OSError:
                process.group.note(text)

    def exit(self, process: Process, status: int) -> None:
        """A process ends: its files are closed, its children find a new parent, those who wait for it are told."""
        if process.ended:
            return
        process.ended = True
        process.exit_status = status
        process.queued = False
        if process.waiting is not None:
            process.waiting.abandon()
            process.waiting = None
        process.value = None
        for generator in reversed(process.stack):
            _close(generator)
        process.stack.clear()
        process.saved.clear()
        process.group.account(process, -process.memory)
        for stream, count in process.owned.items():
            for _ in range(count):
                stream.release()
        process.owned.clear()
        process.fds.clear()
        ns = process.ns
        if ns.init is process:
            for other in list(ns.processes.values()):
                self.exit(other, 128 + signals.KILL)
        group = process.group
        if group.main is process:
            group.over = True
            for other in list(group.members):
                self.exit(other, 128 + signals.KILL)
        self._orphan(process)
        self._report(process)
        if process.on_end is not None:
            self.tell(process.on_end, process)

    def _report(self, process: Process) -> None:
        """Tell the parent of a process that has ended; it stays a zombie until somebody has waited for it."""
        parent = process.parent
        if parent is None or parent.ended:
            self.reap(process)
            return
        for watcher in (*process.watchers, *parent.watchers):
            watcher.poke()
        handler = parent.handlers.get(signals.CHLD)
        if handler == "ignore":
            self.reap(process)
        elif handler is not None:
            self.deliver(parent, signals.CHLD)

    def _orphan(self, process: Process) -> None:
        """The children of a process that ends go to process 1 of the namespace (to nobody when that has ended)."""
        heir = process.ns.init
        orphans = list(process.children)
        process.children.clear()
        for child in orphans:
            child.parent = heir if heir is not None and not heir.ended else None
            child.adopted = True
            if child.parent is not None:
                child.parent.children[child] = None
            if child.ended:
                self._report(child)

    def reap(self, process: Process) -> None:
        """An ended process is forgotten: its pid is gone."""
        if process.reaped:
            return
        process.reaped = True
        if process.parent is not None:
            process.parent.children.pop(process, None)
        process.ns.processes.pop(process.pid, None)
        self.processes.pop(process.host_pid, None)
        process.group.members.pop(process, None)

    def allocate(self, process: Process, bytes: int) -> None:
        """A process takes memory; over its container's limit the biggest process is killed (the OOM killer)."""
        group = process.group
        if group.account(process, bytes):
            return
        group.oom = True
        victim = max(group.members, key=lambda one: (one.memory, one.host_pid))
        group.note(f"{victim.comm}: out of memory (limit {group.memory_limit} bytes): killed")
        self.exit(victim, 128 + signals.KILL)

    # ---- signals

    def deliver(self, process: Process, signal: int, sender: Process | None = None) -> None:
        """A signal reaches a process; `sender` is None when it comes from the host."""
        if process.ended or signal == 0:
            return
        inside = sender is not None and sender.ns is process.ns
        if signal == signals.KILL:
            if not (inside and process.ns.init is process):
                self.exit(process, 128 + signal)
            return
        if signal in signals.STOPPING or signal == signals.CONT:
            self._job_control(process, signal, inside)
        handler = process.handlers.get(signal)
        if handler == "ignore":
            return
        if handler is None:
            spared = process.ns.init is process or signal in signals.HARMLESS or signal in signals.STOPPING
            if not spared:
                self.exit(process, 128 + signal)
            return
        self._handle(process, signal, handler)

    def _job_control(self, process: Process, signal: int, inside: bool) -> None:
        if signal == signals.CONT:
            if process.stopped:
                process.stopped = False
                if process.waiting is None:
                    process.queued = False
                    self.wake(process)
        elif signal == signals.STOP and not (inside and process.ns.init is process):
            process.stopped = True

    def _handle(self, process: Process, signal: int, handler: Callable[[], Any]) -> None:
        process.last_signal = signal
        outer, self.current = self.current, process
        try:
            result = handler()
        except ProcessOver:
            return
        except SystemExit as stop:
            if outer is process:
                raise
            self._returned(process, stop.code)
            return
        except Exception as problem:
            self._crashed(process, problem)
            return
        finally:
            self.current = outer
        interrupted = process.waiting is not None
        if process.waiting is not None:
            process.waiting.abandon()
            process.waiting = None
            process.value = Interrupted(signal)
        if isinstance(result, Generator):
            process.saved.append(process.value)
            process.value = None
            process.stack.append(result)
        if interrupted:
            self.wake(process)


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


def _unstack(process: Process, generator: Generator[Any, Any, Any]) -> Any:
    """A handler is done: the value with which the one below goes on."""
    at = process.stack.index(generator)
    del process.stack[at]
    value = process.saved.pop(at - 1)
    return value if at == len(process.stack) else None


def _close(generator: Generator[Any, Any, Any]) -> None:
    """End a program's generator; whatever it tries in `finally` no longer matters."""
    try:
        generator.close()
    except (Exception, SystemExit, ProcessOver):
        return  # also a generator that is running just now: `ProcessOver` unwinds that one


def _name(program: Program) -> str:
    return getattr(program, "__name__", None) or type(program).__name__

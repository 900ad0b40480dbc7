"""The kernel of a node: which processes there are, which may run now, how they begin and end, who is told."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from podlab.linux import signals
from podlab.linux.clock import Clock, Timer
from podlab.linux.group import PATIENCE, Group, PidNamespace
from podlab.linux.process import Process, ProcessOver, Program, hold
from podlab.linux.program import Proc
from podlab.linux.signalling import deliver
from podlab.linux.stepping import run
from podlab.linux.streams import Stream

KILLED = 128 + signals.KILL


class Kernel:
    """All processes of a node. Programs run in callbacks of the clock only, never inside a call from outside."""

    def __init__(self, clock: Clock, lookup: Callable[[str], Program | None]) -> None:
        self.clock = clock
        self.lookup = lookup
        self.host = PidNamespace("host", host=True)
        self.processes: dict[int, Process] = {}
        self.host.processes = self.processes
        self.current: Process | None = None
        self._ready: deque[Process] = deque()
        self._news: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._draining = False
        self._alarm: Timer | None = None
        self.kills_whole_groups = True
        """Whether the OOM killer takes all processes of a container (memory.oom.group, of cgroup v2), or one."""

    # ---- beginning

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
        """Make a process of a group; it makes its first step at this instant, but after this call.

        `threads` are pids that whoever starts it leaves unused; `on_end` is called when it has ended.
        Errors: `OSError` EAGAIN at the group's limit of processes.
        """
        if parent is not None and parent.ended:
            raise ProcessOver
        if len(group.members) >= group.max_processes:
            group.note(f"more than {group.max_processes} processes: fork failed")
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        process = Process(self, group, argv, program)
        process.env = dict(env)
        process.cwd = cwd
        process.on_end = on_end
        for number, stream in fds.items():
            process.fds[number] = stream
            hold(process, stream)
        group.members[process] = None
        if parent is not None:
            group.cpu.fork()
        self._number(process, threads)
        if parent is not None:
            process.parent = parent
            process.leader = parent.leader
            parent.children[process] = None
            process.umask = parent.umask
            if parent.handlers:
                process.handlers = {s: h for s, h in parent.handlers.items() if h == "ignore"}
        self.wake(process)
        return process

    def _number(self, process: Process, threads: int) -> None:
        """Give it its pids: the host's, and its namespace's."""
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
        _close(process)
        process.patience = PATIENCE
        process.program = program
        process.argv = tuple(argv)
        process.comm = argv[0].rpartition("/")[2][:15]
        process.handlers = {s: h for s, h in process.handlers.items() if h == "ignore"}
        process.group.account(process, -process.memory)

    # ---- running

    def given(self, process: Process) -> Proc:
        """What a program is given of its process. The process does not hold it, so that both go at once."""
        return Proc(process)

    def wake(self, process: Process) -> None:
        """The process can go on; it does so in this instant."""
        if not process.queued and not process.ended:
            process.queued = True
            self._ready.append(process)
            self._arrange()

    def tell(self, listener: Callable[..., None], *args: Any) -> None:
        """Tell somebody outside something, in this instant, but not while a process makes a step."""
        self._news.append((listener, args))
        self._arrange()

    def _arrange(self) -> None:
        if not self._draining and self._alarm is None:
            self._alarm = self.clock.call_at(self.clock.now, self._drain)

    @property
    def others_ready(self) -> bool:
        """Whether some process waits for its turn."""
        return bool(self._ready)

    def _drain(self) -> None:
        """Let everything run that can, and tell the news."""
        self._alarm = None
        self._draining = True
        ready, news = self._ready, self._news
        try:
            while ready or news:
                while ready:
                    process = ready.popleft()
                    if process.queued and not process.ended:
                        process.queued = False
                        if not process.stopped:
                            run(self, process)
                while news:
                    listener, args = news.popleft()
                    listener(*args)
        finally:
            self._draining = False

    # ---- ending

    def exit(self, process: Process, status: int, killed_by: int = 0) -> None:
        """A process ends: its files are closed, its children find a new parent, those who wait for it are told."""
        if process.ended:
            return
        process.ended = True
        process.exit_status = status
        process.killed_by = killed_by
        process.queued = False
        if process.waiting is not None:
            process.waiting.abandon()
            process.waiting = None
        process.value = None
        _close(process)
        process.group.account(process, -process.memory)
        for stream, count in process.owned.items():
            for _ in range(count):
                stream.release()
        process.owned.clear()
        process.fds.clear()
        process.handlers.clear()
        process.program = _over  # what it ran may hold the process, and nothing shall be left of either
        if process.ns.init is process:
            for other in list(process.ns.processes.values()):
                self.exit(other, KILLED, signals.KILL)
        if process.group.main is process:
            for other in list(process.group.members):
                self.exit(other, KILLED, signals.KILL)
        self._orphan(process)
        self._report(process)
        on_end, process.on_end = process.on_end, None
        if on_end is not None:
            on_end(process)

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
        """A process takes memory; over its container's limit the OOM killer comes.

        Under cgroup v2 the kubelet sets memory.oom.group, and the whole container is killed; under v1 the biggest
        process. Models the memory controller's documentation and pkg/kubelet/kuberuntime (singleProcessOOMKill off).
        """
        group = process.group
        if group.account(process, bytes):
            return
        group.oom = True
        victim = max(group.members, key=lambda one: (one.memory, one.host_pid))
        group.note(f"{victim.comm}: out of memory (limit {group.memory_limit} bytes): killed")
        for one in [victim, *(each for each in group.members if each is not victim and self.kills_whole_groups)]:
            self.exit(one, KILLED, signals.KILL)

    def deliver(self, process: Process, signal: int, sender: Process | None = None) -> str:
        """A signal reaches a process; `sender` is None when it comes from the host. Returns what became of it."""
        return deliver(self, process, signal, sender)


def _close(process: Process) -> None:
    """End a program's generators; whatever they try in `finally` no longer matters."""
    generators: list[Generator[Any, Any, Any]] = process.stack[::-1]
    process.stack.clear()
    process.saved.clear()
    for generator in generators:
        try:
            generator.close()
        except (Exception, SystemExit, ProcessOver):
            continue  # one that is running just now cannot be closed: `ProcessOver` unwinds it


def _over(proc: Proc) -> None:
    """What a process runs that has ended."""

"""How a shell runs programs: in itself, as a child, or by becoming one.

Models busybox shell/ash.c forkshell, shellexec and waitforjob.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from podlab.busybox import applets, redirect, trace
from podlab.busybox.state import ShellExit, State
from podlab.linux import signals
from podlab.linux.group import PATIENCE
from podlab.linux.process import Process, Program
from podlab.linux.streams import Stream
from podlab.linux.waits import Interrupted

Run = Generator[Any, Any, int]


class Programs(State):
    """The part of a shell that starts programs and waits for them."""

    def external(self, argv: list[str], values: Mapping[str, str], last: bool) -> Run:
        """Run a program that is no builtin."""
        proc = self.proc
        tool = applets.find(proc, argv[0])
        env = {**proc.env, **values} if values else proc.env
        if tool is not None and tool.style == applets.NOFORK and not values:
            result = tool.run(proc, argv)
            return result if isinstance(result, int) else (yield from result)
        try:
            if last and not any(self.traps.values()):  # a signal that is ignored stays so in the program
                return (yield from self.become(argv, tool, env))
            child = self._start(argv, tool, env)
        except OSError as problem:
            return self._not_started(argv[0], problem)
        return (yield from self.wait_for(child))

    def _not_started(self, name: str, problem: OSError) -> int:
        text, status = applets.reason(problem)
        self.complain(f"{name}: {text}")
        if status == 127 and "/" not in name and self.proc.process.kernel.lookup(name) is None:
            self.proc.note(f"{name}: podlab has no such program; the real image may have it")
        return status

    def _start(self, argv: list[str], tool: applets.Tool | None, env: Mapping[str, str]) -> Process:
        if tool is None:
            return self._spawn_file(argv, env)
        if tool.style == applets.EXEC:
            return self.spawn(tool.program, argv, env=env)
        run = tool.run
        return self.spawn(lambda proc: run(proc, argv), self.proc.argv, env=env, comm=tool.name)

    def _spawn_file(self, argv: list[str], env: Mapping[str, str]) -> Process:
        """Start the file PATH names; one that is neither a program nor has a `#!` line is a script of this shell."""
        try:
            return self.spawn(argv, env=env)
        except OSError as problem:
            path = applets.which(self.proc, argv[0])
            if problem.errno != errno.ENOEXEC or path is None:
                raise
            return self.spawn(["/bin/sh", path, *argv[1:]], env=env)

    def become(self, argv: list[str], tool: applets.Tool | None, env: Mapping[str, str]) -> Run:
        """Let the process go on as this program. Errors: `OSError`, when there is no such program."""
        proc = self.proc
        for name in [name for name, action in self.traps.items() if action]:
            self.set_trap(name, None)
        if proc.trapped(signals.INT) == self.interrupt:
            proc.trap(signals.INT, None)
        if tool is not None and tool.style != applets.EXEC:
            redirect.forget(proc)
            proc.process.comm = tool.name
            proc.process.patience = PATIENCE
            proc.process.env = dict(env)
            result = tool.run(proc, argv)
            raise ShellExit(result if isinstance(result, int) else (yield from result))
        execution = proc.exec(argv, env=env)
        redirect.forget(proc)
        yield execution
        raise AssertionError("exec came back")

    def spawn(
        self,
        program: Sequence[str] | Program,
        argv: Sequence[str] | None = None,
        *,
        stdin: Stream | None = None,
        stdout: Stream | None = None,
        env: Mapping[str, str] | None = None,
        comm: str | None = None,
    ) -> Process:
        """Start a child with the shell's own files, but not those it keeps for itself. Errors: `OSError`."""
        fds = {number: stream for number, stream in self.proc.fds.items() if number < redirect.FIRST_SAVED}
        try:
            return self.proc.spawn(program, argv=argv, stdin=stdin, stdout=stdout, fds=fds, env=env, comm=comm)
        except OSError as problem:
            if problem.errno != errno.EAGAIN:
                raise
            self.stop("can't fork: Resource temporarily unavailable")

    def wait_for(self, child: Process) -> Run:
        """Wait for a foreground child. Traps run afterwards; jobs that have ended are reaped, too."""
        while True:
            status = yield self.proc.wait(child)
            if type(status) is not Interrupted:
                break
        self.report_death(child)
        for job in self.jobs.values():
            self.proc.poll(job)
        return int(status)

    def report_death(self, child: Process) -> None:
        """Print what ended a child that was waited for, when it was a signal."""
        text = trace.DEATHS.get(child.killed_by)
        if text and 2 in self.proc.fds:
            self.proc.err(text)

"""Running commands: the shell as a program of podlab.

Every method that may take time is a generator of what the shell waits for; a command's value is its exit status.
Models busybox shell/ash.c evaltree, evalcommand, evalpipe, dotrap and waitforjob.

`last` says that nothing of the shell is left to do after this command: then it *becomes* the command instead of waiting
for it (ash's EV_EXIT), so `sh -c "sleep 3600"` is a process called `sleep 3600`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from podlab.runtime.process import Process, Program
from podlab.runtime.program import Proc
from podlab.runtime.sh import applets, ast, builtins, expand, pattern, redirect, trace
from podlab.runtime.sh.ast import Command, Script, Simple
from podlab.runtime.sh.parser import SPECIAL, parse
from podlab.runtime.sh.state import Jump, Return, ShellError, ShellExit, State
from podlab.runtime.streams import Null, Stream
from podlab.runtime.waits import Interrupted

Run = Generator[Any, Any, int]

MAX_WEIGHT = 60
"""How deep functions, `eval` and traps may call each other; real shells crash at some such limit."""


class Shell(State):
    """A shell that runs commands."""

    # ---- whole scripts

    def run_all(self, script: Script, *, last: bool = True) -> Run:
        """Run a shell's own script to the end of the process, EXIT trap included; gives the exit status."""
        try:
            status = yield from self.run_script(script, last=last)
        except ShellExit as end:
            status = end.status
        except Return as end:
            status = end.status
        except Jump:
            status = 0
        return (yield from self.leave(status))

    def leave(self, status: int) -> Run:
        """Run the EXIT trap, if there is one; the status stays unless the trap itself exits with another."""
        action = self.traps.pop("EXIT", "")
        if not action:
            return status
        self.status = status
        try:
            yield from self.run_script(parse(action))
        except ShellExit as end:
            return end.status
        return status

    def run_script(self, script: Script, *, last: bool = False) -> Run:
        """Run all commands of a text. Errors: `ShellExit` after a syntax error."""
        status = 0
        commands = script.commands
        for command in commands:
            at_end = last and script.open_end and command is commands[-1]
            status = yield from self.run(command, at_end)
        if script.error is not None:
            self.complain(script.error)
            raise ShellExit(2)
        return status

    def run(self, command: Command, last: bool = False) -> Run:
        """Run one command; its status is also `$?`. Errors in the script end the shell (`ShellExit`)."""
        try:
            self.status = status = yield from _RUNNERS[type(command)](self, command, last)
        except ShellError as problem:
            self.complain(str(problem))
            raise ShellExit(problem.status) from None
        if self.pending:
            yield from self.run_traps()
        return status

    def run_traps(self) -> Generator[Any, Any, None]:
        """Run the traps of the signals that have come."""
        while self.pending:
            number = self.pending.pop(0)
            action = self.traps.get(trace.signal_name(number))
            if action:
                status = self.status
                with self.deeper(2):
                    yield from self.run_script(parse(action))
                self.status = status

    def deeper(self, weight: int) -> _Weight:
        """A call within a call: counted, so that endless recursion ends with an error."""
        if self.weight + weight > MAX_WEIGHT:
            self.proc.note("endless recursion in a shell script: a real shell would crash here")
            self.stop("maximum recursion depth reached", 139)
        return _Weight(self, weight)

    # ---- simple commands

    def _simple(self, node: Simple, last: bool) -> Run:
        self.line = node.line
        words = node.words
        if len(words) == 1 and words[0].literal is not None:
            argv = [words[0].literal]
        else:
            argv = yield from expand.fields(self, words)
        if not argv:
            return (yield from self._only_assigns(node))
        name = argv[0]
        special = name in SPECIAL
        try:
            saved = (yield from redirect.apply(self, node.redirs)) if node.redirs else None
        except redirect.RedirectionError as problem:
            if special:
                self.stop(str(problem), 1)
            self.complain(str(problem))
            return self._checked(1)
        try:
            values = (yield from self._values(node)) if node.assigns else {}
            if self.options and "xtrace" in self.options:
                trace.command(self, values, argv)
            status = yield from self._dispatch(name, argv, values, last, special)
        except Exception:  # not GeneratorExit: a process that became another program keeps its redirections
            if saved:
                redirect.restore(self.proc, saved)
            raise
        if saved and not (name == "exec" and len(argv) == 1):
            redirect.restore(self.proc, saved)
        return self._checked(status)

    def _checked(self, status: int) -> int:
        """`set -e`: a command that fails ends the shell, unless its status is being asked for."""
        if status and not self.tested and "errexit" in self.options:
            self.status = status
            raise ShellExit(status)
        return status

    def _only_assigns(self, node: Simple) -> Run:
        self.captured = 0
        try:
            saved = yield from redirect.apply(self, node.redirs)
        except redirect.RedirectionError as problem:
            self.complain(str(problem))
            return self._checked(1)
        for assign in node.assigns:
            self.set(assign.name, (yield from expand.text(self, assign.value)))
        redirect.restore(self.proc, saved)
        if "xtrace" in self.options:
            trace.command(self, {one.name: self.vars[one.name] for one in node.assigns}, [])
        return self._checked(self.captured)

    def _values(self, node: Simple) -> Generator[Any, Any, dict[str, str]]:
        values = {}
        for assign in node.assigns:
            values[assign.name] = yield from expand.text(self, assign.value)
        return values

    def _dispatch(self, name: str, argv: list[str], values: dict[str, str], last: bool, special: bool) -> Run:
        if special:
            for variable, value in values.items():
                self.set(variable, value)
            return (yield from self._builtin(name, argv))
        function = self.functions.get(name)
        if function is None and name not in builtins.BUILTINS:
            return (yield from self.external(argv, values, last))
        saved = [self.save(variable) for variable in values]
        for variable, value in values.items():
            self.set(variable, value)
            if function is not None:
                self.export(variable)
        try:
            if function is not None:
                return (yield from self.call(function, argv))
            return (yield from self._builtin(name, argv))
        finally:
            for one in saved:
                self.restore(one)

    def _builtin(self, name: str, argv: list[str]) -> Run:
        try:
            result = builtins.BUILTINS[name](self, argv)
            return result if isinstance(result, int) else (yield from result)
        except OSError as problem:
            self.complain(f"write error: {problem.strerror}")
            return 1

    def call(self, function: ast.Function, argv: Sequence[str]) -> Run:
        """Call a shell function."""
        params, self.params = self.params, list(argv[1:])
        loops, self.loops = self.loops, 0
        self.locals.append({})
        try:
            with self.deeper(function.weight + 2):
                yield self.proc.step()
                return (yield from self.run(function.body))
        except Return as end:
            return end.status
        finally:
            self.params, self.loops = params, loops
            for saved in self.locals.pop().values():
                self.restore(saved)

    # ---- programs

    def external(self, argv: list[str], values: Mapping[str, str], last: bool) -> Run:
        """Run a program that is no builtin."""
        proc = self.proc
        tool = applets.find(proc, argv[0])
        env = {**proc.env, **values} if values else proc.env
        if tool is not None and tool.style == applets.NOFORK and not values:
            result = tool.run(proc, argv)
            return result if isinstance(result, int) else (yield from result)
        try:
            if last and not self.traps:
                return (yield from self.become(argv, tool, env))
            child = self._start(argv, tool, env)
        except OSError as problem:
            return self._not_started(argv[0], problem)
        return (yield from self.wait_for(child))

    def _not_started(self, name: str, problem: OSError) -> int:
        text, status = applets.reason(problem)
        self.complain(f"{name}: {text}")
        if status == 127:
            self.proc.note(f"{name}: no such program in this image of podlab; a real image may have it")
        return status

    def _start(self, argv: list[str], tool: applets.Tool | None, env: Mapping[str, str]) -> Process:
        if tool is None:
            return self._spawn_file(argv, env)
        if tool.style == applets.EXEC:
            return self._spawn(tool.program, argv, env=env)
        run = tool.run
        return self._spawn(lambda proc: run(proc, argv), self.proc.argv, env=env, comm=tool.name)

    def _spawn_file(self, argv: list[str], env: Mapping[str, str]) -> Process:
        """Start the file PATH names; one that is neither a program nor has a `#!` line is a script of this shell."""
        try:
            return self._spawn(argv, env=env)
        except OSError as problem:
            path = applets.which(self.proc, argv[0])
            if problem.errno != errno.ENOEXEC or path is None:
                raise
            return self._spawn(["/bin/sh", path, *argv[1:]], env=env)

    def become(self, argv: list[str], tool: applets.Tool | None, env: Mapping[str, str]) -> Run:
        """Let the process go on as this program. Errors: `OSError`, when there is no such program."""
        proc = self.proc
        for name in [name for name, action in self.traps.items() if action]:
            self.set_trap(name, None)
        if tool is not None and tool.style != applets.EXEC:
            redirect.forget(proc)
            proc.process.comm = tool.name
            proc.process.env = dict(env)
            result = tool.run(proc, argv)
            raise ShellExit(result if isinstance(result, int) else (yield from result))
        execution = proc.exec(argv, env=env)
        redirect.forget(proc)
        yield execution
        raise AssertionError("exec came back")

    def _spawn(
        self,
        program: Sequence[str] | Program,
        argv: Sequence[str] | None = None,
        *,
        stdin: Stream | None = None,
        stdout: Stream | None = None,
        env: Mapping[str, str] | None = None,
        comm: str | None = None,
    ) -> Process:
        fds = {number: stream for number, stream in self.proc.fds.items() if number < redirect.FIRST_SAVED}
        try:
            return self.proc.spawn(program, argv=argv, stdin=stdin, stdout=stdout, fds=fds, env=env, comm=comm)
        except OSError as problem:
            if problem.errno != errno.EAGAIN:
                raise
            self.stop("can't fork: Resource temporarily unavailable")

    def wait_for(self, child: Process) -> Run:
        """Wait for a foreground child; signals with traps are dealt with afterwards."""
        while True:
            status = yield self.proc.wait(child)
            if type(status) is not Interrupted:
                return int(status)

    # ---- subshells

    def fork(self, command: Command, *, stdin: Stream | None = None, stdout: Stream | None = None) -> Process:
        """Start a copy of this shell that runs a command and ends."""
        copy = Shell(
            self.proc,
            self.name,
            list(self.params),
            self.main_pid,
            dict(self.vars),
            set(self.exported),
            set(self.readonly),
            dict(self.functions),
            set(self.options),
            {name: action for name, action in self.traps.items() if action == ""},
            status=self.status,
            last_job=self.last_job,
            tested=self.tested,
            weight=self.weight,
            script=self.script,
            line=self.line,
        )

        def subshell(proc: Proc) -> Run:
            copy.proc = proc
            return copy.run_all(Script((command,), open_end=True))

        return self._spawn(subshell, self.proc.argv, stdin=stdin, stdout=stdout, comm=self.proc.process.comm)

    def capture(self, script: Script) -> Generator[Any, Any, str]:
        """What commands write to stdout, without the newlines at the end; `$?` is their status."""
        if not script.commands:
            return ""
        reader, writer = self.proc.pipe()
        child = self.fork(script.commands[0], stdout=writer)
        self.proc.close(writer)
        parts: list[str] = []
        while True:
            part = yield reader.read()
            if type(part) is Interrupted:
                continue
            if not part:
                break
            parts.append(part)
        self.proc.close(reader)
        self.captured = yield from self.wait_for(child)
        return "".join(parts).rstrip("\n").replace("\0", "")

    def _subshell(self, node: ast.Subshell, last: bool) -> Run:
        if last and not self.traps:
            return (yield from self.run(node.body, True))
        return self._checked((yield from self.wait_for(self.fork(node.body))))

    def _pipeline(self, node: ast.Pipeline, last: bool) -> Run:
        children = []
        stdin: Stream | None = None
        for command in node.commands[:-1]:
            reader, writer = self.proc.pipe()
            children.append(self.fork(command, stdin=stdin, stdout=writer))
            self.proc.close(writer)
            if stdin is not None:
                self.proc.close(stdin)
            stdin = reader
        children.append(self.fork(node.commands[-1], stdin=stdin))
        if stdin is not None:
            self.proc.close(stdin)
        result = 0
        for child in children:
            status = yield from self.wait_for(child)
            if "pipefail" not in self.options or status:
                result = status
        return self._checked(result)

    def _background(self, node: ast.Background, last: bool) -> Run:
        child = self.fork(node.command, stdin=Null())
        self.jobs[child.pid] = child
        self.last_job = child.pid
        yield self.proc.step()
        return 0

    # ---- compound commands

    def _sequence(self, node: ast.Sequence, last: bool) -> Run:
        status = 0
        final = node.commands[-1] if node.commands else None
        for command in node.commands:
            status = yield from self.run(command, last and command is final)
        return status

    def _and_or(self, node: ast.AndOr, last: bool) -> Run:
        status = yield from self._asked(node.first)
        final = len(node.rest) - 1
        for index, (operator, command) in enumerate(node.rest):
            if (status == 0) == (operator == "&&"):
                if index < final:
                    status = yield from self._asked(command)
                else:
                    status = yield from self.run(command, last)
        return status

    def _asked(self, command: Command) -> Run:
        """Run a command whose failure is not an error."""
        self.tested += 1
        try:
            return (yield from self.run(command))
        finally:
            self.tested -= 1

    def _not(self, node: ast.Not, last: bool) -> Run:
        return int((yield from self._asked(node.command)) == 0)

    def _if(self, node: ast.If, last: bool) -> Run:
        for condition, body in node.arms:
            if (yield from self._asked(condition)) == 0:
                return (yield from self.run(body, last))
        return 0 if node.otherwise is None else (yield from self.run(node.otherwise, last))

    def _loop(self, node: ast.Loop, last: bool) -> Run:
        status = 0
        self.loops += 1
        try:
            while True:
                yield self.proc.step()
                try:
                    if ((yield from self._asked(node.condition)) == 0) == node.until:
                        return status
                    status = yield from self.run(node.body)
                except Jump as jump:
                    if self._leaves(jump):
                        return 0
        finally:
            self.loops -= 1

    def _leaves(self, jump: Jump) -> bool:
        """Whether a `break` or `continue` ends this loop; raised on when it is meant for one further out."""
        if jump.levels > 1:
            raise Jump(jump.levels - 1, jump.again)
        return not jump.again

    def _for(self, node: ast.For, last: bool) -> Run:
        words = list(self.params) if node.words is None else (yield from expand.fields(self, node.words))
        status = 0
        self.loops += 1
        try:
            for word in words:
                self.set(node.name, word)
                yield self.proc.step()
                try:
                    status = yield from self.run(node.body)
                except Jump as jump:
                    status = 0
                    if self._leaves(jump):
                        break
        finally:
            self.loops -= 1
        return status

    def _case(self, node: ast.Case, last: bool) -> Run:
        word = yield from expand.text(self, node.word)
        for patterns, body in node.arms:
            for one in patterns:
                shape = yield from expand.pattern_of(self, one)
                if pattern.matches(shape, word):
                    return 0 if body is None else (yield from self.run(body, last))
        return 0

    def _function(self, node: ast.Function, last: bool) -> Run:
        self.functions[node.name] = node
        yield from ()
        return 0

    def _redirected(self, node: ast.Redirected, last: bool) -> Run:
        try:
            saved = yield from redirect.apply(self, node.redirs)
        except redirect.RedirectionError as problem:
            self.complain(str(problem))
            return self._checked(1)
        try:
            status = yield from self.run(node.command, last)
        except Exception:  # not GeneratorExit: see `_simple`
            redirect.restore(self.proc, saved)
            raise
        redirect.restore(self.proc, saved)
        return status


class _Weight:
    """Counts the depth of calls while a `with` lasts."""

    __slots__ = ("_shell", "_weight")

    def __init__(self, shell: Shell, weight: int) -> None:
        self._shell = shell
        self._weight = weight

    def __enter__(self) -> None:
        self._shell.weight += self._weight

    def __exit__(self, *_: object) -> None:
        self._shell.weight -= self._weight


_RUNNERS: dict[type, Callable[[Shell, Any, bool], Run]] = {
    ast.Simple: Shell._simple,
    ast.Pipeline: Shell._pipeline,
    ast.Not: Shell._not,
    ast.AndOr: Shell._and_or,
    ast.Background: Shell._background,
    ast.Sequence: Shell._sequence,
    ast.Subshell: Shell._subshell,
    ast.If: Shell._if,
    ast.Loop: Shell._loop,
    ast.For: Shell._for,
    ast.Case: Shell._case,
    ast.Function: Shell._function,
    ast.Redirected: Shell._redirected,
}

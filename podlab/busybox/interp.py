"""Running commands: the shell as a program of podlab.

Every method that may take time is a generator of what the shell waits for; a command's value is its exit status.
Models busybox shell/ash.c evaltree, evalcommand, evalpipe, dotrap and waitforjob.

`last` says that nothing of the shell is left to do after this command: then it *becomes* the command instead of waiting
for it (ash's EV_EXIT), so `sh -c "sleep 3600"` is a process called `sleep 3600`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import arrays, ast, builtins, expand, redirect, trace
from podlab.busybox.ast import Command, Script, Simple
from podlab.busybox.calls import Call, driven
from podlab.busybox.compound import RUNNERS
from podlab.busybox.dialect import MISSING
from podlab.busybox.parser import parse
from podlab.busybox.programs import Programs
from podlab.busybox.state import Jump, Return, ShellError, ShellExit
from podlab.busybox.words import SPECIAL
from podlab.linux import signals
from podlab.linux.group import BUDGET
from podlab.linux.process import Process
from podlab.linux.program import Proc
from podlab.linux.streams import Stream
from podlab.linux.waits import Interrupted

Run = Generator[Any, Any, int]
Result = int | Run
"""What running a command gives: its status when that took no time, else the steps that lead to it."""

MAX_CALLS = 5000
"""How deep functions, `eval` and traps may call each other; busybox's shell crashes at about 8000."""


class Shell(Programs):
    """A shell that runs commands."""

    # ---- whole scripts

    def run_all(self, script: Script, *, last: bool = True) -> Run:
        """Run a shell's own script to the end of the process, EXIT trap included; gives the exit status."""
        self.proc.process.patience = 0  # see `breathe`
        if self.proc.trapped(signals.INT) is None:
            self.proc.trap(signals.INT, self.interrupt)
        try:
            status = yield from driven(self.run_script(script, last=last))
        except (ShellExit, Return) as end:
            status = end.status
        except Jump:
            status = 0
        return (yield from self.leave(status))

    def leave(self, status: int) -> Run:
        """Run the EXIT trap, if there is one; the status stays unless the trap itself exits with another."""
        action = self.traps.pop("EXIT", "")
        if not action:
            return status
        self.status = self.before_trap = status
        try:
            yield from driven(self.run_script(parse(action, self.dialect)))
        except ShellExit as end:
            return end.status
        except (Return, Jump):
            return self.status
        return status

    def run_script(self, script: Script, *, last: bool = False) -> Run:
        """Run all commands of a text. Errors: `ShellExit` after a syntax error."""
        status = 0
        commands = script.commands
        for command in commands:
            at_end = last and script.open_end and command is commands[-1]
            result = self.run(command, at_end)
            status = result if isinstance(result, int) else (yield from result)
        if script.error is not None:
            self.complain(script.error)
            raise ShellExit(2)
        return status

    def run(self, command: Command, last: bool = False) -> Result:
        """Run one command; its status is also `$?`. Errors in the script end the shell (`ShellExit`)."""
        try:
            result = (
                self.simple(command, last) if type(command) is Simple else RUNNERS[type(command)](self, command, last)
            )
        except ShellError as problem:
            self.complain(str(problem))
            raise ShellExit(problem.status) from None
        if isinstance(result, int):
            self.status = result
            return self._then_traps(result) if self.pending or self.interrupted or self.failed_line else result
        return self._finish(result)

    def _finish(self, steps: Run) -> Run:
        try:
            self.status = status = yield from steps
        except ShellError as problem:
            self.complain(str(problem))
            raise ShellExit(problem.status) from None
        later = self.pending or self.interrupted or self.failed_line
        return (yield from self._then_traps(status)) if later else status

    def _then_traps(self, status: int) -> Run:
        if self.failed_line:
            yield from self._err_trap()
        yield from self.run_traps()
        if self.interrupted:
            self.die_of_interrupt()
        if self.failing:
            raise ShellExit(status)
        return status

    def _err_trap(self) -> Generator[Any, Any, None]:
        """bash's `trap … ERR`: after each command that fails where `set -e` would end the shell."""
        action, status, self.failed_line = self.traps.pop("ERR"), self.status, 0
        yield Call(self.nested(self.run_script(parse(action, self.dialect))))
        self.status = status
        self.traps.setdefault("ERR", action)

    def die_of_interrupt(self) -> None:
        """A SIGINT without a trap ends a shell when its command has ended; process 1 can only exit."""
        self.interrupted = False
        self.proc.trap(signals.INT, None)
        self.proc.kill(self.proc.pid, signals.INT)
        raise ShellExit(128 + signals.INT)

    def run_traps(self) -> Generator[Any, Any, None]:
        """Run the traps of the signals that have come."""
        while self.pending:
            number = self.pending.pop(0)
            action = self.traps.get(trace.signal_name(number))
            if action:
                self.acts += 1
                before, self.before_trap = self.before_trap, self.status
                yield Call(self.nested(self.run_script(parse(action, self.dialect))))
                self.status, self.before_trap = self.before_trap, before

    def nested(self, steps: Run) -> Run:
        """A call within a call: counted, so that endless recursion ends with an error."""
        if self.depth >= MAX_CALLS:
            self.proc.note("endless recursion in a shell script: a real shell crashes here, too")
            self.stop("maximum recursion depth reached", 139)
        self.depth += 1
        try:
            return (yield from steps)
        finally:
            self.depth -= 1

    # ---- simple commands

    def simple(self, node: Simple, last: bool) -> Result:
        """Run a command that is not made of others."""
        self.line = self.first_line + node.line
        self.proc.process.group.cpu.steps += 1
        if node.waits:
            return self._simple_in_steps(node, last)
        argv = list(node.argv) if node.argv is not None else expand.fields_at_once(self, node.words)
        if not argv:
            return self._assign(node)
        name = argv[0]
        function = self.functions.get(name)
        if function is None and not node.assigns and self.builtin(name):
            if self.options and "xtrace" in self.options:
                trace.command(self, {}, argv)
            result = self._builtin(name, argv)
            return self.checked(result) if isinstance(result, int) else self._checked_later(result)
        values = {one.name: expand.text_at_once(self, one.value) for one in node.assigns}
        if self.options and "xtrace" in self.options:
            trace.command(self, values, argv)
        return self._checked_later(self._dispatch(name, argv, values, last, self.special(name)))

    def _checked_later(self, steps: Run) -> Run:
        return self.checked((yield from steps))

    def _assign(self, node: Simple) -> int:
        """Assignments alone, without a `$(…)` in them."""
        for assign in node.assigns:
            self.set(assign.name, expand.text_at_once(self, assign.value))
        if self.options and "xtrace" in self.options:
            trace.command(self, {one.name: self.vars[one.name] for one in node.assigns}, [])
        return 0

    def _simple_in_steps(self, node: Simple, last: bool) -> Run:
        self.acts += 1
        argv = list(node.argv) if node.argv is not None else (yield from expand.fields(self, node.words))
        if not argv:
            return (yield from self._only_assigns(node))
        name = argv[0]
        special = self.special(name)
        try:
            saved = (yield from redirect.apply(self, node.redirs)) if node.redirs else None
        except redirect.RedirectionError as problem:
            if special:
                self.stop(str(problem), self.redirection_status)
            self.complain(str(problem))
            return self.checked(self.redirection_status)
        try:
            values = (yield from self._values(node)) if node.assigns else {}
            if self.options and "xtrace" in self.options:
                hidden = dict(saved or ()).get(2)
                trace.command(self, values, argv, 2 if hidden is None else hidden)
            status = yield from self._dispatch(name, argv, values, last, special)
        except Exception as problem:  # not GeneratorExit: a process that became another program keeps its redirections
            if isinstance(problem, ShellError):
                self.complain(str(problem))
            if saved:
                redirect.restore(self.proc, saved)
            if isinstance(problem, ShellError):
                raise ShellExit(problem.status) from None
            raise
        if saved and not (name == "exec" and len(argv) == 1):
            redirect.restore(self.proc, saved)
        return self.checked(status)

    def checked(self, status: int) -> int:
        """`set -e`: a command that fails ends the shell, unless its status is being asked for."""
        if status and not self.tested and "ERR" in self.traps and not self.failed_line:
            self.failed_line = self.line
        if status and not self.tested and "errexit" in self.options:
            self.status = status
            if not self.pending and not self.failed_line:
                raise ShellExit(status)
            self.failing = True  # traps run first
        return status

    def _only_assigns(self, node: Simple) -> Run:
        self.captured = 0
        try:
            saved = yield from redirect.apply(self, node.redirs)
        except redirect.RedirectionError as problem:
            self.complain(str(problem))
            return self.checked(self.redirection_status)
        for assign in node.assigns:
            if assign.plain:
                self.set(assign.name, (yield from expand.text(self, assign.value)))
            else:
                yield from arrays.assign(self, assign, expand.EXPANDER)
        redirect.restore(self.proc, saved)
        if "xtrace" in self.options:
            trace.command(self, {one.name: self.vars[one.name] for one in node.assigns if one.plain}, [])
        return self.checked(self.captured)

    def _values(self, node: Simple) -> Generator[Any, Any, dict[str, str]]:
        values = {}
        for assign in node.assigns:
            values[assign.name] = yield from expand.text(self, assign.value)
        return values

    def _dispatch(self, name: str, argv: list[str], values: dict[str, str], last: bool, special: bool) -> Run:
        if special:
            for variable, value in values.items():
                self.set(variable, value)
            result = self._builtin(name, argv)
            return result if isinstance(result, int) else (yield from result)
        function = self.functions.get(name)
        if function is None and not self.builtin(name):
            self.acts += 1
            return (yield from self.external(argv, values, last))
        saved = [self.save(variable) for variable in values]
        for variable, value in values.items():
            self.set(variable, value)
            if function is not None:
                self.export(variable)
        try:
            if function is not None:
                return (yield from self.call(function, argv))
            result = self._builtin(name, argv)
            return result if isinstance(result, int) else (yield from result)
        finally:
            for one in saved:
                self.restore(one)

    def special(self, name: str) -> bool:
        """Whether errors of that command end the shell."""
        return name in SPECIAL and (self.dialect == "ash" or name not in ("source", "local"))

    def builtin(self, name: str) -> bool:
        """Whether the shell carries that command out itself."""
        return name in builtins.BUILTINS and name not in MISSING[self.dialect]

    def _builtin(self, name: str, argv: list[str]) -> Result:
        if name not in builtins.IDLE:
            self.acts += 1
        try:
            result = builtins.BUILTINS[name](self, argv)
        except OSError as problem:
            return self._write_error(problem)
        return int(result) if isinstance(result, int) else self._builtin_steps(result)

    def _builtin_steps(self, steps: Run) -> Run:
        try:
            return (yield from steps)
        except OSError as problem:
            return self._write_error(problem)

    def _write_error(self, problem: OSError) -> int:
        self.complain(f"write error: {problem.strerror}")
        return 1

    def call(self, function: ast.Function, argv: Sequence[str]) -> Run:
        """Call a shell function."""
        params, self.params = self.params, list(argv[1:])
        loops, self.loops = self.loops, 0
        self.locals.append({})
        try:
            yield from self.breathe()
            return int((yield Call(self.nested(self._body(function.body)))))
        except Return as end:
            return end.status
        finally:
            self.params, self.loops = params, loops
            for saved in self.locals.pop().values():
                self.restore(saved)

    def _body(self, command: Command) -> Run:
        result = self.run(command)
        return result if isinstance(result, int) else (yield from result)

    def breathe(self) -> Generator[Any, Any, None]:
        """Let time pass when its work is due, and others have a turn. Errors: `ShellError` after too much work."""
        process = self.proc.process
        cpu = process.group.cpu
        if cpu.work > BUDGET:
            self.proc.note("a loop that never pauses: podlab stops it, a real shell would go on")
            self.stop(f"stopped by podlab after {BUDGET} steps without a pause: put a `sleep` into the loop", 1)
        if cpu.steps >= cpu.limit or process.kernel.others_ready:
            yield self.proc.step()

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
            depth=self.depth,
            random=self.random,
            script=self.script,
            dialect=self.dialect,
            began=self.began,
            limits=dict(self.limits),
            arrays=dict(self.arrays),
            keyed=set(self.keyed),
            line=self.line,
            first_line=self.first_line,
            inside=self.inside,
        )
        if type(command) is Simple and (command.argv or ("",))[0] == "jobs":
            copy.jobs = dict(self.jobs)

        def subshell(proc: Proc) -> Run:
            copy.proc = proc
            return copy.run_all(Script((command,), open_end=True))

        return self.spawn(subshell, self.proc.argv, stdin=stdin, stdout=stdout, comm=self.proc.process.comm)

    def substitute(self, script: Script) -> str:
        """bash's `<( … )`: a path that leads to a pipe from these commands."""
        reader, writer = self.proc.pipe()
        self.fork(script.commands[0], stdout=writer)
        self.proc.close(writer)
        number = next(one for one in range(redirect.FIRST_SAVED - 1, 2, -1) if one not in self.proc.fds)
        self.proc.dup(reader, number)
        self.proc.close(reader)
        self.acts += 1
        return f"/dev/fd/{number}"

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

"""Commands made of commands: pipelines, lists, conditions, subshells.

Each function runs one kind of node and gives its exit status, or, when that takes time, the steps that lead to it;
`last` as in `interp`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from podlab.busybox import ast, expand, pattern, redirect
from podlab.busybox.ast import Command
from podlab.busybox.loops import asked, for_each, loop
from podlab.linux import signals
from podlab.linux.streams import Null, Stream

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Run = Generator[Any, Any, int]
Result = int | Run

MOST_JOBS = 100
"""Ended jobs are forgotten when there are more."""


def _subshell(shell: Shell, node: ast.Subshell, last: bool) -> Result:
    if last and not shell.traps:
        return shell.run(node.body, True)
    return _forked(shell, node)


def _forked(shell: Shell, node: ast.Subshell) -> Run:
    shell.acts += 1
    return shell.checked((yield from shell.wait_for(shell.fork(node.body))))


def _pipeline(shell: Shell, node: ast.Pipeline, last: bool) -> Run:
    shell.acts += 1
    children = []
    stdin: Stream | None = None
    for command in node.commands[:-1]:
        reader, writer = shell.proc.pipe()
        children.append(shell.fork(command, stdin=stdin, stdout=writer))
        shell.proc.close(writer)
        if stdin is not None:
            shell.proc.close(stdin)
        stdin = reader
    children.append(shell.fork(node.commands[-1], stdin=stdin))
    if stdin is not None:
        shell.proc.close(stdin)
    result = 0
    for child in children:
        status = yield from shell.wait_for(child)
        if "pipefail" not in shell.options or status:
            result = status
    return shell.checked(result)


def _background(shell: Shell, node: ast.Background, last: bool) -> Run:
    shell.acts += 1
    child = shell.fork(node.command, stdin=Null())
    for number in (signals.INT, signals.QUIT):
        child.handlers[number] = "ignore"
    told = [
        pid for pid, job in shell.jobs.items() if job.ended and (pid in shell.waited or len(shell.jobs) >= MOST_JOBS)
    ]
    for pid in told:
        shell.proc.poll(shell.jobs.pop(pid))
        shell.waited.discard(pid)
    shell.jobs[child.pid] = child
    shell.last_job = child.pid
    yield shell.proc.step()
    return 0


def _sequence(shell: Shell, node: ast.Sequence, last: bool) -> Result:
    status = 0
    final = node.commands[-1] if node.commands else None
    for index, command in enumerate(node.commands):
        result = shell.run(command, last and command is final)
        if not isinstance(result, int):
            return _sequence_on(shell, node.commands[index + 1 :], result, last)
        status = result
    return status


def _sequence_on(shell: Shell, commands: tuple[Command, ...], first: Run, last: bool) -> Run:
    status = yield from first
    for left, command in enumerate(commands, start=1 - len(commands)):
        result = shell.run(command, last and not left)
        status = result if isinstance(result, int) else (yield from result)
    return status


def _and_or(shell: Shell, node: ast.AndOr, last: bool) -> Result:
    result = asked(shell, node.first)
    for index, (operator, command) in enumerate(node.rest):
        if not isinstance(result, int):
            return _and_or_on(shell, node.rest[index:], result, last)
        if (result == 0) == (operator == "&&"):
            final = index == len(node.rest) - 1
            result = shell.run(command, last) if final else asked(shell, command)
    return result


def _and_or_on(shell: Shell, rest: tuple[tuple[str, Command], ...], first: Run, last: bool) -> Run:
    status = yield from first
    for left, (operator, command) in enumerate(rest, start=1 - len(rest)):
        if (status == 0) == (operator == "&&"):
            result = asked(shell, command) if left else shell.run(command, last)
            status = result if isinstance(result, int) else (yield from result)
    return status


def _not(shell: Shell, node: ast.Not, last: bool) -> Result:
    result = asked(shell, node.command)
    return int(result == 0) if isinstance(result, int) else _not_later(result)


def _not_later(steps: Run) -> Run:
    return int((yield from steps) == 0)


def _if(shell: Shell, node: ast.If, last: bool) -> Result:
    for index, (condition, body) in enumerate(node.arms):
        result = asked(shell, condition)
        if not isinstance(result, int):
            return _if_on(shell, node, index, result, last)
        if result == 0:
            return shell.run(body, last)
    return 0 if node.otherwise is None else shell.run(node.otherwise, last)


def _if_on(shell: Shell, node: ast.If, index: int, first: Run, last: bool) -> Run:
    status = yield from first
    if status == 0:
        result = shell.run(node.arms[index][1], last)
    else:
        result = _if(shell, ast.If(node.arms[index + 1 :], node.otherwise), last)
    return result if isinstance(result, int) else (yield from result)


def _case(shell: Shell, node: ast.Case, last: bool) -> Run:
    word = yield from expand.text(shell, node.word)
    for patterns, body in node.arms:
        for one in patterns:
            shape = yield from expand.pattern_of(shell, one)
            if pattern.matches(shape, word):
                result = 0 if body is None else shell.run(body, last)
                return result if isinstance(result, int) else (yield from result)
    return 0


def _function(shell: Shell, node: ast.Function, last: bool) -> int:
    if shell.functions.get(node.name) is not node:
        shell.acts += 1
        shell.functions[node.name] = node
    return 0


def _redirected(shell: Shell, node: ast.Redirected, last: bool) -> Run:
    shell.acts += 1
    try:
        saved = yield from redirect.apply(shell, node.redirs)
    except redirect.RedirectionError as problem:
        shell.complain(str(problem))
        return shell.checked(shell.redirection_status)
    try:
        result = shell.run(node.command, last)
        status = result if isinstance(result, int) else (yield from result)
    except Exception:  # not GeneratorExit: see `_simple`
        redirect.restore(shell.proc, saved)
        raise
    redirect.restore(shell.proc, saved)
    return status


RUNNERS: dict[type, Callable[[Shell, Any, bool], Result]] = {
    ast.Pipeline: _pipeline,
    ast.Not: _not,
    ast.AndOr: _and_or,
    ast.Background: _background,
    ast.Sequence: _sequence,
    ast.Subshell: _subshell,
    ast.If: _if,
    ast.Loop: loop,
    ast.For: for_each,
    ast.Case: _case,
    ast.Function: _function,
    ast.Redirected: _redirected,
}

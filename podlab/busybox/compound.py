"""Commands made of commands: pipelines, lists, conditions, loops, subshells.

Each function runs one kind of node and gives its exit status; `last` as in `interp`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from podlab.busybox import ast, expand, pattern, redirect
from podlab.busybox.ast import Command
from podlab.busybox.state import Jump
from podlab.linux.streams import Null, Stream

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Run = Generator[Any, Any, int]

MOST_JOBS = 100
"""Ended jobs are forgotten when there are more."""


def _subshell(shell: Shell, node: ast.Subshell, last: bool) -> Run:
    if last and not shell.traps:
        return (yield from shell.run(node.body, True))
    return shell.checked((yield from shell.wait_for(shell.fork(node.body))))


def _pipeline(shell: Shell, node: ast.Pipeline, last: bool) -> Run:
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
    child = shell.fork(node.command, stdin=Null())
    if len(shell.jobs) >= MOST_JOBS:
        shell.jobs = {pid: job for pid, job in shell.jobs.items() if shell.proc.poll(job) is None}
    shell.jobs[child.pid] = child
    shell.last_job = child.pid
    yield shell.proc.step()
    return 0


def _sequence(shell: Shell, node: ast.Sequence, last: bool) -> Run:
    status = 0
    final = node.commands[-1] if node.commands else None
    for command in node.commands:
        status = yield from shell.run(command, last and command is final)
    return status


def _and_or(shell: Shell, node: ast.AndOr, last: bool) -> Run:
    status = yield from _asked(shell, node.first)
    final = len(node.rest) - 1
    for index, (operator, command) in enumerate(node.rest):
        if (status == 0) == (operator == "&&"):
            if index < final:
                status = yield from _asked(shell, command)
            else:
                status = yield from shell.run(command, last)
    return status


def _asked(shell: Shell, command: Command) -> Run:
    """Run a command whose failure is not an error."""
    shell.tested += 1
    try:
        return (yield from shell.run(command))
    finally:
        shell.tested -= 1


def _not(shell: Shell, node: ast.Not, last: bool) -> Run:
    return int((yield from _asked(shell, node.command)) == 0)


def _if(shell: Shell, node: ast.If, last: bool) -> Run:
    for condition, body in node.arms:
        if (yield from _asked(shell, condition)) == 0:
            return (yield from shell.run(body, last))
    return 0 if node.otherwise is None else (yield from shell.run(node.otherwise, last))


def _loop(shell: Shell, node: ast.Loop, last: bool) -> Run:
    status = 0
    shell.loops += 1
    try:
        while True:
            yield shell.proc.step()
            try:
                if ((yield from _asked(shell, node.condition)) == 0) == node.until:
                    return status
                status = yield from shell.run(node.body)
            except Jump as jump:
                if _leaves(jump):
                    return 0
    finally:
        shell.loops -= 1


def _leaves(jump: Jump) -> bool:
    """Whether a `break` or `continue` ends this loop; raised on when it is meant for one further out."""
    if jump.levels > 1:
        raise Jump(jump.levels - 1, jump.again)
    return not jump.again


def _for(shell: Shell, node: ast.For, last: bool) -> Run:
    words = list(shell.params) if node.words is None else (yield from expand.fields(shell, node.words))
    status = 0
    shell.loops += 1
    try:
        for word in words:
            shell.set(node.name, word)
            yield shell.proc.step()
            try:
                status = yield from shell.run(node.body)
            except Jump as jump:
                status = 0
                if _leaves(jump):
                    break
    finally:
        shell.loops -= 1
    return status


def _case(shell: Shell, node: ast.Case, last: bool) -> Run:
    word = yield from expand.text(shell, node.word)
    for patterns, body in node.arms:
        for one in patterns:
            shape = yield from expand.pattern_of(shell, one)
            if pattern.matches(shape, word):
                return 0 if body is None else (yield from shell.run(body, last))
    return 0


def _function(shell: Shell, node: ast.Function, last: bool) -> Run:
    shell.functions[node.name] = node
    yield from ()
    return 0


def _redirected(shell: Shell, node: ast.Redirected, last: bool) -> Run:
    try:
        saved = yield from redirect.apply(shell, node.redirs)
    except redirect.RedirectionError as problem:
        shell.complain(str(problem))
        return shell.checked(1)
    try:
        status = yield from shell.run(node.command, last)
    except Exception:  # not GeneratorExit: see `_simple`
        redirect.restore(shell.proc, saved)
        raise
    redirect.restore(shell.proc, saved)
    return status


RUNNERS: dict[type, Callable[[Shell, Any, bool], Run]] = {
    ast.Pipeline: _pipeline,
    ast.Not: _not,
    ast.AndOr: _and_or,
    ast.Background: _background,
    ast.Sequence: _sequence,
    ast.Subshell: _subshell,
    ast.If: _if,
    ast.Loop: _loop,
    ast.For: _for,
    ast.Case: _case,
    ast.Function: _function,
    ast.Redirected: _redirected,
}

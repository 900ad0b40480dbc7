"""Loops, and what podlab does about those that never end.

A loop that waits nowhere is run round by round as long as its container's CPU account allows (`podlab.linux.group`).
One that has come back to where it was a round ago can never end by itself, so it is not run any more: the shell waits
for a signal instead, or, when the loop keeps looking at something outside (a file, another process), looks again from
time to time.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from podlab.busybox import ast, expand
from podlab.busybox.ast import Command
from podlab.busybox.state import Jump

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Run = Generator[Any, Any, int]

FIRST_LOOK, LAST_LOOK, LOOKS = 0.001, 10.0, 100
"""A loop that only looks at something looks again after a hundredth of the time that it has waited, within bounds."""


def loop(shell: Shell, node: ast.Loop, last: bool) -> Run:
    """`while` and `until`."""
    status, idle = 0, _Idle(shell)
    shell.loops += 1
    try:
        while True:
            yield from shell.breathe()
            try:
                result = asked(shell, node.condition)
                if ((result if isinstance(result, int) else (yield from result)) == 0) == node.until:
                    return status
                result = shell.run(node.body)
                status = result if isinstance(result, int) else (yield from result)
            except Jump as jump:
                if leaves(jump):
                    return 0
            if idle.came_round():
                yield from idle.wait()
    finally:
        shell.loops -= 1


class _Idle:
    """Watches whether a loop changes anything."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._seen = (-1, -1, -1)
        self._since: float | None = None
        self._asks = 0
        self._asked = False

    def came_round(self) -> bool:
        """Whether the shell is again as it was after the round before."""
        shell = self._shell
        now = (shell.acts, shell.changes, shell.status)
        same, self._seen = now == self._seen, now
        self._asked, self._asks = shell.asks != self._asks, shell.asks
        if not same:
            self._since = None
        return same

    def wait(self) -> Generator[Any, Any, None]:
        """Wait until it can make a difference to look again; traps of the signals that come are run."""
        shell = self._shell
        if self._since is None:
            self._since = shell.proc.now
            shell.proc.note(
                "a busy loop that changes nothing: podlab waits instead; a real shell keeps a whole CPU busy"
            )
        if self._asked:
            waited = (shell.proc.now - self._since) / LOOKS
            yield shell.proc.sleep(min(max(FIRST_LOOK, waited), LAST_LOOK))
        else:
            yield shell.proc.pause()
        if shell.pending:
            yield from shell.run_traps()


def asked(shell: Shell, command: Command) -> int | Run:
    """Run a command whose failure is not an error."""
    shell.tested += 1
    try:
        result = shell.run(command)
    except BaseException:
        shell.tested -= 1
        raise
    if not isinstance(result, int):
        return _asked_later(shell, result)
    shell.tested -= 1
    return result


def _asked_later(shell: Shell, steps: Run) -> Run:
    try:
        return (yield from steps)
    finally:
        shell.tested -= 1


def leaves(jump: Jump) -> bool:
    """Whether a `break` or `continue` ends this loop; raised on when it is meant for one further out."""
    if jump.levels > 1:
        raise Jump(jump.levels - 1, jump.again)
    return not jump.again


def for_each(shell: Shell, node: ast.For, last: bool) -> Run:
    """`for name in words`."""
    words = list(shell.params) if node.words is None else (yield from expand.fields(shell, node.words))
    status = 0
    shell.loops += 1
    try:
        for word in words:
            shell.set(node.name, word)
            yield from shell.breathe()
            try:
                result = shell.run(node.body)
                status = result if isinstance(result, int) else (yield from result)
            except Jump as jump:
                status = 0
                if leaves(jump):
                    break
    finally:
        shell.loops -= 1
    return status

"""Redirections: `<`, `>`, `>>`, `2>&1`, here-documents."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from podlab.busybox import expand
from podlab.busybox.ast import Redir, Word
from podlab.busybox.state import ShellError
from podlab.linux.fifo import FifoEnd
from podlab.linux.files import OpenFile
from podlab.linux.program import Proc
from podlab.linux.streams import Stream
from podlab.linux.tree import File

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

FIRST_SAVED = 10
"""Where the shell keeps what a redirection hides; programs do not inherit these numbers."""

Saved = list[tuple[int, int | None]]


class RedirectionError(Exception):
    """A file that cannot be opened. Its text is what ash prints."""


def apply(shell: Shell, redirs: Sequence[Redir], *, keep: bool = False) -> Generator[Any, Any, Saved]:
    """Carry out redirections in order; gives what `restore` needs. `keep`: they stay (`exec >log`).

    Errors: `RedirectionError`, with everything put back.
    """
    saved: Saved = []
    try:
        for redir in redirs:
            target = redir.target.literal
            if redir.here is not None:
                content = yield from _here(shell, redir.here.body)
                stream: Stream | None = OpenFile(File(content), shell.proc.process.kernel.clock)
            elif target is None:
                stream = _open(shell, redir.op, (yield from expand.text(shell, redir.target)))
            else:
                stream = _open(shell, redir.op, target)
            if isinstance(stream, FifoEnd):
                yield stream.partner()
            _place(shell.proc, redir.fd, stream, saved, keep)
            if redir.op == "&>":
                _place(shell.proc, 2, stream, saved, keep)
            if stream is not None and redir.op not in ("<<", "<&", ">&"):
                shell.proc.close(stream)  # the descriptor holds it now
    except RedirectionError:
        restore(shell.proc, saved)
        raise
    return saved


def _here(shell: Shell, body: Word) -> Generator[Any, Any, str]:
    """The text of a here-document: a child of the shell expands it, so what goes wrong, or is set, stays there."""
    before = dict(shell.vars)
    try:
        return (yield from expand.text(shell, body))
    except ShellError as problem:
        shell.complain(str(problem))
        return ""
    finally:
        shell.vars.clear()
        shell.vars.update(before)


def _open(shell: Shell, op: str, target: str) -> Stream | None:
    if op in ("<&", ">&"):
        if target == "-":
            return None
        stream = shell.proc.fds.get(int(target)) if target.isdecimal() else None
        if stream is None:
            raise RedirectionError(f"{target}: Bad file descriptor")
        return stream
    try:
        if op == "<":
            return shell.proc.open(target)
        if op == ">" and "noclobber" in shell.options and _is_file(shell.proc, target):
            raise RedirectionError(f"can't create {target}: File exists")
        return shell.proc.open(target, {">>": "a", "<>": "r+"}.get(op, "w"))
    except OSError as problem:
        verb, missing = ("open", "no such file") if op == "<" else ("create", "nonexistent directory")
        absent = isinstance(problem, FileNotFoundError | NotADirectoryError)
        raise RedirectionError(f"can't {verb} {target}: {missing if absent else problem.strerror}") from None


def _is_file(proc: Proc, path: str) -> bool:
    return proc.exists(path) and proc.stat(path).kind == "-"


def _place(proc: Proc, fd: int, stream: Stream | None, saved: Saved, keep: bool) -> None:
    old = proc.fds.get(fd)
    if not keep:
        if old is None:
            saved.append((fd, None))
        else:
            number = FIRST_SAVED
            while number in proc.fds:
                number += 1
            proc.dup(old, number)
            saved.append((fd, number))
    if stream is None:
        proc.close_fd(fd)
    else:
        proc.dup(stream, fd)


def restore(proc: Proc, saved: Saved) -> None:
    """Undo redirections, the last first (unless `forget` has made them final)."""
    for fd, number in reversed(saved):
        if number is None:
            proc.close_fd(fd)
        elif number in proc.fds:
            proc.dup(proc.fds[number], fd)
            proc.close_fd(number)


def forget(proc: Proc) -> None:
    """Make the redirections in force final: the shell is about to become another program."""
    for number in [number for number in proc.fds if number >= FIRST_SAVED]:
        proc.close_fd(number)

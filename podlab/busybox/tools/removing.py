"""`rm`, `rmdir`, `unlink`, `shred`. Models busybox libbb/remove_file.c, coreutils/rm.c, rmdir.c, unlink.c, shred.c."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, UsageError, tool
from podlab.busybox.tools.entries import ask
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
_RM_LONG = {"interactive": "i", "recursive": "r", "force": "f", "verbose": "v"}


@tool("rm")
def _rm(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "rRfiv", _RM_LONG)
    if not opts.words and "f" not in opts:
        raise UsageError
    asks = next((letter == "i" for letter, _ in reversed(opts.every) if letter in "fi"), False)
    remover = _Remover(proc, force="f" in opts and not asks, ask=asks, tell="v" in opts, recursive=opts.has("rR"))
    status = 0
    for path in opts.words:
        if posixpath.basename(path.rstrip("/")) in (".", ".."):
            proc.err("rm: can't remove '.' or '..'")
            status = 1
        else:
            status |= yield from remover.remove(path)
    return status


class _Remover:
    """`rm` at work: what its options ask for."""

    def __init__(self, proc: Proc, *, force: bool, ask: bool, tell: bool, recursive: bool) -> None:
        self._proc = proc
        self._force = force
        self._ask = ask
        self._tell = tell
        self._recursive = recursive

    def remove(self, path: str) -> Steps:
        """Remove it with all that is below; the exit status."""
        proc = self._proc
        try:
            node = proc.stat(path, follow=False)
        except OSError as problem:
            if self._force and isinstance(problem, FileNotFoundError | NotADirectoryError):
                return 0
            proc.err(f"rm: can't remove '{path}': {problem.strerror}")
            return 1
        if node.kind == "d":
            return (yield from self._folder(path))
        if self._ask and not (yield from ask(proc, f"rm: remove '{path}'? ")):
            return 0
        return self._take(path, proc.remove, "removed")

    def _folder(self, path: str) -> Steps:
        proc = self._proc
        if not self._recursive:
            proc.err(f"rm: '{path}' is a directory")
            return 1
        question = f"rm: descend into directory '{path}'? "
        if self._ask and not (yield from ask(proc, question)):
            return 0
        status = 0
        for name in proc.listdir(path):
            status |= yield from self.remove(posixpath.join(path, name))
        if self._ask and not (yield from ask(proc, f"rm: remove directory '{path}'? ")):
            return status
        if status:
            return status
        return self._take(path, proc.rmdir, "removed directory:")

    def _take(self, path: str, how: Any, words: str) -> int:
        try:
            how(path)
        except OSError as problem:
            self._proc.err(f"rm: can't remove '{path}': {problem.strerror}")
            return 1
        if self._tell:
            self._proc.print(f"{words} '{path}'")
        return 0


@tool("rmdir", style=NOFORK)
def _rmdir(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "p", {"parents": "p", "ignore-fail-on-non-empty": "I", "verbose": "v"})
    if not opts.words:
        raise UsageError
    status = 0
    for word in opts.words:
        path = word
        while path:
            try:
                proc.rmdir(path)
            except OSError as problem:
                if "I" not in opts or problem.strerror != "Directory not empty":
                    proc.err(f"rmdir: '{path}': {problem.strerror}")
                    status = 1
                break
            path = posixpath.dirname(path) if "p" in opts else ""
            path = "" if path in (".", "/") else path
    return status


@tool("unlink", style=NOFORK)
def _unlink(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "", least=1, most=1)
    try:
        proc.remove(opts.words[0])
    except OSError as problem:
        raise ToolError(f"can't remove file '{opts.words[0]}': {problem.strerror}") from None
    return 0


@tool("shred")
def _shred(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "fuzn:vx", least=1)
    options.unsigned(opts.get("n", "3"))
    for path in opts.words:
        try:
            size = proc.stat(path).size
        except OSError as problem:
            raise ToolError(f"{path}: {problem.strerror}") from None
        proc.write_file(path, "\0" * size)
        if "u" in opts:
            proc.remove(path)
    return 0

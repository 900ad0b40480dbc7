"""What runs when a command line is executed: PATH, permission bits, `#!` lines."""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING

from podlab.runtime.files import Files, error, no_entry
from podlab.runtime.tree import Directory, File

if TYPE_CHECKING:
    from podlab.runtime.kernel import Kernel
    from podlab.runtime.process import Program
    from podlab.runtime.program import Proc

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def find_program(proc: Proc, argv: Sequence[str]) -> tuple[Program, tuple[str, ...]]:
    """The program a process would run for `argv`, and the command line it gets.

    Errors: `FileNotFoundError`, `PermissionError`, `OSError` ENOEXEC for a file that is no program.
    """
    if isinstance(argv, str) or not argv or not all(isinstance(word, str) for word in argv):
        raise TypeError(f"a command line is a list of strings like ['sleep', '5'], not {argv!r}")
    process = proc.process
    name = argv[0]
    path = proc.path(name) if "/" in name else search(process.group.files, name, process.env.get("PATH", DEFAULT_PATH))
    return load(process.kernel, process.group.files, path, argv)


def search(files: Files, name: str, path: str) -> str:
    """Where `PATH` has an executable of that name. Errors: `FileNotFoundError`."""
    for folder in path.split(":"):
        candidate = posixpath.join(folder or "/", name)
        try:
            node = files.find(candidate)
        except OSError:
            continue
        if isinstance(node, File) and node.mode & 0o111:
            return candidate
    raise no_entry(name)


def load(
    kernel: Kernel, files: Files, path: str, argv: Sequence[str], depth: int = 0
) -> tuple[Program, tuple[str, ...]]:
    """The program in the file at `path`. Errors: ENOENT, EACCES, ENOEXEC, ELOOP."""
    node = files.find(path)
    if isinstance(node, Directory) or not node.mode & 0o111 or not isinstance(node, File):
        raise error(errno.EACCES, path, "Permission denied")
    program = node.program
    if isinstance(program, str):
        program = kernel.lookup(program)
    if program is not None:
        return program, tuple(argv)
    text = node.text
    if text.startswith("#!"):
        if depth > 4:
            raise error(errno.ELOOP, path, "Too many levels of symbolic links")
        words = text[2:].partition("\n")[0].split(None, 1)
        if words:
            line = [words[0], *(word.strip() for word in words[1:]), path, *argv[1:]]
            return load(kernel, files, line[0], line, depth + 1)
    raise error(errno.ENOEXEC, path, "Exec format error")

"""What runs when a command line is executed: PATH, permission bits, `#!` lines."""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from podlab.core.rules.expansion import expand
from podlab.linux.files import Files, error, no_entry
from podlab.linux.tree import Directory, File, Node

if TYPE_CHECKING:
    from lightkube.models.core_v1 import Container as ContainerSpec

    from podlab.linux.image import Image
    from podlab.linux.process import KernelCalls, Process, Program

PROGRAM_FOLDERS = frozenset(("usr", "bin", "sbin"))
"""Where `DEFAULT_PATH` looks: while a container changes nothing there, its image's programs are where they were."""

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class HasProcess(Protocol):
    """A `podlab.linux.Proc`: it speaks for one process."""

    @property
    def process(self) -> Process:
        """The process."""

    @property
    def argv(self) -> tuple[str, ...]:
        """Its command line."""

    def err(self, text: str) -> None:
        """Write a line to stderr."""


def find_program(proc: HasProcess, argv: Sequence[str]) -> tuple[Program, tuple[str, ...]]:
    """The program a process would run for `argv`, and the command line it gets.

    Errors: `FileNotFoundError`, `PermissionError`, `OSError` ENOEXEC for a file that is no program.
    """
    if isinstance(argv, str) or not argv or not all(isinstance(word, str) for word in argv):
        raise TypeError(f"a command line is a list of strings like ['sleep', '5'], not {argv!r}")
    process = proc.process
    return _find(process.kernel, process.group.files, argv, process.env, process.cwd)


def resolve(
    kernel: KernelCalls, files: Files, argv: Sequence[str], env: Mapping[str, str], cwd: str
) -> tuple[Program, tuple[str, ...]]:
    """The program runc would start for a command line, and the command line it gets. Errors: `OSError`.

    A file that is no program is started all the same, and fails in the container.
    """
    if not argv or not argv[0]:
        raise no_entry("")
    try:
        return _find(kernel, files, argv, env, cwd)
    except OSError as problem:
        if problem.errno != errno.ENOEXEC:
            raise
    return _no_program, tuple(argv)


def _find(
    kernel: KernelCalls, files: Files, argv: Sequence[str], env: Mapping[str, str], cwd: str
) -> tuple[Program, tuple[str, ...]]:
    name = argv[0]
    if "/" in name:
        path = posixpath.join(cwd, name)
        return _program(kernel, files, path, files.find(path), argv, 0)
    path, node = search(files, name, env.get("PATH", DEFAULT_PATH))
    return _program(kernel, files, path, node, argv, 0)


def _no_program(proc: HasProcess) -> int:
    """What is left of runc when the file it was to become is no program."""
    proc.err(f"exec {proc.argv[0]}: exec format error")
    return 1


def refusal(argv: Sequence[str], problem: OSError) -> str:
    """Why runc could not start a command line, in its words."""
    name = argv[0] if argv else ""
    if isinstance(problem, FileNotFoundError):
        missing = f"stat {name}: no such file or directory"
        return f'exec: "{name}": {missing if "/" in name else "executable file not found in $PATH"}: unknown'
    return f'exec: "{name}": {(problem.strerror or "failed").lower()}: unknown'


def command_line(spec: ContainerSpec, image: Image, env: Mapping[str, str]) -> tuple[str, ...]:
    """What a container runs: `command` replaces the image's entrypoint and its command, `args` its command.

    `$(NAME)` stands for a variable; an unknown one stays as it is, `$$` is a dollar sign.
    """
    command = [expand(word, env) for word in spec.command or ()]
    args = [expand(word, env) for word in spec.args or ()]
    if command:
        return (*command, *args)
    return (*image.entrypoint, *(args or image.command))


def search(files: Files, name: str, path: str) -> tuple[str, File]:
    """Where `PATH` has an executable of that name. Errors: `FileNotFoundError`."""
    known = files.known if path == DEFAULT_PATH and not files.root.changes(PROGRAM_FOLDERS) else None
    if known is not None and name in known:
        return known[name]
    for folder in path.split(":"):
        candidate = posixpath.join(folder or "/", name)
        try:
            node = files.find(candidate)
        except OSError:
            continue
        if isinstance(node, File) and node.mode & 0o111:
            if known is not None:
                known[name] = candidate, node
            return candidate, node
    raise no_entry(name)


def _program(
    kernel: KernelCalls, files: Files, path: str, node: Node, argv: Sequence[str], depth: int
) -> tuple[Program, tuple[str, ...]]:
    """The program in a file. Errors: EISDIR, EACCES, ENOEXEC, ELOOP."""
    if isinstance(node, Directory):
        raise error(errno.EISDIR, path, "Is a directory")
    if not node.mode & 0o111 or not isinstance(node, File):
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
            return _program(kernel, files, line[0], files.find(line[0]), line, depth + 1)
    raise error(errno.ENOEXEC, path, "Exec format error")

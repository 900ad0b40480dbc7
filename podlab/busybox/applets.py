"""busybox's tools: how they are registered, found and run.

A tool is a function of a `Proc` and its command line that gives the exit code; when it has to wait it is a generator.
How the shell runs it (busybox calls this its style) shows in `ps`:

* EXEC: a process of its own, `sleep 5`.
* NOEXEC: a copy of the shell that runs the tool without exec: `{ps} sh -c ps; true`.
* NOFORK: no process at all, the shell does it itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from podlab.busybox import usage
from podlab.linux.executable import DEFAULT_PATH, search
from podlab.linux.process import Program
from podlab.linux.program import Proc
from podlab.linux.streams import Stream
from podlab.linux.tree import File

Style = Literal["exec", "noexec", "nofork"]
EXEC: Style = "exec"
NOEXEC: Style = "noexec"
NOFORK: Style = "nofork"

Result = int | Generator[Any, Any, int]
Run = Callable[[Proc, Sequence[str]], Result]


@dataclass(frozen=True, slots=True)
class Tool:
    """One of busybox's tools. `program` is the same as a program that can be started."""

    name: str
    run: Run
    style: Style
    program: Program


TOOLS: dict[str, Tool] = {}


class ToolError(Exception):
    """Ends a tool with a message: `name: text`."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


class UsageError(ToolError):
    """Ends a tool with a message, if there is one, and how the tool is used."""

    def __init__(self, text: str = "", status: int = 1) -> None:
        super().__init__(text, status)


def tool(*names: str, style: Style = NOEXEC) -> Callable[[Run], Run]:
    """Register a function as a tool of these names."""

    def register(run: Run) -> Run:
        for name in names:
            guarded = _guard(name, run)
            TOOLS[name] = Tool(name, guarded, style, _program(name, guarded))
        return run

    return register


def _guard(name: str, run: Run) -> Run:
    """Let a `ToolError` or an error of the system end the tool with its message."""

    def guarded(proc: Proc, argv: Sequence[str]) -> Result:
        if len(argv) == 2 and argv[1] == "--help" and usage.known(name):
            return _told(proc, usage.text(name), 0)
        try:
            result = run(proc, argv)
        except (ToolError, OSError) as problem:
            return _failed(proc, name, problem)
        return result if isinstance(result, int) else steps(proc, result)

    def steps(proc: Proc, result: Generator[Any, Any, int]) -> Generator[Any, Any, int]:
        try:
            return (yield from result)
        except (ToolError, OSError) as problem:
            return _failed(proc, name, problem)

    return guarded


def _failed(proc: Proc, name: str, problem: ToolError | OSError) -> int:
    if isinstance(problem, OSError):
        return _told(proc, f"{name}: {words(problem)}\n", 1)
    text = f"{name}: {problem}\n" if str(problem) else ""
    if isinstance(problem, UsageError):
        text += usage.text(name)
    return _told(proc, text, problem.status)


def _told(proc: Proc, text: str, status: int) -> int:
    if 2 in proc.fds:
        proc.write(text, 2)
    return status


def _program(name: str, run: Run) -> Program:
    def program(proc: Proc) -> Result:
        return run(proc, proc.argv)

    program.__name__ = name
    return program


def words(problem: OSError) -> str:
    """An error of the system as busybox prints it: `FILE: No such file or directory`."""
    text = problem.strerror or str(problem)
    return f"{problem.filename}: {text}" if problem.filename else text


def everything(stream: Stream | None) -> Generator[Any, Any, str]:
    """All that comes from a stream until its end, as it comes: the other side never has to wait for room."""
    parts = []
    while stream is not None and (text := (yield stream.read())):
        parts.append(text)
    return "".join(parts)


def find(proc: Proc, name: str) -> Tool | None:
    """The tool that a command name means, when this container has busybox's tool of that name.

    busybox' shell looks for its own tools before it looks into PATH (FEATURE_SH_STANDALONE); dash and bash have none.
    """
    found = TOOLS.get(name)
    if found is None or proc.base.gnu:
        return None
    try:
        node = proc.stat("/bin/" + name)
    except OSError:
        return None
    return found if isinstance(node, File) and node.program == name else None


def which(proc: Proc, name: str) -> str | None:
    """Where PATH has a program of that name."""
    try:
        if "/" in name:
            node = proc.stat(name)
            return name if isinstance(node, File) and node.mode & 0o111 else None
        return search(proc.process.group.files, name, proc.env.get("PATH", DEFAULT_PATH))[0]
    except OSError:
        return None


def reason(problem: OSError) -> tuple[str, int]:
    """Why a program did not start, as ash says it, and the exit status."""
    if isinstance(problem, FileNotFoundError | NotADirectoryError):
        return "not found", 127
    if isinstance(problem, IsADirectoryError):
        return "Permission denied", 126
    return problem.strerror or "failed", 126

"""/proc: the processes of a container's PID namespace, seen as files."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from podlab.linux.tree import Directory, File, Link, Mount, Node

if TYPE_CHECKING:
    from podlab.linux.kernel import Kernel
    from podlab.linux.process import Process


class _Made(Directory):
    """A directory whose entries are made when somebody looks."""

    __slots__ = ()

    def own(self, name: str) -> Node | None:
        """As `get`: nothing is copied up."""
        return self.get(name)

    def put(self, name: str, node: Node, now: float = 0.0) -> None:
        """Nobody can add anything."""
        raise OSError(errno.EPERM, "Operation not permitted")

    def drop(self, name: str, now: float = 0.0) -> None:
        """Nobody can remove anything."""
        raise OSError(errno.EPERM, "Operation not permitted")


class ProcDirectory(_Made):
    """/proc itself: a directory for each process of the reader's PID namespace, and `self`."""

    __slots__ = ("_kernel",)

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(mode=0o555)
        self._kernel = kernel

    def get(self, name: str) -> Node | None:
        """The directory of a process, by pid."""
        current = self._kernel.current
        if name == "self" and current is not None:
            return Link(str(current.pid))
        if name == "uptime":
            return File(f"{self._kernel.clock.now:.2f} 0.00\n", 0o444)
        process = self._processes.get(int(name)) if name.isdecimal() else None
        return None if process is None else _ProcessDirectory(process)

    @property
    def _processes(self) -> dict[int, Process]:
        reader = self._kernel.current
        return reader.ns.processes if reader is not None else {}

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted([*map(str, self._processes), "self", "uptime"])


class _ProcessDirectory(_Made):
    """/proc/PID."""

    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        super().__init__(mode=0o555)
        self._process = process

    def get(self, name: str) -> Node | None:
        """One of the few files podlab has there."""
        process = self._process
        match name:
            case "cmdline":
                return File("" if process.ended else "".join(word + "\0" for word in process.argv), 0o444)
            case "comm":
                return File(process.comm + "\n", 0o444)
            case "environ":
                return File("".join(f"{key}={value}\0" for key, value in process.env.items()), 0o400)
            case "status":
                parent = process.parent.pid if process.parent is not None else 0
                state = "Z (zombie)" if process.ended else "S (sleeping)"
                return File(f"Name:\t{process.comm}\nState:\t{state}\nPid:\t{process.pid}\nPPid:\t{parent}\n", 0o444)
            case "root":
                files = process.group.files
                return Mount(files.root, files.readonly)
        return None

    def names(self) -> list[str]:
        """All names, sorted."""
        return ["cmdline", "comm", "environ", "root", "status"]

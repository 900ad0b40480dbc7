"""/proc: the processes of a container's PID namespace, seen as files.

Models Linux fs/proc: `root`, `cwd`, `exe` and `fd/N` are symbolic links that lead to a node, not to a path, so a walk
over all files does not go round in circles. The texts are in `procfiles`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from podlab.linux import procfiles
from podlab.linux.executable import DEFAULT_PATH, search
from podlab.linux.files import OpenFile
from podlab.linux.streams import Noise, Null, Stream, Zero
from podlab.linux.tree import Device, Directory, File, Link, Mount, Node, tree

if TYPE_CHECKING:
    from podlab.linux.kernel import Kernel
    from podlab.linux.process import Process


class Made(Directory):
    """A directory whose entries are made when somebody looks."""

    __slots__ = ()

    @property
    def size(self) -> int:
        """It takes no room."""
        return 0

    def own(self, name: str) -> Node | None:
        """As `get`: nothing is copied up."""
        return self.get(name)

    def put(self, name: str, node: Node, now: float = 0.0) -> None:
        """Nobody can add anything."""
        raise OSError(errno.ENOENT, "No such file or directory")

    def drop(self, name: str, now: float = 0.0) -> None:
        """Nobody can remove anything."""
        raise OSError(errno.EPERM, "Operation not permitted")


class Pseudo(File):
    """A file of the kernel's: it takes no room, and its size is not known before it is read."""

    __slots__ = ()

    @property
    def size(self) -> int:
        """As `ls` shows it."""
        return 0


class ProcDirectory(Made):
    """/proc itself: a directory for each process of the reader's PID namespace, `self`, and what the node tells."""

    __slots__ = ("_kernel", "_sys")

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(mode=0o555)
        self._kernel = kernel
        self._sys = Mount(tree(procfiles.SYSCTL), readonly=True)

    def get(self, name: str) -> Node | None:
        """The directory of a process, by pid, or one of the node's files."""
        if name.isdecimal():
            process = self._processes.get(int(name))
            return None if process is None else _ProcessDirectory(process)
        if name == "self":
            current = self._kernel.current
            return Link(str(current.pid) if current is not None else "1")
        if name in _LINKS:
            return Link(_LINKS[name])
        if name == "sys":
            return self._sys
        text = procfiles.NODE.get(name)
        return None if text is None else Pseudo(text(self._kernel), 0o444)

    @property
    def _processes(self) -> dict[int, Process]:
        reader = self._kernel.current
        return reader.ns.processes if reader is not None else {}

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted([*map(str, self._processes), "self", "sys", *_LINKS, *procfiles.NODE])


_LINKS = {"mounts": "self/mounts", "net": "self/net", "thread-self": "self"}


class _ProcessDirectory(Made):
    """/proc/PID."""

    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        super().__init__(mode=0o555)
        self._process = process

    def get(self, name: str) -> Node | None:
        """A text about the process, a link to what it uses, or the directory of its open files."""
        process = self._process
        text = procfiles.PROCESS.get(name)
        if text is not None:
            return Pseudo(text(process), 0o400 if name == "environ" else 0o444)
        link = _PROCESS_LINKS.get(name)
        if link is not None:
            return link(process)
        if name in ("fd", "fdinfo"):
            return _OpenFiles(process, links=name == "fd")
        if name == "net":
            return tree({one: text(process) for one, text in procfiles.NET.items()})
        return None

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted([*procfiles.PROCESS, *_PROCESS_LINKS, "fd", "fdinfo", "net"])


class _OpenFiles(Made):
    """/proc/PID/fd and fdinfo: an entry for each open file."""

    __slots__ = ("_links", "_process")

    def __init__(self, process: Process, *, links: bool) -> None:
        super().__init__(mode=0o500)
        self._process = process
        self._links = links

    def get(self, name: str) -> Node | None:
        """The link to what is open under that number."""
        stream = self._process.fds.get(int(name)) if name.isdecimal() else None
        if stream is None and name in self.names():
            return Link(f"/proc/{self._process.pid}/fd", behind=self)
        if stream is None:
            return None
        if not self._links:
            return Pseudo("pos:\t0\nflags:\t0100002\nmnt_id:\t14\nino:\t1\n", 0o444)
        node = stream.file if isinstance(stream, OpenFile) else Device(stream)
        return Link(described(self._process, int(name), stream), behind=node)

    def names(self) -> list[str]:
        """All names, in order."""
        numbers = sorted(self._process.fds)
        if self._process.kernel.current is self._process:  # who lists them has the directory itself open
            numbers = sorted([*numbers, next(number for number in range(len(numbers) + 1) if number not in numbers)])
        return [str(number) for number in numbers]


def described(process: Process, number: int, stream: Stream) -> str:
    """Where a link of /proc/PID/fd says that it leads."""
    if isinstance(stream, OpenFile):
        return stream.path or "/tmp/sh-here"
    for kind, path in ((Noise, "/dev/urandom"), (Zero, "/dev/zero"), (Null, "/dev/null")):
        if isinstance(stream, kind):
            return path
    return f"pipe:[{process.leader.host_pid * 16 + 20000 + number}]"


def _root(process: Process) -> Link:
    return Link("/", behind=process.group.files.root)


def _cwd(process: Process) -> Link:
    try:
        behind: Node | None = process.group.files.find(process.cwd)
    except OSError:
        behind = None
    return Link(process.cwd, behind=behind)


def _exe(process: Process) -> Link:
    name = process.argv[0] if process.argv else process.comm
    files = process.group.files
    try:
        path, node = (name, files.find(name)) if "/" in name else search(files, name, DEFAULT_PATH)
    except OSError:
        return Link(f"/bin/{process.comm}")
    return Link(path, behind=node)


_PROCESS_LINKS: dict[str, Callable[[Process], Link]] = {"root": _root, "cwd": _cwd, "exe": _exe}

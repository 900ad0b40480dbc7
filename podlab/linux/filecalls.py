"""The part of `Proc` that deals with files. All of it happens at once; the errors are the system's own."""

from __future__ import annotations

import posixpath
import re

from podlab.linux.files import no_entry
from podlab.linux.process import Process, hold
from podlab.linux.streams import Stream
from podlab.linux.tree import Node

_STANDARD = {"stdin": 0, "stdout": 1, "stderr": 2}
_OPEN_FILE = re.compile(
    r"/dev/(?P<name>stdin|stdout|stderr)|/dev/fd/(?P<fd>\d+)|/proc/(?P<pid>self|\d+)/fd/(?P<other>\d+)"
)

USUAL_UMASK = 0o022
"""With it, files are 644 and directories 755, as podlab's files are unless somebody says otherwise."""

CALLS = 100_000
"""Calls a program may make without a `yield` before podlab tells it that it hangs."""


class FileCalls:
    """Paths may be relative to the working directory. Errors: `FileNotFoundError`, `IsADirectoryError` and the like."""

    __slots__ = ("process",)

    def __init__(self, process: Process) -> None:
        self.process = process

    def path(self, path: str) -> str:
        """The absolute path of a path."""
        return self.process.path(path)

    def chdir(self, path: str) -> None:
        """Change the working directory."""
        full = posixpath.normpath(self.path(path))
        self.process.group.files.listdir(full)
        self.process.cwd = full

    def read_file(self, path: str) -> str:
        """The text of a file."""
        self._spend()
        return self.process.group.files.read(self.path(path))

    def write_file(self, path: str, text: str, *, append: bool = False) -> None:
        """Write a file, made when missing."""
        self._spend()
        new = self._masked(path)
        self.process.group.files.write(self.path(path), text, append=append)
        self._mask(path, 0o666 if new else None)

    def exists(self, path: str) -> bool:
        """Whether something is there."""
        self._spend()
        return self.process.group.files.exists(self.path(path))

    def stat(self, path: str, *, follow: bool = True) -> Node:
        """What is there: `kind` ("-" file, "d" directory, "l" link, "s" socket, "c" device), `size`, `mode` …"""
        self._spend()
        return self.process.group.files.find(self.path(path), follow=follow)

    def listdir(self, path: str = ".") -> list[str]:
        """The names in a directory, sorted."""
        self._spend()
        return self.process.group.files.listdir(self.path(path))

    def mkdir(self, path: str, *, parents: bool = False) -> None:
        """Make a directory."""
        new = self._masked(path)
        self.process.group.files.mkdir(self.path(path), parents=parents)
        self._mask(path, 0o777 if new else None)

    def remove(self, path: str) -> None:
        """Delete a file."""
        self.process.group.files.remove(self.path(path))

    def rmdir(self, path: str) -> None:
        """Delete an empty directory."""
        self.process.group.files.rmdir(self.path(path))

    def rename(self, old: str, new: str) -> None:
        """Move or rename."""
        self.process.group.files.rename(self.path(old), self.path(new))

    def copy_file(self, old: str, new: str) -> None:
        """Copy a file; a copy of a program is a program."""
        self.process.group.files.copy(self.path(old), self.path(new))

    def symlink(self, target: str, path: str) -> None:
        """Make a symbolic link at `path`."""
        self.process.group.files.symlink(target, self.path(path))

    def chmod(self, path: str, mode: int) -> None:
        """Change the permission bits."""
        self.process.group.files.chmod(self.path(path), mode)

    def set_time(self, path: str, mtime: float) -> None:
        """Say when something was changed last, in seconds of virtual time."""
        self.process.group.files.set_time(self.path(path), mtime)

    def touch(self, path: str) -> None:
        """Make an empty file, or set its time to now."""
        self._spend()
        new = self._masked(path)
        self.process.group.files.touch(self.path(path))
        self._mask(path, 0o666 if new else None)

    def open(self, path: str, how: str = "r") -> Stream:
        """Open a file: "r", "w", "a" or "r+". Close it with `proc.close`; what is left open is closed at the end."""
        self._spend()
        new = how != "r" and self._masked(path)
        stream = self._already_open(path) or self.process.group.files.open(self.path(path), how)
        self._mask(path, 0o666 if new else None)
        hold(self.process, stream)
        return stream

    def _masked(self, path: str) -> bool:
        """Whether something new would not get the usual permission bits."""
        return self.process.umask != USUAL_UMASK and not self.process.group.files.exists(self.path(path))

    def _mask(self, path: str, bits: int | None) -> None:
        """Give something new its permission bits, less those of the umask."""
        if bits is not None:
            self.process.group.files.chmod(self.path(path), bits & ~self.process.umask)

    def _already_open(self, path: str) -> Stream | None:
        """/dev/stdout, /dev/fd/N, /proc/PID/fd/N: what a process has open already."""
        match = _OPEN_FILE.fullmatch(path)
        if match is None:
            return None
        process: Process | None = self.process
        if match["pid"] and match["pid"] != "self":
            process = self.process.ns.processes.get(int(match["pid"]))
        number = _STANDARD[match["name"]] if match["name"] else int(match["fd"] or match["other"])
        stream = process.fds.get(number) if process is not None else None
        if stream is None:
            raise no_entry(path)
        return stream

    def _spend(self) -> None:
        """Count a call that takes no time: a program that only makes such calls hangs."""
        process = self.process
        process.calls += 1
        if process.calls > CALLS:
            name = getattr(process.program, "__name__", "the program")
            raise RuntimeError(f"{name}() made {CALLS} calls without a `yield`; put `yield proc.sleep(…)` in its loop")

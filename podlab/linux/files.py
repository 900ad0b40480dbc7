"""What the processes of a container see of the trees they are given: paths, links, mounts, open files."""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from podlab.linux.fifo import Fifo
from podlab.linux.streams import Mode, Stream, Zero
from podlab.linux.tree import Device, Directory, File, Link, Mount, Node, Window
from podlab.linux.waits import Done, Failure, Wait

MOST_LINKS = 40
"""Symbolic links followed for one path, as on Linux; then ELOOP."""


def error(code: int, path: str, text: str) -> OSError:
    """An `OSError` of the right class, with the system's words."""
    return OSError(code, text, path)


def no_entry(path: str) -> OSError:
    """ENOENT."""
    return error(errno.ENOENT, path, "No such file or directory")


def _names(path: str) -> list[str]:
    """The names of a path, the last one first."""
    return [part for part in path.split("/") if part and part != "."][::-1]


@lru_cache(maxsize=1024)
def _parts(path: str) -> tuple[str, ...]:
    """The names a path consists of."""
    return tuple(part for part in posixpath.normpath(path).split("/") if part)


class FileHost(Protocol):
    """What `Files` needs to know of the world: the time."""

    @property
    def now(self) -> float:
        """Seconds of virtual time."""


class Files:
    """What the processes of one container see: a mount namespace. Paths are absolute, errors the system's own.

    `known` remembers where programs of the image have been found; None when a volume hides some of them.
    """

    __slots__ = ("_clock", "known", "readonly", "root")

    def __init__(
        self,
        root: Directory,
        clock: FileHost,
        readonly: bool = False,
        known: dict[str, tuple[str, File]] | None = None,
    ) -> None:
        self.root = root
        self.known = known
        self.readonly = readonly
        self._clock = clock

    def mount(self, path: str, target: Node, readonly: bool = False) -> None:
        """Let `target` be seen at `path`, making the directories on the way. At "/" it takes the place of all else."""
        parts = _parts(path)
        if not parts:
            if not isinstance(target, Directory):
                raise error(errno.ENOTDIR, path, "Not a directory")
            self.root, self.readonly = Window(target), self.readonly or readonly
            return
        *above, name = parts
        here = self.root
        for part in above:
            node = here.own(part)
            inside = node.target if isinstance(node, Mount) else node
            if inside is None:
                inside = node = here.make(part)
            if not isinstance(inside, Directory):
                raise error(errno.ENOTDIR, path, "Not a directory")
            if isinstance(here, Window) or isinstance(node, Mount):
                # Others see this directory too: what is mounted in it is for this container only.
                inside = Window(inside)
                here.cover(part, Mount(inside, isinstance(node, Mount) and node.readonly))
            here = inside
        here.cover(name, Mount(target, readonly))

    # ---- finding

    def find(self, path: str, *, follow: bool = True) -> Node:
        """The node at `path`; a link at its end is followed unless `follow` is false.

        Errors: ENOENT, ENOTDIR, ELOOP.
        """
        node, _ = self._walk(path, follow, False)
        return node

    def _walk(self, path: str, follow: bool, own: bool) -> tuple[Node, bool]:
        """The node at `path` and whether it is read-only; with `own`, everything on the way is copied up.

        Names still to come wait in `pending`, so a link costs what its target has of names, and `MOST_LINKS` end every
        circle. Models Linux fs/namei.c.
        """
        top = (self.root, self.readonly)
        trail: list[tuple[Node, bool]] = [top]
        pending = _names(path)
        follow = follow or path.endswith("/")
        links = 0
        while pending:
            part = pending.pop()
            here, readonly = trail[-1]
            if not isinstance(here, Directory):
                raise error(errno.ENOTDIR, path, "Not a directory")
            if part == "..":
                if len(trail) > 1:
                    trail.pop()
                continue
            node = here.own(part) if own else here.get(part)
            if node is None:
                raise no_entry(path)
            if isinstance(node, Mount):
                readonly = node.readonly
                node = node.target
            elif isinstance(node, Link) and (follow or pending):
                links += 1
                if links > MOST_LINKS:
                    raise error(errno.ELOOP, path, "Too many levels of symbolic links")
                if node.behind is None:
                    if node.target.startswith("/"):
                        trail = [top]
                    pending += _names(node.target)
                    continue
                node = node.behind
            trail.append((node, readonly))
        if path.endswith("/") and path.strip("/") and not isinstance(trail[-1][0], Directory):
            raise error(errno.ENOTDIR, path, "Not a directory")
        return trail[-1]

    def _folder(self, path: str) -> tuple[Directory, str]:
        """The directory that holds (or would hold) `path`, ready to be changed, and the last name."""
        folder, name = posixpath.split(path.rstrip("/") or "/")
        node, readonly = self._walk(folder, True, True)
        if not isinstance(node, Directory):
            raise error(errno.ENOTDIR, path, "Not a directory")
        if readonly:
            raise error(errno.EROFS, path, "Read-only file system")
        return node, name

    def _changing(self, path: str) -> Node:
        """The node at `path`, ready to be changed."""
        node, readonly = self._walk(path, True, True)
        if readonly and not isinstance(node, Device):
            raise error(errno.EROFS, path, "Read-only file system")
        return node

    def exists(self, path: str) -> bool:
        """Whether something is there (a dangling link is not)."""
        try:
            self.find(path)
        except OSError:
            return False
        return True

    def listdir(self, path: str) -> list[str]:
        """The names in a directory, sorted. Errors: ENOENT, ENOTDIR."""
        node = self.find(path)
        if not isinstance(node, Directory):
            raise error(errno.ENOTDIR, path, "Not a directory")
        return node.names()

    def walk(self, path: str) -> Iterator[tuple[str, Node]]:
        """Every path below `path` with its node, depth first; links are not followed.

        What goes away while the walk lasts is left out; a directory that is on its own way down is not entered again.
        """
        waiting: list[tuple[str, tuple[Node, ...]]] = [(path, ())]
        while waiting:
            here, above = waiting.pop()
            try:
                node = self.find(here, follow=False)
            except OSError:
                if not above:
                    raise
                continue
            yield here, node
            if isinstance(node, Directory) and not any(node is one for one in above):
                below = (*above, node)
                waiting += [(posixpath.join(here, name), below) for name in reversed(node.names())]

    # ---- reading and writing

    def read(self, path: str) -> str:
        """The text of a file. Errors: ENOENT, EISDIR …"""
        node = self.find(path)
        if isinstance(node, File):
            return node.text
        if isinstance(node, Directory):
            raise error(errno.EISDIR, path, "Is a directory")
        if isinstance(node, Device) and not isinstance(node.stream, Zero):
            return ""
        raise error(errno.EINVAL, path, "Invalid argument")

    def write(self, path: str, text: str, *, append: bool = False) -> None:
        """Write a file, made when missing. Errors: ENOENT (no such directory), EISDIR, EROFS, ENOSPC."""
        self.open(path, "a" if append else "w").write(text)

    def open(self, path: str, how: str = "r") -> Stream:
        """Open for reading (`r`), writing (`w`), appending (`a`), or both without emptying it (`r+`)."""
        if how == "r":
            node = self.find(path)
        else:
            try:
                node = self._changing(path)
            except FileNotFoundError:
                if how == "r+" or path.endswith("/"):
                    raise
                node = File(mtime=self._clock.now)
                folder, name = self._folder(path)
                below = folder.get(name)
                if isinstance(below, Link):
                    return self.open(posixpath.join(posixpath.dirname(path), below.target), how)
                folder.put(name, node, self._clock.now)
        if isinstance(node, Device):
            return node.stream
        if isinstance(node, Fifo):
            return node.open(how)
        if isinstance(node, Directory):
            if how == "r":
                return _OpenDirectory(path)
            raise error(errno.EISDIR, path, "Is a directory")
        if not isinstance(node, File):
            raise error(errno.ENXIO, path, "No such device or address")
        if how == "w":
            node.set("", self._clock.now)
        return OpenFile(node, self._clock, append=how == "a", writable=how != "r", path=path)

    def mkdir(self, path: str, *, parents: bool = False) -> None:
        """Make a directory; with `parents` also those above, and it may be there already. Errors: EEXIST, ENOENT …"""
        if self.exists(path):
            if parents and isinstance(self.find(path), Directory):
                return
            raise error(errno.EEXIST, path, "File exists")
        if parents:
            above = posixpath.dirname(path.rstrip("/"))
            if above not in ("", "/"):
                self.mkdir(above, parents=True)
        folder, name = self._folder(path)
        folder.put(name, Directory(mtime=self._clock.now), self._clock.now)

    def remove(self, path: str) -> None:
        """Take a file's name away. Errors: ENOENT, EISDIR, EBUSY (a mount point), EROFS."""
        self._take_away(path, directory=False)

    def rmdir(self, path: str) -> None:
        """Remove an empty directory. Errors: ENOENT, ENOTDIR, ENOTEMPTY, EBUSY, EROFS."""
        self._take_away(path, directory=True)

    def _take_away(self, path: str, *, directory: bool) -> None:
        folder, name = self._folder(path)
        node = folder.get(name)
        if node is None:
            raise no_entry(path)
        if isinstance(node, Mount):
            raise error(errno.EBUSY, path, "Device or resource busy")
        if directory:
            if not isinstance(node, Directory):
                raise error(errno.ENOTDIR, path, "Not a directory")
            if node.names():
                raise error(errno.ENOTEMPTY, path, "Directory not empty")
        elif isinstance(node, Directory):
            raise error(errno.EISDIR, path, "Is a directory")
        folder.drop(name, self._clock.now)
        node.links -= 1

    def rename(self, old: str, new: str) -> None:
        """Move a name; a file already there is replaced. Errors: as for `remove`, ENOTEMPTY, EINVAL."""
        source, name = self._folder(old)
        node = source.own(name)
        if node is None:
            raise no_entry(old)
        if isinstance(node, Mount):
            raise error(errno.EBUSY, old, "Resource busy")
        target, new_name = self._folder(new)
        there = target.get(new_name)
        if there is node:
            return
        if isinstance(there, Directory) and (not isinstance(node, Directory) or there.names()):
            raise error(errno.ENOTEMPTY, new, "Directory not empty")
        if isinstance(node, Directory) and (new.rstrip("/") + "/").startswith(old.rstrip("/") + "/"):
            raise error(errno.EINVAL, new, "Invalid argument")
        target.put(new_name, node, self._clock.now)
        source.drop(name, self._clock.now)

    def copy(self, old: str, new: str) -> None:
        """Copy a file's content and permission bits; a copy of a program is a program. Errors: as for `write`."""
        node = self.find(old)
        if not isinstance(node, File):
            self.write(new, self.read(old))
            return
        text, mode, program = node.text, node.mode, node.program
        self.write(new, text)
        target = self._changing(new)
        if isinstance(target, File):
            target.mode, target.program = mode, program

    def symlink(self, target: str, path: str) -> None:
        """Make a symbolic link at `path`. Errors: EEXIST, ENOENT, EROFS."""
        self.place(path, Link(target, self._clock.now))

    def place(self, path: str, node: Node) -> None:
        """Give a new node a name. Errors: EEXIST, ENOENT, EROFS."""
        folder, name = self._folder(path)
        if folder.get(name) is not None:
            raise error(errno.EEXIST, path, "File exists")
        folder.put(name, node, self._clock.now)

    def chmod(self, path: str, mode: int) -> None:
        """Change the permission bits. Errors: ENOENT, EROFS."""
        self._changing(path).mode = mode

    def chown(self, path: str, uid: int, gid: int) -> None:
        """Change the owner. Errors: ENOENT, EROFS."""
        node = self._changing(path)
        node.uid, node.gid = uid, gid

    def set_time(self, path: str, mtime: float) -> None:
        """Say when something was changed last. Errors: ENOENT, EROFS."""
        self._changing(path).mtime = mtime

    def touch(self, path: str) -> None:
        """Make an empty file, or set the time of what is there to now. Errors: ENOENT, EROFS."""
        if self.exists(path):
            self._changing(path).mtime = self._clock.now
        else:
            self.open(path, "a")


class OpenFile(Stream):
    """A regular file opened by a process: it has a position of its own and outlives the file's name."""

    __slots__ = ("_append", "_clock", "_file", "_position", "_writable", "path")

    def __init__(
        self, file: File, clock: FileHost, *, append: bool = False, writable: bool = False, path: str = ""
    ) -> None:
        super().__init__()
        self.path = path
        self._file = file
        self._clock = clock
        self._append = append
        self._writable = writable
        self._position = 0

    @property
    def file(self) -> File:
        """The file that is open."""
        return self._file

    def write(self, text: str) -> None:
        """Write at the position (at the end, when opened for appending)."""
        if not self._writable:
            raise OSError(errno.EBADF, "Bad file descriptor")
        if self._append or self._position == self._file.length:
            self._file.append(text, self._clock.now)
            self._position = self._file.length
            return
        old = self._file.text
        before = old[: self._position].ljust(self._position, "\0")
        self._position += len(text)
        self._file.set(before + text + old[self._position :], self._clock.now)

    def read(self, mode: Mode = "some") -> Wait:
        """What follows: the rest, or a line of it."""
        text = self._file.text
        end = len(text)
        if mode == "line":
            found = text.find("\n", self._position)
            end = found + 1 if found >= 0 else end
        part = text[self._position : end]
        self._position = max(end, self._position)
        return Done(part)


class _OpenDirectory(Stream):
    """A directory opened like a file: it cannot be read like one."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def read(self, mode: Mode = "some") -> Wait:
        """EISDIR."""
        return Done(Failure(error(errno.EISDIR, self._path, "Is a directory")))

"""Trees of files in memory: what there can be in a directory, and directories that lie over each other.

A container's root is a thin `Directory` over its image's (as overlayfs does it): what is read comes from below, what is
changed is first copied up. A volume is a `Directory` of its own, put into any number of trees as a `Mount`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Any

from podlab.linux.streams import Stream

MAX_FILE = 64 << 20
"""Characters a file may hold; then the disk is full (ENOSPC)."""


class Node:
    """Something that has a name in a directory. `mode` are the permission bits, `mtime` seconds of virtual time.

    `links` counts its names. `uid` and `gid` are its owner, as `chown` has set it; podlab checks no permissions.
    """

    __slots__ = ("gid", "links", "mode", "mtime", "uid")
    kind = "?"

    def __init__(self, mode: int, mtime: float = 0.0) -> None:
        self.mode = mode
        self.mtime = mtime
        self.uid = self.gid = 0
        self.links = 1

    @property
    def size(self) -> int:
        """Bytes."""
        return 0


class File(Node):
    """A regular file. `program` is what runs when it is executed: a name in the registry, or the program itself."""

    __slots__ = ("_parts", "length", "program")
    kind = "-"

    def __init__(self, text: str = "", mode: int = 0o644, mtime: float = 0.0, program: Any = None) -> None:
        super().__init__(mode, mtime)
        self._parts = [text] if text else []
        self.length = len(text)
        self.program = program

    @property
    def text(self) -> str:
        """What it holds."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.text.encode("utf-8", "surrogateescape"))

    def set(self, text: str, now: float) -> None:
        """Replace what it holds."""
        self._check(len(text))
        self._parts = [text] if text else []
        self.length = len(text)
        self.mtime = now
        self.program = None

    def append(self, text: str, now: float) -> None:
        """Add at the end."""
        self._check(self.length + len(text))
        self._parts.append(text)
        self.length += len(text)
        self.mtime = now
        self.program = None

    def copy(self) -> File:
        """Another file with the same content."""
        other = File(self.text, self.mode, self.mtime, self.program)
        other.uid, other.gid = self.uid, self.gid
        return other

    @staticmethod
    def _check(length: int) -> None:
        if length > MAX_FILE:
            raise OSError(errno.ENOSPC, "No space left on device")


class Device(Node):
    """/dev/null, /dev/zero: something that is opened rather than stored."""

    __slots__ = ("stream",)
    kind = "c"

    def __init__(self, stream: Stream) -> None:
        super().__init__(0o666)
        self.stream = stream


class Link(Node):
    """A symbolic link. `behind` is set for a link of /proc that leads to a node rather than to a path."""

    __slots__ = ("behind", "target")
    kind = "l"

    def __init__(self, target: str, mtime: float = 0.0, behind: Node | None = None) -> None:
        super().__init__(0o777, mtime)
        self.target = target
        self.behind = behind


class Socket(Node):
    """A Unix socket's name in the tree. `listener` is who accepts there (None: nobody any more)."""

    __slots__ = ("listener",)
    kind = "s"

    def __init__(self, listener: Any, mtime: float = 0.0) -> None:
        super().__init__(0o755, mtime)
        self.listener = listener


class Directory(Node):
    """Names to nodes, possibly over a `lower` directory that shows through where this one says nothing."""

    __slots__ = ("_entries", "lower")
    kind = "d"

    def __init__(self, lower: Directory | None = None, mode: int = 0o755, mtime: float = 0.0) -> None:
        super().__init__(mode, mtime)
        self._entries: dict[str, Node | None] = {}
        self.lower = lower

    @property
    def size(self) -> int:
        """Bytes, as every directory shows them."""
        return 4096

    def get(self, name: str) -> Node | None:
        """The node of that name, here or below."""
        if name in self._entries:
            return self._entries[name]
        return self.lower.get(name) if self.lower is not None else None

    def own(self, name: str) -> Node | None:
        """The node of that name, copied up when it lies below, so that it may be changed."""
        if name in self._entries:
            return self._entries[name]
        below = self.lower.get(name) if self.lower is not None else None
        if isinstance(below, Directory) and type(below) is Directory:
            owner = below.uid, below.gid
            below = Directory(below, below.mode, below.mtime)
            below.uid, below.gid = owner
        elif isinstance(below, File):
            below = below.copy()
        if below is not None:
            self._entries[name] = below
        return below

    def put(self, name: str, node: Node, now: float = 0.0) -> None:
        """Give a node this name."""
        self._entries[name] = node
        self.mtime = now

    def cover(self, name: str, mount: Mount) -> None:
        """Mount something at this name."""
        self._entries[name] = mount

    def drop(self, name: str, now: float = 0.0) -> None:
        """Take a name away; what lies below stays hidden."""
        if self.lower is not None and self.lower.get(name) is not None:
            self._entries[name] = None
        else:
            self._entries.pop(name, None)
        self.mtime = now

    def names(self) -> list[str]:
        """All names, sorted."""
        names = set(self.lower.names()) if self.lower is not None else set()
        for name, node in self._entries.items():
            (names.discard if node is None else names.add)(name)
        return sorted(names)

    def mount_points(self) -> list[str]:
        """The names here under which something is mounted, or may be further down, sorted.

        A mount makes the directories on its way its own, so what only the layer below knows need not be looked at.
        """
        names = set(self.lower.mount_points()) if self.lower is not None else set()
        names.update(name for name, node in self._entries.items() if isinstance(node, Mount | Directory))
        return sorted(names)

    def changes(self, names: frozenset[str]) -> bool:
        """Whether this directory says anything of its own about one of these names."""
        return not names.isdisjoint(self._entries)

    def make(self, path: str) -> Directory:
        """The directory at a relative path, made where it is missing."""
        here = self
        for part in path.split("/"):
            if part:
                node = here.own(part)
                if not isinstance(node, Directory):
                    node = Directory()
                    here.put(part, node)
                here = node
        return here

    def add(self, path: str, node: Node) -> None:
        """Put a node at a relative path, making the directories on the way."""
        folder, _, name = path.rstrip("/").rpartition("/")
        self.make(folder).put(name, node)


class Mount(Node):
    """Another tree, or a single file of one, seen at this name."""

    __slots__ = ("readonly", "target")
    kind = "m"

    def __init__(self, target: Node, readonly: bool = False) -> None:
        super().__init__(target.mode)
        self.target = target
        self.readonly = readonly


class Window(Directory):
    """A directory, with something mounted in it that only those see who look through this window."""

    __slots__ = ("_behind",)

    def __init__(self, behind: Directory) -> None:
        super().__init__(mode=behind.mode, mtime=behind.mtime)
        self._behind = behind

    def get(self, name: str) -> Node | None:
        """What is mounted here, or lies behind."""
        return self._entries.get(name) or self._behind.get(name)

    def own(self, name: str) -> Node | None:
        """The same, ready to be changed."""
        return self._entries.get(name) or self._behind.own(name)

    def put(self, name: str, node: Node, now: float = 0.0) -> None:
        """Give a node this name, for all to see."""
        self._behind.put(name, node, now)

    def cover(self, name: str, mount: Mount) -> None:
        """Mount something at this name; behind it, all others see where."""
        if self._behind.get(name) is None:
            self._behind.put(name, Directory() if isinstance(mount.target, Directory) else File())
        super().cover(name, mount)

    def mount_points(self) -> list[str]:
        """As for any directory: what is mounted in this window, and behind it."""
        return sorted({*super().mount_points(), *self._behind.mount_points()})

    def drop(self, name: str, now: float = 0.0) -> None:
        """Take a name away, for all."""
        self._behind.drop(name, now)

    def names(self) -> list[str]:
        """All names, sorted."""
        return self._behind.names()


def tree(files: Mapping[str, str | Node]) -> Directory:
    """A directory with these files: relative path to text or node."""
    root = Directory()
    for path, what in files.items():
        root.add(path, File(what) if isinstance(what, str) else what)
    return root

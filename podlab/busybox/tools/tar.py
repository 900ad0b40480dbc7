"""`tar`: write, list and unpack archives. Models busybox archival/tar.c; the format is Python's `tarfile`."""

from __future__ import annotations

import fnmatch
import io
import posixpath
import tarfile
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.compressors import DamagedError, text_of, unzipped
from podlab.busybox.tools.lines import opened, split, whole
from podlab.busybox.tools.sums import data_of
from podlab.busybox.tools_date import EPOCH, stamp
from podlab.linux.program import Proc
from podlab.linux.tree import File, Link, Node

Steps = Generator[Any, Any, int]
_LONG = {"list": "t", "extract": "x", "directory": "C", "file": "f", "to-stdout": "O", "create": "c", "verbose": "v"}
_LONG |= {"files-from": "T", "exclude-from": "X", "gzip": "z", "bzip2": "j", "xz": "J", "dereference": "h"}
_LONG |= {"touch": "m", "same-owner": "-", "no-same-owner": "o", "exclude": "e", "strip-components": "s"}
_LONG |= {"auto-compress": "a", "keep-old": "k", "overwrite": "w", "no-same-permissions": "n"}
_LONG |= {"numeric-owner": "N", "no-recursion": "R", "same-permissions": "p", "preserve-permissions": "p"}
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ": "lzma"}
_BLOCK = 512


@tool("tar")
def _tar(proc: Proc, argv: Sequence[str]) -> Steps:
    words = list(argv)
    if len(words) > 1 and not words[1].startswith("-"):
        words[1] = "-" + words[1]
    opts = options.parse(words, "txC:f:OpvcT:X:kzjJZahmowe:s:nNR", _LONG)
    if sum(letter in opts for letter in "txc") != 1:
        raise UsageError
    archive = opts.get("f", "-")
    if "c" in opts:
        return (yield from _create(proc, opts, archive))
    data = data_of((yield from whole(_archive(proc, archive))))
    _enter(proc, opts)
    if opts.has("zjJ") and not any(data.startswith(magic) for magic in _PACKED):
        proc.err("tar: invalid magic")
        raise ToolError("short read")
    return (yield from _read(proc, opts, _plain(data)))


def _archive(proc: Proc, path: str) -> Any:
    try:
        return opened(proc, path)
    except OSError as problem:
        raise ToolError(f"can't open '{path}': {problem.strerror}") from None


def _enter(proc: Proc, opts: options.Options) -> None:
    """Do what follows in the directory of -C."""
    if "C" in opts:
        try:
            proc.chdir(opts["C"])
        except OSError as problem:
            raise ToolError(f"can't change directory to '{opts['C']}': {problem.strerror}") from None


def _listed(proc: Proc, opts: options.Options, letter: str) -> list[str]:
    """The names that stand in the files given with -T or -X."""
    return [line for path in opts.all_of(letter) for line in split(proc.read_file(path)) if line]


# ---- to write one


@dataclass
class _Writer:
    """An archive that is being made: its bytes, and what went wrong."""

    proc: Proc
    tell: Callable[[str], None]
    excluded: list[str]
    follow: bool
    parts: list[bytes] = field(default_factory=list)
    failed: bool = False
    stripped: bool = False

    def add(self, path: str) -> None:
        """Add a file, or a directory with all that is below."""
        name = path.lstrip("/")
        if name != path and not self.stripped:
            self.stripped = True
            self.proc.err("tar: removing leading '/' from member names")
        if any(_matches(name, one) for one in self.excluded):
            return
        try:
            node = self.proc.stat(path, follow=self.follow)
        except OSError as problem:
            self.proc.err(f"tar: {path}: {problem.strerror}")
            self.failed = True
            return
        if node.kind == "s":
            self.proc.err(f"tar: {path}: socket ignored")
            return
        shown = name.rstrip("/") + "/" if node.kind == "d" and name else name
        if shown:
            self.tell(shown)
            self._member(shown, node)
        if node.kind == "d":
            for below in self.proc.listdir(path):
                self.add(f"{path.rstrip('/')}/{below}")

    def _member(self, name: str, node: Node) -> None:
        entry = tarfile.TarInfo(name.rstrip("/"))
        entry.mode, entry.mtime = node.mode, int(EPOCH.timestamp() + node.mtime)
        entry.uname = entry.gname = "root"
        content = b""
        if isinstance(node, Link):
            entry.type, entry.linkname = tarfile.SYMTYPE, node.target
        elif isinstance(node, File):
            content = data_of(node.text)
            entry.size = len(content)
        else:
            entry.type = {"d": tarfile.DIRTYPE, "p": tarfile.FIFOTYPE}.get(node.kind, tarfile.CHRTYPE)
        self.parts += [entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"), content]
        self.parts.append(bytes(-len(content) % _BLOCK))


def _create(proc: Proc, opts: options.Options, archive: str) -> Steps:
    words = opts.words + _listed(proc, opts, "T")
    if not words:
        raise ToolError("empty archive")
    target = proc.path(archive)
    verbose = proc.err if archive == "-" else proc.print
    writer = _Writer(
        proc,
        verbose if "v" in opts else lambda _: None,
        [*opts.all_of("e"), *_listed(proc, opts, "X")],
        "h" in opts,
    )
    if archive != "-":
        proc.write_file(target, "")
    _enter(proc, opts)
    for word in words:
        writer.add(word)
        yield proc.step()
    data = _compressed(b"".join(writer.parts) + bytes(2 * _BLOCK), opts, archive)
    if archive == "-":
        proc.write(text_of(data))
        yield proc.flush()
    else:
        proc.write_file(target, text_of(data))
    if writer.failed:
        raise ToolError("error exit delayed from previous errors")
    return 0


def _compressed(data: bytes, opts: options.Options, archive: str) -> bytes:
    """Packed as -z and -j say, or with -a the name."""
    from importlib import import_module

    by_name = {".gz": "z", ".tgz": "z", ".bz2": "j", ".tbz": "j"}
    wanted = by_name.get(posixpath.splitext(archive)[1], "") if "a" in opts else ""
    if "z" in opts or wanted == "z":
        return bytes(import_module("gzip").compress(data, 6, mtime=0))
    if "j" in opts or wanted == "j":
        return bytes(import_module("bz2").compress(data))
    if opts.has("JZ"):
        raise ToolError("podlab's tar packs with -z and -j only")
    return data


# ---- to read one


def _plain(data: bytes) -> bytes:
    """The archive, unpacked if it is packed: busybox looks at how it begins, not at the option."""
    from importlib import import_module

    packed = next((module for magic, module in _PACKED.items() if data.startswith(magic)), None)
    if packed == "gzip":
        try:
            return unzipped(data)
        except DamagedError as problem:
            raise ToolError(str(problem)) from None
    if packed is not None:
        return bytes(import_module(packed).decompress(data))
    return data


def _members(data: bytes) -> Iterable[tuple[tarfile.TarInfo, bytes]]:
    """The members with their bytes. Errors: `ToolError`."""
    if len(data) < _BLOCK:
        raise ToolError("short read")
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
            for entry in archive:
                file = archive.extractfile(entry) if entry.isreg() else None
                yield entry, file.read() if file is not None else b""
    except tarfile.TarError:
        if not data.strip(b"\0"):
            return
        raise ToolError("invalid tar magic") from None


def _matches(name: str, wanted: str) -> bool:
    """Whether a member is meant: it, what is below it, or a pattern."""
    name, wanted = name.rstrip("/"), wanted.rstrip("/")
    return name == wanted or name.startswith(wanted + "/") or fnmatch.fnmatchcase(name, wanted)


def _read(proc: Proc, opts: options.Options, data: bytes) -> Steps:
    """List or unpack."""
    wanted = opts.words + _listed(proc, opts, "T")
    unwanted = [*opts.all_of("e"), *_listed(proc, opts, "X")]
    strip = options.unsigned(opts.get("s", "0"))
    seen: set[str] = set()
    for entry, content in _members(data):
        yield proc.step()
        name = _safe(proc, entry)
        hits = [one for one in wanted if _matches(name, one)]
        seen.update(hits)
        if (wanted and not hits) or any(_matches(name, one) for one in unwanted):
            continue
        name = "/".join(name.rstrip("/").split("/")[strip:])
        if not name:
            continue
        shown = name + ("/" if entry.isdir() else "")
        if "t" in opts:
            proc.print(_line(entry, shown) if "v" in opts else shown)
            continue
        if "v" in opts:
            (proc.err if "O" in opts else proc.print)(shown)
        if "O" in opts:
            proc.write(text_of(content))
        else:
            _unpack(proc, opts, name, entry, content)
    missing = [one for one in wanted if one not in seen]
    if missing:
        raise ToolError(f"{missing[0]}: not found in archive")
    return 0


def _safe(proc: Proc, entry: tarfile.TarInfo) -> str:
    """A member's name that stays below the directory. Errors: `ToolError`."""
    name = entry.name
    if ".." in name.split("/"):
        raise ToolError(f"name with '..' skipped: '{name}'")
    return name.lstrip("/")


def _line(entry: tarfile.TarInfo, name: str) -> str:
    """A line of `tar tv`."""
    kind = "d" if entry.isdir() else "l" if entry.issym() else "p" if entry.isfifo() else "-"
    bits = "".join(letter if entry.mode >> 8 - at & 1 else "-" for at, letter in enumerate("rwxrwxrwx"))
    when = stamp(datetime.fromtimestamp(entry.mtime, UTC), "%F %T")
    owner = f"{entry.uname or entry.uid}/{entry.gname or entry.gid}"
    link = f" -> {entry.linkname}" if entry.issym() or entry.islnk() else ""
    return f"{kind}{bits} {owner} {entry.size:9} {when} {name}{link}"


def _unpack(proc: Proc, opts: options.Options, name: str, entry: tarfile.TarInfo, content: bytes) -> None:
    """Make a file, a directory or a link."""
    above = posixpath.dirname(name)
    if above and not proc.exists(above):
        proc.mkdir(above, parents=True)
    if entry.isdir():
        if not proc.exists(name):
            proc.mkdir(name)
    else:
        if _there(proc, name):
            if "k" in opts:
                return
            if "w" not in opts:
                _take_away(proc, name)
        if entry.issym():
            proc.symlink(entry.linkname, name)
            return
        if entry.islnk():
            proc.process.group.files.place(proc.path(name), proc.stat(entry.linkname))
            return
        proc.write_file(name, text_of(content))
    proc.chmod(name, entry.mode & 0o7777)
    if "m" not in opts:
        proc.set_time(name, entry.mtime - EPOCH.timestamp())


def _there(proc: Proc, path: str) -> bool:
    try:
        proc.stat(path, follow=False)
    except OSError:
        return False
    return True


def _take_away(proc: Proc, path: str) -> None:
    try:
        proc.remove(path)
    except OSError as problem:
        raise ToolError(f"can't remove old file {path}: {problem.strerror}") from None

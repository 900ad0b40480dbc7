"""gzip, bzip2 and xz with their other names. Models busybox archival/gzip.c, bzip2.c and bbunzip.c."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened, whole
from podlab.busybox.tools.sums import data_of
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


class DamagedError(Exception):
    """The data is not what the tool can unpack; the words are busybox's."""


def text_of(data: bytes) -> str:
    """Bytes as a stream carries them."""
    return data.decode("utf-8", "surrogateescape")


def unzipped(data: bytes) -> bytes:
    """What gzip has packed, all members of it. Errors: `DamagedError`."""
    parts = []
    while data[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(31)
        try:
            parts.append(unpack.decompress(data))
        except zlib.error as problem:
            raise DamagedError("crc error" if "incorrect" in str(problem) else "corrupted data") from None
        if not unpack.eof:
            raise DamagedError("unexpected end of file")
        data = unpack.unused_data
    if not parts:
        raise DamagedError("invalid magic" if len(data) > 1 else "short read")
    return b"".join(parts)


def _other(module: str, magic: bytes) -> Callable[[bytes], bytes]:
    """Unpack with a module of Python's that is only loaded when it is needed."""

    def unpack(data: bytes) -> bytes:
        if not data.startswith(magic):
            raise DamagedError("invalid magic" if len(data) >= len(magic) else "short read")
        try:
            return bytes(import_module(module).decompress(data))
        except (OSError, ValueError, EOFError, import_module("lzma").LZMAError):
            raise DamagedError("corrupted data") from None

    return unpack


@dataclass(frozen=True)
class _Format:
    """A way to pack. `pack` None: busybox can only unpack it."""

    packer: str
    unpacker: str
    suffixes: dict[str, str]
    unpack: Callable[[bytes], bytes]
    pack: Callable[[bytes], bytes] | None


_GZIP = _Format("gzip", "gunzip", {".gz": "", ".tgz": ".tar"}, unzipped, lambda data: gzip.compress(data, 6, mtime=0))
_BZIP2 = _Format(
    "bzip2",
    "bunzip2",
    {".bz2": "", ".tbz": ".tar"},
    _other("bz2", b"BZh"),
    lambda data: bytes(import_module("bz2").compress(data)),
)
_XZ = _Format("xz", "unxz", {".xz": "", ".txz": ".tar"}, _other("lzma", b"\xfd7zXZ\0"), None)
_FORMATS = {"gzip": _GZIP, "gunzip": _GZIP, "zcat": _GZIP, "bzip2": _BZIP2, "bunzip2": _BZIP2, "bzcat": _BZIP2}
_FORMATS |= {"xz": _XZ, "unxz": _XZ, "xzcat": _XZ}
_LONG = {"stdout": "c", "to-stdout": "c", "force": "f", "test": "t", "verbose": "v", "decompress": "d"}
_LONG |= {"uncompress": "d", "quiet": "q", "fast": "1", "best": "9", "no-name": "n", "keep": "k"}


@tool(*_FORMATS)
def _compressor(proc: Proc, argv: Sequence[str]) -> Steps:
    name = argv[0].rpartition("/")[2]
    form = _FORMATS[name]
    packs = name == form.packer
    opts = options.parse(argv, "cfkdtvq" + ("n123456789" if packs else ""), _LONG if form is _GZIP else {})
    unpacks = not packs or opts.has("dt")
    if not unpacks and form.pack is None:
        raise UsageError
    to_stdout = "c" in opts or name.endswith("cat")
    status = 0
    for path in opts.words or ["-"]:
        try:
            yield from _one(proc, form, path, opts, unpacks=unpacks, to_stdout=to_stdout)
        except (ToolError, OSError, DamagedError) as problem:
            text = f"{path}: {problem.strerror}" if isinstance(problem, OSError) else problem
            proc.err(f"{name}: {text}")
            status = 1
    return status


def _one(
    proc: Proc, form: _Format, path: str, opts: options.Options, *, unpacks: bool, to_stdout: bool
) -> Generator[Any, Any, None]:
    """Pack or unpack a file (or stdin), and put the result where it belongs."""
    stream = opened(proc, path)
    target = ""
    if path != "-" and not to_stdout and "t" not in opts:
        if proc.stat(path).kind == "d":
            raise ToolError(f"{path}: Is a directory" if unpacks else f"{path} is a directory")
        target = _target(proc, form, path, unpacks=unpacks, force="f" in opts)
    data = data_of((yield from whole(stream)))
    if unpacks and to_stdout and "f" in opts and form is _GZIP and data[:2] != b"\x1f\x8b":
        result = data
    elif unpacks:
        result = form.unpack(data)
    else:
        assert form.pack is not None
        result = form.pack(data)
    if "t" in opts:
        return
    if not target:
        proc.write(text_of(result))
        return
    proc.write_file(target, text_of(result))
    proc.chmod(target, proc.stat(path).mode)
    if "k" not in opts:
        proc.remove(path)


def _target(proc: Proc, form: _Format, path: str, *, unpacks: bool, force: bool) -> str:
    """The name of the file to write. Errors: `ToolError` when there is one already, or none can be told."""
    target = path + next(iter(form.suffixes))
    if unpacks:
        found = [path.removesuffix(end) + other for end, other in form.suffixes.items() if path.endswith(end)]
        if not found:
            raise ToolError(f"{path}: unknown suffix - ignored")
        target = found[0]
    if proc.exists(target) and not force:
        raise ToolError(f"can't open '{target}': File exists")
    return target

"""Check sums and base64. Models busybox coreutils/md5_sha1_sum.c, cksum.c and uudecode.c."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.tools.lines import opened, split, whole
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
_HASHES: dict[str, Callable[[bytes], str]] = {
    "md5sum": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha1sum": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "sha256sum": lambda data: hashlib.sha256(data).hexdigest(),
    "sha512sum": lambda data: hashlib.sha512(data).hexdigest(),
    "sha3sum": lambda data: hashlib.sha3_224(data).hexdigest(),
}
_SHA3 = {224: hashlib.sha3_224, 256: hashlib.sha3_256, 384: hashlib.sha3_384, 512: hashlib.sha3_512}


def data_of(text: str) -> bytes:
    """The bytes of a text."""
    return text.encode("utf-8", "surrogateescape")


@tool("md5sum", "sha1sum", "sha256sum", "sha512sum", "sha3sum")
def _sum(proc: Proc, argv: Sequence[str]) -> Steps:
    name = argv[0].rpartition("/")[2]
    opts = options.parse(argv, "scwba:" if name == "sha3sum" else "scwb")
    digest = _HASHES[name]
    if "a" in opts:
        width = options.unsigned(opts["a"])
        if width not in _SHA3:
            raise ToolError(f"bad -a{width}")
        digest = lambda data: _SHA3[width](data).hexdigest()  # noqa: E731  # a function by its width
    if "c" in opts:
        return (yield from _check(proc, name, digest, opts))
    status = 0
    for path in opts.words or ["-"]:
        text = yield from _told(proc, name, path)
        if text is None:
            status = 1
        else:
            proc.print(f"{digest(data_of(text))}  {path}")
    return status


def _told(proc: Proc, name: str, path: str) -> Generator[Any, Any, str | None]:
    """The text of a file, or None after saying why it cannot be read."""
    try:
        return (yield from whole(opened(proc, path)))
    except OSError as problem:
        proc.err(f"{name}: can't open '{path}': {problem.strerror}")
    except ToolError as problem:
        proc.err(f"{name}: can't read '{path}': {str(problem).removeprefix('read error: ')}")
    return None


def _check(proc: Proc, name: str, digest: Callable[[bytes], str], opts: options.Options) -> Steps:
    failed = total = 0
    for path in opts.words or ["-"]:
        before = total
        for line in split((yield from whole(opened(proc, path)))):
            total += 1
            wanted, separator, file = line.partition("  ")
            if not separator:
                failed += 1
                if "w" in opts:
                    proc.err(f"{name}: invalid format")
                continue
            text = yield from _told(proc, name, file)
            same = text is not None and digest(data_of(text)) == wanted.lower()
            failed += not same
            if "s" not in opts:
                proc.print(f"{file}: {'OK' if same else 'FAILED'}")
        if total == before:
            proc.err(f"{name}: {path}: no checksum lines found")
            return 1
    if failed and "s" not in opts:
        proc.err(f"{name}: WARNING: {failed} of {total} computed checksums did NOT match")
    return 1 if failed or not total else 0


@tool("crc32", "cksum")
def _crc(proc: Proc, argv: Sequence[str]) -> Steps:
    name = argv[0].rpartition("/")[2]
    opts = options.parse(argv, "")
    status = 0
    for path in opts.words or ["-"]:
        text = yield from _told(proc, name, path)
        if text is None:
            status = 1
            continue
        data = data_of(text)
        label = f" {path}" if opts.words else ""
        if name == "crc32":
            proc.print(f"{zlib.crc32(data):08x}{label}")
        else:
            proc.print(f"{_posix_crc(data)} {len(data)}{label}")
    return status


def _posix_crc(data: bytes) -> int:
    """The sum of POSIX `cksum`: the length follows the data."""
    size, extra = len(data), bytearray()
    while size:
        extra.append(size & 0xFF)
        size >>= 8
    crc = 0
    for byte in data + bytes(extra):
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc ^ 0xFFFFFFFF


@tool("base64")
def _base64(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "diw:", most=1)
    width = options.unsigned(opts["w"]) if "w" in opts else 76
    path = opts.words[0] if opts.words else "-"
    text = yield from whole(opened(proc, path))
    if "d" in opts:
        return _decode(proc, text)
    encoded = base64.b64encode(data_of(text)).decode()
    if width:
        proc.write("".join(encoded[at : at + width] + "\n" for at in range(0, len(encoded), width)))
    else:
        proc.write(encoded)
    return 0


def _decode(proc: Proc, text: str) -> int:
    """Decode what can be; characters that mean nothing are left out, what is left over is an error."""
    letters = "".join(char for char in text if char.isascii() and (char.isalnum() or char in "+/="))
    full = len(letters) // 4 * 4
    try:
        data = base64.b64decode(letters[:full])
    except binascii.Error:
        data = b""
    proc.write(data.decode("utf-8", "surrogateescape"))
    if len(letters) > full:
        raise ToolError("truncated input")
    return 0

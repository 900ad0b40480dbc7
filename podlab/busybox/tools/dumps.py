"""Tools that show bytes: hexdump, od, xxd, strings. Models busybox util-linux/hexdump.c, coreutils/od.c, vi/xxd."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened, whole
from podlab.busybox.tools.sums import data_of
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
Cells = Callable[[bytes], str]
ROW = 16
_NAMES = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def _data(proc: Proc, name: str, paths: Sequence[str]) -> Generator[Any, Any, tuple[bytes, int]]:
    """The bytes of all files, and the exit status."""
    parts, status = [], 0
    for path in paths or ["-"]:
        try:
            parts.append(data_of((yield from whole(opened(proc, path)))))
        except OSError as problem:
            proc.err(f"{name}: {path}: {problem.strerror}")
            status = 1
    return b"".join(parts), status


def _rows(data: bytes, start: int, width: int, verbose: bool) -> Generator[tuple[int, bytes | None], None, None]:
    """Rows of bytes with where they begin; None for those that are as the row before."""
    before, starred = b"", False
    for at in range(0, len(data), width):
        row = data[at : at + width]
        if row == before and not verbose and len(row) == width:
            if not starred:
                yield start + at, None
            starred = True
            continue
        before, starred = row, False
        yield start + at, row


def _char(byte: int) -> str:
    if byte in _NAMES:
        return _NAMES[byte]
    return chr(byte) if 32 <= byte < 127 else f"{byte:03o}"


def _words(size: int, form: str) -> Cells:
    """Numbers of so many bytes, the lowest byte first."""
    return lambda row: "".join(
        form.format(int.from_bytes(row[at : at + size], "little")) for at in range(0, len(row), size)
    )


_HEXDUMP: dict[str, Cells] = {
    "x": _words(2, "    {:04x}"),
    "d": _words(2, "   {:05d}"),
    "o": _words(2, "  {:06o}"),
    "b": _words(1, " {:03o}"),
    "c": lambda row: "".join(f" {_char(byte):>3}" for byte in row),
    "": _words(2, " {:04x}"),
}


@tool("hexdump")
def _hexdump(proc: Proc, argv: Sequence[str]) -> Steps:
    name = argv[0].rpartition("/")[2]
    opts = options.parse(argv, "bcdoxCe:f:n:s:v")
    if opts.has("ef"):
        raise ToolError("podlab's hexdump has no formats of its own (-e, -f)")
    data, status = yield from _data(proc, name, opts.words)
    start = options.whole(opts["s"], 0) if "s" in opts else 0
    data = data[start:]
    if "n" in opts:
        data = data[: options.whole(opts["n"], 0)]
    canonical = "C" in opts
    cells = next((_HEXDUMP[letter] for letter in "xdobc" if letter in opts), _HEXDUMP[""])
    digits = 8 if canonical else 7
    for at, row in _rows(data, start, ROW, "v" in opts):
        if row is None:
            proc.print("*")
        else:
            proc.print(f"{at:0{digits}x}{_canonical(row) if canonical else cells(row).ljust(len(cells(bytes(ROW))))}")
    if data:
        proc.print(f"{start + len(data):0{digits}x}")
    return status


def _canonical(row: bytes) -> str:
    pairs = [f"{byte:02x}" for byte in row]
    shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
    return f"  {' '.join(pairs[:8]):<23}  {' '.join(pairs[8:]):<23}  |{shown}|"


_OD: dict[str, Cells] = {
    "o2": _words(2, " {:06o}"),
    "o1": _words(1, " {:03o}"),
    "x1": _words(1, " {:02x}"),
    "x2": _words(2, " {:04x}"),
    "x4": _words(4, " {:08x}"),
    "d2": _words(2, " {:5d}"),
    "u2": _words(2, " {:5d}"),
    "u1": _words(1, " {:3d}"),
    "d1": lambda row: "".join(f" {byte - 256 if byte > 127 else byte:4d}" for byte in row),
    "c": lambda row: "".join(f" {_char(byte):>3}" for byte in row),
}
_OD_LETTERS = {"b": "o1", "c": "c", "x": "x2", "d": "u2", "o": "o2", "h": "x2", "B": "o2", "s": "d2"}


@tool("od")
def _od(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "A:N:abcdfhij:lot:vxsS:w::Bv")
    kinds = [_OD_LETTERS[letter] for letter, _ in opts.every if letter in _OD_LETTERS]
    for given in opts.all_of("t"):
        kinds += _types(given)
    data, status = yield from _data(proc, "od", opts.words)
    start = options.whole(opts["j"], 0) if "j" in opts else 0
    data = data[start:]
    if "N" in opts:
        data = data[: options.whole(opts["N"], 0)]
    radix = opts.get("A", "o")
    form: str = {"o": "{:07o}", "x": "{:06x}", "d": "{:07d}", "n": ""}.get(radix, "?")
    if form == "?":
        raise ToolError(f"bad output address radix '{radix}' (must be [doxn])")
    for at, row in _rows(data, start, ROW, "v" in opts):
        if row is None:
            proc.print("*")
            continue
        for index, kind in enumerate(kinds or ["o2"]):
            address = form.format(at)
            proc.print((" " * len(address) if index else address) + _OD[kind](row))
    if form:
        proc.print(form.format(start + len(data)))
    return status


def _types(text: str) -> list[str]:
    """`x1`, `c`, `o2` … Errors: `ToolError`."""
    found = []
    for letter, size in re.findall(r"([acdoux])([1248CSIL]?)z?", text):
        kind = letter if letter in "ac" else letter + ({"C": "1", "S": "2", "I": "4", "": "4"}.get(size, size))
        kind = "c" if kind == "a" else kind
        if kind not in _OD:
            raise ToolError(f"podlab's od has no type '{text}'")
        found.append(kind)
    if not found:
        raise ToolError(f"invalid type string '{text}'")
    return found


@tool("xxd")
def _xxd(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "l:n:s:aprc:g:", most=1)
    text, status = yield from _data(proc, "xxd", opts.words)
    if "r" in opts:
        return _reversed(proc, text.decode("latin-1"), "p" in opts)
    start = options.whole(opts["s"], 0) if "s" in opts else 0
    data = text[start:]
    if opts.has("ln"):
        data = data[: options.whole(opts.get("l", opts.get("n", "")), 0)]
    plain = "p" in opts
    width = options.whole(opts["c"], 1) if "c" in opts else 30 if plain else ROW
    group = options.whole(opts["g"], 0) if "g" in opts else 2
    group = width if plain or not group else group
    room = 2 * width + (width - 1) // group + 1
    for at in range(0, len(data), width):
        row = data[at : at + width]
        digits = " ".join(row[one : one + group].hex() for one in range(0, len(row), group))
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        proc.print(digits if plain else f"{start + at:08x}: {digits:<{room}} {shown}")
    return status


def _reversed(proc: Proc, text: str, plain: bool) -> int:
    """Bytes from their digits; without -p each line begins with where its bytes belong."""
    data = bytearray()
    for line in text.split("\n"):
        if not plain:
            place, colon, line = line.partition(": ")
            if not colon or not re.fullmatch(r"[0-9a-fA-F]+", place):
                continue
            data = data.ljust(min(int(place, 16), 1 << 20), b"\0")
            line = line.partition("  ")[0]
        digits = re.sub(r"[^0-9a-fA-F]", "", line)
        data += bytes.fromhex(digits[: len(digits) // 2 * 2])
    proc.write(bytes(data).decode("utf-8", "surrogateescape"))
    return 0


@tool("strings")
def _strings(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "fon:at:")
    least = options.whole(opts["n"], 1) if "n" in opts else 4
    radix = "o" if "o" in opts else opts.get("t", "")
    if radix not in ("", "o", "x", "d"):
        raise UsageError
    status = 0
    for path in opts.words or ["-"]:
        data, failed = yield from _data(proc, "strings", [path])
        status |= failed
        for match in re.finditer(rb"[\x20-\x7e\t]{%d,}" % min(least, 65535), data):
            label = f"{path}: " if "f" in opts else ""
            if radix:
                label += f"{match.start():7{radix}} "
            proc.print(label + match.group().decode())
    return status

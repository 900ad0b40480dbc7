"""Tools that work on characters, columns and whole sets of lines: tr, cut, sort, uniq, paste, awk's print …"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.tools_text import lines_of, texts
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("shuf")
def _shuf(proc: Proc, argv: Sequence[str]) -> Steps:
    """Shuffle, the same way every time: by the hash of the lines."""
    opts = options.parse(argv, "n:i:e")
    if "i" in opts:
        low, _, high = opts["i"].partition("-")
        lines = [str(number) for number in range(options.whole(low), min(options.whole(high), 10**6) + 1)]
    elif "e" in opts:
        lines = opts.words
    else:
        found, _ = yield from texts(proc, opts.words)
        lines = lines_of("".join(found))
    lines = sorted(lines, key=lambda line: hashlib.sha256(f"{proc.pid} {proc.now} {line}".encode()).digest())
    proc.write("".join(line + "\n" for line in lines[: opts.number("n", len(lines))]))
    return 0


@tool("md5sum", "sha1sum", "sha256sum", "sha512sum")
def _sum(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "csw")
    name = argv[0].rpartition("/")[2].removesuffix("sum")
    status = 0
    for path in opts.words or ["-"]:
        found, failed = yield from texts(proc, [path], "can't open '{}': {}")
        status |= failed
        for text in found:
            digest = hashlib.new(name, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
            proc.print(f"{digest}  {path}")
    return status


@tool("base64")
def _base64(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "dw:", {"decode": "d"})
    found, status = yield from texts(proc, opts.words)
    data = "".join(found)
    if "d" in opts:
        try:
            proc.write(base64.b64decode(data).decode("utf-8", "surrogateescape"))
        except binascii.Error:
            raise ToolError("invalid input") from None
        return status
    encoded = base64.b64encode(data.encode("utf-8", "surrogateescape")).decode()
    width = opts.number("w", 76) or max(len(encoded), 1)
    proc.write("".join(encoded[at : at + width] + "\n" for at in range(0, len(encoded), width)))
    return status


@tool("hexdump")
def _hexdump(proc: Proc, argv: Sequence[str]) -> Steps:
    """`hexdump -C`."""
    opts = options.parse(argv, "C")
    if "C" not in opts:
        raise ToolError("podlab knows only hexdump -C")
    found, status = yield from texts(proc, opts.words)
    data = "".join(found).encode("utf-8", "surrogateescape")
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        pairs = [f"{byte:02x}" for byte in row]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        proc.print(f"{at:08x}  {' '.join(pairs[:8]):<23}  {' '.join(pairs[8:]):<23}  |{shown}|")
    proc.print(f"{len(data):08x}")
    return status


@tool("dd")
def _dd(proc: Proc, argv: Sequence[str]) -> Steps:
    given = dict(word.partition("=")[::2] for word in argv[1:])
    size, count = options.whole(given.get("bs", "512")), given.get("count")
    wanted = size * options.whole(count) if count is not None else 1 << 40
    source = proc.open(given["if"]) if "if" in given else proc.fds.get(0)
    target = proc.open(given["of"], "w") if "of" in given else proc.fds.get(1)
    done = 0
    while done < wanted and source is not None and target is not None:
        text = yield source.read()
        if not text:
            break
        text = text[: wanted - done]
        target.write(text)
        done += len(text)
        yield target.room()
    whole, rest = divmod(done, max(size, 1))
    records = f"{whole}+{int(rest > 0)}"
    if given.get("status") != "none":
        proc.err(f"{records} records in\n{records} records out")
    return 0

"""Tools that work on characters, columns and whole sets of lines: tr, cut, sort, uniq, paste, awk's print …"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Generator, Sequence
from itertools import groupby, zip_longest
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.escapes import unescape
from podlab.busybox.tools_text import lines_of, texts
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]

_SETS = {
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "digit": "0123456789",
    "space": " \t\n\r\v\f",
    "blank": " \t",
    "punct": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "cntrl": "".join(map(chr, range(32))) + "\x7f",
}
_SETS["alpha"] = _SETS["upper"] + _SETS["lower"]
_SETS["alnum"] = _SETS["digit"] + _SETS["alpha"]


def _characters(text: str) -> str:
    """The characters a set of `tr` stands for."""
    text = re.sub(r"\[:(\w+):\]", lambda m: _SETS.get(m[1], ""), unescape(text)[0])
    out = []
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            out += [chr(code) for code in range(ord(text[at]), min(ord(text[at + 2]), ord(text[at]) + 255) + 1)]
            at += 3
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


@tool("tr")
def _tr(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "cCdst", {"delete": "d", "squeeze-repeats": "s", "complement": "c"})
    sets = [_characters(word) for word in opts.words]
    if not sets or (len(sets) < 2 and not ("d" in opts or "s" in opts)):
        raise ToolError("missing operand")
    complement = "c" in opts or "C" in opts
    chosen = set(sets[0])
    last = sets[-1][-1:] if len(sets) > 1 else ""
    table = dict(zip(sets[0], sets[-1].ljust(len(sets[0]), last or " "), strict=False)) if len(sets) > 1 else {}
    squeezed = set(sets[-1])
    before = ""
    while text := (yield proc.read()):
        out = []
        for char in text:
            hit = (char in chosen) != complement
            if hit and "d" in opts:
                continue
            if hit and len(sets) > 1 and "d" not in opts:
                char = last if complement else table[char]
            if "s" in opts and char == before and ((char in squeezed) != (complement and len(sets) == 1)):
                continue
            before = char
            out.append(char)
        proc.write("".join(out))
        yield proc.flush()
    return 0


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if not match or not part.strip("-"):
            raise ToolError(f"invalid range '{part}'")
        first = int(match[1] or 1)
        found.append((first, int(match[3]) if match[3] else (1 << 30 if match[2] else first)))
    return found


@tool("cut")
def _cut(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "b:c:f:d:sn", {"delimiter": "d", "fields": "f", "characters": "c"})
    chosen = opts.get("f") or opts.get("c") or opts.get("b")
    if not chosen:
        raise ToolError("expected a list of bytes, characters, or fields")
    ranges = _ranges(chosen)
    separator = opts.get("d", "\t")
    found, status = yield from texts(proc, opts.words)
    for line in lines_of("".join(found)):
        pieces: Sequence[str] = line.split(separator) if "f" in opts else line
        if "f" in opts and len(pieces) == 1:
            if "s" not in opts:
                proc.print(line)
            continue
        kept = [piece for at, piece in enumerate(pieces, start=1) if any(a <= at <= b for a, b in ranges)]
        proc.print((separator if "f" in opts else "").join(kept))
    return status


@tool("sort")
def _sort(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "nrugMcszbdfiVo:t:k:T:S:", {"reverse": "r", "unique": "u", "numeric-sort": "n"})
    found, status = yield from texts(proc, opts.words)
    lines = lines_of("".join(text if text.endswith("\n") or not text else text + "\n" for text in found))
    match = re.match(r"(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?", opts.get("k", "1"))
    flags = (match[2] + (match[4] or "")) if match else ""
    first, last = (int(match[1]), int(match[3]) if match[3] else None) if match and "k" in opts else (1, None)
    numeric = "n" in opts or "g" in opts or "n" in flags

    def key(line: str) -> tuple[float, str]:
        pieces = line.split(opts["t"]) if "t" in opts else line.split()
        text = " ".join(pieces[first - 1 : last]) if "k" in opts else line
        text = text.lower() if "f" in opts else text
        number = re.match(r"\s*(-?\d*\.?\d+)", text) if numeric else None
        return (float(number[1]) if number else 0.0), "" if numeric else text

    lines.sort(key=lambda line: (key(line), line), reverse="r" in opts or "r" in flags)
    if "u" in opts:
        lines = [next(group) for _, group in groupby(lines, key)]
    proc.write("".join(line + "\n" for line in lines))
    return status


@tool("uniq")
def _uniq(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "cduif:s:w:")
    found, status = yield from texts(proc, opts.words[:1])
    for _, group in groupby(lines_of("".join(found)), str.lower if "i" in opts else str):
        same = list(group)
        if ("d" in opts and len(same) < 2) or ("u" in opts and len(same) > 1):
            continue
        proc.print(f"{len(same):7} {same[0]}" if "c" in opts else same[0])
    return status


@tool("paste")
def _paste(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "sd:")
    found, status = yield from texts(proc, opts.words)
    columns = [lines_of(text) for text in found]
    rows = columns if "s" in opts else zip_longest(*columns, fillvalue="")
    for row in rows:
        proc.print(opts.get("d", "\t").join(row))
    return status


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


@tool("awk")
def _awk(proc: Proc, argv: Sequence[str]) -> Steps:
    """Only `[/regex/] {print …}` with fields, texts, NF and NR."""
    opts = options.parse(argv, "F:v:", first_word_ends=True)
    match = re.fullmatch(r"\s*(?:/([^/]*)/)?\s*(?:\{\s*print\s*([^{};]*?);?\s*\})?\s*", (opts.words or [""])[0])
    if not match or not opts.words:
        proc.note("awk: podlab knows only programs like '{print $1, $NF}' and '/text/ {print $2}'")
        raise ToolError("podlab knows only programs like '{print $1, $NF}'", 2)
    wanted = re.compile(match[1] or "")
    found, status = yield from texts(proc, opts.words[1:])
    for number, line in enumerate(lines_of("".join(found)), start=1):
        if wanted.search(line):
            pieces = line.split(opts["F"]) if opts.get("F", " ") != " " else line.split()
            items = [_awk_item(item.strip(), line, pieces, number) for item in (match[2] or "$0").split(",")]
            proc.print(*items)
    return status


def _awk_item(text: str, line: str, pieces: list[str], number: int) -> str:
    """One thing to print: fields and texts side by side are joined."""
    facts = {"NF": str(len(pieces)), "NR": str(number)}
    out = []
    for literal, field, name in re.findall(r'"((?:[^"\\]|\\.)*)"|\$(\w+)|([A-Z]+)', text):
        if field:
            at = int(facts.get(field, field if field.isdecimal() else "0"))
            out.append(line if at == 0 else pieces[at - 1] if at <= len(pieces) else "")
        else:
            out.append(facts.get(name, "") if name else unescape(literal)[0])
    return "".join(out)


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

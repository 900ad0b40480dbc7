"""`tr`. Models busybox coreutils/tr.c."""

from __future__ import annotations

import string
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.escapes import unescape
from podlab.linux.program import Proc

_CLASSES = {
    "alnum": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "alpha": string.ascii_uppercase + string.ascii_lowercase,
    "blank": "\t ",
    "cntrl": "".join(map(chr, range(32))) + "\x7f",
    "digit": string.digits,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": string.ascii_lowercase,
    "print": "".join(map(chr, range(32, 127))),
    "punct": string.punctuation,
    "space": "\t\n\v\f\r ",
    "upper": string.ascii_uppercase,
    "xdigit": string.digits + "ABCDEFabcdef",
}


class _Set:
    """Reads the characters that a set stands for: ranges, `[:class:]`, `[=x=]`, escapes."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def characters(self) -> str:
        """All of them, in order."""
        out = []
        while self._at < len(self._text):
            out.append(self._class() or self._range())
        return "".join(out)

    def _class(self) -> str:
        text, at = self._text, self._at
        if text.startswith("[:", at):
            end = text.find(":]", at + 2)
            found = _CLASSES.get(text[at + 2 : end]) if end > 0 else None
            if found:
                self._at = end + 2
                return found
        if text.startswith("[=", at) and text.startswith("=]", at + 3):
            self._at = at + 5
            return text[at + 2]
        return ""

    def _range(self) -> str:
        first = self._one()
        if self._text.startswith("-", self._at) and self._at + 1 < len(self._text):
            self._at += 1
            last = self._one()
            return "".join(chr(code) for code in range(ord(first), min(ord(last), ord(first) + 255) + 1))
        return first

    def _one(self) -> str:
        """One character or escape."""
        at = self._at
        size = 1
        if self._text[at] == "\\" and at + 1 < len(self._text):
            size = 2
            while size < 4 and self._text[at + 1 : at + size + 1].isdigit() and at + size < len(self._text):
                size += 1
            piece = self._text[at : at + size]
            done = unescape(piece)[0]
            self._at += size
            return done[-1:] if len(done) > 1 and done[0] == "\\" else done or "\\"
        self._at += size
        return self._text[at]


@tool("tr")
def _tr(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, "cCds", first_word_ends=True, least=1)
    complement, deletes, squeezes = opts.has("cC"), "d" in opts, "s" in opts
    if (len(opts.words) < 2 and not (deletes or squeezes)) or (deletes and squeezes and len(opts.words) < 2):
        raise UsageError
    first = _Set(opts.words[0]).characters()
    second = _Set(opts.words[1]).characters() if len(opts.words) > 1 else ""
    if len(opts.words) > 1 and not second:
        raise ToolError("STRING2 cannot be empty")
    table: dict[str, str] = {}
    if second and not deletes:
        source = "".join(chr(code) for code in range(256) if chr(code) not in first) if complement else first
        table = dict(zip(source, second.ljust(len(source), second[-1]), strict=False))
    beyond = second[-1] if complement and second else ""
    squeezed = set(second or first)
    before = ""
    while text := (yield proc.read()):
        out = []
        for char in text:
            hit = (char in first) != complement
            if hit and deletes:
                continue
            if hit and table:
                char = table.get(char, beyond or char)
            if squeezes and char == before and (char in squeezed) != (complement and not second):
                continue
            before = char
            out.append(char)
        proc.write("".join(out))
        yield proc.flush()
    return 0

"""Backslash escapes of `echo -e`, `printf` and `$'…'`."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:(0[0-7]{0,3}|[1-7][0-7]{0,2})|x([0-9A-Fa-f]{1,2})|(.)|\Z)", re.DOTALL)
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\033",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}


def unescape(text: str) -> tuple[str, bool]:
    """The text with its escapes replaced, and whether a `\\c` in it said to stop all output there.

    `\\xc3\\xbc` are the two bytes of ü; bytes that are no UTF-8 become surrogate escapes.
    """
    if "\\" not in text:
        return text, False
    stop = False
    broken = False

    def replace(match: re.Match[str]) -> str:
        nonlocal broken
        octal, hexadecimal, letter = match.groups()
        if octal or hexadecimal:
            byte = int(octal, 8) & 0xFF if octal else int(hexadecimal, 16)
            broken = broken or byte > 0x7F
            return chr(byte if byte < 0x80 else 0xDC00 + byte)
        return _LETTERS.get(letter, "\\" + (letter or ""))

    end = re.search(r"(?<!\\)(?:\\\\)*(\\c)", text)
    if end:
        text, stop = text[: end.start(1)], True
    text = _ESCAPE.sub(replace, text)
    if broken:
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return text, stop

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
    """The text with its escapes replaced, and whether a `\\c` in it said to stop all output there."""
    if "\\" not in text:
        return text, False
    stop = False

    def replace(match: re.Match[str]) -> str:
        octal, hexadecimal, letter = match.groups()
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if hexadecimal:
            return chr(int(hexadecimal, 16))
        return _LETTERS.get(letter, "\\" + (letter or ""))

    end = re.search(r"(?<!\\)(?:\\\\)*(\\c)", text)
    if end:
        text, stop = text[: end.start(1)], True
    return _ESCAPE.sub(replace, text), stop

"""`sort`. Models busybox coreutils/sort.c: keys, kinds of comparison, and what comes first when keys are equal."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from posixpath import commonprefix
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.tools.lines import opened, split, whole
from podlab.linux.program import Proc

_LETTERS = "ngMucszbrdfimS:T:o:k:t:hV"
_KEY_LETTERS = "ngMbrdfihV"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_HEXADECIMAL = re.compile(r"\s*([-+]?)0[xX]([0-9a-fA-F]+)")
_WORDS = re.compile(r"\s*([-+]?(?:inf(?:inity)?|nan))", re.IGNORECASE)
_SPACE = " \t\n\r\f\v"


@dataclass(slots=True)
class _Key:
    """A key: `-k FIELD.CHARACTER,FIELD.CHARACTER`, from 1, 0 for none; own `flags` replace those of the command."""

    first: int = 1
    first_char: int = 0
    last: int = 0
    last_char: int = 0
    flags: str = ""


def _key(text: str) -> _Key:
    """Read a key. Errors: `ToolError`."""
    numbers = [0, 0, 0, 0]
    flags, at, half = "", 0, 0
    while at < len(text):
        numbers[2 * half], at = _position(text, at)
        if text[at : at + 1] == ".":
            numbers[2 * half + 1], at = _position(text, at + 1)
        while at < len(text):
            letter = text[at]
            at += 1
            if letter == "," and not half:
                half = 1
                break
            if letter not in _LETTERS.replace(":", ""):
                raise ToolError("unknown key option", 2)
            if letter not in _KEY_LETTERS:
                raise ToolError("unknown sort type", 2)
            flags += "B" if letter == "b" and half else letter
    if not numbers[0]:
        raise ToolError("bad field specification", 2)
    return _Key(numbers[0], numbers[1], numbers[2], numbers[3], flags)


def _position(text: str, at: int) -> tuple[int, int]:
    match = re.compile(r"\d+").match(text, at)
    if match is None or int(match.group()) > 65535:
        raise ToolError("bad field specification", 2)
    return int(match.group()), match.end()


def _float(text: str) -> float | None:
    """The number a text begins with, as strtod reads it."""
    match = _HEXADECIMAL.match(text)
    if match:
        return float(int(match[1] + match[2], 16))
    match = _NUMBER.match(text) or _WORDS.match(text)
    return float(match.group()) if match else None


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


class _Order:
    """How lines are compared."""

    def __init__(self, opts: options.Options) -> None:
        self._flags = "".join(opts)
        self._keys = [_key(text) for text in opts.all_of("k")] or [_Key()]
        separator = opts.get("t")
        if separator == "\\0":
            separator = "\0"
        if separator is not None and len(separator) != 1:
            raise ToolError("bad -t parameter", 2)
        self._separator = separator

    def compare(self, left: str, right: str, ties: bool = True) -> int:
        """Negative when the left line comes first. `ties`: lines with equal keys are compared as a whole."""
        flags = self._flags
        found = 0
        for key in self._keys:
            flags = key.flags or self._flags
            found = self._compare_keys(self._part(left, key, flags), self._part(right, key, flags), flags)
            if found:
                break
        if not found and ties and "s" not in self._flags:
            flags = self._flags
            found = _order(_bytes(left), _bytes(right))
        return -found if "r" in flags else found

    def _compare_keys(self, left: str, right: str, flags: str) -> int:
        if "V" in flags:
            return _version_order(left, right)
        if "M" in flags:
            return _order(_month(left), _month(right))
        if "g" in flags:
            return _order(_general(left), _general(right))
        if "n" in flags:
            return _order(_float(left) or 0.0, _float(right) or 0.0)
        return _order(_bytes(left), _bytes(right))

    def _part(self, line: str, key: _Key, flags: str) -> str:
        start = self._fields_end(line, key.first, 0)
        end = len(line) if not key.last else self._fields_end(line, key.last, 1)
        if "b" in flags:
            while start < len(line) and line[start] in _SPACE:
                start += 1
        if "B" in flags:
            while end > start and line[end - 1] in _SPACE:
                end -= 1
        if key.last_char:
            end = min(key.last_char, len(line))
        if key.first_char:
            start = min(start + key.first_char - 1, len(line))
        text = line[start : max(start, end)]
        if "d" in flags:
            text = "".join(char for char in text if char in _SPACE or char.isalnum())
        if "i" in flags:
            text = "".join(char for char in text if char.isprintable())
        return text.upper() if "f" in flags else text

    def _fields_end(self, line: str, field: int, last: int) -> int:
        """Where a field begins; with `last`, where it ends."""
        if not field:
            return len(line)
        at = 0
        separated = False
        for _ in range(1, field + last):
            if self._separator is not None:
                found = line.find(self._separator, at)
                separated = found >= 0 or at < len(line)
                if found < 0:
                    separated, at = False, len(line)
                else:
                    at = found + 1
                continue
            while at < len(line) and line[at] in _SPACE:
                at += 1
            while at < len(line) and line[at] not in _SPACE:
                at += 1
        return at - 1 if last and separated else at


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _month(text: str) -> int:
    name = text.lstrip(_SPACE)[:3].lower()
    return _MONTHS.index(name) if name in _MONTHS else -1


def _general(text: str) -> tuple[int, float]:
    """No number, then NaN, then numbers."""
    number = _float(text)
    if number is None:
        return 0, 0.0
    return (1, 0.0) if number != number else (2, number)


def _version_order(left: str, right: str) -> int:
    """As strverscmp: numbers by their size; those that begin with a zero as fractions, before the others."""
    at = len(commonprefix([left, right]))
    if left == right:
        return 0
    begin = at
    while begin and left[begin - 1].isdigit():
        begin -= 1
    runs = [re.compile(r"\d*").match(text, begin).group() for text in (left, right)]  # type: ignore[union-attr]
    if all(runs) and not (runs[0][0] == "0" and runs[1][0] == "0"):
        if len(runs[0]) != len(runs[1]) and runs[0][0] != "0" and runs[1][0] != "0":
            return _order(len(runs[0]), len(runs[1]))
    elif all(runs) and len(runs[0]) > at - begin != len(runs[1]) > at - begin:
        return -1 if len(runs[0]) > at - begin else 1
    return _order(_bytes(left[at:]), _bytes(right[at:]))


@tool("sort")
def _sort(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    opts = options.parse(argv, _LETTERS.replace("h", ""), status=2)
    order = _Order(opts)
    end = "\0" if "z" in opts else "\n"
    lines: list[str] = []
    for path in opts.words or ["-"]:
        try:
            lines += split((yield from whole(opened(proc, path), directory=True)), end)
        except OSError as problem:
            raise ToolError(f"{path}: {problem.strerror}", 2) from None
    if "c" in opts:
        return _check(proc, lines, order, 0 if "u" in opts else 1)
    lines.sort(key=cmp_to_key(order.compare))
    if "u" in opts:
        lines = [line for at, line in enumerate(lines) if not at or order.compare(lines[at - 1], line, ties=False)]
    text = "".join(line + end for line in lines)
    if "o" in opts:
        proc.write_file(opts["o"], text)
    else:
        proc.write(text)
    return 0


def _check(proc: Proc, lines: list[str], order: _Order, least: int) -> int:
    for at in range(1, len(lines)):
        if order.compare(lines[at - 1], lines[at], ties=False) >= least:
            proc.err(f"Check line {at}")
            return 1
    return 0

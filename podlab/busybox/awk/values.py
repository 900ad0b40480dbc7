"""awk's values: a number is a float, a text a str, what came from outside and looks like a number both (`Input`)."""

from __future__ import annotations

import math
import re

from podlab.busybox.applets import ToolError

_LEADING = re.compile(r"\s*([-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan))", re.I)


class AwkError(ToolError):
    """What ends a running program; the line it stands in is put before it."""


class Input(str):
    """A text that came from outside: compared as a number when it looks like one."""

    __slots__ = ()


Value = float | str | None
"""None: a variable that has no value yet; it is both "" and 0."""


def leading_number(text: str) -> tuple[float, int]:
    """The number that a text begins with, and where it ends; (0, 0) when there is none."""
    match = _LEADING.match(text)
    if match is None:
        return 0.0, 0
    word = match[1].lower()
    if "x" in word:
        return float(int(word, 16)), match.end()
    digits = word.lstrip("+-")
    if digits.isdigit() and len(digits) > 1 and digits[0] == "0" and set(digits) <= set("01234567"):
        return float(int(word, 8)), match.end()
    return float(word), match.end()


def number(value: Value) -> float:
    """A value as a number."""
    if isinstance(value, float):
        return value
    return leading_number(value)[0] if value else 0.0


def is_number(value: Value) -> bool:
    """Whether it is compared as a number."""
    if isinstance(value, Input):
        _, end = leading_number(value)
        return end > 0 and not value[end:].strip()
    return not isinstance(value, str)


def shown(value: float, form: str) -> str:
    """A number as text: whole ones as they are, others by a form such as `%.6g`. Errors: `ToolError`."""
    if math.isfinite(value) and value == int(value) and abs(value) < 2**63:
        return str(int(value))
    if math.isnan(value):
        return "-nan" if math.copysign(1, value) < 0 else "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    try:
        return form % value
    except (TypeError, ValueError):
        raise AwkError("Invalid format specifier") from None


def text(value: Value, form: str = "%.6g") -> str:
    """A value as text."""
    if isinstance(value, float):
        return shown(value, form)
    return value or ""


def true(value: Value) -> bool:
    """Whether a value counts as true."""
    if isinstance(value, Input):
        return number(value) != 0 if is_number(value) else value != ""
    return bool(value)


_SIZES = (61, 251, 1021, 4093, 16381, 65521)
_FULL = 8


class Array(dict[str, "Value"]):
    """An array: `for (key in array)` goes through it as through busybox's table of hashes."""

    __slots__ = ()

    def walk(self) -> list[str]:
        """Its keys in that order."""
        level = 0
        buckets: list[list[str]] = [[] for _ in range(_SIZES[0])]
        for count, key in enumerate(self, start=1):
            if count > len(buckets) * _FULL and level + 1 < len(_SIZES):
                level += 1
                old, buckets = buckets, [[] for _ in range(_SIZES[level])]
                for bucket in old:
                    for one in bucket:
                        buckets[_hash(one) % len(buckets)].insert(0, one)
            buckets[_hash(key) % len(buckets)].insert(0, key)
        return [key for bucket in buckets for key in bucket]


def _hash(key: str) -> int:
    index = 0
    for code in key.encode("utf-8", "surrogateescape"):
        index = (code + index * 63) & 0xFFFFFFFF
    return index

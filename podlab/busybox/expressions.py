"""`expr`: numbers, comparisons, `|`, `&`, `STRING : REGEX`. Models busybox coreutils/expr.c."""

from __future__ import annotations

import re

from podlab.busybox.applets import ToolError
from podlab.busybox.regex import basic

_LEVELS = (("|",), ("&",), ("=", "==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"), (":",))
_MAX_DEPTH = 50


def value(words: list[str]) -> str:
    """The value of an expression. Errors: `ToolError` (status 2)."""
    if not words:
        raise ToolError("too few arguments", 2)
    result = _level(words, 0, 0)
    if words:
        raise ToolError("syntax error", 2)
    return result


def _level(words: list[str], level: int, depth: int) -> str:
    if level == len(_LEVELS):
        return _single(words, depth)
    left = _level(words, level + 1, depth)
    while words and words[0] in _LEVELS[level]:
        operator = words.pop(0)
        left = _compute(operator, left, _level(words, level + 1, depth))
    return left


def _single(words: list[str], depth: int) -> str:
    if not words or depth > _MAX_DEPTH:
        raise ToolError("syntax error", 2)
    word = words.pop(0)
    if word == "(":
        inner = _level(words, 0, depth + 1)
        if not words or words.pop(0) != ")":
            raise ToolError("syntax error", 2)
        return inner
    if word == "length":
        return str(len(_single(words, depth + 1)))
    if word == "match" and len(words) > 1:
        text = _single(words, depth + 1)
        return _match(text, _single(words, depth + 1))
    if word == "index":
        text = _single(words, depth + 1)
        wanted = _single(words, depth + 1)
        return str(next((at for at, char in enumerate(text, start=1) if char in wanted), 0))
    if word == "quote":
        if not words:
            raise ToolError("syntax error", 2)
        return words.pop(0)
    if word == "substr" and len(words) > 2:
        text, start, length = words.pop(0), _number(words.pop(0)), _number(words.pop(0))
        return text[start - 1 : start - 1 + length] if start > 0 and length > 0 else ""
    return word


def _compute(operator: str, left: str, right: str) -> str:
    if operator == "|":
        return left if left not in ("", "0") else right
    if operator == "&":
        return left if left not in ("", "0") and right not in ("", "0") else "0"
    if operator == ":":
        return _match(left, right)
    if operator in _LEVELS[2]:
        a: int | str = left
        b: int | str = right
        if _is_number(left) and _is_number(right):
            a, b = int(left), int(right)
        order = (a > b) - (a < b)  # type: ignore[operator]  # both are of one type
        return str(
            int(
                {
                    "=": order == 0,
                    "==": order == 0,
                    "!=": order != 0,
                    "<": order < 0,
                    ">": order > 0,
                    "<=": order <= 0,
                    ">=": order >= 0,
                }[operator]
            )
        )
    a, b = _number(left), _number(right)
    if operator in "/%":
        if b == 0:
            raise ToolError("division by zero", 2)
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return str(quotient if operator == "/" else a - quotient * b)
    return str(_wrapped({"+": a + b, "-": a - b, "*": a * b}[operator]))


def _wrapped(number: int) -> int:
    """A number of 64 bits: what is beyond them is lost."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def _match(text: str, pattern: str) -> str:
    try:
        expression = basic(pattern)
    except ToolError as problem:
        raise ToolError(str(problem), 2) from None
    found = expression.match(text)
    if found is None:
        return "" if expression.groups else "0"
    return found.group(1) if expression.groups else str(found.end)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,18}", text) is not None


def _number(text: str) -> int:
    if not _is_number(text):
        raise ToolError("non-numeric argument", 2)
    return int(text)

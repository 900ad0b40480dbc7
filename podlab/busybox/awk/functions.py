"""awk's built-in functions that need nothing but their arguments."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from podlab.busybox import regex
from podlab.busybox.awk.values import AwkError, Value, leading_number, number, text
from podlab.busybox.tools_date import stamp

_DIRECTIVE = re.compile(r"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlLqjzt]*(.)", re.DOTALL)
LONGEST = 1 << 22
_MASK = 2**64 - 1


def formatted(args: Sequence[Value], convert: str) -> str:
    """`sprintf`. Errors: `ToolError` for a form that does not exist."""
    if not args:
        return ""
    waiting = list(args[1:])
    template = text(args[0], convert)
    out, at = [], 0
    for match in re.finditer(r"%%|" + _DIRECTIVE.pattern, template, re.DOTALL):
        out.append(template[at : match.start()])
        at = match.end()
        if match.group() == "%%":
            out.append("%")
        else:
            out.append(_directive(match.groups(), waiting, convert))
    rest = template[at:]
    return "".join(out) + rest


def _directive(parts: Sequence[str | None], waiting: list[Value], convert: str) -> str:
    flags, width, precision, kind = parts

    def take() -> Value:
        return waiting.pop(0) if waiting else None

    if width == "*":
        width = str(int(number(take())))
    if precision == "*":
        precision = str(int(number(take())))
    if max(abs(int(width or 0)), abs(int(precision or 0))) > LONGEST:
        raise AwkError("Invalid format specifier")
    shape = f"%{flags}{width or ''}" + ("" if precision is None else f".{precision}")
    assert kind is not None
    if kind == "c":
        value = take()
        char = chr(int(value) & 0xFF) if isinstance(value, float) else text(value)[:1]
        return (shape + "s") % char
    if kind == "s":
        return (shape + "s") % text(take(), convert)
    if kind in "diouxX":
        value = number(take())
        if not math.isfinite(value):
            return (shape.split(".")[0] + "s") % text(value)
        whole = int(value)
        return (shape + {"i": "d", "u": "d"}.get(kind, kind)) % (whole & _MASK if kind in "ouxX" else whole)
    if kind in "eEfFgGaA":
        return (shape + kind.replace("a", "e").replace("A", "E")) % number(take())
    raise AwkError("Invalid format specifier")


def substring(args: Sequence[str], numbers: Sequence[float]) -> str:
    """`substr(text, start, length)`: both lose their fractions; a start before the beginning is the beginning."""
    whole = args[0]
    start = max(int(numbers[0] - 1), 0) if math.isfinite(numbers[0]) else 0
    length = len(whole)
    if len(numbers) > 1:
        length = max(int(numbers[1]), 0) if math.isfinite(numbers[1]) else (length if numbers[1] > 0 else 0)
    return whole[start : start + length]


def substituted(pattern: regex.Expression, replacement: str, subject: str, which: int, groups: bool) -> tuple[str, int]:
    """Replace the match number `which` (0: all); gives the text and how many were replaced. `groups`: `\\1` counts."""
    searched = regex.Subject(subject)
    out: list[str] = []
    at = count = done = 0
    after_match = False
    while at <= len(subject):
        match = pattern.search(searched, at)
        if match is None:
            break
        empty = match.start == match.end
        if empty and after_match and match.start == at:
            out.append(subject[at : at + 1])
            at += 1
            after_match = False
            continue
        count += 1
        out.append(subject[at : match.start])
        if which in (0, count):
            out.append(_replacement(replacement, match, groups))
            done += 1
        else:
            out.append(match.group())
        at = match.end
        after_match = True
        if empty:
            out.append(subject[at : at + 1])
            at += 1
            after_match = False
        if which == count:
            break
    out.append(subject[at:])
    return "".join(out), done


def _replacement(template: str, match: regex.Match, groups: bool) -> str:
    out, at = [], 0
    while at < len(template):
        char = template[at]
        following = template[at + 1 : at + 2]
        if char == "\\" and following in ("&", "\\"):
            out.append(following)
            at += 1
        elif char == "\\" and groups and following.isdigit():
            out.append(match.group(int(following)))
            at += 1
        else:
            out.append(match.group() if char == "&" else char)
        at += 1
    return "".join(out)


def _power(base: float, exponent: float) -> float:
    try:
        found = base**exponent
        return found if isinstance(found, float) else math.nan
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _safely(function: Callable[[float], float]) -> Callable[[float], float]:
    def safe(value: float) -> float:
        try:
            return function(value)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan if value != 0 else -math.inf

    return safe


power = _power
_OF_ONE: dict[str, Callable[[float], float]] = {"sin": math.sin, "cos": math.cos, "exp": math.exp}
_OF_ONE |= {"log": math.log, "sqrt": math.sqrt}
MATHS = {name: _safely(function) for name, function in _OF_ONE.items()}
"""Functions of one number."""


def bits(name: str, values: Sequence[float]) -> float:
    """`and`, `or`, `xor`, `lshift`, `rshift`, `compl` on unsigned numbers of 64 bits."""
    left = int(values[0]) & _MASK
    right = int(values[1]) & _MASK if len(values) > 1 else 0
    if name == "compl":
        return float(~left & _MASK)
    if name in ("lshift", "rshift"):
        return float((left << min(right, 64)) & _MASK if name == "lshift" else left >> min(right, 64))
    return float({"and": left & right, "or": left | right, "xor": left ^ right}[name])


def date(form: str, seconds: float) -> str:
    """`strftime`."""
    return stamp(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(max(seconds, 0), 2**36)), form)


def make_time(given: str) -> float:
    """`mktime("YYYY MM DD HH MM SS")`; -1 when that is no time."""
    words = [leading_number(word)[0] for word in given.split()]
    if len(words) < 6:
        return -1.0
    try:
        day = datetime(int(words[0]), int(words[1]), int(words[2]), tzinfo=UTC)
    except ValueError:
        return -1.0
    return (day + timedelta(hours=words[3], minutes=words[4], seconds=words[5])).timestamp()


class Random:
    """The C library's `random`, as busybox uses it: the same numbers for the same seed."""

    def __init__(self) -> None:
        self.seed = 1
        self._state: list[int] = []
        self.start(1)

    def start(self, seed: int) -> int:
        """Begin with a seed; gives the one before."""
        before, self.seed = self.seed, seed
        state = [seed & 0xFFFFFFFF or 1]
        for _ in range(30):
            word = state[-1] - (1 << 32) if state[-1] >> 31 else state[-1]
            state.append(16807 * word % 2147483647)
        self._state = state + state[:3]
        for _ in range(310):
            self._next()
        return before

    def _next(self) -> int:
        self._state.append((self._state[-3] + self._state[-31]) & 0xFFFFFFFF)
        del self._state[:-34]
        return self._state[-1] >> 1

    def next(self) -> float:
        """A number from 0 up to 1, from three of the library's."""
        first, second, third = self._next(), self._next(), self._next()
        return ((third << 32 | ((first << 16 ^ second) & 0xFFFFFFFF)) & (2**63 - 1)) / 2**63

"""`printf`. Models busybox coreutils/printf.c: the format is used again until the arguments are used up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podlab.busybox.escapes import unescape

_PIECE = re.compile(r"%(%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?(?:hh|h|ll|l|j|z)?[diouxXcsbeEfFgGaA])", re.DOTALL)
_DIRECTIVE = re.compile(r"([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlLjz]*(.)\Z", re.DOTALL)
_WIDEST = 10_000
LONGEST = 1 << 22
"""Characters printed before it gives up."""


def render(template: str, args: Sequence[str]) -> tuple[str, list[str]]:
    """The text, and what was wrong ("invalid number 'abc'"): then the exit status is 1."""
    problems: list[str] = []
    waiting = list(args)
    out: list[str] = []
    size = pieces = 0
    while True:
        before = len(waiting)
        done = _once(template, waiting, out, problems)
        size += sum(map(len, out[pieces:]))
        pieces = len(out)
        if size > LONGEST:
            problems.append("out of memory")
        if done or not waiting or len(waiting) == before or size > LONGEST:
            return "".join(out), problems


def _once(template: str, waiting: list[str], out: list[str], problems: list[str]) -> bool:
    """One pass over the format; true when all output is to stop."""
    at = 0
    while at < len(template):
        start = template.find("%", at)
        literal, stop = unescape(template[at : start if start >= 0 else len(template)])
        out.append(literal)
        if stop:
            return True
        if start < 0:
            return False
        match = _PIECE.match(template, start)
        if not match:
            problems.append(f"{template[start:]}: invalid format")
            return True
        at = match.end()
        if match.group(1) == "%":
            out.append("%")
        elif _directive(match.group(1), waiting, out, problems):
            return True
    return False


def _directive(text: str, waiting: list[str], out: list[str], problems: list[str]) -> bool:
    match = _DIRECTIVE.match(text)
    assert match is not None
    flags, width, precision, kind = match.groups()
    if width == "*":
        width = str(_number(waiting.pop(0) if waiting else "0", problems))
    if precision == "*":
        precision = str(_number(waiting.pop(0) if waiting else "0", problems))
    if max(abs(int(width or 0)), int(precision or 0)) > _WIDEST:
        problems.append(f"%{text}: invalid format")
        return True
    shape = "%" + flags + (width or "") + ("" if precision is None else "." + precision)
    value = waiting.pop(0) if waiting else None
    if kind == "s":
        out.append((shape + "s") % (value or ""))
    elif kind == "b":
        escaped, stop = unescape(value or "")
        out.append((shape + "s") % escaped)
        return stop
    elif kind == "c":
        out.append((shape + "s") % (value or "")[:1])
    elif kind in "diouxX":
        number = _number(value, problems)
        if kind in "ouxX":
            number %= 1 << 64
        out.append((shape + kind.replace("u", "d")) % number)
    else:
        out.append((shape + kind.replace("a", "e").replace("A", "E")) % _real(value, problems))
    return False


def _number(text: str | None, problems: list[str]) -> int:
    if not text:
        problems.append("invalid number ''")
        return 0
    if text[0] in "\"'":
        return ord(text[1]) if len(text) > 1 else 0
    digits = text.strip()
    try:
        if re.match(r"[-+]?0[0-7]+\Z", digits):
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        problems.append(f"invalid number '{text}'")
        return 0


def _real(text: str | None, problems: list[str]) -> float:
    try:
        return float(text) if text else 0.0
    except ValueError:
        problems.append(f"invalid number '{text}'")
        return 0.0

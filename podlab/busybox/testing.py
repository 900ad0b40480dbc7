"""`test` and `[`.

Models busybox coreutils/test.c: up to four arguments by their number, as POSIX wants it; more by precedence.
"""

from __future__ import annotations

from collections.abc import Sequence

from podlab.busybox import regex
from podlab.busybox.pattern import matches
from podlab.linux.program import Proc


class TestError(Exception):
    """A test that cannot be understood (status 2). Its text is what busybox prints."""

    __test__ = False


_UNARY = frozenset(f"-{letter}" for letter in "bcdefgGhkLnOprsStuwxz")
_NUMERIC = frozenset(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"])
_BINARY = _NUMERIC | frozenset(["=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef"])
LOOKS = (_UNARY - {"-n", "-z"}) | {"-nt", "-ot", "-ef"}
"""Operators that look at files, so that their answer can change."""

_KINDS = {"-f": "-", "-d": "d", "-b": "b", "-c": "c", "-p": "p", "-S": "s"}
_ACCESS = {"-r": 0o444, "-w": 0o222, "-x": 0o111}
_MAX_DEPTH = 50


def test(proc: Proc, args: Sequence[str], *, patterns: bool = False) -> bool:
    """Whether the condition holds. `patterns`: `[[ x = a* ]]` matches a pattern. Errors: `TestError`."""
    count = len(args)
    if count == 0:
        return False
    if count == 1:
        return args[0] != ""
    if args[0] == "!" and (count == 2 or (count == 3 and args[1] not in _BINARY)):
        return not test(proc, args[1:], patterns=patterns)
    if count == 2 and args[0] in _UNARY:
        return _unary(proc, args[0], args[1])
    if count == 3 and args[1] in _BINARY and (args[1] != "=~" or patterns):
        return _binary(proc, args[0], args[1], args[2], patterns)
    parser = _Parser(proc, list(args), patterns)
    result = parser.either()
    if parser.at < count:
        raise TestError(f"{args[parser.at]}: unknown operand")
    return result


test.__test__ = False  # type: ignore[attr-defined]  # pytest would collect it


class _Parser:
    """either: both ("-o" both)*; both: single ("-a" single)*; single: "!" single | "(" either ")" | a test."""

    def __init__(self, proc: Proc, args: list[str], patterns: bool) -> None:
        self.at = 0
        self._proc = proc
        self._args = args
        self._patterns = patterns
        self._depth = 0

    def _peek(self, ahead: int = 0) -> str | None:
        index = self.at + ahead
        return self._args[index] if index < len(self._args) else None

    def either(self) -> bool:
        result = self._both()
        while self._peek() in ("-o", "||"):
            self.at += 1
            other = self._both()
            result = result or other
        return result

    def _both(self) -> bool:
        result = self._single()
        while self._peek() in ("-a", "&&"):
            self.at += 1
            other = self._single()
            result = result and other
        return result

    def _single(self) -> bool:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TestError("too complex")
        word = self._peek()
        if word is None:
            raise TestError("argument expected")
        following = self._peek(1)
        if word == "(":
            self.at += 1
            result = self.either()
            if self._peek() != ")":
                raise TestError("closing paren expected")
            self.at += 1
        elif following in _BINARY and (following != "=~" or self._patterns):
            result = self._comparison(word, following)
        elif word == "!":
            self.at += 1
            result = not self._single()
        elif word in _UNARY and following is not None:
            self.at += 2
            result = _unary(self._proc, word, following)
        else:
            self.at += 1
            result = word != ""
        self._depth -= 1
        return result

    def _comparison(self, left: str, operator: str) -> bool:
        right = self._peek(2)
        if right is None:
            raise TestError(f"{operator}: argument expected")
        self.at += 3
        return _binary(self._proc, left, operator, right, self._patterns)


def _unary(proc: Proc, operator: str, word: str) -> bool:
    if operator == "-z":
        return word == ""
    if operator == "-n":
        return word != ""
    if operator == "-t":
        return False
    try:
        node = proc.stat(word, follow=operator not in ("-h", "-L"))
    except OSError:
        return False
    if operator in _KINDS:
        return node.kind == _KINDS[operator]
    if operator in _ACCESS:
        return operator != "-x" or node.kind == "d" or node.mode & _ACCESS[operator] != 0
    if operator == "-s":
        return node.size > 0
    if operator in ("-h", "-L"):
        return node.kind == "l"
    return operator in ("-e", "-O", "-G")


def _binary(proc: Proc, left: str, operator: str, right: str, patterns: bool) -> bool:
    if operator in ("=", "==", "!="):
        same = matches(right, left) if patterns else left == right
        return same != (operator == "!=")
    if operator == "=~":
        return regex.extended(right).search(left) is not None
    if operator == "<":
        return left < right
    if operator == ">":
        return left > right
    if operator in _NUMERIC:
        a, b = _number(left), _number(right)
        return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}[operator]
    try:
        first, second = proc.stat(left), proc.stat(right)
    except OSError:
        return False
    if operator == "-ef":
        return first is second
    return first.mtime > second.mtime if operator == "-nt" else first.mtime < second.mtime


def _number(text: str) -> int:
    try:
        number = int(text.strip().replace("_", "x"))
    except ValueError:
        raise TestError(f"{text}: bad number" if text else "bad number") from None
    if not -(1 << 63) <= number < 1 << 63:
        raise TestError(f"{text}: out of range")
    return number

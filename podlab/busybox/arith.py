"""`$((…))`: whole numbers of 64 bits with C's operators, variables and assignments.

Models busybox shell/math.c. A variable's value is itself an expression (`a=b+1; $((a))`); an unset one is 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

MAX_DEPTH = 40
"""How deep parentheses, prefixes and variables that name variables may be nested."""

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+#\w+|\d+)|([A-Za-z_]\w*)"
    r"|(<<=|>>=|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&^|]=|[-+*/%&^|<>!~?:(),=])|(\S))"
)
_ASSIGN = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="))
_LEVELS: dict[str, int] = {
    op: level
    for level, ops in enumerate(("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"), start=1)
    for op in ops.split()
}

Get = Callable[[str], str | None]
Set = Callable[[str, str], None]


class ArithError(Exception):
    """An expression that has no value. Its text is what ash prints."""


def evaluate(text: str, get: Get, set_: Set, depth: int = 0) -> int:
    """The value of an expression; assignments in it are carried out. Errors: `ArithError`."""
    stripped = text.strip()
    if stripped.isdecimal() and (len(stripped) == 1 or stripped[0] != "0"):
        return _wrap(int(stripped))
    if not stripped:
        return 0
    simple = _SIMPLE.match(stripped)
    if simple:
        left, operator, right = simple.groups()
        a = int(left) if left[0] <= "9" else _whole(get(left))
        b = int(right) if right[0] <= "9" else _whole(get(right))
        if a is not None and b is not None:
            return _compute(operator, a, b)
    return _Expression(stripped, get, set_, depth).value()


_SIMPLE = re.compile(r"(0|[1-9]\d{0,17}|[A-Za-z_]\w*)\s*([-+*/%]|==|!=|[<>]=?)\s*(0|[1-9]\d{0,17}|[A-Za-z_]\w*)\Z")
"""By far the most usual expressions, which need no parser: one operator between numbers or variables."""


def _whole(text: str | None) -> int | None:
    """The number a variable holds, when that is all it holds."""
    return int(text) if text and text.isdecimal() and len(text) < 19 and (text[0] != "0" or text == "0") else None


@lru_cache(maxsize=1024)
def _tokens_of(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(match.groups() for match in _TOKEN.finditer(text))


class _Expression:
    """Evaluates while it reads; what is skipped (`0 && …`) is read with `live` false."""

    def __init__(self, text: str, get: Get, set_: Set, depth: int) -> None:
        self._tokens = _tokens_of(text)
        self._at = 0
        self._get = get
        self._set = set_
        self._depth = depth

    def value(self) -> int:
        result = self._comma(True)
        if self._at < len(self._tokens):
            raise ArithError("arithmetic syntax error")
        return result

    def _operator(self) -> str:
        return (self._tokens[self._at][2] or "") if self._at < len(self._tokens) else ""

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ArithError("expression recursion loop detected")

    def _comma(self, live: bool) -> int:
        self._deeper()
        result = self._ternary(live)
        while self._operator() == ",":
            self._at += 1
            result = self._ternary(live)
        self._depth -= 1
        return result

    def _ternary(self, live: bool) -> int:
        name = self._tokens[self._at][1] if self._at < len(self._tokens) else None
        following = self._tokens[self._at + 1][2] if self._at + 1 < len(self._tokens) else None
        if name and following in _ASSIGN:
            self._at += 2
            return self._assign(name, following, live)
        condition = self._binary(1, live)
        if self._operator() != "?":
            return condition
        self._at += 1
        yes = self._comma(live and condition != 0)
        if self._operator() != ":":
            raise ArithError("malformed ?: operator")
        self._at += 1
        self._deeper()
        no = self._ternary(live and condition == 0)
        self._depth -= 1
        return yes if condition else no

    def _assign(self, name: str, operator: str, live: bool) -> int:
        self._deeper()
        value = self._ternary(live)
        self._depth -= 1
        if live:
            if operator != "=":
                value = _compute(operator[:-1], self._variable(name), value)
            self._set(name, str(value))
        return value

    def _binary(self, least: int, live: bool) -> int:
        left = self._power(live)
        while True:
            operator = self._operator()
            level = _LEVELS.get(operator, 0)
            if level < least:
                return left
            self._at += 1
            if operator == "&&":
                right = self._binary(level + 1, live and left != 0)
                left = int(left != 0 and right != 0)
            elif operator == "||":
                right = self._binary(level + 1, live and left == 0)
                left = int(left != 0 or right != 0)
            else:
                right = self._binary(level + 1, live)
                left = _compute(operator, left, right) if live else 0

    def _power(self, live: bool) -> int:
        value = self._unary(live)
        if self._operator() != "**":
            return value
        self._at += 1
        self._deeper()
        exponent = self._power(live)
        self._depth -= 1
        if exponent < 0:
            raise ArithError("exponent less than 0")
        return _wrap(pow(value, exponent, 1 << 64)) if live else 0

    def _unary(self, live: bool) -> int:
        operator = self._operator()
        if operator in ("!", "~", "+", "-"):
            self._at += 1
            self._deeper()
            value = self._unary(live)
            self._depth -= 1
            return {"!": int(value == 0), "~": ~value, "+": value, "-": _wrap(-value)}[operator]
        if operator in ("++", "--"):
            self._at += 1
            name = self._tokens[self._at][1] if self._at < len(self._tokens) else None
            if not name:
                raise ArithError("arithmetic syntax error")
            self._at += 1
            return self._step(name, operator, live)
        return self._primary(live)

    def _step(self, name: str, operator: str, live: bool) -> int:
        if not live:
            return 0
        value = _wrap(self._variable(name) + (1 if operator == "++" else -1))
        self._set(name, str(value))
        return value

    def _primary(self, live: bool) -> int:
        if self._at >= len(self._tokens):
            raise ArithError("arithmetic syntax error")
        number, name, operator, _ = self._tokens[self._at]
        self._at += 1
        if number:
            return _number(number)
        if name:
            if self._operator() in ("++", "--"):
                self._at += 1
                after = self._step(name, self._tokens[self._at - 1][2], live)
                return _wrap(after + (1 if self._tokens[self._at - 1][2] == "--" else -1)) if live else 0
            return self._variable(name) if live else 0
        if operator == "(":
            value = self._comma(live)
            if self._operator() != ")":
                raise ArithError("arithmetic syntax error")
            self._at += 1
            return value
        raise ArithError("arithmetic syntax error")

    def _variable(self, name: str) -> int:
        value = self._get(name)
        if value is None:
            return 0
        if self._depth >= MAX_DEPTH:
            raise ArithError("expression recursion loop detected")
        return evaluate(value, self._get, self._set, self._depth + 1)


def _number(text: str) -> int:
    try:
        if "#" in text:
            base, digits = text.split("#")
            return _wrap(int(digits, int(base)))
        if text[0] == "0" and len(text) > 1:
            return _wrap(int(text, 16) if text[1] in "xX" else int(text, 8))
        return _wrap(int(text))
    except ValueError:
        raise ArithError("arithmetic syntax error") from None


def _compute(operator: str, a: int, b: int) -> int:
    if operator in ("/", "%"):
        if b == 0:
            raise ArithError("divide by zero")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return _wrap(quotient if operator == "/" else a - quotient * b)
    return _wrap(_OPERATIONS[operator](a, b))


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "&": lambda a, b: a & b,
    "^": lambda a, b: a ^ b,
    "|": lambda a, b: a | b,
}


def _wrap(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)

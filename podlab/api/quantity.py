"""Kubernetes quantities: `100m`, `1.5`, `64Mi`, `1e3`, exactly.

A quantity is a decimal number and a suffix: a power of 1000 (n u m k M G T P E), a power of 1024 (Ki … Ei), or a
decimal exponent (e3). Anything finer than a nano is rounded up. A number may lack its digits (`m` is zero).
Models k8s.io/apimachinery/pkg/api/resource.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

QUANTITY_RULE = "Write a number with a unit: 100m or 0.5 for CPU, 64Mi or 1G for bytes."

Notation = Literal["DecimalSI", "BinarySI", "DecimalExponent"]

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()}
_SHAPE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+|)", re.ASCII)
_MAX_BINARY = (1 << 63) - 1
_NANOS = 10**9
_FAR = 400
"""Exponents are cut here, so that `1e999999999` cannot stop the program; no node is that large."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount and its text as Kubernetes gives it back."""

    amount: Fraction
    notation: Notation
    text: str

    def __str__(self) -> str:
        return self.text

    def rounded_up(self, parts: int) -> Quantity:
        """The same, or the next multiple of 1/parts away from zero."""
        amount = round_up(self.amount, parts)
        if amount == self.amount:
            return self
        return Quantity(amount, self.notation, format_quantity(amount, self.notation))


def is_quantity(value: str | int | float) -> bool:
    """Whether Kubernetes reads this JSON value as a quantity."""
    try:
        parse_quantity(value)
    except ValueError:
        return False
    return True


def parse_quantity(value: str | int | float) -> Quantity:
    """Read a quantity as written in JSON, a text or a number. Raises ValueError if it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _parse(str(value).strip())


@functools.lru_cache(maxsize=1024)
def _parse(text: str) -> Quantity:
    match = _SHAPE.fullmatch(text)
    if match is None or not text:
        raise ValueError(f"{text!r} is not a quantity. {QUANTITY_RULE}")
    sign, suffix = match[1], match[4]
    whole, fraction = match[2].lstrip("0") or "0", match[3] or ""
    digits = whole + fraction
    number = Fraction(int(digits), 10 ** len(fraction))
    notation: Notation = "DecimalSI"
    if suffix in _BINARY:
        power = _BINARY[suffix]
        notation = "BinarySI"
        amount = min(round_up(number * (1 << power), _NANOS), Fraction(_MAX_BINARY))
        short = not fraction and 14 - len(whole) - power * 3 // 10 >= 0
        canonical = short and int(digits) % 8 != 0
        if 0 < amount < 1:
            notation = "DecimalSI"
    else:
        if suffix not in _DECIMAL:
            notation = "DecimalExponent"
        power = _DECIMAL[suffix] if suffix in _DECIMAL else max(-_FAR, min(_FAR, int(suffix[1:])))
        amount = round_up(number * Fraction(10) ** power, _NANOS)
        scale = power - len(fraction)
        short = len(digits) <= 18 and scale >= -9
        canonical = short and scale % 3 == 0 and digits[0] != "0" and not digits.endswith("000")
    if sign == "-":
        amount = -amount
    return Quantity(amount, notation, text if canonical else format_quantity(amount, notation))


def round_up(amount: Fraction, parts: int) -> Fraction:
    """The nearest multiple of 1/parts that is no closer to zero."""
    scaled = abs(amount) * parts
    rounded = Fraction(-(-scaled.numerator // scaled.denominator), parts)
    return -rounded if amount < 0 else rounded


def format_quantity(amount: Fraction, notation: Notation) -> str:
    """The canonical text: the greatest unit that leaves a whole number."""
    if amount == 0:
        return "0"
    if notation == "BinarySI" and amount.denominator == 1 and abs(amount) >= 1024:
        suffix = "".join([name for name, power in _BINARY.items() if amount % (1 << power) == 0][-1:])
        return f"{amount.numerator >> _BINARY.get(suffix, 0)}{suffix}"
    digits, power = int(amount * _NANOS), -9
    while digits % 1000 == 0 and (power < 18 or notation == "DecimalExponent"):
        digits //= 1000
        power += 3
    if notation == "DecimalExponent":
        return f"{digits}e{power}" if power else str(digits)
    return f"{digits}{_DECIMAL_SUFFIX[power]}"

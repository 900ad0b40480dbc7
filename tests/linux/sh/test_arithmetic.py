"""`$((…))` against Python's whole numbers, and patterns against simple definitions of what they match."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.busybox import pattern
from podlab.busybox.arith import ArithError, evaluate

SMALL = st.integers(min_value=-1000, max_value=1000)


def value(text: str, **variables: str) -> int:
    return evaluate(text, variables.get, variables.__setitem__)


@given(SMALL, SMALL, SMALL)
def test_operators_agree_with_python(a: int, b: int, c: int) -> None:
    assert value(f"{a} + {b} * {c}") == a + b * c
    assert value(f"({a} + {b}) * {c}") == (a + b) * c
    assert value(f"{a} < {b} || {b} <= {c}") == int(a < b or b <= c)
    assert value(f"{a} & {b} | {c} ^ {a}") == (a & b) | (c ^ a)
    assert value(f"{a} > {b} ? {b} : {c}") == (b if a > b else c)


@given(SMALL, SMALL.filter(bool))
def test_division_rounds_towards_zero_as_in_c(a: int, b: int) -> None:
    quotient, rest = value(f"{a} / {b}"), value(f"{a} % {b}")
    assert quotient * b + rest == a
    assert abs(rest) < abs(b)
    assert rest == 0 or (rest < 0) == (a < 0)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1), st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_numbers_have_64_bits(a: int, b: int) -> None:
    assert -(2**63) <= value("x * y + x", x=str(a), y=str(b)) < 2**63


@given(st.text(alphabet="0123456789+-*/%()<>=!&|^~?:, xy#"))
def test_any_text_has_a_value_or_an_error(text: str) -> None:
    with suppress(ArithError):
        assert isinstance(value(text, x="3", y="x+1"), int)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("1/0", "divide by zero", id="division by zero"),
        pytest.param("1+", "arithmetic syntax error", id="something missing"),
        pytest.param("(" * 500 + "1" + ")" * 500, "expression recursion loop detected", id="nested too deeply"),
        pytest.param("a", "expression recursion loop detected", id="a variable that names itself"),
    ],
)
def test_errors(text: str, error: str) -> None:
    with pytest.raises(ArithError, match=error):
        value(text, a="a")


TEXT = st.text(alphabet="ab.-", max_size=8)


@given(TEXT, TEXT)
def test_a_star_matches_anything(head: str, tail: str) -> None:
    assert pattern.matches(pattern.quote(head) + "*", head + tail)
    assert pattern.matches("*" + pattern.quote(tail), head + tail)


@given(st.text(alphabet="ab*?[]\\!-^", max_size=8), st.text(alphabet="ab*?[]\\!-^", max_size=8))
def test_a_quoted_text_matches_only_itself(text: str, other: str) -> None:
    assert pattern.matches(pattern.quote(text), text)
    assert pattern.matches(pattern.quote(text), other) == (text == other)


@given(TEXT, st.text(alphabet="ab*?", max_size=5))
def test_stripping_takes_the_shortest_or_the_longest_match(text: str, shape: str) -> None:
    heads = [end for end in range(len(text) + 1) if pattern.matches(shape, text[:end])]
    tails = [start for start in range(len(text) + 1) if pattern.matches(shape, text[start:])]
    assert pattern.strip_prefix(text, shape, False) == (text[min(heads) :] if heads else text)
    assert pattern.strip_prefix(text, shape, True) == (text[max(heads) :] if heads else text)
    assert pattern.strip_suffix(text, shape, False) == (text[: max(tails)] if tails else text)
    assert pattern.strip_suffix(text, shape, True) == (text[: min(tails)] if tails else text)


def test_no_pattern_takes_exponential_time() -> None:
    assert not pattern.matches("*a" * 30 + "b", "a" * 5000)

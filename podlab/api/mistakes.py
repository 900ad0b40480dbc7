"""Mistakes of the one who uses podlab: errors whose message says all there is to know.

In a notebook only the message is shown, never a traceback: the mistake is in the call, not in podlab's code. Each is
also the built-in error that Python programmers expect.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


class Mistake(Exception):
    """What was asked for cannot be done as it was asked; the message names what is wrong and what would be right."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def _render_traceback_(self) -> list[str]:
        """IPython calls this instead of formatting a traceback."""
        return [f"{type(self).__name__}: {self}"]


class WrongValue(Mistake, ValueError):
    """A value that does not fit."""


class WrongType(Mistake, TypeError):
    """A thing of another kind than the one that is needed."""


class NotFound(Mistake, KeyError):
    """A name that nothing has."""


def seconds_since(value: object, what: str) -> float:
    """A time in seconds since the start. WrongValue, beginning with `what`, for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise WrongValue(f"{what} must be seconds since the start, 0 or more, not {value!r}")
    return float(value)


def texts(values: object, what: str, example: str) -> tuple[str, ...]:
    """Several texts, or one by itself. WrongType, beginning with `what`, for what is neither; none stands twice."""
    listed = (values,) if isinstance(values, str) else tuple(values) if isinstance(values, Iterable) else (None,)
    if not all(isinstance(each, str) for each in listed):
        raise WrongType(f"{what}: takes names, as in {example}, not {values!r}")
    return tuple(dict.fromkeys(listed))


def a_kind(thing: object) -> str:
    """What a thing is, with its article: "an int", "a list"."""
    return with_article(type(thing).__name__)


def with_article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def expect(thing: object, kind: type[T], what: str, instead: str) -> T:
    """The thing itself if it is of this kind. WrongType says what the function `what` takes and what to write."""
    if isinstance(thing, kind):
        return thing
    raise WrongType(f"{what}: takes {with_article(kind.__name__)}, not {a_kind(thing)}; {instead}")

"""Whether JSON data has the shape that a format asks for: a strict walk that says at which place it has not.

A check takes a value and its place (`events[0].message`) and raises Misshapen where the value is of another kind. The
checks of a whole format are put together from these; fields that a format does not name are nobody's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from podlab.api.decode import described, well_formed

Check = Callable[[Any, str], None]
"""Takes a value and its place. Raises Misshapen."""


class Misshapen(Exception):
    """Data of another shape than its format asks for: the place, and what would be right."""


def wrong(place: str, wanted: str, value: object) -> Misshapen:
    """The error for a value that is not what is wanted."""
    return Misshapen(f"{place}: must be {wanted}, not {described(value)}")


def text(value: Any, place: str) -> None:
    """A text, which can be written in UTF-8."""
    if not isinstance(value, str) or value != well_formed(value):
        raise wrong(place, "a text", value)


def truth(value: Any, place: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(place, "true or false", value)


def moment(value: Any, place: str) -> None:
    """A time as the API writes it."""
    wanted = "a time like 2026-01-31T12:00:00Z"
    if not isinstance(value, str) or "T" not in value:
        raise wrong(place, wanted, value)
    try:
        read, again = msgspec.convert(value, datetime), datetime.fromisoformat(value)
    except (msgspec.ValidationError, ValueError):
        raise wrong(place, wanted, value) from None
    if read.tzinfo is None or read != again or not 1970 <= read.year <= 9000:
        raise wrong(place, wanted, value)


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""

    def check(value: Any, place: str) -> None:
        if type(value) is not int or not low <= value <= high:
            raise wrong(place, f"a whole number from {low} to {high}", value)

    return check


def number(low: float, high: float) -> Check:
    """A number from `low` to `high`, which may be infinite; the number itself may not."""
    wanted = f"a number, {low:.0f} or more" if high == math.inf else f"a number from {low:.0f} to {high:.0f}"

    def check(value: Any, place: str) -> None:
        if type(value) not in (int, float) or not low <= value <= high or abs(value) == math.inf:
            raise wrong(place, wanted, value)

    return check


def one_of(*words: str) -> Check:
    """One of some words."""

    def check(value: Any, place: str) -> None:
        if value not in words:
            raise wrong(place, " or ".join(f'"{word}"' for word in words), value)

    return check


def or_nothing(inner: Check) -> Check:
    """A value as `inner` wants it, or null."""

    def check(value: Any, place: str) -> None:
        if value is not None:
            inner(value, place)

    return check


def list_of(element: Check) -> Check:
    """A list whose elements are as `element` wants them."""

    def check(value: Any, place: str) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise wrong(place, "a list", value)
        for index, item in enumerate(value):
            element(item, f"{place}[{index}]")

    return check


def map_of(element: Check, name: Check = text) -> Check:
    """An object whose names are as `name` wants them, and whose values as `element`."""

    def check(value: Any, place: str) -> None:
        if not isinstance(value, Mapping):
            raise wrong(place, "an object", value)
        for key, item in value.items():
            name(key, f"a name in {place}")
            element(item, f"{place}.{key}")

    return check


def anything(value: Any, place: str) -> None:
    """Whatever it is."""


def fields(needed: Mapping[str, Check], others: Mapping[str, Check] | None = None) -> Check:
    """An object that has the needed fields; `others` may be left out or null, and what is not named may be there."""
    optional = {name: or_nothing(check) for name, check in (others or {}).items()}

    def check(value: Any, place: str) -> None:
        if not isinstance(value, Mapping):
            raise wrong(place or "the whole", "an object", value)
        prefix = f"{place}." if place else ""
        for name, inner in needed.items():
            if name not in value:
                raise Misshapen(f"{prefix}{name}: is missing; {place or 'the file'} needs {', '.join(needed)}")
            inner(value[name], f"{prefix}{name}")
        for name, inner in optional.items():
            if name in value:
                inner(value[name], f"{prefix}{name}")

    return check

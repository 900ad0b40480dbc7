"""One plain sentence of what would be right, for faults that Kubernetes words for machines."""

from __future__ import annotations

import difflib
import functools
import typing
from collections.abc import Iterable, Sequence

import msgspec
from lightkube.models.core_v1 import PodSpec
from lightkube.models.meta_v1 import ObjectMeta


def nearest(name: str, known: Iterable[str], likeness: float = 0.7) -> str | None:
    """The known name that was probably meant, if any comes close; capitals do not count. Likeness: 0 to 1."""
    folded = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=likeness)
    return folded[close[0]] if close else None


def one_of(known: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}"


def unknown_field_hint(cls: type[msgspec.Struct], name: object, known: list[str]) -> str:
    """Name the field that was meant, or the place where a field of this name belongs."""
    if not isinstance(name, str):
        return "Field names are texts."
    for inside, around, advice in _OUTER:
        if cls.__name__ in inside and name in around.__struct_encode_fields__:
            return advice
    if meant := nearest(name, known):
        return f"Did you mean {meant}?"
    for field, child in _children(cls):
        if name in child.__struct_encode_fields__:
            return f"It belongs one level deeper, under {field}."
    if len(known) <= 12:
        return f"Known here: {', '.join(sorted(known))}." if known else "This object has no fields."
    return f"A {cls.__name__} has no such field; `kubectl explain` lists those it has."


_OUTER: tuple[tuple[tuple[str, ...], type[msgspec.Struct], str], ...] = (
    (
        ("Container", "EphemeralContainer"),
        PodSpec,
        "It belongs to the pod: move it up, under spec.",
    ),
    (("PodSpec",), ObjectMeta, "It belongs under metadata, not under spec."),
)
"""Types, what is around or beside them, and what to say of a field that stands in the one and belongs to the other."""


@functools.cache
def _children(cls: type[msgspec.Struct]) -> list[tuple[str, type[msgspec.Struct]]]:
    children = []
    for field in msgspec.structs.fields(cls):
        types = [field.type]
        while types:
            current = types.pop()
            types.extend(typing.get_args(current))
            if isinstance(current, type) and issubclass(current, msgspec.Struct):
                children.append((field.encode_name, current))
    return children


def wrong_type_hint(value: object, expected: str) -> str:
    """Say how to write a value of the expected type."""
    if expected == "a text" and isinstance(value, bool | int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return f'Put it in quotes: "{shown}".'
    if expected == "a whole number" and isinstance(value, str) and value.lstrip("-").isdecimal():
        return f"Write it without quotes: {value}."
    if expected == "true or false" and isinstance(value, str):
        return "Write true or false, without quotes."
    if expected == "a list":
        if isinstance(value, dict):
            return "Put a dash before each entry of the list."
        return "Write a list: [a, b], or one entry a line, each after a dash."
    if expected == "an object":
        return "Write fields here, one `name: value` a line."
    return f"Write {expected}."

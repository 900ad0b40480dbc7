"""kubectl's JSONPath templates, applied to JSON data: what each step finds, and the text of it.

A field that is not there finds nothing (kubectl sets ``--allow-missing-template-keys``); an index beyond the end of a
list is an error. Models k8s.io/client-go/util/jsonpath/jsonpath.go.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from podlab.kubectl.goformat import go_json, go_text, go_type
from podlab.kubectl.jsonpath import (
    Field,
    Filter,
    JsonPathError,
    Keyword,
    Literal,
    Recursive,
    Slice,
    Step,
    Steps,
    Template,
    Union,
    Wildcard,
)

_RANGE, _END = Keyword("range"), Keyword("end")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def render(template: Template, data: Any) -> str:
    """The text of a template for an object. Raises JsonPathError."""
    return "".join(" ".join(map(_text, found)) for found in find(template, data))


def find(template: Template, data: Any) -> list[list[Any]]:
    """What each part of a template finds, in the order of printing. Raises JsonPathError."""
    found: list[list[Any]] = []
    _run(template, 0, data, found, depth=0)
    return found


def _run(template: Template, at: int, data: Any, found: list[list[Any]], depth: int) -> int:
    """Apply the parts from `at` on; inside a range, up to its end. Return where the next part is."""
    while at < len(template):
        part = template[at]
        at += 1
        if isinstance(part, str):
            found.append([part])
        elif part == (_END,):
            if not depth:
                raise JsonPathError("not in range, nothing to end")
            return at
        elif part[:1] == (_RANGE,):
            for value in _apply(part[1:], [data]):
                _run(template, at, value, found, depth + 1)
            # A range that is never closed goes to the end of the template, which is then applied outside it as well.
            at = _closed(template, at) or at
        else:
            found.append(_apply(part, [data]))
    return at


def _closed(template: Template, at: int) -> int | None:
    depth = 1
    for index, part in enumerate(template[at:], at):
        if part[:1] == (_RANGE,):
            depth += 1
        elif part == (_END,):
            depth -= 1
            if not depth:
                return index + 1
    return None


def _apply(steps: Steps, values: list[Any]) -> list[Any]:
    for step in steps:
        values = list(_step(step, values))
    return values


def _step(step: Step, values: Sequence[Any]) -> Iterator[Any]:
    match step:
        case Literal(value):
            yield from [value] if isinstance(value, str) else [value] * len(values)
        case Field(name):
            yield from (value[name] for value in values if isinstance(value, dict) and name in value)
        case Wildcard():
            for value in values:
                yield from _children(value)
        case Recursive():
            for value in values:
                yield from _descend(value)
        case Slice():
            for value in values:
                yield from _sliced(step, value)
        case Union(parts):
            for part in parts:
                yield from _apply(part, list(values))
        case Filter():
            for value in values:
                yield from _filtered(step, value)
        case Keyword(word):
            if step == _END:
                raise JsonPathError("not in range, nothing to end")
            raise JsonPathError(f"unrecognized identifier {word}")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return value if isinstance(value, list) else []


def _descend(value: Any) -> Iterator[Any]:
    children = _children(value)
    if children:
        yield value
        for child in children:
            yield from _descend(child)


def _sliced(part: Slice, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise JsonPathError(f"{go_type(value)} is not array or slice")
    length = len(value)
    start = part.start or 0
    end = length if part.end is None else part.end
    start += length if start < 0 else 0
    # The end of the index -1 is 0, which is counted from the end as well.
    end += length if end < 0 or (end == 0 and part.one) else 0
    if start == end:
        return []
    if not 0 <= start < length:
        raise JsonPathError(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise JsonPathError(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise JsonPathError(f"starting index {start} is greater than ending index {end}")
    if part.step is not None and part.step <= 0:
        raise JsonPathError("step must be > 0")
    return value[start : end : part.step or 1]


def _filtered(part: Filter, value: Any) -> Iterator[Any]:
    if value is None:
        return
    if not isinstance(value, list):
        raise JsonPathError(f"{go_text(value)} is not array or slice and cannot be filtered")
    for element in value:
        left = _apply(part.left, [element])
        if part.operator == "exists":
            if left:
                yield element
            continue
        right = _apply(part.right, [element])
        if len(left) > 1 or len(right) > 1:
            raise JsonPathError("can only compare one element at a time")
        if left and right and _compare(left[0], part.operator, right[0]):
            yield element


def _compare(left: Any, sign: str, right: Any) -> bool:
    compare = _COMPARE.get(sign)
    if compare is None:
        raise JsonPathError(f"unrecognized filter operator {sign}")
    if type(left) is not type(right) or isinstance(left, dict | list):
        raise JsonPathError("incompatible types for comparison")
    if isinstance(left, bool) and sign not in ("==", "!="):
        raise JsonPathError("invalid type for comparison")
    return compare(left, right)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return go_json(value)
    return go_text(value)

"""YAML as kubectl writes it: the layout, quoting and order of keys of Go's yaml.v2 (sigs.k8s.io/yaml)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import yaml

_NOT_TEXT = re.compile(
    r"[yYnN]|<<|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[ob]?[0-7_]+"
)
"""What Go reads as something else than a text, and PyYAML does not."""
_BREAKS = re.compile("[\x85\u2028\u2029]")
"""What YAML takes for the end of a line, and Python's ``\\n`` is not."""
_TEXT_TAG = "tag:yaml.org,2002:str"


def go_yaml(data: Any) -> str:
    """JSON data as YAML."""
    lines: list[str] = []
    try:
        _write(lines, data, "")
    except _NotSimpleError:
        return emitted(data)
    return "".join(lines)


def emitted(data: Any) -> str:
    """The same text by PyYAML's emitter: slower by far, it decides how a scalar is written."""
    text: str = yaml.dump(data, Dumper=_Dumper, width=float("inf"), allow_unicode=True, default_flow_style=False)
    return text


class _NotSimpleError(Exception):
    """A key on a line of its own, a text with no map or list around it, the end of a text that needs a mark."""


def _write(out: list[str], data: Any, pad: str) -> None:
    """A map or a list that is not empty, each line behind ``pad``, but for the first: that is where the caller stands.

    A map's list stands as far left as its key, so that a list needs no room of its own.
    """
    if isinstance(data, dict) and data:
        for number, (key, text) in enumerate(_keys(tuple(data))):
            out.append(f"{pad}{text}:" if number else f"{text}:")
            value = data[key]
            if value and isinstance(value, dict | list):
                inner = pad + "  " if isinstance(value, dict) else pad
                out.append("\n" + inner)
                _write(out, value, inner)
            else:
                out.append(_scalar_line(value, pad))
    elif isinstance(data, list) and data:
        for number, value in enumerate(data):
            out.append(f"{pad}-" if number else "-")
            if value and isinstance(value, dict | list):
                out.append(" ")
                _write(out, value, pad + "  ")
            else:
                out.append(_scalar_line(value, pad))
    else:
        raise _NotSimpleError


def _scalar_line(value: Any, pad: str) -> str:
    """What follows ``key:`` or ``-``, with the end of the line."""
    if isinstance(value, dict | list):
        return " {}\n" if isinstance(value, dict) else " []\n"
    text = _scalar(value) if not isinstance(value, str) or len(value) < 1000 else _scalar.__wrapped__(value)
    if text.isascii() and text.count("\n") == 1:
        return text
    if _BREAKS.search(text) or text.endswith("...\n"):
        raise _NotSimpleError
    first, *block = text[:-1].split("\n")
    return "\n".join([first, *(line and pad + line for line in block)]) + "\n"


@functools.lru_cache(maxsize=8192, typed=True)
def _scalar(value: Any) -> str:
    return emitted({"k": value})[2:]


@functools.lru_cache(maxsize=2048)
def _keys(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The keys in kubectl's order, each with its text."""
    pairs = []
    for key in sorted(keys, key=functools.cmp_to_key(_compare)):
        text = emitted({key: 1})
        if not text.endswith(": 1\n") or text.startswith("? "):
            raise _NotSimpleError
        pairs.append((key, text[:-4]))
    return pairs


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    resolve: Callable[..., str] = dumper.resolve
    style = None
    if "\n" in text:
        style = "|"
    elif _NOT_TEXT.fullmatch(text) or resolve(yaml.ScalarNode, text, (True, False)) != _TEXT_TAG:
        style = '"'
    return dumper.represent_scalar(_TEXT_TAG, text, style=style)


def _represent_map(dumper: _Dumper, data: dict[str, Any]) -> yaml.MappingNode:
    keys = sorted(data, key=functools.cmp_to_key(_compare))
    pairs = [(dumper.represent_data(key), dumper.represent_data(data[key])) for key in keys]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_map)


def _compare(one: str, other: str) -> int:
    """Order of keys: digits by their number, before everything else; signs before letters."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left == right:
            continue
        if left.isalpha() or right.isalpha():
            if left.isalpha() and right.isalpha():
                return -1 if left < right else 1
            return -1 if right.isalpha() else 1
        left_digits, right_digits = _digits(one, at), _digits(other, at)
        # A zero counts as a digit behind others, as in 10 and 12, not as padding.
        before = "1" if "0" in (left, right) and re.search(r"[1-9][0-9]*$", one[:at]) else ""
        numbers = int(before + left_digits or 0), int(before + right_digits or 0)
        if numbers[0] != numbers[1]:
            return -1 if numbers[0] < numbers[1] else 1
        if len(left_digits) != len(right_digits):
            return -1 if len(left_digits) < len(right_digits) else 1
        return -1 if left < right else 1
    return len(one) - len(other)


def _digits(text: str, at: int) -> str:
    end = at
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[at:end]

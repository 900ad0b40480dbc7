"""JSON values as Go's fmt and encoding/json packages write them, in output and in error messages."""

from __future__ import annotations

import json
from typing import Any

_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}
_JSON_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def go_text(value: Any) -> str:
    """Go's ``%v``: ``map[a:1 b:[x y]]``, ``true``, ``<nil>``."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_text, value))}]"
    return "<nil>" if value is None else _scalar(value)


def go_syntax(value: Any) -> str:
    """Go's ``%#v``: ``map[string]interface {}{"a":1, "b":[]interface {}{"x"}}``."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{go_quote(key)}:{go_syntax(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{pairs}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(go_syntax, value))}}}"
    if isinstance(value, str):
        return go_quote(value)
    return "interface {}(nil)" if value is None else _scalar(value)


def go_quote(text: str) -> str:
    """Go's ``%q``: the text in double quotes, with what cannot be printed escaped."""
    return '"' + "".join(map(_escaped, text)) + '"'


def go_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with sorted keys, and ``<``, ``>`` and ``&`` escaped; on one line, or indented."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=separators, indent=indent)
    return text.translate(_JSON_ESCAPES)


def go_character(character: str) -> str:
    """Go's ``%#U``: ``U+007E '~'``."""
    code = f"U+{ord(character):04X}"
    return f"{code} '{character}'" if character.isprintable() else code


def go_type(value: Any) -> str:
    """Go's name for the type of a JSON value, as messages about a wrong one give it."""
    names = {dict: "map[string]interface {}", list: "[]interface {}", str: "string", bool: "bool", int: "int64"}
    return names.get(type(value), "float64")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

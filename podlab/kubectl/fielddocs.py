"""The documentation in lightkube's types, as data: each field's type, whether it is required, and its text.

lightkube writes the OpenAPI descriptions into docstrings, wrapped at 78 letters. Here they are unwrapped again.
"""

from __future__ import annotations

import functools
import re
import sys
from dataclasses import dataclass
from typing import Any

import msgspec

from podlab.api.field_types import LATER_FIELDS, MAP_VALUES
from podlab.kubectl.enums import ENUMS, Enum

_WIDTH = 78
_ITEM = re.compile(r"\n *\* \*\*")
_FIELD = re.compile(r"(\w+)\*\* ``([^`]*)`` - (.*)", re.DOTALL)
_OPTIONAL = re.compile(r"Optional\[(.*)\]")
_LIST = re.compile(r"List\[(.*)\]")
_WORDS = {"str": "string", "int": "integer", "bool": "boolean", "float": "number", "Time": "string"}
_WORDS |= {"MicroTime": "string", "dict": "map[string]string", "object": "Object"}
_MAPS = {"quantity": "Quantity", "base64": "string", "anything": "Object"}
_ALIASES = {
    "Time": (
        "Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided "
        "for many of the factory methods that the time package offers."
    ),
    "MicroTime": "MicroTime is version of Time with microsecond level precision.",
    "Quantity": (
        "Quantity is a fixed-point representation of a number. It provides convenient marshaling/unmarshaling in JSON "
        "and YAML, in addition to String() and AsInt64() accessors."
    ),
    "IntOrString": (
        "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
        "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field "
        "that can accept a name or a number."
    ),
}

Model = type[msgspec.Struct]


@dataclass(frozen=True)
class FieldDoc:
    """One field. ``type_name`` as kubectl writes it; ``model`` is the class of what it holds, if it is an object."""

    name: str
    type_name: str
    required: bool
    text: str
    model: Model | None
    type_text: str
    enum: Enum


def model_text(model: Model) -> str:
    """What a class is, in its own words."""
    return _unwrapped((model.__doc__ or "").partition("**parameters**")[0])


@functools.cache
def field_docs(model: Model) -> dict[str, FieldDoc]:
    """The fields of a class that Kubernetes 1.36 knows, by name."""
    fields = (_field(model, item) for item in _ITEM.split((model.__doc__ or "").partition("**parameters**")[2])[1:])
    return {
        field.name: field
        for field in sorted(fields, key=lambda field: field.name)
        if f"{model.__name__}.{field.name}" not in LATER_FIELDS
    }


def _field(model: Model, item: str) -> FieldDoc:
    match = _FIELD.match(item)
    if match is None:
        raise ValueError(f"{model.__name__}: cannot read the documentation of {item[:40]!r}")
    # lightkube renames what is a word of Python: from_ is written from.
    name = dict(zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True))[match[1]]
    declared, text = match[2], match[3]
    optional = _OPTIONAL.fullmatch(declared)
    inner = optional[1] if optional else declared
    listed = _LIST.fullmatch(inner)
    base = (listed[1] if listed else inner).rpartition(".")[2]
    key = f"{model.__name__}.{name}"
    held = _MAPS.get(MAP_VALUES.get(key, ""))
    if base == "dict" and held is not None:
        base = held if held in _ALIASES else base
        type_name = f"map[string]{held}"
    else:
        type_name = _WORDS.get(base, base)
    found = _class_of(model, listed[1] if listed else inner)
    return FieldDoc(
        name=name,
        type_name=f"[]{type_name}" if listed else type_name,
        required=optional is None,
        text=_with_enum(_unwrapped(text), ENUMS.get(key, {})),
        model=found,
        type_text=model_text(found) if found is not None else _ALIASES.get(base, ""),
        enum=ENUMS.get(key, {}),
    )


def _class_of(model: Model, name: str) -> Model | None:
    """The class that a type name means in the module of ``model``."""
    found: Any = sys.modules[model.__module__]
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) and issubclass(found, msgspec.Struct) else None


def _with_enum(text: str, enum: Enum) -> str:
    if not enum:
        return text
    lines = [f' - `"{word}"` {meaning}'.rstrip() for word, meaning in enum.items()]
    return "\n".join([text, "", "Possible enum values:", *lines])


def _unwrapped(text: str) -> str:
    """Join lines that were broken because the next word did not fit; any other break is a paragraph's."""
    out = ""
    before = None
    for line in (line.strip() for line in text.strip().split("\n")):
        if not line:
            before = None
        elif before is None:
            out += f"\n\n{line}" if out else line
        elif len(before) + 1 + len(line.split()[0]) > _WIDTH:
            out += f" {line}"
        else:
            out += f"\n{line}" if line[0] in "-*" else f"\n\n{line}"
        before = line or None
    return out

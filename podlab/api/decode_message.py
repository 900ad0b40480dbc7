"""What the API server says of data that does not fit the types, in the words of Go's decoder.

Models encoding/json's UnmarshalTypeError, the strict decoding of sigs.k8s.io/json and what
k8s.io/apiserver/pkg/endpoints/handlers puts around them.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from podlab.api.faults import Fault
from podlab.api.field_types import INT64_FIELDS, MAP_VALUES
from podlab.api.validation.errors import quoted

_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")
_REFERENCE = ("LocalObjectReference", ("name",))
_EMBEDDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "Probe": ("ProbeHandler", ("exec", "httpGet", "tcpSocket", "grpc")),
    "ConfigMapEnvSource": _REFERENCE,
    "ConfigMapKeySelector": _REFERENCE,
    "ConfigMapProjection": _REFERENCE,
    "ConfigMapVolumeSource": _REFERENCE,
    "SecretEnvSource": _REFERENCE,
    "SecretKeySelector": _REFERENCE,
    "SecretProjection": _REFERENCE,
}
"""Objects that Go takes from another object it embeds: that one's name stands in the path too."""


def decode_message(cls: type[msgspec.Struct], data: Any, faults: Iterable[Fault]) -> str:
    """Why plain JSON data is not taken for an object of `cls`, given what `decode` found wrong with it."""
    version, kind = data.get("apiVersion"), data.get("kind")
    found = list(faults)
    mistyped = [fault for fault in found if fault.kind != "unknown field"]
    if mistyped:
        what = _mistyped(cls, data, mistyped[0])
    else:
        what = "strict decoding error: " + ", ".join(f"unknown field {quoted(fault.path)}" for fault in found)
    number = str(version).rpartition("/")[2]
    return f'{kind} in version "{number}" cannot be handled as a {kind}: {what}'


class _Place(NamedTuple):
    """Where a path leads: the object that has the field, the field's path in Go's words, its type, and the value."""

    struct: type[msgspec.Struct]
    words: Sequence[str]
    type: str
    value: Any


def _mistyped(cls: type[msgspec.Struct], data: Any, fault: Fault) -> str:
    place = _find(cls, data, fault.path)
    if place.type == "quantity" and isinstance(place.value, str):
        return _QUANTITY
    field = ".".join([place.struct.__name__, *place.words])
    return f"json: cannot unmarshal {_json_type(place.value)} into Go struct field {field} of type {place.type}"


def _find(cls: type[msgspec.Struct], data: Any, path: str) -> _Place:
    """Follow a fault's path through the types and the data."""
    place = _Place(cls, (), f"v1.{cls.__name__}", data)
    hint: Any = cls
    for name, index in _STEP.findall(path):
        value = place.value
        if name and isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            embedded, fields = _EMBEDDED.get(hint.__name__, ("", ()))
            words = [*place.words, *([embedded] if name in fields else []), name]
            value = value.get(name) if isinstance(value, dict) else None
            own = dict(zip(hint.__struct_encode_fields__, hint.__struct_fields__, strict=True))[name]
            place = _Place(hint, words, _go_type(hint, own), value)
            hint = _without_optional(typing.get_type_hints(hint)[own])
        elif typing.get_origin(hint) is list:
            hint = typing.get_args(hint)[0]
            value = value[int(index)] if isinstance(value, list) else None
            place = place._replace(type=place.type.removeprefix("[]"), value=value)
        else:  # a map's value: its key is no word of the path
            key = index or name
            value = value.get(key) if isinstance(value, dict) else None
            place = place._replace(type=place.type.removeprefix("map[string]"), value=value)
    return place


def _go_type(cls: type[msgspec.Struct], name: str) -> str:
    hint = _without_optional(typing.get_type_hints(cls)[name])
    prefix = ""
    if typing.get_origin(hint) is list:
        prefix, hint = "[]", typing.get_args(hint)[0]
    elif (typing.get_origin(hint) or hint) is dict:
        held = MAP_VALUES.get(f"{cls.__name__}.{name}", "string")
        return f"map[string]{held}"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"{prefix}v1.{hint.__name__}"
    if "Quantity" in str(cls.__annotations__[name]):
        return "quantity"
    if hint is int:
        return prefix + ("int64" if f"{cls.__name__}.{name}" in INT64_FIELDS else "int32")
    return prefix + ("bool" if hint is bool else "string")


def _without_optional(hint: Any) -> Any:
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    return parts[0] if typing.get_origin(hint) is typing.Union else hint


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    names: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")

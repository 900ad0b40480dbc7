"""JSON data into typed objects and back, strictly: every unknown field and every wrong type is found, with its path.

The rules are those by which the API server reads JSON: names are case-sensitive, `null` means absent, an absent field
has the zero value of its type ("" / 0 / false / an empty list or object), int32 and int64 have their ranges, quantities
may be numbers, and a list of texts takes nothing but texts. That a *required* field is empty is a matter of validation.
Quantities and int-or-string values stay as they were written.
"""

from __future__ import annotations

import base64
import binascii
import functools
import typing
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from podlab.api.faults import Fault, ManifestError
from podlab.api.field_types import INT64_FIELDS, LATER_FIELDS, MAP_VALUES
from podlab.api.hints import unknown_field_hint, wrong_type_hint
from podlab.api.mistakes import a_kind
from podlab.api.quantity import QUANTITY_RULE, is_quantity

T = TypeVar("T", bound=msgspec.Struct)

Decoder = Callable[[Any, str, list[Fault]], Any]
"""Takes a JSON value that is not null, its path, and the list to which it adds what is wrong."""


def decode(cls: type[T], data: object, path: str = "") -> tuple[T, list[Fault]]:
    """Read plain JSON data as an object of `cls`; what does not fit is listed, left out of the object, and skipped."""
    faults: list[Fault] = []
    value: T = _struct_decoder(cls)(data, path, faults)
    return value, faults


def decode_object(cls: type[T], data: object) -> T:
    """Read plain JSON data as an object of `cls`, status included. Raises ManifestError if anything does not fit."""
    value, faults = decode(cls, data)
    if faults:
        raise ManifestError(faults)
    return value


def encode(obj: msgspec.Struct) -> dict[str, Any]:
    """The plain JSON data of an object: absent fields left out, times by RFC 3339. `decode` undoes it exactly."""
    data: dict[str, Any] = msgspec.to_builtins(obj)
    return data


def _wrong(value: object, expected: str, path: str, faults: list[Fault]) -> None:
    message = f"must be {expected}, not {described(value)}"
    faults.append(Fault(path, message, wrong_type_hint(value, expected), "wrong type"))


def described(value: object) -> str:
    """What a JSON value is, in words: `the text "hello"`, `a list`, `the number 3`."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:39] + "…"
        return f'the text "{well_formed(shown)}"'
    if value is None:
        return "nothing"
    return f"the number {value}" if isinstance(value, int | float) else a_kind(value)


def _string(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    _wrong(value, "a text", path, faults)
    return ""


def well_formed(text: str) -> str:
    """The text with U+FFFD for each half of a character whose other half is missing, as JSON escapes can write it."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _boolean(value: Any, path: str, faults: list[Fault]) -> Any:
    if value is True or value is False:
        return value
    _wrong(value, "true or false", path, faults)
    return False


def _integer(bits: int) -> Decoder:
    limit = 1 << (bits - 1)

    def decode_integer(value: Any, path: str, faults: list[Fault]) -> Any:
        if type(value) is int:
            if -limit <= value < limit:
                return value
            hint = f"Use a number between {-limit} and {limit - 1}."
            faults.append(Fault(path, f"{value} does not fit into {bits} bits", hint, "wrong type"))
        else:
            _wrong(value, "a whole number", path, faults)
        return 0

    return decode_integer


_int32 = _integer(32)
_int64 = _integer(64)


def _int_or_string(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if type(value) is int:
        return _int32(value, path, faults)
    _wrong(value, "a whole number or a text", path, faults)
    return 0


def _quantity(value: Any, path: str, faults: list[Fault]) -> Any:
    if type(value) in (str, int, float):
        if is_quantity(value):
            return value
        faults.append(Fault(path, f"{described(value)} is not a quantity", QUANTITY_RULE, "wrong type"))
    else:
        _wrong(value, "a quantity", path, faults)
    return "0"


def _time(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        _wrong(value, "a time", path, faults)
        return None
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in value:
        hint = "Write a time like 2026-01-31T12:00:00Z."
        faults.append(Fault(path, f"{described(value)} is not an RFC 3339 time", hint, "wrong type"))
        return None
    return moment


def _base64(value: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(value, str):
        _wrong(value, "a text in base64", path, faults)
        return ""
    try:
        base64.b64decode("".join(value.split("\n")), validate=True)
    except (binascii.Error, ValueError):
        hint = "Encode the bytes in base64, or put plain text under stringData."
        faults.append(Fault(path, "is not base64", hint, "wrong type"))
        return ""
    return value


def _anything(value: Any, path: str, faults: list[Fault]) -> Any:
    return value


def _list_of(element: Decoder, zero: Callable[[], Any]) -> Decoder:
    def decode_list(value: Any, path: str, faults: list[Fault]) -> Any:
        if not isinstance(value, list):
            _wrong(value, "a list", path, faults)
            return []
        return [
            zero() if item is None else element(item, f"{path}[{index}]", faults) for index, item in enumerate(value)
        ]

    return decode_list


def _map_of(element: Decoder, zero: Callable[[], Any]) -> Decoder:
    def decode_map(value: Any, path: str, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            _wrong(value, "an object", path, faults)
            return {}
        result = {}
        for key, item in value.items():
            name = well_formed(str(key))
            result[name] = zero() if item is None else element(item, f"{path}[{name}]", faults)
        return result

    return decode_map


class _StructDecoder:
    """Reads the fields of one class of objects. The fields' decoders are made at first use, since classes nest."""

    def __init__(self, cls: type[msgspec.Struct]) -> None:
        self.cls = cls

    @functools.cached_property
    def fields(self) -> dict[str, tuple[str, Decoder]]:
        """JSON name -> name in Python and decoder."""
        hints = typing.get_type_hints(self.cls)
        names = zip(self.cls.__struct_fields__, self.cls.__struct_encode_fields__, strict=True)
        return {
            json_name: (name, _decoder_for(self.cls, name, hints[name])[0])
            for name, json_name in names
            if f"{self.cls.__name__}.{name}" not in LATER_FIELDS
        }

    @functools.cached_property
    def required(self) -> list[tuple[str, Callable[[], Any]]]:
        """The fields that a Go struct holds by value, and their zero values."""
        hints = typing.get_type_hints(self.cls)
        return [
            (field.name, _decoder_for(self.cls, field.name, hints[field.name])[1])
            for field in msgspec.structs.fields(self.cls)
            if field.required
        ]

    def zero(self) -> msgspec.Struct:
        """The object of which no field was given."""
        return self.cls(**{name: zero() for name, zero in self.required})

    def __call__(self, value: Any, path: str, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            _wrong(value, "an object", path, faults)
            return self.zero()
        fields = self.fields
        prefix = f"{path}." if path else ""
        given: dict[str, Any] = {}
        for key, item in value.items():
            known = fields.get(key)
            if known is None:
                hint = unknown_field_hint(self.cls, key, list(fields))
                faults.append(Fault(f"{prefix}{well_formed(str(key))}", "unknown field", hint, "unknown field"))
            elif item is not None:
                given[known[0]] = known[1](item, prefix + key, faults)
        for name, zero in self.required:
            if name not in given:
                given[name] = zero()
        return self.cls(**given)


_struct_decoder = functools.cache(_StructDecoder)


def _decoder_for(cls: type[msgspec.Struct], name: str, hint: Any) -> tuple[Decoder, Callable[[], Any]]:
    """The decoder for one field, and what makes its zero value.

    lightkube's annotations do not tell int32 from int64, nor what a map holds; `field_types` does.
    """
    optional = [part for part in typing.get_args(hint) if part is not type(None)]
    if typing.get_origin(hint) is typing.Union and len(optional) == 1:
        hint = optional[0]
    origin = typing.get_origin(hint) or hint
    if origin is list:
        element, zero = _decoder_for(cls, name, typing.get_args(hint)[0])
        return _list_of(element, zero), list
    if origin is dict:
        return _map_decoder(cls, name), dict
    if origin is typing.Union:
        return _int_or_string, int
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        struct = _struct_decoder(origin)
        return struct, struct.zero
    if origin is str and "Quantity" in cls.__annotations__[name]:
        return _quantity, lambda: "0"
    if origin is int:
        return (_int64 if f"{cls.__name__}.{name}" in INT64_FIELDS else _int32), int
    return {str: (_string, str), bool: (_boolean, bool), datetime: (_time, lambda: None)}.get(
        origin, (_anything, lambda: None)
    )


def _map_decoder(cls: type[msgspec.Struct], name: str) -> Decoder:
    match MAP_VALUES.get(f"{cls.__name__}.{name}", "text"):
        case "quantity":
            return _map_of(_quantity, lambda: "0")
        case "base64":
            return _map_of(_base64, str)
        case "schema":
            schema = _struct_decoder(cls)  # a schema of parts that are schemas
            return _map_of(schema, schema.zero)
        case "anything":
            return _map_of(_anything, lambda: None)
        case _:
            return _map_of(_string, str)

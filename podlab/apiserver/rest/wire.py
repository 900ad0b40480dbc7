"""Kubernetes' binary form: a request in protocol buffers, read as the JSON data that it stands for.

kubectl and other clients made of Go send it where they know the type of what they send. An envelope with the magic
bytes `k8s` and 0 holds the kind and the object. The numbers of the fields are in `wire_fields.txt`, which
`tools/wire_fields.py` has read from a kubectl. Models k8s.io/apimachinery/pkg/runtime/serializer/protobuf.
"""

from __future__ import annotations

import base64
import functools
import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from podlab.kubectl.fielddocs import FieldDoc, Model, field_docs
from podlab.kubectl.store import ApiError

MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEEPEST = 64
_SCALARS = ("string", "integer", "boolean")
_ELSEWHERE = {
    "Binding": "core_v1",
    "DeleteOptions": "meta_v1",
    "Eviction": "policy_v1",
    "Scale": "autoscaling_v1",
    "TokenRequest": "authentication_v1",
}

Table = dict[str, dict[int, str]]


class Malformed(ValueError):
    """Bytes that are no protocol buffers, or not of the kind they say."""


def read(body: bytes) -> dict[str, Any]:
    """The object in a request's body. Raises ApiError (BadRequest)."""
    if not body.startswith(MAGIC):
        raise ApiError("BadRequest", "the body does not begin as Kubernetes' protocol buffers do")
    try:
        envelope = {number: value for number, _, value in _fields(body[len(MAGIC) :])}
        named = {number: value for number, _, value in _fields(_bytes(envelope.get(1, b"")))}
        version, kind = _text(named.get(1, b"")), _text(named.get(2, b""))
        model = model_of(version, kind)
        data = _object(model, _bytes(envelope.get(2, b"")), 0)
    except Malformed as error:
        raise ApiError("BadRequest", f"the body cannot be read as protocol buffers: {error}") from None
    return {"apiVersion": version, "kind": kind} | data


def model_of(version: str, kind: str) -> Model:
    """The class of a kind. Raises Malformed when there is none."""
    group, _, number = version.rpartition("/")
    module = _ELSEWHERE.get(kind) or f"{group.partition('.')[0] or 'core'}_{number}"
    try:
        found: Model | None = getattr(importlib.import_module(f"lightkube.models.{module}"), kind, None)
    except (ModuleNotFoundError, ValueError):
        found = None
    if found is None:
        raise Malformed(f"podlab does not know {kind or 'an object without a kind'} of {version or 'no version'}")
    return found


@functools.cache
def table() -> dict[str, Table]:
    """The fields of every type by their numbers, by group and version. A name with ~ is that of a type within."""
    found: dict[str, Table] = {}
    text = (files("podlab.apiserver.rest") / "wire_fields.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        group, name, *pairs = line.split()
        numbers = {int(number): field for field, _, number in (pair.partition("=") for pair in pairs)}
        found.setdefault(group, {})[name] = numbers
    return found


def _numbers(group: str, name: str) -> dict[int, str]:
    """The fields of a type, which may come from the package of common metadata."""
    known = table()
    return known.get(group, {}).get(name) or known["meta/v1"].get(name) or known["core/v1"].get(name) or {}


def _group_of(model: Model) -> str:
    return model.__module__.rpartition(".")[2].replace("_", "/")


def _object(model: Model, body: bytes, depth: int, name: str = "", group: str = "") -> dict[str, Any]:
    """The data of one message. `name`: of a type whose fields are its holder's in JSON."""
    if depth > _DEEPEST:
        raise Malformed("it is nested too deeply")
    group = group or _group_of(model)
    docs, numbers = field_docs(model), _numbers(group, name or model.__name__)
    data: dict[str, Any] = {}
    for number, wire, value in _fields(body):
        field = numbers.get(number)
        if field is None:
            continue  # of a newer version
        if field.startswith("~"):
            data |= _object(model, _bytes(value), depth + 1, field[1:], group)
            continue
        doc = docs.get(field.rstrip("?"))
        if doc is None or (not value and not field.endswith("?") and doc.type_name in _SCALARS):
            continue  # Go writes what is empty, too, and JSON leaves it out
        _put(data, doc, model, wire, value, depth)
    return data


def _put(data: dict[str, Any], doc: FieldDoc, model: Model, wire: int, value: Any, depth: int) -> None:
    """Add one value of a field: to a list, to a map, or as the value."""
    held = doc.type_name
    if held.startswith("[]"):
        if wire == _BYTES and held in ("[]integer",):
            data.setdefault(doc.name, []).extend(_signed(n) for n in _packed(value))
        else:
            data.setdefault(doc.name, []).append(_value(doc, model, held[2:], value, depth))
    elif held.startswith("map["):
        pair = {number: inner for number, _, inner in _fields(_bytes(value))}
        inner = pair.get(2, b"")
        data.setdefault(doc.name, {})[_text(pair.get(1, b""))] = _map_value(doc, model, inner)
    else:
        data[doc.name] = _value(doc, model, held, value, depth)


def _map_value(doc: FieldDoc, model: Model, value: Any) -> Any:
    if doc.type_name.endswith("Quantity"):
        return _quantity(value)
    if (model.__name__, doc.name) in (("Secret", "data"), ("ConfigMap", "binaryData")):
        return base64.b64encode(_bytes(value)).decode("ascii")
    return _text(value)


def _value(doc: FieldDoc, model: Model, held: str, value: Any, depth: int) -> Any:
    if doc.model is not None:
        return _object(doc.model, _bytes(value), depth + 1)
    if held == "boolean":
        return bool(value)
    if held == "integer":
        return _signed(value)
    if held == "IntOrString":
        parts = {number: inner for number, _, inner in _fields(_bytes(value))}
        return _text(parts.get(3, b"")) if parts.get(1) else _signed(parts.get(2, 0))
    if held == "Quantity":
        return _quantity(value)
    if held == "string" and _is_time(model, doc.name):
        return _time(value)
    return _text(value)


def _is_time(model: Model, field: str) -> bool:
    """Whether a field holds a moment, which JSON writes as a text and the binary form as two numbers."""
    names = dict(zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True))
    declared = str(model.__annotations__.get(names.get(field, field), ""))
    return "Time" in declared or "datetime" in declared


def _time(value: Any) -> str | None:
    parts = {number: inner for number, _, inner in _fields(_bytes(value))}
    if not parts:
        return None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=_signed(parts.get(1, 0)))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _quantity(value: Any) -> str:
    parts = {number: inner for number, _, inner in _fields(_bytes(value))}
    return _text(parts.get(1, b"0"))


def _fields(body: bytes) -> Iterator[tuple[int, int, Any]]:
    """The fields of a message: number, wire type, and a number or bytes."""
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        number, wire = tag >> 3, tag & 7
        value: Any
        if wire == _VARINT:
            value, at = _varint(body, at)
        elif wire == _BYTES:
            size, at = _varint(body, at)
            value, at = body[at : at + size], at + size
            if at > len(body):
                raise Malformed("it ends in the middle of a field")
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
            value, at = int.from_bytes(body[at : at + size], "little"), at + size
        else:
            raise Malformed(f"there is no wire type {wire}")
        yield number, wire, value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(body) or shift > 63:
            raise Malformed("a number does not end")
        byte = body[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _packed(value: Any) -> Iterator[int]:
    at, body = 0, _bytes(value)
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _signed(value: Any) -> int:
    number = int(value) if isinstance(value, int) else 0
    return number - (1 << 64) if number >= 1 << 63 else number


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise Malformed("a number stands where bytes must be")
    return value


def _text(value: Any) -> str:
    return _bytes(value).decode("utf-8", "replace")

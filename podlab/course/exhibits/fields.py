"""`fields(pod)`: the fields of a Pod as a tree that says of each whose it is, the machine's or the program's, and why.

The rule stands in `field_owners` beside it; the fields themselves come from the API types, so that none is forgotten.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.field_types import LATER_FIELDS
from podlab.api.load import Source, load_objects
from podlab.api.mistakes import WrongValue
from podlab.course.exhibits.field_owners import INSIDE, MACHINE, OWNERS, Owner

Model = type[msgspec.Struct]
_SHOWN = 30
"""So many fields the repr of a tree shows."""


@dataclass(frozen=True, slots=True)
class FieldNode:
    """One field, or one element of a list (then `name` is "[0]").

    `of` is the type of the API that has the field (for an element: the element's own). `own` says whether `owner` is
    said of this very field; else it is that of the field around it. `value` is plain JSON data, None where `children`
    tell it, and everywhere in the tree of all fields.
    """

    name: str
    path: str
    of: Model
    owner: Owner
    own: bool
    value: Any = None
    children: tuple[FieldNode, ...] = ()

    def __repr__(self) -> str:
        told = [node for node in self if node is self or node.own]
        lines = [f"{node.path or node.name}: {node.owner.whose}, {node.owner.part}" for node in told[:_SHOWN]]
        if len(told) > _SHOWN:
            lines.append(f"… and {len(told) - _SHOWN} fields more")
        return "\n".join(lines)

    def __iter__(self) -> Iterator[FieldNode]:
        """The node itself and everything below it."""
        yield self
        for child in self.children:
            yield from child


def fields(source: Source | None = None) -> FieldNode:
    """The tree of the fields that a Pod's manifest sets; without one, of all fields a Pod can have, but its status.

    `source` is anything `load_objects` takes that gives one Pod, in today's form or that of 2014.
    Errors: ManifestError for a manifest that cannot be read, ValueError unless it is one Pod.
    """
    root = Owner(MACHINE, "identity", "a Pod: one machine, and the programs on it")
    if source is None:
        return FieldNode("Pod", "", Pod, root, True, None, tuple(_all_below(Pod, "", root)))
    return FieldNode("Pod", "", Pod, root, True, None, tuple(_set_below(one_pod(source), "", root)))


def one_pod(source: Source) -> Pod:
    """The one Pod of a manifest. Errors: ManifestError, or ValueError for anything else than one Pod."""
    if isinstance(source, Pod):
        return source
    objects = load_objects(source, validate=False)
    if len(objects) == 1 and isinstance(objects[0], Pod):
        return objects[0]
    found = ", ".join(type(obj).__name__ for obj in objects)
    raise WrongValue(f"the manifest should be one Pod, not {found}")


def _set_below(obj: msgspec.Struct, path: str, around: Owner) -> Iterator[FieldNode]:
    """The fields of an object that are set."""
    model = type(obj)
    for name, (attribute, _, _) in _model_fields(model).items():
        value = getattr(obj, attribute)
        if value is None:
            continue
        place = f"{path}.{name}" if path else name
        owner, own = _owner(model, name, path, around)
        if isinstance(value, msgspec.Struct) and name != "status":
            inside = tuple(_set_below(value, place, owner))
            yield FieldNode(name, place, model, owner, own, None if inside else {}, inside)
        elif isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
            items = [
                FieldNode(f"[{i}]", f"{place}[{i}]", type(item), owner, False, None,
                          tuple(_set_below(item, f"{place}[{i}]", owner)))
                for i, item in enumerate(value)
            ]  # fmt: skip
            yield FieldNode(name, place, model, owner, own, None, tuple(items))
        else:
            yield FieldNode(name, place, model, owner, own, msgspec.to_builtins(value))


def _all_below(model: Model, path: str, around: Owner) -> Iterator[FieldNode]:
    """The fields a type has."""
    for name, (_, inner, is_list) in _model_fields(model).items():
        place = f"{path}.{name}" if path else name
        owner, own = _owner(model, name, path, around)
        below: tuple[FieldNode, ...] = ()
        if inner is not None and name != "status":
            below = tuple(_all_below(inner, f"{place}[]" if is_list else place, owner))
        yield FieldNode(name, place, model, owner, own, None, below)


def _owner(model: Model, name: str, path: str, around: Owner) -> tuple[Owner, bool]:
    """The owner of a field, and whether that is said of it. Metadata inside a volume is not the machine's own."""
    tables = {} if path.startswith("spec.volumes") else OWNERS | INSIDE
    owners = tables.get(model.__name__, {})
    return (owners[name], True) if name in owners else (around, False)


@functools.cache
def _model_fields(model: Model) -> dict[str, tuple[str, Model | None, bool]]:
    """JSON name → name in Python, type of what it holds if that has fields, and whether it is a list of them."""
    hints = typing.get_type_hints(model)
    pairs = zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True)
    return {
        name: (attribute, *_held(hints[attribute]))
        for attribute, name in pairs
        if f"{model.__name__}.{attribute}" not in LATER_FIELDS
    }


def _held(hint: Any) -> tuple[Model | None, bool]:
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    if typing.get_origin(hint) is typing.Union and len(parts) == 1:
        return _held(parts[0])
    if typing.get_origin(hint) is list:
        return _held(parts[0])[0], True
    return (hint, False) if isinstance(hint, type) and issubclass(hint, msgspec.Struct) else (None, False)

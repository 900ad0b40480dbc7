"""Events in the shape of `events.k8s.io/v1`: the same objects as those of the core group, by other names.

Models pkg/apis/events/v1/conversion.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podlab.apiserver.rest.stored import Happening, Stored

GROUP = "events.k8s.io"
_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_BACK = {new: old for old, new in _NAMES.items()}


def as_new(data: Mapping[str, Any]) -> dict[str, Any]:
    """A core event as `events.k8s.io/v1` shows it."""
    return {_NAMES.get(name, name): value for name, value in data.items()} | {"apiVersion": f"{GROUP}/v1"}


def as_core(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event of `events.k8s.io/v1` as the core group keeps it."""
    return {_BACK.get(name, name): value for name, value in data.items()} | {"apiVersion": "v1"}


def new_stored(one: Stored) -> Stored:
    """The same object, shown in the new shape."""
    return Stored(one.version, one.obj, as_new(one.data))


def new_happening(one: Happening) -> Happening:
    """The same change, shown in the new shape."""
    before = new_stored(one.before) if one.before is not None else None
    return Happening(one.version, one.plural, one.key, before, new_stored(one.after), one.deleted)

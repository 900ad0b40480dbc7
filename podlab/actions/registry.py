"""Which actions there are: each is a class in a file of this folder, marked with `@action`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TypeVar

from podlab.core.engine.action import Action

PACKAGE = "podlab.actions"
A = TypeVar("A", bound="type[Action]")
_registered: list[type[Action]] = []


def action(cls: A) -> A:
    """Mark a class as an action that a learner can do."""
    _registered.append(cls)
    return cls


@cache
def actions() -> Mapping[str, type[Action]]:
    """All actions by what a story's file calls them. Imports every file of this folder."""
    for module in pkgutil.iter_modules(import_module(PACKAGE).__path__):
        import_module(f"{PACKAGE}.{module.name}")
    return {cls.do: cls for cls in sorted(_registered, key=lambda cls: _ORDER.get(cls.do, len(_ORDER)))}


def action_called(verb: str) -> type[Action] | None:
    """The action that the command line calls so, with hyphens or underscores."""
    name = verb.replace("-", "_")
    return next((cls for cls in actions().values() if (cls.typed_as or cls.verb) == name), None)


_FIRST = ("kill", "killpause", "delete", "evict", "patch", "nodedown", "nodeup", "deletenode", "drain", "failprobe")
_THEN = ("recoverprobe", "fillmemory", "scale", "typed", "request")
_ORDER = {do: place for place, do in enumerate((*_FIRST, *_THEN))}
"""The order in which messages name them; others come after these."""

"""An object as the API server keeps and shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Key = tuple[str, str]
"""Namespace ("" for none) and name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it is shown: the struct, its data, and the version that made it so."""

    version: int
    obj: Any
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One change of one object: what it was before (None: it is new) and is now (for a deletion, its last state)."""

    version: int
    plural: str
    key: Key
    before: Stored | None
    after: Stored
    deleted: bool

"""Reading podlab's own tables beside this module: YAML for people, dictionaries for programs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read_table(name: str) -> dict[str, Any]:
    """One of the tables: a name to what it says."""
    text = (files(__package__ or "podlab.linux.images") / name).read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return table

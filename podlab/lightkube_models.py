"""lightkube's types of Kubernetes' objects, without its HTTP client, which podlab never calls.

Importing `lightkube.models` runs lightkube's ``__init__`` first, and that loads the client and all that it stands on: a
third of the time that a notebook's first cell takes. Here the package is entered as a namespace that runs its
``__init__`` when a name of it is first asked for: ``from lightkube import Client`` works as ever.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


def without_client() -> None:
    """Let `lightkube.models` be imported alone; nothing happens if lightkube is there already, or cannot be found."""
    if "lightkube" in sys.modules:
        return
    spec = find_spec("lightkube")
    if spec is None or spec.loader is None:
        return
    package = module_from_spec(spec)
    loader = spec.loader

    def whole(name: str) -> Any:
        """Run the package's own ``__init__``, then look again: Python asks here for what the module does not have."""
        package.__dict__.pop("__getattr__", None)
        if name.startswith("__"):
            _defer(package, whole)
            raise AttributeError(f"module 'lightkube' has no attribute {name!r}")
        loader.exec_module(package)
        return getattr(package, name)

    _defer(package, whole)
    sys.modules["lightkube"] = package


def _defer(package: ModuleType, whole: Any) -> None:
    package.__dict__["__getattr__"] = whole


without_client()

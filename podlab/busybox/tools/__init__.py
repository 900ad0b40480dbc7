"""busybox's tools, one tool or family a module: importing this package registers them all."""

from importlib import import_module
from pkgutil import iter_modules

MODULES = tuple(import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))
"""All modules of the package, by name."""

"""The programs of images by name: each module of this folder registers its own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from podlab.linux.process import Program

Running = Generator[Any, Any, int]
P = TypeVar("P", bound=Program)

PROGRAMS: dict[str, Program] = {}


def program(*names: str) -> Callable[[P], P]:
    """Register a function as the program of these names, which `images.yaml` uses."""

    def register(function: P) -> P:
        for name in names:
            PROGRAMS[name] = function
        return function

    return register

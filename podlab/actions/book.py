"""What an action may ask of the runbook that its commands are written into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

ON_NODE = """# How a command gets onto a node of kind, which is a Docker container. For machines, write
# on_node() { printf '%s\\n' "$2" | ssh "$1" sudo sh; }
on_node() { printf '%s\\n' "$2" | docker exec -i "$1" sh; }
"""
"""The shell function that runs a command on a node."""


class Book(Protocol):
    """A script for a real cluster that is being written. `podlab.formats.runbook` is one."""

    @property
    def objects(self) -> Sequence[Any]:
        """The exported objects."""

    def need(self, *functions: str) -> None:
        """The script needs these shell functions."""

    def on_pod(self, called: str, t: float, command: Callable[[str], str]) -> Iterator[str]:
        """A command that is given the words that name a pod, and before it how its name is found, if it must be."""

    def machine(self, node: str) -> str:
        """The words that name the machine in the place of a node."""

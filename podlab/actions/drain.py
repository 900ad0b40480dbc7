"""Drain: a node takes no new pods, and loses those it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, node_of
from podlab.api.parts import is_deleted, spec_of, uid_of
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class Drain(Action):
    """What `kubectl drain --force` does: no new pods for the node, and those on it are deleted."""

    verb: ClassVar[str] = "drain"
    do: ClassVar[str] = "drain"
    needs: ClassVar[tuple[str, ...]] = ("node",)

    def perform(self, cluster: Cluster) -> str:
        """Cordon the node, and delete its pods."""
        node = node_of(cluster, self.target)
        node.cordoned = True
        node.announce()
        there = [p for p in cluster.api.pods.values() if spec_of(p).nodeName == node.name and not is_deleted(p)]
        for pod in there:
            cluster.api.delete(uid_of(pod), None)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The node."""
        return {"node": self.target}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The node is all it says."""
        return cls.from_words(str(data.get("node", "")), at)

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The node is all it says."""
        return cls(checked_name(target, "drain", "node"), checked_seconds(at, "drain"))

    def commands(self, book: Book) -> Iterator[str]:
        """kubectl drain, in the background."""
        yield f"kubectl drain {book.machine(self.target)} --force --ignore-daemonsets --delete-emptydir-data &"


def drain(node: str, at: float, *, last: bool = False) -> Drain:
    """Drain the node at `at` seconds: it takes no new pods, and its pods are deleted; a controller replaces its own."""
    return Drain(checked_name(node, "drain", "node"), checked_seconds(at, "drain"), last=last)

"""NodeDown: a node's kubelet stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import ON_NODE, Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, node_of
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class NodeDown(Action):
    """The node's kubelet stops: nothing is watched, restarted or reported there any more."""

    verb: ClassVar[str] = "node_down"
    do: ClassVar[str] = "nodedown"

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"stop the kubelet of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Stop the kubelet."""
        node = node_of(cluster, self.target)
        if node.down:
            raise NoTarget(f"the kubelet of {node.name!r} has stopped already")
        node.go_down()
        cluster.node_down(node.name)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The node."""
        return {"node": self.target}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """A recording may name the node in its result only."""
        told = (word for word in str(data.get("result", "")).split() if word.startswith("node-"))
        return cls.from_words(data.get("node") or next(told, "") or "node-2", at)

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The node is all it says."""
        return cls(checked_name(target, "node_down", "node"), checked_seconds(at, "node_down"))

    def commands(self, book: Book) -> Iterator[str]:
        """It is stopped on the machine."""
        book.need(ON_NODE)
        yield f"on_node {book.machine(self.target)} 'systemctl stop kubelet'"


def node_down(node: str, at: float, *, last: bool = False) -> NodeDown:
    """Stop the node's kubelet at `at` seconds; its containers live on, unwatched."""
    return NodeDown(checked_name(node, "node_down", "node"), checked_seconds(at, "node_down"), last=last)

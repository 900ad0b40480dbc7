"""DeleteNode: a node's object is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, node_of
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class DeleteNode(Action):
    """What `kubectl delete node` does: the object is gone, and 40 s later so are the pods that were bound to it."""

    verb: ClassVar[str] = "delete_node"
    do: ClassVar[str] = "deletenode"
    needs: ClassVar[tuple[str, ...]] = ("node",)

    def perform(self, cluster: Cluster) -> str:
        """Delete the object."""
        node = node_of(cluster, self.target)
        if node.gone:
            raise NoTarget(f"node {node.name!r} has been deleted already")
        cluster.delete_node(node.name)
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
        return cls(checked_name(target, "delete_node", "node"), checked_seconds(at, "delete_node"))

    def commands(self, book: Book) -> Iterator[str]:
        """kubectl delete node."""
        yield f"kubectl delete node {book.machine(self.target)}"


def delete_node(node: str, at: float, *, last: bool = False) -> DeleteNode:
    """Delete the node's object at `at` seconds. Its pods are lost; a kubelet that starts again registers it anew."""
    return DeleteNode(checked_name(node, "delete_node", "node"), checked_seconds(at, "delete_node"), last=last)

"""NodeUp: a node's kubelet starts again."""

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
class NodeUp(Action):
    """The node's kubelet starts again: it catches up with all that has happened meanwhile."""

    verb: ClassVar[str] = "node_up"
    do: ClassVar[str] = "nodeup"
    needs: ClassVar[tuple[str, ...]] = ("node",)

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"start the kubelet of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Start the kubelet."""
        node = node_of(cluster, self.target)
        if not node.down and not node.gone:
            raise NoTarget(f"the kubelet of {node.name!r} runs already")
        node.come_back()
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
        return cls(checked_name(target, "node_up", "node"), checked_seconds(at, "node_up"))

    def commands(self, book: Book) -> Iterator[str]:
        """It is started on the machine."""
        book.need(ON_NODE)
        yield f"on_node {book.machine(self.target)} 'systemctl start kubelet'"


def node_up(node: str, at: float, *, last: bool = False) -> NodeUp:
    """Start the node's kubelet again at `at` seconds. A back-off it was waiting for is forgotten."""
    return NodeUp(checked_name(node, "node_up", "node"), checked_seconds(at, "node_up"), last=last)

"""Evict: a deletion that a PodDisruptionBudget may refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, pod_of
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class Evict(Action):
    """What a drain asks for of every pod: a deletion that a PodDisruptionBudget may refuse."""

    verb: ClassVar[str] = "evict"
    do: ClassVar[str] = "evict"

    def perform(self, cluster: Cluster) -> str:
        """Ask for the eviction."""
        from podlab.apiserver.eviction import evict
        from podlab.kubectl.store import ApiError  # here, since few scenarios evict

        try:
            evict(cluster, pod_of(cluster, self.target), None)
        except ApiError as refusal:
            raise NoTarget(refusal.message) from None
        return ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The pod is all it says."""
        return cls.from_words(pod, at)

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The pod is all it says."""
        return cls(checked_name(target, "evict", "pod"), checked_seconds(at, "evict"))

    def commands(self, book: Book) -> Iterator[str]:
        """There is none."""
        yield "#   no command of kubectl asks for one eviction; kubectl drain does so for every pod of a node."


def evict(pod: str, at: float, *, last: bool = False) -> Evict:
    """Ask for the pod's eviction at `at` seconds; a PodDisruptionBudget may refuse it."""
    return Evict(checked_name(pod, "evict", "pod"), checked_seconds(at, "evict"), last=last)

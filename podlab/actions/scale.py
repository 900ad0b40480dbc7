"""Scale: what `kubectl scale` does."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget
from podlab.api.mistakes import WrongValue
from podlab.api.parts import key_of, name_of, namespace_of
from podlab.core.engine.action import Action, checked_name, checked_seconds

SCALED = ("Deployment", "ReplicaSet", "ReplicationController")
"""The kinds that can be scaled."""


@action
@dataclass(frozen=True, slots=True)
class Scale(Action):
    """What `kubectl scale` does to a Deployment, ReplicaSet or ReplicationController."""

    verb: ClassVar[str] = "scale"
    do: ClassVar[str] = "scale"
    asked: ClassVar[tuple[str, ...]] = ("at", "replicas")
    words_after: ClassVar[range] = range(1, 2)
    needs: ClassVar[tuple[str, ...]] = ("name", "replicas")
    replicas: int = 1

    @property
    def detail(self) -> str:
        """To how many."""
        return f"to {self.replicas}"

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"scale {self.target} to {self.replicas}"

    def perform(self, cluster: Cluster) -> str:
        """Set the replicas."""
        of_kind = [o for o in cluster.api.others.values() if type(o).__name__ in SCALED]
        found = [o for o in of_kind if self.target in (name_of(o), key_of(o))]
        if not found:
            kinds = "Deployment, ReplicaSet or ReplicationController"
            raise NoTarget(f"there is no {kinds} {self.target!r} at this moment")
        changed = copy(found[0])
        changed.spec = copy(changed.spec)
        changed.spec.replicas = self.replicas
        cluster.api.replace_object(changed)
        return ""

    def to_json(self) -> dict[str, Any]:
        """What is scaled, and to how many."""
        return {"name": self.target, "replicas": self.replicas}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """`name` and `replicas`."""
        return cls._of(str(data.get("name", "")), at, data.get("replicas", 1))

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The number of replicas follows."""
        return cls._of(target, at, int(words[0]))

    @classmethod
    def _of(cls, name: str, at: float, replicas: int) -> Self:
        return cls(checked_name(name, "scale", "controller"), checked_seconds(at, "scale"), _checked(replicas))

    def commands(self, book: Book) -> Iterator[str]:
        """kubectl scale."""
        of_kind = [o for o in book.objects if type(o).__name__ in SCALED]
        scaled = next((o for o in of_kind if self.target in (name_of(o), key_of(o))), None)
        kind, name, where = "deployment", self.target, ""
        if scaled is not None:
            kind, name, namespace = type(scaled).__name__.lower(), name_of(scaled), namespace_of(scaled)
            where = "" if namespace == "default" else f" -n {shlex.quote(namespace)}"
        yield f"kubectl scale {kind} {shlex.quote(name)}{where} --replicas={self.replicas}"


def _checked(replicas: int) -> int:
    if type(replicas) is not int or not 0 <= replicas < 2**31:
        raise WrongValue(f"scale: replicas must be a whole number from 0 to {2**31 - 1}, not {replicas!r}")
    return replicas


def scale(name: str, at: float, replicas: int, *, last: bool = False) -> Scale:
    """Set the replicas of a Deployment, ReplicaSet or ReplicationController at `at` seconds."""
    number = _checked(replicas)
    return Scale(checked_name(name, "scale", "controller"), checked_seconds(at, "scale"), number, last=last)

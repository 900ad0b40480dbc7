"""Delete: what `kubectl delete pod` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, pod_of
from podlab.api.mistakes import WrongValue
from podlab.api.parts import is_deleted, uid_of
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class Delete(Action):
    """What `kubectl delete pod` asks for; grace_period in seconds, None for the pod's own."""

    verb: ClassVar[str] = "delete"
    do: ClassVar[str] = "delete"
    words_after: ClassVar[range] = range(2)
    grace_period: int | None = None

    @property
    def detail(self) -> str:
        """The grace period, if one was given."""
        return "" if self.grace_period is None else f"grace period {self.grace_period} s"

    @property
    def words(self) -> str:
        """As one would say it."""
        given = "" if self.grace_period is None else f" with a grace period of {self.grace_period} s"
        return f"delete {self.target}{given}"

    def perform(self, cluster: Cluster) -> str:
        """Ask for the deletion."""
        pod = pod_of(cluster, self.target)
        if is_deleted(pod) and self.grace_period is None:
            raise NoTarget(f"pod {self.target!r} is being deleted already")
        cluster.api.delete(uid_of(pod), self.grace_period)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The pod, and the grace period if one was given."""
        return {"pod": self.target, **({} if self.grace_period is None else {"grace": self.grace_period})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """`grace` may say the grace period."""
        return cls._of(pod, at, data.get("grace"))

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """A grace period in seconds may follow."""
        return cls._of(target, at, int(words[0]) if words else None)

    @classmethod
    def _of(cls, pod: str, at: float, grace: int | None) -> Self:
        if grace is not None and (type(grace) is not int or not 0 <= grace < 2**63):
            raise WrongValue(f"delete: grace_period must be whole seconds, 0 or more, not {grace!r}")
        return cls(checked_name(pod, "delete", "pod"), checked_seconds(at, "delete"), grace)

    def commands(self, book: Book) -> Iterator[str]:
        """kubectl delete, which does not wait."""
        grace = self.grace_period
        options = " --wait=false" + ("" if grace is None else f" --grace-period={grace}")
        options += " --force" if grace == 0 else ""
        yield from book.on_pod(self.target, self.at, lambda pod: f"kubectl delete pod {pod}{options}")


def delete(pod: str, at: float, grace_period: int | None = None, *, last: bool = False) -> Delete:
    """Delete the pod at `at` seconds, as kubectl does; `grace_period` 0 forces it."""
    if grace_period is not None and (type(grace_period) is not int or not 0 <= grace_period < 2**63):
        raise WrongValue(f"delete: grace_period must be whole seconds, 0 or more, not {grace_period!r}")
    return Delete(checked_name(pod, "delete", "pod"), checked_seconds(at, "delete"), grace_period, last=last)

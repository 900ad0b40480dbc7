"""SetCondition: a condition written to the pod's status from outside."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, pod_of
from podlab.api.mistakes import WrongValue
from podlab.core.engine.action import Action, checked_name, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class SetCondition(Action):
    """A condition written to the pod's status by some other controller, as readiness gates need."""

    verb: ClassVar[str] = "set_condition"
    do: ClassVar[str] = "patch"
    asked: ClassVar[tuple[str, ...]] = ("at", "type")
    typed_as: ClassVar[str] = "condition"
    words_after: ClassVar[range] = range(1, 2)
    needs: ClassVar[tuple[str, ...]] = ("body",)
    type: str = ""
    status: str = "True"

    @property
    def detail(self) -> str:
        """The condition."""
        return f"{self.type}={self.status}"

    def perform(self, cluster: Cluster) -> str:
        """Write the condition."""
        cluster.set_condition(pod_of(cluster, self.target), self.type, self.status)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The patch of the status that was sent."""
        body = {"status": {"conditions": [{"type": self.type, "status": self.status}]}}
        path = f"/api/v1/namespaces/{{ns}}/pods/{self.target}/status"
        return {"pod": self.target, "path": path, "body": body}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The first condition of the patch; the pod may be named in its path only."""
        for condition in data.get("body", {}).get("status", {}).get("conditions", ()):
            name = data.get("pod") or str(data.get("path", "")).split("/pods/")[-1].split("/")[0] or pod
            return cls._of(name, at, condition["type"], condition.get("status", "True"))
        raise WrongValue("actions: a patch is known only for status.conditions; its body has none")

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """TYPE=STATUS follows; without a status it is True."""
        kind, _, status = words[0].partition("=")
        return cls._of(target, at, kind, status or "True")

    @classmethod
    def _of(cls, pod: str, at: float, kind: str, status: str) -> Self:
        if not isinstance(status, str) or status not in ("True", "False", "Unknown"):
            raise WrongValue(f'set_condition: status must be "True", "False" or "Unknown", not {status!r}')
        name = checked_name(pod, "set_condition", "pod")
        return cls(name, checked_seconds(at, "set_condition"), checked_name(kind, "set_condition", "condition"), status)

    def commands(self, book: Book) -> Iterator[str]:
        """A patch of the status."""
        condition = f'{{"type":"{self.type}","status":"{self.status}"}}'
        patch = shlex.quote(f'{{"status":{{"conditions":[{condition}]}}}}')
        yield from book.on_pod(
            self.target, self.at, lambda pod: f"kubectl patch pod {pod} --subresource=status -p {patch}"
        )


def set_condition(pod: str, at: float, type: str, status: str = "True", *, last: bool = False) -> SetCondition:
    """Set a condition of the pod's status from outside at `at` seconds, as a readiness gate waits for."""
    if not isinstance(status, str) or status not in ("True", "False", "Unknown"):
        raise WrongValue(f'set_condition: status must be "True", "False" or "Unknown", not {status!r}')
    name = checked_name(pod, "set_condition", "pod")
    condition = checked_name(type, "set_condition", "condition")
    return SetCondition(name, checked_seconds(at, "set_condition"), condition, status, last=last)

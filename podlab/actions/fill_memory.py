"""FillMemory: a container's main process takes more memory than the container may have."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, container_of, running
from podlab.core.engine.action import Action, checked_container, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class FillMemory(Action):
    """The container's main process takes more memory than the container may have."""

    verb: ClassVar[str] = "fill_memory"
    do: ClassVar[str] = "fillmemory"
    needs: ClassVar[tuple[str, ...]] = ("container",)

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"fill the memory of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Take the memory."""
        worker, name = container_of(cluster, self.target)
        record = running(worker, name)
        if record.container.memory_limit is None:
            raise NoTarget(f"container {name!r} has no memory limit, so nothing stops it")
        worker.node.runtime.fill_memory(record.container)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The container."""
        pod, _, container = self.target.rpartition("/")
        return {"pod": pod, "container": container}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The container is all it says."""
        return cls.from_words(f"{pod}/{data.get('container', '')}", at)

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The container is all it says."""
        return cls(checked_container(target, "fill_memory"), checked_seconds(at, "fill_memory"))

    def commands(self, book: Book) -> Iterator[str]:
        """Another process takes it."""
        pod, _, container = self.target.rpartition("/")
        yield "#   a second process, `tail`, eats the memory; with cgroup v2 the whole container is killed for it."
        command = f"-c {shlex.quote(container)} -- tail /dev/zero"
        yield from book.on_pod(pod, self.at, lambda found: f"kubectl exec {found} {command}")


def fill_memory(container: str, at: float, *, last: bool = False) -> FillMemory:
    """Let the main process of "pod/container" eat memory at `at` seconds, until the limit has it killed."""
    return FillMemory(checked_container(container, "fill_memory"), checked_seconds(at, "fill_memory"), last=last)

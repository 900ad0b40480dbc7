"""RecoverProbe: a probe gets the container's own answers again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.probe import checked_probe, probed
from podlab.actions.registry import action
from podlab.actions.targets import Cluster
from podlab.core.engine.action import Action, checked_container, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class RecoverProbe(Action):
    """A probe that was made to fail gets the container's own answers again."""

    verb: ClassVar[str] = "recover_probe"
    do: ClassVar[str] = "recoverprobe"
    words_after: ClassVar[range] = range(1, 2)
    needs: ClassVar[tuple[str, ...]] = ("container",)
    probe: str = "readiness"

    @property
    def detail(self) -> str:
        """Which probe."""
        return self.probe

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"recover the {self.probe} probe of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Tell the prober."""
        worker, name = probed(cluster, self.target, self.probe)
        worker.prober.recover(name, self.probe)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The container and the probe."""
        pod, _, container = self.target.rpartition("/")
        return {"pod": pod, "container": container, "probe": self.probe}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """Without `probe` it is the readiness probe."""
        return cls.from_words(f"{pod}/{data.get('container', '')}", at, str(data.get("probe", "readiness")))

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """Which probe follows."""
        name = checked_container(target, "recover_probe")
        return cls(name, checked_seconds(at, "recover_probe"), checked_probe(words[0], "recover_probe"))

    def commands(self, book: Book) -> Iterator[str]:
        """There is none."""
        yield "#   no command does this: put back what you changed to make the probe fail."


def recover_probe(container: str, at: float, probe: str = "readiness", *, last: bool = False) -> RecoverProbe:
    """Let a probe that was made to fail get the container's own answers again, from `at` seconds on."""
    name = checked_container(container, "recover_probe")
    return RecoverProbe(name, checked_seconds(at, "recover_probe"), checked_probe(probe, "recover_probe"), last=last)

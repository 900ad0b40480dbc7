"""FailProbe: a probe fails, whatever the container would answer."""

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
class FailProbe(Action):
    """From now on a probe of a container fails, whatever the container would answer."""

    verb: ClassVar[str] = "fail_probe"
    do: ClassVar[str] = "failprobe"
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
        return f"fail the {self.probe} probe of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Tell the prober."""
        worker, name = probed(cluster, self.target, self.probe)
        worker.prober.make_fail(name, self.probe)
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
        name = checked_container(target, "fail_probe")
        return cls(name, checked_seconds(at, "fail_probe"), checked_probe(words[0], "fail_probe"))

    def commands(self, book: Book) -> Iterator[str]:
        """There is none."""
        yield f"#   no command makes a {self.probe} probe fail: change what it asks for, such as the file or"
        yield "#   the answer that it looks at, with kubectl exec."


def fail_probe(container: str, at: float, probe: str = "readiness", *, last: bool = False) -> FailProbe:
    """Make a probe of "pod/container" fail from `at` seconds on: "readiness", "liveness" or "startup"."""
    name = checked_container(container, "fail_probe")
    return FailProbe(name, checked_seconds(at, "fail_probe"), checked_probe(probe, "fail_probe"), last=last)

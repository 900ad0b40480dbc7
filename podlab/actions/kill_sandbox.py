"""KillSandbox: SIGKILL to a pod's pause process."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import ON_NODE, Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget, worker_of
from podlab.core.engine.action import Action, checked_name, checked_seconds

KILL_PAUSE = """# SIGKILL to the pod's pause process, sent from its node.
kill_pause() { # POD [-n NAMESPACE]
  found=$(kubectl get pod "$@" -o jsonpath='{.spec.nodeName} {.metadata.uid}') || return
  sandbox="crictl pods --quiet --state ready --label io.kubernetes.pod.uid=${found#* }"
  on_node "${found%% *}" \\
    "kill -s KILL \\$(crictl inspectp --output go-template --template '{{.info.pid}}' \\$($sandbox))"
}
"""


@action
@dataclass(frozen=True, slots=True)
class KillSandbox(Action):
    """SIGKILL to the pod's pause process."""

    verb: ClassVar[str] = "kill_sandbox"
    do: ClassVar[str] = "killpause"

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"kill pause of {self.target}"

    def perform(self, cluster: Cluster) -> str:
        """Send the signal."""
        worker = worker_of(cluster, self.target)
        if worker.sandbox is None:
            raise NoTarget(f"pod {self.target!r} has no sandbox at this moment")
        worker.node.runtime.signal_sandbox(worker.sandbox, signal.SIGKILL)
        return ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The pod is all it says."""
        return cls.from_words(pod, at)

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The pod is all it says."""
        return cls(checked_name(target, "kill_sandbox", "pod"), checked_seconds(at, "kill_sandbox"))

    def commands(self, book: Book) -> Iterator[str]:
        """It is sent from the node."""
        book.need(ON_NODE, KILL_PAUSE)
        yield from book.on_pod(self.target, self.at, lambda pod: f"kill_pause {pod}")


def kill_sandbox(pod: str, at: float, *, last: bool = False) -> KillSandbox:
    """Kill the pod's pause process at `at` seconds: the network namespace and the IP die with it."""
    return KillSandbox(checked_name(pod, "kill_sandbox", "pod"), checked_seconds(at, "kill_sandbox"), last=last)

"""Kill: a signal from outside to a container's main process."""

from __future__ import annotations

import shlex
import signal as signals
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import ON_NODE, Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, container_of, running
from podlab.api.mistakes import WrongValue
from podlab.core.engine.action import Action, checked_container, checked_seconds

KILL_MAIN = """# A signal to a container's main process, sent from its node. From inside, no SIGKILL reaches PID 1,
# and another signal only if the program has a handler (`kubectl exec POD -- kill -9 1` does nothing).
kill_main() { # SIGNAL CONTAINER POD [-n NAMESPACE]
  signal=$1 container=$2; shift 2
  found=$(kubectl get pod "$@" -o jsonpath='{.spec.nodeName} {.metadata.uid}') || return
  labels="--label io.kubernetes.pod.uid=${found#* } --label io.kubernetes.container.name=$container"
  on_node "${found%% *}" "kill -s $signal \\
    \\$(crictl inspect --output go-template --template '{{.info.pid}}' \\$(crictl ps --quiet $labels))"
}
"""


@action
@dataclass(frozen=True, slots=True)
class Kill(Action):
    """A signal from outside to a container's main process."""

    verb: ClassVar[str] = "kill"
    do: ClassVar[str] = "kill"
    words_after: ClassVar[range] = range(2)
    needs: ClassVar[tuple[str, ...]] = ("container",)
    signal: str = "SIGKILL"

    @property
    def detail(self) -> str:
        """The signal."""
        return self.signal

    @property
    def words(self) -> str:
        """As one would say it."""
        return f"kill {self.target} with {self.signal}"

    def perform(self, cluster: Cluster) -> str:
        """Send the signal; returns what became of it, as of `podlab.linux.signalling.deliver`."""
        worker, name = container_of(cluster, self.target)
        return worker.node.runtime.signal(running(worker, name).container, signals.Signals[self.signal])

    def to_json(self) -> dict[str, Any]:
        """The container and the signal."""
        pod, _, container = self.target.rpartition("/")
        return {"pod": pod, "container": container, "signal": self.signal}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """A recording may name the signal in its result only."""
        sent = data.get("signal") or (str(data.get("result", "")).split() or ["SIGKILL"])[-1]
        known = sent if str(sent).upper().startswith("SIG") else "SIGKILL"
        return cls(
            checked_container(f"{pod}/{data['container']}", "kill"), checked_seconds(at, "kill"), signal_name(known)
        )

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """A signal by name or number may follow."""
        signal: str | int = words[0] if words else "SIGKILL"
        name = signal_name(int(signal) if isinstance(signal, str) and signal.isdigit() else signal)
        return cls(checked_container(target, "kill"), checked_seconds(at, "kill"), name)

    def commands(self, book: Book) -> Iterator[str]:
        """It is sent from the node."""
        book.need(ON_NODE, KILL_MAIN)
        pod, _, container = self.target.rpartition("/")
        signal, name = self.signal.removeprefix("SIG"), shlex.quote(container)
        yield from book.on_pod(pod, self.at, lambda found: f"kill_main {signal} {name} {found}")


def signal_name(name: str | int) -> str:
    """The signal's name with SIG: "TERM", "sigterm" and 15 all mean "SIGTERM". ValueError names what is known."""
    try:
        if isinstance(name, int):
            return signals.Signals(name).name
        full = name.upper() if name.upper().startswith("SIG") else f"SIG{name.upper()}"
        return signals.Signals[full].name
    except (KeyError, ValueError, AttributeError, TypeError):  # no such name or number, or neither of the two
        raise WrongValue(f"signal: {name!r} is not a signal; try SIGTERM, SIGKILL, SIGINT or SIGHUP") from None


def kill(container: str, at: float, signal: str | int = "SIGKILL", *, last: bool = False) -> Kill:
    """Send `signal` to the main process of "pod/container" at `at` seconds.

    The pods that a controller makes have names of their own; "shop[0]" is the first that the controller shop has made.
    """
    return Kill(checked_container(container, "kill"), checked_seconds(at, "kill"), signal_name(signal), last=last)

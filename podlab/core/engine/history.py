"""What is written down of a run: the values that a Trace is made of, each with its time in seconds since the start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of

EPOCH_TEXT = "2026-01-01T00:00:00Z"
EPOCH = datetime.fromisoformat(EPOCH_TEXT)


@dataclass(frozen=True, slots=True)
class Change:
    """One pod as the API server announced it at `t` (seconds since the scenario began). Treat `pod` as frozen."""

    t: float
    pod: Pod
    deleted: bool = False

    def __repr__(self) -> str:
        status = self.pod.status
        phase = "deleted" if self.deleted else (status.phase if status is not None else None) or "Pending"
        return f"Change(t={self.t:g}, pod={self.name!r}, {phase})"

    @property
    def name(self) -> str:
        """What the pod is called: its name, with the namespace before it unless that is "default"."""
        return key_of(self.pod)


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """An object that is no pod as the API server had it from `t` on; what follows from pods is not written into it."""

    t: float
    object: Any
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class NodeState:
    """What the API server showed of a node from `t` on: whether it is Ready, closed to new pods, or no longer there."""

    t: float
    node: str
    ready: bool = True
    cordoned: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One Kubernetes Event: what `kubectl describe` lists. `on` is "Pod/NAME", `field` "spec.containers{NAME}"."""

    t: float
    on: str
    type: str
    reason: str
    message: str
    field: str | None = None
    count: int | None = 1
    source: str = "kubelet"

    @property
    def pod(self) -> str | None:
        """The pod it is about, or None."""
        kind, _, name = self.on.partition("/")
        return name if kind == "Pod" else None

    @property
    def container(self) -> str | None:
        """The container it is about, or None."""
        if self.field and self.field.endswith("}"):
            return self.field.partition("{")[2][:-1]
        return None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a container: its `n`-th (0 is the first); `end` is None while it runs."""

    pod: str
    container: str
    n: int
    start: float
    end: float | None = None
    exit_code: int | None = None
    reason: str | None = None
    message: str | None = None
    init: bool = False


@dataclass(frozen=True, slots=True)
class SandboxSpan:
    """One sandbox of a pod (pause, network namespace, IP): from `start` to `end` (None: still there)."""

    pod: str
    attempt: int
    start: float
    ip: str
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Gesture:
    """An intervention as it was carried out. `note` says so when its target was already gone.

    `effect` is what became of a signal: "ended", "dropped", "handled", "ignored", "frozen", "continued" or "held".
    """

    t: float
    verb: str
    target: str
    detail: str = ""
    note: str | None = None
    effect: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line a container wrote in its `n`-th run."""

    t: float
    pod: str
    container: str
    n: int
    text: str
    stream: str = "stdout"


def kubelets_down(gestures: Iterable[Gesture], t: float) -> dict[str, float]:
    """The nodes whose kubelet has stopped by `t`, and since when. An action that did nothing does not count."""
    down: dict[str, float] = {}
    for gesture in gestures:
        if gesture.note is not None or gesture.t > t:
            continue
        if gesture.verb == "node_down":
            down[gesture.target] = gesture.t
        elif gesture.verb == "node_up":
            down.pop(gesture.target, None)
    return down

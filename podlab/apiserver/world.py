"""What the API server reads: the record of a run, and the world at one instant of it.

`podlab.simulation.Trace` and `Snapshot` keep to these protocols, so this room need not know that room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from lightkube.models.core_v1 import Node, Pod

from podlab.controllers.base import Reconciler
from podlab.core.engine.history import Change, Event, Gesture, LogLine, NodeState, ObjectChange, Run
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.ports import Cluster
from podlab.core.engine.scenario import Scenario

C = TypeVar("C", bound=Reconciler)


class Trace(Protocol):
    """The record of a run; `until` is its end in seconds."""

    @property
    def until(self) -> float:
        """Its end, in seconds."""

    @property
    def start(self) -> datetime:
        """The wall-clock time of second 0."""

    @property
    def scenario(self) -> Any:
        """What was run, or None for a story that was read."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of every pod."""

    @property
    def objects(self) -> tuple[ObjectChange, ...]:
        """Every change of the other objects."""

    @property
    def node_states(self) -> tuple[NodeState, ...]:
        """What the API showed of the nodes."""

    @property
    def gestures(self) -> tuple[Gesture, ...]:
        """The actions, as they were carried out."""

    @property
    def logs(self) -> tuple[LogLine, ...]:
        """All log lines."""

    def pod_at(self, name: str, t: float) -> Pod | None:
        """The latest pod of that name that there was up to `t`, gone or not."""

    def at(self, t: float) -> Snapshot:
        """The world at instant `t`."""

    @property
    def end(self) -> Snapshot:
        """The world at the end."""


class Snapshot(Protocol):
    """The world at one instant of a Trace."""

    @property
    def trace(self) -> Trace:
        """The record it is part of."""

    @property
    def t(self) -> float:
        """The instant, in seconds."""

    @property
    def now(self) -> datetime:
        """The wall-clock time."""

    @property
    def pods(self) -> Mapping[str, Pod]:
        """The pods by name."""

    @property
    def objects(self) -> Sequence[Any]:
        """The objects that are no pods."""

    @property
    def events(self) -> Sequence[Event]:
        """The events so far."""

    @property
    def runs(self) -> Sequence[Run]:
        """The container runs that have begun."""


class LiveCluster(Cluster, Protocol):
    """A cluster that runs: time passes when it is told to."""

    @property
    def scenario(self) -> Scenario:
        """What is run."""

    @property
    def start(self) -> datetime:
        """The wall-clock time of second 0."""

    def set_condition(self, pod: Pod, kind: str, status: str) -> None:
        """A condition written from outside."""

    def advance(self, until: float) -> None:
        """Let time pass up to and including `until` seconds."""

    def trace(self) -> Trace:
        """What has happened so far."""

    def present(self) -> Snapshot:
        """The world now."""

    def worker_of(self, pod: Pod) -> PodWorker | None:
        """The kubelet's worker for a pod; None before it is placed and after it has ended."""

    def delete_node(self, name: str) -> None:
        """The object of a node is deleted."""

    def controller(self, kind: type[C]) -> C:
        """The controller of a class."""

    def replace_node(self, node: Node) -> None:
        """The object of a node is changed."""

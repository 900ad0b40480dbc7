"""The present of a simulation, as those read it who otherwise read a Snapshot: without copying what has happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of
from podlab.simulation.trace import Event, LogLine, Run

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation


class Present:
    """What `podlab.simulation.trace.Snapshot` has, of the instant at which it is asked. It is its own Trace, too."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        recorder = sim.recorder
        self.changes = recorder.changes
        self.gestures = recorder.gestures
        self.node_states = recorder.node_states
        self.start = sim.start
        self.scenario = sim.scenario
        self.t = sim.loop.now
        self._named: dict[str, Pod] = {}
        self._seen = 0

    @property
    def trace(self) -> Present:
        """Itself."""
        return self

    def go_on(self) -> None:
        """The present is now."""
        self.t = self._sim.loop.now
        self.__dict__.pop("objects", None)
        self.__dict__.pop("pods", None)
        for change in self.changes[self._seen :]:
            self._named[change.name] = change.pod
        self._seen = len(self.changes)

    @property
    def now(self) -> datetime:
        """The wall-clock time of this instant, in UTC."""
        return self.start + timedelta(seconds=self.t)

    @property
    def until(self) -> float:
        """The end of what has happened."""
        return self.t

    @cached_property
    def pods(self) -> Mapping[str, Pod]:
        """The pods that there are, by what they are called in podlab."""
        return {key_of(pod): pod for pod in self._sim.api.pods.values()}

    @cached_property
    def objects(self) -> Sequence[Any]:
        """The objects that are no pods."""
        return tuple(self._sim.api.others.values())

    @property
    def events(self) -> Sequence[Event]:
        """All events so far."""
        return self._sim.recorder.events

    @property
    def runs(self) -> Sequence[Run]:
        """All runs of containers so far."""
        return self._sim.recorder.runs

    @property
    def logs(self) -> Sequence[LogLine]:
        """All log lines so far."""
        return self._sim.recorder.logs()

    def pod_at(self, name: str, t: float) -> Pod | None:
        """The latest pod of that name, gone or not."""
        return self._named.get(name)

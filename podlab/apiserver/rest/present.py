"""The present of a simulation, as those read it who otherwise read a Snapshot: without copying what has happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of
from podlab.core.engine.history import Event, LogLine, Run

if TYPE_CHECKING:
    from podlab.apiserver.world import LiveCluster


class Past:
    """What `podlab.simulation.trace.Trace` has, of all that has happened so far."""

    def __init__(self, sim: LiveCluster) -> None:
        self._recorder = recorder = sim.recorder
        self.changes = recorder.changes
        self.events = recorder.events
        self.gestures = recorder.gestures
        self.node_states = recorder.node_states
        self.objects = recorder.objects
        self.start = sim.start
        self.scenario = sim.scenario
        self._named: dict[str, Pod] = {}
        self._seen = 0

    def go_on(self) -> None:
        """Take in what has happened."""
        for change in self.changes[self._seen :]:
            self._named[change.name] = change.pod
        self._seen = len(self.changes)

    @property
    def logs(self) -> Sequence[LogLine]:
        """All log lines so far."""
        return self._recorder.logs()

    def pod_at(self, name: str, t: float) -> Pod | None:
        """The latest pod of that name, gone or not."""
        return self._named.get(name)


class Present:
    """What `podlab.simulation.trace.Snapshot` has, of the instant at which it is asked."""

    def __init__(self, sim: LiveCluster) -> None:
        self._sim = sim
        self.trace = Past(sim)
        self.t = sim.loop.now

    def go_on(self) -> None:
        """The present is now."""
        self.t = self._sim.loop.now
        self.__dict__.pop("objects", None)
        self.__dict__.pop("pods", None)
        self.trace.go_on()

    @property
    def now(self) -> datetime:
        """The wall-clock time of this instant, in UTC."""
        return self.trace.start + timedelta(seconds=self.t)

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

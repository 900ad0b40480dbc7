"""The engine: the only clock and the only mutable state. It creates what a scenario has and lets time pass.

It decides nothing. The rules are in `podlab.kubelet` and `podlab.cluster`; it asks them and does what they say.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lightkube.models.core_v1 import Pod, PodCondition

from podlab.runtime import Images
from podlab.sim.gestures import perform
from podlab.sim.loop import Loop
from podlab.sim.node import Node
from podlab.sim.recorder import Recorder
from podlab.sim.scenario import Scenario, pod_key
from podlab.sim.store import ApiServer
from podlab.sim.trace import EPOCH, Trace


class Simulation:
    """A scenario that can be stepped: `advance(until)` as often as you like, `trace()` at any time."""

    def __init__(self, scenario: Scenario, *, start: datetime = EPOCH) -> None:
        self.scenario = scenario
        self.seed = scenario.seed
        self.timing = scenario.timing
        self.start = start
        self.loop = Loop()
        self.recorder = Recorder()
        world = scenario.world
        self.images = Images.of(world.present_images, world.missing_images, dict(world.images))
        self.api = ApiServer(self)
        self.nodes = {name: Node(self, name, index) for index, name in enumerate(world.nodes)}
        self._stamps: dict[int, datetime] = {}
        self._keys: dict[str, str] = {}
        self.api.watchers.append(self._pod_changed)
        self.loop.call_at(0.0, self._create)
        for gesture in scenario.gestures:
            self.loop.call_at(gesture.at, perform, self, gesture)

    def advance(self, until: float) -> None:
        """Let time pass up to and including `until` seconds."""
        self.loop.run_until(until)

    def trace(self) -> Trace:
        """What has happened so far."""
        recorder = self.recorder
        return Trace(
            until=self.loop.now,
            changes=tuple(recorder.changes),
            events=tuple(recorder.events),
            runs=recorder.runs,
            sandboxes=recorder.sandboxes,
            gestures=tuple(recorder.gestures),
            logs=recorder.logs(),
            endpoints=tuple(recorder.endpoints),
            notes=tuple(recorder.notes),
            start=self.start,
            scenario=self.scenario,
        )

    def stamp(self, t: float) -> datetime:
        """The wall-clock time at `t`, in whole seconds as the API keeps it."""
        second = int(t)
        stamp = self._stamps.get(second)
        if stamp is None:
            stamp = self._stamps[second] = self.start + timedelta(seconds=second)
        return stamp

    def key(self, pod: Pod) -> str:
        """The pod's name in podlab."""
        return pod_key(pod)

    def _create(self) -> None:
        for obj in sorted(self.scenario.created(), key=lambda o: isinstance(o, Pod)):
            self.api.create(obj)

    def _pod_changed(self, pod: Pod, deleted: bool) -> None:
        spec, meta = pod.spec, pod.metadata
        assert spec is not None and meta is not None
        if spec.nodeName is not None:
            node = self.nodes.get(spec.nodeName)
            if node is not None and (deleted or meta.deletionTimestamp is not None):
                node.pod_changed(pod)
        elif not deleted and meta.deletionTimestamp is None:
            self.loop.call_at(self.loop.now + self.timing.schedule, self._schedule, meta.uid)

    def _schedule(self, pod_uid: str) -> None:
        pod = self.api.pods.get(pod_uid)
        if pod is None or pod.metadata is None or pod.metadata.deletionTimestamp is not None:
            return
        node = min(self.nodes.values(), key=lambda n: (len(n.workers), n.index))
        self.api.bind(pod_uid, node.name)
        meta = pod.metadata
        text = f"Successfully assigned {meta.namespace}/{meta.name} to {node.name}"
        self.recorder.event(
            self.loop.now, f"Pod/{pod_key(pod)}", "Normal", "Scheduled", text, source="default-scheduler"
        )
        node.add_pod(self.api.pods[pod_uid])

    def set_condition(self, pod: Pod, kind: str, status: str) -> None:
        """A condition written from outside, as readiness gates wait for."""
        assert pod.spec is not None and pod.metadata is not None
        now = self.stamp(self.loop.now)
        condition: Any = PodCondition(type=kind, status=status, lastTransitionTime=now)
        node = self.nodes.get(pod.spec.nodeName or "")
        worker = node.workers.get(pod.metadata.uid or "") if node is not None else None
        if worker is not None:
            worker.set_condition(condition)

"""The engine: the only clock and the only mutable state. It creates what a scenario has and lets time pass.

It decides nothing. The rules are in `podlab.core.rules` and `podlab.controllers`; it asks them and does what they say.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec
from lightkube.models.apps_v1 import Deployment, ReplicaSet
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import NodeSpec, Pod, PodCondition, ReplicationController, Service

from podlab.api.parts import RUN, is_deleted, meta_of, name_of, spec_of, uid_of
from podlab.api.simulated import not_simulated
from podlab.controllers.deployment_controller import DeploymentController
from podlab.controllers.followers import EndpointsController, NodeLifecycle
from podlab.controllers.job_controller import JobController
from podlab.controllers.node_lifecycle import OF_THE_LIFECYCLE
from podlab.controllers.replica_set_controller import ReplicaControllers
from podlab.controllers.scheduling import Scheduler
from podlab.core.engine.action import Typed
from podlab.core.engine.loop import PLANNED, TYPED, Loop, ProgramClock
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.recording import Recorder
from podlab.core.engine.scenario import Scenario
from podlab.core.engine.store import ApiServer
from podlab.kubelet.node import Node
from podlab.kubelet.service_network import ServiceNetwork
from podlab.linux import Images, Network
from podlab.simulation.gestures import perform
from podlab.simulation.trace import EPOCH, Trace


def budget(objects: int) -> dict[str, int]:
    """How many callbacks a run may make at one instant and in all: far more than any story of `objects` needs."""
    return {"per_instant": 20_000 + 1_000 * objects, "total": 1_000_000 + 50_000 * objects}


@contextmanager
def paused_gc() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: a run makes many objects that all stay, so looking through them is lost.

    Halves the time of large runs. Afterwards all they made counts as old (freeze and unfreeze), so that the collector
    does not go through it at the very next allocation.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


class Simulation:
    """A scenario that can be stepped: `advance(until)` as often as you like, `trace()` at any time."""

    def __init__(self, scenario: Scenario, *, start: datetime | None = None) -> None:
        self.scenario = scenario
        self.seed = scenario.seed
        self.timing = scenario.timing
        self.start = start or scenario.world.start or EPOCH
        self.loop = Loop(**budget(len(scenario.objects)))
        self.recorder = Recorder(scenario.timing.event_burst)
        world = scenario.world
        self.images = Images.of(world.present_images, world.missing_images, dict(world.images))
        self.program_clock = ProgramClock(self.loop)
        self.network = Network(self.program_clock)
        self.api = ApiServer(self)
        names = [*world.nodes, *(name_of(o) for o in scenario.objects if isinstance(o, NodeObject))]
        self.nodes = {name: Node(self, name, index) for index, name in enumerate(dict.fromkeys(names))}
        self._stamps: dict[int, datetime] = {}
        self.scheduler = Scheduler(self)
        self.replicas = ReplicaControllers(self)
        self.jobs = JobController(self)
        self.deployments = DeploymentController(self)
        self.endpoints = EndpointsController(self)
        self.node_lifecycle = NodeLifecycle(self)
        ServiceNetwork(self)
        self.api.watchers += [
            self._tell_node,
            self.scheduler.pod_changed,
            self.replicas.pod_changed,
            self.deployments.pod_changed,
            self.jobs.pod_changed,
            self.endpoints.pod_changed,
        ]
        self.loop.call_at(0.0, self._create)
        for gesture in scenario.gestures:
            rank = TYPED if isinstance(gesture, Typed) else PLANNED
            self.loop.push(gesture.at, rank, perform, (self, gesture))

    def advance(self, until: float) -> None:
        """Let time pass up to and including `until` seconds."""
        with paused_gc():
            self.loop.run_until(until)

    def trace(self) -> Trace:
        """What has happened so far."""
        recorder = self.recorder
        for node in self.nodes.values():
            node.take_notes()
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
            objects=tuple(recorder.objects),
            node_states=tuple(recorder.node_states),
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

    def soon(self, action: Callable[..., None], *args: Any) -> None:
        """Do it at this instant, after what is due already."""
        self.loop.call_at(self.loop.now, action, *args)

    def object_changed(self, obj: Any) -> None:
        """An object that is not a pod is new or was changed: its controller takes it up."""
        if isinstance(obj, ReplicaSet | ReplicationController):
            self.replicas.add(obj)
        elif isinstance(obj, Deployment):
            self.deployments.add(obj)
        elif isinstance(obj, Job):
            self.jobs.add(obj)
        elif isinstance(obj, Service):
            self.endpoints.add(obj)
        elif isinstance(obj, NodeObject):
            name = name_of(obj)
            if name not in self.nodes:
                self.nodes[name] = Node(self, name, len(self.nodes))
            self.scheduler.node_changed(name)

    def object_removed(self, obj: Any) -> None:
        """An object that is not a pod was deleted. What it owned is deleted too, as the garbage collector does."""
        if isinstance(obj, ReplicaSet | ReplicationController):
            self.replicas.remove(obj)
        elif isinstance(obj, Deployment):
            self.deployments.remove(obj)
        elif isinstance(obj, Job):
            self.jobs.remove(obj)
        elif isinstance(obj, Service):
            self.endpoints.remove(obj)
        owner = uid_of(obj)
        for pod in list(self.api.pods.values()):
            if not is_deleted(pod) and any(o.uid == owner for o in meta_of(pod).ownerReferences or ()):
                self.soon(self._collect, uid_of(pod))
        for made in list(self.api.others.values()):
            if any(o.uid == owner for o in meta_of(made).ownerReferences or ()):
                self.api.remove_object(made)

    def _collect(self, pod_uid: str) -> None:
        """A pod whose owner is gone is deleted, unless it is going already."""
        pod = self.api.pods.get(pod_uid)
        if pod is not None and not is_deleted(pod):
            self.api.delete(pod_uid, None)

    def replace_node(self, node: NodeObject) -> None:
        """A node's object is changed by its users: labels, taints, cordoned or not."""
        name = name_of(node)
        spec = node.spec or NodeSpec()
        given = [t for t in spec.taints or () if t.key not in OF_THE_LIFECYCLE]
        there = self.nodes[name]
        there.cordoned = bool(spec.unschedulable)
        kept = msgspec.structs.replace(spec, taints=given or None, unschedulable=None)
        self.api.replace_object(msgspec.structs.replace(node, spec=kept))
        there.announce()

    def _create(self) -> None:
        """Create all objects in their order, but configuration and nodes before what needs them."""
        for obj in sorted(
            self.scenario.created(),
            key=lambda o: type(o).__name__ in RUN,
        ):
            left_out = not_simulated(obj)
            for path in left_out:
                what = f"the {type(obj).__name__}" if path == "kind" else path
                self.recorder.notes.setdefault(f"{name_of(obj)}: {what} is kept, but podlab does not simulate it")
            if left_out != ["kind"]:
                self.api.create(obj)
            self._note_strange_node(obj)

    def _note_strange_node(self, obj: Any) -> None:
        """A pod bound to a node that is not there waits for ever, without an event; so say it."""
        node = obj.spec.nodeName if isinstance(obj, Pod) and obj.spec is not None else None
        if node and node not in self.nodes:
            there = ", ".join(self.nodes) or "none"
            self.recorder.notes.setdefault(
                f"{name_of(obj)}: spec.nodeName is {node}, but the nodes here are {there}; leave spec.nodeName out, "
                f'or make the node: .with_world(nodes=("{node}",))'
            )

    def _tell_node(self, pod: Pod, deleted: bool) -> None:
        """The kubelet of the pod's node takes it up, or hears of its change."""
        node = self.nodes.get(spec_of(pod).nodeName or "")
        if node is None:
            return
        worker = node.workers.get(uid_of(pod))
        if worker is None:
            if not deleted and not is_deleted(pod) and not node.down:
                node.add_pod(pod)
        elif deleted or pod.metadata is not worker.pod.metadata or pod.spec is not worker.pod.spec:
            node.pod_changed(pod)

    def set_condition(self, pod: Pod, kind: str, status: str) -> None:
        """A condition written from outside, as readiness gates wait for."""
        worker = self.worker_of(pod)
        if worker is not None:
            now = self.stamp(self.loop.now)
            worker.set_condition(PodCondition(type=kind, status=status, lastTransitionTime=now))

    def worker_of(self, pod: Pod) -> PodWorker | None:
        """The kubelet's worker for a pod; None before it is placed and after it has ended."""
        node = self.nodes.get(spec_of(pod).nodeName or "")
        return node.workers.get(uid_of(pod)) if node is not None else None

"""The engine: the only clock and the only mutable state. It creates what a scenario has and lets time pass.

It decides nothing. The rules are in `podlab.core.rules` and `podlab.controllers`; it asks them and does what they say.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import NodeSpec, Pod, PodCondition, PodStatus

from podlab.api import kinds
from podlab.api.defaults import prepare_for_create
from podlab.api.mistakes import Mistake
from podlab.api.object_defaults import own_selector, with_defaults
from podlab.api.parts import (
    RUN,
    TERMINAL_PHASES,
    containers_of,
    is_deleted,
    key_of,
    name_of,
    spec_of,
    status_of,
    uid_of,
)
from podlab.api.simulated import not_simulated
from podlab.apiserver.admission import admit
from podlab.controllers.base import Reconciler
from podlab.controllers.endpoints import endpoints, find_port
from podlab.controllers.manager import ControllerManager
from podlab.controllers.node_admission import REJECTED, admission
from podlab.controllers.node_lifecycle import OF_THE_LIFECYCLE
from podlab.controllers.node_state import look_at
from podlab.controllers.scheduler import Scheduler
from podlab.core.engine.action import Action
from podlab.core.engine.history import EPOCH
from podlab.core.engine.loop import CLOSING, GESTURES, Loop, ProgramClock
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.recording import Recorder
from podlab.core.engine.store import ApiServer
from podlab.core.rules.versions import check_version, rules_of
from podlab.kubelet.node import Node
from podlab.kubelet.service_network import ServiceNetwork
from podlab.linux import Images, Network, Runtime
from podlab.simulation.perform import perform
from podlab.simulation.scenario import Scenario
from podlab.simulation.trace import Snapshot, Trace

if TYPE_CHECKING:
    from podlab.apiserver.rest import Rest

GATED = PodCondition(
    type="PodScheduled",
    status="False",
    reason="SchedulingGated",
    message="Scheduling is blocked due to non-empty scheduling gates",
)
C = TypeVar("C", bound=Reconciler)


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


class Interrupted(Mistake, RuntimeError):
    """A simulation was stopped in the middle of a step, and cannot go on."""


class Simulation:
    """A scenario that can be stepped: `advance(until)` as often as you like, `trace()` at any time."""

    cluster_wide = kinds.CLUSTER_WIDE_LOWER
    with_generation = kinds.WITH_GENERATION

    def __init__(self, scenario: Scenario, *, start: datetime | None = None) -> None:
        self.scenario = scenario
        self.seed = scenario.seed
        self.timing = scenario.timing
        self.start = start or scenario.world.start or EPOCH
        self.loop = Loop(size=self._size)
        self.recorder = Recorder(scenario.timing.event_burst)
        world = scenario.world
        self.images = Images.of(
            world.present_images, world.missing_images, dict(world.images), dict(world.image_behaviors)
        )
        self.program_clock = ProgramClock(self.loop)
        self.network = Network(self.program_clock)
        self.network.offline = world.offline
        self.api = ApiServer(self)
        names = [*world.nodes, *(name_of(o) for o in scenario.objects if isinstance(o, NodeObject))]
        self.nodes = {name: self._new_node(name, index) for index, name in enumerate(dict.fromkeys(names))}
        self._stamps: dict[int, datetime] = {}
        self.manager = ControllerManager(self)
        services = ServiceNetwork(self, endpoints, find_port)
        self.network.names, self.network.service = services.address, services.target
        self.api.watchers += [self._tell_node, self.manager.pod_changed]
        self.loop.call_at(0.0, self._create)
        for gesture in scenario.gestures:
            self.plan(gesture)

    def plan(self, gesture: Action) -> None:
        """Carry out a gesture when its time has come: before or after all else of its instant."""
        self.loop.push(gesture.at, CLOSING if gesture.closes else GESTURES, perform, (self, gesture))

    @cached_property
    def rest(self) -> Rest:
        """The API server as clients over the network see it."""
        from podlab.apiserver.rest import Rest  # most runs never need it

        return Rest(self)

    def _new_node(self, name: str, index: int) -> Node:
        """A node with a container runtime of its own; `network` connects it to the others."""
        ip = f"10.250.0.{index + 1}"
        runtime = Runtime(self.program_clock, self.images, name, ip=ip, network=self.network)
        runtime.kernel.kills_whole_groups = self.scenario.world.cgroups == 2
        node = Node(self, name, index, ip, runtime, self.images)
        node.cgroups = self.scenario.world.cgroups
        world = self.scenario.world
        node.rules = world.rules if world.version is None else rules_of(check_version(world.version))
        return node

    def advance(self, until: float) -> None:
        """Let time pass up to and including `until` seconds.

        Errors: `BudgetExceeded`; `Interrupted` for a simulation that an interrupt or an error has left half done.
        """
        if not self.loop.whole:
            raise Interrupted(
                "this simulation was stopped in the middle of a step and cannot go on; make a new one of its scenario "
                "(in a Session: undo what was done last)"
            )
        with paused_gc():
            self.loop.run_until(until)

    def trace(self) -> Trace:
        """What has happened so far."""
        recorder = self.recorder
        notes = dict.fromkeys((*recorder.notes, *(note for node in self.nodes.values() for note in node.notes())))
        return Trace(
            until=self.loop.now,
            changes=tuple(recorder.changes),
            events=tuple(recorder.events),
            runs=recorder.runs,
            sandboxes=recorder.sandboxes,
            gestures=tuple(recorder.gestures),
            logs=recorder.logs(),
            endpoints=tuple(recorder.endpoints),
            notes=tuple(notes),
            objects=tuple(recorder.objects),
            node_states=tuple(recorder.node_states),
            start=self.start,
            scenario=self.scenario,
        )

    def present(self) -> Snapshot:
        """The world now: the end of `trace()`, but without a look at all that led there."""
        return Snapshot(self.trace(), self.loop.now, {key_of(pod): pod for pod in self.api.pods.values()})

    def stamp(self, t: float) -> datetime:
        """The wall-clock time at `t`, in whole seconds as the API keeps it."""
        second = int(t)
        stamp = self._stamps.get(second)
        if stamp is None:
            stamp = self._stamps[second] = self.start + timedelta(seconds=second)
        return stamp

    def _size(self) -> int:
        """How many objects there are; pods that have ended do not count."""
        pods = self.api.pods.values()
        return len(self.api.others) + sum(status_of(pod).phase not in TERMINAL_PHASES for pod in pods)

    def admitted(self, obj: Any) -> Any:
        """An object as it is created: a copy with its defaults, and what admission adds."""
        if not isinstance(obj, Pod):
            return with_defaults(obj)
        pod = prepare_for_create(obj)
        admit(spec_of(pod), self.api.of_kind("priorityclass"))
        if spec_of(pod).schedulingGates and pod.status is not None:
            pod.status.conditions = [msgspec.structs.replace(GATED)]
        return pod

    def soon(self, action: Callable[..., None], *args: Any) -> None:
        """Do it at this instant, after what is due already."""
        self.loop.call_at(self.loop.now, action, *args)

    def object_changed(self, obj: Any) -> None:
        """An object that is not a pod is new or was changed: the controllers that follow its kind are told."""
        if isinstance(obj, NodeObject) and name_of(obj) not in self.nodes:
            self.nodes[name_of(obj)] = self._new_node(name_of(obj), len(self.nodes))
        self.manager.object_changed(obj)

    def object_removed(self, obj: Any) -> None:
        """An object that is not a pod was deleted: the controllers that follow its kind are told."""
        self.manager.object_removed(obj)

    def controller(self, kind: type[C]) -> C:
        """The controller of a class, for those who ask it something."""
        return self.manager.get(kind)

    def allocatable(self, node: str) -> Mapping[str, Fraction]:
        """What a node can give to its pods, by resource, as the scheduler counts it."""
        return self.controller(Scheduler).allocatable(node)

    def node_changed(self, name: str) -> None:
        """A node is not what it was: every controller is told."""
        self.manager.node_changed(name)

    def node_down(self, name: str) -> None:
        """The kubelet of a node has stopped: every controller is told."""
        self.manager.node_down(name)

    def delete_node(self, name: str) -> None:
        """The object of a node is deleted; every controller is told. Its kubelet and containers live on."""
        node = self.nodes[name]
        node.gone = True
        node.announce()
        self.manager.node_deleted(name)

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
            self._note_images(obj)

    def _note_images(self, obj: Any) -> None:
        """Say of images what a container of theirs could not: that there is none, or that it is taken for another."""
        for image in dict.fromkeys(container.image or "" for container in containers_of(obj)):
            remark = self.images.remark(image) if image else None
            if remark is not None and "is not known here" not in remark:
                self.recorder.notes.setdefault(f"{name_of(obj)}: {remark}")

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
            if not deleted and not is_deleted(pod) and not node.down and self._admits(pod):
                node.add_pod(pod)
        elif deleted or pod.metadata is not worker.pod.metadata or pod.spec is not worker.pod.spec:
            node.pod_changed(pod)

    def _admits(self, pod: Pod) -> bool:
        """Whether the node's kubelet takes a pod. One that the scheduler did not place may be rejected."""
        status = status_of(pod)
        if status.phase in TERMINAL_PHASES or any(c.type == "PodScheduled" for c in status.conditions or ()):
            return status.phase not in TERMINAL_PHASES
        rejection = admission(pod, look_at(self, spec_of(pod).nodeName or ""))
        if rejection is None:
            return True
        self.recorder.event(self.loop.now, f"Pod/{key_of(pod)}", "Warning", rejection.reason, rejection.message)
        failed = PodStatus(
            phase="Failed",
            reason=rejection.reason,
            message=f"{REJECTED}{rejection.message}",
            qosClass=status.qosClass,
            startTime=self.stamp(self.loop.now),
        )
        self.soon(self.api.update_status, uid_of(pod), failed)
        return False

    def identified(self, obj: Any) -> None:
        """An object that is not a pod has got its UID: a Job's selector is made of it."""
        if isinstance(obj, Job):
            own_selector(obj)

    def kubelet(self, node: str) -> Node | None:
        """The node of that name, or None."""
        return self.nodes.get(node)

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

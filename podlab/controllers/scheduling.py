"""Placing pods: carries out what the scheduler of `podlab.controllers` decides."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import Pod, PodCondition

from podlab.api.parts import TERMINAL_PHASES, is_deleted, key_of, meta_of, spec_of, status_of, uid_of
from podlab.api.quantity import parse_quantity
from podlab.controllers.scheduler import NodeState, schedule
from podlab.core.engine.timing import fraction

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation

DEFAULT_NODE = {"cpu": Fraction(2), "memory": Fraction(8 * 2**30)}  # of a node no manifest describes


class Scheduler:
    """Gives every pod without a node one, or says why not; tries again when something has changed."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self._waiting: dict[str, str] = {}
        self._states: dict[str, NodeState] = {}  # of the nodes that have not changed since

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A new pod is placed; when one is gone or done, those that wait are tried again."""
        if not deleted and spec_of(pod).nodeName is not None and status_of(pod).phase not in TERMINAL_PHASES:
            return
        uid = uid_of(pod)
        if deleted or status_of(pod).phase in TERMINAL_PHASES:
            self._waiting.pop(uid, None)
            self._states.pop(spec_of(pod).nodeName or "", None)
            self.try_again()
        elif spec_of(pod).nodeName is None and not is_deleted(pod) and uid not in self._waiting:
            self._waiting[uid] = ""
            self.sim.loop.call_at(self.sim.loop.now + self.sim.timing.schedule, self._place, uid)

    def try_again(self) -> None:
        """Something has changed: place the pods that wait, if they fit now."""
        for waiting in self._waiting:
            self.sim.soon(self._place, waiting)

    def node_changed(self, name: str) -> None:
        """A node is not what it was: look at it anew, and try the pods that wait."""
        self._states.pop(name, None)
        self.try_again()

    def _place(self, uid: str) -> None:
        sim = self.sim
        pod = sim.api.pods.get(uid)
        if pod is None or uid not in self._waiting or is_deleted(pod):
            return
        states = [self._states.get(name) or self._look_at(name) for name, node in sim.nodes.items() if not node.gone]
        placement = schedule(pod, states, start=int(fraction(sim.seed, "first node", uid) * len(states)))
        on, meta = f"Pod/{key_of(pod)}", meta_of(pod)
        if placement.node is not None:
            del self._waiting[uid]
            self._states[placement.node] = self._states[placement.node].with_pod(pod)
            text = f"Successfully assigned {meta.namespace}/{meta.name} to {placement.node}"
            sim.recorder.event(sim.loop.now, on, "Normal", "Scheduled", text, source="default-scheduler")
            sim.api.bind(uid, placement.node)
        elif self._waiting[uid] != placement.message:
            text = self._waiting[uid] = placement.message
            sim.recorder.event(sim.loop.now, on, "Warning", "FailedScheduling", text, source="default-scheduler")
            unschedulable = PodCondition(type="PodScheduled", status="False", reason="Unschedulable", message=text)
            sim.api.set_condition(uid, unschedulable)

    def allocatable(self, name: str) -> Mapping[str, Fraction]:
        """What a node can give to its pods, by resource."""
        return (self._states.get(name) or self._look_at(name)).allocatable

    def _look_at(self, name: str) -> NodeState:
        """The node as the scheduler sees it."""
        node = self.sim.nodes[name]
        described: NodeObject | None = self.sim.api.find("node", "", name)
        pods = [w.pod for w in node.workers.values()]
        taints = list(node.taints)
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
        allocatable: dict[str, Fraction] = dict(DEFAULT_NODE)
        cordoned = node.cordoned
        if described is not None:
            labels |= (described.metadata.labels if described.metadata else None) or {}
            spec, status = described.spec, described.status
            taints += (spec.taints if spec else None) or []
            cordoned = cordoned or bool(spec and spec.unschedulable)
            amounts = (status.allocatable or status.capacity if status else None) or {}
            allocatable |= {k: parse_quantity(v).amount for k, v in amounts.items()}
        state = self._states[name] = NodeState(name, allocatable, labels, taints, cordoned, pods)
        return state

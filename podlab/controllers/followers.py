"""Controllers that follow pods and nodes: endpoints of Services, and nodes that are lost.

Each is told when a pod changes and acts at that instant, after what is going on has come to rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition, Service, Taint

from podlab.api.parts import TERMINAL_PHASES, is_deleted, key_of, meta_of, name_of, spec_of, status_of, uid_of
from podlab.controllers.endpoints import endpoints
from podlab.controllers.node_lifecycle import UNREACHABLE, eviction_delay, not_ready_at

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation

QUARANTINE = 40.0  # seconds a node has to be gone before its pods are removed


class EndpointsController:
    """Keeps the endpoints of every Service in the record."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.services: dict[str, Service] = {}
        self._last: dict[str, list[dict[str, Any]]] = {}
        self._due = False

    def add(self, service: Service) -> None:
        """A new Service, or one that was changed."""
        self.services[uid_of(service)] = service
        self._look()

    def remove(self, service: Service) -> None:
        """A Service is gone, and its endpoints with it."""
        del self.services[uid_of(service)]

    def pod_changed(self, _pod: Pod, _deleted: bool) -> None:
        """Look again once what is going on has come to rest."""
        self._look()

    def _look(self) -> None:
        if self.services and not self._due:
            self._due = True
            self.sim.soon(self._update)

    def _update(self) -> None:
        self._due = False
        for service in self.services.values():
            name = name_of(service)
            now = endpoints(service, self.sim.api.pods.values())
            if now != self._last.get(name):
                self._last[name] = now
                self.sim.recorder.endpoints.append((self.sim.loop.now, name, tuple(now)))


class NodeLifecycle:
    """Finds dead nodes, marks their pods, and gives them up after a while. A pod is never moved."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim

    def node_down(self, name: str) -> None:
        """The node's kubelet has stopped: nothing shows until its heartbeats are missed."""
        outage = self.sim.nodes[name].outages
        self.sim.loop.call_at(not_ready_at(self.sim.loop.now), self._not_ready, name, outage)

    def delete_node(self, name: str) -> None:
        """The node's object is deleted. Pods of a node that does not exist are removed after a while."""
        node = self.sim.nodes[name]
        node.gone = True
        node.announce()
        self.sim.loop.call_at(self.sim.loop.now + QUARANTINE, self._remove_orphans, name)

    def _remove_orphans(self, name: str) -> None:
        """Models pkg/controller/podgc deleteOrphaned: they become Failed, and go at once."""
        if not self.sim.nodes[name].gone:
            return
        for pod in [p for p in self.sim.api.pods.values() if spec_of(p).nodeName == name]:
            orphaned = PodCondition(
                type="DisruptionTarget",
                status="True",
                reason="DeletionByPodGC",
                message="PodGC: node no longer exists",
            )
            self.sim.api.set_condition(uid_of(pod), orphaned)
            if status_of(pod).phase not in TERMINAL_PHASES:
                failed = msgspec.structs.replace(status_of(self.sim.api.pods[uid_of(pod)]), phase="Failed")
                self.sim.api.update_status(uid_of(pod), failed)
            self.sim.api.delete(uid_of(pod), 0)

    def _not_ready(self, name: str, outage: int) -> None:
        sim, node = self.sim, self.sim.nodes[name]
        if not node.down or node.outages != outage:
            return
        node.taints = [Taint(key=UNREACHABLE, effect="NoExecute"), Taint(key=UNREACHABLE, effect="NoSchedule")]
        node.announce()
        for pod in [p for p in sim.api.pods.values() if spec_of(p).nodeName == name]:
            sim.api.set_condition(uid_of(pod), PodCondition(type="Ready", status="False"))
            self._event(pod, "Warning", "NodeNotReady", "Node is not ready", "node-controller")
            delay = eviction_delay(pod)
            if delay is not None:
                sim.loop.call_at(sim.loop.now + delay, self._evict, name, outage, uid_of(pod))

    def _evict(self, name: str, outage: int, uid: str) -> None:
        pod, node = self.sim.api.pods.get(uid), self.sim.nodes[name]
        if pod is None or not node.down or node.outages != outage or is_deleted(pod):
            return
        text = f"Marking for deletion Pod {meta_of(pod).namespace}/{name_of(pod)}"
        self._event(pod, "Normal", "TaintManagerEviction", text, "taint-eviction-controller")
        disrupted = PodCondition(
            type="DisruptionTarget",
            status="True",
            reason="DeletionByTaintManager",
            message="Taint manager: deleting due to NoExecute taint",
        )
        self.sim.api.set_condition(uid, disrupted)
        self.sim.api.delete(uid, None)

    def _event(self, pod: Pod, kind: str, reason: str, message: str, source: str) -> None:
        self.sim.recorder.event(self.sim.loop.now, f"Pod/{key_of(pod)}", kind, reason, message, source=source)

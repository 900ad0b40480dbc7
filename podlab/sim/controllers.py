"""Carries out what `podlab.cluster` decides: placing pods, keeping replicas, following nodes, listing endpoints.

Each controller is told when a pod changes and acts at that instant, after what is going on has come to rest.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lightkube.models.apps_v1 import ReplicaSet
from lightkube.models.core_v1 import Node as NodeObject
from lightkube.models.core_v1 import Pod, PodCondition, ReplicationController, Service, Taint
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.api.quantity import parse_quantity
from podlab.cluster.endpoints import endpoints
from podlab.cluster.node_lifecycle import UNREACHABLE, eviction_delay, not_ready_at
from podlab.cluster.replicas import plan_replicas
from podlab.cluster.scheduler import NodeState, schedule
from podlab.cluster.selection import matches_labels, matches_selector
from podlab.sim.identity import suffix, uid
from podlab.sim.scenario import pod_key

if TYPE_CHECKING:
    from podlab.sim.engine import Simulation

DEFAULT_NODE = {"cpu": Fraction(2), "memory": Fraction(8 * 2**30)}  # of a node no manifest describes
TERMINAL = ("Succeeded", "Failed")
Replicator = ReplicaSet | ReplicationController


class Scheduler:
    """Gives every pod without a node one, or says why not; tries again when something has changed."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self._waiting: dict[str, str] = {}

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A new pod is placed; when one is gone or done, those that wait are tried again."""
        spec, meta = pod.spec, pod.metadata
        assert spec is not None and meta is not None and meta.uid is not None
        if deleted or (pod.status is not None and pod.status.phase in TERMINAL):
            self._waiting.pop(meta.uid, None)
            for waiting in self._waiting:
                self.sim.soon(self._place, waiting)
        elif spec.nodeName is None and meta.deletionTimestamp is None and meta.uid not in self._waiting:
            self._waiting[meta.uid] = ""
            self.sim.loop.call_at(self.sim.loop.now + self.sim.timing.schedule, self._place, meta.uid)

    def _place(self, pod_uid: str) -> None:
        sim = self.sim
        pod = sim.api.pods.get(pod_uid)
        if pod is None or pod_uid not in self._waiting or pod.metadata is None:
            return
        if pod.metadata.deletionTimestamp is not None:
            return
        placement = schedule(pod, [self._state(name) for name in sim.nodes])
        on, meta = f"Pod/{pod_key(pod)}", pod.metadata
        if placement.node is not None:
            del self._waiting[pod_uid]
            text = f"Successfully assigned {meta.namespace}/{meta.name} to {placement.node}"
            sim.recorder.event(sim.loop.now, on, "Normal", "Scheduled", text, source="default-scheduler")
            sim.api.bind(pod_uid, placement.node)
        elif self._waiting[pod_uid] != placement.message:
            self._waiting[pod_uid] = placement.message
            sim.recorder.event(
                sim.loop.now, on, "Warning", "FailedScheduling", placement.message, source="default-scheduler"
            )
            sim.api.set_condition(
                pod_uid,
                PodCondition(type="PodScheduled", status="False", reason="Unschedulable", message=placement.message),
            )

    def _state(self, name: str) -> NodeState:
        """The node as the scheduler sees it."""
        node = self.sim.nodes[name]
        described: NodeObject | None = self.sim.api.find("node", "", name)
        pods = [w.pod for w in node.workers.values()]
        taints = list(node.taints)
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
        allocatable: dict[str, Fraction] = dict(DEFAULT_NODE)
        cordoned = False
        if described is not None:
            labels |= (described.metadata.labels if described.metadata else None) or {}
            spec, status = described.spec, described.status
            taints += (spec.taints if spec else None) or []
            cordoned = bool(spec and spec.unschedulable)
            amounts = (status.allocatable or status.capacity if status else None) or {}
            allocatable |= {k: parse_quantity(v).amount for k, v in amounts.items()}
        return NodeState(name, allocatable, labels, taints, cordoned, pods)


class ReplicaControllers:
    """ReplicaSets and ReplicationControllers: replace what is missing, delete what is too much."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.objects: list[Replicator] = []
        self._made: dict[str, int] = {}
        self._due: set[str] = set()

    def add(self, obj: Replicator) -> None:
        """A new controller: it looks for its pods at once."""
        self.objects.append(obj)
        self._look(obj)

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Every controller that owns the pod, or could, looks."""
        for obj in self.objects:
            if self._owns(obj, pod) or (self._controller(pod) is None and self._selects(obj, pod)):
                self._look(obj)

    def _look(self, obj: Replicator) -> None:
        key = self._uid(obj)
        if key not in self._due:
            self._due.add(key)
            self.sim.soon(self._reconcile, obj)

    def _reconcile(self, obj: Replicator) -> None:
        self._due.discard(self._uid(obj))
        sim = self.sim
        for pod in list(sim.api.pods.values()):
            if self._controller(pod) is None and self._selects(obj, pod):
                sim.api.update_metadata(pod, ownerReferences=[self._reference(obj)])
        mine = [p for p in sim.api.pods.values() if self._owns(obj, p)]
        wanted = obj.spec.replicas if obj.spec is not None and obj.spec.replicas is not None else 1
        plan = plan_replicas(wanted, mine)
        name = (obj.metadata.name if obj.metadata else None) or ""
        on = f"{type(obj).__name__}/{name}"
        for _ in range(plan.create):
            pod = sim.api.create(self._new_pod(obj))
            text = f"Created pod: {pod.metadata.name}"
            sim.recorder.event(sim.loop.now, on, "Normal", "SuccessfulCreate", text, source=self._source(obj))
        for pod_uid in plan.delete:
            doomed = sim.api.pods[pod_uid]
            text = f"Deleted pod: {doomed.metadata.name if doomed.metadata else ''}"
            sim.recorder.event(sim.loop.now, on, "Normal", "SuccessfulDelete", text, source=self._source(obj))
            sim.api.delete(pod_uid, None)

    def _new_pod(self, obj: Replicator) -> Pod:
        """A pod of the template, with a name of its own."""
        meta = obj.metadata or ObjectMeta()
        template = obj.spec.template if obj.spec is not None else None
        assert template is not None
        key = self._uid(obj)
        n = self._made[key] = self._made.get(key, -1) + 1
        labels = dict((template.metadata.labels if template.metadata else None) or {})
        return Pod(
            apiVersion="v1",
            kind="Pod",
            metadata=ObjectMeta(
                name=f"{meta.name}-{suffix(self.sim.seed, meta.namespace, meta.name, n)}",
                generateName=f"{meta.name}-",
                namespace=meta.namespace or "default",
                labels=labels or None,
                ownerReferences=[self._reference(obj)],
            ),
            spec=template.spec,
        )

    def _reference(self, obj: Replicator) -> OwnerReference:
        kind = type(obj).__name__
        version = "apps/v1" if kind == "ReplicaSet" else "v1"
        name = (obj.metadata.name if obj.metadata else None) or ""
        return OwnerReference(
            apiVersion=version, kind=kind, name=name, uid=self._uid(obj), controller=True, blockOwnerDeletion=True
        )

    def _uid(self, obj: Replicator) -> str:
        meta = obj.metadata or ObjectMeta()
        return uid(self.sim.seed, type(obj).__name__, meta.namespace or "default", meta.name)

    def _controller(self, pod: Pod) -> OwnerReference | None:
        owners = (pod.metadata.ownerReferences if pod.metadata else None) or ()
        return next((o for o in owners if o.controller), None)

    def _owns(self, obj: Replicator, pod: Pod) -> bool:
        owner = self._controller(pod)
        return owner is not None and owner.uid == self._uid(obj)

    def _selects(self, obj: Replicator, pod: Pod) -> bool:
        labels = pod.metadata.labels if pod.metadata else None
        selector: Any = obj.spec.selector if obj.spec is not None else None
        if isinstance(obj, ReplicaSet):
            return matches_selector(selector, labels)
        return bool(selector) and matches_labels(selector, labels)

    def _source(self, obj: Replicator) -> str:
        return "replicaset-controller" if isinstance(obj, ReplicaSet) else "replication-controller"


class EndpointsController:
    """Keeps the endpoints of every Service in the record."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.services: list[Service] = []
        self._last: dict[str, list[dict[str, Any]]] = {}
        self._due = False

    def add(self, service: Service) -> None:
        """A new Service."""
        self.services.append(service)
        self._look()

    def pod_changed(self, _pod: Pod, _deleted: bool) -> None:
        """Look again once what is going on has come to rest."""
        self._look()

    def _look(self) -> None:
        if self.services and not self._due:
            self._due = True
            self.sim.soon(self._update)

    def _update(self) -> None:
        self._due = False
        for service in self.services:
            name = (service.metadata.name if service.metadata else None) or ""
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
        self.sim.loop.call_at(not_ready_at(self.sim.loop.now), self._not_ready, name)

    def _not_ready(self, name: str) -> None:
        sim, node = self.sim, self.sim.nodes[name]
        if not node.down:
            return
        node.taints = [Taint(key=UNREACHABLE, effect="NoExecute"), Taint(key=UNREACHABLE, effect="NoSchedule")]
        for pod in [p for p in sim.api.pods.values() if p.spec is not None and p.spec.nodeName == name]:
            pod_uid = (pod.metadata.uid if pod.metadata else None) or ""
            sim.api.set_condition(pod_uid, PodCondition(type="Ready", status="False"))
            on = f"Pod/{pod_key(pod)}"
            sim.recorder.event(
                sim.loop.now, on, "Warning", "NodeNotReady", "Node is not ready", source="node-controller"
            )
            delay = eviction_delay(pod)
            if delay is not None:
                sim.loop.call_at(sim.loop.now + delay, self._evict, name, pod_uid)

    def _evict(self, name: str, pod_uid: str) -> None:
        sim, pod = self.sim, self.sim.api.pods.get(pod_uid)
        if pod is None or not sim.nodes[name].down or pod.metadata is None:
            return
        if pod.metadata.deletionTimestamp is not None:
            return
        text = f"Marking for deletion Pod {pod.metadata.namespace}/{pod.metadata.name}"
        on = f"Pod/{pod_key(pod)}"
        sim.recorder.event(sim.loop.now, on, "Normal", "TaintManagerEviction", text, source="taint-eviction-controller")
        sim.api.set_condition(
            pod_uid,
            PodCondition(
                type="DisruptionTarget",
                status="True",
                reason="DeletionByTaintManager",
                message="Taint manager: deleting due to NoExecute taint",
            ),
        )
        sim.api.delete(pod_uid, None)

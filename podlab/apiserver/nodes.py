"""Nodes and their leases as the API server shows them.

A node that no manifest describes looks like a plain machine. What changes is written down by the node controller
(`podlab.simulation.trace.NodeState`); heartbeats follow from the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lightkube.models.coordination_v1 import Lease, LeaseSpec
from lightkube.models.core_v1 import (
    Node,
    NodeAddress,
    NodeCondition,
    NodeSpec,
    NodeStatus,
    NodeSystemInfo,
    Taint,
)
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.parts import name_of
from podlab.apiserver.world import Snapshot
from podlab.controllers.node_lifecycle import HEARTBEAT, UNREACHABLE
from podlab.core.engine.history import NodeState, kubelets_down
from podlab.core.engine.identity import uid

VERSION = "v1.36.2"
CLUSTER_AGE = timedelta(minutes=30)
"""How long the cluster and the nodes of its world have been there when a scenario begins."""

_LEASE_SECONDS = 40
_CAPACITY = {
    "cpu": "2",
    "ephemeral-storage": "104857600Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "8Gi",
    "pods": "100000",
}
"""Of a node that no manifest describes. It has room for any number of pods."""

_HEALTH = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
_PLATFORM = {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"}
_LOST = ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")


def nodes_of(snapshot: Snapshot) -> list[Node]:
    """All nodes at an instant."""
    described = {name_of(o): o for o in snapshot.objects if isinstance(o, Node)}
    names = dict.fromkeys([*_world(snapshot), *described])
    states = [(at, name, _state(snapshot, name)) for at, name in enumerate(names)]
    return [_node(snapshot, name, at, described.get(name), state) for at, name, state in states if not state.gone]


def described_node(snapshot: Snapshot, name: str) -> Node:
    """A node as a manifest would describe it: without the taints of one that is lost or closed."""
    names = [name_of(node) for node in nodes_of(snapshot)]
    described = next((o for o in snapshot.objects if isinstance(o, Node) and name_of(o) == name), None)
    return _node(snapshot, name, names.index(name), described, NodeState(-1.0, name))


def kubelet_runs(snapshot: Snapshot, name: str) -> bool:
    """Whether the node's kubelet is up, found or not."""
    return name not in kubelets_down(snapshot.trace.gestures, snapshot.t)


def leases_of(snapshot: Snapshot) -> list[Lease]:
    """The lease of every node, which its kubelet renews every ten seconds."""
    return [
        Lease(
            metadata=ObjectMeta(
                name=name_of(node),
                namespace="kube-node-lease",
                creationTimestamp=node.metadata.creationTimestamp if node.metadata else None,
            ),
            spec=LeaseSpec(
                holderIdentity=name_of(node),
                leaseDurationSeconds=_LEASE_SECONDS,
                renewTime=_heartbeat(snapshot, name_of(node)),
            ),
        )
        for node in nodes_of(snapshot)
    ]


def _world(snapshot: Snapshot) -> Sequence[str]:
    """The nodes that were there before any manifest; of a recorded story, those that its pods were on."""
    scenario = snapshot.trace.scenario
    if scenario is not None:
        names: Sequence[str] = scenario.world.nodes
        return names
    placed = (c.pod.spec.nodeName for c in snapshot.trace.changes if c.pod.spec is not None)
    return sorted({name for name in placed if name})


def _state(snapshot: Snapshot, name: str) -> NodeState:
    """The node's state, and since when it is Ready or not (``t``; below 0: since before the scenario began)."""
    current = NodeState(-1.0, name)
    for state in snapshot.trace.node_states:
        if state.node == name and state.t <= snapshot.t:
            current = state if state.ready != current.ready else replace(state, t=current.t)
    return current


def _node(snapshot: Snapshot, name: str, index: int, described: Node | None, state: NodeState) -> Node:
    began = snapshot.trace.start - CLUSTER_AGE
    meta = described.metadata if described is not None and described.metadata is not None else ObjectMeta()
    spec = described.spec if described is not None and described.spec is not None else NodeSpec()
    created = meta.creationTimestamp or began
    labels = {f"{prefix}{key}": value for prefix in ("beta.", "") for key, value in _PLATFORM.items()}
    return Node(
        apiVersion="v1",
        kind="Node",
        metadata=ObjectMeta(
            name=name,
            uid=meta.uid or uid("Node", name),
            creationTimestamp=created,
            labels={**labels, "kubernetes.io/hostname": name, **(meta.labels or {})},
            annotations={
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
                **(meta.annotations or {}),
            },
        ),
        spec=NodeSpec(
            taints=[*(spec.taints or ()), *_taints(snapshot, state)] or None,
            unschedulable=True if spec.unschedulable or state.cordoned else None,
        ),
        status=_status(snapshot, name, index, described, created, state),
    )


def _status(
    snapshot: Snapshot, name: str, index: int, described: Node | None, created: datetime, state: NodeState
) -> NodeStatus:
    given = (described.status if described is not None else None) or NodeStatus()
    capacity = {**_CAPACITY, **(given.capacity or given.allocatable or {})}
    since = _stamp(snapshot, state.t) if state.t >= 0 else created
    seen = _heartbeat(snapshot, name)
    conditions = []
    for kind, healthy, why, message in _HEALTH:
        status, reason, text = (healthy, why, message) if state.ready else _LOST
        conditions.append(
            NodeCondition(
                type=kind,
                status=status,
                reason=reason,
                message=text,
                lastHeartbeatTime=seen,
                lastTransitionTime=since,
            )
        )
    machine = uid("machine", name)
    return NodeStatus(
        addresses=[NodeAddress(f"10.250.0.{index + 1}", "InternalIP"), NodeAddress(name, "Hostname")],
        capacity=capacity,
        allocatable={**capacity, **(given.allocatable or {})},
        conditions=conditions,
        nodeInfo=NodeSystemInfo(
            architecture="amd64",
            bootID=uid("boot", name),
            containerRuntimeVersion="containerd://1.6.20",
            kernelVersion="6.1.0-podlab",
            kubeProxyVersion="",
            kubeletVersion=VERSION,
            machineID=machine.replace("-", ""),
            operatingSystem="linux",
            osImage="Debian GNU/Linux 12 (bookworm)",
            systemUUID=machine,
        ),
    )


def _taints(snapshot: Snapshot, state: NodeState) -> list[Taint]:
    found = []
    if not state.ready:
        since = _stamp(snapshot, state.t)
        found += [Taint(key=UNREACHABLE, effect=effect, timeAdded=since) for effect in ("NoExecute", "NoSchedule")]
    if state.cordoned:
        found.append(Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule"))
    return found


def _heartbeat(snapshot: Snapshot, name: str) -> datetime:
    """When the node's kubelet last gave a sign of life."""
    last = kubelets_down(snapshot.trace.gestures, snapshot.t).get(name, snapshot.t)
    return _stamp(snapshot, last - last % HEARTBEAT)


def _stamp(snapshot: Snapshot, t: float) -> datetime:
    return snapshot.trace.start + timedelta(seconds=int(t))

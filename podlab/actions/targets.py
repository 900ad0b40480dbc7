"""What actions are done to, looked up in a cluster that runs. NoTarget says what is not there."""

from __future__ import annotations

from typing import Any, Protocol

from lightkube.models.core_v1 import Pod

from podlab.apiserver.world import LiveCluster
from podlab.core.engine.action import NoTarget
from podlab.core.engine.container_run import Record
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.ports import ClusterNode

__all__ = ["Cluster", "NoTarget", "container_of", "node_of", "pod_of", "running", "worker_of"]


class Kubelet(ClusterNode, Protocol):
    """A node whose kubelet can be stopped and started."""

    def go_down(self) -> None:
        """The kubelet stops; the containers live on."""

    def come_back(self) -> None:
        """The kubelet starts again."""


class Cluster(LiveCluster, Protocol):
    """The cluster that an action is done to. `podlab.simulation.Simulation` is one."""

    def kubelet(self, node: str) -> Kubelet | None:
        """The node of that name, or None."""

    @property
    def rest(self) -> Any:
        """The API server as clients over the network see it."""

    def node_down(self, name: str) -> None:
        """The kubelet of a node has stopped: the controllers are told."""

    def set_condition(self, pod: Pod, kind: str, status: str) -> None:
        """A condition written from outside."""


def pod_of(cluster: Cluster, key: str) -> Pod:
    """The pod that podlab calls `key`."""
    pod = cluster.api.find_pod(key)
    if pod is None:
        raise NoTarget(f"there is no pod {key!r} at this moment")
    return pod


def worker_of(cluster: Cluster, key: str) -> PodWorker:
    """The kubelet's worker for a pod."""
    worker = cluster.worker_of(pod_of(cluster, key))
    if worker is None:
        raise NoTarget(f"pod {key!r} is on no node")
    return worker


def container_of(cluster: Cluster, target: str) -> tuple[PodWorker, str]:
    """The worker of the pod of "pod/container", and the container's name."""
    pod, _, name = target.rpartition("/")
    worker = worker_of(cluster, pod)
    known = [c.name for c in (*worker.init_specs, *worker.specs)]
    if name not in known:
        raise NoTarget(f"pod {worker.key!r} has no container {name!r}; it has {', '.join(known)}")
    return worker, name


def running(worker: PodWorker, name: str) -> Record:
    """The run of a container that runs."""
    record = worker.newest(name)
    if record is None or not record.alive:
        raise NoTarget(f"container {name!r} does not run at this moment")
    return record


def node_of(cluster: Cluster, name: str) -> Kubelet:
    """The node of that name."""
    node = cluster.kubelet(name)
    if node is None:
        raise NoTarget(f"there is no node {name!r}; there is {', '.join(map(repr, cluster.nodes))}")
    return node

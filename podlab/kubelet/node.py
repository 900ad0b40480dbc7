"""A node: its container runtime, its kubelet's workers, and what is on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import LifecycleHandler, Pod, PodStatus, Taint

from podlab.api.parts import is_deleted, meta_of, spec_of, uid_of
from podlab.core.engine.container_run import Record
from podlab.core.engine.history import NodeState
from podlab.core.engine.identity import pod_ip
from podlab.core.engine.pod_status import host_ips
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.ports import Cluster, ContainerConfig, PodView, ProbedPod
from podlab.core.engine.runtime import Container, ContainerRuntime, Sandbox
from podlab.core.engine.task import Steps
from podlab.core.rules.kubelet_rules import KUBERNETES
from podlab.core.rules.restart_all import REMOVED_MESSAGE, RESTARTING_ALL
from podlab.kubelet.environment import environment, memory_limit
from podlab.kubelet.hooks import run_hook
from podlab.kubelet.image_manager import ImageManager, Images
from podlab.kubelet.nonroot import verify_run_as_non_root
from podlab.kubelet.probes import Prober
from podlab.kubelet.volumes import VolumeManager


class NodeCluster(Cluster, Protocol):
    """What a node asks of its cluster beside what a controller may ask."""

    def allocatable(self, node: str) -> Mapping[str, Fraction]:
        """What a node can give to its pods, by resource."""


NODE_READY = "Node {} status is now: NodeReady"
CGROUP_V1 = (
    "cgroup v1 detected. cgroup v1 support is deprecated and will be removed in a future release. Please migrate to "
    "cgroup v2. More information at https://git.k8s.io/enhancements/keps/sig-node/5573-remove-cgroup-v1"
)


class Node:
    """One node of the simulated cluster."""

    def __init__(
        self, cluster: NodeCluster, name: str, index: int, ip: str, runtime: ContainerRuntime, images: Images
    ) -> None:
        self.cluster = cluster
        self.name = name
        self.index = index
        self.ip = ip
        self.host_ips = host_ips(ip)
        self.loop = cluster.loop
        self.timing = cluster.timing
        self.images = ImageManager(images)
        self.runtime = runtime
        self.runtime.on_exit = self._container_ended
        self.runtime.on_sandbox_exit = self._sandbox_ended
        self.volumes = VolumeManager(self, runtime)
        self.workers: dict[str, PodWorker] = {}
        self.down = False
        self.outages = 0
        self.cgroups = 2
        self.rules = KUBERNETES
        self.cordoned = False
        self.gone = False
        self.taints: list[Taint] = []
        self._records: dict[str, tuple[PodWorker, Record]] = {}
        self._ips: set[str] = set()

    # The pods of this node

    def add_pod(self, pod: Pod) -> None:
        """The scheduler has put a pod here."""
        worker = PodWorker(self, pod)
        self.workers[worker.uid] = worker
        worker.start_time = self.now()
        self.loop.call_at(self.loop.now + self.timing.admit, worker.wake)
        deadline = pod.spec.activeDeadlineSeconds if pod.spec else None
        if deadline is not None:
            self.loop.call_at(self.loop.now + self.timing.admit + deadline, worker.deadline)

    def go_down(self) -> None:
        """The kubelet stops; the containers live on."""
        self.down = True
        self.outages += 1

    def announce(self) -> None:
        """The API server shows another state of the node: found lost, back again, closed to new pods, or deleted."""
        state = NodeState(self.loop.now, self.name, not self.taints, self.cordoned, self.gone)
        self.cluster.recorder.node_states.append(state)
        self.cluster.node_changed(self.name)

    def _tell_start(self) -> None:
        """The Events of a kubelet that starts. Models pkg/kubelet/kubelet_node_status.go."""
        events = [("Normal", "Starting", "Starting kubelet."), ("Normal", "NodeReady", NODE_READY.format(self.name))]
        if self.cgroups == 1:
            events.insert(1, ("Warning", "CgroupV1", CGROUP_V1))
        for kind, reason, message in events:
            self.cluster.recorder.event(self.loop.now, f"Node/{self.name}", kind, reason, message)

    def come_back(self) -> None:
        """The kubelet starts again and looks at what is there: containers that ended, pods that are gone or new."""
        self.down, self.gone, self.taints = False, False, []  # a kubelet that starts registers its node
        self.announce()
        self._tell_start()
        successors: dict[PodWorker, PodWorker] = {}
        for uid, worker in list(self.workers.items()):
            pod = self.cluster.api.pods.get(uid)
            new = self.workers[uid] = successors[worker] = worker.successor(pod or worker.pod)
            if pod is None or is_deleted(pod):
                new.stop("its deletion was asked for meanwhile")
            self.loop.call_at(self.loop.now + self.timing.admit, new.wake)
        self._records = {i: (successors.get(worker, worker), record) for i, (worker, record) in self._records.items()}
        for pod in list(self.cluster.api.pods.values()):
            if spec_of(pod).nodeName == self.name and uid_of(pod) not in self.workers:
                self.add_pod(pod)

    def pod_changed(self, pod: Pod) -> None:
        """The API server has a new version of a pod of this node."""
        worker = self.workers.get(uid_of(pod))
        if worker is not None:
            worker.pod_changed(pod)

    @property
    def pods(self) -> list[Pod]:
        """The pods that the kubelet has not ended yet."""
        return [worker.pod for worker in self.workers.values()]

    def pod_gone(self, pod: Pod) -> None:
        """A pod has been ended and cleaned up."""
        del self.workers[uid_of(pod)]
        self.cluster.api.pod_finished(pod)

    def report(self, uid: str, status: PodStatus) -> None:
        """Send a status to the API server, unless the kubelet is down."""
        if not self.down:
            self.cluster.api.update_status(uid, status)

    def event(self, pod: str, kind: str, reason: str, message: str, field: str | None) -> None:
        """Record an Event about a pod, given by its name in podlab."""
        if not self.down:
            self.cluster.recorder.event(self.loop.now, f"Pod/{pod}", kind, reason, message, field)

    def now(self) -> datetime:
        """The wall-clock time, in whole seconds as the API keeps it."""
        return self.cluster.stamp(self.loop.now)

    def stamp(self, t: float) -> datetime:
        """The wall-clock time of second `t`."""
        return self.cluster.stamp(t)

    # What surrounds a pod worker

    def prober(self, pod: ProbedPod) -> Prober:
        """The probes of a pod."""
        return Prober(pod)

    def mount_volumes(self, pod: PodView) -> Steps:
        """Make a pod's volumes. Returns them, or None when the pod was stopped while one was missing."""
        return self.volumes.mount(pod)

    def ensure_image(self, pod: PodView, spec: ContainerSpec) -> Steps:
        """Make sure that a container's image is there. Returns None, or a `PullError`."""
        return self.images.ensure_image(pod, spec)

    def container_config(self, pod: PodView, spec: ContainerSpec) -> ContainerConfig:
        """What the container gets beside its spec. Errors: `ConfigError`."""
        verify_run_as_non_root(self.images.images, pod, spec)
        return ContainerConfig(environment(self, pod, spec), memory_limit(spec))

    def run_hook(
        self, pod: PodView, record: Record, hook: LifecycleHandler, name: str, limit: float | None = None
    ) -> Steps:
        """Run a postStart or preStop hook, for at most `limit` seconds. Returns None, or how it failed."""
        return run_hook(pod, record, hook, name, limit)

    def find(self, kind: str, namespace: str, name: str) -> Any:
        """A ConfigMap or Secret, or None."""
        return self.cluster.api.find(kind, namespace, name)

    def allocatable(self) -> Mapping[str, Fraction]:
        """What this node can give to its pods, by resource."""
        return self.cluster.allocatable(self.name)

    # Sandboxes and containers

    def make_sandbox(self, pod: PodView, attempt: int, volumes: Any) -> Sandbox:
        """A new sandbox with a new IP for the pod."""
        meta = meta_of(pod.pod)
        if spec_of(pod.pod).hostNetwork:
            ip = self.ip
        else:
            ip = pod_ip(self.index, self._ips, self.cluster.seed, meta.namespace, meta.name, meta.uid, attempt)
            self._ips.add(ip)
        sandbox = self.runtime.run_pod_sandbox(pod.pod, attempt=attempt, ip=ip, volumes=volumes)
        self.cluster.recorder.sandbox_started(self.loop.now, sandbox.id, pod.key, attempt, ip)
        return sandbox

    def stop_sandbox(self, sandbox: Sandbox) -> None:
        """End a sandbox and whatever is still in it; its IP is free again."""
        self.runtime.stop_pod_sandbox(sandbox)
        self._ips.discard(sandbox.ip)
        self.cluster.recorder.sandbox_ended(self.loop.now, sandbox.id)

    def add_record(self, pod: PodView, record: Record) -> None:
        """A container was created."""
        self._records[record.container.id] = (self.workers[pod.uid], record)

    def run_started(self, pod: PodView, record: Record) -> None:
        """A run's process has begun."""
        self._write_start(pod, record, record.container.started_at)

    def run_failed(self, pod: PodView, record: Record) -> None:
        """A run's process could not be started: a run without any length."""
        self._write_start(pod, record, None)
        self._write_end(record, self.loop.now)

    def _write_start(self, pod: PodView, record: Record, when: float | None) -> None:
        c, t = record.container, self.loop.now if when is None else when
        self.cluster.recorder.run_started(
            t, c.id, pod.key, record.name, record.restart_count, init=record.init, log=c.log
        )

    def until_next_look(self) -> float:
        """Seconds until the kubelet looks at its containers again."""
        look = self.timing.look
        if look <= 0:
            return 0.0
        phase = self.timing.draw(self.name, "look") * look
        return look - (self.loop.now - phase) % look

    def _container_ended(self, container: Container) -> None:
        """The runtime says that a main process has ended; the kubelet sees it at its next look."""
        worker, record = self._records.pop(container.id)
        self._write_end(record, container.finished_at if container.finished_at is not None else self.loop.now)
        self.cluster.recorder.notes.update(dict.fromkeys(_notes(worker, record)))
        record.ended.set()
        if self.timing.look > 0:
            self.loop.call_at(self.loop.now + self.until_next_look(), worker.container_exited, record)
        else:
            worker.container_exited(record)

    def notes(self) -> Iterator[str]:
        """What the running containers have to say to the learner."""
        for worker, record in self._records.values():
            yield from _notes(worker, record)

    def _write_end(self, record: Record, when: float) -> None:
        c = record.container
        code, reason, message = c.exit_code or 0, c.reason or "", c.message or ""
        if record.reset:
            code, reason, message = 137, RESTARTING_ALL, REMOVED_MESSAGE
        self.cluster.recorder.run_ended(when, c.id, code, reason, message)

    def _sandbox_ended(self, sandbox: Sandbox) -> None:
        """Pause has died; the kubelet sees it at its next look."""
        worker = next((w for w in self.workers.values() if sandbox in w.sandboxes), None)
        if worker is None:
            return
        self._ips.discard(sandbox.ip)
        self.cluster.recorder.sandbox_ended(self.loop.now, sandbox.id)
        delay = self.until_next_look() if self.timing.look > 0 else 0.0
        self.loop.call_at(self.loop.now + delay, worker.wake)


def _notes(worker: PodWorker, record: Record) -> Iterator[str]:
    """What one run has to say to the learner."""
    return (f"{worker.key}/{record.name}: {note}" for note in record.container.notes)

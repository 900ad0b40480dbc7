"""A node: its container runtime, its kubelet's workers, and what is on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod, PodStatus, Taint

from podlab.api.parts import is_deleted, meta_of, spec_of, uid_of
from podlab.core.engine.container_run import Record
from podlab.core.engine.identity import pod_ip
from podlab.core.engine.pod_status import host_ips
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.task import Latch
from podlab.core.rules.restart_all import REMOVED_MESSAGE, RESTARTING_ALL
from podlab.kubelet.volumes import VolumeManager
from podlab.linux import Container, Runtime, Sandbox
from podlab.simulation.trace import NodeState

if TYPE_CHECKING:
    from podlab.linux import Images
    from podlab.simulation.engine import Simulation


class Node:
    """One node of the simulated cluster."""

    def __init__(self, sim: Simulation, name: str, index: int) -> None:
        self.sim = sim
        self.name = name
        self.index = index
        self.ip = f"10.250.0.{index + 1}"
        self.host_ips = host_ips(self.ip)
        self.loop = sim.loop
        self.timing = sim.timing
        self.images: Images = sim.images
        self.runtime = Runtime(sim.program_clock, sim.images, name, ip=self.ip, network=sim.network)
        self.runtime.on_exit = self._container_ended
        self.runtime.on_sandbox_exit = self._sandbox_ended
        self.volumes = VolumeManager(self)
        self.workers: dict[str, PodWorker] = {}
        self.down = False
        self.outages = 0
        self.cordoned = False
        self.gone = False
        self.taints: list[Taint] = []
        self._pulled: set[str] = set()
        self._records: dict[str, tuple[PodWorker, Record]] = {}
        self._latches: dict[str, Latch] = {}
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
        self.sim.recorder.node_states.append(state)
        self.sim.node_changed(self.name)

    def come_back(self) -> None:
        """The kubelet starts again and looks at what is there: containers that ended, pods that are gone or new."""
        self.down, self.gone, self.taints = False, False, []  # a kubelet that starts registers its node
        self.announce()
        successors: dict[PodWorker, PodWorker] = {}
        for uid, worker in list(self.workers.items()):
            pod = self.sim.api.pods.get(uid)
            new = self.workers[uid] = successors[worker] = worker.successor(pod or worker.pod)
            if pod is None or is_deleted(pod):
                new.stop("its deletion was asked for meanwhile")
            self.loop.call_at(self.loop.now + self.timing.admit, new.wake)
        self._records = {i: (successors.get(worker, worker), record) for i, (worker, record) in self._records.items()}
        for pod in list(self.sim.api.pods.values()):
            if spec_of(pod).nodeName == self.name and uid_of(pod) not in self.workers:
                self.add_pod(pod)

    def pod_changed(self, pod: Pod) -> None:
        """The API server has a new version of a pod of this node."""
        worker = self.workers.get(uid_of(pod))
        if worker is not None:
            worker.pod_changed(pod)

    def pod_gone(self, worker: PodWorker) -> None:
        """A pod has been ended and cleaned up."""
        del self.workers[worker.uid]
        self.sim.api.pod_finished(worker.pod)

    def report(self, worker: PodWorker, status: PodStatus) -> None:
        """Send a status to the API server, unless the kubelet is down."""
        if not self.down:
            self.sim.api.update_status(worker.uid, status)

    def event(self, pod: str, kind: str, reason: str, message: str, field: str | None) -> None:
        """Record an Event about a pod, given by its name in podlab."""
        if not self.down:
            self.sim.recorder.event(self.loop.now, f"Pod/{pod}", kind, reason, message, field)

    def now(self) -> datetime:
        """The wall-clock time, in whole seconds as the API keeps it."""
        return self.sim.stamp(self.loop.now)

    def find(self, kind: str, namespace: str, name: str) -> Any:
        """A ConfigMap or Secret, or None."""
        return self.sim.api.find(kind, namespace, name)

    # Images

    def has_image(self, image: str) -> bool:
        """Whether the image is on this node."""
        return self.images.is_present(image) or image in self._pulled

    def pulled(self, image: str) -> None:
        """The image is on this node from now on."""
        self._pulled.add(image)

    # Sandboxes and containers

    def make_sandbox(self, worker: PodWorker, attempt: int) -> None:
        """A new sandbox with a new IP for the pod."""
        assert worker.volumes is not None, "volumes are mounted before the sandbox is made"
        meta = meta_of(worker.pod)
        if spec_of(worker.pod).hostNetwork:
            ip = self.ip
        else:
            ip = pod_ip(self.index, self._ips, self.sim.seed, meta.namespace, meta.name, meta.uid, attempt)
            self._ips.add(ip)
        sandbox = self.runtime.run_pod_sandbox(worker.pod, attempt=attempt, ip=ip, volumes=worker.volumes)
        worker.sandboxes.insert(0, sandbox)
        self.sim.recorder.sandbox_started(self.loop.now, sandbox.id, worker.key, attempt, ip)

    def stop_sandbox(self, worker: PodWorker, sandbox: Sandbox) -> None:
        """End a sandbox and whatever is still in it; its IP is free again."""
        self.runtime.stop_pod_sandbox(sandbox)
        self._ips.discard(sandbox.ip)
        self.sim.recorder.sandbox_ended(self.loop.now, sandbox.id)

    def add_record(self, worker: PodWorker, record: Record) -> None:
        """A container was created."""
        self._records[record.container.id] = (worker, record)
        self._latches[record.container.id] = Latch()

    def run_started(self, worker: PodWorker, record: Record) -> None:
        """Its process has begun."""
        c = record.container
        started = c.started_at if c.started_at is not None else self.loop.now
        self.sim.recorder.run_started(
            started, c.id, worker.key, record.name, record.restart_count, init=record.init, log=c.log
        )

    def run_failed(self, worker: PodWorker, record: Record) -> None:
        """Its process could not be started: a run without any length."""
        c, now = record.container, self.loop.now
        self.sim.recorder.run_started(
            now, c.id, worker.key, record.name, record.restart_count, init=record.init, log=c.log
        )
        self._write_end(worker, record, now)

    def ended_latch(self, record: Record) -> Latch:
        """Set when the container's process has ended."""
        return self._latches[record.container.id]

    def until_next_look(self, worker: PodWorker) -> float:
        """Seconds until the kubelet looks at its containers again."""
        look = self.timing.look
        if look <= 0:
            return 0.0
        phase = self.timing.draw(self.name, "look") * look
        return look - (self.loop.now - phase) % look

    def _container_ended(self, container: Container) -> None:
        """The runtime says that a main process has ended; the kubelet sees it at its next look."""
        worker, record = self._records.pop(container.id)
        self._write_end(worker, record, container.finished_at if container.finished_at is not None else self.loop.now)
        self._take_notes(worker, record)
        self._latches[container.id].set()
        if self.timing.look > 0:
            self.loop.call_at(self.loop.now + self.until_next_look(worker), worker.container_exited, record)
        else:
            worker.container_exited(record)

    def take_notes(self) -> None:
        """Write down what the running containers have to say to the learner."""
        for worker, record in self._records.values():
            self._take_notes(worker, record)

    def _take_notes(self, worker: PodWorker, record: Record) -> None:
        for note in record.container.notes:
            self.sim.recorder.notes.setdefault(f"{worker.key}/{record.name}: {note}")

    def _write_end(self, worker: PodWorker, record: Record, when: float) -> None:
        c = record.container
        code, reason, message = c.exit_code or 0, c.reason or "", c.message or ""
        if record.reset:
            code, reason, message = 137, RESTARTING_ALL, REMOVED_MESSAGE
        self.sim.recorder.run_ended(when, c.id, code, reason, message)

    def _sandbox_ended(self, sandbox: Sandbox) -> None:
        """Pause has died; the kubelet sees it at its next look."""
        worker = next((w for w in self.workers.values() if sandbox in w.sandboxes), None)
        if worker is None:
            return
        self._ips.discard(sandbox.ip)
        self.sim.recorder.sandbox_ended(self.loop.now, sandbox.id)
        delay = self.until_next_look(worker) if self.timing.look > 0 else 0.0
        self.loop.call_at(self.loop.now + delay, worker.wake)

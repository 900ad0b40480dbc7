"""What a kubelet knows of one pod: the pod itself, its containers' runs, its sandboxes, and what was last reported.

The worker (pod_worker.py) changes it; starting, stopping and the status read it, and the pure rules are asked about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Pod, PodStatus

from podlab.api.parts import key_of, spec_of, uid_of
from podlab.core.engine.container_run import Record
from podlab.core.engine.ports import PodContext, Prober
from podlab.core.engine.runtime import Container, Sandbox
from podlab.core.engine.task import Latch
from podlab.core.rules.backoff import Backoff, container_key
from podlab.core.rules.observed import RuntimeContainer, SandboxState
from podlab.core.rules.restart import is_sidecar
from podlab.core.rules.restart_all import may_restart_all, restarts_all


class PodState:
    """One pod on one node, as its kubelet knows it.

    `stage` is sync, terminating, terminated, gone, or abandoned (the kubelet has started again).
    """

    def __init__(self, node: PodContext, pod: Pod) -> None:
        self.node = node
        self.rules = node.rules
        self.loop = node.loop
        self.key = key_of(pod)
        self.uid = uid_of(pod)
        self.take(pod)
        self.status = pod.status or PodStatus()
        self.records: dict[str, list[Record]] = {}
        self.sandboxes: list[Sandbox] = []
        self.reasons: dict[str, tuple[str, str]] = {}
        self.crash_backoff = self.rules.backoff()
        self.pull_backoff = Backoff()
        self.pull_errors: dict[str, str] = {}
        self.volumes: Any = None
        self.start_time: datetime | None = None
        self.ended_in_sync: list[Record] = []
        self.stage = "sync"
        self.removed: set[str] = set()
        self.deadline_passed = False
        self.stop_requested = Latch()
        self.prober: Prober
        self.restart_counts: dict[str, int] = {}

    def take(self, pod: Pod) -> None:
        """Keep a version of the pod, and what follows from its spec."""
        self.pod = pod
        spec = spec_of(pod)
        self.init_specs: Sequence[ContainerSpec] = spec.initContainers or ()
        self.specs: Sequence[ContainerSpec] = spec.containers
        self.sidecars: frozenset[str] = frozenset(c.name for c in self.init_specs if is_sidecar(c))
        self.backoff_keys = {c.name: container_key(pod, c) for c in (*self.init_specs, *self.specs)}
        self._by_name = {c.name: c for c in (*self.init_specs, *self.specs)}
        self._fields = {c.name: f"spec.containers{{{c.name}}}" for c in self.specs}
        self._fields |= {c.name: f"spec.initContainers{{{c.name}}}" for c in self.init_specs}
        self.may_restart_all = self.rules.restart_all and may_restart_all(spec)
        self.network = "NODE" if spec.hostNetwork else "POD"

    # The runs of its containers

    @property
    def sandbox(self) -> Sandbox | None:
        """The newest sandbox that is ready."""
        return self.sandboxes[0] if self.sandboxes and self.sandboxes[0].ready else None

    def newest(self, name: str) -> Record | None:
        """The newest run of a container."""
        records = self.records.get(name)
        return records[0] if records else None

    def event(self, kind: str, reason: str, message: str, container: ContainerSpec | None = None) -> None:
        """Record an Event about the pod or one of its containers."""
        field = self._fields[container.name] if container is not None else None
        self.node.event(self.key, kind, reason, message, field)

    def next_restart_count(self, name: str) -> int:
        """0 for a container's first run, then one more each time."""
        return self.restart_counts.get(name, -1) + 1

    def add_record(self, container: Container, spec: ContainerSpec, *, init: bool) -> Record:
        """A container was created: its newest run. The kubelet remembers one run before it."""
        record = Record(container, spec, self.node.stamp, init=init)
        self.restart_counts[spec.name] = container.restart_count
        self.records[spec.name] = [record, *self.records.get(spec.name, ())[:1]]
        self.node.add_record(self, record)
        return record

    def see_all(self) -> None:
        """Look at every container now."""
        for records in self.records.values():
            for record in records:
                record.see()

    # What the rules are asked about

    def observed_sandboxes(self) -> list[SandboxState]:
        """What the runtime shows of the pod's sandboxes, newest first."""
        return [SandboxState(s.ready, s.attempt, s.ip, self.network) for s in self.sandboxes]

    def observed(self) -> list[RuntimeContainer]:
        """What the runtime shows of the pod's containers, newest run of each first, with the probes' results."""
        seen = []
        for name, records in self.records.items():
            spec = self._by_name[name]
            for record in records:
                changed = record.spec is not spec and record.spec != spec
                seen.append(record.observed(changed, *self.prober.results(record)))
        return seen

    def restarting_all(self) -> bool:
        """Whether a container has ended in a way that restarts all of the pod."""
        if not self.may_restart_all:
            return False
        newest = [RuntimeContainer(r[0].name, r[0].state, r[0].container.exit_code or 0) for r in self.records.values()]
        return restarts_all(spec_of(self.pod), newest)

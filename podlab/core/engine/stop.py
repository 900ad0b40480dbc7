"""How the kubelet ends containers: hook, SIGTERM, patience, SIGKILL; side by side, sidecars last.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer and
kuberuntime_termination_order.go.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.api.parts import meta_of, spec_of
from podlab.core.engine import task
from podlab.core.engine.container_run import Record
from podlab.core.engine.pod_state import PodState
from podlab.core.engine.task import Latch, Steps

MINIMUM_GRACE = 2  # seconds; a container gets at least this long between SIGTERM and SIGKILL
SIGKILL = 9
PROBE_OF = {"LivenessProbe": "livenessProbe", "StartupProbe": "startupProbe"}


class Turns:
    """Whose turn it is to end: main containers at once; a sidecar once they, and the sidecars after it, are down."""

    def __init__(self, worker: PodState, names: set[str]) -> None:
        self._down: dict[str, Latch] = {name: Latch() for name in names}
        self._before: dict[str, list[Latch]] = {}
        earlier = [self._down[c.name] for c in worker.specs if c.name in names]
        for spec in reversed(worker.init_specs):
            if spec.name in worker.sidecars and spec.name in names:
                self._before[spec.name] = list(earlier)
                earlier.append(self._down[spec.name])

    def wait(self, worker: PodState, name: str, seconds: float) -> Steps:
        """Wait for this container's turn, no longer than `seconds`."""
        until = worker.loop.now + seconds
        for latch in self._before.get(name, ()):
            yield from task.within(worker.loop, latch, max(until - worker.loop.now, 0.0))

    def down(self, name: str) -> None:
        """This container has ended."""
        self._down[name].set()


def kill_all(worker: PodState) -> Steps:
    """Kill every container that runs, all at the same time; return when all have ended."""
    running = [r for records in worker.records.values() for r in records if r.alive]
    if not running:
        return
    turns = Turns(worker, {r.name for r in running})
    yield from task.all_of(worker.loop, [kill_container(worker, r, "", "", turns) for r in running])


def kill_container(worker: PodState, record: Record, message: str, reason: str, turns: Turns | None = None) -> Steps:
    """End one container and wait until it has ended.

    The grace period is the pod's, the one given with the deletion, or the failed probe's own; the preStop hook and the
    wait for its turn are part of it. Whatever they left, there are at least 2 s from SIGTERM to SIGKILL.
    """
    loop, spec = worker.loop, record.spec
    grace = grace_period(worker, spec, reason)
    worker.event("Normal", "Killing", message or f"Stopping container {record.name}", spec)
    hook = spec.lifecycle.preStop if spec.lifecycle is not None else None
    if hook is not None and grace > 0:
        began = loop.now
        yield from worker.node.run_hook(worker, record, hook, "preStop", limit=grace)
        grace -= int(loop.now - began)
    if turns is not None and grace > 0:
        began = loop.now
        yield from turns.wait(worker, record.name, grace)
        grace -= int(loop.now - began)
    yield from stop_container(worker, record, max(grace, MINIMUM_GRACE))
    worker.ended_in_sync.append(record)
    if turns is not None:
        turns.down(record.name)


def stop_container(worker: PodState, record: Record, grace: float) -> Steps:
    """The stop signal, up to `grace` seconds of patience, SIGKILL; return when the process is gone.

    The signal is the one that the image asks for: SIGTERM, unless its makers have said otherwise.
    """
    runtime = worker.node.runtime
    ended = record.ended
    if record.alive:
        runtime.signal(record.container, record.container.stop_signal)
    in_time = yield from task.within(worker.loop, ended, grace)
    if not in_time and record.alive:
        runtime.signal(record.container, SIGKILL)
        yield ended


def grace_period(worker: PodState, spec: ContainerSpec, reason: str) -> int:
    """Seconds between being asked and being forced. Models setTerminationGracePeriod."""
    given = meta_of(worker.pod).deletionGracePeriodSeconds
    if given is not None:
        return given
    probe = getattr(spec, PROBE_OF[reason]) if reason in PROBE_OF else None
    if probe is not None and probe.terminationGracePeriodSeconds is not None:
        return int(probe.terminationGracePeriodSeconds)
    seconds = spec_of(worker.pod).terminationGracePeriodSeconds
    return 30 if seconds is None else seconds

"""Probes: the kubelet's questions to a container, one worker a probe, on a fixed grid of ticks.

A probe first waits for its container to run, for `initialDelaySeconds`, and (liveness, readiness) for the startup
probe to succeed. A result counts once it has come `failureThreshold` or `successThreshold` times in a row. A failed
liveness or startup probe has the container killed, a readiness probe only says whether it is ready.
Models pkg/kubelet/prober/worker.go and prober_manager.go.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import ContainerStatus, PodStatus, Probe

from podlab.core.engine.container_run import Record
from podlab.core.engine.loop import Loop
from podlab.core.engine.ports import ProbedPod
from podlab.core.rules.observed import FAILURE, SUCCESS
from podlab.kubelet.probe_handlers import ask

LIVENESS, READINESS, STARTUP = "liveness", "readiness", "startup"
INITIAL = {LIVENESS: SUCCESS, READINESS: FAILURE, STARTUP: "Unknown"}


class Prober:
    """All probes of one pod, and their latest results by container run."""

    def __init__(self, worker: ProbedPod) -> None:
        self.worker = worker
        self._workers: dict[tuple[str, str], ProbeWorker] = {}
        self._results: dict[tuple[str, str], str] = {}
        self._added = False
        self.failing: set[tuple[str, str]] = set()  # probes a gesture makes fail: container and kind

    def add_pod(self) -> None:
        """Start a worker for every probe of the pod, once: its ticks count from now."""
        if self._added:
            return
        self._added = True
        worker = self.worker
        for spec in (*(c for c in worker.init_specs if c.name in worker.sidecars), *worker.specs):
            for kind, probe in (
                (STARTUP, spec.startupProbe),
                (READINESS, spec.readinessProbe),
                (LIVENESS, spec.livenessProbe),
            ):
                if probe is not None:
                    self._workers[spec.name, kind] = ProbeWorker(self, spec, kind, probe)

    def stop_liveness_and_startup(self) -> None:
        """The pod is ending: nobody is killed for failing any more."""
        for (_, kind), probe in self._workers.items():
            if kind != READINESS:
                probe.stop()

    def stop(self) -> None:
        """No more questions."""
        for probe in self._workers.values():
            probe.stop()

    def results(self, record: Record) -> tuple[str | None, str | None]:
        """The latest liveness and startup result of a run, as a sync looks at them."""
        if not self._workers:
            return None, None
        key = record.container.id
        return self._results.get((key, LIVENESS)), self._results.get((key, STARTUP))

    def started(self, record: Record, before: bool = False) -> bool:
        """Whether a running container counts as started: at once, or when its startup probe has succeeded.

        As long as that has not looked at this run, the answer is the one `before`: so a container that was killed and
        restarted in one sync counts as started until the next tick of its startup probe.
        """
        if record.spec.startupProbe is None:
            return True
        result = self._results.get((record.container.id, STARTUP))
        return before if result is None else result == SUCCESS

    def ready(self, record: Record, before: bool = False) -> bool:
        """Whether a running, started container is ready: at once, or while its readiness probe succeeds.

        As long as that has not looked at this run, the answer is the one `before`.
        """
        if record.spec.readinessProbe is None:
            return True
        result = self._results.get((record.container.id, READINESS))
        return before if result is None else result == SUCCESS

    def status_published(self) -> None:
        """A status went out: a container that is not ready yet is asked at once."""
        for (name, kind), probe in self._workers.items():
            if kind == READINESS:
                record = self.worker.newest(name)
                if record is not None and record.state == "running" and not self.ready(record):
                    probe.ask_now()

    def container_ended(self, record: Record) -> None:
        """A run is over: its results are forgotten."""
        for kind in (LIVENESS, READINESS, STARTUP):
            self._results.pop((record.container.id, kind), None)

    def make_fail(self, container: str, probe: str) -> None:
        """From now on a probe fails, whatever the container would answer."""
        self.failing.add((container, probe))

    def recover(self, container: str, probe: str) -> None:
        """A probe that was made to fail gets the container's own answers again."""
        self.failing.discard((container, probe))

    def get(self, record: Record, kind: str) -> str | None:
        """The latest result of one probe for one run."""
        return self._results.get((record.container.id, kind))

    def set(self, record: Record, kind: str, result: str) -> None:
        """A result that counts. A change makes the worker look at the pod."""
        key = (record.container.id, kind)
        if self._results.get(key) == result:
            return
        before, self._results[key] = self._results.get(key), result
        if kind == LIVENESS and result == SUCCESS and before is None:
            return
        if kind in (READINESS, STARTUP):
            self.worker.probe_changed(record)
        self.worker.wake()


class ProbeWorker:
    """One probe of one container, over all its runs. Ticks come every `periodSeconds` from the pod's first sync."""

    def __init__(self, prober: Prober, spec: ContainerSpec, kind: str, probe: Probe) -> None:
        self.prober = prober
        self.spec = spec
        self.kind = kind
        self.probe = probe
        self._record: Record | None = None
        self._on_hold = False
        self._last: str | None = None
        self._in_a_row = 0
        self._asking = False
        self._stopped = False
        self._asked_at = -1.0
        loop: Loop = prober.worker.node.loop
        self._origin = loop.now  # the first look is now, before there is a container
        self._ticks = 1
        self._timer = loop.call_at(self._origin + self._period, self._tick)

    @property
    def _period(self) -> int:
        return self.probe.periodSeconds or 10

    def stop(self) -> None:
        """Ask no more."""
        self._stopped = True
        self._timer.cancel()

    def ask_now(self) -> None:
        """Ask out of turn, once for each run and each time a result has changed."""
        if self._stopped or self._asking:
            return
        loop = self.prober.worker.loop
        if self._asked_at != loop.now:
            loop.call_at(loop.now, self._ask_if_due)

    def _tick(self) -> None:
        if self._stopped:
            return
        worker = self.prober.worker
        loop = worker.loop
        self._ticks += 1
        self._timer = loop.call_at(self._origin + self._ticks * self._period, self._tick)
        if self.kind == STARTUP and worker.node.timing.startup_asks_last(loop.now, worker.uid, self.spec.name):
            loop.call_at(loop.now, self._ask_if_due)
        else:
            self._ask_if_due()

    def _ask_if_due(self) -> None:
        """Ask, unless there is a reason not to yet."""
        worker = self.prober.worker
        loop = worker.loop
        if self._stopped or self._asking or worker.node.down or self._asked_at == loop.now:
            return
        record = worker.newest(self.spec.name)
        status = _status_of(worker.status, self.spec.name)
        if record is None or status is None or status.containerID != record.container_id:
            return
        if record is not self._record:
            self._record, self._on_hold, self._last, self._in_a_row = record, False, None, 0
            self.prober.set(record, self.kind, INITIAL[self.kind])
        if self._on_hold or record.state != "running" or status.state is None or status.state.running is None:
            return
        started_at = record.container.started_at or 0.0
        if int(loop.now - started_at + 1e-6) < (self.probe.initialDelaySeconds or 0):
            return
        if bool(status.started) == (self.kind == STARTUP):
            return
        self._asking = True
        self._asked_at = loop.now
        ask(worker, record, self.probe, lambda ok, text: self._answered(record, ok, text))

    def _answered(self, record: Record, ok: bool, text: str) -> None:
        self._asking = False
        worker = self.prober.worker
        if self._stopped or record is not worker.newest(self.spec.name) or record.exited:
            return
        if (self.spec.name, self.kind) in self.prober.failing:
            ok, text = False, "made to fail from outside"
        result = SUCCESS if ok else FAILURE
        if not ok:
            worker.event("Warning", "Unhealthy", f"{self.kind.capitalize()} probe failed: {text}", self.spec)
        self._in_a_row = self._in_a_row + 1 if result == self._last else 1
        self._last = result
        wanted = (self.probe.successThreshold or 1) if ok else (self.probe.failureThreshold or 3)
        if self._in_a_row < wanted:
            return
        if (self.kind == LIVENESS and not ok) or self.kind == STARTUP:
            self._on_hold = True
            self._in_a_row = 0
        self.prober.set(record, self.kind, result)


def _status_of(status: PodStatus, name: str) -> ContainerStatus | None:
    known: list[ContainerStatus] = [*(status.containerStatuses or ()), *(status.initContainerStatuses or ())]
    return next((s for s in known if s.name == name), None)

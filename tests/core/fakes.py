"""A runtime of dictionaries and a node around it: enough to run the rules and the pod worker without `podlab.linux`.

The FakeRuntime starts what it is told to and ends it when the test says so; it keeps to the port
`podlab.core.engine.runtime.ContainerRuntime`, the FakeNode to `PodContext`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from signal import Signals
from typing import Any

from lightkube.models.core_v1 import Pod, PodStatus

from podlab.core.engine.loop import Loop
from podlab.core.engine.pod_worker import PodWorker
from podlab.core.engine.ports import ContainerConfig
from podlab.core.engine.timing import Timing
from podlab.core.rules.kubelet_rules import KUBERNETES, KubeletRules


@dataclass(eq=False)
class FakeSandbox:
    id: str
    attempt: int
    ip: str
    ready: bool = True


@dataclass(eq=False)
class FakeContainer:
    id: str
    name: str
    sandbox: FakeSandbox
    restart_count: int
    state: str = "created"
    started_at: float | None = None
    finished_at: float | None = None
    exit_code: int | None = None
    reason: str | None = None
    message: str | None = None
    memory_limit: int | None = None
    stop_signal: str = "SIGTERM"
    log: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def resize(self, memory_limit: int | None) -> None:
        self.memory_limit = memory_limit


class FakeRuntime:
    """`deaf` are the containers that do not end for SIGTERM; `signals` is what was sent to whom."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.on_exit: Callable[[Any], None] = lambda container: None
        self.on_sandbox_exit: Callable[[Any], None] = lambda sandbox: None
        self.containers: list[FakeContainer] = []
        self.signals: list[tuple[float, str, int]] = []
        self.deaf: set[str] = set()

    def run_pod_sandbox(self, pod: Pod, *, attempt: int, ip: str, volumes: Any) -> FakeSandbox:
        return FakeSandbox(f"sandbox-{attempt}", attempt, ip)

    def stop_pod_sandbox(self, sandbox: FakeSandbox) -> None:
        sandbox.ready = False

    def kill_sandbox(self, sandbox: FakeSandbox) -> None:
        sandbox.ready = False
        self.on_sandbox_exit(sandbox)

    def create_container(self, sandbox: Any, pod: Pod, spec: Any, restart_count: int = 0, **_: Any) -> FakeContainer:
        made = FakeContainer(f"{spec.name}-{restart_count}", spec.name, sandbox, restart_count)
        self.containers.append(made)
        return made

    def start_container(self, container: FakeContainer) -> None:
        container.state, container.started_at = "running", self.loop.now

    def exit(self, name: str, code: int) -> None:
        """The running container of that name ends."""
        container = next(c for c in reversed(self.containers) if c.name == name and c.state == "running")
        container.state, container.finished_at, container.exit_code = "exited", self.loop.now, code
        container.reason = "Error" if code else "Completed"
        self.on_exit(container)

    def signal(self, container: FakeContainer, signal: int | str) -> str:
        number = signal if isinstance(signal, int) else Signals[signal].value
        self.signals.append((self.loop.now, container.name, number))
        if number == Signals.SIGKILL or container.name not in self.deaf:
            self.loop.call_at(self.loop.now, self.exit, container.name, 128 + number)
        return ""


class NoProbes:
    """A pod without probes: everything is started and ready as soon as it runs."""

    def started(self, record: Any, before: bool = False) -> bool:
        return True

    ready = started

    def results(self, record: Any) -> tuple[None, None]:
        return None, None

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class FakeNode:
    """A node with one pod's worker. `statuses` are the reports, `events` the events' reasons, each with its time."""

    ip = "10.0.0.1"
    host_ips: list[Any] = []  # noqa: RUF012
    down = False

    def __init__(self, pod: Pod, rules: KubeletRules = KUBERNETES) -> None:
        self.loop = Loop()
        self.timing = Timing.ideal()
        self.rules = rules
        self.runtime = FakeRuntime(self.loop)
        self.runtime.on_exit = self._exited
        self.runtime.on_sandbox_exit = lambda sandbox: self.worker.wake()
        self.statuses: list[tuple[float, PodStatus]] = []
        self.events: list[tuple[float, str]] = []
        self.gone: list[str] = []
        self.worker = PodWorker(self, pod)
        self.worker.wake()

    def run(self, until: float) -> PodStatus:
        self.loop.run_until(until)
        return self.worker.status

    def at(self, t: float, action: Callable[..., None], *args: Any) -> None:
        self.loop.call_at(t, action, *args)

    def _exited(self, container: FakeContainer) -> None:
        record = next(r for r in self.worker.records[container.name] if r.container is container)
        record.ended.set()
        self.worker.container_exited(record)

    # The port

    def now(self) -> datetime:
        return self.stamp(self.loop.now)

    def stamp(self, t: float) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=int(t))

    def until_next_look(self) -> float:
        return 0.0

    def event(self, pod: str, kind: str, reason: str, message: str, field: str | None) -> None:
        self.events.append((self.loop.now, reason))

    def report(self, uid: str, status: PodStatus) -> None:
        self.statuses.append((self.loop.now, status))

    def pod_gone(self, pod: Pod) -> None:
        self.gone.append(pod.metadata.name)

    def add_record(self, pod: Any, record: Any) -> None: ...

    run_started = run_failed = add_record

    def prober(self, pod: Any) -> NoProbes:
        return NoProbes()

    def mount_volumes(self, pod: Any) -> Any:
        return {}
        yield  # a generator, as the port asks for

    def make_sandbox(self, pod: Any, attempt: int, volumes: Any) -> FakeSandbox:
        return self.runtime.run_pod_sandbox(pod.pod, attempt=attempt, ip=f"10.0.1.{attempt}", volumes=volumes)

    def stop_sandbox(self, sandbox: FakeSandbox) -> None:
        self.runtime.stop_pod_sandbox(sandbox)

    def ensure_image(self, pod: Any, spec: Any) -> Any:
        return None
        yield

    def container_config(self, pod: Any, spec: Any) -> ContainerConfig:
        return ContainerConfig({}, None)

    def run_hook(self, pod: Any, record: Any, hook: Any, name: str, limit: float | None = None) -> Any:
        return None
        yield

"""The port to a container runtime: what the kubelet asks of it, as the CRI lets a real kubelet ask containerd.

The core knows only this. `podlab.linux.Runtime` keeps to it with processes, files and a network; the FakeRuntime of the
core's tests keeps to it with a dictionary. What a runtime hands out (a sandbox, a container, volumes) is opaque: the
core reads the few facts that are named here and gives the thing back with its next call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Pod


class StartError(Exception):
    """A container's process could not be started; the text is what the runtime says."""


class Sandbox(Protocol):
    """A pod's sandbox. `attempt` counts the sandboxes of a pod from 0; `ready` while its pause process runs."""

    @property
    def id(self) -> str:
        """What the runtime calls it."""

    @property
    def attempt(self) -> int:
        """0 for the first sandbox of a pod."""

    @property
    def ip(self) -> str:
        """Its address."""

    @property
    def ready(self) -> bool:
        """Whether its pause process runs."""


class Container(Protocol):
    """One run of a container. Times are seconds; `started_at` is None when its process could never be started.

    `state` is created, running or exited. `log` is the live list of (seconds, stream, line); `notes` are for the
    learner.
    """

    @property
    def id(self) -> str:
        """What the runtime calls it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox it is in."""

    @property
    def stop_signal(self) -> str:
        """What asks its main process to end: TERM, or what its image says."""

    @property
    def restart_count(self) -> int:
        """0 for the first run."""

    @property
    def state(self) -> str:
        """created, running or exited."""

    @property
    def started_at(self) -> float | None:
        """When its process began."""

    @property
    def finished_at(self) -> float | None:
        """When it ended."""

    @property
    def exit_code(self) -> int | None:
        """What it ended with."""

    @property
    def reason(self) -> str | None:
        """Completed, Error, OOMKilled or StartError."""

    @property
    def message(self) -> str | None:
        """What it left in its termination message."""

    @property
    def log(self) -> list[Any]:
        """The live list of (seconds, stream, line)."""

    @property
    def memory_limit(self) -> int | None:
        """Its memory limit in bytes, or None."""

    def resize(self, memory_limit: int | None) -> None:
        """From now on it has another memory limit."""

    @property
    def notes(self) -> list[str]:
        """What podlab has to tell the learner about it."""


class Command(Protocol):
    """A command that runs in a container."""

    @property
    def error(self) -> str | None:
        """Why it could not be started, or None."""

    def kill(self) -> None:
        """End it at once."""

    @property
    def where(self) -> str | None:
        """Its working directory; None when it could not be started."""

    def interrupt(self) -> None:
        """SIGINT to what it runs in the foreground, as Ctrl-C sends it."""

    def feed(self, text: str) -> None:
        """Somebody types."""

    def end_input(self) -> None:
        """Nothing more will be typed."""

    def since(self, number: int) -> list[tuple[int, str]]:
        """The pieces it has written after the first `number`, each with its stream, 1 or 2."""

    def written(self, fd: int) -> str:
        """What it has written to stdout (1) or stderr (2)."""


class Call(Protocol):
    """A network call that is under way."""

    def cancel(self) -> None:
        """Hear no more of it."""


class Connected(Protocol):
    """A connection to a port inside a pod."""

    def write(self, text: str) -> None:
        """Send something."""

    def close(self) -> None:
        """Hang up."""


class ContainerRuntime(Protocol):
    """A node's container runtime. No call waits: what takes time is told later, through a callback.

    `on_exit(container)` is called at the instant a main process has ended, `on_sandbox_exit(sandbox)` when pause was
    killed (not when `stop_pod_sandbox` ended it).
    """

    on_exit: Callable[[Any], None]
    on_sandbox_exit: Callable[[Any], None]

    def make_volumes(self, pod: Pod, data: Mapping[str, Mapping[str, str]]) -> Any:
        """A pod's volumes; `data` are the files of those that the API fills: volume to path to text."""

    def run_pod_sandbox(self, pod: Pod, *, attempt: int, ip: str, volumes: Any) -> Sandbox:
        """Start pause: from now on the pod has its network, IPC and UTS namespaces and its IP."""

    def stop_pod_sandbox(self, sandbox: Any) -> None:
        """Kill whatever still runs in a sandbox, and pause."""

    def signal_sandbox(self, sandbox: Any, signal: int | str) -> None:
        """A signal from the host to the pause process."""

    def create_container(
        self,
        sandbox: Any,
        pod: Pod,
        spec: ContainerSpec,
        restart_count: int = 0,
        env: Mapping[str, str] | None = None,
        memory_limit: int | None = None,
    ) -> Container:
        """A container, not yet started. `memory_limit` is in bytes."""

    def start_container(self, container: Any) -> None:
        """Start its main process. Errors: `StartError`; the container has then exited, and never started."""

    def signal(self, container: Any, signal: int | str) -> str:
        """A signal from the host to the main process; harmless when it does not run. Returns what became of it."""

    def fill_memory(self, container: Any) -> None:
        """Let the main process take more memory than the container may have."""

    def exec(
        self, container: Any, argv: Sequence[str], done: Callable[[int, str], None], stdin: str | None = ""
    ) -> Command:
        """Run a command in a container; `done(exit code, its output)` comes later. `stdin` None: it will be typed."""

    def http_get(self, target: Any, port: int, path: str, done: Callable[[int, str], None]) -> Call:
        """GET http://target:port/path from the node: `done(status, body)`, or `done(0, what went wrong)`."""

    def connect(self, sandbox: Any, port: int, told: Callable[[str], None], failed: Callable[[str], None]) -> Connected:
        """Connect to a port inside a pod: `told(text)` hears what comes, "" at the end; `failed(why)` nothing more."""

    def tcp_connect(self, target: Any, port: int, done: Callable[[bool, str], None]) -> Call:
        """Open and close a connection from the node: `done(True, "")` or `done(False, what went wrong)`."""

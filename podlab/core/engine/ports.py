"""The ports of the core: what a pod worker and the controllers may ask of what surrounds them, and nothing more.

| port | who asks | who answers |
|---|---|---|
| `ContainerRuntime` (runtime.py) | the kubelet | `podlab.linux.Runtime`; in the core's tests a FakeRuntime |
| `PodContext` | a pod worker | `podlab.kubelet.node.Node` |
| `PodView`, `ProbedPod` | what a kubelet does around a worker: probes, hooks, images, volumes | the worker |
| `Cluster` | a controller and a node | `podlab.simulation.engine.Simulation` |

They are protocols: who answers need not know of them, and a test may answer with as little as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import HostIP, LifecycleHandler, Pod, PodStatus, Taint

from podlab.core.engine.container_run import Record
from podlab.core.engine.loop import Loop
from podlab.core.engine.recording import Recorder
from podlab.core.engine.runtime import ContainerRuntime, Sandbox
from podlab.core.engine.store import ApiServer, StoreContext
from podlab.core.engine.task import Latch, Steps
from podlab.core.engine.timing import Timing
from podlab.core.rules.backoff import Backoff
from podlab.core.rules.kubelet_rules import KubeletRules


class ConfigError(Exception):
    """Something that a container's configuration refers to is not there."""


class PullError(NamedTuple):
    """Why there is no image: the reason and message a waiting container shows."""

    reason: str
    message: str


class ContainerConfig(NamedTuple):
    """What the kubelet gives a container beside its spec: variables, and its memory limit in bytes."""

    env: Mapping[str, str]
    memory_limit: int | None


class Prober(Protocol):
    """The probes of one pod, and their latest results by container run."""

    def add_pod(self) -> None:
        """Start a worker for every probe, once: its ticks count from now."""

    def stop_liveness_and_startup(self) -> None:
        """The pod is ending: nobody is killed for failing any more."""

    def stop(self) -> None:
        """No more questions."""

    def results(self, record: Record) -> tuple[str | None, str | None]:
        """The latest liveness and startup result of a run, as a sync looks at them."""

    def started(self, record: Record, before: bool = False) -> bool:
        """Whether a running container counts as started."""

    def ready(self, record: Record, before: bool = False) -> bool:
        """Whether a running, started container is ready."""

    def status_published(self) -> None:
        """A status went out."""

    def container_ended(self, record: Record) -> None:
        """A run is over."""

    def make_fail(self, container: str, probe: str) -> None:
        """From now on a probe fails, whatever the container would answer."""

    def recover(self, container: str, probe: str) -> None:
        """A probe that was made to fail gets the container's own answers again."""


class PodView(Protocol):
    """What the kubelet's other parts may see of a pod's worker. Only a worker itself changes what it knows."""

    @property
    def node(self) -> PodContext:
        """The node that the pod is on."""

    @property
    def loop(self) -> Loop:
        """Virtual time."""

    @property
    def pod(self) -> Pod:
        """Its latest version."""

    @property
    def key(self) -> str:
        """What the pod is called in podlab."""

    @property
    def uid(self) -> str:
        """The pod's UID."""

    @property
    def init_specs(self) -> Sequence[ContainerSpec]:
        """The spec's init containers."""

    @property
    def specs(self) -> Sequence[ContainerSpec]:
        """The spec's regular containers."""

    @property
    def sidecars(self) -> Set[str]:
        """The names of the sidecars among the init containers."""

    @property
    def status(self) -> PodStatus:
        """The status that was reported last."""

    @property
    def sandbox(self) -> Sandbox | None:
        """The newest sandbox that is ready."""

    @property
    def pull_backoff(self) -> Backoff:
        """The back-off of its image pulls."""

    @property
    def pull_errors(self) -> dict[str, str]:
        """Why its images could not be pulled, by image."""

    @property
    def stop_requested(self) -> Latch:
        """Set when the pod is to end."""

    def newest(self, name: str) -> Record | None:
        """The newest run of a container."""

    def event(self, kind: str, reason: str, message: str, container: ContainerSpec | None = None) -> None:
        """Record an Event about the pod or one of its containers."""


class ProbedPod(PodView, Protocol):
    """A worker as its probes know it: they tell it of their results."""

    def wake(self) -> None:
        """Something has changed: the pod is to be looked at."""

    def probe_changed(self, record: Record) -> None:
        """A readiness or startup probe has a new result."""


class PodContext(Protocol):
    """What a pod worker may ask of its node."""

    @property
    def loop(self) -> Loop:
        """Virtual time."""

    @property
    def timing(self) -> Timing:
        """How long the machinery takes."""

    @property
    def rules(self) -> KubeletRules:
        """The rules that this node's kubelet goes by."""

    @property
    def runtime(self) -> ContainerRuntime:
        """The node's container runtime."""

    @property
    def ip(self) -> str:
        """Its address."""

    @property
    def host_ips(self) -> list[HostIP]:
        """The node's addresses, as a status lists them."""

    @property
    def down(self) -> bool:
        """Whether the kubelet has stopped."""

    def now(self) -> datetime:
        """The wall-clock time, in whole seconds as the API keeps it."""

    def stamp(self, t: float) -> datetime:
        """The wall-clock time of second `t`."""

    def until_next_look(self) -> float:
        """Seconds until the kubelet lists its containers again."""

    # What is told

    def event(self, pod: str, kind: str, reason: str, message: str, field: str | None) -> None:
        """Record an Event about a pod."""

    def report(self, uid: str, status: PodStatus) -> None:
        """Send a status to the API server."""

    def pod_gone(self, pod: Pod) -> None:
        """A pod has been ended and cleaned up."""

    def add_record(self, pod: PodView, record: Record) -> None:
        """A container was created."""

    def run_started(self, pod: PodView, record: Record) -> None:
        """A run's process has begun."""

    def run_failed(self, pod: PodView, record: Record) -> None:
        """A run's process could not be started: a run without any length."""

    # What is done

    def prober(self, pod: ProbedPod) -> Prober:
        """The probes of a pod."""

    def mount_volumes(self, pod: PodView) -> Steps:
        """Make a pod's volumes. Returns them, or None when the pod was stopped while one was missing."""

    def make_sandbox(self, pod: PodView, attempt: int, volumes: Any) -> Sandbox:
        """A new sandbox with a new IP for the pod."""

    def stop_sandbox(self, sandbox: Sandbox) -> None:
        """End a sandbox and whatever is still in it."""

    def ensure_image(self, pod: PodView, spec: ContainerSpec) -> Steps:
        """Make sure that a container's image is there. Returns None, or a `PullError`."""

    def container_config(self, pod: PodView, spec: ContainerSpec) -> ContainerConfig:
        """What the container gets beside its spec. Errors: `ConfigError`."""

    def run_hook(
        self, pod: PodView, record: Record, hook: LifecycleHandler, name: str, limit: float | None = None
    ) -> Steps:
        """Run a postStart or preStop hook, for at most `limit` seconds. Returns None, or how it failed."""


class ClusterNode(Protocol):
    """What a controller may see of a node, and set."""

    cordoned: bool
    gone: bool
    taints: list[Taint]

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def down(self) -> bool:
        """Whether the kubelet has stopped."""

    @property
    def outages(self) -> int:
        """How often its kubelet has stopped."""

    @property
    def pods(self) -> list[Pod]:
        """The pods that its kubelet has not ended yet."""

    def announce(self) -> None:
        """The API server shows the node's present state."""


class Cluster(StoreContext, Protocol):
    """What a controller may ask, and what it may do. Models the ControllerContext of cmd/kube-controller-manager."""

    @property
    def start(self) -> datetime:
        """The wall-clock time of second 0."""

    @property
    def timing(self) -> Timing:
        """How long the machinery takes."""

    @property
    def recorder(self) -> Recorder:
        """What writes down all that happens."""

    @property
    def api(self) -> ApiServer:
        """The API server."""

    @property
    def nodes(self) -> Mapping[str, ClusterNode]:
        """The nodes by name."""

    def soon(self, action: Callable[..., None], *args: Any) -> None:
        """Do it at this instant, after what is due already."""

    def node_changed(self, name: str) -> None:
        """A node is not what it was: every controller is told."""

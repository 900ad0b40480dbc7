"""What a topology shows, as plain data: where each pod lives and what its containers share at one instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightkube.models.core_v1 import Container, Pod, Volume

from podlab.api.mistakes import NotFound
from podlab.core.rules.namespaces import HOST, PAUSE, POD, sharing
from podlab.kubectl.printers import pod_ready, pod_status
from podlab.simulation.trace import Snapshot
from podlab.views.changes import MOMENT, PodNews, pod_news
from podlab.views.facts import Lane
from podlab.views.intervals import timeline_of
from podlab.views.words import back_off_words, run_words, state_tone, state_words, wait_of

_KINDS = ("net", "ipc", "uts", "pid", "mnt")  # the others (user, cgroup, time) are always the node's


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a container declares; `host` is the node's port that leads to it."""

    number: int
    protocol: str = "TCP"
    host: int | None = None

    @property
    def words(self) -> str:
        """The port as it is written: ":6379", ":53/UDP"."""
        return f":{self.number}" if self.protocol == "TCP" else f":{self.number}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume inside a container."""

    volume: str
    path: str
    read_only: bool = False

    @property
    def words(self) -> str:
        """The path, and "(ro)" where it cannot be written."""
        return f"{self.path} (ro)" if self.read_only else self.path


@dataclass(frozen=True, slots=True)
class ContainerPlace:
    """One container: its state in words and as a tone, what is declared for it, and what has just changed in it."""

    name: str
    kind: str
    image: str
    state: str
    tone: str
    run: int
    ports: tuple[Port, ...]
    mounts: tuple[Mount, ...]
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VolumePlace:
    """One volume of the pod and what it is made of, such as emptyDir."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class PodPlace:
    """One pod. `of_node`, `of_pod` and `of_container` say whose each kind of namespace is; `sandbox` is its attempt.

    `held` tells whether the sandbox is there: pause runs, and the namespaces and the IP with it. `news` is what has
    just changed; each container has its own part of it as well.
    """

    name: str
    namespace: str
    node: str
    phase: str
    status: str
    ready: int
    total: int
    ip: str
    held: bool
    sandbox: int | None
    of_node: tuple[str, ...]
    of_pod: tuple[str, ...]
    of_container: tuple[str, ...]
    containers: tuple[ContainerPlace, ...]
    volumes: tuple[VolumePlace, ...]
    news: PodNews


def places(
    snapshot: Snapshot, pods: str | Iterable[str] | None = None, since: float | None = None
) -> tuple[PodPlace, ...]:
    """The pods of a snapshot (default: all there are) as places; `since` is from when on a change is news.

    Errors: KeyError names the pods there are at that instant.
    """
    names = list(snapshot.pods) if pods is None else [pods] if isinstance(pods, str) else list(pods)
    for name in names:
        if name not in snapshot.pods:
            there = ", ".join(snapshot.pods) or "none"
            raise NotFound(f"no pod {name!r} at t = {snapshot.t:g}s; there is {there}")
    before = snapshot.t - MOMENT if since is None else since
    return tuple(_place(snapshot, name, snapshot.pods[name], before) for name in names)


def _place(snapshot: Snapshot, name: str, pod: Pod, since: float) -> PodPlace:
    spec, status = pod.spec, pod.status
    sandbox = snapshot.sandbox(name)
    ip = (sandbox.ip if sandbox else None) or (status and status.podIP) or ""
    life = timeline_of(snapshot.trace, name, max(snapshot.t, 0.0)).pods[0]
    lanes = {lane.container: lane for lane in life.lanes}
    news = pod_news(life, since, snapshot.t)
    declared = [*((spec and spec.initContainers) or ()), *((spec and spec.containers) or ())]
    ready, total = pod_ready(pod)
    of_node, of_pod, of_container = scopes(pod)
    return PodPlace(
        name=name,
        namespace=(pod.metadata and pod.metadata.namespace) or "default",
        node=(spec and spec.nodeName) or "",
        phase=(status and status.phase) or "Pending",
        status=pod_status(pod),
        ready=ready,
        total=total,
        ip=ip,
        held=sandbox is not None or _has_sandbox(pod),
        sandbox=sandbox.attempt if sandbox else None,
        of_node=of_node,
        of_pod=of_pod,
        of_container=of_container,
        containers=tuple(_container(c, lanes[c.name], news.containers.get(c.name, ())) for c in declared),
        volumes=tuple(VolumePlace(v.name, _source(v)) for v in (spec and spec.volumes) or ()),
        news=news,
    )


def _has_sandbox(pod: Pod) -> bool:
    """What the pod's own condition says, for traces that record no sandboxes."""
    conditions = (pod.status and pod.status.conditions) or ()
    return any(c.type == "PodReadyToStartContainers" and c.status == "True" for c in conditions)


def scopes(pod: Pod) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The kinds of namespaces that are the node's, the pod's (held by pause) and each container's own."""
    owner = sharing(pod)[PAUSE] if pod.spec else {}
    own: dict[str, list[str]] = {HOST: [], POD: [], PAUSE: []}
    for kind in _KINDS:
        own[owner.get(kind, POD)].append(kind)
    return tuple(own[HOST]), tuple(own[POD]), tuple(own[PAUSE])


def _container(container: Container, lane: Lane, news: tuple[str, ...]) -> ContainerPlace:
    state, tone, run = "no status yet", "waiting", 0
    if lane.spans:
        span = lane.spans[-1]
        state, tone, run = state_words(span, lane.kind), state_tone(span, lane), span.run
        wait = wait_of(span, lane) if span.state == "terminated" else None
        if wait:
            state = f"{state}, {back_off_words(wait)}"
        elif span.state == "running":
            state = f"{run_words(span)} {state}".strip()
            born = next(s.start for s in lane.spans if (s.state, s.run) == ("running", span.run))
            if lane.stopping and lane.stopping[-1].end == span.end and lane.stopping[-1].start >= born:
                state, tone = f"{run_words(span)} stopping".strip(), "stopping"
    ports = tuple(Port(p.containerPort, p.protocol or "TCP", p.hostPort or None) for p in container.ports or ())
    mounts = tuple(Mount(m.name, m.mountPath, bool(m.readOnly)) for m in container.volumeMounts or ())
    return ContainerPlace(container.name, lane.kind, container.image or "", state, tone, run, ports, mounts, news)


def _source(volume: Volume) -> str:
    """The one field of a volume that is set besides its name, such as emptyDir."""
    return next((f for f in volume.__struct_fields__ if f != "name" and getattr(volume, f) is not None), "emptyDir")

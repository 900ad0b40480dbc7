"""What the API server answers to those who only read, at one instant of a Trace.

Pods and the objects of manifests were written down as they changed; all else follows from them: nodes, events,
endpoints, namespaces, how many pods a controller has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn

from lightkube.models.core_v1 import ContainerStatus, Pod

from podlab.api.parts import key_of, name_of, namespace_of, status_of
from podlab.apiserver.events import events_of
from podlab.apiserver.namespaces import namespaces_of
from podlab.apiserver.nodes import kubelet_runs, leases_of, nodes_of
from podlab.apiserver.pods import shown_pod
from podlab.apiserver.services import endpoints_of, services_of, slices_of
from podlab.apiserver.world import Snapshot, Trace
from podlab.kubectl.api_resources import find_resource
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError, Change, ExecResult, LogLine, not_found

Objects = list[Any]


class SnapshotApi:
    """The cluster at one instant of a Trace; `watch` gives what came next. Nothing in it can be changed.

    `versions`: which change of the trace made each pod what it is, for those who know that already.
    """

    def __init__(self, snapshot: Snapshot, versions: Mapping[str, int] | None = None) -> None:
        self.snapshot = snapshot
        self._known = versions
        self._lists: dict[str, Objects] = {}

    def now(self) -> datetime:
        """The cluster's clock."""
        return self.snapshot.now

    def list(self, resource: str, namespace: str | None) -> Sequence[Any]:
        """All objects of a resource in a namespace or everywhere (None), by namespace and name."""
        if resource not in self._lists:
            objects = self._objects(resource)
            self._lists[resource] = sorted(objects, key=lambda o: (o.metadata.namespace or "", name_of(o)))
        return [o for o in self._lists[resource] if namespace in (None, o.metadata.namespace)]

    def get(self, resource: str, namespace: str, name: str) -> Any:
        """One object."""
        found = find_resource(resource)
        where = namespace if found is None or found.namespaced else None
        for obj in self.list(resource, where):
            if name_of(obj) == name:
                return obj
        raise not_found(found.qualified if found is not None else resource, name)

    def watch(self, resource: str, namespace: str | None, timeout: float | None) -> Iterator[Change]:
        """What changed from now on, to the end of the Trace or for `timeout` seconds."""
        trace, since = self.snapshot.trace, self.snapshot.t
        until = trace.until if timeout is None else min(trace.until, since + timeout)
        return changes_between(trace, resource, namespace, since, until)

    def warnings(self) -> Sequence[str]:
        """What was warned of: nothing, since nothing is done."""
        return ()

    def logs(self, namespace: str, pod: str, container: str, *, previous: bool) -> Sequence[LogLine]:
        """What the current or the previous run of a container wrote."""
        found = self.get("pods", namespace, pod)
        node = found.spec.nodeName
        if node is None:
            return ()
        if not kubelet_runs(self.snapshot, node):
            host = f"{found.status.hostIP}:10250"
            refused = f"dial tcp {host}: connect: connection refused"
            raise KubectlError(
                f'Error from server: Get "https://{host}/containerLogs/{namespace}/{pod}/{container}": {refused}'
            )
        status = _status_of(found, container)
        n = _run_to_show(status, pod, container, previous=previous)
        key = key_of(found)
        runs = [r for r in self.snapshot.runs if (r.pod, r.container, r.n) == (key, container, n)]
        begun = runs[-1].start if runs else 0.0
        return [
            LogLine(self.snapshot.trace.start + timedelta(seconds=line.t), line.text)
            for line in self.snapshot.trace.logs
            if (line.pod, line.container, line.n) == (key, container, n) and begun <= line.t <= self.snapshot.t
        ]

    def create(self, manifest: Any, namespace: str, *, dry_run: bool = False) -> NoReturn:
        """Refused."""
        raise _past("pl.load the manifest and pl.run it")

    def update(self, manifest: Any, namespace: str, *, dry_run: bool = False) -> NoReturn:
        """Refused."""
        raise _past("change the manifest and pl.run it again")

    def update_part(self, part: str, manifest: Any, namespace: str, *, dry_run: bool = False) -> NoReturn:
        """Refused."""
        raise _past("change the manifest and pl.run it again")

    def evict(self, namespace: str, name: str, *, grace_period: int | None) -> NoReturn:
        """Refused."""
        raise _past(f'pl.run(scenario.but(pl.evict("{name}", at={self.snapshot.t:g})))')

    def delete(self, resource: str, namespace: str, name: str, *, grace_period: int | None) -> NoReturn:
        """Refused."""
        raise _past(f'pl.run(scenario.but(pl.delete("{name}", at={self.snapshot.t:g})))')

    def scale(self, resource: str, namespace: str, name: str, replicas: int) -> NoReturn:
        """Refused."""
        raise _past(f'pl.run(scenario.but(pl.scale("{name}", at={self.snapshot.t:g}, replicas={replicas})))')

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], stdin: str) -> ExecResult:
        """Refused."""
        raise _past("pl.Session(scenario) runs live")

    def wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Whether it holds; at one instant no time passes."""
        return holds()

    def _objects(self, resource: str) -> Objects:
        """The objects of a resource, in any order."""
        if resource in _FOLLOWING:
            followed = list(_FOLLOWING[resource](self.snapshot))
            return followed + self._made_by_clients(resource) if resource in _ALSO_MADE else followed
        if resource == "pods":
            return [shown_pod(pod, 1000 + self._versions[key]) for key, pod in self.snapshot.pods.items()]
        return self._made_by_clients(resource)

    def _made_by_clients(self, resource: str) -> Objects:
        """The objects of a resource that were created as they are."""
        found = find_resource(resource)
        kind = found.kind if found is not None else ""
        return [o for o in self.snapshot.objects if type(o).__name__ == kind]

    @cached_property
    def _versions(self) -> Mapping[str, int]:
        """Which change of the cluster made each pod what it is."""
        if self._known is not None:
            return self._known
        return {c.name: n for n, c in enumerate(self.snapshot.trace.changes) if c.t <= self.snapshot.t}


def changes_between(trace: Trace, resource: str, namespace: str | None, since: float, until: float) -> Iterator[Change]:
    """Each change of a resource's objects after `since` and up to `until`, in order."""
    if resource == "pods":
        for n, change in enumerate(trace.changes):
            if since < change.t <= until and namespace in (None, namespace_of(change.pod)):
                now = trace.start + timedelta(seconds=change.t)
                yield Change(now, shown_pod(change.pod, 1000 + n), change.deleted)
        return
    times = {one.t for name in _FOLLOWED.get(resource, ("changes", "objects")) for one in getattr(trace, name)}
    before = _by_place(SnapshotApi(trace.at(since)).list(resource, namespace))
    for t in sorted(t for t in times if since < t <= until):
        api = SnapshotApi(trace.at(t))
        after = _by_place(api.list(resource, namespace))
        for place, obj in after.items():
            if before.get(place) != obj:
                yield Change(api.now(), obj)
        for place, obj in before.items():
            if place not in after:
                yield Change(api.now(), obj, deleted=True)
        before = after


def _by_place(objects: Sequence[Any]) -> dict[tuple[str, str], Any]:
    return {(o.metadata.namespace or "", name_of(o)): o for o in objects}


_FOLLOWING: dict[str, Callable[[Snapshot], Sequence[Any]]] = {
    "endpoints": endpoints_of,
    "endpointslices": slices_of,
    "events": events_of,
    "leases": leases_of,
    "namespaces": namespaces_of,
    "nodes": nodes_of,
    "services": services_of,
}
"""Resources whose objects follow, at least partly, from other things."""
_ALSO_MADE = ("endpoints", "endpointslices", "events", "leases")
"""Those of them that a client may also create, and that do nothing then."""


_FOLLOWED = {"events": ("events",), "leases": (), "nodes": ("node_states", "objects")}
"""Which records of a Trace tell that objects of a resource may have changed, if not pods and manifests' objects."""


def _status_of(pod: Pod, container: str) -> ContainerStatus:
    status = status_of(pod)
    groups = (status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses)
    statuses: list[ContainerStatus] = [one for group in groups for one in group or ()]
    for one in statuses:
        if one.name == container:
            return one
    raise ApiError("BadRequest", f'container "{container}" in pod "{name_of(pod)}" is not available')


def _run_to_show(status: ContainerStatus, pod: str, container: str, *, previous: bool) -> int:
    """Which run's lines are meant. Models validateContainerLogStatus of pkg/kubelet/kubelet_pods.go."""
    what = f'container "{container}" in pod "{pod}"'
    state, last = status.state, status.lastState
    ended_before = last is not None and last.terminated is not None and bool(last.terminated.containerID)
    waits = state is None or (state.running is None and state.terminated is None)
    if previous:
        if not ended_before:
            raise ApiError("BadRequest", f"previous terminated {what} not found")
        return status.restartCount if waits else status.restartCount - 1
    if not waits or ended_before:
        return status.restartCount
    reason = (state.waiting.reason if state is not None and state.waiting is not None else None) or ""
    why = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    raise ApiError("BadRequest", f"{what} is waiting to start: {why.get(reason, reason)}")


def _past(how: str) -> KubectlError:
    return KubectlError("error: a trace is the past, nothing in it can be changed", hint=f"Instead: {how}.")

"""The API server of a running simulation, as kubectl speaks to it.

Reading is that of a Trace's end (`podlab.apiserver.reading`); changes happen at the present instant. Where a command
waits, virtual time passes, unless the command is itself part of a scenario that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.core_v1 import Namespace, Node, Pod
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.parts import is_deleted, name_of, namespace_of, spec_of, uid_of
from podlab.api.served import Resource
from podlab.apiserver.eviction import evict
from podlab.apiserver.namespaces import NAMESPACES
from podlab.apiserver.nodes import described_node
from podlab.apiserver.pod_parts import PARTS, changed_part, resize_containers
from podlab.apiserver.reading import SnapshotApi, changes_between
from podlab.apiserver.world import LiveCluster
from podlab.apiserver.writing import checked_change, checked_new, read
from podlab.controllers.garbage_collector import FOREGROUND, GarbageCollector
from podlab.core.engine.identity import suffix, uid
from podlab.core.engine.task import Latch
from podlab.kubectl.api_resources import find_resource
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError, Change, ExecResult, LogLine, not_found

if TYPE_CHECKING:
    from podlab.core.engine.container_run import Record
    from podlab.core.engine.runtime import Command

WATCH_SECONDS = 60.0
"""How long a watch goes on if nothing else is said; a real one goes on for ever."""
EXEC_SECONDS = 600.0
"""How long a command in a container may take."""


class LiveApi:
    """The cluster of a simulation. `waits`: whether commands may let time pass.

    `any_kind`: whether objects are kept, too, that do nothing in a run.

    `changed` and `waited`: whether the latest command has changed anything, and whether it came to where it waits (or
    would wait, if it might).
    """

    def __init__(self, sim: LiveCluster, *, waits: bool = True, any_kind: bool = False) -> None:
        self.sim = sim
        self.any_kind = any_kind
        self.waits = waits
        self.changed = False
        self.waited = False
        self._warned: list[str] = []
        self._reader: tuple[tuple[float, ...], SnapshotApi] | None = None

    # Reading

    def now(self) -> datetime:
        """The cluster's clock."""
        return self._read().now()

    def list(self, resource: str, namespace: str | None) -> Sequence[Any]:
        """All objects of a resource."""
        return self._read().list(resource, namespace)

    def get(self, resource: str, namespace: str, name: str) -> Any:
        """One object."""
        return self._read().get(resource, namespace, name)

    def logs(self, namespace: str, pod: str, container: str, *, previous: bool) -> Sequence[LogLine]:
        """What a container wrote."""
        return self._read().logs(namespace, pod, container, previous=previous)

    def watch(self, resource: str, namespace: str | None, timeout: float | None) -> Iterator[Change]:
        """Let time pass and give what changes meanwhile."""
        since, self.waited = self.sim.loop.now, True
        if not self.waits:
            return iter(())
        until = since + (WATCH_SECONDS if timeout is None else timeout)
        self.sim.advance(until)
        return changes_between(self.sim.trace(), resource, namespace, since, until)

    def warnings(self) -> Sequence[str]:
        """What was warned of since this was last asked."""
        warned, self._warned = self._warned, []
        return warned

    def warn(self, texts: Sequence[str]) -> None:
        """Warn of something."""
        self._warned += texts

    def keep(self, obj: Any) -> None:
        """Keep an object that is not a pod as it is, status included."""
        self.changed = True
        self.sim.api.replace_object(obj)

    def wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until it holds, from one thing that happens to the next."""
        until, self.waited = self.sim.loop.now + timeout, True
        while self.waits and not holds():
            size = self._size()
            while size == self._size():
                if self.sim.loop.now >= until:
                    return False
                self._step(until)
        return True

    # Changing

    def create(self, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Create what a manifest says."""
        resource, obj = read(manifest, any_kind=self.any_kind)
        obj.metadata = meta = obj.metadata or ObjectMeta()
        if resource.namespaced:
            meta.namespace = meta.namespace or namespace
            self._check_namespace(resource, meta)
        if meta.generateName and not meta.name:
            meta.name = self._generated(resource, meta)
        made, warnings = checked_new(resource, obj)
        self._warned += warnings
        there = self._find(resource, namespace_of(obj), name_of(obj))
        if there is not None:
            ending = "object is being deleted: " if isinstance(there, Pod) and is_deleted(there) else ""
            raise ApiError("AlreadyExists", f'{ending}{resource.qualified} "{meta.name}" already exists')
        if dry_run:  # all is done but the keeping: even a UID is made, and thrown away
            made.metadata.uid = uid("dry run", self.sim.seed, resource.kind, namespace_of(made), name_of(made))
            made.metadata.creationTimestamp = self.sim.stamp(self.sim.loop.now)
            return made
        self.changed = True
        return self.sim.api.create(obj)

    def update(self, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Replace an object by what a manifest says."""
        resource, obj = read(manifest, any_kind=self.any_kind)
        name = name_of(obj)
        old = self._find(resource, namespace, name)
        if old is None:
            raise not_found(resource.qualified, name)
        new = checked_change(resource, obj, old)
        if not dry_run and new is not old:
            self.changed = True
            if isinstance(new, Pod):
                self.sim.api.replace_pod(new)
            elif isinstance(new, Node):
                self.sim.replace_node(new)
            else:
                self.sim.api.replace_object(new)
        return new

    def update_part(self, part: str, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Change what a subresource covers: `scale` the object itself, two others a pod's containers."""
        if part == "scale":
            return self.update(manifest, namespace, dry_run=dry_run)
        if part in PARTS:
            return self._update_pod_part(part, manifest, namespace, dry_run=dry_run)
        raise KubectlError(f"error: podlab does not simulate the subresource {part}", hint="Leave --subresource out.")

    def _update_pod_part(self, part: str, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool) -> Pod:
        resource, sent = read(manifest)
        old: Pod | None = self._find(resource, namespace, name_of(sent))
        if old is None:
            raise not_found(resource.qualified, name_of(sent))
        new = changed_part(part, sent, old)
        if not dry_run and new is not old:
            self.changed = True
            self.sim.api.replace_pod(new)
            if part == "resize":
                resize_containers(self.sim, new)
        return new

    def evict(self, namespace: str, name: str, *, grace_period: int | None) -> None:
        """Ask for a pod's eviction."""
        found: Pod | None = self._find(_known("pods"), namespace, name)
        if found is None:
            raise not_found("pods", name)
        self.changed = True
        evict(self.sim, found, grace_period)

    def delete(
        self, resource: str, namespace: str, name: str, *, grace_period: int | None, policy: str | None = None
    ) -> None:
        """Ask for an object's deletion. `policy`: what becomes of what it owns, Background if nothing is said."""
        known = _known(resource)
        if resource == "namespaces":
            self._delete_namespace(name)
            return
        if resource == "nodes":
            self.get(resource, namespace, name)
            self.changed = True
            self.sim.delete_node(name)
            return
        obj = self._find(known, namespace, name)
        if obj is None:
            self.get(resource, namespace, name)
            text = "the server does not allow this method on the requested resource"
            raise ApiError("MethodNotAllowed", text)
        self.changed = True
        if policy == "Orphan":
            self.sim.controller(GarbageCollector).orphan(uid_of(obj))
        if isinstance(obj, Pod):
            self.sim.api.delete(uid_of(obj), grace_period)
        elif policy == "Foreground":
            self.sim.api.delete_object(obj, FOREGROUND)
        else:
            self.sim.api.delete_object(obj)

    def scale(self, resource: str, namespace: str, name: str, replicas: int) -> None:
        """Set the number of replicas."""
        known = _known(resource)
        old = self._find(known, namespace, name)
        if old is None or old.spec is None:
            raise not_found(known.qualified, name)
        if old.spec.replicas == replicas:
            return
        self.changed = True
        spec = msgspec.structs.replace(old.spec, replicas=replicas)
        meta = msgspec.structs.replace(old.metadata, generation=(old.metadata.generation or 0) + 1)
        self.sim.api.replace_object(msgspec.structs.replace(old, metadata=meta, spec=spec))

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], stdin: str) -> ExecResult:
        """Run a command in a container and wait for its end."""
        found: Pod | None = self._find(_known("pods"), namespace, pod)
        if found is None:
            raise not_found("pods", pod)
        done, overdue = Latch(), Latch()
        running = self.start_exec(found, container, command, done.set, stdin)

        def cut() -> None:
            overdue.set()
            running.kill()

        timer = self.sim.loop.call_at(self.sim.loop.now + EXEC_SECONDS, cut)
        done.when_set(lambda _: timer.cancel())
        self.waited = True
        if not self.waits:
            return ExecResult()
        self._run_until(done, EXEC_SECONDS)
        if overdue.is_set or not done.is_set:
            hint = "It was stopped. Let it end by itself, or run it in the background of a shell."
            raise KubectlError(f"error: the command still runs after {EXEC_SECONDS:g} s", 137, hint=hint)
        return ExecResult(running.written(1), running.written(2), done.value)

    def stored(self, pod: Any) -> Any:
        """The pod as it is kept, of one as it is shown. Raises ApiError (NotFound)."""
        found = self._find(_known("pods"), namespace_of(pod), name_of(pod))
        if found is None:
            raise not_found("pods", name_of(pod))
        return found

    def start_exec(
        self, pod: Pod, container: str, command: Sequence[str], done: Callable[[int], None], stdin: str | None
    ) -> Command:
        """Start a command in a container; `done(exit code)` comes later. `stdin` None: somebody will type.

        Raises ApiError, without a reason when the runtime cannot start it.
        """
        record = self.record_of(pod, container)
        self.changed = True
        worker = self.sim.worker_of(pod)
        assert worker is not None, "a container that runs has a worker"
        running = worker.node.runtime.exec(record.container, command, lambda code, _: done(code), stdin)
        if running.error is not None:
            text = f'failed to exec in container: failed to start exec "{record.container.id}": {running.error}'
            raise ApiError("", f"Internal error occurred: error executing command in container: {text}")
        return running

    # The present

    def _read(self) -> SnapshotApi:
        """The cluster as it is now; the same reader as long as nothing happens."""
        at = (self.sim.loop.now, self._size(), self.sim.recorder.lines_logged)
        if self._reader is None or self._reader[0] != at:
            self._reader = at, SnapshotApi(self.sim.present(), self.sim.recorder.versions)
        return self._reader[1]

    def _size(self) -> int:
        """How much has happened."""
        recorder = self.sim.recorder
        return len(recorder.changes) + len(recorder.objects) + len(recorder.events) + len(recorder.node_states)

    def _run_until(self, done: Latch, timeout: float) -> None:
        until = self.sim.loop.now + timeout
        while not done.is_set and self.sim.loop.now < until:
            self._step(until)

    def _step(self, until: float) -> None:
        """Let time pass until something has happened, but not beyond `until`."""
        due = self.sim.loop.next_at()
        self.sim.advance(until if due is None else min(due, until))

    def _find(self, resource: Resource, namespace: str, name: str) -> Any:
        """The object as it is stored, or None."""
        if resource.plural == "pods":
            pods = self.sim.api.pods.values()
            return next((p for p in pods if (namespace_of(p), name_of(p)) == (namespace, name)), None)
        if resource.plural == "namespaces":
            return next((o for o in self.list("namespaces", None) if name_of(o) == name), None)
        if resource.plural == "nodes":
            return described_node(self._read().snapshot, name) if name in self.sim.nodes else None
        return self.sim.api.find(resource.kind.lower(), namespace if resource.namespaced else "", name)

    def _check_namespace(self, resource: Resource, meta: ObjectMeta) -> None:
        """Nothing is made in a namespace that is not there, or not for long. Models the NamespaceLifecycle plugin."""
        name = meta.namespace or ""
        phase = self.get("namespaces", "", name).status.phase
        if phase == "Terminating":
            text = f"unable to create new content in namespace {name} because it is being terminated"
            raise ApiError("Forbidden", f'{resource.qualified} "{meta.name}" is forbidden: {text}')

    def _generated(self, resource: Resource, meta: ObjectMeta) -> str:
        """A name that is not taken yet."""
        n = 0
        while True:
            name = f"{meta.generateName}{suffix(self.sim.seed, resource.plural, meta.namespace, meta.generateName, n)}"
            if self._find(resource, meta.namespace or "", name) is None:
                return name
            n += 1

    def _delete_namespace(self, name: str) -> None:
        self.get("namespaces", "", name)
        if name in NAMESPACES:
            raise ApiError("Forbidden", f'namespaces "{name}" is forbidden: this namespace may not be deleted')
        self.changed = True
        api = self.sim.api
        for obj in [o for (_, namespace, _), o in api.others.items() if namespace == name]:
            if obj is self.sim.api.find(*api.place_of(obj)):  # it may have gone with its owner
                api.delete_object(obj)
        for pod in [p for p in api.pods.values() if namespace_of(p) == name]:
            api.delete(uid_of(pod), None)
        api.remove_object(api.find("namespace", "", name) or api.create(Namespace(metadata=ObjectMeta(name=name))))

    def record_of(self, pod: Pod, container: str) -> Record:
        """The run of a container that a command can be run beside."""
        node = spec_of(pod).nodeName
        if node is None:
            raise ApiError("BadRequest", f"pod {name_of(pod)} does not have a host assigned")
        worker = self.sim.worker_of(pod)
        if worker is not None and worker.node.down:
            refused = f"dial tcp {worker.node.ip}:10250: connect: connection refused"
            raise KubectlError(f"Error from server: error dialing backend: {refused}")
        record = worker.newest(container) if worker is not None else None
        if record is None or not record.alive:
            raise ApiError("", f'unable to upgrade connection: container not found ("{container}")')
        return record


def _known(plural: str) -> Resource:
    resource = find_resource(plural)
    assert resource is not None, "kubectl asks for resources it has found"
    return resource

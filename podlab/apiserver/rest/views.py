"""Every object with its resourceVersion, and the changes in their order: what lists and watches are served from.

A pod's changes are taken one by one from what the simulation has written down, so that none is lost. All other objects
are compared with what they were whenever something has happened that may have changed them.
Models k8s.io/apiserver/pkg/storage/cacher.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from podlab.api.parts import name_of, namespace_of, uid_of
from podlab.api.served import Resource
from podlab.apiserver.pods import shown_pod
from podlab.apiserver.reading import SnapshotApi
from podlab.apiserver.rest.apply import Managers
from podlab.apiserver.rest.implied import IMPLIED
from podlab.apiserver.rest.new_events import GROUP, new_happening, new_stored
from podlab.apiserver.rest.present import Present
from podlab.apiserver.rest.stored import Happening, Key, Stored
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError

if TYPE_CHECKING:
    from podlab.apiserver.world import LiveCluster

FIRST = 1000
"""The resourceVersion of an empty cluster."""
KEPT = 50_000
"""So many changes of a resource are remembered; who asks for older ones is told that they are gone."""


class Views:
    """The cluster's objects by resource, namespace and name."""

    def __init__(self, sim: LiveCluster, managers: Managers) -> None:
        self.sim = sim
        self.managers = managers
        self.version = self._first = FIRST
        self._history: dict[str, list[Happening]] = {}
        self._oldest: dict[str, int] = {}
        self._held: dict[str, dict[Key, Stored]] = {"pods": {}}
        self._present = Present(sim)
        self._pods_seen = 0
        self._size: tuple[int, ...] = ()

    def begin_after(self, version: int) -> None:
        """Number the changes from here on; older ones are not known."""
        self.version = self._first = version + 1

    def sync(self) -> bool:
        """Take in what has happened. Returns whether anything has changed."""
        recorder = self.sim.recorder
        records: tuple[list[Any], ...] = (
            *(recorder.changes, recorder.objects, recorder.events),
            *(recorder.node_states, recorder.gestures),
        )
        size = tuple(map(len, records))
        if size == self._size:
            return False
        self._size, before = size, self.version
        self._present.go_on()
        self._take_pods()
        reader = self._reader()
        for plural in self._held:
            if plural not in ("pods", "leases"):
                self._compare(plural, reader)
        return self.version != before

    def all(self, resource: Resource) -> dict[Key, Stored]:
        """The objects of a resource, in no order."""
        self.sync()
        plural = _plural(resource)
        if plural not in self._held or plural == "leases":
            self._present.go_on()
            self._compare(plural, self._reader(), first=plural not in self._held)
        return self._held[plural]

    def list(self, resource: Resource, namespace: str | None) -> list[Stored]:
        """The objects of a resource in a namespace, or everywhere, by namespace and name."""
        there = self.all(resource)
        keys = sorted(key for key in there if namespace in (None, key[0]))
        found = [there[key] for key in keys]
        return [new_stored(one) for one in found] if resource.group == GROUP else found

    def get(self, resource: Resource, namespace: str | None, name: str) -> Stored:
        """One object. Raises ApiError (NotFound)."""
        found = self.all(resource).get((namespace or "", name))
        if found is None:
            raise ApiError("NotFound", f'{resource.qualified} "{name}" not found')
        return new_stored(found) if resource.group == GROUP else found

    def since(self, resource: Resource, version: int) -> Sequence[Happening]:
        """The changes of a resource after a version. Raises ApiError (Expired) when they are no longer known."""
        self.all(resource)
        plural = _plural(resource)
        oldest = self._oldest.get(plural, self._first)
        if not oldest <= version <= self.version:
            raise ApiError("Expired", f"too old resource version: {version} ({oldest})")
        found = self._history.get(plural, [])
        later = found[bisect_right(found, version, key=lambda one: one.version) :]
        return [new_happening(one) for one in later] if resource.group == GROUP else later

    def _reader(self) -> SnapshotApi:
        return SnapshotApi(self._present)  # type: ignore[arg-type]

    def _take_pods(self) -> None:
        changes = self.sim.recorder.changes
        held = self._held["pods"]
        for change in changes[self._pods_seen :]:
            key = namespace_of(change.pod), name_of(change.pod)
            self._happened("pods", key, shown_pod(change.pod, self.version + 1), change.deleted, held)
        self._pods_seen = len(changes)

    def _compare(self, plural: str, reader: SnapshotApi, *, first: bool = False) -> None:
        """Write down what is not as it was."""
        held = self._held.setdefault(plural, {})
        implied = IMPLIED.get(plural)
        objects = [*reader.list(plural, None), *(implied(self._present, reader) if implied is not None else ())]
        now: dict[Key, Any] = {}
        for obj in objects:
            now.setdefault((obj.metadata.namespace or "", name_of(obj)), obj)
        for key, obj in now.items():
            known = held.get(key)
            if known is None or (known.obj is not obj and known.obj != obj):
                self._happened(plural, key, obj, False, held, quiet=first)
        for key in [key for key in held if key not in now]:
            self._happened(plural, key, held[key].obj, True, held)

    def _happened(
        self, plural: str, key: Key, obj: Any, deleted: bool, held: dict[Key, Stored], *, quiet: bool = False
    ) -> None:
        """One change. `quiet`: it is not new, but nobody had asked for it before."""
        self.version += 1
        data = without_empty_times(json_data(obj))
        data["metadata"] = {**data["metadata"], "resourceVersion": str(self.version)}
        owned = self.managers.shown(uid_of(obj), data["apiVersion"])
        if owned:
            data["metadata"]["managedFields"] = owned
        stored = Stored(self.version, obj, data)
        before = held.pop(key, None) if deleted else held.get(key)
        if not deleted:
            held[key] = stored
        if not quiet:
            self._keep(Happening(self.version, plural, key, before, stored, deleted))

    def _keep(self, one: Happening) -> None:
        """Remember a change; of too many the older half is forgotten."""
        history = self._history.setdefault(one.plural, [])
        history.append(one)
        if len(history) > KEPT:
            self._oldest[one.plural] = history[KEPT // 2 - 1].version
            del history[: KEPT // 2]


def without_empty_times(data: Any) -> Any:
    """The data of an object without times of creation that are not known: Kubernetes 1.36 leaves them out."""
    if isinstance(data, dict):
        return {k: without_empty_times(v) for k, v in data.items() if not (k == "creationTimestamp" and v is None)}
    return [without_empty_times(e) for e in data] if isinstance(data, list) else data


def _plural(resource: Resource) -> str:
    """What a resource is called among the views: two groups have one named events, and it is the same one."""
    return resource.plural


def with_version(stored: Stored) -> Any:
    """The object as a struct, with its resourceVersion."""
    meta = msgspec.structs.replace(stored.obj.metadata, resourceVersion=str(stored.version))
    return msgspec.structs.replace(stored.obj, metadata=meta)

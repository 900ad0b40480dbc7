"""The garbage collector: what an object owned goes when the object is gone, or before it.

In the background the object goes first, then what it owned. In the foreground the object waits, held by a finalizer,
for all that names it as an owner that blocks. What has another owner that is there only loses the one that is gone.
Models pkg/controller/garbagecollector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.parts import is_deleted, meta_of, uid_of
from podlab.controllers.base import Reconciler, controller
from podlab.core.engine.ports import Cluster

FOREGROUND = "foregroundDeletion"


@controller
class GarbageCollector(Reconciler):
    """Watches every kind and deletes the pods and objects whose owner is gone."""

    watches = (object,)
    order = 99  # after the controllers have let go of the object

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._waiting: dict[str, Any] = {}  # objects that are deleted in the foreground, by UID
        self._owning: set[str] = set()  # the UIDs of pods that own something, which few do

    def object_changed(self, obj: Any, deleted: bool) -> None:
        """When an object is gone, its pods are deleted soon, and what else it owned at once."""
        if deleted:
            self._waiting.pop(uid_of(obj), None)
            self._owner_gone(uid_of(obj))
            self._dependent_gone(obj)
            return
        self._note_owners(obj)
        if obj.metadata.deletionTimestamp is not None and FOREGROUND in (obj.metadata.finalizers or ()):
            begun = uid_of(obj) in self._waiting
            self._waiting[uid_of(obj)] = obj
            if not begun:
                self.sim.soon(self._begin, uid_of(obj))

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A pod that is gone may have been waited for, or have owned something."""
        if not deleted:
            self._note_owners(pod)
            return
        if uid_of(pod) in self._owning:
            self._owner_gone(uid_of(pod))
        self._dependent_gone(pod)

    def _note_owners(self, made: Any) -> None:
        self._owning.update(o.uid for o in made.metadata.ownerReferences or () if o.kind == "Pod")

    def _dependents(self, owner: str) -> Iterator[Any]:
        """All that names an owner: pods, then other objects."""
        api = self.sim.api
        for each in [*api.pods.values(), *api.others.values()]:
            references = each.metadata.ownerReferences
            if references and any(reference.uid == owner for reference in references):
                yield each

    def _owner_gone(self, owner: str) -> None:
        for made in list(self._dependents(owner)):
            if self._has_another_owner(made, owner):
                self._let_go(made, owner)
            elif isinstance(made, Pod):
                if not is_deleted(made):
                    self.sim.soon(self._collect, uid_of(made))
            else:
                self.sim.api.delete_object(made)

    def _has_another_owner(self, made: Any, gone: str) -> bool:
        others = {reference.uid for reference in made.metadata.ownerReferences if reference.uid != gone}
        if not others:
            return False
        return any(uid_of(each) in others for each in (*self.sim.api.pods.values(), *self.sim.api.others.values()))

    def _let_go(self, made: Any, owner: str) -> None:
        """An owner is taken off an object."""
        left = [reference for reference in made.metadata.ownerReferences if reference.uid != owner]
        changed = msgspec.structs.replace(
            made, metadata=msgspec.structs.replace(made.metadata, ownerReferences=left or None)
        )
        if isinstance(made, Pod):
            self.sim.api.replace_pod(changed)
        else:
            self.sim.api.replace_object(changed)

    def orphan(self, owner: str) -> None:
        """All that an object owned goes on without it."""
        for made in list(self._dependents(owner)):
            self._let_go(made, owner)

    def _begin(self, owner: str) -> None:
        """What the object owns is deleted before it."""
        for made in list(self._dependents(owner)):
            if isinstance(made, Pod):
                if not is_deleted(made):
                    self.sim.api.delete(uid_of(made), None)
            elif next(self._dependents(uid_of(made)), None) is not None:
                self.sim.api.delete_object(made, FOREGROUND)
            else:
                self.sim.api.delete_object(made)
        self._finish(owner)

    def _dependent_gone(self, made: Any) -> None:
        for reference in made.metadata.ownerReferences or ():
            if reference.uid in self._waiting:
                self.sim.soon(self._finish, reference.uid)

    def _finish(self, owner: str) -> None:
        """The object goes when nothing is left that blocks it."""
        obj = self._waiting.get(owner)
        if obj is None or any(_blocks(made, owner) for made in self._dependents(owner)):
            return
        left = [name for name in obj.metadata.finalizers or () if name != FOREGROUND]
        self._waiting.pop(owner)
        self.sim.api.replace_object(
            msgspec.structs.replace(obj, metadata=msgspec.structs.replace(obj.metadata, finalizers=left or None))
        )

    def _collect(self, pod_uid: str) -> None:
        """A pod whose owner is gone is deleted, unless it is going already."""
        pod = self.sim.api.pods.get(pod_uid)
        if pod is not None and not is_deleted(pod):
            self.sim.api.delete(pod_uid, None)


def _blocks(made: Any, owner: str) -> bool:
    """Whether an object keeps its owner from going."""
    return any(r.uid == owner and r.blockOwnerDeletion for r in meta_of(made).ownerReferences or ())

"""What every controller is: it keeps objects of its kinds, is told of changes, and reconciles each object soon after.

A controller is a class in a file of this folder, marked with `@controller`. The engine finds all of them by itself and
only passes on what changes, so a new controller is a new file and nothing else.
Models the informers and the work queue of a controller in pkg/controller: an object that is due twice is reconciled
once.
"""

from __future__ import annotations

import pkgutil
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.parts import key_of, uid_of
from podlab.core.engine.loop import BudgetExceeded
from podlab.core.engine.owners import controller_of
from podlab.core.engine.ports import Cluster

__all__ = ["Reconciler", "controller", "controller_of", "registered"]

PACKAGE = "podlab.controllers"
BURST = 500
"""Pods that a controller makes or deletes in one go; the rest follows in the next. Models BurstReplicas of
pkg/controller/replicaset and MaxPodCreateDeletePerSync of pkg/controller/job."""
MOST_PODS = 50_000
"""Pods that an object may ask for: ten thousand are a large cluster, and a computer has room for some more."""
C = TypeVar("C", bound="type[Reconciler]")
_registered: list[type[Reconciler]] = []


class Reconciler:
    """The base of a controller. A subclass says what it owns and watches, and overrides `reconcile`."""

    kinds: ClassVar[tuple[type, ...]] = ()
    """The kinds whose objects it keeps in `self.objects`, by UID."""
    watches: ClassVar[tuple[type, ...]] = ()
    """Further kinds of which it is told, by `object_changed`. It is told of every pod, by `pod_changed`."""
    source: ClassVar[str] = ""
    """What its Events name as their source."""
    order: ClassVar[int] = 40
    """Who is told first when several hear of one change: smaller numbers first, then the class's name."""
    pod_delay: ClassVar[float] = 0.0
    """Seconds from a change of an owned pod to the reconcile."""

    def __init__(self, sim: Cluster) -> None:
        self.sim = sim
        self.objects: dict[str, Any] = {}
        self._due: set[str] = set()
        self._later: dict[str, set[float]] = {}

    # What the engine tells it

    def add(self, obj: Any) -> None:
        """An object of its kinds is new or was changed: it is reconciled at this instant, after what is due."""
        self.objects[uid_of(obj)] = obj
        self.enqueue(uid_of(obj))

    def remove(self, obj: Any) -> None:
        """An object of its kinds is gone."""
        del self.objects[uid_of(obj)]

    def object_changed(self, obj: Any, deleted: bool) -> None:
        """An object of a kind it watches is new, changed or gone: the objects that own it are reconciled."""
        for owner in (obj.metadata.ownerReferences if obj.metadata else None) or ():
            if owner.uid in self.objects:
                self.enqueue(owner.uid)

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """A pod is new, changed or gone: the object that owns it is reconciled."""
        owner = controller_of(pod) if self.objects else None
        if owner is not None and owner.uid in self.objects:
            self.enqueue(owner.uid, self.pod_delay)

    def node_changed(self, name: str) -> None:
        """A node is found lost, is back, was closed to new pods, described anew, or deleted."""

    def node_down(self, name: str) -> None:
        """The kubelet of a node has stopped. (The API does not show it yet.)"""

    def node_deleted(self, name: str) -> None:
        """The object of a node has been deleted."""

    # What a subclass uses and overrides

    def enqueue(self, uid: str, delay: float = 0.0) -> None:
        """Reconcile the object with this UID after `delay` seconds; does nothing when that is to happen anyway."""
        if uid not in self._due:
            self._due.add(uid)
            self.sim.loop.call_at(self.sim.loop.now + delay, self._dequeue, uid)

    def enqueue_once(self, uid: str, delay: float) -> None:
        """Reconcile the object at a later time too, whatever happens before; asked again for an instant, it is once."""
        at = self.sim.loop.now + delay
        if at not in self._later.setdefault(uid, set()):
            self._later[uid].add(at)
            self.sim.loop.call_at(at, self._woken, uid, at)

    def _woken(self, uid: str, at: float) -> None:
        self._later[uid].discard(at)
        if uid in self.objects:
            self.enqueue(uid)

    def stamp(self) -> datetime:
        """The present time as the API writes it, in whole seconds."""
        return self.sim.stamp(self.sim.loop.now)

    def exact_now(self) -> datetime:
        """The present time with its fraction of a second."""
        return self.sim.start + timedelta(seconds=self.sim.loop.now)

    def set_status(self, obj: Any, status: Any) -> None:
        """Write an object's status, if it says something new."""
        if status != obj.status:
            self.sim.api.replace_object(msgspec.structs.replace(obj, status=status))

    def _dequeue(self, uid: str) -> None:
        self._due.discard(uid)
        obj = self.objects.get(uid)
        if obj is not None and obj.metadata.deletionTimestamp is None:  # what is to go makes and mends nothing
            check_size(obj)
            self.reconcile(uid, obj)

    def reconcile(self, uid: str, obj: Any) -> None:
        """Compare what the object asks for with what there is, and do what is missing."""

    def pods_of(self, uid: str) -> list[Pod]:
        """The pods whose controller is the object with this UID."""
        return self.sim.api.pods_of(uid)

    def event(self, obj: Any, kind: str, reason: str, message: str, *, source: str | None = None) -> None:
        """Record an Event (`kind` is Normal or Warning) about an object."""
        on = f"{type(obj).__name__}/{key_of(obj)}"
        self.sim.recorder.event(self.sim.loop.now, on, kind, reason, message, source=source or self.source)


def check_size(obj: Any) -> None:
    """BudgetExceeded for an object that asks for more pods than podlab can run."""
    for field in ("replicas", "parallelism", "completions"):
        wanted = getattr(getattr(obj, "spec", None), field, None)
        if isinstance(wanted, int) and wanted > MOST_PODS:
            raise BudgetExceeded(
                f"{type(obj).__name__} {key_of(obj)}: spec.{field} is {wanted}, but podlab runs at most "
                f"{MOST_PODS} pods; ask for fewer"
            )


def controller(cls: C) -> C:
    """Mark a class as a controller that every simulation has."""
    _registered.append(cls)
    return cls


@cache
def registered() -> tuple[type[Reconciler], ...]:
    """All controllers, in the order in which they are told of a change. Imports every file of this folder."""
    for module in pkgutil.iter_modules(import_module(PACKAGE).__path__):
        import_module(f"{PACKAGE}.{module.name}")
    return tuple(sorted(_registered, key=lambda cls: (cls.order, cls.__name__)))

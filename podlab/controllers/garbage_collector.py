"""The garbage collector: what an object owned goes when the object is gone.

Models pkg/controller/garbagecollector, for owners that are deleted in the background.
"""

from __future__ import annotations

from typing import Any

from podlab.api.parts import is_deleted, meta_of, uid_of
from podlab.controllers.base import Reconciler, controller


@controller
class GarbageCollector(Reconciler):
    """Watches every kind and deletes the pods and objects whose owner is gone."""

    watches = (object,)
    order = 99  # after the controllers have let go of the object

    def object_changed(self, obj: Any, deleted: bool) -> None:
        """When an object is gone, its pods are deleted soon, and what else it owned at once."""
        if not deleted:
            return
        owner, api = uid_of(obj), self.sim.api
        for pod in list(api.pods.values()):
            if not is_deleted(pod) and any(o.uid == owner for o in meta_of(pod).ownerReferences or ()):
                self.sim.soon(self._collect, uid_of(pod))
        for made in list(api.others.values()):
            if any(o.uid == owner for o in meta_of(made).ownerReferences or ()):
                api.remove_object(made)

    def _collect(self, pod_uid: str) -> None:
        """A pod whose owner is gone is deleted, unless it is going already."""
        pod = self.sim.api.pods.get(pod_uid)
        if pod is not None and not is_deleted(pod):
            self.sim.api.delete(pod_uid, None)

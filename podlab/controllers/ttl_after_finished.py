"""Jobs that have finished are deleted after ttlSecondsAfterFinished.

Models pkg/controller/ttlafterfinished.
"""

from __future__ import annotations

from datetime import timedelta

from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Pod

from podlab.controllers.base import Reconciler, controller


@controller
class TTLAfterFinished(Reconciler):
    """Follows Jobs with a time to live."""

    kinds = (Job,)
    source = "ttl-after-finished-controller"
    order = 60

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Pods do not matter here."""

    def reconcile(self, uid: str, obj: Job) -> None:
        """Delete the Job if its time is over, or look again when it will be."""
        ttl = obj.spec.ttlSecondsAfterFinished if obj.spec is not None else None
        conditions = (obj.status.conditions if obj.status is not None else None) or ()
        ends = [c.lastTransitionTime for c in conditions if c.type in ("Complete", "Failed") and c.status == "True"]
        if ttl is None or not ends or ends[0] is None:
            return
        left = (ends[0] + timedelta(seconds=ttl) - self.exact_now()).total_seconds()
        if left > 0:
            self.enqueue_once(uid, left)
        else:
            self.sim.api.remove_object(obj)

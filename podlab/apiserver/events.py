"""Events as the API server keeps them: the same one again only counts up.

Models k8s.io/client-go/tools/record, and the newer events of the scheduler, which have no count.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lightkube.models.core_v1 import Event as EventObject
from lightkube.models.core_v1 import EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.parts import spec_of, uid_of
from podlab.apiserver.world import Snapshot
from podlab.core.engine.history import Event

SCHEDULER = "default-scheduler"
KEPT = timedelta(hours=1)
"""How long the API server keeps an event. Models --event-ttl."""
_VERSIONS = {
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), "apps/v1"),
    **dict.fromkeys(("CronJob", "Job"), "batch/v1"),
    "PodDisruptionBudget": "policy/v1",
}


def events_of(snapshot: Snapshot) -> list[EventObject]:
    """All events of the last hour before an instant, in the order in which they first came."""
    uids = {(type(o).__name__, o.metadata.namespace or "", o.metadata.name): uid_of(o) for o in snapshot.objects}
    found: dict[tuple[str, ...], EventObject] = {}
    for number, event in enumerate(snapshot.events):
        kind, _, key = event.on.partition("/")
        namespace, _, name = key.rpartition("/")
        pod = snapshot.trace.pod_at(key, event.t) if kind == "Pod" else None
        uid = uid_of(pod) if pod is not None else uids.get((kind, namespace or "default", name))
        moment = snapshot.trace.start + timedelta(seconds=event.t)
        same = (uid or "", event.on, event.field or "", event.type, event.reason, event.message)
        known = found.get(same)
        if known is not None and known.count is not None:
            known.count += 1
            known.lastTimestamp = moment.replace(microsecond=0)
            continue
        involved = ObjectReference(
            apiVersion=_VERSIONS.get(kind, "v1"),
            kind=kind,
            name=name,
            namespace=namespace or "default",
            uid=uid,
            fieldPath=event.field,
        )
        node = (spec_of(pod).nodeName or "") if pod is not None else ""
        found[same if known is None else (*same, str(number))] = _event(event, involved, moment, number, node)
    return [each for each in found.values() if snapshot.now - _last_seen(each) < KEPT]


def _last_seen(event: EventObject) -> datetime:
    return event.lastTimestamp or event.eventTime or event.metadata.creationTimestamp  # type: ignore[return-value]


def _event(event: Event, involved: ObjectReference, moment: datetime, number: int, node: str) -> EventObject:
    second = moment.replace(microsecond=0)
    nanoseconds = (int(second.timestamp()) * 1_000_000 + moment.microsecond) * 1_000 + number
    obj = EventObject(
        apiVersion="v1",
        kind="Event",
        metadata=ObjectMeta(
            name=f"{involved.name}.{nanoseconds:x}", namespace=involved.namespace, creationTimestamp=second
        ),
        involvedObject=involved,
        type=event.type,
        reason=event.reason,
        message=event.message,
        reportingComponent=event.source,
    )
    if event.source == SCHEDULER:
        obj.eventTime = moment
        obj.action = "Binding" if event.reason == "Scheduled" else "Scheduling"
        obj.reportingInstance = f"{SCHEDULER}-control-plane"
    else:
        host = node if event.source == "kubelet" else ""
        obj.source = EventSource(component=event.source, host=host or None)
        obj.reportingInstance = host
        obj.count, obj.firstTimestamp, obj.lastTimestamp = 1, second, second
    return obj

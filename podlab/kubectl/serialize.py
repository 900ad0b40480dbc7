"""Objects as the API server writes them in JSON.

Go writes some fields even when they are empty, and never leaves out a struct that is no pointer. Times have whole
seconds, except where the API has a MicroTime.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from lightkube.models import apps_v1, batch_v1, core_v1, meta_v1

_ALWAYS: dict[type[msgspec.Struct], dict[str, Any]] = {
    meta_v1.ObjectMeta: {"creationTimestamp": None},
    core_v1.Pod: {"metadata": {}, "spec": {}, "status": {}},
    core_v1.Container: {"resources": {}},
    core_v1.EphemeralContainer: {"resources": {}},
    core_v1.ContainerStatus: {"lastState": {}, "state": {}},
    core_v1.PodCondition: {"lastProbeTime": None, "lastTransitionTime": None},
    core_v1.Node: {"metadata": {}, "spec": {}, "status": {}},
    core_v1.NodeCondition: {"lastHeartbeatTime": None, "lastTransitionTime": None},
    core_v1.ReplicationController: {"metadata": {}, "spec": {}, "status": {"replicas": 0}},
    core_v1.PodTemplateSpec: {"metadata": {"creationTimestamp": None}, "spec": {"containers": None}},
    core_v1.Service: {"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}},
    core_v1.ServiceStatus: {"loadBalancer": {}},
    core_v1.ServicePort: {"targetPort": 0},
    core_v1.Event: {
        "eventTime": None,
        "firstTimestamp": None,
        "lastTimestamp": None,
        "reportingComponent": "",
        "reportingInstance": "",
        "source": {},
    },
    apps_v1.ReplicaSet: {"metadata": {}, "spec": {}, "status": {"replicas": 0}},
    apps_v1.Deployment: {"metadata": {}, "spec": {}, "status": {}},
    apps_v1.DeploymentSpec: {"strategy": {}},
    batch_v1.Job: {"metadata": {}, "spec": {}, "status": {}},
}
_MICRO_TIMES = frozenset({"acquireTime", "eventTime", "lastObservedTime", "renewTime"})


def json_data(value: Any) -> Any:
    """The plain data of an object, as ``kubectl get -o json`` shows it."""
    if isinstance(value, msgspec.Struct):
        data = dict(_ALWAYS.get(type(value), {}))
        for field, name in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            held = getattr(value, field)
            if isinstance(held, datetime):
                data[name] = _time(held, micro=name in _MICRO_TIMES)
            elif held is not None:
                data[name] = json_data(held)
        return data
    if isinstance(value, list):
        return [json_data(element) for element in value]
    if isinstance(value, dict):
        return {key: json_data(element) for key, element in value.items()}
    return _time(value, micro=False) if isinstance(value, datetime) else value


def list_data(items: list[Any]) -> dict[str, Any]:
    """The List in which kubectl shows several objects, given their data."""
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}


def _time(moment: datetime, *, micro: bool) -> str:
    precise = "microseconds" if micro else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precise) + "Z"

"""A pod as the API server shows it: with what a kubelet reports besides and nothing in podlab depends on.

Worked out only when somebody looks: image IDs, the resources and mounts of running containers, generations.
Models convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, cast

import msgspec
from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodSpec, ResourceRequirements, VolumeMountStatus

from podlab.api.image import parse
from podlab.api.parts import meta_of, spec_of, status_of
from podlab.api.resources import aggregate

NO_MEMORY_LIMIT = "9007199254740988Ki"
"""What a node reads where there is no limit: the largest number of bytes in whole pages that its kernel knows."""


def shown_pod(pod: Pod, version: int) -> Pod:
    """The pod with everything that ``kubectl get -o yaml`` shows. ``version``: which change of the cluster made it."""
    meta, spec, status = meta_of(pod), spec_of(pod), status_of(pod)
    replace = msgspec.structs.replace
    generation = meta.generation
    ephemeral = cast("Sequence[Container]", spec.ephemeralContainers or ())
    specs = {c.name: c for c in (*(spec.initContainers or ()), *spec.containers, *ephemeral)}
    conditions = [replace(c, observedGeneration=generation) for c in status.conditions or ()]
    changes: dict[str, Any] = {
        "conditions": conditions or None,
        "containerStatuses": _statuses(status.containerStatuses, specs),
        "initContainerStatuses": _statuses(status.initContainerStatuses, specs),
        "ephemeralContainerStatuses": _statuses(status.ephemeralContainerStatuses, specs),
    }
    if status.startTime is not None:
        changes |= {"observedGeneration": generation, **_pod_resources(spec)}
    return replace(
        pod,
        apiVersion="v1",
        kind="Pod",
        metadata=replace(meta, resourceVersion=str(version)),
        status=replace(status, **changes),
    )


def _statuses(statuses: Sequence[ContainerStatus] | None, specs: dict[str, Container]) -> list[ContainerStatus] | None:
    return [_status(status, specs[status.name]) for status in statuses or ()] or None


def _status(status: ContainerStatus, spec: Container) -> ContainerStatus:
    if not status.containerID:
        return status
    image = str(parse(status.image))
    given = spec.resources or ResourceRequirements()
    return msgspec.structs.replace(
        status,
        image=image,
        imageID=f"sha256:{sha256(image.encode()).hexdigest()}",
        resources=ResourceRequirements(limits=given.limits, requests=given.requests),
        allocatedResources=given.requests,
        volumeMounts=[
            VolumeMountStatus(
                mountPath=mount.mountPath,
                name=mount.name,
                readOnly=mount.readOnly,
                recursiveReadOnly="Disabled" if mount.readOnly else None,
            )
            for mount in spec.volumeMounts or ()
        ]
        or None,
    )


def _pod_resources(spec: PodSpec) -> dict[str, Any]:
    """What the pod asks for and may have as a whole. A limit that one container lacks does not limit the pod."""
    requests, total = aggregate(spec, "requests"), aggregate(spec, "limits")
    if not requests and not total:
        return {}
    limits = {"memory": NO_MEMORY_LIMIT}
    for name in ("cpu", "memory"):
        if all(name in ((c.resources.limits if c.resources else None) or {}) for c in spec.containers):
            limits[name] = str(total[name])
    asked = {name: str(amount) for name, amount in requests.items()} or None
    return {"allocatedResources": asked, "resources": ResourceRequirements(limits=limits, requests=asked)}

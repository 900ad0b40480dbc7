"""The subresources of a pod that change its spec: `ephemeralcontainers` and `resize`.

Models the strategies of pkg/registry/core/pod: each takes its own fields from what is sent, and the rest from the pod.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.defaults import default_pod
from podlab.api.parts import meta_of, name_of, spec_of
from podlab.api.update_parts import validate_ephemeral_containers, validate_resize
from podlab.apiserver.writing import refuse
from podlab.kubectl.api_resources import resource_of_kind
from podlab.kubectl.store import ApiError
from podlab.kubelet.environment import memory_limit

if TYPE_CHECKING:
    from podlab.apiserver.world import LiveCluster

PARTS = ("ephemeralcontainers", "resize")
_OVER = ("Failed", "Succeeded")


def changed_part(part: str, new: Pod, old: Pod) -> Pod:
    """`old` as the subresource `part` would have it by `new`; the very same if nothing differs. Raises ApiError."""
    filled = default_pod(new)
    resource = resource_of_kind("v1", "Pod")
    assert resource is not None, "there are pods"
    if part == "resize" and old.status is not None and old.status.phase in _OVER:
        text = "pod resize is not allowed for pods that have ended"
        raise ApiError("Forbidden", f'pods "{name_of(old)}" is forbidden: {text}')
    if part == "resize":
        changed = msgspec.structs.replace(old, spec=filled.spec)
        refuse(resource, changed, validate_resize(changed, old))
    else:
        spec = msgspec.structs.replace(spec_of(old), ephemeralContainers=spec_of(filled).ephemeralContainers)
        changed = msgspec.structs.replace(old, spec=spec)
        refuse(resource, changed, validate_ephemeral_containers(changed, old))
    if changed.spec == old.spec:
        return old
    generation = (meta_of(old).generation or 0) + 1
    return msgspec.structs.replace(changed, metadata=msgspec.structs.replace(meta_of(old), generation=generation))


def resize_containers(sim: LiveCluster, pod: Pod) -> None:
    """The containers that run get the memory that the pod's spec gives them now.

    podlab resizes in place whatever a container's resizePolicy says.
    """
    worker = sim.worker_of(pod)
    specs: list[Any] = [*spec_of(pod).containers, *(spec_of(pod).initContainers or ())]
    for spec in specs if worker is not None else ():
        record = worker.newest(spec.name)  # type: ignore[union-attr]
        if record is not None and record.alive:
            record.container.resize(memory_limit(spec))

"""The parts of an object that every object has once the API server has taken it: metadata, spec, status, UID, name.

The API's types leave them optional. Where nothing can be done without one, its absence is an error.
"""

from __future__ import annotations

from typing import Any

from lightkube.models.core_v1 import Container, Pod, PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta

TERMINAL_PHASES = ("Succeeded", "Failed")
"""The phases that a pod never leaves."""
RUN = ("Pod", "Deployment", "ReplicaSet", "ReplicationController", "Job")
"""The kinds that come to containers in a run: pods, and what makes pods."""


def meta_of(pod: Pod) -> ObjectMeta:
    """Its metadata."""
    assert pod.metadata is not None, "a pod has metadata"
    return pod.metadata


def spec_of(pod: Pod) -> PodSpec:
    """Its spec. Without one there is nothing to decide: a clear error."""
    if pod.spec is None:
        raise ValueError("pod.spec is missing: a pod needs a spec with at least its containers")
    return pod.spec


def status_of(pod: Pod) -> PodStatus:
    """Its status."""
    assert pod.status is not None, "a created pod has a status"
    return pod.status


def uid_of(obj: Any) -> str:
    """The UID of any object; "" before it was created."""
    return (obj.metadata.uid if obj.metadata is not None else None) or ""


def namespace_of(obj: Any) -> str:
    """The namespace of any object; "default" when it names none."""
    return (obj.metadata.namespace if obj.metadata is not None else None) or "default"


def name_of(obj: Any) -> str:
    """The name of any object; "" when it has none."""
    return (obj.metadata.name if obj.metadata is not None else None) or ""


def key_of(obj: Any) -> str:
    """What an object is called in podlab: its name, with the namespace before it unless that is "default"."""
    namespace = namespace_of(obj)
    return name_of(obj) if namespace == "default" else f"{namespace}/{name_of(obj)}"


def is_deleted(pod: Pod) -> bool:
    """Whether somebody has asked for its deletion."""
    return pod.metadata is not None and pod.metadata.deletionTimestamp is not None


def containers_of(obj: Any) -> tuple[Container, ...]:
    """The containers of a pod, or of the pods that an object makes: init containers first."""
    spec = getattr(obj, "spec", None)
    while spec is not None and not isinstance(spec, PodSpec):
        template = getattr(spec, "jobTemplate", None) or getattr(spec, "template", None)
        spec = getattr(template, "spec", None)
    return () if spec is None else (*(spec.initContainers or ()), *(spec.containers or ()))

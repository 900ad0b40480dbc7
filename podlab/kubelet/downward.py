"""The downward API: what a container may learn of its own pod, as a variable or as a file.

Models pkg/fieldpath ExtractFieldPathAsString and pkg/api/v1/resource ExtractContainerResourceValue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import DownwardAPIVolumeFile, ResourceFieldSelector

from podlab.api.parts import meta_of, spec_of
from podlab.api.quantity import parse_quantity
from podlab.core.engine.ports import PodView

Allocatable = Callable[[], Mapping[str, Fraction]]
"""What the node can give to its pods, by resource."""


def pod_field(node_ip: str, worker: PodView, path: str) -> str:
    """The value of a field path, such as metadata.name or status.podIP; all labels as lines of key="value"."""
    meta, spec = meta_of(worker.pod), spec_of(worker.pod)
    sandbox = worker.sandbox
    simple: dict[str, str | None] = {
        "metadata.name": meta.name,
        "metadata.namespace": meta.namespace,
        "metadata.uid": meta.uid,
        "spec.nodeName": spec.nodeName,
        "spec.serviceAccountName": spec.serviceAccountName or "default",
        "status.podIP": sandbox.ip if sandbox else "",
        "status.podIPs": sandbox.ip if sandbox else "",
        "status.hostIP": node_ip,
        "status.hostIPs": node_ip,
    }
    if path in simple:
        return simple[path] or ""
    for part, values in (("labels", meta.labels), ("annotations", meta.annotations)):
        if path == f"metadata.{part}":
            return "\n".join(
                f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted((values or {}).items())
            )
        if path.startswith(f"metadata.{part}['") and path.endswith("']"):
            return str((values or {}).get(path[len(f"metadata.{part}['") : -2], ""))
    return ""


def resource_field(
    allocatable: Allocatable, worker: PodView, ref: ResourceFieldSelector, own: ContainerSpec | None = None
) -> str:
    """A container's limit or request, in units of the divisor, rounded up; `own` when no container is named.

    Without a limit it is what the node can give; without a request it is 0.
    """
    spec = spec_of(worker.pod)
    named = [c for c in (*spec.containers, *(spec.initContainers or ())) if c.name == ref.containerName]
    container = named[0] if named else own
    resources = container.resources if container is not None else None
    which, _, name = ref.resource.partition(".")
    amounts = (resources.limits if which == "limits" else resources.requests) if resources is not None else None
    if amounts and name in amounts:
        amount = parse_quantity(amounts[name]).amount
    elif which == "limits":
        amount = allocatable().get(name, Fraction(0))
    else:
        amount = Fraction(0)
    divisor = parse_quantity(ref.divisor or "1").amount or Fraction(1)
    return str(-(-amount // divisor))


def files(
    node_ip: str, allocatable: Allocatable, worker: PodView, items: list[DownwardAPIVolumeFile] | None
) -> dict[str, str]:
    """The files of a downward API volume: path to text."""
    made: dict[str, str] = {}
    for item in items or ():
        if item.fieldRef is not None:
            made[item.path] = pod_field(node_ip, worker, item.fieldRef.fieldPath)
        elif item.resourceFieldRef is not None:
            made[item.path] = resource_field(allocatable, worker, item.resourceFieldRef)
    return made

"""The kinds of objects that podlab knows, and which class reads each.

Some do something in a run. All others that a Kubernetes API server serves are read as strictly, kept, and listed as not
simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from podlab.api import v1beta1
from podlab.api.decode import decode, encode
from podlab.api.faults import Fault
from podlab.api.hints import nearest, one_of
from podlab.api.served import OTHER_VERSIONS, RESOURCES

_SIMULATED = {
    "v1": ("ConfigMap", "Namespace", "Node", "Pod", "ReplicationController", "ResourceQuota", "Secret", "Service"),
    "apps/v1": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch/v1": ("CronJob", "Job"),
    "policy/v1": ("PodDisruptionBudget",),
    "scheduling.k8s.io/v1": ("PriorityClass",),
}
_READ = (*RESOURCES, *OTHER_VERSIONS)
CLUSTER_WIDE = frozenset(resource.kind for resource in _READ if not resource.namespaced)
"""The kinds whose objects are in no namespace."""
CLUSTER_WIDE_LOWER = frozenset(kind.lower() for kind in CLUSTER_WIDE)
WITH_GENERATION = frozenset(
    {
        *("cronjob", "daemonset", "deployment", "job", "poddisruptionbudget"),
        *("replicaset", "replicationcontroller", "statefulset"),
    }
)
"""The kinds, in lower case, whose objects count the changes of their spec."""
KNOWN_KINDS = tuple(sorted(kind for kinds in _SIMULATED.values() for kind in kinds))
"""The kinds that do something in a run."""
_KINDS = {(resource.api_version, resource.kind): resource for resource in _READ}
_VERSION_OF = {resource.kind: resource.api_version for resource in reversed(RESOURCES)}
_VERSION_OF_MODULE = {resource.module: resource.api_version for resource in _READ}


@dataclass(frozen=True, slots=True)
class Decoded:
    """An object, and how the fields that it has now were called where it was read."""

    obj: msgspec.Struct
    origin: Callable[[str], str]


def decode_any(data: object, path: str = "") -> tuple[list[Decoded], list[Fault]]:
    """The objects in plain JSON data that says its own apiVersion and kind; a List gives its items."""
    if not isinstance(data, dict):
        return [], [_not_an_object(path)]
    prefix = f"{path}." if path else ""
    version, kind = data.get("apiVersion"), data.get("kind")
    if version == v1beta1.API_VERSION:
        pod, wrong, origin = v1beta1.decode_pod(data, path)
        return [Decoded(pod, origin)], wrong
    wrong = _kind_faults(version, kind, path)
    if wrong or not (isinstance(version, str) and isinstance(kind, str)):
        return [], wrong
    resource = _KINDS.get((version, kind))
    model = resource.model() if resource is not None else None
    if model is None:
        return _items(data, version, kind.removesuffix("List"), path)
    obj, wrong = decode(model, data, path)
    return [Decoded(obj, lambda field: f"{prefix}{field}")], wrong


def plain_data(obj: msgspec.Struct) -> object:
    """What `decode_any` would read as the object: its data, with its kind. Raises TypeError if it holds no data."""
    module = type(obj).__module__.rpartition(".")[2]
    named = {"apiVersion": _VERSION_OF_MODULE.get(module, "v1"), "kind": type(obj).__name__}
    return named | encode(obj)


def kind_faults(data: object, kind: str) -> list[Fault]:
    """What keeps plain JSON data from being an object of just this kind."""
    if not isinstance(data, dict):
        return [_not_an_object("")]
    faults = _kind_faults(data.get("apiVersion"), data.get("kind"), "")
    if not faults and data["kind"] != kind:
        faults = [Fault("kind", f"must be {kind}, not {data['kind']}", f"Write kind: {kind}.")]
    return faults


def _not_an_object(path: str) -> Fault:
    hint = "Write an object with apiVersion, kind, metadata and spec."
    return Fault(path, "is not a Kubernetes object", hint, "wrong type")


def _items(data: dict[str, Any], version: str, kind: str, path: str) -> tuple[list[Decoded], list[Fault]]:
    """The items of a List, or of a PodList and its like, whose items need not repeat their kind."""
    prefix = f"{path}." if path else ""
    items = data.get("items")
    if not isinstance(items, list):
        hint = "Put the objects in a list under items."
        return [], [Fault(f"{prefix}items", "must be a list", hint, "wrong type")]
    objects: list[Decoded] = []
    faults = [
        Fault(f"{prefix}{name}", "unknown field", "A list has apiVersion, kind, metadata and items.", "unknown field")
        for name in data
        if name not in ("apiVersion", "kind", "metadata", "items")
    ]
    for index, item in enumerate(items):
        if isinstance(item, dict) and kind:
            item = {"apiVersion": version, "kind": kind, **item}
        found, wrong = decode_any(item, f"{prefix}items[{index}]")
        objects.extend(found)
        faults.extend(wrong)
    return objects, faults


def _kind_faults(version: object, kind: object, path: str) -> list[Fault]:
    prefix = f"{path}." if path else ""
    faults = []
    if not isinstance(version, str) or not version:
        meant = _VERSION_OF.get(kind) if isinstance(kind, str) else None
        hint = f"A {kind} has apiVersion: {meant}." if meant else "Most objects here have apiVersion: v1."
        faults.append(Fault(f"{prefix}apiVersion", "is missing", hint))
    if not isinstance(kind, str) or not kind:
        faults.append(Fault(f"{prefix}kind", "is missing", f"Say what this is: {one_of(KNOWN_KINDS)}."))
    if faults or not isinstance(kind, str):
        return faults
    if (version, kind) in _KINDS or (version, kind.removesuffix("List")) in _KINDS or (version, kind) == ("v1", "List"):
        return []
    if right := _VERSION_OF.get(kind):
        return [Fault(f"{prefix}apiVersion", f"there is no {kind} in {version}", f"Write apiVersion: {right}.")]
    hint = _kind_hint(str(version), kind)
    return [Fault(f"{prefix}kind", f"podlab does not know the kind {kind} of {version}", hint)]


def _kind_hint(version: str, kind: str) -> str:
    if meant := nearest(kind, tuple(_VERSION_OF)):
        return f"Did you mean {meant}?"
    if "." in version.partition("/")[0]:  # a group with a domain: of an extension, or of a part podlab leaves out
        return f"It does nothing to a pod in podlab: leave this document out. podlab runs {one_of(KNOWN_KINDS)}."
    return f"podlab runs {one_of(KNOWN_KINDS)}."

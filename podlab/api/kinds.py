"""The kinds of objects that podlab knows, and which class reads each.

Some do something in a run. Others that manifests often have are read as strictly, kept, and listed as not simulated.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from podlab.api import v1beta1
from podlab.api.decode import decode, encode
from podlab.api.faults import Fault
from podlab.api.hints import nearest, one_of

_MODULES = {
    "v1": "core_v1",
    "apps/v1": "apps_v1",
    "autoscaling/v1": "autoscaling_v1",
    "autoscaling/v2": "autoscaling_v2",
    "batch/v1": "batch_v1",
    "networking.k8s.io/v1": "networking_v1",
    "policy/v1": "policy_v1",
    "rbac.authorization.k8s.io/v1": "rbac_v1",
    "scheduling.k8s.io/v1": "scheduling_v1",
    "storage.k8s.io/v1": "storage_v1",
}
_SIMULATED = {
    "v1": ("ConfigMap", "Namespace", "Node", "Pod", "ReplicationController", "Secret", "Service"),
    "apps/v1": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch/v1": ("CronJob", "Job"),
    "policy/v1": ("PodDisruptionBudget",),
}
_KEPT = {
    "v1": ("LimitRange", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota", "ServiceAccount"),
    "autoscaling/v1": ("HorizontalPodAutoscaler",),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "networking.k8s.io/v1": ("Ingress", "IngressClass", "NetworkPolicy"),
    "rbac.authorization.k8s.io/v1": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "scheduling.k8s.io/v1": ("PriorityClass",),
    "storage.k8s.io/v1": ("StorageClass",),
}
CLUSTER_WIDE = frozenset(
    {
        *("ClusterRole", "ClusterRoleBinding", "IngressClass", "Namespace", "Node", "PersistentVolume"),
        *("PriorityClass", "StorageClass"),
    }
)
"""The kinds whose objects are in no namespace."""
_KINDS = {version: (*_SIMULATED.get(version, ()), *_KEPT.get(version, ())) for version in _MODULES}
KNOWN_KINDS = tuple(sorted(kind for kinds in _SIMULATED.values() for kind in kinds))
"""The kinds that do something in a run."""
_VERSION_OF = {kind: version for version, kinds in _KINDS.items() for kind in kinds}


@functools.cache
def _class_of(version: str, kind: str) -> type[msgspec.Struct]:
    module = importlib.import_module(f"lightkube.models.{_MODULES[version]}")
    found: type[msgspec.Struct] = getattr(module, kind)
    return found


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
    if kind.endswith("List") and kind not in _KINDS[version]:
        return _items(data, version, kind.removesuffix("List"), path)
    obj, wrong = decode(_class_of(version, kind), data, path)
    return [Decoded(obj, lambda field: f"{prefix}{field}")], wrong


def plain_data(obj: msgspec.Struct) -> object:
    """What `decode_any` would read as the object: its data, with its kind. Raises TypeError if it holds no data."""
    kind = type(obj).__name__
    named = {"apiVersion": _VERSION_OF.get(kind.removesuffix("List"), "v1"), "kind": kind}
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
    there = _KINDS.get(str(version), ())
    if kind in there or kind.removesuffix("List") in there or (kind == "List" and version == "v1"):
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

"""``--field-selector``: ``status.phase!=Running,spec.nodeName=node-1``.

Models k8s.io/apimachinery/pkg/fields and what each kind lets be selected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.selectors import SelectorError

_COMMON = ("metadata.name", "metadata.namespace")
_FIELDS = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "nodes": ("spec.unschedulable",),
    "replicasets": ("status.replicas",),
    "replicationcontrollers": ("status.replicas",),
    "services": ("spec.clusterIP", "spec.type"),
    "namespaces": ("status.phase",),
    "jobs": ("status.successful",),
    "events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}


def parse_field_selector(text: str, resource: Resource) -> Callable[[Any], bool]:
    """Read a selector and return the test of an object. Raises SelectorError."""
    terms = []
    for part in filter(None, text.split(",")):
        field, operator, value = _term(part)
        if field not in (*_COMMON, *_FIELDS.get(resource.plural, ())):
            raise SelectorError(f"field label not supported: {field}")
        terms.append((field.split("."), operator == "!=", value))
    return lambda obj: all((_value(obj, path) == value) != unequal for path, unequal, value in terms)


def _term(part: str) -> tuple[str, str, str]:
    for operator in ("!=", "==", "="):
        field, found, value = part.partition(operator)
        if found:
            return field, operator, value
    raise SelectorError(f"invalid selector: '{part}'; can't understand '{part}'")


def _value(obj: Any, path: list[str]) -> str:
    for name in path:
        obj = getattr(obj, name, None)
    if isinstance(obj, bool):
        return str(obj).lower()
    component = getattr(obj, "component", None)
    return str(component if component is not None else obj if obj is not None else "")

"""What ``kubectl apply`` makes of the object that is there: a three-way merge.

What the manifest says is set; what the manifest said last time and no longer says is removed; all else stays. Lists of
objects that have a key (containers by name) are merged element by element. Models
k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from __future__ import annotations

from typing import Any

_KEYS = {
    "conditions": ("type",),
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "ports": ("containerPort", "port"),
    "topologySpreadConstraints": ("topologyKey",),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
"""The lists that are merged, and the field that tells their elements apart; all others are replaced."""


def merge(before: Any, wanted: Any, live: Any) -> Any:
    """``live`` changed as the step from ``before`` to ``wanted`` asks for."""
    if not isinstance(wanted, dict) or not isinstance(live, dict):
        return wanted
    before = before if isinstance(before, dict) else {}
    merged = {name: value for name, value in live.items() if name in wanted or name not in before}
    for name, value in wanted.items():
        if value is None:
            merged.pop(name, None)
        elif name not in live:
            merged[name] = value
        else:
            merged[name] = _merge_field(name, before.get(name), value, live[name])
    return merged


def _merge_field(name: str, before: Any, wanted: Any, live: Any) -> Any:
    key = _key(name, wanted, live)
    if key is None:
        return merge(before, wanted, live)
    old = {element.get(key): element for element in before if isinstance(element, dict)} if before else {}
    now = {element[key]: element for element in live}
    asked = [element[key] for element in wanted]
    merged = [merge(old.get(e[key]), e, now[e[key]]) if e[key] in now else e for e in wanted]
    return merged + [element for element in live if element[key] not in asked and element[key] not in old]


def _key(name: str, wanted: Any, live: Any) -> str | None:
    """The field that every element of both lists has."""
    if not isinstance(wanted, list) or not isinstance(live, list):
        return None
    for key in _KEYS.get(name, ()):
        if all(isinstance(element, dict) and key in element for element in [*wanted, *live]):
            return key
    return None

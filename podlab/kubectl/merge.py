"""What ``kubectl apply`` makes of the object that is there: a three-way merge; and what a patch makes of it.

What the manifest says is set; what the manifest said last time and no longer says is removed; all else stays. Lists of
objects that have a key (containers by name) are merged element by element. Models
k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from __future__ import annotations

from typing import Any

from podlab.api.mistakes import WrongValue

KEYS = {
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


def patched(live: Any, patch: Any, place: str = "") -> Any:
    """``live`` after a strategic merge patch: what it says is set, null removes a field, all else stays.

    Elements of a keyed list are found by their key, ``$patch: delete`` removes one, and new ones come at the end.
    WrongValue for an element without its key.
    """
    if not isinstance(patch, dict) or not isinstance(live, dict):
        return _without_nulls(patch)
    merged = dict(live)
    for name, value in patch.items():
        there = f"{place}.{name}".lstrip(".")
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, list) and isinstance(live.get(name), list) and name in KEYS:
            merged[name] = _patched_list(live[name], value, KEYS[name], there)
        else:
            merged[name] = patched(live.get(name), value, there)
    return merged


def merge_patched(live: Any, patch: Any) -> Any:
    """``live`` after a JSON merge patch (RFC 7386): null removes a field, lists are replaced whole."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(live) if isinstance(live, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patched(merged.get(name), value)
    return merged


def _patched_list(live: list[Any], patch: list[Any], keys: tuple[str, ...], place: str) -> list[Any]:
    key = next((k for k in keys if all(isinstance(e, dict) and k in e for e in live)), keys[0])
    merged = list(live)
    for element in patch:
        if not isinstance(element, dict) or key not in element:
            raise WrongValue(f"{place}: every element of a patch needs its {key}, which says which one is meant")
        at = next((n for n, e in enumerate(merged) if e[key] == element[key]), None)
        if element.get("$patch") == "delete":
            merged = [e for e in merged if e[key] != element[key]]
        elif at is None:
            merged.append(_without_nulls(element))
        else:
            merged[at] = patched(merged[at], element, f"{place}[{key}={element[key]}]")
    return merged


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


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
    for key in KEYS.get(name, ()):
        if all(isinstance(element, dict) and key in element for element in [*wanted, *live]):
            return key
    return None

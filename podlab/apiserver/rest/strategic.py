"""Strategic merge patch as clients send it, with its directives.

`$patch: delete` and `$patch: replace` in an element or an object; `$retainKeys`; `$deleteFromPrimitiveList/NAME`;
`$setElementOrder/NAME`. Lists that have a key are merged by it, all others are replaced.
Models k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from __future__ import annotations

from typing import Any

from podlab.kubectl.merge import KEYS
from podlab.kubectl.store import ApiError

_DELETE, _ORDER = "$deleteFromPrimitiveList/", "$setElementOrder/"
_SETS = ("finalizers",)
"""Lists of texts that are merged."""


def strategic(live: Any, patch: Any) -> Any:
    """`live` after a patch. Raises ApiError (BadRequest) for an element without its key."""
    if not isinstance(patch, dict):
        return patch
    if patch.get("$patch") == "replace":
        return {name: _new(value) for name, value in patch.items() if name != "$patch"}
    if patch.get("$patch") == "delete":
        return {}
    live = live if isinstance(live, dict) else {}
    keep = patch.get("$retainKeys")
    merged = {name: value for name, value in live.items() if keep is None or name in keep}
    for name, value in patch.items():
        if name.startswith("$"):
            continue
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, list):
            merged[name] = _list(name, merged.get(name), value)
        else:
            merged[name] = strategic(merged.get(name), value)
    for name, value in patch.items():
        target = name.partition("/")[2]
        if name.startswith(_DELETE) and isinstance(merged.get(target), list):
            merged[target] = [element for element in merged[target] if element not in value]
        elif name.startswith(_ORDER) and isinstance(merged.get(target), list):
            merged[target] = _ordered(target, merged[target], value)
    return merged


def _list(name: str, live: Any, patch: list[Any]) -> list[Any]:
    there = live if isinstance(live, list) else []
    if name in _SETS:
        return [*there, *(element for element in patch if element not in there)]
    key = _key(name, there, patch)
    if key is None:
        return [_new(element) for element in patch]
    merged = list(there)
    if any(isinstance(e, dict) and e.get("$patch") == "replace" for e in patch):
        merged, patch = [], [e for e in patch if e.get("$patch") != "replace"]
    for element in patch:
        if not isinstance(element, dict) or key not in element:
            raise ApiError("BadRequest", f"map: {element} does not contain declared merge key: {key}")
        at = next((n for n, e in enumerate(merged) if e.get(key) == element[key]), None)
        if element.get("$patch") == "delete":
            merged = [e for e in merged if e.get(key) != element[key]]
        elif at is None:
            merged.append(_new(element))
        else:
            merged[at] = strategic(merged[at], element)
    return merged


def _ordered(name: str, live: list[Any], order: list[Any]) -> list[Any]:
    """The elements that the patch orders in its order; what only the server has stays behind what it stood behind."""
    key = _key(name, live, order)

    def mark(element: Any) -> Any:
        return element.get(key) if key is not None and isinstance(element, dict) else element

    wanted = [mark(element) for element in order]
    known = iter(sorted((e for e in live if mark(e) in wanted), key=lambda e: wanted.index(mark(e))))
    return [next(known) if mark(e) in wanted else e for e in live]


def _key(name: str, live: list[Any], patch: list[Any]) -> str | None:
    """The field that tells the elements of a list apart, None for a list that is not merged."""
    if not all(isinstance(element, dict) for element in [*live, *patch]):
        return None
    keys = KEYS.get(name, ())
    return next((k for k in keys if any(k in element for element in [*live, *patch])), keys[0] if keys else None)


def _new(value: Any) -> Any:
    """A value that was not there, without directives and without nulls."""
    if isinstance(value, dict):
        return {k: _new(v) for k, v in value.items() if v is not None and not k.startswith("$")}
    return [_new(element) for element in value] if isinstance(value, list) else value

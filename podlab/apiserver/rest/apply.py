"""Who owns which field of an object, and server-side apply.

The owners are kept beside the objects. A field is a path of names; an element of a keyed list is named by its key, as
in `("spec", "containers", 'k:{"name":"web"}')`. Models sigs.k8s.io/structured-merge-diff and
k8s.io/apimachinery/pkg/util/managedfields.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from podlab.api.parts import uid_of
from podlab.apiserver.rest.request import Place, Request
from podlab.apiserver.rest.stored import Stored
from podlab.kubectl.store import ApiError

Path = tuple[str, ...]

_KEYED: dict[str, tuple[str, ...]] = {
    "conditions": ("type",),
    "containers": ("name",),
    "containerStatuses": (),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
_PORTS = (("containerPort", "protocol"), ("port", "protocol"))
_SETS = ("finalizers",)
_ATOMIC = ("selector", "matchLabels", "nodeSelector", "resourceFieldRef", "fieldRef", "secretKeyRef", "configMapKeyRef")
_NOT_OWNED = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "uid"),
    ("metadata", "resourceVersion"),
    ("metadata", "generation"),
    ("metadata", "creationTimestamp"),
    ("metadata", "deletionTimestamp"),
    ("metadata", "deletionGracePeriodSeconds"),
    ("metadata", "managedFields"),
    ("metadata", "generateName"),
    ("metadata", "selfLink"),
)


@dataclass
class Owner:
    """One manager's entry: its name, Apply or Update, the subresource, and the fields."""

    manager: str
    operation: str
    part: str
    time: datetime
    fields: set[Path] = field(default_factory=set)


class Managers:
    """The owners of every object's fields, by the object's UID."""

    def __init__(self) -> None:
        self._owners: dict[str, list[Owner]] = {}

    def of(self, uid: str) -> list[Owner]:
        """The entries of an object; may be changed."""
        return self._owners.setdefault(uid, [])

    def entry(self, uid: str, manager: str, operation: str, part: str, time: datetime) -> Owner:
        """The entry of a manager, made if it is not there."""
        for owner in self.of(uid):
            if (owner.manager, owner.operation, owner.part) == (manager, operation, part):
                owner.time = time
                return owner
        made = Owner(manager, operation, part, time)
        self.of(uid).append(made)
        return made

    def shown(self, uid: str, api_version: str) -> list[dict[str, Any]]:
        """The `managedFields` of an object."""
        return [_entry(owner, api_version) for owner in self._owners.get(uid, ()) if owner.fields]


def created(managers: Managers, made: Any, data: Mapping[str, Any], request: Request, now: datetime) -> None:
    """Whoever creates an object owns all fields that it has given."""
    operation = "Apply" if request.method == "PATCH" else "Update"
    owner = managers.entry(uid_of(made), _manager(request), operation, "", now)
    owner.fields = set(fields_of(data))


def updated(
    managers: Managers, old: Stored, new: Mapping[str, Any], request: Request, there: Place, now: datetime
) -> None:
    """Whoever changes an object owns what it has changed; nobody else does any more."""
    uid = uid_of(old.obj)
    changed = {
        path
        for path in {*fields_of(new), *fields_of(old.data)}
        if path[0] != "status" or there.part == "status"
        if value_at(old.data, path) != value_at(new, path)
    }
    gone = {path for path in changed if value_at(new, path) is None}
    applied_now = request.content_type.startswith("application/apply-patch")
    if applied_now:
        return
    if changed:
        for other in managers.of(uid):
            other.fields -= changed if other.manager != _manager(request) or other.operation != "Update" else gone
        owner = managers.entry(uid, _manager(request), "Update", there.part, now)
        owner.fields |= changed - gone
    _tidy(managers, uid)


def applied(
    managers: Managers, old: Stored, data: dict[str, Any], manager: str, there: Place, now: datetime, *, force: bool
) -> dict[str, Any]:
    """The object after a server-side apply. Raises ApiError (Conflict) when another manager owns what would change."""
    uid = uid_of(old.obj)
    wanted = set(fields_of(data))
    conflicts: dict[str, list[Path]] = {}
    for owner in managers.of(uid):
        if owner.manager == manager and owner.operation == "Apply":
            continue
        taken = [p for p in sorted(owner.fields & wanted) if value_at(old.data, p) != value_at(data, p)]
        if taken and force:
            owner.fields -= set(taken)
        elif taken:
            conflicts[_named(owner, there)] = taken
    if conflicts:
        raise _conflict(conflicts)
    mine = managers.entry(uid, manager, "Apply", there.part, now)
    others: set[Path] = set().union(*(o.fields for o in managers.of(uid) if o is not mine))
    merged: dict[str, Any] = merge(old.data, data)
    for path in sorted(mine.fields - wanted - others, key=len, reverse=True):
        _remove(merged, path)
    mine.fields = wanted
    _tidy(managers, uid)
    merged["metadata"].pop("resourceVersion", None)
    if (data.get("metadata") or {}).get("resourceVersion"):
        merged["metadata"]["resourceVersion"] = data["metadata"]["resourceVersion"]
    return merged


def fields_of(data: Any, path: Path = ()) -> Iterator[Path]:
    """All leaves of an object's data; an empty object or list, and one that is taken as a whole, is a leaf itself."""
    if path in _NOT_OWNED:
        return
    name = path[-1] if path else ""
    if isinstance(data, Mapping) and data and name not in _ATOMIC:
        for key, value in data.items():
            yield from fields_of(value, (*path, key))
        return
    keys = _keys(name, data)
    if keys:
        for element in data:
            inside = (*path, _key(keys, element))
            yield inside
            for key, value in element.items():
                yield from fields_of(value, (*inside, key))
        return
    if name in _SETS and isinstance(data, list):
        yield from ((*path, f"v:{json.dumps(value)}") for value in data)
        return
    if path:
        yield path


def value_at(data: Any, path: Path) -> Any:
    """What stands at a path, None if nothing does."""
    for name in path:
        if name.startswith(("k:{", "v:")):
            data = next((e for e in data if _is(name, e)), None) if isinstance(data, list) else None
        else:
            data = data.get(name) if isinstance(data, Mapping) else None
        if data is None:
            return None
    return True if path and path[-1].startswith("k:{") else data


def merge(live: Any, wanted: Any, name: str = "") -> Any:
    """`live` with what is wanted set: objects and keyed lists field by field, all else as a whole."""
    if isinstance(wanted, Mapping) and isinstance(live, Mapping) and name not in _ATOMIC:
        merged = dict(live)
        for key, value in wanted.items():
            merged[key] = merge(live.get(key), value, key)
        return merged
    keys = _keys(name, wanted)
    if keys and isinstance(live, list) and _keys(name, live):
        there = [_key(keys, e) for e in live]
        new = {_key(keys, e): e for e in wanted}
        merged_list = [merge(e, new[k]) if k in new else e for k, e in zip(there, live, strict=True)]
        return merged_list + [e for k, e in new.items() if k not in there]
    if name in _SETS and isinstance(live, list) and isinstance(wanted, list):
        return [*live, *(value for value in wanted if value not in live)]
    return wanted


def _keys(name: str, data: Any) -> tuple[str, ...]:
    """The fields that tell the elements of a list apart; () for one that is no keyed list."""
    if not isinstance(data, list) or not data or not all(isinstance(e, Mapping) for e in data):
        return ()
    if name == "ports":
        return next((keys for keys in _PORTS if all(keys[0] in e for e in data)), ())
    keys = _KEYED.get(name, ())
    return keys if keys and all(keys[0] in e for e in data) else ()


def _key(keys: tuple[str, ...], element: Mapping[str, Any]) -> str:
    named = {k: element.get(k, "TCP" if k == "protocol" else None) for k in sorted(keys)}
    return "k:" + json.dumps({k: v for k, v in named.items() if v is not None}, separators=(",", ":"))


def _is(name: str, element: Any) -> bool:
    if name.startswith("v:"):
        return bool(json.loads(name[2:]) == element)
    given = json.loads(name[2:])
    return isinstance(element, Mapping) and all(
        element.get(k, "TCP" if k == "protocol" else None) == v for k, v in given.items()
    )


def _remove(data: Any, path: Path) -> None:
    """Take away what stands at a path, and every object that is empty then."""
    *inside, last = path
    holder = data
    for name in inside:
        if name.startswith("k:{"):
            holder = next((e for e in holder if _is(name, e)), None) if isinstance(holder, list) else None
        else:
            holder = holder.get(name) if isinstance(holder, dict) else None
        if holder is None:
            return
    if isinstance(holder, list):
        holder[:] = [e for e in holder if not _is(last, e)]
    elif isinstance(holder, dict):
        holder.pop(last, None)


def _conflict(found: Mapping[str, list[Path]]) -> ApiError:
    causes = [(shown(path), f"conflict with {who}") for who, paths in found.items() for path in paths]
    count = len(causes)
    if count == 1:
        text = f"Apply failed with 1 conflict: {causes[0][1]}: {causes[0][0]}"
    else:
        listed = "".join(
            f"\nconflicts with {who}:" + "".join(f"\n- {shown(path)}" for path in paths) for who, paths in found.items()
        )
        text = f"Apply failed with {count} conflicts:{listed}".replace("conflicts:\n", "conflicts: ", 1)
    error = ApiError("Conflict", text)
    error.causes = tuple(("FieldManagerConflict", f"{message}|{where}") for where, message in causes)
    return error


def shown(path: Path) -> str:
    """A path as conflicts name it: `.spec.containers[name="web"].image`."""
    text = ""
    for name in path:
        if name.startswith("k:{"):
            pairs = ",".join(f"{k}={json.dumps(v)}" for k, v in json.loads(name[2:]).items())
            text += f"[{pairs}]"
        elif name.startswith("v:"):
            text += f"[={name[2:]}]"
        else:
            text += f".{name}"
    return text


def _named(owner: Owner, there: Place) -> str:
    if owner.operation == "Apply":
        return f'"{owner.manager}"'
    part = f" with subresource {json.dumps(owner.part)}" if owner.part else ""
    return f'"{owner.manager}"{part} using {there.resource.api_version}'


def _manager(request: Request) -> str:
    """The name of who asks: as it says itself, else what its agent is called."""
    return request.query.get("fieldManager") or request.agent.partition("/")[0] or "unknown"


def _tidy(managers: Managers, uid: str) -> None:
    managers.of(uid)[:] = [owner for owner in managers.of(uid) if owner.fields]


def _entry(owner: Owner, api_version: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "manager": owner.manager,
        "operation": owner.operation,
        "apiVersion": api_version,
        "time": owner.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fieldsType": "FieldsV1",
        "fieldsV1": _tree(owner.fields),
    }
    return data | ({"subresource": owner.part} if owner.part else {})


def _tree(paths: Iterable[Path]) -> dict[str, Any]:
    """Paths as FieldsV1 has them: names with `f:` in front; a keyed element that is itself owned holds a `.`."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        at = tree
        for name in path:
            at = at.setdefault(name if name.startswith(("k:{", "v:")) else f"f:{name}", {})
        if path[-1].startswith("k:{"):
            at["."] = {}
    return tree

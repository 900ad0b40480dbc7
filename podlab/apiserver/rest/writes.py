"""Creating, changing and deleting as clients ask for it: what the body must say, versions, dry runs, preconditions.

Models k8s.io/apiserver/pkg/registry/generic/registry/store.go.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode, encode
from podlab.api.decode_message import decode_message
from podlab.api.faults import Fault
from podlab.api.parts import name_of, uid_of
from podlab.apiserver.rest import apply as server_side
from podlab.apiserver.rest import patches
from podlab.apiserver.rest.request import Place, Request, Response
from podlab.apiserver.rest.status import success
from podlab.apiserver.rest.stored import Stored
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError

if TYPE_CHECKING:
    from podlab.apiserver.rest.rest import Rest

REFUSED = {
    "APIService": "an API of its own",
    "CustomResourceDefinition": "kinds of its own",
    "MutatingAdmissionPolicy": "admission rules",
    "MutatingAdmissionPolicyBinding": "admission rules",
    "MutatingWebhookConfiguration": "admission webhooks",
    "ValidatingAdmissionPolicy": "admission rules",
    "ValidatingAdmissionPolicyBinding": "admission rules",
    "ValidatingWebhookConfiguration": "admission webhooks",
}
"""Kinds that would change what the API server itself does."""
POLICIES = ("Foreground", "Background", "Orphan")


def manifest(request: Request, there: Place) -> dict[str, Any]:
    """The object in a request's body, with the kind and the place that the path says. Raises ApiError (BadRequest)."""
    data = request.data()
    if not isinstance(data, dict):
        raise ApiError("BadRequest", "the body of the request must be an object")
    resource = there.resource
    named: dict[str, Any] = {"apiVersion": resource.api_version, "kind": resource.kind}
    data = named | data
    kind = "Scale" if there.part == "scale" else resource.kind
    if data["kind"] != kind and there.part in ("", "scale"):
        text = f"the object provided is a {data['kind']}, but {request.path} takes a {kind}"
        raise ApiError("BadRequest", text)
    meta = data["metadata"] = dict(data.get("metadata") or {})
    if there.name and meta.setdefault("name", there.name) != there.name:
        text = f"the name of the object ({meta['name']}) does not match the name on the URL ({there.name})"
        raise ApiError("BadRequest", text)
    if there.namespace is not None and (meta.get("namespace") or there.namespace) != there.namespace:
        raise ApiError(
            "BadRequest",
            f"the namespace of the provided object does not match the namespace sent on the request: "
            f"{meta['namespace']} is not {there.namespace}",
        )
    return data


def create(rest: Rest, request: Request, there: Place, data: dict[str, Any]) -> Stored:
    """Create an object. Raises ApiError."""
    kind = there.resource.kind
    if kind in REFUSED:
        text = f"podlab does not run {REFUSED[kind]}: a {kind} can be part of a manifest, where it has no effect"
        raise ApiError("Forbidden", f'{there.resource.qualified} "{data["metadata"].get("name", "")}": {text}')
    data = _fields_checked(rest, request, there, data)
    for field in ("resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "selfLink", "managedFields"):
        data["metadata"].pop(field, None)
    dry = is_dry(request)
    made = rest.live.create(data, there.namespace or "", dry_run=dry)
    if dry:
        return _not_kept(made, rest.views.version)
    server_side.created(rest.managers, made, data, request, rest.sim.stamp(rest.sim.loop.now))
    rest.settle()
    return rest.views.get(there.resource, there.namespace, name_of(made))


def update(rest: Rest, request: Request, there: Place, data: dict[str, Any], *, patched: bool = False) -> Stored:
    """Replace an object or the part of it that the path names."""
    old = rest.views.get(there.resource, there.namespace, there.name)
    check_version(there, old, data)
    dry = is_dry(request)
    if there.part == "scale":
        replicas = (data.get("spec") or {}).get("replicas") or 0
        if isinstance(replicas, bool) or not isinstance(replicas, int) or replicas < 0:
            text = "Invalid value: must be greater than or equal to 0"
            raise ApiError("Invalid", text, kind="Scale", name=there.name, causes=[("spec.replicas", text)])
        if not dry:
            rest.live.scale(there.resource.plural, there.namespace or "", there.name, replicas)
        rest.settle()
        return _scale_shown(rest.views.get(there.resource, there.namespace, there.name))
    data = _fields_checked(rest, request, there, data)
    if there.part in ("status", "finalize"):
        changed = _status_replaced(rest, there, old, data, dry)
    elif there.part:
        changed = rest.live.update_part(there.part, data, there.namespace or "", dry_run=dry)
    else:
        changed = rest.live.update(data, there.namespace or "", dry_run=dry)
    if dry:
        return _not_kept(changed, old.version, old.data)
    server_side.updated(rest.managers, old, json_data(changed), request, there, rest.sim.stamp(rest.sim.loop.now))
    rest.settle()
    try:
        return rest.views.get(there.resource, there.namespace, there.name)
    except ApiError:  # its last finalizer is gone, and so is it
        return _not_kept(changed, rest.views.version)


def apply(rest: Rest, request: Request, there: Place) -> tuple[Stored, int]:
    """Server-side apply. Returns the object and the code: 201 when it is new."""
    data = manifest(request, there)
    manager = request.query.get("fieldManager", "")
    if not manager:
        text = "Required value: is required for apply patch"
        raise ApiError("Invalid", text, kind="PatchOptions", causes=[("fieldManager", text)])
    try:
        old: Stored | None = rest.views.get(there.resource, there.namespace, there.name)
    except ApiError:
        old = None
    if old is None:
        if there.part:
            raise ApiError("NotFound", f'{there.resource.qualified} "{there.name}" not found')
        return create(rest, request, there, data), 201
    force = request.flag("force")
    data.get("metadata", {}).pop("managedFields", None)
    merged = server_side.applied(
        rest.managers, old, data, manager, there, rest.sim.stamp(rest.sim.loop.now), force=force
    )
    return update(rest, request, there, merged, patched=True), 200


def delete(rest: Rest, request: Request, there: Place) -> Response:
    """Delete one object. What goes at once is answered by a Status, what lives on for a while by itself."""
    options = request.data() or {}
    found = rest.views.get(there.resource, there.namespace, there.name)
    _check_preconditions(there, found, options.get("preconditions") or {})
    given = options.get("gracePeriodSeconds", request.query.get("gracePeriodSeconds"))
    grace = int(given) if given is not None and str(given).lstrip("-").isdigit() else None
    details = there.details | {"uid": uid_of(found.obj)}
    if is_dry(request, options):
        return Response(200, found.data if isinstance(found.obj, Pod) else success(details))
    remove(rest, there, grace, _policy(request, options))
    try:  # before anybody else has heard of it
        left: Stored | None = rest.views.get(there.resource, there.namespace, there.name)
    except ApiError:
        left = None
    rest.settle()
    if left is None or (
        left.data["metadata"].get("deletionTimestamp") is None and there.resource.plural != "namespaces"
    ):
        return Response(200, _gone(rest, found) if isinstance(found.obj, Pod) else success(details))
    return Response(200, left.data)


def _policy(request: Request, options: Mapping[str, Any]) -> str:
    """What is to become of what the object owns. Raises ApiError (Invalid)."""
    policy = str(options.get("propagationPolicy") or request.query.get("propagationPolicy") or "")
    orphan = options.get("orphanDependents")
    if policy and orphan is not None:
        text = "Invalid value: orphanDependents and deletionPropagation cannot be both set"
        raise ApiError("Invalid", text, kind="DeleteOptions", causes=[("propagationPolicy", text)])
    if policy not in ("", *POLICIES):
        known = ", ".join(f'"{one}"' for one in (*POLICIES, "nil"))
        text = f'Unsupported value: "{policy}": supported values: {known}'
        raise ApiError("Invalid", text, kind="DeleteOptions", causes=[("propagationPolicy", text)])
    return "Orphan" if orphan else policy


def _gone(rest: Rest, found: Stored) -> dict[str, Any]:
    """A pod that went at once, as it is shown for the last time."""
    stamp = rest.sim.stamp(rest.sim.loop.now).strftime("%Y-%m-%dT%H:%M:%SZ")
    marked = {"deletionTimestamp": stamp, "deletionGracePeriodSeconds": 0}
    return found.data | {"metadata": found.data["metadata"] | marked}


def remove(rest: Rest, there: Place, grace: int | None, policy: str) -> None:
    """Ask the simulation for the deletion."""
    rest.live.delete(there.resource.plural, there.namespace or "", there.name, grace_period=grace, policy=policy)


def bind(rest: Rest, request: Request, there: Place) -> None:
    """Put a pod on the node that a Binding names. Raises ApiError."""
    data = request.data() or {}
    node = (data.get("target") or {}).get("name", "")
    found = rest.views.get(there.resource, there.namespace, there.name).obj
    if found.spec.nodeName:
        text = f'Operation cannot be fulfilled on pods/binding "{there.name}": pod {there.name} is already assigned'
        raise ApiError("Conflict", f'{text} to node "{found.spec.nodeName}"')
    rest.sim.api.bind(uid_of(found), str(node))
    rest.settle()


def is_dry(request: Request, options: Mapping[str, Any] | None = None) -> bool:
    """Whether nothing is to be kept. Raises ApiError (Invalid) for a dryRun that is not All."""
    asked = [*request.repeated.get("dryRun", ()), *((options or {}).get("dryRun") or ())]
    asked += [request.query["dryRun"]] if "dryRun" in request.query and not asked else []
    wrong = [one for one in asked if one != "All"]
    if wrong:
        text = f'Unsupported value: "{wrong[0]}": supported values: "All"'
        raise ApiError("Invalid", text, kind="CreateOptions", causes=[("dryRun", text)])
    return bool(asked)


def check_version(there: Place, old: Stored, data: Mapping[str, Any]) -> None:
    """Who changes an object must have seen its latest version, if it says which one it has seen."""
    meta = data.get("metadata") or {}
    if meta.get("uid") and meta["uid"] != uid_of(old.obj) and uid_of(old.obj):
        text = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {uid_of(old.obj)}"
        raise ApiError("Conflict", _not_fulfilled(there, text))
    seen = meta.get("resourceVersion")
    if seen and seen != str(old.version):
        text = "the object has been modified; please apply your changes to the latest version and try again"
        raise ApiError("Conflict", _not_fulfilled(there, text))


def scale_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The Scale of what makes pods."""
    meta, spec, status = data["metadata"], data.get("spec") or {}, data.get("status") or {}
    kept = {name: meta[name] for name in ("name", "namespace", "uid", "resourceVersion") if name in meta}
    kept["creationTimestamp"] = meta.get("creationTimestamp")
    selector = spec.get("selector") or {}
    labels = selector.get("matchLabels", selector) or {}
    text = ",".join(f"{name}={labels[name]}" for name in sorted(labels) if isinstance(labels[name], str))
    shown: dict[str, Any] = {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": kept}
    replicas = spec.get("replicas", 0)
    shown["spec"] = {"replicas": replicas} if replicas else {}
    return shown | {"status": {"replicas": status.get("replicas", 0), "selector": text}}


def _scale_shown(stored: Stored) -> Stored:
    return Stored(stored.version, stored.obj, scale_of(stored.data))


def _not_kept(obj: Any, version: int, old: Mapping[str, Any] | None = None) -> Stored:
    """What a dry run shows; what the server itself writes is as in the `old` object."""
    data = json_data(obj)
    if old is not None:
        data["metadata"] = {**data["metadata"], "resourceVersion": str(version)}
        data |= {name: old[name] for name in ("status",) if name in old}
    return Stored(version, obj, data)


def _fields_checked(rest: Rest, request: Request, there: Place, data: dict[str, Any]) -> dict[str, Any]:
    """The data without what the kind has no field for; whether that is an error, fieldValidation says."""
    strict = request.query.get("fieldValidation", "Warn")
    model = there.resource.model()
    if model is None or strict == "Strict":
        return copy.deepcopy(data)
    obj, faults = decode(model, data)
    unknown = [fault for fault in faults if fault.kind == "unknown field"]
    if len(unknown) < len(faults):
        wrong = [fault for fault in faults if fault not in unknown]
        if request.content_type.startswith(patches.STRATEGIC):
            raise _unfit_patch(request, wrong)
        raise ApiError("BadRequest", decode_message(model, data, wrong))
    if unknown and strict == "Warn":
        rest.warn([f'unknown field "{fault.path}"' for fault in unknown])
    return encode(obj) | {"apiVersion": data["apiVersion"], "kind": data["kind"]} if unknown else copy.deepcopy(data)


def _unfit_patch(request: Request, wrong: list[Fault]) -> ApiError:
    """What is said of a strategic merge patch that puts a value of the wrong type into a field."""
    words = {"a text": "string", "true or false": "bool", "a list": "slice", "an object": "struct"}
    expected = next((word for text, word in words.items() if f"must be {text}" in wrong[0].message), "int32")
    text = f'Invalid value: "{_go_map(request.data())}": unrecognized type: {expected}'
    return ApiError("Invalid", f"patch: {text}")


def _go_map(data: Any) -> str:
    """A value as Go prints it."""
    if isinstance(data, Mapping):
        return f"map[{' '.join(f'{key}:{_go_map(data[key])}' for key in sorted(data))}]"
    if isinstance(data, list):
        return f"[{' '.join(map(_go_map, data))}]"
    return (
        {None: "<nil>", True: "true", False: "false"}.get(data, str(data)) if data in (None, True, False) else str(data)
    )


def _status_replaced(rest: Rest, there: Place, old: Stored, data: dict[str, Any], dry: bool) -> Any:
    """Only the status is taken over from the data."""
    model = there.resource.model()
    assert model is not None, "what is served has a model"
    obj, faults = decode(model, {"metadata": {}, "status": data.get("status") or {}})
    if faults:
        raise ApiError("BadRequest", decode_message(model, data, faults))
    new = msgspec.structs.replace(old.obj, status=obj.status)  # type: ignore[attr-defined]
    if dry:
        return new
    if isinstance(old.obj, Pod):
        before = {c.type: c for c in old.obj.status.conditions or ()} if old.obj.status is not None else {}
        for condition in new.status.conditions or ():
            known = before.get(condition.type)
            if known is None or (known.status, known.reason) != (condition.status, condition.reason):
                rest.sim.api.set_condition(uid_of(old.obj), condition)
                rest.sim.set_condition(old.obj, condition.type, condition.status)
    else:
        rest.live.keep(new)
    return new


def _check_preconditions(there: Place, found: Stored, asked: Mapping[str, Any]) -> None:
    uid, version = asked.get("uid"), asked.get("resourceVersion")
    if uid and uid != uid_of(found.obj):
        text = f"the UID in the precondition ({uid}) does not match the UID in record ({uid_of(found.obj)}). "
        text += "The object might have been deleted and then recreated"
        raise ApiError("Conflict", _not_fulfilled(there, text))
    if version and version != str(found.version):
        text = f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
        raise ApiError(
            "Conflict", _not_fulfilled(there, f"{text}({found.version}). The object might have been modified")
        )


def _not_fulfilled(there: Place, text: str) -> str:
    return f'Operation cannot be fulfilled on {there.resource.qualified} "{there.name}": {text}'

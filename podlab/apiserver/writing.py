"""What becomes of a manifest that is sent to the API server: decoded strictly, filled in, checked, compared.

Nothing is stored here. Models the create and update handlers of k8s.io/apiserver and rest.BeforeCreate, BeforeUpdate.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Pod
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.decode import decode
from podlab.api.decode_message import decode_message
from podlab.api.defaults import EPOCH, default_pod, make_ready
from podlab.api.kinds import KNOWN_KINDS
from podlab.api.object_defaults import own_selector, with_defaults
from podlab.api.objects import validate_object, warnings_of
from podlab.api.parts import name_of, spec_of
from podlab.api.served import Resource
from podlab.api.update import validate_update
from podlab.api.validation import FieldError, validate_pod, warnings_for_pod
from podlab.apiserver.admission import admit, admit_change
from podlab.kubectl.api_resources import resource_of_kind
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError

_CHANGEABLE = ("annotations", "finalizers", "labels", "ownerReferences")


def read(manifest: Mapping[str, Any], *, any_kind: bool = False) -> tuple[Resource, Any]:
    """The object of a manifest and the resource it is of. Raises ApiError as strict decoding does.

    `any_kind`: also of kinds that do nothing in a run.
    """
    version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    resource = resource_of_kind(version, kind)
    cls = resource.model() if resource is not None else None
    if resource is None or cls is None or not (any_kind or kind in KNOWN_KINDS):
        hint = f"It simulates {', '.join(KNOWN_KINDS)}."
        raise KubectlError(f"error: podlab does not simulate {kind} of {version}", hint=hint)
    data = _sorted(manifest)
    obj, faults = decode(cls, data)
    if faults:
        raise ApiError("BadRequest", decode_message(cls, data, faults))
    return resource, obj


def checked_new(resource: Resource, obj: Any) -> tuple[Any, list[str]]:
    """The object as it would be stored, and what is warned of. Raises ApiError if it breaks a rule."""
    if isinstance(obj, Pod):
        made = Pod(metadata=copy.deepcopy(obj.metadata), spec=copy.deepcopy(obj.spec))
        warnings = make_ready(made, EPOCH)
        admit(spec_of(made))
        refuse(resource, made, validate_pod(made))
        return made, [*warnings, *warnings_for_pod(made)]
    refuse(resource, obj, validate_object(obj))
    return with_defaults(obj), warnings_of(obj)


def checked_change(resource: Resource, new: Any, old: Any) -> Any:
    """`old` as `new` would have it; the very same object if nothing differs. Raises ApiError if that is not allowed."""
    filled = default_pod(new) if isinstance(new, Pod) else with_defaults(new)
    if isinstance(filled, Pod):
        admit_change(spec_of(filled), spec_of(old))
    before, after = old.metadata, filled.metadata or ObjectMeta()
    kept = {name: getattr(after, name) or None for name in _CHANGEABLE}
    filled.metadata = msgspec.structs.replace(before, **kept)
    if isinstance(filled, Job):
        own_selector(filled)
    if hasattr(old, "status"):
        filled.status = old.status
    refuse(resource, filled, validate_update(filled, old))
    filled.apiVersion, filled.kind = old.apiVersion, old.kind
    if filled == old:
        return old
    if before.generation is not None and filled.spec != old.spec:
        filled.metadata.generation = before.generation + 1
    return filled


def refuse(resource: Resource, obj: Any, errors: Iterable[FieldError]) -> None:
    """Raise the API's error for an object that breaks rules."""
    found = list(errors)
    if not found:
        return
    causes = [(error.field, error.error.removeprefix(f"{error.field}: ")) for error in found]
    text = ", ".join(error.error for error in found)
    raise ApiError("Invalid", text, kind=resource.kind, name=name_of(obj), causes=causes)


def _sorted(data: Any) -> Any:
    """The data with its fields in the order of their names, in which kubectl sends them."""
    if isinstance(data, Mapping):
        return {key: _sorted(data[key]) for key in sorted(data, key=str)}
    return [_sorted(element) for element in data] if isinstance(data, list) else data

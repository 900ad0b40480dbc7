"""A treatment: what a learner says is wrong with a patient, and how its manifest is repaired.

A repair is YAML. A document with an `apiVersion` is a whole object: it takes the place of the one of its kind and name,
or comes in addition. Any other document is a patch, as `kubectl patch` takes it: only what changes, containers found
by their name, `null` for what shall go; it is for the patient's pod unless it names another `kind`.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from podlab.api.load import read_documents
from podlab.api.mistakes import WrongValue
from podlab.course.answer import OPEN
from podlab.kubectl.merge import patched

Object = dict[str, Any]

_OF_THE_SERVER = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


@dataclass(frozen=True)
class Treatment:
    """What is wrong ("?": not said yet), and the repair ("": none yet)."""

    diagnosis: str = OPEN
    repair: str = ""


def objects_of(text: str) -> list[Object]:
    """The documents of a text, as data. Raises ManifestError, or WrongValue for what is no object."""
    found: list[Object] = []
    for document in read_documents(text):
        if document.data is None:
            continue
        data = document.data
        is_list = isinstance(data, dict) and data.get("kind") == "List" and isinstance(data.get("items"), list)
        for each in data["items"] if is_list else [data]:
            if not isinstance(each, dict):
                raise WrongValue(
                    "a repair is YAML: the whole manifest, or a patch such as "
                    "spec: {containers: [{name: main, image: busybox}]}"
                )
            found.append(each)
    return found


def repaired(manifest: list[Object], repair: str, pod: str) -> list[Object]:
    """The objects of a manifest after a repair. Raises ManifestError or WrongValue, and changes nothing given."""
    after = deepcopy(manifest)
    for change in objects_of(repair):
        if change.get("apiVersion"):
            _put(after, _as_written(change))
        else:
            _patch(after, change, pod)
    return after


def _put(objects: list[Object], whole: Object) -> None:
    for place, there in enumerate(objects):
        if (there["kind"], there["metadata"]["name"]) == (whole.get("kind"), _name(whole)):
            objects[place] = whole
            return
    objects.append(whole)


def _patch(objects: list[Object], change: Object, pod: str) -> None:
    kind = change.get("kind", "Pod")
    name = _name(change) or (pod if kind == "Pod" else None)
    there = [place for place, o in enumerate(objects) if o["kind"] == kind and name in (None, o["metadata"]["name"])]
    if len(there) != 1:
        known = ", ".join(f"{o['kind']} {o['metadata']['name']}" for o in objects)
        raise WrongValue(f"the patch is for {kind} {name or ''}".rstrip() + f", but the manifest has {known}")
    known_fields = {"apiVersion", "kind", "metadata", "spec", "data", "stringData"}
    strange = sorted(set(change) - known_fields - set(objects[there[0]]))
    if strange:
        raise WrongValue(
            f"the patch has {', '.join(map(repr, strange))} at its top; what a pod shall run belongs below spec"
        )
    objects[there[0]] = patched(objects[there[0]], change)


def _name(data: Object) -> str | None:
    metadata = data.get("metadata")
    return metadata.get("name") if isinstance(metadata, dict) else None


def _as_written(data: Object) -> Object:
    """What `kubectl get -o yaml` printed, without what the API server and the scheduler have added."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or "uid" not in metadata:
        return data
    written = {name: value for name, value in data.items() if name != "status"}
    written["metadata"] = {name: value for name, value in metadata.items() if name not in _OF_THE_SERVER}
    if isinstance(written.get("spec"), dict) and data.get("kind") == "Pod":
        written["spec"] = {name: value for name, value in written["spec"].items() if name != "nodeName"}
    return written

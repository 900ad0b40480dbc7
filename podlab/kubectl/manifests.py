"""The manifests given with ``-f``: read, taken apart into objects, each with the resource it is of.

Models k8s.io/cli-runtime/pkg/resource (builder, visitors).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podlab.api.faults import ManifestError
from podlab.api.load import read_documents
from podlab.api.served import RESOURCES, Resource
from podlab.kubectl.api_resources import resource_of_kind
from podlab.kubectl.call import Call
from podlab.kubectl.closest import did_you_mean
from podlab.kubectl.errors import KubectlError

_STOP = "if you choose to ignore these errors, turn validation off with --validate=false"


@dataclass(frozen=True)
class Manifest:
    """One object as it was written, with the namespace it goes to, and where it was written."""

    resource: Resource
    data: dict[str, Any]
    namespace: str
    source: str

    @property
    def name(self) -> str:
        """Its name, empty if it has none."""
        return str((self.data.get("metadata") or {}).get("name") or "")


def read_manifests(call: Call) -> list[Manifest]:
    """All objects in the files given with ``-f``. Raises KubectlError."""
    names = call.flags["filename"] or []
    if not names:
        raise KubectlError(
            "error: must specify one of -f and -k", hint="Give a file with -f; -f - is what is piped in."
        )
    manifests = []
    for name in names:
        source = "STDIN" if name == "-" else name
        text = call.stdin if name == "-" else _read(call, name)
        for data in _objects(text, source):
            manifests.append(_manifest(call, data, source))
    if not manifests:
        raise KubectlError(f"error: no objects passed to {call.command.name}")
    return manifests


def _read(call: Call, name: str) -> str:
    try:
        return call.read_file(name)
    except FileNotFoundError:
        raise KubectlError(f'error: the path "{name}" does not exist') from None
    except (OSError, UnicodeDecodeError) as error:
        raise KubectlError(f"error: {name}: {error}") from None


def _objects(text: str, source: str) -> list[Any]:
    try:
        documents = read_documents(text)
    except ManifestError as error:
        fault = error.faults[0]
        line = f"line {fault.line}: " if fault.line else ""
        what = f"error: error parsing {source}: error converting YAML to JSON: yaml: {line}{fault.message}"
        raise KubectlError(what, hint=fault.hint) from None
    objects: list[Any] = []
    for document in documents:
        data = document.data
        if isinstance(data, dict) and data.get("kind") == "List" and isinstance(data.get("items"), list):
            objects += data["items"]
        elif data is not None:
            objects.append(data)
    return objects


def _manifest(call: Call, data: Any, source: str) -> Manifest:
    if not isinstance(data, dict):
        what = f'error: unable to decode "{source}": json: cannot unmarshal into Go value of type map'
        raise KubectlError(what, hint="A manifest is an object with apiVersion, kind, metadata and spec.")
    missing = [f"{field} not set" for field in ("apiVersion", "kind") if not data.get(field)]
    if missing:
        listed = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        raise KubectlError(f'error: error validating "{source}": error validating data: {listed}; {_STOP}')
    version, kind = str(data["apiVersion"]), str(data["kind"])
    metadata = _metadata(data, source)
    resource = resource_of_kind(version, kind)
    if resource is None:
        raise KubectlError(
            f'error: resource mapping not found for name: "{metadata.get("name") or ""}" namespace: '
            f'"{metadata.get("namespace") or ""}" from "{source}": no matches for kind "{kind}" in version '
            f'"{version}"\nensure CRDs are installed first',
            hint=_kind_hint(version, kind),
        )
    own = str(metadata.get("namespace") or "")
    if own and call.flags["namespace"] and own != call.flags["namespace"]:
        raise KubectlError(
            f'error: the namespace from the provided object "{own}" does not match the namespace '
            f"\"{call.namespace}\". You must pass '--namespace={own}' to perform this operation."
        )
    return Manifest(resource, data, own or call.namespace, source)


def _metadata(data: dict[str, Any], source: str) -> dict[str, Any]:
    metadata = data.get("metadata")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        what = f'error: unable to decode "{source}": metadata: must be an object'
        raise KubectlError(what, hint="Write at least metadata: {name: …}.")
    for field in ("name", "namespace"):
        if not isinstance(metadata.get(field, ""), str | None):
            what = f'error: unable to decode "{source}": metadata.{field}: must be a text'
            raise KubectlError(what, hint=f"Put the {field} in quotes.")
    return metadata


def _kind_hint(version: str, kind: str) -> str:
    same = [resource.api_version for resource in RESOURCES if resource.kind == kind]
    if same:
        return f"A {kind} is of version {same[0]}."
    return did_you_mean(kind, [resource.kind for resource in RESOURCES], before="kind ")

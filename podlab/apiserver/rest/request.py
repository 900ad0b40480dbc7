"""What goes in and what comes out, and what the path of a request means.

Models k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from podlab.api.faults import ManifestError
from podlab.api.served import OTHER_VERSIONS, RESOURCES, Resource
from podlab.kubectl.store import ApiError

JSON = "application/json"
YAML = ("application/yaml", "application/apply-patch+yaml")
PROTOBUF = "application/vnd.kubernetes.protobuf"
UNREADABLE = ("application/cbor", "application/apply-patch+cbor")


@dataclass(frozen=True)
class Request:
    """One HTTP request. `query` has one value for a name, but for those that may be repeated (`repeated`).

    `impersonated`: the user in whose name it is asked; "" for podlab's own, who may do everything.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = JSON
    accept: str = JSON
    agent: str = ""
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    impersonated: str = ""

    def flag(self, name: str) -> bool:
        """Whether a query parameter says true."""
        return self.query.get(name, "").lower() in ("1", "true", "t")

    def data(self) -> Any:
        """The body as JSON; None when there is none. Raises ApiError (BadRequest)."""
        if not self.body.strip():
            return None
        kind = self.content_type.partition(";")[0].strip()
        if kind in YAML:
            return _yaml(self.body)
        if kind == PROTOBUF:
            from podlab.apiserver.rest import wire

            return wire.read(self.body)
        if kind in UNREADABLE:
            text = "the body of the request was in an unknown format - accepted media types include: application/json, "
            raise ApiError("UnsupportedMediaType", text + "application/yaml")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            why = "the JSON is nested too deeply" if isinstance(error, RecursionError) else str(error)
            text = f"the object provided is unrecognized (must be of type JSON or YAML): {why}"
            raise ApiError("BadRequest", text) from None


def _yaml(body: bytes) -> Any:
    """One YAML document, read as a manifest is."""
    from podlab.api.load import read_documents

    try:
        documents = read_documents(body.decode("utf-8", "replace"))
    except ManifestError as error:
        raise ApiError("BadRequest", f"yaml: {error.faults[0].message}") from None
    if len(documents) != 1:
        raise ApiError("BadRequest", "yaml: give exactly one document")
    return documents[0].data


@dataclass(frozen=True)
class Response:
    """The answer: a code, JSON data or a text, and warnings for the client's user."""

    code: int
    data: Any = None
    text: str | None = None
    content_type: str = JSON
    warnings: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """What is sent."""
        if self.text is not None:
            return self.text.encode("utf-8", "replace")
        return json.dumps(self.data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


@dataclass(frozen=True)
class Place:
    """What a path under /api or /apis names: a resource, perhaps a namespace, an object, a part of it, and the rest."""

    resource: Resource
    namespace: str | None = None
    name: str = ""
    part: str = ""
    rest: str = ""

    @property
    def details(self) -> dict[str, str]:
        """What a Status says about it."""
        made = {"name": self.name, "group": self.resource.group, "kind": self.resource.plural}
        return {key: value for key, value in made.items() if value}


_SERVED = {(resource.api_version, resource.plural): resource for resource in (*RESOURCES, *OTHER_VERSIONS)}


def place(path: str) -> Place | None:
    """The place of a path, None when the path names no resource.

    Forms: `/api/v1/pods`, `/api/v1/namespaces/NS/pods/NAME/log`, `/apis/apps/v1/…`; `namespaces` itself is a resource.
    """
    words = [unquote(word) for word in path.strip("/").split("/")]
    if words[0] == "api" and len(words) > 2:
        version, words = words[1], words[2:]
    elif words[0] == "apis" and len(words) > 3:
        version, words = f"{words[1]}/{words[2]}", words[3:]
    else:
        return None
    namespace = None
    if words[0] == "namespaces" and len(words) > 2 and words[2] not in ("finalize", "status"):
        namespace, words = words[1], words[2:]
    resource = _SERVED.get((version, words[0]))
    if resource is None or (namespace is not None and not resource.namespaced):
        return None
    name, part, *rest = [*words[1:], "", ""]
    if name and resource.namespaced and namespace is None:
        return None
    return Place(resource, namespace, name, part, "/".join(word for word in rest if word))

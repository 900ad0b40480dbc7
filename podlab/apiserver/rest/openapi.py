"""OpenAPI v3 and v2 of what is served, made from the documentation in lightkube's types.

kubectl reads it for `explain` and to learn that the server checks fields itself. Models
k8s.io/apiserver/pkg/endpoints/openapi.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from podlab.api.served import RESOURCES, Resource
from podlab.apiserver.nodes import VERSION
from podlab.apiserver.rest.request import Request, Response
from podlab.kubectl.fielddocs import FieldDoc, Model, field_docs, model_text

_GROUP_PACKAGES = {"meta": "io.k8s.apimachinery.pkg.apis.meta"}
PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_EMPTY = "\n\x032.0"
"""The older document in its binary form, with nothing but its version: who knows version 3 asks for no more."""
_WORDS = {"string": "string", "integer": "integer", "boolean": "boolean", "number": "number", "Object": "object"}
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_VALIDATES = {
    "name": "fieldValidation",
    "in": "query",
    "description": "What the server does with fields it does not know: Ignore, Warn or Strict.",
    "schema": {"type": "string", "uniqueItems": True},
}


def answer(request: Request) -> Response | None:
    """The answer to a question of this kind, None for any other."""
    path = request.path.strip("/")
    if path == "openapi/v2" and PROTOBUF in request.accept:
        return Response(200, text=_EMPTY, content_type=PROTOBUF.replace("@", "."))
    if path == "openapi/v2":
        return Response(200, version_2())
    if path == "openapi/v3":
        return Response(
            200, {"paths": {_base(v): {"serverRelativeURL": f"/openapi/v3/{_base(v)}"} for v in _versions()}}
        )
    for api_version in _versions():
        if path == f"openapi/v3/{_base(api_version)}":
            return Response(200, version_3(api_version))
    return None


def _versions() -> list[str]:
    return list(dict.fromkeys(resource.api_version for resource in RESOURCES))


def _base(api_version: str) -> str:
    return f"api/{api_version}" if "/" not in api_version else f"apis/{api_version}"


@functools.cache
def version_3(api_version: str) -> dict[str, Any]:
    """The document of one group and version."""
    schemas, paths = _schemas(_served(api_version), "#/components/schemas/"), {}
    for resource in _served(api_version):
        for path, item in _paths(resource).items():
            paths[path] = item
    about = {"title": "Kubernetes", "version": VERSION}
    return {"openapi": "3.0.0", "info": about, "paths": paths, "components": {"schemas": schemas}}


@functools.cache
def version_2() -> dict[str, Any]:
    """The older document, of everything at once."""
    about = {"title": "Kubernetes", "version": VERSION}
    schemas = _schemas([r for v in _versions() for r in _served(v)], "#/definitions/")
    return {"swagger": "2.0", "info": about, "paths": {}, "definitions": schemas}


def _served(api_version: str) -> list[Resource]:
    return [r for r in RESOURCES if r.api_version == api_version and r.model() is not None]


def _paths(resource: Resource) -> dict[str, Any]:
    group = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    inside = "/namespaces/{namespace}" if resource.namespaced else ""
    base = f"/{_base(resource.api_version)}{inside}/{resource.plural}"

    def operation(verb: str) -> dict[str, Any]:
        return {
            "operationId": f"{verb}{resource.version.title()}{resource.kind}",
            "parameters": [_VALIDATES] if verb in ("post", "put", "patch") else [],
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-action": verb,
            "x-kubernetes-group-version-kind": group,
        }

    return {
        base: {"get": operation("list"), "post": operation("post")},
        f"{base}/{{name}}": {verb: operation(verb) for verb in ("get", "put", "patch", "delete")},
    }


def _schemas(resources: Iterable[Resource], prefix: str) -> dict[str, Any]:
    """The schemas of resources and of all that they hold."""
    kinds: dict[Model, list[dict[str, str]]] = {}
    for resource in resources:
        model = resource.model()
        assert model is not None, "only resources with a model are asked for"
        named = {"group": resource.group, "version": resource.version, "kind": resource.kind}
        kinds.setdefault(model, []).append(named)
    todo, done = list(kinds), dict[Model, dict[str, Any]]()
    while todo:
        model = todo.pop()
        if model in done:
            continue
        docs = field_docs(model)
        todo += [doc.model for doc in docs.values() if doc.model is not None]
        schema: dict[str, Any] = {"type": "object", "description": model_text(model)}
        schema["properties"] = {name: _property(doc, prefix) for name, doc in docs.items()}
        required = sorted(name for name, doc in docs.items() if doc.required)
        if required:
            schema["required"] = required
        if model in kinds:
            schema["x-kubernetes-group-version-kind"] = kinds[model]
        done[model] = schema
    return {name_of(model): done[model] for model in sorted(done, key=name_of)}


def name_of(model: Model) -> str:
    """What a schema is called: `io.k8s.api.core.v1.Pod`."""
    group, _, version = model.__module__.rpartition(".")[2].rpartition("_")
    return f"{_GROUP_PACKAGES.get(group, f'io.k8s.api.{group}')}.{version}.{model.__name__}"


def _property(doc: FieldDoc, prefix: str) -> dict[str, Any]:
    held = _held(doc, prefix)
    if doc.type_name.startswith("[]"):
        held = {"type": "array", "items": held}
    elif doc.type_name.startswith("map["):
        held = {"type": "object", "additionalProperties": held}
    if "$ref" in held and prefix.startswith("#/components"):
        held = {"allOf": [held], "default": {}}
    shown = held | {"description": doc.text}
    if doc.enum:
        shown["enum"] = list(doc.enum)
    return shown


def _held(doc: FieldDoc, prefix: str) -> dict[str, Any]:
    """The schema of a field's value, or of the elements of its list or map."""
    if doc.model is not None:
        return {"$ref": prefix + name_of(doc.model)}
    word = doc.type_name.rpartition("]")[2]
    if word == "Quantity":
        return {"oneOf": [{"type": "string"}, {"type": "number"}]} if "components" in prefix else {"type": "string"}
    if word == "IntOrString":
        return {"type": "string", "format": "int-or-string"}
    return {"type": _WORDS.get(word, "string")}

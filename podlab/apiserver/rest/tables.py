"""Tables and bare metadata, which clients ask for by the Accept header: `kubectl get` prints what the server lays out.

Models k8s.io/apiserver/pkg/endpoints/handlers/response.go and pkg/printers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from podlab.api.served import Resource
from podlab.apiserver.rest.stored import Stored
from podlab.kubectl.kinds import columns_of

META = "meta.k8s.io/v1"
_ABOUT_NAME = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a "
    "client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated."
)
_NUMBERS = ("DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "DATA", "SECRETS", "ACTIVE")
_TEXT_READY = ("pods", "deployments", "statefulsets")


def wanted(accept: str) -> str:
    """What an Accept header asks for: "Table", "PartialObjectMetadata", "PartialObjectMetadataList" or "" (objects)."""
    for choice in accept.split(","):
        mime, *parameters = [part.strip() for part in choice.split(";")]
        given = dict(part.split("=", 1) for part in parameters if "=" in part)
        if mime in ("application/json", "*/*", "application/*"):
            shown = given.get("as", "")
            if not shown or (given.get("g") == "meta.k8s.io" and given.get("v") in ("v1", "v1beta1")):
                return shown
    return ""


def table(
    resource: Resource,
    found: Sequence[Stored],
    now: datetime,
    metadata: dict[str, Any],
    *,
    headers: bool = True,
    objects: str = "Metadata",
) -> dict[str, Any]:
    """A Table of objects. `objects` (includeObject): None, Metadata or Object."""
    columns = columns_of(resource)
    data: dict[str, Any] = {"kind": "Table", "apiVersion": META, "metadata": metadata}
    definitions = [_definition(resource, name, at in columns.narrow) for at, name in enumerate(columns.headers)]
    data["columnDefinitions"] = definitions if headers else None
    rows = []
    for one in found:
        cells = [
            int(cell) if definition["type"] == "integer" and cell.isdigit() else cell
            for cell, definition in zip(columns.row(one.obj, now), definitions, strict=True)
        ]
        row: dict[str, Any] = {"cells": cells, "object": None}
        if objects == "Metadata":
            row["object"] = partial(one)
        elif objects == "Object":
            row["object"] = one.data
        rows.append(row)
    data["rows"] = rows
    return data


def partial(one: Stored) -> dict[str, Any]:
    """The bare metadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": one.data["metadata"]}


def partial_list(found: Sequence[Stored], metadata: dict[str, Any]) -> dict[str, Any]:
    """The bare metadata of many objects."""
    items = [{"metadata": one.data["metadata"]} for one in found]
    return {"kind": "PartialObjectMetadataList", "apiVersion": META, "metadata": metadata, "items": items}


def _definition(resource: Resource, header: str, narrow: bool) -> dict[str, Any]:
    number = header in _NUMBERS and not (header == "READY" and resource.plural in _TEXT_READY)
    name = _title(header)
    return {
        "name": name,
        "type": "integer" if number else "string",
        "format": "name" if header == "NAME" else "",
        "description": _ABOUT_NAME if header == "NAME" else f"{name} of the object",
        "priority": 0 if narrow else 1,
    }


def _title(header: str) -> str:
    """`NOMINATED NODE` as the server calls it: `Nominated Node`; kubectl prints it in capitals again."""
    return {"IP": "IP", "PORT(S)": "Port(s)", "CLUSTER-IP": "Cluster-IP"}.get(header, header.title())

"""What clients ask first: which version this is, which groups and resources there are, whether it is well.

Models k8s.io/apiserver/pkg/endpoints/discovery, also in its aggregated form.
"""

from __future__ import annotations

from typing import Any

from podlab.api.served import OTHER_VERSIONS, RESOURCES, Resource
from podlab.apiserver.nodes import VERSION
from podlab.apiserver.rest.request import Request, Response
from podlab.kubectl.api_resources import all_resources

_AGGREGATED = "apidiscovery.k8s.io"
_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_CREATE_ONLY = ("bindings",)
_PARTS = {
    "deployments": ("scale", "status"),
    "replicasets": ("scale", "status"),
    "statefulsets": ("scale", "status"),
    "replicationcontrollers": ("scale", "status"),
    "pods": (
        "attach",
        "binding",
        "ephemeralcontainers",
        "eviction",
        "exec",
        "log",
        "portforward",
        "proxy",
        "resize",
        "status",
    ),
    "services": ("proxy", "status"),
    "namespaces": ("finalize", "status"),
    "serviceaccounts": ("token",),
    "nodes": ("proxy", "status"),
}
_WITH_STATUS = (
    *("daemonsets", "jobs", "cronjobs", "persistentvolumes", "persistentvolumeclaims", "poddisruptionbudgets"),
    *("resourcequotas", "horizontalpodautoscalers", "ingresses", "certificatesigningrequests"),
)
_PART_KINDS = {
    "binding": ("", "v1", "Binding"),
    "eviction": ("policy", "v1", "Eviction"),
    "scale": ("autoscaling", "v1", "Scale"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "attach": ("", "v1", "PodAttachOptions"),
    "exec": ("", "v1", "PodExecOptions"),
    "portforward": ("", "v1", "PodPortForwardOptions"),
    "proxy": ("", "v1", "PodProxyOptions"),
}
_PART_VERBS = {
    "attach": ["create", "get"],
    "binding": ["create"],
    "eviction": ["create"],
    "exec": ["create", "get"],
    "finalize": ["update"],
    "log": ["get"],
    "portforward": ["create", "get"],
    "proxy": ["create", "delete", "get", "patch", "update"],
    "token": ["create"],
}


def answer(request: Request) -> Response | None:
    """The answer to a question of this kind, None for any other."""
    words = [word for word in request.path.split("/") if word]
    match words:
        case ["version"]:
            return Response(200, version())
        case ["healthz" | "livez" | "readyz", *_]:
            return Response(200, text="ok", content_type="text/plain")
        case ["api"]:
            if _AGGREGATED in request.accept:
                return _aggregated([""], request)
            return Response(200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
        case ["apis"]:
            if _AGGREGATED in request.accept:
                return _aggregated([group for group in _groups() if group], request)
            groups = [_group(group) for group in _groups() if group]
            return Response(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        case ["apis", group] if group in _groups():
            return Response(200, {"kind": "APIGroup", "apiVersion": "v1"} | _group(group))
        case ["api", "v1"]:
            return Response(200, _resources("v1"))
        case ["apis", group, number] if number in _groups().get(group, ()):
            return Response(200, _resources(f"{group}/{number}"))
        case []:
            paths = [
                "/api",
                "/api/v1",
                "/apis",
                "/healthz",
                "/livez",
                "/openapi/v2",
                "/openapi/v3",
                "/readyz",
                "/version",
            ]
            return Response(200, {"paths": paths})
    return None


def version() -> dict[str, str]:
    """The version of Kubernetes that is modelled."""
    major, minor, _ = VERSION.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "podlab",
        "compiler": "podlab",
        "platform": "linux/amd64",
    }


def _groups() -> dict[str, list[str]]:
    """The versions of each group, in the order of `kubectl api-resources`; the preferred one first."""
    groups: dict[str, list[str]] = {}
    for resource in (*RESOURCES, *OTHER_VERSIONS):
        versions = groups.setdefault(resource.group, [])
        if resource.version not in versions:
            versions.append(resource.version)
    return groups


def _group(name: str) -> dict[str, Any]:
    versions = [{"groupVersion": f"{name}/{number}", "version": number} for number in _groups()[name]]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def parts_of(resource: Resource) -> tuple[str, ...]:
    """The subresources of a resource."""
    return _PARTS.get(resource.plural, ("status",) if resource.plural in _WITH_STATUS else ())


def _verbs(resource: Resource) -> list[str]:
    if resource.kind.endswith("Review") or resource.plural in _CREATE_ONLY:
        return ["create"]
    return ["get", "list"] if resource.plural == "componentstatuses" else _VERBS


def _resources(api_version: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for resource in (*RESOURCES, *OTHER_VERSIONS):
        if resource.api_version != api_version:
            continue
        row: dict[str, Any] = {
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": _verbs(resource),
        }
        if resource.short_names:
            row["shortNames"] = list(resource.short_names)
        if resource in all_resources():
            row["categories"] = ["all"]
        rows.append(row)
        for part in parts_of(resource):
            group, number, kind = _PART_KINDS.get(part, (resource.group, resource.version, resource.kind))
            verbs = _PART_VERBS.get(part, ["get", "patch", "update"])
            named = {"name": f"{resource.plural}/{part}", "singularName": "", "namespaced": resource.namespaced}
            rows.append({**named, "group": group, "version": number, "kind": kind, "verbs": verbs})
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": rows}


def _aggregated(groups: list[str], request: Request) -> Response:
    items = [
        {
            "metadata": {"name": group, "creationTimestamp": None},
            "versions": [_aggregated_version(group, number) for number in _groups()[group]],
        }
        for group in groups
    ]
    number = "v2" if "v=v2;" in request.accept or request.accept.rstrip().endswith("v=v2") else "v2beta1"
    data = {"kind": "APIGroupDiscoveryList", "apiVersion": f"{_AGGREGATED}/{number}", "metadata": {}, "items": items}
    mime = f"application/json;g={_AGGREGATED};v={number};as=APIGroupDiscoveryList"
    return Response(200, data, content_type=mime)


def _aggregated_version(group: str, number: str) -> dict[str, Any]:
    rows = []
    for resource in (*RESOURCES, *OTHER_VERSIONS):
        if (resource.group, resource.version) != (group, number):
            continue
        row: dict[str, Any] = {
            "resource": resource.plural,
            "responseKind": {"group": group, "version": number, "kind": resource.kind},
            "scope": "Namespaced" if resource.namespaced else "Cluster",
            "singularResource": resource.singular,
            "verbs": _verbs(resource),
        }
        if resource.short_names:
            row["shortNames"] = list(resource.short_names)
        if resource in all_resources():
            row["categories"] = ["all"]
        row["subresources"] = [_aggregated_part(resource, part) for part in parts_of(resource)]
        rows.append(row)
    return {"version": number, "resources": rows, "freshness": "Current"}


def _aggregated_part(resource: Resource, part: str) -> dict[str, Any]:
    group, number, kind = _PART_KINDS.get(part, (resource.group, resource.version, resource.kind))
    return {
        "subresource": part,
        "responseKind": {"group": group, "version": number, "kind": kind},
        "verbs": _PART_VERBS.get(part, ["get", "patch", "update"]),
    }

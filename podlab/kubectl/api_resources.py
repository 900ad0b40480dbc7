"""The names by which kubectl knows the kinds that a Kubernetes 1.36 API server serves, and ``api-resources``.

podlab simulates some of them; of the others there are simply no objects.
"""

from __future__ import annotations

import functools

from podlab.api.served import RESOURCES, Resource
from podlab.kubectl.tables import table

_ALL = (
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
    "jobs",
)
"""What ``kubectl get all`` means."""


@functools.cache
def _by_name() -> dict[str, Resource]:
    names: dict[str, Resource] = {}
    for resource in RESOURCES:
        own = (resource.plural, resource.singular, *resource.short_names)
        qualified = [
            f"{name}{version}.{resource.group}" for name in own[:2] for version in ("", f".{resource.version}")
        ]
        for name in (*own, *(qualified if resource.group else ())):
            names.setdefault(name, resource)
    return names


def find_resource(name: str) -> Resource | None:
    """The resource with this plural, singular or short name, with or without its group; capitals do not count."""
    return _by_name().get(name.lower())


def resource_names() -> tuple[str, ...]:
    """All names that `find_resource` knows."""
    return tuple(_by_name())


def resource_of_kind(api_version: str, kind: str) -> Resource | None:
    """The resource of a manifest's apiVersion and kind."""
    return next((found for found in RESOURCES if (found.api_version, found.kind) == (api_version, kind)), None)


def all_resources() -> list[Resource]:
    """The resources of ``kubectl get all``."""
    return [_by_name()[name] for name in _ALL]


def api_resources_table(
    *, group: str | None = None, namespaced: bool | None = None, no_headers: bool = False, names_only: bool = False
) -> str:
    """The text of ``kubectl api-resources``; ``group`` "" is the core group."""
    rows = [
        resource
        for resource in RESOURCES
        if group in (None, resource.group) and namespaced in (None, resource.namespaced)
    ]
    if names_only:
        return "".join(f"{resource.qualified}\n" for resource in rows)
    cells = [
        [row.plural, ",".join(row.short_names), row.api_version, "true" if row.namespaced else "false", row.kind]
        for row in rows
    ]
    return table(cells, () if no_headers else ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"))

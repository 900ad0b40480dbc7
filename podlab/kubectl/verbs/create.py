"""``kubectl create -f``, and what it shares with ``apply`` and ``run``: saying what was done."""

from __future__ import annotations

from typing import Any

from podlab.kubectl.api_resources import Resource
from podlab.kubectl.call import Call
from podlab.kubectl.errors import from_api
from podlab.kubectl.manifests import Manifest, read_manifests
from podlab.kubectl.output import check_output, object_name, print_data
from podlab.kubectl.store import ApiError


def create(call: Call) -> None:
    """Create every object of the manifests; go on after those that are refused."""
    check_output(call.flags["output"])
    dry = call.dry_run
    for manifest in read_manifests(call):
        data = with_namespace(manifest)
        try:
            if call.flags["dry-run"] == "client":
                created: Any = data
            else:
                created = call.api.create(data, manifest.namespace, dry_run=dry)
        except ApiError as error:
            call.fail(from_api(error, f'error when creating "{manifest.source}": '))
            continue
        say(call, manifest.resource, created, "created")


def with_namespace(manifest: Manifest) -> dict[str, Any]:
    """The manifest with the namespace it goes to written into it."""
    if not manifest.resource.namespaced:
        return manifest.data
    metadata = manifest.data.get("metadata") or {}
    return {**manifest.data, "metadata": {**metadata, "namespace": manifest.namespace}}


def say(call: Call, resource: Resource, obj: Any, done: str) -> None:
    """Print ``pod/web created``, or the object if ``-o`` asks for it."""
    if call.flags["output"] in ("", "wide"):
        call.out(f"{resource.prefix}/{object_name(obj)} {done}{call.dry_note}\n")
    else:
        call.out(print_data(call.flags["output"], [(resource, obj)], as_list=False))

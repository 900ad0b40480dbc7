"""``kubectl create -f``, ``create namespace``, and what is shared with ``apply`` and ``run``: saying what was done."""

from __future__ import annotations

from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.api_resources import find_resource
from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, FILENAME, IGNORED, OUTPUT, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.manifests import Manifest, read_manifests
from podlab.kubectl.output import check_output, object_name, print_data
from podlab.kubectl.store import ApiError


@verb(
    Command(
        "create",
        "Create objects from a manifest, or a namespace",
        "kubectl create (-f FILE | namespace NAME)",
        (FILENAME, DRY_RUN, OUTPUT, Flag("save-config", "switch"), *IGNORED),
    )
)
def create(call: Call) -> None:
    """Create every object of the manifests; go on after those that are refused."""
    check_output(call.flags["output"])
    dry = call.dry_run
    for manifest in [_namespace(call)] if call.args else read_manifests(call):
        data = with_namespace(manifest)
        try:
            if call.flags["dry-run"] == "client":
                created: Any = data
            else:
                created = call.api.create(data, manifest.namespace, dry_run=dry)
        except ApiError as error:
            call.fail(from_api(error, f'error when creating "{manifest.source}": ' if manifest.source else ""))
            continue
        say(call, manifest.resource, created, "created")


def _namespace(call: Call) -> Manifest:
    """``create namespace NAME``, the one object that podlab's kubectl makes without a manifest."""
    resource = find_resource(call.args[0])
    if resource is None or resource.plural != "namespaces":
        hint = "Write a manifest and give it with -f; kubectl run makes a pod."
        raise KubectlError(f"error: podlab's kubectl cannot create {call.args[0]} without a manifest", hint=hint)
    if len(call.args) != 2:
        raise call.usage_error(f"exactly one NAME is required, got {len(call.args) - 1}")
    data = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": call.args[1]}}
    return Manifest(resource, data, "", "")


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

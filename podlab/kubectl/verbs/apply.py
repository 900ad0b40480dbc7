"""``kubectl apply -f``: make the cluster hold what a manifest says."""

from __future__ import annotations

import json
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, FILENAME, IGNORED, OUTPUT, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.goformat import go_json
from podlab.kubectl.manifests import Manifest, read_manifests
from podlab.kubectl.merge import merge
from podlab.kubectl.output import check_output
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.verbs.create import say, with_namespace

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@verb(
    Command(
        "apply",
        "Make the cluster hold what a manifest says",
        "kubectl apply -f FILE",
        (FILENAME, DRY_RUN, OUTPUT, *IGNORED),
    )
)
def apply(call: Call) -> None:
    """Create what is not there, change what differs, leave the rest."""
    check_output(call.flags["output"])
    dry = call.dry_run
    for manifest in read_manifests(call):
        if not manifest.name:
            call.fail(KubectlError(f'error: from "{manifest.source}": resource name may not be empty'))
            continue
        wanted, doing = _noted(with_namespace(manifest)), "retrieving current configuration of"
        try:
            live = _live(call, manifest)
            if live is None:
                created = wanted
                if call.flags["dry-run"] != "client":
                    doing = "creating"
                    created = call.api.create(wanted, manifest.namespace, dry_run=dry)
                say(call, manifest.resource, created, "created")
                continue
            doing = "patching"
            before = json_data(live)
            _warn(call, manifest.resource, before)
            patched = merge(_last_applied(before), wanted, before)
            if patched == before:
                say(call, manifest.resource, live, "unchanged")
                continue
            changed = patched
            if call.flags["dry-run"] != "client":
                changed = call.api.update(patched, manifest.namespace, dry_run=dry)
            say(call, manifest.resource, changed, "configured")
        except ApiError as error:
            call.fail(from_api(error, f'error when {doing} "{manifest.source}": '))


def _live(call: Call, manifest: Manifest) -> Any:
    try:
        return call.api.get(manifest.resource.plural, manifest.namespace, manifest.name)
    except ApiError as error:
        if error.reason == "NotFound":
            return None
        raise


def _noted(data: dict[str, Any]) -> dict[str, Any]:
    """The manifest with itself noted in an annotation, so that the next apply knows what this one said."""
    metadata = data["metadata"]
    annotations = metadata.get("annotations") or {}
    if not isinstance(annotations, dict):
        return data
    own = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    note = go_json({**data, "metadata": {**metadata, "annotations": own}}) + "\n"
    return {**data, "metadata": {**metadata, "annotations": {**own, LAST_APPLIED: note}}}


def _annotations(data: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = data.get("metadata", {}).get("annotations") or {}
    return found


def _last_applied(data: dict[str, Any]) -> Any:
    try:
        return json.loads(_annotations(data).get(LAST_APPLIED) or "{}")
    except ValueError:
        # Somebody else wrote something into the annotation; then nothing is known to have been applied.
        return {}


def _warn(call: Call, resource: Resource, before: dict[str, Any]) -> None:
    if LAST_APPLIED not in _annotations(before):
        call.err(
            f"Warning: resource {resource.plural}/{before['metadata'].get('name')} is missing the {LAST_APPLIED} "
            "annotation which is required by kubectl apply. kubectl apply should only be used on resources created "
            "declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be "
            "patched automatically."
        )

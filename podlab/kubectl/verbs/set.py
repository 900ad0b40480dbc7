"""``kubectl set image``: another image for containers of a pod or of a template."""

from __future__ import annotations

from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL, DRY_RUN, OUTPUT, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, targets_of
from podlab.kubectl.verbs.create import say


@verb(
    Command(
        "set",
        "Set the images of containers",
        "kubectl set image (TYPE NAME | TYPE/NAME) CONTAINER=IMAGE…",
        (ALL, SELECTOR, DRY_RUN, OUTPUT),
    )
)
def set_(call: Call) -> None:
    """The one thing that podlab's kubectl can set is the image."""
    if not call.args or call.args[0] != "image":
        hint = "kubectl set image deployment/web app=nginx"
        raise KubectlError("error: podlab's kubectl can set images only", hint=hint)
    images = dict(arg.split("=", 1) for arg in call.args[1:] if "=" in arg)
    names = tuple(arg for arg in call.args[1:] if "=" not in arg)
    if not names:
        raise KubectlError("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not images:
        raise KubectlError("error: at least one image update is required")
    for found in find_objects(call, targets_of(call, names)):
        try:
            _set_image(call, found, images)
        except ApiError as error:
            call.fail(from_api(error))


def _set_image(call: Call, found: Found, images: dict[str, str]) -> None:
    data = json_data(found.object)
    spec = pod_spec_of(data)
    if spec is None:
        call.fail(
            KubectlError(
                f"error: {found.resource.plural} {found.name} the object is not a pod or does not have a pod template"
            )
        )
        return
    known = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    for name, image in images.items():
        meant = [c for c in known if name in ("*", c["name"])]
        if not meant:
            call.fail(KubectlError(f'error: unable to find container named "{name}"'))
            return
        for container in meant:
            container["image"] = image
    before = json_data(found.object)
    if data == before:
        return
    changed = found.object
    if call.flags["dry-run"] != "client":
        changed = call.api.update(data, found.namespace, dry_run=call.dry_run)
    say(call, found.resource, changed, "image updated")


def pod_spec_of(data: dict[str, Any]) -> Any:
    """The pod spec inside an object's data: its own, or its template's. None if there is none."""
    spec = data.get("spec") or {}
    if data.get("kind") == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    if "template" in spec:
        return spec["template"].get("spec")
    return spec if "containers" in spec else None

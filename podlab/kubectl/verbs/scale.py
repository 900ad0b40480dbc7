"""``kubectl scale``: how many pods a controller keeps."""

from __future__ import annotations

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL, DRY_RUN, FILENAME, OUTPUT, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import find_objects, nothing_selected, targets_of
from podlab.kubectl.verbs.create import say

_SCALABLE = ("deployments", "replicasets", "replicationcontrollers", "statefulsets")


@verb(
    Command(
        "scale",
        "Set how many pods a controller keeps",
        "kubectl scale --replicas=COUNT (TYPE NAME | TYPE/NAME…)",
        (
            FILENAME,
            Flag("replicas", "number", help="How many"),
            Flag("current-replicas", "number", default=-1, help="Only if it has so many now"),
            ALL,
            SELECTOR,
            DRY_RUN,
            OUTPUT,
        ),
    )
)
def scale(call: Call) -> None:
    """Set the number of replicas."""
    replicas = call.flags["replicas"]
    if replicas is None:
        raise KubectlError('error: required flag(s) "replicas" not set')
    if replicas < 0:
        rule = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
        raise KubectlError(f"error: {rule}")
    if not call.args and not call.flags["filename"]:
        raise KubectlError("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    dry = call.dry_run
    targets = targets_of(call, call.args)
    if any(target.name is None for target in targets) and nothing_selected(call):
        raise KubectlError("error: resource(s) were provided, but no name was specified")
    found = find_objects(call, targets)
    if not found and not call.failures:
        raise KubectlError("error: no objects passed to scale")
    for one in found:
        if one.resource.plural not in _SCALABLE:
            hint = f"Only {', '.join(_SCALABLE)} can be scaled."
            text = "Error from server (NotFound): the server could not find the requested resource"
            call.fail(KubectlError(text, hint=hint))
            continue
        current = (one.object.spec.replicas if one.object.spec else None) or 0
        expected = call.flags["current-replicas"]
        if expected not in (-1, current):
            call.fail(KubectlError(f"error: Expected replicas to be {expected}, was {current}"))
            continue
        try:
            if not dry:
                call.api.scale(one.resource.plural, one.namespace, one.name, replicas)
        except ApiError as error:
            call.fail(from_api(error))
            continue
        say(call, one.resource, one.object, "scaled")

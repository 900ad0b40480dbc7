"""``kubectl describe``: one object in detail."""

from __future__ import annotations

from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL_NAMESPACES, FILENAME, SELECTOR, Command, verb
from podlab.kubectl.describe import CONTROLLERS, describe_controller, describe_node, describe_other, describe_pod
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.events import about
from podlab.kubectl.flags import Flag
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, Target, find_objects, list_objects, targets_of
from podlab.kubectl.verbs.get import nothing_found

_NO_TYPE = (
    'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported '
    "resources.\n"
)


@verb(
    Command(
        "describe",
        "Show one object in detail, with its events",
        "kubectl describe TYPE [NAME_PREFIX | -l LABEL]",
        (FILENAME, ALL_NAMESPACES, SELECTOR, Flag("show-events", "switch", default=True)),
    )
)
def describe(call: Call) -> None:
    """Describe objects; a name that is none may be the beginning of some."""
    if not call.args and not call.flags["filename"]:
        raise KubectlError(_NO_TYPE.rstrip())
    targets = targets_of(call, call.args)
    found = [one for target in targets for one in _found(call, target)]
    call.out("\n\n".join(_described(call, one) for one in found))
    if not found and not call.failures:
        call.err(nothing_found(call, [target.resource for target in targets]))


def _found(call: Call, target: Target) -> list[Found]:
    failures = len(call.failures)
    found = find_objects(call, [target])
    if found or target.name is None or call.flags["filename"]:
        return found
    objects = list_objects(call, Target(target.resource, None, target.namespace))
    beginning = [Found(target.resource, obj) for obj in objects if (obj.metadata.name or "").startswith(target.name)]
    if beginning:
        del call.failures[failures:]
    return beginning


def _described(call: Call, found: Found) -> str:
    events: list[Any] = []
    if call.flags["show-events"]:
        everywhere = None if not found.namespace else found.namespace
        kind, uid = found.resource.kind, found.object.metadata.uid
        events = about(call.api.list("events", everywhere), kind, found.name, uid)
    if found.resource.plural == "pods":
        return describe_pod(found.object, events, call.api.now())
    if found.resource.kind in CONTROLLERS:
        pods = call.api.list("pods", found.namespace)
        sets = call.api.list("replicasets", found.namespace) if found.resource.kind == "Deployment" else ()
        return describe_controller(found.object, pods, sets, events, call.api.now())
    if found.resource.plural != "nodes":
        return describe_other(found.object, events, call.api.now())
    pods = [pod for pod in call.api.list("pods", None) if pod.spec and pod.spec.nodeName == found.name]
    return describe_node(found.object, pods, events, call.api.now(), lease=_lease(call, found.name))


def _lease(call: Call, node: str) -> Any:
    try:
        return call.api.get("leases", "kube-node-lease", node)
    except ApiError as error:
        if error.reason == "NotFound":
            return None
        raise from_api(error) from None

"""``kubectl delete``."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from podlab.kubectl.call import Call
from podlab.kubectl.command import (
    ALL,
    ALL_NAMESPACES,
    DRY_RUN,
    FIELD_SELECTOR,
    FILENAME,
    IGNORE_NOT_FOUND,
    OUTPUT,
    SELECTOR,
    Command,
    verb,
)
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, Target, find_objects, nothing_selected, targets_of

_PATIENCE = 600.0
"""Seconds of the cluster's time that a deletion is waited for if not told; the real kubectl waits a week."""
NOTHING = """error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""
_FORCED = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
    "resource may continue to run on the cluster indefinitely."
)


@verb(
    Command(
        "delete",
        "Delete objects by name, by label, or as a manifest names them",
        "kubectl delete (TYPE NAME… | TYPE/NAME… | TYPE -l LABEL | -f FILE)",
        (
            FILENAME,
            ALL,
            ALL_NAMESPACES,
            SELECTOR,
            FIELD_SELECTOR,
            IGNORE_NOT_FOUND,
            Flag("grace-period", "number", default=-1, help="Seconds to end gracefully; -1: as the pod says"),
            Flag("force", "switch", help="Remove the object at once, whatever still runs"),
            Flag("now", "switch", help="The same as --grace-period=1"),
            Flag("wait", "switch", default=True, help="Wait until the objects are gone"),
            Flag("timeout", "duration"),
            DRY_RUN,
            OUTPUT,
        ),
    )
)
def delete(call: Call) -> None:
    """Delete objects and, unless ``--wait=false``, wait until they are gone."""
    grace = _grace(call)
    if call.flags["output"] not in ("", "name"):
        raise KubectlError(f"error: unexpected -o output mode: {call.flags['output']}. We only support '-o name'.")
    dry = call.dry_run
    targets = _targets(call)
    if call.flags["force"]:
        call.err(_FORCED)
    going = []
    for found in find_objects(call, targets):
        try:
            if not dry:
                call.api.delete(found.resource.plural, found.namespace, found.name, grace_period=grace)
        except ApiError as error:
            call.fail(from_api(error))
            continue
        call.out(_said(call, found))
        going.append(found)
    if call.flags["wait"] and not call.flags["force"] and not dry:
        _wait(call, going)
    if not call.stdout and not call.failures and any(target.name is None for target in targets):
        call.out("No resources found\n")


def _targets(call: Call) -> list[Target]:
    if not call.args and not call.flags["filename"]:
        raise KubectlError(NOTHING)
    targets = targets_of(call, call.args)
    if any(target.name is None for target in targets) and nothing_selected(call):
        hint = "Give a name, a label with -l, or --all."
        raise KubectlError("error: resource(s) were provided, but no name was specified", hint=hint)
    return targets


def _wait(call: Call, going: list[Found]) -> None:
    """Wait until the objects are gone, all of them for no longer than ``--timeout``."""
    until = call.api.now() + timedelta(seconds=call.flags["timeout"] or _PATIENCE)
    for found in going:
        left = (until - call.api.now()).total_seconds()
        if not call.api.wait_until(partial(_is_gone, call, found), max(left, 0.0)):
            text = f"error: timed out waiting for the condition on {found.resource.plural}/{found.name}"
            call.fail(KubectlError(text, hint="It is still being deleted; --wait=false does not wait for it."))


def _is_gone(call: Call, found: Found) -> bool:
    try:
        now = call.api.get(found.resource.plural, found.namespace, found.name)
    except ApiError:
        return True
    return bool(now.metadata.uid != found.object.metadata.uid)


def _grace(call: Call) -> int | None:
    """The grace period in seconds, None for the pod's own."""
    grace: int = call.flags["grace-period"]
    if call.flags["now"]:
        if grace != -1:
            raise KubectlError("error: --now and --grace-period cannot be specified together")
        return 1
    if call.flags["force"]:
        if grace > 0:
            raise KubectlError("error: --force and --grace-period greater than 0 cannot be specified together")
        return 0
    # Without --force a pod must not vanish while it runs, so 0 becomes the shortest wait.
    return {-1: None, 0: 1}.get(grace, grace)


def _said(call: Call, found: Found) -> str:
    if call.flags["output"] == "name":
        return f"{found.resource.prefix}/{found.name}\n"
    how = "force deleted" if call.flags["force"] else "deleted"
    return f'{found.resource.prefix} "{found.name}" {how}{call.dry_note}\n'

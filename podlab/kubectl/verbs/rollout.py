"""``kubectl rollout``: how far a rollout is, what went before, and back to it; restart, pause and resume.

Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers: rollout_status.go, history.go and rollback.go.
"""

from __future__ import annotations

from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, OUTPUT, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, targets_of
from podlab.kubectl.verbs.create import say
from podlab.kubectl.verbs.rollout_status import wait_for_rollout

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
_ROLLED_OUT = ("deployments", "daemonsets", "statefulsets")


@verb(
    Command(
        "rollout",
        "Follow, undo, restart, pause and resume rollouts",
        "kubectl rollout (history | pause | restart | resume | status | undo) TYPE NAME",
        (
            Flag("revision", "number", default=0, help="history: show only this revision"),
            Flag("to-revision", "number", default=0, help="undo: back to this revision"),
            Flag("timeout", "duration", default=0.0, help="status: how long at most, like 30s"),
            Flag("watch", "switch", "w", default=True, help="status: wait until it is done"),
            SELECTOR,
            DRY_RUN,
            OUTPUT,
        ),
    )
)
def rollout(call: Call) -> None:
    """Take the subcommand and do it to each object."""
    do = _SUBCOMMANDS.get(call.args[0]) if call.args else None
    if do is None:
        hint = f"kubectl rollout {'|'.join(_SUBCOMMANDS)} TYPE NAME"
        raise KubectlError(f'error: unknown command "{" ".join(call.args[:1])}" for "kubectl rollout"', hint=hint)
    if len(call.args) < 2:
        raise KubectlError("error: required resource not specified")
    for found in find_objects(call, targets_of(call, call.args[1:])):
        if found.resource.plural not in _ROLLED_OUT:
            viewer = {_history: "history viewer", _undo: "rollbacker"}.get(do, "status viewer")
            text = f'no {viewer} has been implemented for "{found.resource.kind}"'
            raise KubectlError(f"error: {text}", hint="Deployments, DaemonSets and StatefulSets are rolled out.")
        try:
            do(call, found)
        except ApiError as error:
            call.fail(from_api(error))


def _status(call: Call, found: Found) -> None:
    wait_for_rollout(call, found)


def _pause(call: Call, found: Found) -> None:
    _set_paused(call, found, paused=True)


def _resume(call: Call, found: Found) -> None:
    _set_paused(call, found, paused=False)


def _set_paused(call: Call, found: Found, *, paused: bool) -> None:
    word = "paused" if paused else "resumed"
    data = json_data(found.object)
    if found.resource.plural != "deployments":
        verb = "pausing" if paused else "resuming"
        raise KubectlError(f"error: {found.resource.prefix} {found.name} {verb} is not supported")
    if bool(data["spec"].get("paused")) == paused:
        state = "is already paused" if paused else "is not paused"
        call.fail(KubectlError(f'error: {found.resource.prefix} "{found.name}" {state}'))
        return
    data["spec"]["paused"] = paused or None
    say(call, found.resource, call.api.update(data, found.namespace), word)


def _restart(call: Call, found: Found) -> None:
    data = json_data(found.object)
    if data["spec"].get("paused"):
        text = f"can't restart paused {found.resource.singular} (run rollout resume first)"
        raise KubectlError(f'error: {found.resource.plural} "{found.name}" {text}')
    meta = data["spec"]["template"].setdefault("metadata", {})
    meta["annotations"] = {**(meta.get("annotations") or {}), RESTARTED: call.api.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    say(call, found.resource, call.api.update(data, found.namespace), "restarted")


def _history(call: Call, found: Found) -> None:
    revisions = _revisions(call, found)
    wanted = call.flags["revision"]
    call.out(f"{found.resource.prefix}/{found.name} ")
    if wanted:
        if wanted not in revisions:
            call.stdout.pop()
            raise KubectlError("error: unable to find the specified revision")
        call.out(f"with revision #{wanted}\n")
        return
    call.out("\nREVISION  CHANGE-CAUSE\n")
    for number, (_, cause) in sorted(revisions.items()):
        call.out(f"{number!s:10}{cause or '<none>'}\n")
    call.out("\n")


def _undo(call: Call, found: Found) -> None:
    data = json_data(found.object)
    if data["spec"].get("paused"):
        text = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        raise KubectlError(f"error: {text}")
    revisions = _revisions(call, found)
    number = call.flags["to-revision"]
    if number and number not in revisions:
        raise KubectlError(f"error: unable to find specified revision {number} in history")
    if not number:
        earlier = sorted(revisions)[:-1]
        if not earlier:
            raise KubectlError(f'error: no rollout history found for {found.resource.singular} "{found.name}"')
        number = earlier[-1]
    template = revisions[number][0]
    if template == data["spec"]["template"]:
        done = f"skipped rollback (current template already matches revision {number})"
        say(call, found.resource, found.object, done)
        return
    data["spec"]["template"] = template
    say(call, found.resource, call.api.update(data, found.namespace), "rolled back")


def _revisions(call: Call, found: Found) -> dict[int, tuple[Any, str]]:
    """Revision -> its template and its change cause."""
    if found.resource.plural != "deployments":
        return _controller_revisions(call, found)
    out: dict[int, tuple[Any, str]] = {}
    for each in call.api.list("replicasets", found.namespace):
        if not any(o.uid == found.object.metadata.uid for o in each.metadata.ownerReferences or ()):
            continue
        notes = each.metadata.annotations or {}
        template = json_data(each)["spec"]["template"]
        labels = {k: v for k, v in (template["metadata"].get("labels") or {}).items() if k != HASH}
        template["metadata"] = {**template["metadata"], "labels": labels}
        out[int(notes.get(REVISION, "0"))] = template, notes.get(CHANGE_CAUSE, "")
    return out


def _controller_revisions(call: Call, found: Found) -> dict[int, tuple[Any, str]]:
    out: dict[int, tuple[Any, str]] = {}
    for each in call.api.list("controllerrevisions", found.namespace):
        if any(o.uid == found.object.metadata.uid for o in each.metadata.ownerReferences or ()):
            template = {k: v for k, v in each.data["spec"]["template"].items() if k != "$patch"}
            out[each.revision] = template, (each.metadata.annotations or {}).get(CHANGE_CAUSE, "")
    return out


_SUBCOMMANDS = {
    "history": _history,
    "pause": _pause,
    "restart": _restart,
    "resume": _resume,
    "status": _status,
    "undo": _undo,
}

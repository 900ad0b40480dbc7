"""``kubectl cordon``, ``uncordon`` and ``drain``: no new pods for a node, new ones again, and none at all.

Models staging/src/k8s.io/kubectl/pkg/drain: which pods are left, which forbid the drain, and what is said of them.
"""

from __future__ import annotations

import math
from typing import Any

from podlab.api.parts import TERMINAL_PHASES, is_deleted, name_of, namespace_of, spec_of, status_of
from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, nothing_selected, targets_of

RETRY = 5.0
"""Seconds until a refused eviction is tried again."""
MOST_TRIES = 120
"""After ten minutes podlab gives up; a real kubectl without `--timeout` would try for ever."""
MIRROR = "kubernetes.io/config.mirror"
_DAEMONS = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"
_BARE = "cannot delete Pods that declare no controller (use --force to override)"


@verb(Command("cordon", "Let no new pods come to a node", "kubectl cordon NODE", (SELECTOR, DRY_RUN)))
def cordon(call: Call) -> None:
    """Let no new pods come to a node."""
    for node in _nodes(call):
        _cordon(call, node, wanted=True)


@verb(Command("uncordon", "Let new pods come to a node again", "kubectl uncordon NODE", (SELECTOR, DRY_RUN)))
def uncordon(call: Call) -> None:
    """Let new pods come to a node again."""
    for node in _nodes(call):
        _cordon(call, node, wanted=False)


@verb(
    Command(
        "drain",
        "Cordon a node and evict its pods",
        "kubectl drain NODE",
        (
            Flag("ignore-daemonsets", "switch", help="Leave the pods of DaemonSets there"),
            Flag("delete-emptydir-data", "switch", help="Evict pods with an emptyDir too; its data is lost"),
            Flag("force", "switch", help="Evict pods without a controller too; nothing replaces them"),
            Flag("grace-period", "number", default=-1, help="Seconds; -1 is the pod's own"),
            Flag("timeout", "duration", default=0.0, help="How long at most, like 30s"),
            SELECTOR,
            DRY_RUN,
        ),
    )
)
def drain(call: Call) -> None:
    """Cordon a node and evict its pods."""
    for node in _nodes(call):
        _cordon(call, node, wanted=True)
        _drain(call, node)


def _nodes(call: Call) -> list[Found]:
    if not call.args and nothing_selected(call):
        raise call.usage_error(f"USAGE: {call.command.usage.removeprefix('kubectl ')}")
    args = ("nodes", *call.args) if not call.args or "/" not in call.args[0] else call.args
    if len(call.args) > 1 and call.args[0] in ("node", "nodes", "no"):
        args = call.args
    return find_objects(call, targets_of(call, args))


def _cordon(call: Call, node: Found, *, wanted: bool) -> None:
    word = "cordoned" if wanted else "uncordoned"
    data = json_data(node.object)
    if bool((data.get("spec") or {}).get("unschedulable")) == wanted:
        call.out(f"node/{node.name} already {word}{call.dry_note}\n")
        return
    if call.flags["dry-run"] == "none":
        data["spec"] = {**(data.get("spec") or {}), "unschedulable": wanted or None}
        try:
            call.api.update(data, "")
        except ApiError as error:
            raise from_api(error) from None
    call.out(f"node/{node.name} {word}{call.dry_note}\n")


def _drain(call: Call, node: Found) -> None:
    doomed, warnings, faults = _sorted_pods(call, node)
    if faults:
        listed = ", ".join(f"{text}: {', '.join(pods)}" for text, pods in faults.items())
        lines = "\n".join(f"{text}: {', '.join(pods)}" for text, pods in faults.items())
        call.err(
            f'error: unable to drain node "{node.name}" due to error: [{listed}], continuing command...'.replace(
                "[" + listed + "]", listed if len(faults) == 1 else f"[{listed}]"
            )
        )
        raise KubectlError(f"There are pending nodes to be drained:\n {node.name}\n{lines}")
    if warnings:
        call.err("Warning: " + "; ".join(f"{text}: {', '.join(pods)}" for text, pods in warnings.items()))
    _evict_all(call, node, doomed)


def _evict_all(call: Call, node: Found, doomed: list[Any]) -> None:
    for pod in doomed:
        call.out(f"evicting pod {namespace_of(pod)}/{name_of(pod)}\n")
    left = [pod for pod in doomed if not _evicted(call, pod)]
    for _ in range(math.ceil(call.flags["timeout"] / RETRY) or MOST_TRIES):
        if not left or (not call.api.wait_until(lambda: False, RETRY) and not _time_passes(call)):
            break
        left = [pod for pod in left if not _evicted(call, pod)]
    if left:
        raise KubectlError("error: " + _refusal(left[0]))
    for pod in doomed:
        call.api.wait_until(lambda pod=pod: _is_gone(call, pod), 600.0)  # type: ignore[misc]
        call.out(f"pod/{name_of(pod)} evicted\n")
    call.out(f"node/{node.name} drained\n")


def _time_passes(call: Call) -> bool:
    return bool(getattr(call.api, "waits", False))


def _evicted(call: Call, pod: Any) -> bool:
    try:
        grace = call.flags["grace-period"]
        call.api.evict(namespace_of(pod), name_of(pod), grace_period=None if grace == -1 else grace)
    except ApiError as error:
        if error.reason == "NotFound":
            return True
        if error.reason != "TooManyRequests":
            raise from_api(error) from None
        call.err(_refusal(pod))
        return False
    return True


def _refusal(pod: Any) -> str:
    what = f'error when evicting pods/"{name_of(pod)}" -n "{namespace_of(pod)}"'
    return f"{what} (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget."


def _is_gone(call: Call, pod: Any) -> bool:
    try:
        now = call.api.get("pods", namespace_of(pod), name_of(pod))
    except ApiError:
        return True
    return bool(now.metadata.uid != pod.metadata.uid)


def _sorted_pods(call: Call, node: Found) -> tuple[list[Any], dict[str, list[str]], dict[str, list[str]]]:
    """The pods to evict, what is warned of, and what forbids the drain."""
    doomed: list[Any] = []
    warnings: dict[str, list[str]] = {}
    faults: dict[str, list[str]] = {}
    for pod in call.api.list("pods", None):
        if spec_of(pod).nodeName != node.name or MIRROR in (pod.metadata.annotations or {}):
            continue
        said, blocked = _verdict(call, pod)
        place = f"{namespace_of(pod)}/{name_of(pod)}"
        if blocked:
            faults.setdefault(blocked, []).append(place)
        elif said:
            warnings.setdefault(said, []).append(place)
        if not blocked and said != "ignoring DaemonSet-managed Pods":
            doomed.append(pod)
    return doomed, dict(sorted(warnings.items())), dict(sorted(faults.items()))


def _verdict(call: Call, pod: Any) -> tuple[str, str]:
    """What is warned of a pod, and what forbids to delete it; empty when nothing."""
    owner = next((o for o in pod.metadata.ownerReferences or () if o.controller), None)
    finished = status_of(pod).phase in TERMINAL_PHASES or is_deleted(pod)
    if owner is not None and owner.kind == "DaemonSet" and not finished:
        return ("ignoring DaemonSet-managed Pods", "") if call.flags["ignore-daemonsets"] else ("", _DAEMONS)
    local = any(v.emptyDir is not None for v in spec_of(pod).volumes or ())
    if local and not finished and not call.flags["delete-emptydir-data"]:
        return "", _LOCAL
    if owner is None and not finished:
        return ("deleting Pods that declare no controller", "") if call.flags["force"] else ("", _BARE)
    return "", ""

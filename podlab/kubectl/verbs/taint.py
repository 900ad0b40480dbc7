"""``kubectl taint``: keep pods away from nodes, or let them come again."""

from __future__ import annotations

from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL, DRY_RUN, OUTPUT, OVERWRITE, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, nothing_selected, targets_of
from podlab.kubectl.verbs.create import say

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")

Pair = tuple[str, str]


@verb(
    Command(
        "taint",
        "Add and remove the taints of nodes",
        "kubectl taint node NAME KEY=VALUE:EFFECT… KEY:EFFECT-…",
        (ALL, SELECTOR, OVERWRITE, DRY_RUN, OUTPUT),
    )
)
def taint(call: Call) -> None:
    """Add and remove taints, written ``key=value:Effect`` and ``key:Effect-`` or ``key-``."""
    first = next(
        (at for at, arg in enumerate(call.args) if "=" in arg or ":" in arg or arg.endswith("-")), len(call.args)
    )
    names, changes = call.args[:first], call.args[first:]
    if not names:
        raise KubectlError("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not changes:
        raise KubectlError("error: at least one taint update is required")
    new, removed = _parsed(changes)
    targets = targets_of(call, names)
    if any(target.name is None for target in targets) and nothing_selected(call):
        raise KubectlError("error: resource(s) were provided, but no name was specified")
    for found in find_objects(call, targets):
        try:
            _change(call, found, new, removed)
        except ApiError as error:
            call.fail(from_api(error))


def _parsed(changes: tuple[str, ...]) -> tuple[dict[Pair, str], list[Pair]]:
    new: dict[Pair, str] = {}
    removed: list[Pair] = []
    for change in changes:
        body, minus = change.removesuffix("-"), change.endswith("-")
        left, _, effect = body.partition(":")
        key, _, value = left.partition("=")
        if effect not in EFFECTS and not (minus and not effect):
            raise KubectlError(
                f"error: invalid taint effect: {effect}, unsupported taint effect"
                if effect
                else f"error: invalid taint spec: {change}"
            )
        if minus:
            removed.append((key, effect))
        else:
            new[key, effect] = value
    return new, removed


def _change(call: Call, found: Found, new: dict[Pair, str], removed: list[Pair]) -> None:
    data = json_data(found.object)
    taints: list[dict[str, Any]] = list((data.get("spec") or {}).get("taints") or ())
    there = {(t["key"], t["effect"]) for t in taints}
    for key, effect in removed:
        if not any(k == key and effect in ("", e) for k, e in there):
            raise KubectlError(f'error: taint "{key}{":" + effect if effect else ""}" not found')
    both = sorted(f"{key}:{effect}" for key, effect in new if (key, effect) in there)
    if both and not call.flags["overwrite"]:
        keys = ", ".join(sorted({each.partition(":")[0] for each in both}))
        text = f"node {found.name} already has {keys} taint(s) with same effect(s)"
        raise KubectlError(f"error: {text} and --overwrite is false")
    gone = {(k, e) for k, e in there for key, effect in removed if k == key and effect in ("", e)}
    kept = [t for t in taints if (t["key"], t["effect"]) not in gone and (t["key"], t["effect"]) not in new]
    added = [
        {"key": key, "effect": effect, **({"value": value} if value else {})} for (key, effect), value in new.items()
    ]
    data["spec"] = {**(data.get("spec") or {}), "taints": [*added, *kept] or None}
    changed = found.object
    if call.flags["dry-run"] != "client":
        changed = call.api.update(data, found.namespace, dry_run=call.dry_run)
    say(
        call,
        found.resource,
        changed,
        "tainted" if new and not removed else "untainted" if removed and not new else "modified",
    )

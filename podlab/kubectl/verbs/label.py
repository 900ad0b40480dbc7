"""``kubectl label``: set and remove labels."""

from __future__ import annotations

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL, DRY_RUN, OUTPUT, OVERWRITE, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.goformat import go_quote
from podlab.kubectl.labelsyntax import value_fault
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, nothing_selected, targets_of
from podlab.kubectl.verbs.create import say


@verb(
    Command(
        "label",
        "Set or remove labels",
        "kubectl label TYPE NAME KEY=VALUE… KEY-…",
        (ALL, SELECTOR, OVERWRITE, Flag("list", "switch", help="Print the labels"), DRY_RUN, OUTPUT),
    )
)
def label(call: Call) -> None:
    """Change the labels of objects. A label that is there is only replaced with ``--overwrite``."""
    dry = call.dry_run
    args, new, removed = _pairs(call.args)
    if not args:
        raise KubectlError("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not new and not removed and not call.flags["list"]:
        raise KubectlError("error: at least one label update is required")
    targets = targets_of(call, args)
    if any(target.name is None for target in targets) and nothing_selected(call):
        raise KubectlError("error: resource(s) were provided, but no name was specified")
    for found in find_objects(call, targets):
        try:
            _change(call, found, new, removed, dry)
        except ApiError as error:
            call.fail(from_api(error))
        except KubectlError as error:
            call.fail(error)


def _change(call: Call, found: Found, new: dict[str, str], removed: list[str], dry: bool) -> None:
    data = json_data(found.object)
    before: dict[str, str] = data["metadata"].get("labels") or {}
    if call.flags["list"]:
        call.out("".join(f"{key}={value}\n" for key, value in sorted(before.items())))
        return
    for key in removed:
        if key not in before:
            call.out(f"label {go_quote(key)} not found.\n")
    if not call.flags["overwrite"]:
        for key, value in sorted(new.items()):
            if before.get(key, value) != value:
                raise KubectlError(f"error: '{key}' already has a value ({before[key]}), and --overwrite is false")
    after = {key: value for key, value in {**before, **new}.items() if key not in removed}
    changed = found.object
    if after != before and call.flags["dry-run"] != "client":
        data["metadata"]["labels"] = after
        changed = call.api.update(data, found.namespace, dry_run=dry)
    done = "not labeled" if after == before else "labeled" if new else "unlabeled"
    say(call, found.resource, changed, done)


def _pairs(args: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str], list[str]]:
    """Split ``pod web color=red size-`` into what is labelled, what is set and what is removed."""
    first = next((at for at, arg in enumerate(args) if "=" in arg or arg.endswith("-")), len(args))
    new: dict[str, str] = {}
    removed: list[str] = []
    for arg in args[first:]:
        key, equals, value = arg.partition("=")
        if equals:
            new[key] = value
        elif arg.endswith("-"):
            removed.append(arg[:-1])
        else:
            raise KubectlError(f"error: all resources must be specified before label changes: {arg}")
        if fault := value_fault(value):
            raise KubectlError(f"error: invalid label value: {go_quote(arg)}: {fault}")
    both = sorted(set(removed) & set(new))
    if both:
        raise KubectlError(f"error: can not both modify and remove a label in the same command: {both[0]}")
    return args[:first], new, removed

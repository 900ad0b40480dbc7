"""``kubectl patch``: change some fields of an object, by a strategic, a merge or a JSON patch."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml

from podlab.api.mistakes import WrongValue
from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, OUTPUT, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.merge import merge_patched, patched
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, nothing_selected, targets_of
from podlab.kubectl.verbs.create import say

_TYPES = ("json", "merge", "strategic")
_UNREADABLE = "error decoding patch: json: cannot unmarshal"


@verb(
    Command(
        "patch",
        "Change some fields of an object",
        "kubectl patch (TYPE NAME | TYPE/NAME) -p PATCH",
        (
            Flag("patch", "text", "p", default="", help="What to change, as JSON or YAML"),
            Flag("patch-file", "text", default="", help="A file with it"),
            Flag("type", "text", default="strategic", help="strategic, merge or json"),
            Flag("subresource", "text", default="", help="resize, scale or status"),
            DRY_RUN,
            OUTPUT,
        ),
    )
)
def patch(call: Call) -> None:
    """Change what the patch says, and leave all else as it is."""
    kind, change = call.flags["type"] or "strategic", _read(call)
    if kind not in _TYPES:
        raise KubectlError(f'error: --type must be one of [{" ".join(_TYPES)}], not "{kind}"')
    if not call.args:
        raise KubectlError("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    targets = targets_of(call, call.args)
    if any(target.name is None for target in targets) and nothing_selected(call):
        raise KubectlError("error: resource(s) were provided, but no name was specified")
    for found in find_objects(call, targets):
        try:
            _change(call, found, kind, change)
        except ApiError as error:
            call.fail(from_api(error))


def _read(call: Call) -> Any:
    text = call.flags["patch"]
    if call.flags["patch-file"]:
        if text:
            raise KubectlError("error: cannot specify --patch and --patch-file together")
        try:
            text = call.read_file(call.flags["patch-file"])
        except OSError:
            raise KubectlError(f"error: unable to read patch file: open {call.flags['patch-file']}") from None
    if not text:
        raise KubectlError("error: must specify --patch or --patch-file containing the contents of the patch")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise KubectlError(f'error: unable to parse "{text}": yaml: the patch is neither JSON nor YAML') from None


def _change(call: Call, found: Found, kind: str, change: Any) -> None:
    before = json_data(found.object)
    after = _applied(kind, before, change)
    changed = found.object
    if after != before and call.flags["dry-run"] != "client":
        part = call.flags["subresource"]
        if part:
            changed = call.api.update_part(part, after, found.namespace, dry_run=call.dry_run)
        else:
            changed = call.api.update(after, found.namespace, dry_run=call.dry_run)
    say(call, found.resource, changed, "patched" if after != before else "patched (no change)")


def _applied(kind: str, before: Any, change: Any) -> Any:
    if kind == "json":
        return json_patched(before, change)
    if not isinstance(change, dict):
        raise ApiError("BadRequest", f"{_UNREADABLE} into Go value of type map[string]interface {{}}")
    try:
        return patched(before, change) if kind == "strategic" else merge_patched(before, change)
    except WrongValue as error:
        raise ApiError("BadRequest", str(error)) from None


def json_patched(data: Any, operations: Any) -> Any:
    """``data`` after a JSON patch (RFC 6902): add, remove, replace and test. Raises ApiError."""
    if not isinstance(operations, list):
        raise ApiError("BadRequest", f"{_UNREADABLE} object into Go value of type jsonpatch.Patch")
    data = copy.deepcopy(data)
    for operation in operations:
        path = str(operation.get("path", ""))
        try:
            _operate(data, operation, [p.replace("~1", "/").replace("~0", "~") for p in path.split("/")[1:]])
        except (KeyError, IndexError, ValueError, TypeError):
            text = f"the server rejected our request due to an error in our request: {json.dumps(operation)}"
            raise ApiError("Invalid", text) from None
    return data


def _operate(data: Any, operation: dict[str, Any], path: list[str]) -> None:
    do, holder = operation["op"], data
    for step in path[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    last: Any = path[-1]
    if isinstance(holder, list):
        last = len(holder) if last == "-" else int(last)
    if do == "add" and isinstance(holder, list):
        holder.insert(last, operation["value"])
    elif do in ("add", "replace"):
        if do == "replace":
            _ = holder[last]
        holder[last] = operation["value"]
    elif do == "remove":
        del holder[last]
    elif do == "test":
        if holder[last] != operation["value"]:
            raise ValueError(do)
    else:
        raise ValueError(do)

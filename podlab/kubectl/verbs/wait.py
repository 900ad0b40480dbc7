"""``kubectl wait``: let time pass until objects are as they should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, SELECTOR, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.jsonpath import JsonPathError, Template, parse_template
from podlab.kubectl.jsonpath_find import find
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, find_objects, nothing_selected, targets_of
from podlab.kubectl.verbs.delete import NOTHING

_HINT = "Write --for=condition=Ready, --for=delete or --for=jsonpath='{.status.phase}'=Running."
_DEFAULT_TIMEOUT = 30.0

Holds = Callable[[Any], bool]


@verb(
    Command(
        "wait",
        "Let time pass until objects are as they should be",
        "kubectl wait --for=CONDITION (TYPE NAME… | TYPE/NAME…)",
        (
            FILENAME,
            Flag("for", "text", default="", help="condition=Ready, delete, jsonpath={.status.phase}=Running"),
            Flag("timeout", "duration", help="How long at most, like 60s; 30s if nothing is said"),
            ALL,
            ALL_NAMESPACES,
            SELECTOR,
            FIELD_SELECTOR,
        ),
    )
)
def wait(call: Call) -> None:
    """Wait for all objects together for no longer than ``--timeout``, and say of each whether the condition is met."""
    asked: str = call.flags["for"]
    deleted = asked.lower() == "delete"
    holds = _condition(asked) if not deleted else None
    if not call.args and not call.flags["filename"]:
        raise KubectlError(NOTHING)
    targets = targets_of(call, call.args)
    if any(target.name is None for target in targets) and nothing_selected(call):
        raise KubectlError("error: resource(s) were provided, but no name was specified")
    found = find_objects(call, targets)
    if deleted:
        call.failures.clear()  # what is not there is as good as deleted
    elif not found and not call.failures:
        raise KubectlError("error: no matching resources found")
    timeout = _DEFAULT_TIMEOUT if call.flags["timeout"] is None else call.flags["timeout"]
    until = call.api.now() + timedelta(seconds=timeout)
    for one in found:
        left = max((until - call.api.now()).total_seconds(), 0.0)
        if call.api.wait_until(partial(_is_so, call, one, holds), left):
            call.out(f"{one.resource.prefix}/{one.name} condition met\n")
        else:
            text = f"error: timed out waiting for the condition on {one.resource.plural}/{one.name}"
            call.fail(KubectlError(text))


def _is_so(call: Call, found: Found, holds: Holds | None) -> bool:
    """Whether it holds for the object as it is now; without a condition: whether the object is gone."""
    try:
        now = call.api.get(found.resource.plural, found.namespace, found.name)
    except ApiError as error:
        if error.reason != "NotFound":
            raise from_api(error) from None
        return holds is None
    if holds is None:
        return bool(now.metadata.uid != found.object.metadata.uid)
    return holds(now)


def _condition(asked: str) -> Holds:
    kind, _, rest = asked.partition("=")
    if kind == "condition" and rest:
        name, _, value = rest.partition("=")
        return lambda obj: _has_condition(obj, name.lower(), (value or "true").lower())
    if kind == "jsonpath" and rest:
        return _by_path(rest)
    raise KubectlError(f'error: unrecognized condition: "{asked}"', hint=_HINT)


def _has_condition(obj: Any, name: str, value: str) -> bool:
    conditions = getattr(getattr(obj, "status", None), "conditions", None) or ()
    return any(c.type.lower() == name and c.status.lower() == value for c in conditions)


def _by_path(text: str) -> Holds:
    """``{.status.phase}=Running``, or only a path, which must then lead to something."""
    end = text.rfind("}") + 1
    path, value = (text[:end], text[end:]) if end else (text, "")
    if value and not value.startswith("="):
        raise KubectlError(f'error: jsonpath wait format must be --for=jsonpath="{{}}"=value, not {text}', hint=_HINT)
    try:
        template: Template = parse_template(path if path.startswith("{") else f"{{{path}}}")
    except JsonPathError as error:
        raise KubectlError(f"error: error parsing jsonpath {path}, {error}") from None

    def holds(obj: Any) -> bool:
        try:
            found = [one for group in find(template, json_data(obj)) for one in group]
        except JsonPathError:
            return False
        return bool(found) and (not value or all(_text(one) == value[1:].strip("'\"") for one in found))

    return holds


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

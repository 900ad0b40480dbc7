"""``kubectl get``: tables, data, and the replay of changes with ``--watch``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.call import Call
from podlab.kubectl.command import (
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    FILENAME,
    IGNORE_NOT_FOUND,
    NO_HEADERS,
    OUTPUT,
    SELECTOR,
    WATCH,
    Command,
    verb,
)
from podlab.kubectl.customcolumns import relaxed_path
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.jsonpath import JsonPathError
from podlab.kubectl.jsonpath_find import find
from podlab.kubectl.kinds import objects_table
from podlab.kubectl.output import check_output, is_table, print_data
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import Found, Target, find_objects, selection, targets_of

_NO_TYPE = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported '
    'resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed '
    "description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples"
)
_DEPRECATED = {"endpoints": "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"}


@verb(
    Command(
        "get",
        "List objects",
        "kubectl get (TYPE [NAME…] | TYPE/NAME…)",
        (
            FILENAME,
            ALL_NAMESPACES,
            SELECTOR,
            FIELD_SELECTOR,
            OUTPUT,
            NO_HEADERS,
            Flag("show-labels", "switch", help="Add a column with all labels"),
            Flag("label-columns", "list", "L", help="Labels to show as columns"),
            Flag("show-kind", "switch", help="Print names as TYPE/NAME"),
            Flag("sort-by", "text", default="", help="JSONPath of the field to sort by"),
            IGNORE_NOT_FOUND,
            WATCH,
            Flag("watch-only", "switch", help="Show changes only"),
            Flag("chunk-size", "number"),
            Flag("show-managed-fields", "switch"),
        ),
    )
)
def get(call: Call) -> None:
    """List objects, or show single ones."""
    if not call.args and not call.flags["filename"]:
        raise KubectlError(_NO_TYPE)
    output = call.flags["output"]
    check_output(output)
    targets = targets_of(call, call.args)
    resources = list(dict.fromkeys(target.resource for target in targets))
    for resource in resources:
        if resource.plural in _DEPRECATED:
            call.err(_DEPRECATED[resource.plural])
    if call.flags["watch"] or call.flags["watch-only"]:
        _watch(call, targets, resources)
        return
    found = find_objects(call, targets)
    if call.flags["sort-by"]:
        found = _sorted(found, call.flags["sort-by"])
    if not is_table(output):
        single = len(targets) == 1 and targets[0].name is not None
        if found or not single:
            pairs = [(one.resource, one.object) for one in found]
            call.out(print_data(output, pairs, as_list=not single, no_headers=call.flags["no-headers"]))
        return
    if found:
        call.out(_tables(call, resources, found))
    elif not call.failures and not call.flags["ignore-not-found"]:
        call.err(nothing_found(call, resources))


def nothing_found(call: Call, resources: Iterable[Resource]) -> str:
    """``No resources found in default namespace.``"""
    if call.everywhere or not all(resource.namespaced for resource in resources):
        return "No resources found"
    return f"No resources found in {call.namespace} namespace."


def _tables(call: Call, resources: list[Resource], found: list[Found]) -> str:
    """One table a resource, with a blank line between them."""
    tables = []
    for resource in resources:
        objects = [one.object for one in found if one.resource == resource]
        if objects:
            tables.append(_table(call, resource, objects, with_kind=len(resources) > 1))
    return ("" if call.flags["no-headers"] else "\n").join(tables)


def _table(call: Call, resource: Resource, objects: list[Any], *, with_kind: bool = False, **more: Any) -> str:
    options = {"now": call.api.now(), "no_headers": call.flags["no-headers"], **more}
    return objects_table(
        resource,
        objects,
        wide=call.flags["output"] == "wide",
        show_labels=call.flags["show-labels"],
        all_namespaces=call.everywhere,
        label_columns=call.flags["label-columns"] or (),
        with_kind=with_kind or bool(call.flags["show-kind"]),
        **options,
    )


def _watch(call: Call, targets: list[Target], resources: list[Resource]) -> None:
    """What is there, then a row for every change, in columns that only ever grow wider."""
    if len(resources) > 1:
        raise KubectlError("error: you may only specify a single resource type")
    if len(targets) > 1:
        only = "watch is only supported on individual resources and resource collections"
        raise KubectlError(f"error: {only} - {len(targets)} resources were found")
    target, resource, output = targets[0], resources[0], call.flags["output"]
    widths: list[int] = []
    headers_done = call.flags["no-headers"]

    def show(objects: list[Any], now: Any) -> None:
        nonlocal headers_done
        if not is_table(output):
            call.out("".join(print_data(output, [(resource, obj)], as_list=False) for obj in objects))
        elif objects:
            call.out(_table(call, resource, objects, now=now, remembered=widths, no_headers=headers_done))
            headers_done = True

    found = find_objects(call, targets)
    if call.failures:
        return
    if not call.flags["watch-only"]:
        show([one.object for one in found], call.api.now())
    passes = selection(call, resource)
    namespace = None if call.everywhere or not resource.namespaced else target.namespace
    try:
        for change in call.api.watch(resource.plural, namespace, call.flags["request-timeout"]):
            if target.name in (None, change.object.metadata.name) and passes(change.object):
                show([change.object], change.now)
    except ApiError as error:
        raise from_api(error) from None


def _sorted(found: list[Found], path: str) -> list[Found]:
    """Objects by a field; those that lack it come first."""
    template = relaxed_path(path)
    keys: list[Any] = []
    for one in found:
        try:
            values = find(template, json_data(one.object))
        except JsonPathError as error:
            raise KubectlError(f"error: {error}") from None
        keys.append(values[0][0] if values and values[0] else None)
    if found and all(key is None for key in keys):
        shown = path if path.startswith("{") else f"{{{path if path.startswith('.') else '.' + path}}}"
        raise KubectlError(f'error: couldn\'t find any field with path "{shown}" in the list of objects')
    order = sorted(range(len(found)), key=lambda index: _sort_key(keys[index]))
    return [found[index] for index in order]


def _sort_key(value: Any) -> tuple[int, list[tuple[int, int, str]]]:
    if value is None:
        return 0, []
    if isinstance(value, int | float):
        return 1, [(0, int(value * 1_000_000), "")]
    # Numbers within a text count as numbers: web-2 comes before web-10.
    parts = re.findall(r"[0-9]+|[^0-9]+", str(value))
    return 2, [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

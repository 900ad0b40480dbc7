"""``-o yaml``, ``json``, ``name``, ``jsonpath=…`` and ``custom-columns=…``: objects printed as data.

The table forms (no ``-o``, or ``-o wide``) are in `podlab.kubectl.printers` and `podlab.kubectl.kinds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.closest import did_you_mean
from podlab.kubectl.customcolumns import columns_table, parse_columns
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.goformat import go_json, go_quote, go_syntax
from podlab.kubectl.goyaml import go_yaml
from podlab.kubectl.jsonpath import JsonPathError, Template, parse_template
from podlab.kubectl.jsonpath_find import find, render
from podlab.kubectl.serialize import json_data, list_data

_FORMATS = (
    "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,"
    "name,template,templatefile,wide,yaml"
)
_NOT_HERE = ("custom-columns-file", "go-template", "go-template-file", "jsonpath-file", "template", "templatefile")


def is_table(output: str) -> bool:
    """Whether ``-o`` asks for a table rather than for data."""
    return output in ("", "wide")


def check_output(output: str) -> None:
    """Raise KubectlError unless `print_data` can print this ``-o`` or it is a table."""
    name, equals, argument = output.partition("=")
    if name in _NOT_HERE:
        raise KubectlError(f"error: podlab's kubectl has no -o {name}", hint="Use -o jsonpath=… or -o yaml.")
    if name in ("jsonpath", "jsonpath-as-json"):
        if not equals:
            raise KubectlError("error: template format specified but no template given")
        _template(argument)
    elif name == "custom-columns":
        parse_columns(argument)
    elif name not in ("yaml", "json", "name") and not is_table(output):
        formats = f'error: unable to match a printer suitable for the output format "{output}", allowed formats are: '
        raise KubectlError(formats + _FORMATS, hint=did_you_mean(name, _FORMATS.split(",")))


def print_data(output: str, found: Sequence[tuple[Resource, Any]], *, as_list: bool, no_headers: bool = False) -> str:
    """The text of the objects. ``as_list``: they were asked for as a list, even if it is only one."""
    name, _, argument = output.partition("=")
    if name == "name":
        return "".join(f"{resource.prefix}/{object_name(obj)}\n" for resource, obj in found)
    items = [json_data(obj) for _, obj in found]
    if name == "custom-columns":
        return columns_table(parse_columns(argument), items, no_headers=no_headers)
    data = list_data(items) if as_list or len(items) != 1 else items[0]
    if name == "yaml":
        return go_yaml(data)
    if name == "json":
        return go_json(data, indent=4) + "\n"
    return _jsonpath(argument, data, as_json=name == "jsonpath-as-json")


def object_name(obj: Any) -> str:
    """The name of an object or of a manifest, empty if it has none."""
    if isinstance(obj, dict):
        return str((obj.get("metadata") or {}).get("name") or "")
    return (obj.metadata.name if obj.metadata else None) or ""


def _jsonpath(text: str, data: Any, *, as_json: bool) -> str:
    template = _template(text)
    try:
        if as_json:
            values = [value for values in find(template, data) for value in values]
            return go_json(values, indent=4) + "\n"
        return render(template, data)
    except JsonPathError as error:
        raise KubectlError(
            f"error: error executing jsonpath {go_quote(text)}: Error executing template: {error}. Printing more "
            f"information for debugging the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine "
            f"was:\n\t\t{go_syntax(data)}\n\n"
        ) from None


def _template(text: str) -> Template:
    try:
        return parse_template(text)
    except JsonPathError as error:
        raise KubectlError(f"error: error parsing jsonpath {text}, {error}") from None

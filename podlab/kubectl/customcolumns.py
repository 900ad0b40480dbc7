"""``-o custom-columns=NAME:.metadata.name,PHASE:.status.phase``.

Models k8s.io/kubectl/pkg/cmd/get/customcolumn.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from podlab.kubectl.errors import KubectlError
from podlab.kubectl.goformat import go_text
from podlab.kubectl.jsonpath import JsonPathError, Template, parse_template
from podlab.kubectl.jsonpath_find import find
from podlab.kubectl.tables import NONE, table

_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")


@dataclass(frozen=True)
class Column:
    """A header and what is printed below it."""

    header: str
    path: Template


def parse_columns(spec: str) -> list[Column]:
    """Read the columns of ``-o custom-columns=``. Raises KubectlError."""
    if not spec:
        raise KubectlError("error: custom-columns format specified but no custom columns given")
    columns = []
    for part in spec.split(","):
        header, colon, path = part.partition(":")
        if not colon or ":" in path:
            raise KubectlError(f"error: unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(Column(header, relaxed_path(path)))
    return columns


def relaxed_path(path: str) -> Template:
    """Read a path that may lack its braces and first dot: ``metadata.name``. Raises KubectlError."""
    if not path:
        return parse_template("")
    match = _RELAXED.fullmatch(path)
    if match is None:
        raise KubectlError(
            "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or "
            "'{.name1.name2}'"
        )
    try:
        return parse_template(f"{{.{match[1] or match[2]}}}")
    except JsonPathError as error:
        raise KubectlError(f"error: {error}") from None


def columns_table(columns: Iterable[Column], objects: Iterable[Any], *, no_headers: bool = False) -> str:
    """The table of the columns for the objects' data."""
    columns = list(columns)
    try:
        rows = [[_cell(column, data) for column in columns] for data in objects]
    except JsonPathError as error:
        raise KubectlError(f"error: {error}") from None
    return table(rows, () if no_headers else [column.header for column in columns])


def _cell(column: Column, data: Any) -> str:
    found = find(column.path, data)
    if not found or not found[0]:
        return NONE
    return ",".join(go_text(value) for values in found for value in values)

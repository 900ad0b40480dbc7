"""The fields of a Pod in words: whose each is and why; and the form of 2014 beside today's."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from podlab.course.exhibits.field_owners import MACHINE, PROGRAM
from podlab.course.exhibits.fields import FieldNode
from podlab.course.exhibits.forms import Forms
from podlab.kubectl import table
from podlab.kubectl.fielddocs import field_docs

FIELD_HEADERS: Final = ("FIELD", "VALUE", "WHOSE", "PART", "WHY")
FORM_HEADERS: Final = ("v1beta1, 2014", "v1, today")
_LIKE_CONTAINERS = ("initContainers", "ephemeralContainers")
_VALUE, _OLD = 24, 58
"""The longest value, and the widest left column, in characters."""


class FieldRow(NamedTuple):
    """One line of the table: `level` counts from 0, `value` is None in the tree of all fields; `owner` may be empty."""

    level: int
    name: str
    value: str | None
    owner: tuple[str, ...]


def fields_text(
    tree: FieldNode, *, depth: int | None = None, descriptions: bool = False, most: int | None = None
) -> str:
    """A line for each field: name, value, whose, which part, why; a field without these belongs to what is around it.

    `depth` ends it so many levels down (2: the fields of metadata and spec); `descriptions` adds what the API's own
    documentation says first about each classified field; after `most` lines there is only how many more there are. In
    the tree of all fields, containers are told once.
    """
    told, more = fields_rows(tree, depth=depth, most=most)
    has_values = _has_values(tree)
    rows = []
    for row in told:
        values = [row.value or ""] if has_values else []
        rows.append(["  " * row.level + row.name, *values, *(row.owner or ("", "", ""))])
    headers = [head for head in FIELD_HEADERS if has_values or head != "VALUE"]
    lines = [line.rstrip() for line in table(rows, headers).splitlines()]
    if descriptions:
        nodes = list(_nodes(tree, depth))[: len(told)]
        lines = [lines[0], *_with_descriptions(lines[1:], nodes)]
    if more:
        lines.append(f"… and {more} fields more")
    return "\n".join([*lines, "", *fields_summary(tree, depth)])


def fields_rows(tree: FieldNode, *, depth: int | None = None, most: int | None = None) -> tuple[list[FieldRow], int]:
    """The first `most` lines of the table (default: all), and how many more there are."""
    has_values = _has_values(tree)
    nodes = list(_nodes(tree, depth))
    rows = []
    for level, node in nodes[:most]:
        owner = (node.owner.whose, node.owner.part, node.owner.why) if node.own else ("", "", "")
        rows.append(FieldRow(level, node.name, _short(node.value) if has_values else None, owner))
    return rows, len(nodes) - len(rows)


def fields_summary(tree: FieldNode, depth: int | None = None) -> list[str]:
    """How many fields are the machine's and how many the programs', by their parts."""
    return list(_summary(node for _, node in _nodes(tree, depth)))


def _nodes(tree: FieldNode, depth: int | None) -> Iterator[tuple[int, FieldNode]]:
    return _shown(tree, 0, depth, () if _has_values(tree) else _LIKE_CONTAINERS)


def _has_values(tree: FieldNode) -> bool:
    return any(node.value is not None for node in tree)


def _summary(nodes: Iterable[FieldNode]) -> Iterator[str]:
    counts: dict[str, Counter[str]] = {MACHINE: Counter(), PROGRAM: Counter()}
    for node in nodes:
        if node.own and node.path not in ("metadata", "spec") and node.owner.part != "programs":
            counts[node.owner.whose][node.owner.part] += 1
    for whose, parts in counts.items():
        listed = ", ".join(f"{part} {n}" for part, n in parts.items())
        total = sum(parts.values())
        line = f"{whose}: {total} {'field' if total == 1 else 'fields'}" + (f" ({listed})" if listed else "")
        yield from textwrap.wrap(line, 100, subsequent_indent="  ")


def forms_text(forms: Forms) -> str:
    """Two columns, 2014 and today; below them what 2014 could not say."""
    width = min(max([len(FORM_HEADERS[0]), *(len(line.old) for line in forms.lines)]), _OLD)
    lines = [f"{FORM_HEADERS[0]:{width}} | {FORM_HEADERS[1]}", f"{'-' * width}-+-{'-' * width}"]
    lines += [f"{_cut(line.old, width):{width}} | {_cut(line.new, width)}".rstrip() for line in forms.lines]
    if forms.missing:
        lines += ["", "not to be said in 2014:", *(f"  {path}" for path in forms.missing)]
    return "\n".join(lines)


def description(node: FieldNode) -> str:
    """The first sentence of the API's documentation of a field; nothing for an element of a list."""
    doc = field_docs(node.of).get(node.name)
    if doc is None:
        return ""
    sentence, stop, _ = " ".join(doc.text.split()).partition(". ")
    return sentence + "." * bool(stop)


def _with_descriptions(lines: list[str], nodes: list[tuple[int, FieldNode]]) -> Iterator[str]:
    for line, (level, node) in zip(lines, nodes, strict=True):
        yield line
        if node.own and (text := description(node)):
            yield f"{'  ' * level}    “{text}”"


def _shown(node: FieldNode, level: int, depth: int | None, closed: Collection[str]) -> Iterator[tuple[int, FieldNode]]:
    """The nodes below one, down to the classified ones or those that have a value, each with its level."""
    for child in node.children:
        if any(below.own or below.value is not None for below in child):
            yield level, child
            if (depth is None or level + 1 < depth) and child.name not in closed:
                yield from _shown(child, level + 1, depth, closed)


def _short(value: object) -> str:
    if value is None:
        return ""
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), _VALUE)


def _cut(text: str, width: int) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= width else text[: width - 1] + "…"

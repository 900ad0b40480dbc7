"""`pl.fields` and `pl.both_forms` as a notebook shows them: tables, and the same in plain text.

The tree and the lines themselves come from `podlab.api`; nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from podlab.api.load import Source
from podlab.api.mistakes import WrongValue
from podlab.course.exhibits import fields as tree
from podlab.course.exhibits import forms
from podlab.course.exhibits.fields_text import (
    FIELD_HEADERS,
    FORM_HEADERS,
    fields_rows,
    fields_summary,
    fields_text,
    forms_text,
)

_SHOWN = 200
"""So many fields a table shows."""
_LEFT = 'style="text-align: left; vertical-align: top"'


@dataclass(frozen=True, slots=True, repr=False)
class FieldsTable(tree.FieldNode):
    """The tree of a Pod's fields; a notebook shows a line for each. `depth` levels are shown, all if it is None."""

    depth: int | None = None

    @property
    def text(self) -> str:
        """The table in plain text: name, value, whose, which part, why."""
        return fields_text(self, depth=self.depth, most=_SHOWN)

    @property
    def html(self) -> str:
        """The table as HTML. What the manifest says is escaped."""
        rows, more = fields_rows(self, depth=self.depth, most=_SHOWN)
        values = any(row.value is not None for row in rows)
        headers = [head for head in FIELD_HEADERS if values or head != "VALUE"]
        lines = []
        for row in rows:
            name = "&nbsp;" * 4 * row.level + f"<code>{escape(row.name)}</code>"
            value = [f"<code>{escape(row.value)}</code>" if row.value else ""] if values else []
            lines.append([name, *value, *map(escape, row.owner)])
        notes = [*([f"… and {more} fields more"] if more else []), *fields_summary(self, self.depth)]
        return _html(headers, lines, notes)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


@dataclass(frozen=True, slots=True, repr=False)
class FormsTable(forms.Forms):
    """Both forms of one pod, beside each other."""

    @property
    def text(self) -> str:
        """Both columns in plain text; below them what 2014 could not say."""
        return forms_text(self)

    @property
    def html(self) -> str:
        """Both columns as HTML, each to be copied as it stands. What the manifest says is escaped."""
        columns = ([line.old for line in self.lines], [line.new for line in self.lines])
        cells = ["<pre>" + "\n".join(escape(text) or " " for text in column) + "</pre>" for column in columns]
        missing = ", ".join(self.missing)
        return _html(FORM_HEADERS, [cells], [f"Not to be said in 2014: {missing}"] if missing else [])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def fields(source: Source | None = None, *, depth: int | None = None) -> FieldsTable:
    """Whose each field is that a Pod's manifest sets, the machine's or a program's, and why.

    Without a manifest: of all fields a Pod can have. `depth` says how many levels are shown (2: down to the fields of
    metadata and spec; that is so for the fields of all pods). The whole tree can be walked through.
    Errors: ManifestError for a manifest that cannot be read, ValueError unless it is one Pod.
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise WrongValue(f"depth: must be a number of levels, 1 or more, not {depth!r}")
    found = tree.fields(source)
    if depth is None and source is None:
        depth = 2
    return FieldsTable(
        found.name, found.path, found.of, found.owner, found.own, found.value, found.children, depth=depth
    )


def both_forms(source: Source) -> FormsTable:
    """A pod in the form of 2014 (v1beta1) beside today's, line by line, given in either.

    Errors: ManifestError for a manifest that cannot be read, ValueError unless it is one Pod.
    """
    found = forms.both_forms(source)
    return FormsTable(found.lines, found.missing)


def _html(headers: tuple[str, ...] | list[str], rows: list[list[str]], notes: list[str]) -> str:
    """A table of cells that are HTML already; headers and notes are plain text."""
    head = "".join(f"<th {_LEFT}>{escape(text)}</th>" for text in headers)
    body = "".join("<tr>" + "".join(f"<td {_LEFT}>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    below = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f'<section class="podlab-fields"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f"{below}</section>"
    )

"""A small table with a title: aligned text, and HTML in which everything is escaped."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_WIDTH = 100
_LEFT = ' style="text-align: left"'
"""Cells are words and sentences; Jupyter would put them to the right."""


@dataclass(frozen=True)
class Table:
    """`title` above, `header` and `rows` of equal length, and `notes` below: one paragraph each."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """A word of success or failure for the table as a whole, as "yes"; nothing where there is none."""
        return ""

    @property
    def text(self) -> str:
        """The table in lines of about 100 characters."""
        lines = [self.title]
        if self.rows:
            lines += _aligned([self.header, *self.rows])
        for note in self.notes:
            lines += textwrap.wrap(note, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        return "\n".join(lines)

    @property
    def html(self) -> str:
        """The table as HTML. Names and words of a manifest are escaped."""
        head = "".join(f"<th{_LEFT}>{escape(cell)}</th>" for cell in self.header)
        lines = ("".join(_cell(cell) for cell in row) for row in self.rows)
        rows = "".join(f"<tr>{line}</tr>" for line in lines)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if self.rows else ""
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        title = f"<p>{_sign(self.verdict)}<b>{escape(self.title)}</b></p>"
        return f'<section class="podlab-course">{title}{table}{notes}</section>'

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


_GOOD, _BAD = ("✔", "#007A59"), ("✘", "#B34700")
_VERDICTS = {"yes": _GOOD, "right": _GOOD, "done": _GOOD, "no": _BAD, "not so": _BAD}
"""The words by which a check says that something holds or not. As HTML a sign on a coloured ground stands before."""


def _cell(text: str) -> str:
    return f"<td{_LEFT}>{_sign(text)}{escape(text)}</td>"


def _sign(verdict: str) -> str:
    if verdict not in _VERDICTS:
        return ""
    sign, ground = _VERDICTS[verdict]
    look = f"background: {ground}; color: #fff; padding: 0 4px; border-radius: 3px; margin-right: 5px"
    return f'<b aria-hidden="true" style="{look}">{sign}</b>'


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

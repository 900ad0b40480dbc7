"""What a learner has checked in this session, as a table; on request as CSV. Nothing is sent anywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.formats.new_file import write_file
from podlab.views.table import Table

FIELDS = ("learner", "kind", "name", "tries", "right", "of", "done")
"""The columns of a saved report: `right` of `of` things held in the best of so many `tries`; `done` is yes or no."""


@dataclass
class _Entry:
    tries: int = 0
    held: int = 0
    of: int = 0


_journal: dict[tuple[str, str], _Entry] = {}


@dataclass(frozen=True, repr=False)
class Report(Table):
    """A learner's checks as a table; `csv` and `save("ada.csv")` are for the instructor."""

    entries: tuple[tuple[str, str, int, int, int], ...] = ()

    @property
    def csv(self) -> str:
        """The report as CSV with the columns of `FIELDS`; the learner's name is left empty."""
        return self._csv("")

    def save(self, path: str | Path, learner: str | None = None, *, overwrite: bool = False) -> Path:
        """Write the report to a CSV file. The learner is named after it unless you say so.

        Errors: WrongValue when the name does not end in .csv, when the file cannot be written, or when there is one of
        this name and `overwrite` is not True.
        """
        if not isinstance(path, str | Path):
            raise WrongType(f'path: the name of a file, as in save("ada.csv"), not {a_kind(path)}')
        target = Path(path)
        if target.suffix.lower() != ".csv" or not target.stem:
            raise WrongValue(f"path: a name that ends in .csv, such as {target.stem or 'ada'}.csv, not {str(path)!r}")
        if not target.parent.is_dir():
            raise WrongValue(f"path: there is no folder {str(target.parent)!r}; make it first, or save beside it")
        text = self._csv(target.stem if learner is None else learner)
        return write_file(target, text, what="path", overwrite=overwrite)

    def _csv(self, learner: str) -> str:
        return csv_text(
            FIELDS,
            (
                (learner, kind, name, tries, held, of, "yes" if held == of else "no")
                for kind, name, tries, held, of in self.entries
            ),
        )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def note(kind: str, name: str, held: int, of: int) -> None:
    """Write down a check: `held` of `of` things were right. The best try counts."""
    entry = _journal.setdefault((kind, name), _Entry())
    entry.tries += 1
    if held >= entry.held:
        entry.held, entry.of = held, of


def is_done(kind: str, name: str) -> bool:
    """Whether all of it was right in some try."""
    entry = _journal.get((kind, name))
    return entry is not None and entry.held == entry.of


def progress() -> Report:
    """Every exercise, prediction and drill checked in this session: tries, and how much was right in the best one.

    `progress().save("ada.csv")` writes it down for an instructor; `python -m podlab.course.collect` joins many.
    """
    entries = tuple((kind, name, each.tries, each.held, each.of) for (kind, name), each in _journal.items())
    rows = tuple(
        (kind, name, str(tries), f"{held} of {of}", "done" if held == of else "")
        for kind, name, tries, held, of in entries
    )
    done = sum(held == of for _, _, _, held, of in entries)
    title = f"{done} of {len(rows)} done"
    return Report(title, ("kind", "name", "tries", "right", ""), rows, entries=entries)


def forget() -> None:
    """Begin a new report."""
    _journal.clear()

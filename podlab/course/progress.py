"""What a learner has checked in this session, as a table. Nothing is written to disk or sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.course.table import Table


@dataclass
class _Entry:
    tries: int = 0
    held: int = 0
    of: int = 0


_journal: dict[tuple[str, str], _Entry] = {}


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


def progress() -> Table:
    """Every exercise, prediction and drill checked in this session: tries, and how much was right in the best one."""
    rows = tuple(
        (kind, name, str(entry.tries), f"{entry.held} of {entry.of}", "done" if entry.held == entry.of else "")
        for (kind, name), entry in _journal.items()
    )
    done = sum(entry.held == entry.of for entry in _journal.values())
    return Table(f"{done} of {len(rows)} done", ("kind", "name", "tries", "right", ""), rows)


def forget() -> None:
    """Begin a new report."""
    _journal.clear()

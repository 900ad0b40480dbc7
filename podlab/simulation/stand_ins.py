"""The notes of a run that tell what stands in for something real, and the one line that says so above a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_TELLS = re.compile(
    r"stands? in|stand-in|is taken for|did you mean|podlab (?:cannot run|has no such|fetches|installs)|podlab's"
)


def stand_in_notes(notes: Iterable[str], pods: Iterable[str] | None = None) -> tuple[str, ...]:
    """The notes that tell of something that is not the real thing; of these pods only, when some are named."""
    names = None if pods is None else set(pods)
    found = (note for note in notes if _TELLS.search(note))
    return tuple(note for note in found if names is None or _whose(note) in names)


def _whose(note: str) -> str:
    """The pod that a note is about: what stands before its container, or before the colon."""
    place = note.partition(": ")[0]
    return place.rpartition("/")[0] if "/" in place else place


def one_line(notes: Sequence[str]) -> str:
    """The first note, and how many more there are; "" without any."""
    if not notes:
        return ""
    more = f" (and {len(notes) - 1} more: print(trace.notes))" if len(notes) > 1 else ""
    return f"note: {notes[0]}{more}"

"""How a time of a status is told: in seconds since the scenario began, where that is known, as everything else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_start: ContextVar[datetime | None] = ContextVar("start", default=None)


@contextmanager
def counted_from(start: datetime) -> Iterator[None]:
    """Meanwhile `clock_words` counts seconds from `start`."""
    token = _start.set(start)
    try:
        yield
    finally:
        _start.reset(token)


def clock_words(when: datetime) -> str:
    """A time stamp in words: "10 s" after the start, or the clock's "00:00:10" where no start is known."""
    start = _start.get()
    return f"{when:%H:%M:%S}" if start is None else f"{round((when - start).total_seconds(), 2):.10g} s"

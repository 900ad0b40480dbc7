"""Times of a real object against the clock: when, and how long until then or since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.api.mistakes import WrongValue


def moment(now: datetime | str | None) -> datetime:
    """The moment that is looked at: the clock's where none is given. WrongValue for what is no time with its zone."""
    if now is None:
        return datetime.now(UTC)
    try:
        when = datetime.fromisoformat(now) if isinstance(now, str) else now
        if when.tzinfo is not None:
            return when.astimezone(UTC)
    except (ValueError, AttributeError, TypeError, OverflowError):
        pass
    raise WrongValue(f"now: takes a time with its zone, such as 2026-01-31T12:00:00Z, not {now!r}")


def length(seconds: float) -> str:
    """A stretch of time in words: "8s", "2m40s", "3h5m", "4d2h"."""
    whole = max(round(seconds), 0)
    for unit, letter, small, small_letter in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= unit:
            rest = whole % unit // small
            return f"{whole // unit}{letter}{rest}{small_letter}" if rest else f"{whole // unit}{letter}"
    return f"{whole}s"


def clock(when: datetime, now: datetime) -> str:
    """A time of day; with its date when that is another than now's."""
    utc = when.astimezone(UTC)
    return f"{utc:%H:%M:%SZ}" if utc.date() == now.date() else f"{utc:%Y-%m-%d %H:%M:%SZ}"


def ahead(when: datetime, now: datetime) -> str:
    """A moment and how far it is: "12:00:40Z (in 12s)", "12:00:40Z (8s ago)"."""
    away = (when - now).total_seconds()
    return f"{clock(when, now)} ({f'in {length(away)}' if away >= 0 else f'{length(-away)} ago'})"


def times_of(pod: Pod) -> Iterator[datetime]:
    """Every time of the past that a pod holds, in no order. Go's zero times are left out."""
    meta, status = pod.metadata, pod.status
    found: list[Any] = [meta.creationTimestamp if meta is not None else None]
    if status is not None:
        found.append(status.startTime)
        for condition in status.conditions or ():
            found += [condition.lastTransitionTime]
        for each in (*(status.initContainerStatuses or ()), *(status.containerStatuses or ())):
            for state in (each.state, each.lastState):
                if state is not None and state.running is not None:
                    found.append(state.running.startedAt)
                if state is not None and state.terminated is not None:
                    found += [state.terminated.startedAt, state.terminated.finishedAt]
    yield from (when for when in found if when is not None and when.year > 1970)

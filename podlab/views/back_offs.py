"""When the kubelet held a restart back, read from what the API showed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from podlab.core.engine.history import Event
from podlab.views.facts import BackOff, StateSpan

Announcement = tuple[float, float]
"""When a CrashLoopBackOff message was first seen, and the delay in seconds it names."""

_DELAY = re.compile(r"back-off (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)? restarting")
_WATCH_LAG = 1.0  # an event may be announced this much before the status it belongs to


def announced_delay(message: str | None) -> float | None:
    """The seconds in "back-off 1m20s restarting failed container=…"; None for any other message."""
    found = _DELAY.match(message or "")
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def back_offs(
    spans: Sequence[StateSpan], announced: Sequence[Announcement], events: Iterable[Event]
) -> tuple[BackOff, ...]:
    """The waits of one container.

    A wait begins when a run is seen to have ended and lasts until the next run. It is a back-off, and not just a
    container that is finished, when within it the API shows CrashLoopBackOff or the kubelet records a BackOff event:
    during short waits the kubelet shows CrashLoopBackOff only for an instant at their very end.
    """
    refusals = sorted(e.t for e in events if e.reason == "BackOff" and "restarting" in e.message)
    times = [t for t, _ in announced]
    out: list[BackOff] = []
    end = spans[-1].end if spans else 0.0
    for span in reversed(spans):
        if span.state == "terminated" and span.start < end:
            i, j = bisect_left(times, span.start), bisect_left(refusals, span.start - _WATCH_LAG)
            delay = announced[i][1] if i < len(times) and times[i] <= end else None
            if delay is not None or (j < len(refusals) and refusals[j] < end):
                out.append(BackOff(span.start, end, delay))
        if span.state != "waiting":
            end = span.start
    return tuple(out[::-1])

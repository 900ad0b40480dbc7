"""The back-off of a real container: how long it is and until when, from its message or from its count of restarts.

The kubelet keeps back-offs in its memory only. Its message says their length; without one, it follows from the number
of restarts: the first is at once, then 10 s, doubled each time, at most 300 s, forgotten 10 min after the last restart.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from lightkube.models.core_v1 import ContainerStateTerminated, ContainerStatus

LONGEST, FORGOTTEN = 300.0, 600.0
SEEN = 2.0
"""Seconds until a kubelet has seen an exit and done what follows from it."""
_GO = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$")


class BackOff(NamedTuple):
    """Seconds from the end of the run; `told`: the kubelet itself said them."""

    seconds: float
    told: bool

    def due(self, end: datetime) -> datetime:
        """The earliest moment of the next try."""
        return end + timedelta(seconds=self.seconds)

    def latest(self, end: datetime) -> datetime:
        """By then it has come as a rule: the kubelet oversleeps by up to half of what it plans, at most 60 s ahead."""
        return self.due(end) + timedelta(seconds=min(self.seconds, 60.0) * 0.5 + SEEN)


def back_off_of(status: ContainerStatus, end: ContainerStateTerminated) -> BackOff:
    """The back-off of a container whose last run ended with `end`."""
    waiting = status.state.waiting if status.state is not None else None
    told = re.match(r"back-off (\S+) restarting", (waiting.message if waiting is not None else "") or "")
    seconds = go_seconds(told[1]) if told else None
    if seconds is not None:
        return BackOff(seconds, True)
    return BackOff(_by_count(status.restartCount or 0, end), False)


def _by_count(restarts: int, end: ContainerStateTerminated) -> float:
    if restarts <= 0:
        return 0.0
    begun, over = end.startedAt, end.finishedAt
    if begun and over and begun.year > 1970 and (over - begun).total_seconds() > FORGOTTEN:
        return 0.0
    return float(min(10 * 2 ** min(restarts - 1, 10), LONGEST))


def go_seconds(text: str) -> float | None:
    """A duration as Go prints it (1m20s) in seconds; None for what is none."""
    found = _GO.match(text)
    if found is None or not text:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds

"""How virtual time follows the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

Speed = float | Literal["max"]

SLICE = 0.05
"""Seconds of the wall between two looks at the clock, and how long time runs at once at full speed."""


class Pace:
    """Virtual seconds for each second of the wall; at "max" as fast as it can be worked out; or it stands still.

    `clock` gives the wall's seconds.
    """

    def __init__(self, speed: Speed, now: float, *, paused: bool = False, clock: Callable[[], float] = time.monotonic):
        self.speed = speed
        self.paused = paused
        self._clock = clock
        self._wall, self._virtual = clock(), now

    def due(self, now: float) -> float:
        """Which virtual time it should be, when it is `now`."""
        if self.paused or self.speed == "max":
            return now
        return max(now, self._virtual + (self._clock() - self._wall) * float(self.speed))

    def start_from(self, now: float) -> None:
        """It is `now`; from here on time follows the wall again."""
        self._wall, self._virtual = self._clock(), now

    def pause(self, now: float) -> None:
        """Let time stand still."""
        self.paused = True
        self.start_from(now)

    def resume(self, now: float) -> None:
        """Let time go on."""
        self.paused = False
        self.start_from(now)

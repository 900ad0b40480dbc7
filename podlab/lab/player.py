"""Lets the lab's clock run: one seek after another while the kernel is free."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from podlab.lab.model import LabModel

TICK = 0.1
"""Seconds of real time between two pictures."""


class Player:
    """Plays a lab at `speed` seconds of its time per real second. `changed` is called when it starts and stops."""

    def __init__(self, lab: LabModel, seek: Callable[[float], None], changed: Callable[[], None]) -> None:
        self.speed = 5.0
        self._lab = lab
        self._seek = seek
        self._changed = changed
        self._task: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._task is not None and not self._task.done()

    def toggle(self) -> None:
        """Start, from the beginning when the end has been reached, or pause."""
        if self.playing and self._task is not None:
            self._task.cancel()
            self._stopped()
            return
        if self._lab.t >= self._lab.until:
            self._seek(0.0)
        self._task = asyncio.get_running_loop().create_task(self._play())
        self._changed()

    async def _play(self) -> None:
        clock = asyncio.get_running_loop().time
        before = clock()
        while self._lab.t < self._lab.until:
            await asyncio.sleep(TICK)
            now = clock()
            self._seek(round(self._lab.t + (now - before) * self.speed, 1))
            before = now
        self._stopped()

    def _stopped(self) -> None:
        self._task = None
        self._changed()

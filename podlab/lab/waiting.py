"""Long work of a panel: it goes on a slice at a time, so that the kernel hears the buttons between two slices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from podlab.lab import fragments
from podlab.lab.controls import button, html, row
from podlab.lab.work import SLICE, Runs, Work

Action = Callable[[], Any]
BREATH = 0.02
"""Seconds of real time between two slices."""


class Waiting:
    """Shows how far a run is, with a button to stop it. `resume(action, stopped)` is called once it is over."""

    def __init__(self, runs: Runs, resume: Callable[[Action, bool], None]) -> None:
        self._runs = runs
        self._resume = resume
        self._stopped = False
        self._task: asyncio.Task[None] | None = None
        self.progress = html("progress")
        self.stop = button("Stop", "stop", self._stop, "show what there is by now")
        self.widget = row("work", self.progress, self.stop)
        self.widget.layout.display = "none"

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self._task is not None

    def begin(self, work: Work, action: Action) -> None:
        """Let `work` go on to its end; then `action`, which needed it, is done again."""
        self._stopped = False
        self.widget.layout.display = None
        self._task = asyncio.get_running_loop().create_task(self._go_on(work, action))

    async def _go_on(self, work: Work, action: Action) -> None:
        try:
            while work.go_on(SLICE) is None and not self._stopped:
                self.progress.value = fragments.progress(work.reached, work.until)
                await asyncio.sleep(BREATH)
            if self._stopped:
                work.stop()
            self._runs.remember(work)
        except KeyboardInterrupt:
            action = _raising(ValueError("Interrupted: the run was given up, and nothing was changed."))
        except Exception as error:
            action = _raising(error)
        self._task = None
        self.widget.layout.display = "none"
        self._resume(action, self._stopped)

    def _stop(self) -> None:
        self._stopped = True


def _raising(error: Exception) -> Action:
    def action() -> None:
        raise error

    return action

"""What the runtime needs of time: a clock that can be asked to call back later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Timer(Protocol):
    """A callback that has been asked for."""

    def cancel(self) -> None:
        """Forget it; harmless when it has already run."""


class Clock(Protocol):
    """Virtual time in seconds. Callbacks due at the same instant run in the order they were asked for."""

    @property
    def now(self) -> float:
        """Seconds since the scenario began."""

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> Timer:
        """Call `action(*args)` at `when` (now, if that is in the past)."""

"""The event loop of the simulation: a heap of callbacks in virtual time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any


class BudgetExceeded(RuntimeError):
    """The run did more than its budget of events allows: something loops without letting time pass."""


class Timer:
    """One callback on the heap."""

    __slots__ = ("action", "args")

    def __init__(self, action: Callable[..., None] | None, args: tuple[Any, ...]) -> None:
        self.action = action
        self.args = args

    def cancel(self) -> None:
        """Forget the callback; harmless when it has already run."""
        self.action = None
        self.args = ()


class Loop:
    """Virtual time in seconds, from 0. Callbacks due at one instant run in the order they were asked for.

    Errors: `BudgetExceeded` when more than `per_instant` callbacks run without time passing, or more than
    `total` in all, so that no scenario can hang a notebook.
    """

    def __init__(self, *, per_instant: int = 100_000, total: int = 20_000_000) -> None:
        self.now = 0.0
        self.count = 0
        self._heap: list[tuple[float, int, Timer]] = []
        self._asked = 0
        self._per_instant = per_instant
        self._total = total

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> Timer:
        """Call `action(*args)` at `when`; a time in the past means now."""
        timer = Timer(action, args)
        self._asked += 1
        heapq.heappush(self._heap, (when if when > self.now else self.now, self._asked, timer))
        return timer

    def run_until(self, until: float) -> None:
        """Run everything due up to and including `until`, and leave the clock there."""
        heap, pop = self._heap, heapq.heappop
        instant, budget = self.now, self._per_instant
        while heap and heap[0][0] <= until:
            when, _, timer = pop(heap)
            action = timer.action
            if action is None:
                continue
            if when != instant:
                instant, budget = when, self._per_instant
            budget -= 1
            self.count += 1
            if budget < 0 or self.count > self._total:
                raise BudgetExceeded(
                    f"stopped at t={when:g}s: more than {self._per_instant if budget < 0 else self._total} steps "
                    + ("without time passing" if budget < 0 else "in one run")
                )
            self.now = when
            timer.action = None
            action(*timer.args)
        if until > self.now:
            self.now = until

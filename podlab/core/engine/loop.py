"""The event loop of the simulation: a heap of callbacks in virtual time.

What is due at one instant runs in four ranks: first what the kubelet and the cluster have planned, then what has been
asked for at this very instant, then programs that have slept until now, last the commands that somebody types. So at a
tie the machinery comes first, as on a real node, where a program always starts a little after the kubelet's own clocks:
a file that is removed after 30 s is still there for the probe of second 30. Within a rank the order is the one in which
the callbacks were asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from podlab.api.mistakes import Mistake


class BudgetExceeded(Mistake, RuntimeError):
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


PLANNED, AT_ONCE, PROGRAMS, TYPED = 0, 1, 2, 3


class Loop:
    """Virtual time in seconds, from 0.

    Errors: `BudgetExceeded` when more than `per_instant` callbacks run without time passing, or more than
    `total` in all, so that no scenario can hang a notebook.
    """

    def __init__(self, *, per_instant: int = 20_000, total: int = 1_000_000) -> None:
        self.now = 0.0
        self.count = 0
        self._heap: list[tuple[float, int, int, Timer]] = []
        self._asked = 0
        self._per_instant = per_instant
        self._total = total

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> Timer:
        """Call `action(*args)` at `when`; a time in the past means now."""
        return self.push(when, PLANNED, action, args)

    def push(self, when: float, rank: int, action: Callable[..., None], args: tuple[Any, ...]) -> Timer:
        """As `call_at`, in a given rank."""
        timer = Timer(action, args)
        self._asked += 1
        if when <= self.now:
            when, rank = self.now, TYPED if rank == TYPED else AT_ONCE
        heapq.heappush(self._heap, (when, rank, self._asked, timer))
        return timer

    def allow(self, *, per_instant: int, total: int) -> None:
        """A new budget from here on."""
        self._per_instant, self._total = per_instant, self.count + total

    def next_at(self) -> float | None:
        """When something is due next, or None."""
        while self._heap and self._heap[0][3].action is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_until(self, until: float) -> None:
        """Run everything due up to and including `until`, and leave the clock there."""
        heap, pop = self._heap, heapq.heappop
        instant, budget = self.now, self._per_instant
        while heap and heap[0][0] <= until:
            when, _, _, timer = pop(heap)
            action = timer.action
            if action is None:
                continue
            if when != instant:
                instant, budget = when, self._per_instant
            budget -= 1
            self.count += 1
            if budget < 0 or self.count > self._total:
                raise BudgetExceeded(
                    f"stopped at t={when:.9g}s: more than {self._per_instant if budget < 0 else self._total} steps "
                    + ("without time passing" if budget < 0 else "in one run")
                )
            self.now = when
            timer.action = None
            action(*timer.args)
        if until > self.now:
            self.now = until


class ProgramClock:
    """The loop as the container runtime sees it: what a program waits for comes last at its instant."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    @property
    def now(self) -> float:
        """Seconds since the scenario began."""
        return self._loop.now

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> Timer:
        """Call `action(*args)` at `when`; a time in the past means now."""
        return self._loop.push(when, PROGRAMS, action, args)

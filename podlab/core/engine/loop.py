"""The event loop of the simulation: a heap of callbacks in virtual time.

What is due at one instant runs in five ranks: first the gestures planned for it, then what the kubelet and the cluster
have planned, then what has been asked for at this very instant, then programs that have slept until now, last what
somebody does or types when all this has happened. So at a tie the machinery comes first, as on a real node, where a
program always starts a little after the kubelet's own clocks: a file that is removed after 30 s is still there for the
probe of second 30. Within a rank the order is the one in which the callbacks were asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
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


GESTURES, PLANNED, AT_ONCE, PROGRAMS, CLOSING = range(5)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many callbacks a run may make: it stops only what never ends, and never asks how fast the machine is.

    `here` at one instant, `total` in all; both grow by `here_each` and `total_each` for each object that is there at
    that time (pods that have ended do not count), and `total` by `per_second` for each of them and every second of
    virtual time. So what lets time pass may go on for months, and ten thousand pods may be made at once.
    """

    here: int = 20_000
    here_each: int = 1_000
    total: int = 1_000_000
    total_each: int = 50_000
    per_second: int = 1_000

    def times(self, n: int) -> Allowance:
        """Enough for `n` such runs in one."""
        here, total = self.here * n, self.total * n
        return Allowance(here, self.here_each * n, total, self.total_each * n, self.per_second * n)


USUAL = Allowance()


class Loop:
    """Virtual time in seconds, from 0. `size` tells how many objects there are.

    Errors: `BudgetExceeded` when more callbacks run than `allowance` says, so that no scenario can hang a notebook. The
    loop is then `whole`: with a new allowance it goes on as if it had never been stopped. It is not after any other
    error that left a callback half done, be it an interrupt.
    """

    def __init__(self, allowance: Allowance | None = None, size: Callable[[], int] = int) -> None:
        self.now = 0.0
        self.count = 0
        self.whole = True
        self._heap: list[tuple[float, int, int, Timer]] = []
        self._asked = 0
        self._size = size
        self.allow(allowance or USUAL)

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> Timer:
        """Call `action(*args)` at `when`; a time in the past means now."""
        return self.push(when, PLANNED, action, args)

    def push(self, when: float, rank: int, action: Callable[..., None], args: tuple[Any, ...]) -> Timer:
        """As `call_at`, in a given rank."""
        timer = Timer(action, args)
        self._asked += 1
        if when <= self.now:
            when, rank = self.now, CLOSING if rank == CLOSING else AT_ONCE
        heapq.heappush(self._heap, (when, rank, self._asked, timer))
        return timer

    def allow(self, allowance: Allowance) -> None:
        """A new budget from here on."""
        self._allowance, self._since, self._before = allowance, self.now, self.count

    def next_at(self) -> float | None:
        """When something is due next, or None."""
        while self._heap and self._heap[0][3].action is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_until(self, until: float) -> None:
        """Run everything due up to and including `until`, and leave the clock there."""
        heap, pop = self._heap, heapq.heappop
        instant, begun = self.now, self.count
        enough = self._allowed(instant, begun)
        self.whole = False
        while heap and heap[0][0] <= until:
            when = heap[0][0]
            if when != instant:
                instant, begun = when, self.count
            if self.count >= enough:
                enough = self._allowed(when, begun)
                if self.count >= enough:
                    self.whole = True
                    raise self._exceeded(when, begun)
            _, _, _, timer = pop(heap)
            action = timer.action
            if action is None:
                continue
            self.count += 1
            self.now = when
            timer.action = None
            try:
                action(*timer.args)
            except BudgetExceeded:
                self.whole = True  # whoever refuses to go on says so before anything is changed
                raise
        if until > self.now:
            self.now = until
        self.whole = True

    def _allowed(self, when: float, begun: int) -> int:
        """What `count` may become at `when`, before which there had been `begun` callbacks."""
        rule, size = self._allowance, self._size()
        here = begun + rule.here + rule.here_each * size
        total = self._before + rule.total + size * rule.total_each
        return min(here, total + int((when - self._since) * rule.per_second * max(size, 1)))

    def _exceeded(self, when: float, begun: int) -> BudgetExceeded:
        here, total = self.count - begun, self.count - self._before
        if here >= self._allowance.here:
            return BudgetExceeded(
                f"stopped at t={when:.9g}s: more than {here} steps without time passing; something here never ends"
            )
        return BudgetExceeded(
            f"stopped at t={when:.9g}s: more than {total} steps in one run; "
            "something here lets too little time pass between its steps"
        )


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

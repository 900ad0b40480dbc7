"""Things that take virtual time, written as generators.

A task yields seconds (a delay) or a `Latch` (wait until somebody sets it) and gets the latch's value back.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from podlab.core.engine.loop import Loop

Steps = Generator["float | Latch", Any, Any]


class Latch:
    """Something to wait for: set once, with a value; everybody who waits goes on."""

    __slots__ = ("_waiting", "is_set", "value")

    def __init__(self) -> None:
        self.is_set = False
        self.value: Any = None
        self._waiting: list[Callable[[Any], None]] = []

    def set(self, value: Any = None) -> None:
        """Let the waiting go on with `value`; a second call changes nothing."""
        if self.is_set:
            return
        self.is_set, self.value = True, value
        waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            go_on(value)

    def when_set(self, go_on: Callable[[Any], None]) -> None:
        """Call `go_on(value)` once it is set: at once if it is already."""
        if self.is_set:
            go_on(self.value)
        else:
            self._waiting.append(go_on)


def start(loop: Loop, steps: Steps) -> Latch:
    """Run `steps` from now on; the latch is set with what they return."""
    done = Latch()

    def step(value: Any = None) -> None:
        while True:
            try:
                want = steps.send(value)
            except StopIteration as stop:
                done.set(stop.value)
                return
            if isinstance(want, Latch):
                if not want.is_set:
                    want.when_set(step)
                    return
                value = want.value
            elif want > 0:
                loop.call_at(loop.now + want, step)
                return
            else:
                value = None

    step()
    return done


def all_of(loop: Loop, tasks: list[Steps]) -> Steps:
    """Run the tasks side by side; wait until all have ended; return their results in order."""
    latches = [start(loop, t) for t in tasks]
    results = []
    for latch in latches:
        results.append((yield latch))
    return results


def within(loop: Loop, latch: Latch, seconds: float) -> Steps:
    """Wait for `latch`, but no longer than `seconds`; return whether it was set in time."""
    if latch.is_set:
        return True
    either = Latch()
    timer = loop.call_at(loop.now + seconds, either.set, False)
    latch.when_set(lambda _: either.set(True))
    in_time = yield either
    timer.cancel()
    return in_time

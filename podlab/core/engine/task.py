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
    task = _Task(loop, steps)
    task.step()
    return task.done


class _Task:
    """Steps under way. (A function that asks for itself would never be freed during a run.)"""

    __slots__ = ("_loop", "_steps", "done")

    def __init__(self, loop: Loop, steps: Steps) -> None:
        self._loop = loop
        self._steps = steps
        self.done = Latch()

    def step(self, value: Any = None) -> None:
        """Go on until there is something to wait for."""
        while True:
            try:
                want = self._steps.send(value)
            except StopIteration as stop:
                self.done.set(stop.value)
                return
            if isinstance(want, Latch):
                if not want.is_set:
                    want.when_set(self.step)
                    return
                value = want.value
            elif want > 0:
                self._loop.call_at(self._loop.now + want, self.step)
                return
            else:
                value = None


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

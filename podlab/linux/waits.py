"""What a program may yield: something to wait for.

A `Wait` is begun once, for one `Sink` (a process, a wait made of several, the kubelet's own HTTP client), and tells it
when it is over. It knows nothing of generators.
"""

from __future__ import annotations

from typing import Any, Protocol

from podlab.linux.clock import Clock, Timer


class Interrupted:
    """What `yield proc.…` gives back when a signal with a handler cut the waiting short (EINTR). It is false.

    The handler has run by then. `signal` is the number of the signal.
    """

    __slots__ = ("signal",)

    def __init__(self, signal: int) -> None:
        self.signal = signal

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"Interrupted({self.signal})"


class Failure:
    """The result of a wait that failed: the error is raised at the program's `yield`."""

    __slots__ = ("error",)

    def __init__(self, error: OSError) -> None:
        self.error: OSError | None = error

    def take(self) -> OSError:
        """The error, which is raised once."""
        error, self.error = self.error, None
        assert error is not None, "a failure is raised once"
        return error


class Sink(Protocol):
    """Who is told that a wait is over."""

    def finished(self, wait: Wait, value: Any) -> None:
        """`wait` is over and gave `value`."""


class Wait:
    """Something to wait for. Begin it at most once."""

    __slots__ = ("_sink", "value")

    def __init__(self) -> None:
        self._sink: Sink | None = None
        self.value: Any = None

    def begin(self, sink: Sink) -> bool:
        """Start waiting. True: it was over at once and `value` holds the result. False: `sink` will be told."""
        if self._try():
            return True
        self._sink = sink
        self._register()
        return False

    def abandon(self) -> None:
        """Stop waiting: the sink is not told any more."""
        if self._sink is not None:
            self._sink = None
            self._forget()

    def finish(self, value: Any = None) -> None:
        """Called by whatever is waited for: it has happened."""
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.finished(self, value)

    def _try(self) -> bool:
        return False

    def _register(self) -> None:
        """Ask whatever is waited for to call `finish`."""

    def _forget(self) -> None:
        """Take the request back."""


class Pause(Wait):
    """Never over: only a signal ends it."""

    __slots__ = ()


class Step(Wait):
    """Over at once."""

    __slots__ = ()

    def begin(self, sink: Sink) -> bool:
        """Nothing to wait for."""
        return True


class Done(Wait):
    """Over at once, with a value (a `Failure` raises)."""

    __slots__ = ()

    def __init__(self, value: Any) -> None:
        self._sink = None
        self.value = value

    def begin(self, sink: Sink) -> bool:
        """Nothing to wait for."""
        return True


class Sleep(Wait):
    """Over when `seconds` of virtual time have passed."""

    __slots__ = ("_clock", "_result", "_timer", "seconds")

    def __init__(self, clock: Clock, seconds: float, result: Any = None) -> None:
        self._sink = None
        self.value = None
        self._clock = clock
        self._result = result
        self.seconds = seconds

    def begin(self, sink: Sink) -> bool:
        """Set the alarm."""
        self._sink = sink
        self._timer: Timer = self._clock.call_at(self._clock.now + self.seconds, self.finish, self._result)
        return False

    def _forget(self) -> None:
        self._timer.cancel()


class AnyOf(Wait):
    """Over as soon as one of several waits is over: gives `(index, value)`; the others are abandoned."""

    __slots__ = ("_waits",)

    def __init__(self, waits: tuple[Wait, ...]) -> None:
        super().__init__()
        self._waits = waits

    def begin(self, sink: Sink) -> bool:
        """Begin all of them, or as many as it takes to find one that is over at once."""
        self._sink = sink
        for index, wait in enumerate(self._waits):
            if wait.begin(self):
                self._sink = None
                self._forget(but=index)
                self.value = wait.value if isinstance(wait.value, Failure) else (index, wait.value)
                return True
        return False

    def finished(self, wait: Wait, value: Any) -> None:
        """One of them is over."""
        index = self._waits.index(wait)
        self._forget(but=index)
        self.finish(value if isinstance(value, Failure) else (index, value))

    def _forget(self, but: int = -1) -> None:
        for index, wait in enumerate(self._waits):
            if index != but:
                wait.abandon()

"""A connection from outside a pod to one of its ports: what comes back is told as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from podlab.linux.http import GO_WORDS
from podlab.linux.sockets import Connection
from podlab.linux.waits import Failure, Sink, Wait


class Line(Sink):
    """One connection. `told(text)` hears what comes, "" at its end; `failed(why)` that nobody answers."""

    def __init__(self, address: str, told: Callable[[str], None], failed: Callable[[str], None]) -> None:
        self._address, self._told, self._failed = address, told, failed
        self._wait: Wait | None = None
        self._connection: Connection | None = None
        self._unsent: list[str] = []
        self._closed = False

    def begin(self, dial: Wait) -> None:
        """Dial."""
        self._await(dial)

    def write(self, text: str) -> None:
        """Send something; what is said too early is sent once somebody has answered."""
        if self._connection is None:
            self._unsent.append(text)
        elif not self._closed:
            try:
                self._connection.write(text)
            except OSError:
                self.close()

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        if self._wait is not None:
            self._wait.abandon()
        if self._connection is not None:
            self._connection.close()

    def finished(self, wait: Wait, value: Any) -> None:
        """Connected, or text came, or it failed."""
        self._wait = None
        if isinstance(value, Failure):
            error = value.take()
            words = GO_WORDS.get(error.errno or 0, str(error))
            self._failed(f"dial tcp {self._address}: {words}")
            return
        if self._connection is None:
            self._connection = value
            unsent, self._unsent = self._unsent, []
            for text in unsent:
                self.write(text)
        else:
            self._told(value)
            if not value:
                return
        if not self._closed:
            self._await(self._connection.read())

    def _await(self, wait: Wait) -> None:
        self._wait = wait
        if wait.begin(self):
            self.finished(wait, wait.value)

"""The cluster behind a server: its Session, its clock, and who waits for something to happen.

Only the server's own thread touches it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from podlab.api.mistakes import Mistake
from podlab.apiserver.rest import Request, Response, Rest
from podlab.serve.pace import SLICE, Pace

T = TypeVar("T")


class Served(Protocol):
    """What a server needs of a Session: the API server in front of it, requests that are remembered, and time."""

    @property
    def now(self) -> float:
        """Virtual seconds since it began."""

    @property
    def rest(self) -> Rest:
        """The API server."""

    def request(self, request: Request) -> Response:
        """Answer a request now, and remember one that has changed something."""

    def next_at(self) -> float | None:
        """When something is due next."""

    def step_to(self, t: float) -> None:
        """Let time pass until `t`."""


class Cluster:
    """A Session with the REST API in front, whose time goes on by itself."""

    def __init__(self, session: Served, pace: Pace) -> None:
        self.session = session
        self.pace = pace
        self.failed = ""
        self._waiting: set[asyncio.Future[None]] = set()
        self.stopped = False

    @property
    def now(self) -> float:
        """Virtual seconds since the session began."""
        return self.session.now

    @property
    def rest(self) -> Rest:
        """The API server, which is another one after an undo."""
        return self.session.rest

    def handle(self, request: Request) -> Response:
        """Answer a request at the present instant."""
        self.catch_up()
        before = self.rest.views.version
        response = self.session.request(request)
        if self.failed:
            response = replace(response, warnings=(*response.warnings, self.failed))
        if self.rest.views.version != before:
            self.wake()
        return response

    def do(self, work: Callable[[], T]) -> T:
        """Do something with the session, which may let time pass."""
        self.catch_up()
        try:
            return work()
        finally:
            self.pace.start_from(self.now)
            self.rest.views.sync()
            self.wake()

    def catch_up(self) -> None:
        """Let pass the time that has passed on the wall, from one thing that happens to the next."""
        self.run_to(self.pace.due(self.now))

    def run_to(self, until: float, *, for_seconds: float | None = None) -> None:
        """Let virtual time pass up to `until`, but work no longer than `for_seconds`."""
        began = time.monotonic()
        changed = False
        while True:
            due = self.session.next_at()
            if due is None or due > until:
                self.session.step_to(until)
                break
            self.session.step_to(due)
            changed = self.rest.views.sync() or changed
            if for_seconds is not None and time.monotonic() - began > for_seconds:
                break
        if changed:
            self.wake()

    async def live(self) -> None:
        """Let time go on until the server is stopped. A run that cannot go on stands still, and says why."""
        while not self.stopped:
            busy = False
            try:
                busy = self._go_on()
            except Mistake as error:
                self.pace.pause(self.now)
                self.failed = f"time stands still: {error}"
            await asyncio.sleep(0 if busy else SLICE)

    def _go_on(self) -> bool:
        """Let some time pass. Returns whether there is more to do at once."""
        if self.pace.paused:
            return False
        if self.pace.speed != "max":
            self.catch_up()
            return False
        due = self.session.next_at()
        if due is not None:
            self.run_to(due + 1.0, for_seconds=SLICE)
        return due is not None

    def wake(self) -> None:
        """Something has happened: whoever waits may look."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def something(self, timeout: float) -> None:
        """Wait until something happens, for at most `timeout` seconds of the wall."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(future)

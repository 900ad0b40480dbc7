"""The server: a thread of its own, with its own event loop, which alone touches the Session."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import tornado.httpserver
import tornado.netutil
import tornado.web

from podlab.api.mistakes import WrongValue
from podlab.apiserver.rest import Request, Response
from podlab.serve.cluster import Cluster, Served
from podlab.serve.credentials import HOST, Credentials, write_private
from podlab.serve.forwarding import PORTS_PATH, Ports
from podlab.serve.handlers import Api, Clock
from podlab.serve.pace import Pace, Speed
from podlab.serve.sockets import EXEC_PATH, Execs

T = TypeVar("T")

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes in a request, as a real API server takes them."""
SLOWEST = 60.0
"""Seconds in which a request must have come in."""


class Server:
    """The Kubernetes API in front of a Session. It runs until `stop()`; `with` stops it at the end.

    Errors: WrongValue for a port that is taken or a speed that is none.
    """

    def __init__(
        self,
        session: Served,
        *,
        speed: Speed = 1,
        paused: bool = False,
        port: int = 0,
        kubeconfig: Path | None = None,
    ) -> None:
        self.session = session
        self.credentials = Credentials()
        self.cluster = Cluster(session, Pace(_speed(speed), session.now, paused=paused))
        try:
            self._sockets = tornado.netutil.bind_sockets(port, HOST)
        except (OSError, OverflowError) as error:
            raise WrongValue(f"port: {port} cannot be used ({error}); 0 takes any that is free") from None
        self.port = int(self._sockets[0].getsockname()[1])
        self.url = f"https://{HOST}:{self.port}"
        self.kubeconfig = write_private(self.credentials.kubeconfig(self.url), kubeconfig)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="podlab serve", daemon=True)
        self._thread.start()
        self._ready.wait()

    def __repr__(self) -> str:
        return f"<podlab serve at {self.url}; export KUBECONFIG={self.kubeconfig}>"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return self._thread.is_alive() and not self._stopped

    def call(self, work: Callable[[], T]) -> T:
        """Do something with the Session in the server's thread, and wait for it."""
        if threading.current_thread() is self._thread or not self.running:
            return work()
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def run() -> None:
            try:
                done.set_result(self.cluster.do(work))
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result()

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        return self.cluster.handle(request)

    def stop(self) -> None:
        """Stop it; the Session lives on. Harmless when it has stopped already."""
        if self.running:
            self._stopped = True
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        with contextlib.suppress(FileNotFoundError):
            self.kubeconfig.unlink()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        application = tornado.web.Application(
            [
                (EXEC_PATH, Execs, {"server": self}),
                (PORTS_PATH, Ports, {"server": self}),
                (r"/podlab/advance", Clock, {"server": self}),
                (r".*", Api, {"server": self}),
            ],
            compress_response=False,
            log_function=lambda handler: None,
        )
        server = tornado.httpserver.HTTPServer(
            application,
            ssl_options=self.credentials.context(),
            max_body_size=LARGEST_BODY,
            body_timeout=SLOWEST,
            idle_connection_timeout=3600.0,
        )
        server.add_sockets(self._sockets)
        living = asyncio.ensure_future(self.cluster.live())
        self._ready.set()
        await self._stopping.wait()
        self.cluster.stopped = True
        self.cluster.wake()
        server.stop()
        await living
        await server.close_all_connections()


def _speed(speed: object) -> Speed:
    if speed == "max":
        return "max"
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= 1000:
        raise WrongValue(f'speed: must be a number above 0, at most 1000, or "max", not {speed!r}')
    return float(speed)


def serve(session: Served, **options: object) -> Server:
    """Start a server for a session."""
    return Server(session, **options)  # type: ignore[arg-type]

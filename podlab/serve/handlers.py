"""HTTP: who may ask, how large a question may be, and how an answer is sent.

tornado is the server that Jupyter brings.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import tornado.iostream
import tornado.web

from podlab.api.mistakes import Mistake
from podlab.apiserver.rest import Request, Response
from podlab.apiserver.rest.request import Place, place
from podlab.apiserver.rest.status import failure
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError
from podlab.serve.following import Following
from podlab.serve.watching import Watch

if TYPE_CHECKING:
    from podlab.serve.server import Server


LONGEST = 30 * 24 * 3600.0
"""Seconds; what a Session takes at once, too."""


class Guarded(tornado.web.RequestHandler):
    """A handler that answers only to those who have the token."""

    def initialize(self, server: Server) -> None:
        """Who it works for."""
        self.server = server

    def prepare(self) -> None:
        """Refuse those without the token, whatever they ask for."""
        if not self.server.credentials.accepts(self.request.headers.get("Authorization", "")):
            self.send(failure(ApiError("Unauthorized", "Unauthorized")))

    def set_default_headers(self) -> None:
        """Nothing is kept by anyone in between."""
        self.set_header("Cache-Control", "no-cache, private")
        self.set_header("Server", "podlab")

    def send(self, response: Response) -> None:
        """Send a whole answer."""
        self.set_status(response.code)
        self.set_header("Content-Type", response.content_type)
        for warning in response.warnings:
            text = warning.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
            self.add_header("Warning", f'299 - "{text}"')
        self.finish(response.body)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """What went wrong, in one sentence and never a traceback."""
        reasons = {400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 413: "RequestEntityTooLarge"}
        reason = reasons.get(status_code, "InternalError")
        texts = {"InternalError": "podlab could not answer this: please report it"}
        self.send(failure(ApiError(reason, texts.get(reason, self._reason))))

    def asked(self) -> Request:
        """The request as the REST API takes it."""
        sent = self.request
        repeated = {
            name: tuple(v.decode("utf-8", "replace") for v in values) for name, values in sent.query_arguments.items()
        }
        return Request(
            method=sent.method or "GET",
            path=sent.path,
            query={name: values[-1] for name, values in repeated.items()},
            body=sent.body or b"",
            content_type=sent.headers.get("Content-Type", "application/json"),
            accept=sent.headers.get("Accept", "application/json"),
            agent=sent.headers.get("User-Agent", ""),
            repeated=repeated,
            impersonated=sent.headers.get("Impersonate-User", ""),
        )


class Clock(Guarded):
    """What `podlab advance` asks: let time pass."""

    def post(self) -> None:
        """Let it pass; the answer is what time it is then."""
        cluster = self.server.cluster
        text = self.get_query_argument("seconds", "")
        try:
            seconds = float(text)
            if not 0 <= seconds <= LONGEST:
                raise ValueError
        except ValueError:
            what = f"advance: must be seconds from 0 to {LONGEST:.0f} (a month), not {text!r}"
            self.send(failure(ApiError("BadRequest", what)))
            return
        try:
            cluster.do(lambda: cluster.run_to(cluster.now + seconds))
        except Mistake as error:
            self.send(failure(ApiError("InternalError", str(error))))
            return
        self.send(Response(200, text=f"t={cluster.now:g}s\n", content_type="text/plain"))


class Api(Guarded):
    """Everything that is no WebSocket."""

    async def _answer(self) -> None:
        request = self.asked()
        there = place(request.path)
        if self._finished:
            return
        if request.method == "GET" and there is not None:
            try:
                stream = self._stream(request, there)
            except (ApiError, KubectlError) as error:
                self.send(failure(error, there.details))
                return
            if stream is not None:
                await self._send_stream(stream)
                return
        response = await self.server.answer(request)
        self.send(response)

    get = head = post = put = patch = delete = _answer

    def _stream(self, request: Request, there: Place) -> AsyncIterator[bytes] | None:
        """What comes bit by bit: a watch, or a log that is followed."""
        cluster = self.server.cluster
        if there.part == "log" and request.flag("follow"):
            cluster.catch_up()
            self.set_header("Content-Type", "text/plain")
            return Following(cluster, request, there).chunks()
        if not there.part and request.flag("watch"):
            cluster.catch_up()
            self.set_header("Content-Type", "application/json")
            return Watch(cluster, request, there).events()
        return None

    async def _send_stream(self, stream: AsyncIterator[bytes]) -> None:
        try:
            await self.flush()
            async for chunk in stream:
                if chunk:
                    self.write(chunk)
                    await self.flush()
            await self.finish()
        except tornado.iostream.StreamClosedError:
            pass

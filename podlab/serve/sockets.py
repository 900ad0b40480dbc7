"""WebSockets: commands in containers, and their terminals.

A message's first byte is the channel: 0 stdin, 1 stdout, 2 stderr, 3 the Status at the end, 4 the size of the terminal,
and in version 5 of the protocol 255, which closes another channel. Models
k8s.io/apimachinery/pkg/util/remotecommand and k8s.io/apiserver/pkg/util/wsstream.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import tornado.ioloop
import tornado.websocket

from podlab.apiserver.rest import Request
from podlab.apiserver.rest.execs import RunningExec, end_status
from podlab.apiserver.rest.logs import container_of
from podlab.apiserver.rest.request import Place, place
from podlab.apiserver.rest.status import failure, status
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError
from podlab.serve.handlers import Guarded
from podlab.serve.terminal import Terminal

if TYPE_CHECKING:
    from podlab.serve.cluster import Cluster

EXEC_PATH = r"/api/v1/namespaces/[^/]+/pods/[^/]+/(exec|attach)"
STDIN, STDOUT, STDERR, STATUS, SIZE, CLOSE = 0, 1, 2, 3, 4, 255
PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io")
UPGRADE = "unable to upgrade: podlab speaks the WebSocket protocols v5.channel.k8s.io and v4.channel.k8s.io only"
NORMAL = 1000
UPGRADING = "unable to upgrade connection: "
"""What kubectl itself says first."""
_LOOK_EVERY = 1.0


class Execs(Guarded, tornado.websocket.WebSocketHandler):
    """`exec` and `attach`."""

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The newest protocol that both know."""
        return next((known for known in PROTOCOLS if known in subprotocols), None)

    def check_origin(self, origin: str) -> bool:
        """Whoever has the token may ask from anywhere; browsers cannot have it."""
        return True

    async def get(self, *words: str, **more: str) -> None:
        """Start the command first: what is refused is refused before the connection changes its protocol."""
        refused = self._begin(words[0])
        if refused is not None:
            self.send(failure(refused, self._place.details))
        elif self.request.headers.get("Upgrade", "").lower() != "websocket":
            self.send(failure(ApiError("BadRequest", UPGRADE)))
        else:
            await super().get(*words, **more)

    async def post(self, part: str) -> None:
        """What older clients ask with SPDY: the same answer where it is refused, else that it cannot be."""
        self._find(part)
        refused = self._checked()
        self.send(failure(refused or ApiError("BadRequest", UPGRADE), self._place.details))

    def open(self, *args: str, **kwargs: str) -> None:
        """The connection is there."""
        tornado.ioloop.IOLoop.current().spawn_callback(self._talk)

    def on_message(self, message: str | bytes) -> None:
        """The client has sent something."""
        data = message.encode() if isinstance(message, str) else message
        if not data:
            return
        channel, rest = data[0], data[1:]
        if channel == STDIN and self._exec is not None:
            self._type(rest)
        elif channel == CLOSE and rest[:1] == bytes([STDIN]):
            self._feed("")

    def on_close(self) -> None:
        """The client has gone."""
        self._gone = True
        self._cluster.wake()
        if self._exec is not None and self._exec.code is None:
            self._feed("")

    # Beginning

    def _find(self, part: str) -> None:
        self._cluster: Cluster = self.server.cluster
        self._exec: RunningExec | None = None
        self._number = 0
        self._gone = False
        self._refused = ""
        self._terminal: Terminal | None = None
        self._asked: Request = self.asked()
        found = place(self._asked.path)
        assert found is not None, "the path was matched"
        self._place: Place = found
        self._part = part

    def _begin(self, part: str) -> ApiError | KubectlError | None:
        """Find out what is asked for and start it. Returns why it cannot be done."""
        self._find(part)
        upgrade = self.request.headers.get("Upgrade", "").lower() == "websocket"
        if part == "attach" or not upgrade:
            return self._checked()
        request = Request("EXEC", self._asked.path, self._asked.query, repeated=self._asked.repeated)
        response = self._cluster.handle(request)
        if response.code >= 400:
            data = response.data
            if not data.get("reason"):  # the runtime could not start it: the client is told as of its end
                self._refused = f"Internal error occurred: {data['message']}"
                return None
            return ApiError(data.get("reason", ""), data["message"].removeprefix(UPGRADING))
        self._number = response.data["exec"]
        self._exec = self._cluster.rest.execs[self._number]
        if self._exec.tty:
            self._terminal = Terminal(self._exec.command)
        return None

    def _checked(self) -> ApiError | KubectlError | None:
        """Why a container cannot be spoken to, None if it can."""
        try:
            self._cluster.catch_up()
            rest = self._cluster.rest
            pod = rest.views.get(self._place.resource, self._place.namespace, self._place.name).obj
            container = container_of(pod, self._asked.query.get("container", ""))
            rest.live.record_of(rest.live.stored(pod), container)
        except ApiError as error:
            text = error.message.removeprefix(UPGRADING)
            if self._part == "attach" and text.startswith("container not found"):
                text = f"container {container} not found in pod {self._place.name}_{self._place.namespace}"
            return ApiError(error.reason, text)
        except KubectlError as error:
            return error
        self._container = container
        return None

    # Talking

    async def _talk(self) -> None:
        try:
            if self._refused:
                await self._tell(STATUS, json.dumps(status("Failure", 500, self._refused, "InternalError")))
            elif self._exec is not None:
                await self._talk_with_command(self._exec)
            else:
                await self._talk_with_log()
        except tornado.websocket.WebSocketClosedError:
            pass
        finally:
            self.close(NORMAL)

    async def _talk_with_command(self, running: RunningExec) -> None:
        told = 0
        while not self._gone and not self._cluster.stopped:
            pieces = running.since(told)
            told += len(pieces)
            for stream, text in pieces:
                await self._tell(stream, text)
            if running.code is not None and not running.since(told):
                await self._tell(STATUS, json.dumps(end_status(running.code)))
                return
            if self._terminal is not None and running.where is not None:
                await self._tell(STDOUT, self._terminal.prompt(running.where, anything_new=bool(pieces)))
            await self._cluster.something(_LOOK_EVERY)

    async def _talk_with_log(self) -> None:
        """`attach`: what the container writes from now on, until it ends."""
        rest, there = self._cluster.rest, self._place
        pod = rest.live.stored(rest.views.get(there.resource, there.namespace, there.name).obj)
        record = rest.live.record_of(pod, self._container)
        told = len(record.container.log)
        while not self._gone and not self._cluster.stopped:
            lines = record.container.log[told:]
            told += len(lines)
            for _, stream, text in lines:
                await self._tell(STDERR if stream == "stderr" else STDOUT, f"{text}\n")
            if not record.alive:
                await self._tell(STATUS, json.dumps(end_status(0)))
                return
            await self._cluster.something(_LOOK_EVERY)

    async def _tell(self, channel: int, text: str) -> None:
        if text and (channel != STDERR or self._terminal is None):
            shown = self._terminal.shown(text) if self._terminal is not None and channel == STDOUT else text
            await self.write_message(bytes([channel]) + shown.encode("utf-8", "replace"), binary=True)
        elif text:
            await self._tell(STDOUT, text)

    def _type(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        if self._terminal is None:
            self._feed(text) if text else None
            return
        typed = self._terminal.typed(text)
        if typed.echo:
            tornado.ioloop.IOLoop.current().spawn_callback(self._echo, typed.echo)
        if typed.interrupt and self._exec is not None:
            self._cluster.do(self._exec.interrupt)
        if typed.line:
            self._feed(typed.line)
        if typed.end:
            self._feed("")

    async def _echo(self, text: str) -> None:
        await self.write_message(bytes([STDOUT]) + text.encode(), binary=True)

    def _feed(self, text: str) -> Any:
        path = f"{self._asked.path}/{self._number}"
        return self._cluster.handle(Request("INPUT", path, body=text.encode("utf-8", "surrogateescape")))

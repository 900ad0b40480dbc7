"""`kubectl port-forward`: SPDY inside a WebSocket. A pair of streams, data and error, is one connection to a port.

Models k8s.io/apiserver/pkg/util/proxy and pkg/kubelet/cri/streaming/portforward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import tornado.ioloop
import tornado.websocket

from podlab.apiserver.rest import Request
from podlab.apiserver.rest.forwards import Forward
from podlab.apiserver.rest.request import Place, place
from podlab.apiserver.rest.status import failure
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError
from podlab.serve.handlers import Guarded
from podlab.serve.spdy import PING, RST_STREAM, SYN_STREAM, Frame, Reader, SpdyError, Writer

if TYPE_CHECKING:
    from podlab.serve.cluster import Cluster

PORTS_PATH = r"/api/v1/namespaces/[^/]+/pods/[^/]+/portforward"
PROTOCOL = "SPDY/3.1+portforward.k8s.io"
UPGRADE = "unable to upgrade: podlab forwards ports over WebSockets only"
_LOOK_EVERY = 1.0
_PIECE = 1 << 16


@dataclass
class Pair:
    """The two streams of one connection, and the connection."""

    port: int
    data: int = 0
    error: int = 0
    number: int = -1
    told: int = 0
    begun: bool = False
    closed: bool = False


class Ports(Guarded, tornado.websocket.WebSocketHandler):
    """`portforward`."""

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The only one there is."""
        return PROTOCOL if PROTOCOL in subprotocols else None

    def check_origin(self, origin: str) -> bool:
        """Whoever has the token may ask from anywhere; browsers cannot have it."""
        return True

    async def get(self, *words: str, **more: str) -> None:
        """What is refused is refused before the connection changes its protocol."""
        refused = self._begin()
        if refused is not None:
            self.send(failure(refused, self._place.details))
        elif self.request.headers.get("Upgrade", "").lower() != "websocket":
            self.send(failure(ApiError("BadRequest", UPGRADE)))
        else:
            await super().get(*words, **more)

    async def post(self) -> None:
        """What older clients ask with SPDY alone."""
        self.send(failure(self._begin() or ApiError("BadRequest", UPGRADE), self._place.details))

    def open(self, *args: str, **kwargs: str) -> None:
        """The connection is there."""
        tornado.ioloop.IOLoop.current().spawn_callback(self._talk)

    async def on_message(self, message: str | bytes) -> None:
        """The client has sent some bytes of SPDY."""
        data = message.encode() if isinstance(message, str) else message
        try:
            for frame in self._reader.feed(data):
                await self._take(frame)
        except SpdyError:
            self.close(1002)

    def on_close(self) -> None:
        """The client has gone: so do its connections."""
        self._gone = True
        for pair in self._pairs.values():
            self._hang_up(pair)
        self._cluster.wake()

    def _begin(self) -> ApiError | KubectlError | None:
        self._cluster: Cluster = self.server.cluster
        self._asked = self.asked()
        found = place(self._asked.path)
        assert found is not None, "the path was matched"
        self._place: Place = found
        self._reader, self._writer = Reader(), Writer()
        self._pairs: dict[str, Pair] = {}
        self._streams: dict[int, tuple[Pair, str]] = {}
        self._gone = False
        try:
            self._cluster.catch_up()
            rest = self._cluster.rest
            pod = rest.views.get(found.resource, found.namespace, found.name).obj
            if pod.status.phase != "Running":
                phase = pod.status.phase
                raise ApiError(
                    "BadRequest", f"unable to forward port because pod is not running. Current status={phase}"
                )
        except (ApiError, KubectlError) as error:
            return error
        return None

    async def _take(self, frame: Frame) -> None:
        if frame.kind == SYN_STREAM:
            headers = frame.headers
            pair = self._pairs.setdefault(headers.get("requestid", ""), Pair(int(headers.get("port", "0") or 0)))
            kind = headers.get("streamtype", "data")
            setattr(pair, "error" if kind == "error" else "data", frame.stream)
            self._streams[frame.stream] = pair, kind
            await self._send(self._writer.reply(frame.stream))
            if kind == "data":
                self._dial(pair)
        elif frame.kind == PING:
            await self._send(self._writer.ping(frame.data))
        elif frame.stream in self._streams:
            pair, kind = self._streams[frame.stream]
            if kind == "data" and frame.data:
                self._speak(pair, frame.data.decode("utf-8", "surrogateescape"))
            if kind == "data" and frame.kind == RST_STREAM:
                self._hang_up(pair)
            self._cluster.wake()

    def _dial(self, pair: Pair) -> None:
        response = self._cluster.handle(Request("DIAL", self._asked.path, {"port": str(pair.port)}))
        pair.begun = True
        if response.code < 400:
            pair.number = response.data["forward"]
        else:
            pair.closed = True

    def _speak(self, pair: Pair, text: str) -> None:
        if pair.number >= 0 and not pair.closed:
            body = text.encode("utf-8", "surrogateescape")
            self._cluster.handle(Request("SEND", f"{self._asked.path}/{pair.number}", body=body))

    def _hang_up(self, pair: Pair) -> None:
        if pair.number >= 0 and not pair.closed:
            pair.closed = True
            self._cluster.handle(Request("SEND", f"{self._asked.path}/{pair.number}"))

    async def _talk(self) -> None:
        """Send back what the pods say, as it comes."""
        try:
            while not self._gone and not self._cluster.stopped:
                for pair in list(self._pairs.values()):
                    await self._pass_on(pair)
                await self._cluster.something(_LOOK_EVERY)
        except tornado.websocket.WebSocketClosedError:
            pass

    async def _pass_on(self, pair: Pair) -> None:
        if pair.number < 0 or pair.closed:
            return
        forward: Forward = self._cluster.rest.forwards[pair.number]
        pieces, pair.told = forward.come[pair.told :], len(forward.come)
        data = "".join(pieces).encode("utf-8", "surrogateescape")
        for at in range(0, len(data), _PIECE):
            await self._send(self._writer.data(pair.data, data[at : at + _PIECE]))
        if forward.ended:
            pair.closed = True
            if forward.error:
                await self._send(self._writer.data(pair.error, forward.error.encode()))
            await self._send(self._writer.data(pair.error, b"", last=True))
            await self._send(self._writer.data(pair.data, b"", last=True))

    async def _send(self, data: bytes) -> None:
        await self.write_message(data, binary=True)

"""The network of pods: port spaces, localhost, connections, Unix sockets, names.

A `NetNamespace` is a port space with one IP, shared by all containers of a pod. The `Network` knows which IP is whose.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from podlab.runtime.files import Files, error
from podlab.runtime.process import hold
from podlab.runtime.streams import Buffer, Mode, Stream
from podlab.runtime.tree import Socket
from podlab.runtime.waits import Done, Failure, Sleep, Wait

if TYPE_CHECKING:
    from podlab.runtime.clock import Clock
    from podlab.runtime.process import Process

UNREACHABLE_AFTER = 3.0
"""Seconds until a call to an IP that nobody has fails (three unanswered ARP requests)."""

Serve = Callable[[str], tuple[int, str]]


class Connection(Stream):
    """One end of a connection: read, write, `close`. `shutdown` ends only the writing."""

    __slots__ = ("_closed", "_inbox", "_outbox", "local", "peer", "remote")

    def __init__(self, inbox: Buffer, outbox: Buffer, local: str, remote: str) -> None:
        super().__init__()
        self._inbox = inbox
        self._outbox = outbox
        self._closed = False
        self.peer: Connection | None = None
        self.local = local
        self.remote = remote

    def write(self, text: str) -> None:
        """Send text now. Errors: `BrokenPipeError` when either end has been closed."""
        if self._closed or self._outbox.ended or (self.peer is not None and self.peer._closed):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        self._outbox.feed(text)

    def room(self) -> Wait:
        """Wait until the other side has read enough."""
        return self._outbox.room()

    def read(self, mode: Mode = "some") -> Wait:
        """Wait for text from the other side; "" when it has closed."""
        return self._inbox.reading(mode)

    def shutdown(self) -> None:
        """Say that nothing more will be sent; reading goes on."""
        self._outbox.end()

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        self._outbox.end()
        self._inbox.drop()


class Listener(Stream):
    """An open port or Unix socket. `serve` answers HTTP without anybody accepting."""

    __slots__ = ("_close", "_queue", "_waiting", "address", "owner", "serve")

    def __init__(self, owner: Process, address: str, serve: Serve | None, close: Callable[[], None]) -> None:
        super().__init__()
        self.owner = owner
        self.address = address
        self.serve = serve
        self._close = close
        self._queue: deque[Connection] = deque()
        self._waiting: deque[_Accept] = deque()

    def call(self, caller: str) -> Connection:
        """Somebody calls: the caller's end of the connection; the other end waits to be accepted."""
        there, back = Buffer(), Buffer()
        near, far = Connection(back, there, caller, self.address), Connection(there, back, self.address, caller)
        near.peer, far.peer = far, near
        self._queue.append(far)
        while self._waiting and self._queue:
            self._waiting.popleft().answer(self._queue.popleft())
        return near

    def accept(self, process: Process) -> Wait:
        """A wait for a caller."""
        return _Accept(self, process)

    def close(self) -> None:
        """The port is free again; callers not yet accepted are hung up on."""
        self._close()
        while self._queue:
            self._queue.popleft().close()


class _Accept(Wait):
    __slots__ = ("_listener", "_process")

    def __init__(self, listener: Listener, process: Process) -> None:
        super().__init__()
        self._listener = listener
        self._process = process

    def answer(self, connection: Connection) -> None:
        hold(self._process, connection)
        self.finish(connection)

    def _try(self) -> bool:
        if not self._listener._queue:
            return False
        self.value = self._listener._queue.popleft()
        hold(self._process, self.value)
        return True

    def _register(self) -> None:
        self._listener._waiting.append(self)

    def _forget(self) -> None:
        if self in self._listener._waiting:
            self._listener._waiting.remove(self)


class NetNamespace:
    """A port space. `ip` is "" once the network has been torn down; localhost goes on working."""

    __slots__ = ("_network", "id", "ip", "ports")

    def __init__(self, id: str, ip: str, network: Network) -> None:
        self.id = id
        self.ip = ip
        self.ports: dict[int, list[Listener]] = {}
        self._network = network

    def listen(self, process: Process, port: int | str, host: str, serve: Serve | None) -> Listener:
        """Open a port (or a Unix socket, given a path). Errors: EADDRINUSE, EADDRNOTAVAIL."""
        if isinstance(port, str):
            return _listen_unix(process, port, serve)
        if not isinstance(port, int) or not 0 < port < 65536:
            raise ValueError(f"a port is a number from 1 to 65535, not {port!r}")
        address = "127.0.0.1" if host in ("localhost", "::1") else "0.0.0.0" if host in ("", "*", "::") else host
        if address not in ("0.0.0.0", self.ip) and not address.startswith("127."):
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        taken = self.ports.setdefault(port, [])
        for other in taken:
            theirs = other.address.rpartition(":")[0]
            if "0.0.0.0" in (theirs, address) or theirs == address:
                raise OSError(errno.EADDRINUSE, "Address already in use")
        listener = Listener(process, f"{address}:{port}", serve, lambda: taken.remove(listener))
        taken.append(listener)
        return listener

    def listener(self, address: str, port: int) -> Listener | None:
        """Who answers at an address of this namespace."""
        for listener in self.ports.get(port, ()):
            if listener.address.rpartition(":")[0] in ("0.0.0.0", address):
                return listener
        return None

    def resolve(self, host: str, files: Files) -> str:
        """The IP of a name. Errors: `OSError` ENOENT."""
        if host.replace(".", "").isdecimal() and host.count(".") == 3:
            return host
        try:
            lines = files.read("/etc/hosts").splitlines()
        except OSError:
            lines = []
        for line in lines:
            words = line.partition("#")[0].split()
            if host in words[1:] and ":" not in words[0]:
                return words[0]
        found = self._network.resolve(host)
        if found is None:
            raise OSError(errno.ENOENT, "Name does not resolve", host)
        return found

    def connect(self, process: Process, host: str, port: int | str) -> Wait:
        """A wait for a connection."""
        try:
            if host.startswith("/"):
                node = process.group.files.find(process.proc.path(host))
                listener = node.listener if isinstance(node, Socket) else None
                if listener is None:
                    raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
                caller = ""
            else:
                ip = self.resolve(host, process.group.files)
                found = self.route(ip, int(port))
                if found is None:
                    problem = Failure(OSError(errno.EHOSTUNREACH, "No route to host"))
                    return Sleep(process.kernel.clock, UNREACHABLE_AFTER, problem)
                space, ip, target = found
                listener = space.listener(ip, target)
                caller = self.ip if space is not self else "127.0.0.1"
            if listener is None:
                raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        except OSError as problem:
            return Done(Failure(problem))
        connection = listener.call(caller)
        hold(process, connection)
        return Done(connection)

    def route(self, ip: str, port: int) -> tuple[NetNamespace, str, int] | None:
        """Which port space an address leads to from here; None: nowhere."""
        if ip.startswith("127.") or ip == self.ip or ip == "0.0.0.0":
            return self, ip, port
        return self._network.route(ip, port)


def _listen_unix(process: Process, path: str, serve: Serve | None) -> Listener:
    files = process.group.files
    full = process.proc.path(path)
    node = Socket(None, process.kernel.clock.now)

    def close() -> None:
        node.listener = None

    try:
        files.place(full, node)
    except FileExistsError:
        raise error(errno.EADDRINUSE, path, "Address already in use") from None
    listener = node.listener = Listener(process, full, serve, close)
    return listener


class Network:
    """What connects the pods of a cluster: IPs to port spaces, and what the cluster adds (names, Services).

    `names` answers a DNS question with an IP or None; `service` turns a virtual IP and port into a pod's, or None.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.spaces: dict[str, NetNamespace] = {}
        self.names: Callable[[str], str | None] = lambda name: None
        self.service: Callable[[str, int], tuple[str, int] | None] = lambda ip, port: None

    def join(self, space: NetNamespace) -> None:
        """An IP comes up."""
        self.spaces[space.ip] = space

    def leave(self, space: NetNamespace) -> None:
        """An IP goes down."""
        if self.spaces.get(space.ip) is space:
            del self.spaces[space.ip]

    def resolve(self, name: str) -> str | None:
        """A name that is in no hosts file."""
        return self.names(name)

    def route(self, ip: str, port: int) -> tuple[NetNamespace, str, int] | None:
        """The port space behind an address."""
        space = self.spaces.get(ip)
        if space is not None:
            return space, ip, port
        target = self.service(ip, port)
        if target is None:
            return None
        space = self.spaces.get(target[0])
        return None if space is None else (space, target[0], target[1])

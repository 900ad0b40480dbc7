"""The network of pods: port spaces, localhost, Unix sockets, names, and the way from one to another.

A `NetNamespace` is a port space with one IP, shared by all containers of a pod. The `Network` knows which IP is whose.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from podlab.linux import internet
from podlab.linux.files import Files, error
from podlab.linux.http import Responder, Serve
from podlab.linux.process import hold
from podlab.linux.sockets import Connection, Listener
from podlab.linux.tree import Socket
from podlab.linux.waits import Done, Failure, Sleep, Wait

if TYPE_CHECKING:
    from podlab.linux.clock import Clock
    from podlab.linux.process import Process

UNREACHABLE_AFTER = 3.0
"""Seconds until a call to an IP that nobody has fails (three unanswered ARP requests)."""

TIMES_OUT_AFTER = 127.0
"""Seconds until a call that nobody takes up fails (six repetitions of SYN)."""

NDOTS = 5
"""Names with fewer dots are first looked for in the search domains, as the kubelet asks in resolv.conf."""

ANY = "0.0.0.0"


class NetNamespace:
    """A port space. Once the network has been torn down only localhost is left."""

    __slots__ = ("_network", "id", "ip", "ports")

    def __init__(self, id: str, ip: str, network: Network) -> None:
        self.id = id
        self.ip = ip
        self.ports: dict[int, list[Listener]] = {}
        self._network = network

    @property
    def offline(self) -> bool:
        """Whether the cluster has no way to the internet."""
        return self._network.offline

    def listen(self, process: Process, port: int | str, host: str, serve: Serve | None) -> Listener:
        """Open a port (or a Unix socket, given a path). Errors: EADDRINUSE, EADDRNOTAVAIL."""
        if isinstance(port, str):
            if "/" not in port:
                raise ValueError(
                    f"proc.listen({port!r}): a port is a number from 1 to 65535, such as 8080; "
                    "the path of a Unix socket has a slash, such as /run/my.sock"
                )
            return _listen_unix(process, port, serve)
        if not isinstance(port, int) or not 0 < port < 65536:
            raise ValueError(f"a port is a number from 1 to 65535, not {port!r}")
        if not isinstance(host, str):
            raise TypeError(f'proc.listen: host is an address such as "0.0.0.0", not {host!r}')
        if serve is not None and not callable(serve):
            raise TypeError(f"proc.listen: serve is a function from a path to (status, body), not {serve!r}")
        address = _address(host)
        if address not in (ANY, self.ip) and not address.startswith("127."):
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        taken = self.ports.setdefault(port, [])
        if any(ANY in (other.host, address) or other.host == address for other in taken):
            raise OSError(errno.EADDRINUSE, "Address already in use")
        listener = Listener(process, address, port, serve, lambda: taken.remove(listener))
        taken.append(listener)
        return listener

    def listener(self, address: str, port: int) -> Listener | None:
        """Who answers at an address of this namespace."""
        for listener in self.ports.get(port, ()):
            if listener.host in (ANY, address):
                return listener
        return None

    def resolve(self, host: str, files: Files) -> str:
        """The IP of a name. Errors: `OSError` ENOENT."""
        if host.count(".") == 3 and host.replace(".", "").isdecimal():
            return host
        try:
            lines = files.read("/etc/hosts").splitlines()
        except OSError:
            lines = []
        for line in lines:
            words = line.partition("#")[0].split()
            if host in words[1:] and ":" not in words[0]:
                return words[0]
        for name in _searched(host, files):
            found = self._network.names(name)
            if found is not None:
                return found
        public = None if self.offline else internet.public_address(host)
        if public is not None:
            return public
        raise OSError(errno.ENOENT, "Name does not resolve", host)

    def lookup(self, name: str) -> str | None:
        """The address that the cluster's name server gives for a whole name; no search domain is added."""
        found = self._network.names(name)
        return found if found is not None or self.offline else internet.public_address(name)

    def connect(self, process: Process, host: str, port: int | str) -> Wait:
        """A wait for a connection that is then the process's own."""
        try:
            if "/" in host:
                node = process.group.files.find(process.path(host))
                listener = node.listener if isinstance(node, Socket) else None
                wait = call(process.kernel.clock, listener, "")
            else:
                ip = self.resolve(host, process.group.files)
                wait = self.dial(ip, int(port))
                if internet.is_public(ip):
                    process.group.note("podlab's internet is a stand-in: it answers every request with one page")
        except OSError as problem:
            return Done(Failure(problem))
        if isinstance(wait, Done) and not isinstance(wait.value, Failure):
            hold(process, wait.value)
        return wait

    def answering(self, ip: str, port: int) -> Listener | None:
        """Who would answer a call from here."""
        if ip.startswith("127.") or ip in (self.ip, ANY):
            return self.listener(ip, port)
        space = self._network.spaces.get(ip)
        return None if space is None else space.listener(ip, port)

    def dial(self, ip: str, port: int) -> Wait:
        """Call an address from here; gives a `Connection` that nobody holds yet."""
        if ip.startswith("127.") or ip in (self.ip, ANY):
            return call(self._network.clock, self.listener(ip, port), "127.0.0.1")
        return self._network.dial(ip, port, self.ip)


class Network:
    """What connects the pods of a cluster: IPs to port spaces, and what the cluster adds (names, Services).

    `names` answers a DNS question with an IP or None; `service` turns a virtual IP and port into a pod's, or None
    (ConnectionRefusedError: there is a Service, but no pod behind it).
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.offline = False
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

    def dial(self, ip: str, port: int, caller: str) -> Wait:
        """Call an address; `caller` is the IP the call comes from."""
        space = self.spaces.get(ip)
        if internet.is_public(ip) and not self.offline:
            return _outside(ip, port, caller)
        if space is None:
            try:
                target = self.service(ip, port)
            except ConnectionRefusedError as refusal:
                return Done(Failure(refusal))
            if target is not None:
                ip, port = target
                space = self.spaces.get(ip)
        if space is None:
            return Sleep(self.clock, UNREACHABLE_AFTER, Failure(OSError(errno.EHOSTUNREACH, "No route to host")))
        return call(self.clock, space.listener(ip, port), caller)


def call(clock: Clock, listener: Listener | None, caller: str) -> Wait:
    """Call a listener: a connection, a refusal, or a long silence when too many callers wait there already."""
    if listener is None:
        return Done(Failure(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")))
    connection = listener.call(caller)
    if connection is None:
        return Sleep(clock, TIMES_OUT_AFTER, Failure(OSError(errno.ETIMEDOUT, "Connection timed out")))
    return Done(connection)


def _outside(ip: str, port: int, caller: str) -> Wait:
    """A call to the internet: web servers answer, nobody else."""
    if port not in internet.PORTS:
        return Done(Failure(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")))
    near, far = Connection.pair(caller, f"{ip}:{port}")
    Responder(far, internet.page)
    return Done(near)


def _searched(host: str, files: Files) -> list[str]:
    """The names a question for `host` stands for: with the domains of resolv.conf's search list, then as it is."""
    try:
        lines = files.read("/etc/resolv.conf").splitlines()
    except OSError:
        lines = []
    domains = [domain for line in lines if line.startswith("search ") for domain in line.split()[1:]]
    few_dots = not host.endswith(".") and host.count(".") < NDOTS
    return [*(f"{host}.{domain}" for domain in domains if few_dots), host]


def _address(host: str) -> str:
    if host in ("", "*", "::"):
        return ANY
    return "127.0.0.1" if host in ("localhost", "::1") else host


def _listen_unix(process: Process, path: str, serve: Serve | None) -> Listener:
    files = process.group.files
    node = Socket(None, process.kernel.clock.now)

    def close() -> None:
        node.listener = None

    try:
        files.place(process.path(path), node)
    except FileExistsError:
        raise error(errno.EADDRINUSE, path, "Address already in use") from None
    listener = node.listener = Listener(process, path, 0, serve, close)
    return listener

"""Questions the kubelet asks a container: a command in it, an HTTP request, a TCP connection.

Models pkg/kubelet/prober/prober.go and pkg/probe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Probe

from podlab.core.engine.container_run import Record
from podlab.core.engine.ports import PodView
from podlab.core.engine.task import Latch

Answer = Callable[[bool, str], None]


def ask(worker: PodView, record: Record, probe: Probe, answer: Answer) -> None:
    """Ask one probe's question; `answer(ok, output)` comes now or later, at the latest after `timeoutSeconds`."""
    runtime, loop = worker.node.runtime, worker.loop
    timeout = float(probe.timeoutSeconds or 1)
    once = _Once(answer)
    if probe.exec is not None:
        command = list(probe.exec.command or ())
        running = runtime.exec(record.container, command, lambda code, out: once(code == 0, out))

        def cut() -> None:
            running.kill()
            once(False, f'command timed out: "{" ".join(command)}" timed out after {timeout:g}s')

    elif probe.httpGet is not None:
        done, call = http_request(worker, record, probe.httpGet)
        done.when_set(lambda got: once(*got))
        where = url(worker, record, probe.httpGet)

        def cut() -> None:
            call.cancel()
            once(False, f'Get "{where}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)')

    elif probe.tcpSocket is not None:
        host = probe.tcpSocket.host or _ip(worker)
        port = port_number(record.spec, probe.tcpSocket.port)
        call = runtime.tcp_connect(host, port, lambda ok, text: once(ok, text))

        def cut() -> None:
            call.cancel()
            once(False, f"dial tcp {host}:{port}: i/o timeout")

    elif probe.grpc is not None:
        port = probe.grpc.port
        call = runtime.tcp_connect(_ip(worker), port, lambda ok, text: once(ok, text))

        def cut() -> None:
            call.cancel()
            once(False, f'timeout: failed to connect service "{_ip(worker)}:{port}" within {timeout:g}s')

    else:
        once(True, "")
        return
    if not once.called:
        once.timer = loop.call_at(loop.now + timeout, cut)


class _Once:
    """Passes the first answer on, and forgets the others."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.called = False
        self.timer: Any = None

    def __call__(self, ok: bool, text: str) -> None:
        if self.called:
            return
        self.called = True
        if self.timer is not None:
            self.timer.cancel()
        self.answer(ok, text)


def http_request(worker: PodView, record: Record, get: Any) -> tuple[Latch, Any]:
    """An HTTP GET to the container: a latch set with (ok, text), and the call, which can be cancelled.

    200 to 399 is a success.
    """
    done = Latch()
    where = url(worker, record, get)
    host = get.host or _ip(worker)
    port = port_number(record.spec, get.port)

    def answered(code: int, text: str) -> None:
        if code <= 0:
            done.set((False, f'Get "{where}": {text}'))
        elif 200 <= code < 400:
            done.set((True, text))
        else:
            done.set((False, f"HTTP probe failed with statuscode: {code}"))

    return done, worker.node.runtime.http_get(host, port, get.path or "/", answered)


def url(worker: PodView, record: Record, get: Any) -> str:
    """The URL an httpGet means."""
    path = get.path or "/"
    slash = "" if path.startswith("/") else "/"
    host = get.host or _ip(worker)
    return f"{(get.scheme or 'HTTP').lower()}://{host}:{port_number(record.spec, get.port)}{slash}{path}"


def port_number(spec: ContainerSpec, port: int | str | None) -> int:
    """A port given by number or by the name of one of the container's ports; 0 when there is none of that name."""
    if isinstance(port, int):
        return port
    for declared in spec.ports or ():
        if declared.name == port:
            return declared.containerPort
    return int(port) if port is not None and port.isdigit() else 0


def _ip(worker: PodView) -> str:
    sandbox = worker.sandbox
    return sandbox.ip if sandbox is not None else ""

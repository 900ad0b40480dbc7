"""agnhost, Kubernetes' own test image: the subcommands that lessons and the conformance tests use.

Models test/images/agnhost: liveness, netexec, serve-hostname, test-webserver, entrypoint-tester, mounttest, porter and
connect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from podlab.linux import signals
from podlab.linux.http import Request, Serve, request_of
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import files_below, open_port, option, until_told
from podlab.linux.images.times import forms
from podlab.linux.program import Proc
from podlab.linux.tree import Directory

Sub = Callable[[Proc, list[str]], Running]


@program("agnhost")
def agnhost(proc: Proc) -> Running:
    """agnhost SUBCOMMAND [--flags]; as `/server` it is the old image `liveness`."""
    words = list(proc.argv[1:])
    name = words.pop(0).lstrip("/") if words else "liveness" if proc.argv[0] == "/server" else "pause"
    sub = SUBCOMMANDS.get(name)
    if sub is None and name in OTHERS:
        proc.note(f"podlab's agnhost has no `{name}`")
        proc.err(f"podlab: agnhost {name} is not there")
        return 1
    if sub is None:
        proc.err(f'Error: unknown command "{name}" for "app"\nRun \'app --help\' for usage.')
        return 1
    return (yield from sub(proc, words))


OTHERS = frozenset(
    (
        *("audit-proxy", "connect-disconnect", "crd-conversion-webhook", "dns-suffix", "dns-server-list", "etc-hosts"),
        *("fake-gitserver", "grpc-health-checking", "guestbook", "inclusterclient", "logs-generator", "nettest"),
        *(
            "no-snat-test",
            "no-snat-test-proxy",
            "pod-certificate-signer",
            "resource-consumer",
            "resource-consumer-controller",
        ),
        *("resource-consumer-utils", "stress", "tcp-reset", "webhook", "mtlsclient", "mtlsserver", "openidmetadata"),
    )
)
"""Subcommands of the real one that podlab has not."""


def _port(words: list[str], default: int, *names: str) -> int:
    text = option(words, *(names or ("--port",)), default=str(default))
    return int(text) if text.isdecimal() and 0 < int(text) < 65536 else default


def _listen(proc: Proc, port: int, serve: Serve) -> None:
    open_port(proc, port, f"listen tcp :{port}: bind: address already in use", serve)


def _pause(proc: Proc, words: list[str]) -> Running:
    proc.print("Paused")
    return (yield from until_told(proc))


def _liveness(proc: Proc, words: list[str]) -> Running:
    """Well for ten seconds, then no longer."""
    began = proc.now

    def serve(path: str) -> tuple[int, str]:
        if path != "/healthz":
            return 200, str(proc.now)
        age = proc.now - began
        return (200, "ok") if age <= 10 else (500, f"error: {age}")

    _listen(proc, _port(words, 8080), serve)
    return (yield from until_told(proc, 2))


def _serve_hostname(proc: Proc, words: list[str]) -> Running:
    port = _port(words, 9376)
    _listen(proc, port, lambda path: (200, proc.hostname))
    proc.err(f"{forms(proc)['slashed']} Serving on port {port}.")
    return (yield from until_told(proc))


def _test_webserver(proc: Proc, words: list[str]) -> Running:
    _listen(proc, _port(words, 80), files_below(proc, "", "test-webserver", lists=True))
    return (yield from until_told(proc, 2))


def _entrypoint_tester(proc: Proc, words: list[str]) -> Running:
    """Prints its own command line, as Go prints a list."""
    proc.print(f"[{' '.join(proc.argv)}]")
    return 0
    yield


def _porter(proc: Proc, words: list[str]) -> Running:
    """A server for each variable SERVE_PORT_80=answer."""
    for key, value in proc.env.items():
        number = key.removeprefix("SERVE_PORT_")
        if key.startswith("SERVE_PORT_") and number.isdecimal():
            _listen(proc, int(number), lambda path, value=value: (200, value))  # type: ignore[misc]
    return (yield from until_told(proc))


def _connect(proc: Proc, words: list[str]) -> Running:
    """connect HOST:PORT [--timeout 3s]: 0, or TIMEOUT, REFUSED, DNS, OTHER."""
    host, _, port = (next((word for word in words if not word.startswith("-")), "")).rpartition(":")
    try:
        connection = yield proc.connect(host, int(port) if port.isdecimal() else 80)
    except ConnectionRefusedError:
        proc.err("REFUSED")
        return 1
    except OSError as problem:
        proc.err("DNS" if isinstance(problem, FileNotFoundError) else "TIMEOUT")
        return 1
    connection.close()
    return 0


# ---- netexec


def _netexec(proc: Proc, words: list[str]) -> Running:
    """A web server that says who it is and does as it is told."""
    port = _port(words, 8080, "--http-port")

    def serve(path: str) -> tuple[int, str]:
        request = request_of(path)
        bare, _, query = request.partition("?")
        return _netexec_page(proc, request, bare, {key: values[0] for key, values in parse_qs(query).items()})

    _listen(proc, port, serve)
    proc.print(f"Started HTTP server on port {port}")
    delay = option(words, "--delay-shutdown", default="0")
    if delay.isdecimal() and int(delay):
        yield from _delayed(proc, int(delay))
    return (yield from until_told(proc, 2))


def _delayed(proc: Proc, seconds: int) -> Running:
    told = [False]

    def end() -> None:
        told[0] = True

    proc.trap("TERM", end)
    while not told[0]:
        yield proc.pause()
    yield proc.sleep(seconds)
    proc.exit(0)


def _netexec_page(proc: Proc, request: Request, path: str, query: Mapping[str, str]) -> tuple[int, str]:
    match path:
        case "/" | "/echo":
            return 200, query.get("msg", f"NOW: {forms(proc)['local']} +0000 UTC m=+{proc.now:.9f}")
        case "/hostname" | "/hostName":
            return 200, proc.hostname
        case "/clientip":
            return 200, request.client or "127.0.0.1:40000"
        case "/healthz" | "/readyz":
            return 200, ""
        case "/exit":
            code = query.get("code", "0")
            proc.process.kernel.exit(proc.process, int(code) & 255 if code.isdecimal() else 0)
            return 200, ""
        case "/shutdown":
            proc.process.kernel.deliver(proc.process, signals.KILL)
            return 200, ""
        case "/redirect":
            return 302, ""
        case "/header":
            return 200, request.header(query.get("key", ""))
        case "/shell":
            proc.note("podlab's agnhost runs no commands for /shell; use kubectl exec")
            return 200, json.dumps({"error": "podlab: /shell runs nothing"})
    return 404, "404 page not found\n"


# ---- mounttest


def _mounttest(proc: Proc, words: list[str]) -> Running:
    """What is mounted, file by file: --file_content=PATH, --file_perm=PATH, --fs_type=PATH, --new_file_0644=PATH …"""
    for word in words:
        name, _, path = word.lstrip("-").partition("=")
        if name.startswith("new_file_"):
            try:
                proc.write_file(path, "mount-tester new file\n")
                proc.chmod(path, int(name[-4:], 8))
            except OSError as problem:
                proc.print(f"error writing new file {path}: {problem.strerror}")
                return 1
        report = _MOUNTTEST.get("file_content" if name.startswith("new_file_") else name)
        if report is None:
            proc.note(f"podlab's agnhost mounttest does not know --{name}")
            continue
        try:
            proc.print(report(proc, path))
            if name.startswith("new_file_"):
                proc.print(_MOUNTTEST["file_perm"](proc, path))
        except OSError as problem:
            proc.print(f"error reading file content for {path!r}: open {path}: {str(problem.strerror).lower()}")
            return 1
    return 0
    yield


def _mode(proc: Proc, path: str) -> str:
    node = proc.stat(path)
    letters = "".join(letter if node.mode >> 8 - at & 1 else "-" for at, letter in enumerate("rwxrwxrwx"))
    return ("d" if isinstance(node, Directory) else "-") + letters


_MOUNTTEST: dict[str, Callable[[Proc, str], str]] = {
    "file_content": lambda proc, path: f'content of file "{path}": {proc.read_file(path)}',
    "file_content_in_loop": lambda proc, path: f'content of file "{path}": {proc.read_file(path)}',
    "file_mode": lambda proc, path: f'mode of file "{path}": {_mode(proc, path)}',
    "file_perm": lambda proc, path: f'perms of file "{path}": -{_mode(proc, path)[1:]}',
    "fs_type": lambda proc, path: f'mount type of "{path}": {"tmpfs" if proc.exists(path) else ""}',
    "file_owner": lambda proc, path: f'owner UID of "{path}": 0\nowner GID of "{path}": 0',
}

SUBCOMMANDS: dict[str, Sub] = {
    "connect": _connect,
    "entrypoint-tester": _entrypoint_tester,
    "liveness": _liveness,
    "mounttest": _mounttest,
    "netexec": _netexec,
    "pause": _pause,
    "porter": _porter,
    "serve-hostname": _serve_hostname,
    "test-webserver": _test_webserver,
}

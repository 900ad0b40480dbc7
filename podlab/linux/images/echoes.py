"""Small servers for lessons: they say who they are, or what they were asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from podlab.linux.http import Request, Serve, request_of
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import open_port, option, until_told
from podlab.linux.images.times import forms, iso
from podlab.linux.program import Proc

Page = Callable[[Request], tuple[int, str]]


def _serve(page: Page) -> Serve:
    return lambda path: page(request_of(path))


def _taken(port: int) -> str:
    return f"listen tcp :{port}: bind: address already in use"


def _port(words: str, default: int) -> int:
    """The port at the end of `:8080`, `0.0.0.0:8080`, `8080`."""
    number = words.rpartition(":")[2]
    return int(number) if number.isdecimal() and 0 < int(number) < 65536 else default


def _bare(path: str) -> str:
    return path.partition("?")[0]


@program("hello-app")
def hello_app(proc: Proc) -> Running:
    """google-samples/hello-app: $PORT or 8080."""
    port = _port(proc.env.get("PORT", ""), 8080)
    version = proc.process.group.version or "1.0"

    def page(request: Request) -> tuple[int, str]:
        proc.err(f"{forms(proc)['slashed']} Serving request: {_bare(request)}")
        return 200, f"Hello, world!\nVersion: {version}.0\nHostname: {proc.hostname}\n"

    open_port(proc, port, _taken(port), _serve(page))
    proc.err(f"{forms(proc)['slashed']} Server listening on port {port}")
    return (yield from until_told(proc, 2))


@program("http-echo")
def http_echo(proc: Proc) -> Running | int:
    """hashicorp/http-echo -text TEXT [-listen :5678] [-status-code 200]; the text may be in $ECHO_TEXT."""
    words = proc.argv[1:]
    text = option(words, "-text", "--text", default=proc.env.get("ECHO_TEXT", ""))
    if not text:
        proc.err("Missing -text option!")
        return 127
    port = _port(option(words, "-listen", "--listen", default=":5678"), 5678)
    status = int(option(words, "-status-code", "--status-code", default="200") or 200)

    def page(request: Request) -> tuple[int, str]:
        if request == "/health":
            return 200, '{"status":"ok"}\n'
        now = forms(proc)["slashed"]
        client, agent = request.client, request.header("User-Agent")
        proc.print(
            f'{now} {request.header("Host")} {client} "{request.method} {request} HTTP/1.1" {status} '
            f'{len(text) + 1} "{agent}" 0s'
        )
        return status, text + "\n"

    open_port(proc, port, _taken(port), _serve(page))
    proc.print(f"{forms(proc)['slashed']} [INFO] server is listening on :{port}")
    return (yield from until_told(proc))


@program("whoami")
def whoami(proc: Proc) -> Running:
    """traefik/whoami [-port 80] [-name NAME]: who answers, and what was asked."""
    words = proc.argv[1:]
    given = option(words, "-port", "--port", default=proc.env.get("WHOAMI_PORT_NUMBER", ""))
    port = _port(given, 80)
    name = option(words, "-name", "--name", default=proc.env.get("WHOAMI_NAME", ""))

    def page(request: Request) -> tuple[int, str]:
        if _bare(request) == "/health":
            return 200, ""
        if _bare(request) == "/api":
            return 200, json.dumps({"hostname": proc.hostname, "ip": ["127.0.0.1", proc.ip], "name": name}) + "\n"
        lines = [f"Name: {name}"] * bool(name)
        lines += [f"Hostname: {proc.hostname}", "IP: 127.0.0.1", "IP: ::1", f"IP: {proc.ip}"]
        lines += [f"RemoteAddr: {request.client}", f"{request.method} {request} HTTP/1.1"]
        return 200, "\n".join([*lines, *(f"{key}: {value}" for key, value in request.headers.items())]) + "\n\n"

    open_port(proc, port, _taken(port), _serve(page))
    proc.err(f"{forms(proc)['slashed']} Starting up on port {port}")
    return (yield from until_told(proc, 2))


@program("echo-server", "echoserver")
def echo_server(proc: Proc) -> Running:
    """Echo servers: the host's name and the request; $PORT or 8080."""
    port = _port(proc.env.get("PORT", ""), 8080)

    def page(request: Request) -> tuple[int, str]:
        headers = "".join(f"\t{key.lower()}={value}\n" for key, value in request.headers.items())
        return 200, (
            f"\n\nHostname: {proc.hostname}\n\nPod Information:\n\t-no pod information available-\n\n"
            f"Request Information:\n\tclient_address={request.client.rpartition(':')[0] or request.client}\n"
            f"\tmethod={request.method}\n\treal path={request}\n\trequest_version=1.1\n\n"
            f"Request Headers:\n{headers}\nRequest Body:\n\t-no body in request-\n\n"
        )

    open_port(proc, port, _taken(port), _serve(page))
    return (yield from until_told(proc))


@program("nginx-hello")
def nginx_hello(proc: Proc) -> Running:
    """nginxdemos/hello: a page with the server's address and name."""

    def page(request: Request) -> tuple[int, str]:
        rows = {"Server address": f"{proc.ip}:80", "Server name": proc.hostname, "URI": request}
        return 200, "".join(f"{key}: {value}\n" for key, value in rows.items())

    open_port(proc, 80, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", _serve(page))
    return (yield from until_told(proc))


@program("bootcamp")
def bootcamp(proc: Proc) -> Running:
    """The Kubernetes tutorial's first application."""

    def page(request: Request) -> tuple[int, str]:
        proc.print(f"Running On: {proc.hostname} | Total Requests: 1 | App Uptime: {proc.now:.3f} seconds")
        return 200, f"Hello Kubernetes bootcamp! | Running on: {proc.hostname} | v={proc.process.group.version or 1}\n"

    open_port(proc, 8080, "Error: listen EADDRINUSE :::8080", _serve(page))
    proc.print(f"Kubernetes Bootcamp App Started At: {iso(proc)} | Running On:  {proc.hostname} \n")
    return (yield from _deaf(proc))


def _deaf(proc: Proc) -> Running:
    """Wait, as node does as process 1 without a handler: SIGTERM is not heard."""
    while True:
        yield proc.pause()


@program("kubia")
def kubia(proc: Proc) -> Running:
    """luksa/kubia: says whom one has hit."""
    asked = [0]
    unhealthy = "unhealthy" in proc.process.group.image

    def page(request: Request) -> tuple[int, str]:
        asked[0] += 1
        proc.print(f"Received request from {request.client.rpartition(':')[0] or request.client}")
        if unhealthy and asked[0] > 5:
            return 500, "I'm not well. Please restart me!"
        return 200, f"You've hit {proc.hostname}\n"

    open_port(proc, 8080, "Error: listen EADDRINUSE :::8080", _serve(page))
    proc.print("Kubia server starting...")
    return (yield from _deaf(proc))


@program("kuard")
def kuard(proc: Proc) -> Running:
    """kuard: its page, /healthy, /ready, /env and /fs."""

    def page(request: Request) -> tuple[int, str]:
        path = _bare(request)
        proc.err(f"{forms(proc)['slashed']} {request.client or '127.0.0.1'} {request.method} {path}")
        if path in ("/healthy", "/ready"):
            return 200, "ok"
        if path == "/env/api":
            return 200, json.dumps({"commandLine": list(proc.argv), "env": proc.env})
        if path == "/":
            return 200, f"<html><head><title>KUAR Demo</title></head><body>{proc.hostname}</body></html>\n"
        return 404, "404 page not found\n"

    open_port(proc, 8080, _taken(8080), _serve(page))
    for text in ("Starting kuard version: v0.10.0-blue", "Serving on HTTP on :8080"):
        proc.err(f"{forms(proc)['slashed']} {text}")
    return (yield from until_told(proc, 2))


@program("podinfo")
def podinfo(proc: Proc) -> Running:
    """stefanprodan/podinfo: healthy and ready until told otherwise."""
    port = _port(option(proc.argv, "--port", default=proc.env.get("PODINFO_PORT", "9898")), 9898)
    version = proc.process.group.version or "6.9.1"
    state = {"ready": True, "healthy": True}

    def page(request: Request) -> tuple[int, str]:
        path = _bare(request)
        switch = re.fullmatch(r"/(ready|health)z/(enable|disable)", path)
        if switch:
            state["ready" if switch[1] == "ready" else "healthy"] = switch[2] == "enable"
            return 202, ""
        if path in ("/healthz", "/readyz"):
            good = state["healthy" if path == "/healthz" else "ready"]
            return (200, '{\n  "status": "OK"\n}') if good else (503, "")
        if path.startswith("/status/") and path[8:].isdecimal():
            return int(path[8:]), json.dumps({"status": int(path[8:])})
        if path == "/version":
            return 200, json.dumps({"commit": "unknown", "version": version}, indent=2)
        if path in ("/env", "/api/env"):
            return 200, json.dumps([f"{key}={value}" for key, value in proc.env.items()], indent=2)
        if path == "/panic":
            proc.process.kernel.deliver(proc.process, 9)
        if path in ("/", "/api/info"):
            message = proc.env.get("PODINFO_UI_MESSAGE", f"greetings from podinfo v{version}")
            return 200, json.dumps({"hostname": proc.hostname, "version": version, "message": message}, indent=2)
        return 404, "404 page not found\n"

    open_port(proc, port, _taken(port), _serve(page))
    proc.print(json.dumps({"level": "info", "ts": iso(proc), "msg": "Starting podinfo", "version": version}))
    proc.print(json.dumps({"level": "info", "ts": iso(proc), "msg": "Starting HTTP Server.", "addr": f":{port}"}))
    return (yield from until_told(proc))


@program("hello")
def hello(proc: Proc) -> int:
    """hello-world: greets and ends."""
    proc.print("\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n")
    return 0

"""Programs of well-known images: what they serve, what they say, and how they end when told to."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any

from podlab.api.quantity import parse_quantity
from podlab.linux.http import Serve
from podlab.linux.process import Program
from podlab.linux.program import Proc
from podlab.linux.sockets import Listener
from podlab.linux.waits import Wait

Running = Generator[Wait, Any, int]

INDEX = "/index.html"
MOST_DIGITS = 4000
"""Of pi: Python turns no longer number into text unasked."""


def entrypoint(proc: Proc) -> Running:
    """docker-entrypoint.sh: becomes the program named by its arguments."""
    return (yield from _become(proc, proc.argv[1:]))


def entrypoint_of(server: str) -> Program:
    """The entrypoint script of an image with one server: options alone are taken for that server's."""

    def docker_entrypoint(proc: Proc) -> Running:
        words = proc.argv[1:]
        given = [server, *words] if words and words[0].startswith("-") else words
        return (yield from _become(proc, given))

    return docker_entrypoint


def _become(proc: Proc, words: Sequence[str]) -> Running:
    """Become the program named first."""
    try:
        yield proc.exec(words)
    except OSError as problem:
        proc.err(f"{proc.argv[0]}: exec: {words[0]}: {_words(problem)}")
    return 127


def pause(proc: Proc) -> Running:
    """What holds a pod's namespaces: it waits, and reaps orphans; SIGTERM or SIGINT end it."""
    proc.trap("CHLD", "ignore")
    yield from until_told(proc)
    return 0


def until_told(proc: Proc) -> Running:
    """Wait for SIGTERM, SIGINT or SIGQUIT; then the program ends with 0."""
    for signal in ("TERM", "INT", "QUIT"):
        proc.trap(signal, lambda: proc.exit(0))
    while True:
        yield proc.pause()


def declared(proc: Proc) -> Running:
    """The stand-in for an image podlab does not know: serves on the ports its container declares, until it is told."""
    for port in proc.process.group.ports:
        open_port(proc, port, f"listen tcp 0.0.0.0:{port}: bind: address already in use", lambda path: (200, "ok\n"))
    yield from until_told(proc)
    return 0


def open_port(proc: Proc, port: int | str, refusal: str, serve: Serve | None = None) -> Listener:
    """Open a port or, given a path, a Unix socket; when that fails, say so as the real program does and end with 1."""
    try:
        return proc.listen(port, serve=serve)
    except OSError:
        proc.err(refusal)
        proc.exit(1)


def files_below(proc: Proc, root: str, server: str, *, lists: bool = False) -> Serve:
    """A web server's answer: the file of that path below `root`. A folder without an index is 403; `lists` lists it."""

    def serve(path: str) -> tuple[int, str]:
        name = path.partition("?")[0]
        try:
            return 200, proc.read_file(root + (name + INDEX[1:] if name.endswith("/") else name))
        except IsADirectoryError:
            return 301, ""
        except OSError:
            is_folder = name.endswith("/") and proc.exists(root + name)
            if lists and is_folder:
                return 200, "".join(f"<li>{entry}</li>\n" for entry in proc.listdir(root + name))
            code, text = (403, "Forbidden") if is_folder else (404, "Not Found")
            return code, f"<html><head><title>{code} {text}</title></head><body>{server}</body></html>\n"

    return serve


def nginx(proc: Proc) -> Running:
    """nginx: the ports that `listen` in its configuration names; files of /usr/share/nginx/html.

    SIGHUP makes it read the configuration again: new ports are opened, then those no longer named are closed; when one
    cannot be opened, all stays as it was.
    """
    serve = files_below(proc, "/usr/share/nginx/html", "nginx")
    refusal = "bind() to 0.0.0.0:{} failed (98: Address already in use)"
    opened = {port: open_port(proc, port, f"nginx: [emerg] {refusal.format(port)}", serve) for port in _listens(proc)}

    def read_again() -> None:
        me = f"{proc.pid}#{proc.pid}"
        proc.err(f"[notice] {me}: signal 1 (SIGHUP) received, reconfiguring")
        wanted = _listens(proc)
        new: dict[int, Listener] = {}
        for port in [port for port in wanted if port not in opened]:
            try:
                new[port] = proc.listen(port, serve=serve)
            except OSError:
                proc.err(f"[emerg] {me}: {refusal.format(port)}")
                wanted = [*opened]
                break
        opened.update(new)
        for port in [port for port in opened if port not in wanted]:
            proc.close(opened.pop(port))

    proc.trap("HUP", read_again)
    yield from until_told(proc)
    return 0


def _listens(proc: Proc) -> list[int]:
    """The ports that nginx's configuration names; 80 for a server that names none."""
    folder, conf = "/etc/nginx/conf.d", ""
    with suppress(OSError):
        conf = proc.read_file("/etc/nginx/nginx.conf")
    with suppress(OSError):
        conf += "".join(proc.read_file(f"{folder}/{n}") for n in proc.listdir(folder) if n.endswith(".conf"))
    conf = re.sub(r"#.*", "", conf)
    named = sorted({int(port) for port in re.findall(r"(?:^|[{;])\s*listen\s+(?:[\d.]+:)?(\d+)", conf)})
    return named or ([80] if re.search(r"\bserver\s*\{", conf) else [])


def httpd(proc: Proc) -> Running:
    """Apache: port 80; files of /usr/local/apache2/htdocs."""
    refusal = "(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80"
    open_port(proc, 80, refusal, files_below(proc, "/usr/local/apache2/htdocs", "httpd"))
    yield from until_told(proc)
    return 0


def tomcat(proc: Proc) -> Running:
    """Tomcat: port 8080; an application for each war file or folder in its webapps."""
    home = proc.env.get("CATALINA_HOME", "/usr/local/tomcat")

    def serve(path: str) -> tuple[int, str]:
        app = path.strip("/").partition("/")[0] or "ROOT"
        for name in (f"{app}.war", app):
            if proc.exists(f"{home}/webapps/{name}"):
                return 200, f"<html><body>{app}, served by Tomcat from webapps/{name}</body></html>\n"
        return 404, "<html><head><title>HTTP Status 404 - Not Found</title></head></html>\n"

    open_port(proc, 8080, "java.net.BindException: Address already in use (Bind failed)", serve)
    proc.err("INFO [main] org.apache.catalina.startup.Catalina.start Server startup")
    for signal in ("TERM", "INT"):
        proc.trap(signal, lambda: proc.exit(143))
    while True:
        yield proc.pause()


def python3(proc: Proc) -> Running:
    """`python3 -m http.server [PORT]`; other Python programs podlab cannot run in a container."""
    args = list(proc.argv[1:])
    if args[:2] == ["-m", "http.server"]:
        port = next((int(word) for word in args[2:] if word.isdecimal()), 8000)
        refusal = "OSError: [Errno 98] Address already in use"
        open_port(proc, port, refusal, files_below(proc, proc.cwd.rstrip("/"), "Python", lists=True))
        proc.err(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
        while True:
            yield proc.pause()
    if args:
        line = " ".join(proc.argv)
        proc.note(f"podlab cannot run `{line}`; give it an image of your own, a Python generator function")
        proc.err(f"podlab: cannot run {line}")
        return 1
    return 0


def perl(proc: Proc) -> int:
    """perl -e PROGRAM: the documentation's `print bpi(2000)` computes pi; other programs podlab cannot run."""
    pi = re.search(r"\bbpi\((\d+)\)", proc.argv[-1])
    if pi is not None:
        proc.print(digits_of_pi(min(int(pi[1]), MOST_DIGITS)))
        return 0
    if len(proc.argv) > 1:
        line = " ".join(proc.argv)
        proc.note(f"podlab cannot run `{line}`; give it an image of your own, a Python generator function")
        proc.err(f"podlab: cannot run {line}")
        return 1
    return 0


def digits_of_pi(digits: int) -> str:
    """Pi with that many digits, the last one rounded (Machin's formula, in whole numbers)."""
    one = 10 ** (digits + 10)

    def arctan_of_one_over(x: int) -> int:
        total, power, divisor, sign = 0, one // x, 1, 1
        while power:
            total += sign * (power // divisor)
            power, divisor, sign = power // (x * x), divisor + 2, -sign
        return total

    scaled = 4 * (4 * arctan_of_one_over(5) - arctan_of_one_over(239))
    text = str((scaled + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text


def hello(proc: Proc) -> int:
    """hello-world: greets and ends."""
    proc.print("\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n")
    return 0


def stress(proc: Proc) -> Running:
    """stress --vm N --vm-bytes SIZE: takes memory and holds it."""
    args = list(proc.argv[1:])
    size = args[args.index("--vm-bytes") + 1] if "--vm-bytes" in args[:-1] else "256M"
    proc.print(f"stress: info: [{proc.pid}] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd")
    unit = {"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(size[-1:].upper(), 0)
    number = size[:-1] if unit else size
    if not number.isdecimal():
        proc.err(f"stress: FAIL: [{proc.pid}] (244) not a valid number: {size}")
        return 1
    proc.allocate(int(number) * (unit or 1))
    while True:
        yield proc.pause()


def burn(proc: Proc) -> Running:
    """vish/stress: -cpus N, -mem-total SIZE; it takes the memory at once and holds it."""
    args = list(proc.argv[1:])
    total = args[args.index("-mem-total") + 1] if "-mem-total" in args[:-1] else "0"
    proc.err(f'Allocating "{total}" memory, in "4Ki" chunks, with a 1ms sleep between allocations')
    try:
        proc.allocate(int(parse_quantity(total).amount))
    except ValueError:
        proc.err(f"Failed to parse -mem-total: {total}")
        return 1
    while True:
        yield proc.pause()


def agnhost(proc: Proc) -> Running:
    """Kubernetes' test image: liveness (as /server nothing else), netexec, serve-hostname, pause."""
    alone = "liveness" if proc.argv[0] == "/server" else "pause"
    what = proc.argv[1].lstrip("/") if len(proc.argv) > 1 else alone
    began = proc.now
    port = next((int(w.partition("=")[2]) for w in proc.argv if re.match(r"--(http-)?port=\d+$", w)), 0)

    def serve(path: str) -> tuple[int, str]:
        if what == "liveness" and path == "/healthz":
            age = proc.now - began
            return (200, "ok") if age <= 10 else (500, f"error: {age}")
        return 200, proc.hostname if what == "serve-hostname" or path == "/hostname" else "NOW: podlab"

    if what != "pause":
        port = port or (9376 if what == "serve-hostname" else 8080)
        open_port(proc, port, f"listen tcp :{port}: bind: address already in use", serve)
    yield from until_told(proc)
    return 0


PROGRAMS: dict[str, Program] = {
    "agnhost": agnhost,
    "burn": burn,
    "catalina.sh": tomcat,
    "docker-entrypoint.sh": entrypoint,
    "hello": hello,
    "httpd-foreground": httpd,  # "httpd" is busybox's own
    "nginx": nginx,
    "pause": pause,
    "perl": perl,
    "python3": python3,
    "server": declared,
    "stress": stress,
}


def _words(problem: OSError) -> str:
    return "not found" if isinstance(problem, FileNotFoundError) else (problem.strerror or "failed")

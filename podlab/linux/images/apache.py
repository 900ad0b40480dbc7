"""Apache's httpd, Tomcat, php-fpm and java: what listens and what it says."""

from __future__ import annotations

import re
from contextlib import suppress

from podlab.linux.http import Serve, request_of
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import files_below, open_port, option, until_told
from podlab.linux.images.times import forms, moment
from podlab.linux.process import hold
from podlab.linux.program import Proc


@program("httpd-foreground", "apache")
def httpd(proc: Proc) -> Running | int:
    """Apache: the ports of `Listen`, the files of `DocumentRoot`; its start lines and access log; -v, -t.

    Without -DFOREGROUND `httpd` itself goes into the background, and the container ends.
    """
    words = proc.argv[1:]
    version = proc.env.get("HTTPD_VERSION", "2.4.65")
    if "-v" in words or "-V" in words:
        proc.print(f"Server version: Apache/{version} (Unix)")
        return 0
    if "-t" in words:
        proc.err("Syntax OK")
        return 0
    return _serve(proc, version, in_front="foreground" in proc.argv[0] or any("FOREGROUND" in word for word in words))


def _serve(proc: Proc, version: str, *, in_front: bool) -> Running:
    root, ports = _configured(proc)
    name = f"AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {proc.ip}."
    proc.err(f"{name} Set the 'ServerName' directive globally to suppress this message")
    files = files_below(proc, root, f"Apache/{version} (Unix)")
    listeners = []
    for port in ports:
        refusal = f"(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:{port}\n"
        refusal += "no listening sockets available, shutting down\nAH00015: Unable to open logs"
        listeners.append(open_port(proc, port, refusal, _logged(proc, files)))
    if not in_front:
        child = proc.spawn(lambda own: _run(own, version), argv=("httpd",), comm="httpd")
        for listener in listeners:
            listener.owner = child
            hold(child, listener)
        return 0
    return (yield from _run(proc, version))


def _run(proc: Proc, version: str) -> Running:
    me = f"[pid {proc.pid}:tid {proc.pid}]"

    def say(level: str, text: str) -> None:
        proc.err(f"[{forms(proc)['apache']}] [{level}] {me} {text}")

    say("mpm_event:notice", f"AH00489: Apache/{version} (Unix) configured -- resuming normal operations")
    say("core:notice", "AH00094: Command line: 'httpd -D FOREGROUND'")

    def gracefully() -> None:
        say("mpm_event:notice", "AH00492: caught SIGWINCH, shutting down gracefully")
        proc.exit(0)

    def at_once() -> None:
        say("mpm_event:notice", "AH00491: caught SIGTERM, shutting down")
        proc.exit(0)

    proc.trap("WINCH", gracefully)
    proc.trap("USR1", lambda: say("mpm_event:notice", "AH00493: SIGUSR1 received.  Doing graceful restart"))
    for signal in ("TERM", "INT"):
        proc.trap(signal, at_once)
    while True:
        yield proc.pause()


def _configured(proc: Proc) -> tuple[str, list[int]]:
    """DocumentRoot and the ports of Listen."""
    conf = ""
    with suppress(OSError):
        conf = proc.read_file("/usr/local/apache2/conf/httpd.conf")
    root = re.search(r'(?m)^\s*DocumentRoot\s+"?([^"\s]+)', conf)
    usual = "/usr/local/apache2/htdocs" if conf else "/var/www/html"
    ports = sorted({int(port) for port in re.findall(r"(?m)^\s*Listen\s+(?:[\d.]+:)?(\d+)", conf)})
    return root[1] if root else usual, ports or [80]


def _logged(proc: Proc, serve: Serve) -> Serve:
    """The same answers, each with a line in the access log (form `common`)."""

    def logged(path: str) -> tuple[int, str]:
        request = request_of(path)
        status, body = serve(path)
        when = f"{moment(proc):%d/%b/%Y:%H:%M:%S} +0000"
        size = len(body.encode("utf-8", "surrogateescape"))
        client = request.client.rpartition(":")[0] or request.client or "127.0.0.1"
        proc.print(f'{client} - - [{when}] "{request.method} {request} HTTP/1.1" {status} {size or "-"}')
        return status, body

    return logged


@program("php-fpm")
def php_fpm(proc: Proc) -> Running:
    """php-fpm: listens on 9000."""
    open_port(proc, 9000, "ERROR: unable to bind listening socket for address '9000': Address already in use (98)")
    for text in (f"fpm is running, pid {proc.pid}", "ready to handle connections"):
        proc.err(f"[{moment(proc):%d-%b-%Y %H:%M:%S}] NOTICE: {text}")
    return (yield from until_told(proc))


@program("catalina.sh")
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
    return (yield from until_told(proc, 143))


@program("java")
def java(proc: Proc) -> int:
    """java -version; it runs no program."""
    if option(proc.argv, "-version", "--version") or proc.argv[-1].endswith("-version"):
        proc.err('openjdk version "21.0.8" 2025-07-15 LTS')
        return 0
    return no_interpreter(proc)


@program("no-interpreter")
def no_interpreter(proc: Proc) -> int:
    """A program that podlab cannot imitate: it says so, in its log and in a note, and ends with 1."""
    line = " ".join(proc.argv)
    proc.note(f"podlab cannot run `{line}`; give it an image of your own, a Python generator function")
    proc.err(f"podlab: cannot run {line}")
    return 1

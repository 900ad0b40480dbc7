"""nginx: its entrypoint script, its options, its configuration as far as lessons use it, its log lines.

Models nginx 1.29 (src/core/nginx.c, ngx_process_cycle.c) and docker-nginx' docker-entrypoint.sh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from podlab.linux.http import Request, request_of
from podlab.linux.images import nginx_conf
from podlab.linux.images.nginx_conf import Block, ConfError, Server
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import become
from podlab.linux.images.times import EPOCH, forms
from podlab.linux.process import hold
from podlab.linux.program import Proc
from podlab.linux.sockets import Listener

CONF = "/etc/nginx/nginx.conf"
PID = "/run/nginx.pid"
DEFAULT_CONF = "/etc/nginx/conf.d/default.conf"
_SIGNALS = {"stop": "TERM", "quit": "QUIT", "reload": "HUP", "reopen": "USR1"}
_USAGE = """nginx version: nginx/{version}
Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]"""


@program("nginx-entrypoint")
def entrypoint(proc: Proc) -> Running:
    """/docker-entrypoint.sh: for nginx it tells what it prepares; then it becomes the command."""
    words = proc.argv[1:]
    if words and words[0] in ("nginx", "nginx-debug") and not proc.env.get("NGINX_ENTRYPOINT_QUIET_LOGS"):
        me = "/docker-entrypoint.sh"
        proc.print(f"{me}: /docker-entrypoint.d/ is not empty, will attempt to perform configuration")
        proc.print(f"{me}: Looking for shell scripts in /docker-entrypoint.d/")
        proc.print(f"{me}: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh")
        proc.print(*(f"10-listen-on-ipv6-by-default.sh: info: {line}" for line in _ipv6(proc)), sep="\n")
        proc.print(f"{me}: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh")
        proc.print(f"{me}: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh")
        _templates(proc)
        proc.print(f"{me}: Launching /docker-entrypoint.d/30-tune-worker-processes.sh")
        proc.print(f"{me}: Configuration complete; ready for start up")
    return (yield from become(proc, words))


def _ipv6(proc: Proc) -> list[str]:
    """What the script that adds `listen [::]:80;` says of the configuration it finds."""
    if not proc.exists(DEFAULT_CONF):
        return [f"{DEFAULT_CONF} is not a file or does not exist"]
    try:
        proc.write_file(DEFAULT_CONF, "", append=True)
    except OSError:
        return [f"can not modify {DEFAULT_CONF} (read-only file system?)"]
    return [f"Getting the checksum of {DEFAULT_CONF}", f"Enabled listen on IPv6 in {DEFAULT_CONF}"]


def _templates(proc: Proc) -> None:
    """Write what /etc/nginx/templates/*.template says, with the variables that are set, into conf.d."""
    folder = "/etc/nginx/templates"
    for name in proc.listdir(folder) if proc.exists(folder) else ():
        if name.endswith(".template"):
            target = f"/etc/nginx/conf.d/{name.removesuffix('.template')}"
            proc.print(f"20-envsubst-on-templates.sh: Running envsubst on {folder}/{name} to {target}")
            proc.write_file(target, substituted(proc.read_file(f"{folder}/{name}"), proc.env))


def substituted(text: str, env: dict[str, str]) -> str:
    """`$NAME` and `${NAME}` of variables that are set replaced by their values."""
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: env.get(m[1] or m[2], m[0]), text)


@program("envsubst")
def envsubst(proc: Proc) -> Running:
    """envsubst ['$NAME …']: stdin with variables replaced, those that are not set by nothing."""
    only = re.findall(r"\w+", proc.argv[1]) if len(proc.argv) > 1 else None
    text = yield proc.readall()
    names = re.findall(r"\$\{?(\w+)", text) if only is None else only
    proc.write(substituted(text, {name: proc.env.get(name, "") for name in names}))
    return 0


def _version(proc: Proc) -> str:
    return proc.env.get("NGINX_VERSION", "1.29.1")


@program("nginx")
def nginx(proc: Proc) -> Running | int:
    """nginx [-v|-V|-t|-T] [-s SIGNAL] [-g DIRECTIVES] [-c FILE]: without `daemon off` it goes into the background."""
    words = list(proc.argv[1:])
    given = {"c": CONF, "g": "", "s": "", "p": "", "e": ""}
    flags = ""
    while words:
        word = words.pop(0)
        letter = word[1:2]
        if not word.startswith("-") or not letter:
            proc.err(f'nginx: invalid option: "{word}"')
            return 1
        if letter in given:
            value = word[2:] or (words.pop(0) if words else "")
            if not value:
                proc.err(f'nginx: option "-{letter}" requires {_WANTED[letter]}')
                return 1
            given[letter] = value
        elif letter in "vVtThq?":
            flags += word[1:]
        else:
            proc.err(f'nginx: invalid option: "{letter}"')
            return 1
    return _asked(proc, flags, given)


_WANTED = {
    "c": "file name",
    "g": "parameter",
    "s": "parameter",
    "p": "directory name",
    "e": "file name",
}


def _asked(proc: Proc, flags: str, given: dict[str, str]) -> Running | int:
    if "h" in flags or "?" in flags:
        proc.err(_USAGE.format(version=_version(proc)))
        return 0
    if "v" in flags.lower():
        proc.err(f"nginx version: nginx/{_version(proc)}")
        return 0
    if given["s"] and given["s"] not in _SIGNALS:
        proc.err(f'nginx: invalid option: "-s {given["s"]}"')
        return 1
    try:
        conf = nginx_conf.read(proc, given["c"], given["g"])
    except ConfError as problem:
        proc.err(f"nginx: [emerg] {problem}")
        if "t" in flags.lower():
            proc.err(f"nginx: configuration file {given['c']} test failed")
        return 1
    if "t" in flags.lower():
        proc.err(f"nginx: the configuration file {given['c']} syntax is ok")
        proc.err(f"nginx: configuration file {given['c']} test is successful")
        return 0
    if given["s"]:
        return _signal(proc, given["s"])
    return Master(proc, given["c"], given["g"], conf).start()


def _signal(proc: Proc, name: str) -> int:
    """`-s`: the signal goes to the process that the pid file names."""
    try:
        text = proc.read_file(PID).strip()
        if not text:
            proc.err(f'nginx: [error] invalid PID number "" in "{PID}"')
            return 1
        proc.kill(int(text), _SIGNALS[name])
    except FileNotFoundError:
        proc.err(f'nginx: [error] open() "{PID}" failed (2: No such file or directory)')
        return 1
    except (ProcessLookupError, ValueError):
        proc.err(f"nginx: [alert] kill({text}, {_SIGNALS[name]}) failed (3: No such process)")
        return 1
    return 0


@dataclass
class Master:
    """The master process: it opens the ports of the configuration and answers for its workers."""

    proc: Proc
    path: str
    directives: str
    conf: Block
    opened: dict[int, Listener] = field(default_factory=dict)
    servers: list[Server] = field(default_factory=list)

    def start(self) -> Running:
        """Open the ports and serve; in the foreground, or as a child while the process itself ends with 0."""
        for port in self._ports(self.conf):
            try:
                self.opened[port] = self.proc.listen(port, serve=self._answer(port))
            except OSError:
                self.proc.err(f"nginx: [emerg] bind() to 0.0.0.0:{port} failed (98: Address already in use)")
                return 1
        if self.conf.word("daemon") == "off":
            return (yield from self._serve(self.proc))
        child = self.proc.spawn(self._background, argv=("nginx: master process nginx",), comm="nginx")
        for listener in self.opened.values():
            listener.owner = child
            hold(child, listener)
        return 0

    def _background(self, own: Proc) -> Running:
        self.proc = own
        own.setsid()
        return (yield from self._serve(own))

    def _ports(self, conf: Block) -> list[int]:
        self.servers = nginx_conf.servers(conf)
        return sorted({port for server in self.servers for port in server.ports})

    def _log(self, level: str, text: str) -> None:
        me = self.proc.pid
        self.proc.err(f"{forms(self.proc)['slashed']} [{level}] {me}#{me}: {text}")

    def _serve(self, proc: Proc) -> Running:
        """Say that it is there, and obey signals."""
        try:
            proc.write_file(PID, f"{proc.pid}\n")
        except OSError as problem:
            self._log("emerg", f'open() "{PID}" failed ({problem.errno}: {problem.strerror})')
            return 1
        for text in (
            'using the "epoll" event method',
            f"nginx/{_version(proc)}",
            "start worker processes",
        ):
            self._log("notice", text)
        proc.trap("HUP", self._read_again)
        proc.trap("USR1", lambda: self._log("notice", "signal 10 (SIGUSR1) received, reopening logs"))
        proc.trap("WINCH", self._workers_away)
        for signal, number, words in (
            ("TERM", 15, "exiting"),
            ("INT", 2, "exiting"),
            ("QUIT", 3, "shutting down"),
        ):
            proc.trap(signal, self._end(f"signal {number} (SIG{signal}) received, {words}"))
        while True:
            yield proc.pause()

    def _end(self, words: str) -> Callable[[], None]:
        def end() -> None:
            self._log("notice", words)
            self._log("notice", "exit")
            if self.proc.exists(PID):
                self.proc.remove(PID)
            self.proc.exit(0)

        return end

    def _workers_away(self) -> None:
        """SIGWINCH: the workers are told to end; the master stays, and nobody answers any more."""
        self._log("notice", "signal 28 (SIGWINCH) received, shutting down workers")
        for port in list(self.opened):
            self.proc.close(self.opened.pop(port))

    def _read_again(self) -> None:
        """SIGHUP: new ports are opened, then those no longer named are closed; when one cannot be, all stays."""
        self._log("notice", "signal 1 (SIGHUP) received, reconfiguring")
        old = self.servers
        try:
            conf = nginx_conf.read(self.proc, self.path, self.directives)
            wanted = self._ports(conf)
        except ConfError as problem:
            self._log("emerg", str(problem))
            return
        new: dict[int, Listener] = {}
        for port in [port for port in wanted if port not in self.opened]:
            try:
                new[port] = self.proc.listen(port, serve=self._answer(port))
            except OSError:
                self._log("emerg", f"bind() to 0.0.0.0:{port} failed (98: Address already in use)")
                for listener in new.values():
                    self.proc.close(listener)
                self.servers = old
                return
        self.opened.update(new)
        for port in [port for port in self.opened if port not in wanted]:
            self.proc.close(self.opened.pop(port))

    def _answer(self, port: int) -> Callable[[str], tuple[int, str]]:
        def answer(path: str) -> tuple[int, str]:
            request = request_of(path)
            status, body = nginx_conf.answer(self.proc, self.servers, port, request)
            self._access(request, status, body)
            return status, body

        return answer

    def _access(self, request: Request, status: int, body: str) -> None:
        """A line of the access log, in the form `main` of the image's configuration."""
        if self.conf.find("access_log") == ["off"]:
            return
        when = _access_time(int(self.proc.now))
        size = len(body.encode("utf-8", "surrogateescape"))
        agent = request.header("User-Agent") or "-"
        self.proc.print(
            f"{request.client.rpartition(':')[0] or request.client or '127.0.0.1'} - - [{when}] "
            f'"{request.method} {request} HTTP/1.1" {status} {size} "-" "{agent}" "-"'
        )


@lru_cache(maxsize=64)
def _access_time(second: int) -> str:
    """A second as the access log has it: what many pods are asked at one instant is written once."""
    return f"{EPOCH + timedelta(seconds=second):%d/%b/%Y:%H:%M:%S} +0000"

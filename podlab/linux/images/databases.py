"""Programs of database images: they listen, answer their own client's "are you there?", and end when told to."""

from __future__ import annotations

from podlab.linux.images.servers import Running, open_port, until_told
from podlab.linux.process import Program
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection


def redis_server(proc: Proc) -> Running:
    """Redis on 6379 or `--port` (0: on none), and on a `--unixsocket`: PING, SET, GET, DEL and INCR, in memory only."""
    port, path = int(_option(proc, "--port", "6379")), _option(proc, "--unixsocket", "")
    refusal = f"Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use"
    listeners = [open_port(proc, port, refusal)] if port else []
    if path:
        if proc.exists(path):
            proc.remove(path)
        listeners.append(open_port(proc, path, "Failed opening Unix socket: bind: No such file or directory"))
    for kind in ("tcp",) * bool(port) + ("unix",) * bool(path):
        proc.print(f"* Ready to accept connections {kind}")
    for signal in ("TERM", "INT"):
        proc.trap(signal, lambda: proc.exit(0))
    data: dict[str, str] = {}
    callers: list[Connection] = []
    while True:
        arrivals = [proc.accept(listener) for listener in listeners]
        which, got = yield proc.any_of(*arrivals, *(caller.readline() for caller in callers))
        which -= len(listeners)
        if which < 0:
            callers.append(got)
            continue
        caller = callers[which]
        if not got:
            callers.pop(which).close()
            continue
        try:
            caller.write(_redis(data, got.split()))
        except BrokenPipeError:
            callers.pop(which).close()


def _redis(data: dict[str, str], words: list[str]) -> str:
    """Redis' answer to one inline command."""
    match [word.upper() if at == 0 else word for at, word in enumerate(words)]:
        case ["PING"]:
            return "+PONG\r\n"
        case ["SET", key, value]:
            data[key] = value
            return "+OK\r\n"
        case ["GET", key]:
            return f"+{data[key]}\r\n" if key in data else "$-1\r\n"
        case ["DEL", key]:
            return f":{int(data.pop(key, None) is not None)}\r\n"
        case ["INCR", key] if data.get(key, "0").lstrip("-").isdecimal():
            data[key] = str(int(data.get(key, "0")) + 1)
            return f":{data[key]}\r\n"
    return "-ERR unknown command\r\n"


def redis_cli(proc: Proc) -> Running:
    """redis-cli [-h HOST] [-p PORT] [-s SOCKET] COMMAND…"""
    words = list(proc.argv[1:])
    given = {"-h": "127.0.0.1", "-p": "6379", "-s": ""}
    while len(words) > 1 and words[0] in given:
        given[words[0]], words = words[1], words[2:]
    place = given["-s"] or f"{given['-h']}:{given['-p']}"
    try:
        server = yield proc.connect(given["-s"] or given["-h"], 0 if given["-s"] else int(given["-p"]))
        server.write(" ".join(words) + "\n")
        answer = yield server.readline()
    except OSError as problem:
        proc.err(f"Could not connect to Redis at {place}: {problem.strerror}")
        return 1
    kind, text = answer[:1], answer[1:].rstrip("\r\n")
    proc.print({"+": text, ":": text, "$": "", "-": f"(error) {text}"}.get(kind, ""))
    return 0


def database(port: int, needs: tuple[str, ...], complaint: str) -> Program:
    """A database server: it refuses to start without one of the variables it needs, and listens on its port."""

    def serve(proc: Proc) -> Running:
        if needs and not any(proc.env.get(name) for name in needs):
            proc.err(complaint)
            return 1
        open_port(proc, port, f"could not bind to port {port}: Address already in use")
        yield from until_told(proc)
        return 0

    return serve


def asks(port: int, alive: str, dead: str, code: int) -> Program:
    """A client that asks whether the server is there."""

    def ask(proc: Proc) -> Running:
        try:
            connection = yield proc.connect("127.0.0.1", port)
        except OSError:
            proc.err(dead)
            return code
        connection.close()
        proc.print(alive)
        return 0

    return ask


def _option(proc: Proc, name: str, default: str) -> str:
    words = list(proc.argv)
    value = words[words.index(name) + 1] if name in words[:-1] else default
    return value if value.isdecimal() or not default.isdecimal() else default


POSTGRES_COMPLAINT = """Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run"."""

MYSQL_COMPLAINT = """[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD"""

_MYSQL_NEEDS = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
_MYSQL_DEAD = "mysqladmin: connect to server at 'localhost' failed"

PROGRAMS: dict[str, Program] = {
    "mariadbd": database(3306, ("MARIADB_ROOT_PASSWORD", *_MYSQL_NEEDS), MYSQL_COMPLAINT),
    "memcached": database(11211, (), ""),
    "mongod": database(27017, (), ""),
    "mysqladmin": asks(3306, "mysqld is alive", _MYSQL_DEAD, 1),
    "mysqld": database(3306, _MYSQL_NEEDS, MYSQL_COMPLAINT),
    "pg_isready": asks(5432, "127.0.0.1:5432 - accepting connections", "127.0.0.1:5432 - no response", 2),
    "postgres": database(5432, ("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"), POSTGRES_COMPLAINT),
    "rabbitmq-server": database(5672, (), ""),
    "redis-cli": redis_cli,
    "redis-server": redis_server,
}

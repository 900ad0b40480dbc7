"""Redis (and Valkey): the server, its start and end, its configuration; see `redis_commands` for what it can do.

Models Redis 7 and 8: src/server.c, config.c; docker-library/redis.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from podlab.linux.images.redis_commands import Store
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import open_port
from podlab.linux.images.talking import serve_lines
from podlab.linux.images.times import moment
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection

KNOWN = frozenset(
    (
        *("appendonly", "appendfsync", "bind", "daemonize", "databases", "dbfilename", "dir", "logfile", "loglevel"),
        *("masterauth", "maxclients", "maxmemory", "maxmemory-policy", "port", "protected-mode", "rename-command"),
        *("replica-announce-ip", "replicaof", "requirepass", "save", "slaveof", "stop-writes-on-bgsave-error"),
        *(
            "tcp-backlog",
            "tcp-keepalive",
            "timeout",
            "unixsocket",
            "unixsocketperm",
            "user",
            "aclfile",
            "hz",
            "pidfile",
        ),
        *("cluster-enabled", "cluster-config-file", "cluster-node-timeout", "io-threads", "always-show-logo"),
        *(
            "rdbcompression",
            "rdbchecksum",
            "replica-read-only",
            "include",
            "notify-keyspace-events",
            "lazyfree-lazy-eviction",
        ),
        *(
            "auto-aof-rewrite-percentage",
            "auto-aof-rewrite-min-size",
            "slowlog-log-slower-than",
            "latency-monitor-threshold",
        ),
        *("no-appendfsync-on-rewrite", "appendfilename", "list-max-ziplist-size", "supervised", "sentinel"),
    )
)
"""Directives that podlab takes; others it reads with a note."""


class _ConfigError(Exception):
    """The configuration cannot be used; the text has redis' own words."""


@program("redis-server")
def redis_server(proc: Proc) -> Running:
    """redis-server [FILE] [--port N] [--requirepass P] …: options are lines of the configuration."""
    words = proc.argv[1:]
    version = proc.env.get("REDIS_VERSION", "8.2.0")
    if "--version" in words or "-v" in words:
        proc.print(f"Redis server v={version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0")
        return 0
    try:
        config = _config(proc, list(words))
    except _ConfigError as problem:
        proc.err(str(problem))
        return 1
    return (yield from _serve(proc, config, version, with_file=bool(words) and not words[0].startswith("-")))


def _say(proc: Proc, text: str, mark: str = "*", role: str = "M") -> None:
    now = moment(proc)
    proc.print(f"{proc.pid}:{role} {now:%d %b %Y %H:%M:%S}.{now.microsecond // 1000:03} {mark} {text}")


def _config(proc: Proc, words: list[str]) -> dict[str, str]:
    """The configuration: the file's lines, then the options. Errors: `_ConfigError`."""
    config = {"port": "6379", "dir": proc.cwd, "dbfilename": "dump.rdb", "requirepass": "", "maxmemory": "0"}
    lines: list[tuple[str, str]] = []
    if words and not words[0].startswith("-"):
        path = words.pop(0)
        try:
            lines += [(line, f">>> '{line}'") for line in proc.read_file(path).splitlines()]
        except OSError as problem:
            now = moment(proc)
            raise _ConfigError(
                f"{proc.pid}:C {now:%d %b %Y %H:%M:%S}.000 # "
                f"Fatal error, can't open config file '{path}': {problem.strerror}"
            ) from None
    for part in " ".join(words).split("--")[1:]:
        lines.append((part.strip(), f">>> '{part.strip()}'"))
    for number, (line, shown) in enumerate(lines, 1):
        name, _, value = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if name.lower() not in KNOWN:
            if not _plausible(name):
                raise _ConfigError(
                    f"\n*** FATAL CONFIG FILE ERROR (Redis 8.2.0) ***\n"
                    f"Reading the configuration file, at line {number}\n"
                    f"{shown}\nBad directive or wrong number of arguments"
                )
            proc.note(f"podlab's redis does nothing for the directive {name}")
        config[name.lower()] = value.strip().strip('"')
    if not config["port"].isdecimal() or int(config["port"]) > 65535:
        raise _ConfigError(
            f"\n*** FATAL CONFIG FILE ERROR (Redis 8.2.0) ***\nReading the configuration file, at line 1\n"
            f">>> 'port {config['port']}'\nargument must be between 0 and 65535 inclusive"
        )
    return config


def _plausible(name: str) -> bool:
    """Redis has many directives; all are long lower-case words, most with a dash."""
    return "-" in name.strip("-") and name == name.lower()


def _serve(proc: Proc, config: dict[str, str], version: str, *, with_file: bool) -> Running:
    _say(proc, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", role="C")
    _say(proc, f"Redis version={version}, bits=64, commit=00000000, modified=0, pid={proc.pid}, just started", role="C")
    if with_file:
        _say(proc, "Configuration loaded", role="C")
    elif len(proc.argv) == 1:
        hint = "In order to specify a config file use redis-server /path/to/redis.conf"
        _say(proc, f"Warning: no config file specified, using the default config. {hint}", "#", "C")
    port, path = int(config["port"]), config.get("unixsocket", "")
    _say(proc, f"Running mode=standalone, port={port}.")
    now = moment(proc)
    stamp = f"{proc.pid}:M {now:%d %b %Y %H:%M:%S}.000 #"
    refusal = f"{stamp} Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use\n"
    refusal += f"{stamp} Failed listening on port {port} (tcp), aborting."
    listeners = [open_port(proc, port, refusal)] if port else []
    if path:
        if proc.exists(path):
            proc.remove(path)
        listeners.append(open_port(proc, path, f"{stamp} Failed opening Unix socket: bind: No such file or directory"))
    _say(proc, "Server initialized")
    store = Store(proc, config, version)
    _load(proc, store, config)
    for kind in ("tcp",) * bool(port) + ("unix",) * bool(path):
        _say(proc, f"Ready to accept connections {kind}")

    def end(reason: str, *, save: bool = True) -> None:
        _say(proc, reason)
        if save and (config.get("save") not in ("", "''") or config.get("appendonly") == "yes"):
            _say(proc, "Saving the final RDB snapshot before exiting.")
            _save(proc, store, config)
            _say(proc, "DB saved on disk")
        _say(proc, "Redis is now ready to exit, bye bye...", "#")
        proc.exit(0)

    for signal in ("TERM", "INT"):
        proc.trap(signal, _told(proc, signal, end))
    store.shutdown = lambda save: _stop_soon(proc, lambda: end("User requested shutdown...", save=save))
    store.save = lambda: _save(proc, store, config)
    talk = Talk(store)
    return (yield from serve_lines(proc, listeners, talk.answer))


def _told(proc: Proc, signal: str, end: Callable[[str], None]) -> Callable[[], None]:
    def told() -> None:
        proc.print(
            f"{proc.pid}:signal-handler ({int(moment(proc).timestamp())}) Received SIG{signal} scheduling shutdown..."
        )
        end("User requested shutdown...")

    return told


def _stop_soon(proc: Proc, end: Callable[[], None]) -> None:
    proc.trap("USR2", end)
    proc.spawn(lambda own: own.kill(proc.pid, "USR2"), argv=("redis-server",))


def _rdb(config: dict[str, str]) -> str:
    return f"{config['dir'].rstrip('/')}/{config['dbfilename']}"


def _load(proc: Proc, store: Store, config: dict[str, str]) -> None:
    """Read what a server before has kept, when a volume has it still."""
    path = _rdb(config)
    if proc.exists(path):
        try:
            store.data = json.loads(proc.read_file(path).removeprefix("REDIS0012 podlab "))
        except ValueError:
            _say(proc, f"Fatal error loading the DB, check server logs. Exiting. ({path})", "#")
            proc.exit(1)
        _say(proc, f"DB loaded from disk: 0.000 seconds, keys: {len(store.data)}")


def _save(proc: Proc, store: Store, config: dict[str, str]) -> None:
    proc.write_file(_rdb(config), "REDIS0012 podlab " + json.dumps(store.data))


class Talk:
    """The protocol: inline commands and arrays of bulk strings; one state for each caller."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._open: dict[Connection, _Array] = {}
        self._allowed: set[Connection] = set()

    def answer(self, caller: Connection, line: str) -> str | None:
        """The reply to a line; "" while a command is not complete, None to hang up."""
        text = line.rstrip("\r\n")
        array = self._open.get(caller)
        if array is None and text.startswith("*") and text[1:].isdecimal():
            self._open[caller] = _Array(int(text[1:]))
            return ""
        if array is None:
            return self._command(caller, text.split())
        if array.take(text):
            del self._open[caller]
            return self._command(caller, array.words)
        return ""

    def _command(self, caller: Connection, words: list[str]) -> str | None:
        if not words:
            return ""
        name = words[0].upper()
        if name == "QUIT":
            self._allowed.discard(caller)
            return None
        password = self.store.config["requirepass"]
        if name == "AUTH":
            if not password:
                words_said = "AUTH <password> called without any password configured for the default user."
                return f"-ERR {words_said} Are you sure your configuration is correct?\r\n"
            if words[-1] != password:
                return "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
            self._allowed.add(caller)
            return "+OK\r\n"
        if password and caller not in self._allowed:
            return "-NOAUTH Authentication required.\r\n"
        return self.store.run(words)


class _Array:
    """A command as an array of bulk strings, of which some lines have come."""

    def __init__(self, count: int) -> None:
        self.words: list[str] = []
        self._count = count
        self._wanted = -1

    def take(self, text: str) -> bool:
        """One line more; true when it is complete."""
        if self._wanted < 0 and text.startswith("$"):
            self._wanted = int(text[1:]) if text[1:].isdecimal() else 0
            return False
        self.words.append(text)
        self._wanted = -1
        return len(self.words) >= self._count

"""What podlab's Redis can do: strings, lists, sets, hashes, expiry, and to tell of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from podlab.linux.program import Proc

OK = "+OK\r\n"
NIL = "$-1\r\n"
WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
NOT_INTEGER = "-ERR value is not an integer or out of range\r\n"

Handler = Callable[["Store", list[str]], str]
_COMMANDS: dict[str, tuple[int, int, Handler]] = {}


def command(name: str, least: int, most: int = -1) -> Callable[[Handler], Handler]:
    """Register a command with the number of its arguments (`most` -1: any number, else at least `least`)."""

    def register(handler: Handler) -> Handler:
        for one in name.split():
            _COMMANDS[one] = (least, most if most >= 0 else 1 << 30, handler)
        return handler

    return register


class Store:
    """The keys of one server: a key to a text, a list, a set (as a dictionary) or a hash."""

    def __init__(self, proc: Proc, config: dict[str, str], version: str) -> None:
        self.proc, self.config, self.version = proc, config, version
        self.data: dict[str, Any] = {}
        self.ends: dict[str, float] = {}
        self.began = proc.now
        self.shutdown: Callable[[bool], None] = lambda save: None
        self.save: Callable[[], None] = lambda: None

    def run(self, words: list[str]) -> str:
        """The reply to a command."""
        name, args = words[0].upper(), words[1:]
        for key in [key for key, end in self.ends.items() if end <= self.proc.now]:
            self.forget(key)
        if name not in _COMMANDS:
            shown = " ".join(f"'{word}'" for word in args[:20])
            return f"-ERR unknown command '{words[0]}', with args beginning with: {shown}{' ' if shown else ''}\r\n"
        least, most, handler = _COMMANDS[name]
        if not least <= len(args) <= most:
            return f"-ERR wrong number of arguments for '{words[0].lower()}' command\r\n"
        try:
            return handler(self, [name, *args])
        except (AttributeError, TypeError, KeyError):
            return WRONG_TYPE
        except ValueError:
            return NOT_INTEGER

    def forget(self, key: str) -> bool:
        """Take a key away."""
        self.ends.pop(key, None)
        return self.data.pop(key, None) is not None

    def of(self, key: str, kind: type) -> Any:
        """The value of a key, made when it is not there. Errors: `TypeError` when it is of another kind."""
        value = self.data.setdefault(key, kind())
        if type(value) is not kind:
            raise TypeError
        return value

    def text(self, key: str) -> str | None:
        """The text of a key. Errors: `TypeError`."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            raise TypeError
        return value


def bulk(text: str | None) -> str:
    """A text, or that there is none."""
    return NIL if text is None else f"${len(text.encode('utf-8', 'surrogateescape'))}\r\n{text}\r\n"


def array(texts: Iterable[str | None]) -> str:
    """A list of texts."""
    items = [bulk(text) for text in texts]
    return f"*{len(items)}\r\n" + "".join(items)


def number(value: int) -> str:
    """A whole number."""
    return f":{value}\r\n"


# ---- the server


@command("PING", 0, 1)
def _ping(store: Store, words: list[str]) -> str:
    return bulk(words[1]) if words[1:] else "+PONG\r\n"


@command("ECHO", 1, 1)
def _echo(store: Store, words: list[str]) -> str:
    return bulk(words[1])


@command("SELECT CLIENT HELLO READONLY", 0)
def _accepted(store: Store, words: list[str]) -> str:
    return OK


@command("SHUTDOWN", 0, 2)
def _shutdown(store: Store, words: list[str]) -> str:
    store.shutdown("NOSAVE" not in [word.upper() for word in words])
    return ""


@command("SAVE BGSAVE", 0, 1)
def _save(store: Store, words: list[str]) -> str:
    store.save()
    return OK if words[0] == "SAVE" else "+Background saving started\r\n"


@command("CONFIG", 1)
def _config(store: Store, words: list[str]) -> str:
    verb = words[1].upper()
    if verb == "GET" and len(words) > 2:
        found = [(key, value) for key, value in store.config.items() if fnmatchcase(key, words[2].lower())]
        return array(text for pair in found for text in pair)
    if verb == "SET" and len(words) > 3:
        store.config[words[2].lower()] = words[3]
    return OK


@command("INFO", 0)
def _info(store: Store, words: list[str]) -> str:
    return bulk(
        f"# Server\r\nredis_version:{store.version}\r\nredis_mode:standalone\r\nos:Linux\r\n"
        f"process_id:{store.proc.pid}\r\n"
        f"tcp_port:{store.config['port']}\r\nuptime_in_seconds:{int(store.proc.now - store.began)}\r\n\r\n"
        f"# Clients\r\nconnected_clients:1\r\n\r\n# Memory\r\n"
        f"used_memory_human:1.00M\r\nmaxmemory:{store.config['maxmemory']}\r\n\r\n"
        f"# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n"
        f"# Keyspace\r\n"
        + (f"db0:keys={len(store.data)},expires={len(store.ends)},avg_ttl=0\r\n" if store.data else "")
    )


@command("ROLE", 0, 0)
def _role(store: Store, words: list[str]) -> str:
    return "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"


@command("DBSIZE", 0, 0)
def _dbsize(store: Store, words: list[str]) -> str:
    return number(len(store.data))


@command("FLUSHALL FLUSHDB", 0, 1)
def _flush(store: Store, words: list[str]) -> str:
    store.data.clear()
    store.ends.clear()
    return OK


# ---- keys


@command("DEL UNLINK", 1)
def _del(store: Store, words: list[str]) -> str:
    return number(sum(store.forget(key) for key in words[1:]))


@command("EXISTS", 1)
def _exists(store: Store, words: list[str]) -> str:
    return number(sum(key in store.data for key in words[1:]))


@command("KEYS", 1, 1)
def _keys(store: Store, words: list[str]) -> str:
    return array(key for key in store.data if fnmatchcase(key, words[1]))


@command("TYPE", 1, 1)
def _type(store: Store, words: list[str]) -> str:
    value = store.data.get(words[1])
    if isinstance(value, dict):
        return "+hash\r\n" if any(text is not None for text in value.values()) else "+set\r\n"
    return "+none\r\n" if value is None else "+list\r\n" if isinstance(value, list) else "+string\r\n"


@command("EXPIRE PEXPIRE", 2)
def _expire(store: Store, words: list[str]) -> str:
    if words[1] not in store.data:
        return number(0)
    store.ends[words[1]] = store.proc.now + int(words[2]) / (1000 if words[0] == "PEXPIRE" else 1)
    return number(1)


@command("TTL PTTL", 1, 1)
def _ttl(store: Store, words: list[str]) -> str:
    if words[1] not in store.data:
        return number(-2)
    end = store.ends.get(words[1])
    return number(-1 if end is None else round((end - store.proc.now) * (1000 if words[0] == "PTTL" else 1)))


@command("PERSIST", 1, 1)
def _persist(store: Store, words: list[str]) -> str:
    return number(int(store.ends.pop(words[1], None) is not None))


# ---- strings


@command("GET", 1, 1)
def _get(store: Store, words: list[str]) -> str:
    return bulk(store.text(words[1]))


@command("MGET", 1)
def _mget(store: Store, words: list[str]) -> str:
    return array(value if isinstance(value := store.data.get(key), str) else None for key in words[1:])


@command("SET", 2)
def _set(store: Store, words: list[str]) -> str:
    key, value, *more = words[1:]
    options = [word.upper() for word in more]
    if ("NX" in options and key in store.data) or ("XX" in options and key not in store.data):
        return NIL
    store.ends.pop(key, None)
    store.data[key] = value
    for at, word in enumerate(options[:-1]):
        if word in ("EX", "PX"):
            store.ends[key] = store.proc.now + int(more[at + 1]) / (1000 if word == "PX" else 1)
    return OK


@command("SETEX", 3, 3)
def _setex(store: Store, words: list[str]) -> str:
    return _set(store, ["SET", words[1], words[3], "EX", words[2]])


@command("SETNX", 2, 2)
def _setnx(store: Store, words: list[str]) -> str:
    return number(int(_set(store, ["SET", *words[1:], "NX"]) == OK))


@command("MSET", 2)
def _mset(store: Store, words: list[str]) -> str:
    store.data.update(zip(words[1::2], words[2::2], strict=False))
    return OK


@command("INCR DECR INCRBY DECRBY", 1, 2)
def _incr(store: Store, words: list[str]) -> str:
    step = int(words[2]) if len(words) > 2 else 1
    value = int(store.text(words[1]) or "0") + (step if words[0].startswith("INCR") else -step)
    store.data[words[1]] = str(value)
    return number(value)


@command("APPEND", 2, 2)
def _append(store: Store, words: list[str]) -> str:
    store.data[words[1]] = (store.text(words[1]) or "") + words[2]
    return number(len(store.data[words[1]]))


@command("STRLEN", 1, 1)
def _strlen(store: Store, words: list[str]) -> str:
    return number(len(store.text(words[1]) or ""))


# ---- lists


@command("LPUSH RPUSH", 2)
def _push(store: Store, words: list[str]) -> str:
    items = store.of(words[1], list)
    for word in words[2:]:
        items.insert(0 if words[0] == "LPUSH" else len(items), word)
    return number(len(items))


@command("LPOP RPOP", 1, 2)
def _pop(store: Store, words: list[str]) -> str:
    if words[1] not in store.data:
        return NIL
    items = store.of(words[1], list)
    value = items.pop(0 if words[0] == "LPOP" else -1)
    if not items:
        store.forget(words[1])
    return bulk(value)


@command("LLEN", 1, 1)
def _llen(store: Store, words: list[str]) -> str:
    return number(len(store.of(words[1], list)) if words[1] in store.data else 0)


@command("LRANGE", 3, 3)
def _lrange(store: Store, words: list[str]) -> str:
    items = store.of(words[1], list) if words[1] in store.data else []
    first, last = (int(word) + (len(items) if int(word) < 0 else 0) for word in words[2:])
    return array(items[max(first, 0) : max(last + 1, 0)])


# ---- sets and hashes


@command("SADD", 2)
def _sadd(store: Store, words: list[str]) -> str:
    members = store.of(words[1], dict)
    new = [word for word in dict.fromkeys(words[2:]) if word not in members]
    members.update(dict.fromkeys(new))
    return number(len(new))


@command("SREM HDEL", 2)
def _srem(store: Store, words: list[str]) -> str:
    members = store.of(words[1], dict)
    gone = [word for word in words[2:] if word in members]
    for word in gone:
        del members[word]
    if not members:
        store.forget(words[1])
    return number(len(gone))


@command("SMEMBERS HKEYS", 1, 1)
def _smembers(store: Store, words: list[str]) -> str:
    return array(store.data.get(words[1], {}).keys())


@command("SCARD HLEN", 1, 1)
def _scard(store: Store, words: list[str]) -> str:
    return number(len(store.data.get(words[1], {})))


@command("SISMEMBER HEXISTS", 2, 2)
def _sismember(store: Store, words: list[str]) -> str:
    return number(int(words[2] in store.data.get(words[1], {})))


@command("HSET HMSET", 3)
def _hset(store: Store, words: list[str]) -> str:
    fields = store.of(words[1], dict)
    pairs = dict(zip(words[2::2], words[3::2], strict=False))
    new = sum(key not in fields for key in pairs)
    fields.update(pairs)
    return number(new) if words[0] == "HSET" else OK


@command("HGET", 2, 2)
def _hget(store: Store, words: list[str]) -> str:
    return bulk(store.data.get(words[1], {}).get(words[2]))


@command("HGETALL", 1, 1)
def _hgetall(store: Store, words: list[str]) -> str:
    return array(text for pair in store.data.get(words[1], {}).items() for text in pair)

"""MongoDB: the server of the image `mongo`, and as much of mongosh as lessons ask.

Models docker-library/mongo docker-entrypoint.sh; the log is a JSON object a line, as since 4.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from typing import Any

from podlab.linux.images import initdb
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import BothGivenError, open_port, option
from podlab.linux.images.talking import ask, serve_lines
from podlab.linux.images.times import iso
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection

FOLDER = "/data/db"
NAMES = ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD")

Data = dict[str, dict[str, list[dict[str, Any]]]]


def _log(proc: Proc, id: int, text: str, part: str = "CONTROL", **attr: Any) -> None:
    line = {
        "t": {"$date": iso(proc)[:-1] + "+00:00"},
        "s": "I",
        "c": part,
        "id": id,
        "ctx": "initandlisten",
        "msg": text,
    }
    proc.print(json.dumps({**line, **({"attr": attr} if attr else {})}, separators=(",", ":")))


@program("mongod")
def mongod(proc: Proc) -> Running:
    """mongod [--port N] [--dbpath FOLDER] [--auth]: documents by database and collection, kept in its folder."""
    words = proc.argv[1:]
    version = proc.env.get("MONGO_VERSION", "8.0.12")
    if "--version" in words:
        proc.print(f"db version v{version}")
        return 0
    folder = option(words, "--dbpath", default=FOLDER)
    path = f"{folder}/podlab.json"
    proc.mkdir(folder, parents=True)
    kept: dict[str, Any] = json.loads(proc.read_file(path)) if proc.exists(path) else {"users": {}, "data": {}}
    if not proc.exists(path):
        user = _first_user(proc)
        if user is None:
            return 1
        kept["users"] = user
    text = option(words, "--port", default="27017")
    port = int(text) if text.isdecimal() else 27017
    refusal = (
        '{"s":"E","c":"CONTROL","id":20568,"ctx":"initandlisten","msg":"Error setting up listener",'
        '"attr":{"error":{"code":9001,"errmsg":"Address already in use"}}}'
    )
    listener = open_port(proc, port, refusal)
    _log(proc, 4615611, "MongoDB starting", pid=proc.pid, port=port, dbPath=folder, host=proc.hostname)
    _log(proc, 23403, "Build Info", buildInfo={"version": version})
    _log(proc, 23016, "Waiting for connections", "NETWORK", port=port, ssl="off")

    def end() -> None:
        _log(proc, 23377, "Received signal", signal=15, error="Terminated")
        _log(proc, 23138, "Shutting down", exitCode=0)
        proc.exit(0)

    for signal in ("TERM", "INT"):
        proc.trap(signal, end)
    server = _Server(proc, kept, path, guarded=bool(kept["users"]))
    return (yield from serve_lines(proc, [listener], server.answer))


def _first_user(proc: Proc) -> dict[str, str] | None:
    """The root user that the variables name: both or none of them. None when only one is there."""
    try:
        user, password = (initdb.first_of(proc, name) for name in NAMES)
    except (BothGivenError, OSError) as problem:
        proc.err(initdb.trouble(problem))
        return None
    if bool(user) != bool(password):
        proc.err("\nerror: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'")
        proc.err("       both must be specified for a user to be created\n")
        return None
    return {user: password} if user else {}


class _Server:
    """The documents, and what is answered to a question of podlab's mongosh."""

    def __init__(self, proc: Proc, kept: dict[str, Any], path: str, *, guarded: bool) -> None:
        self.proc, self.kept, self.path, self.guarded = proc, kept, path, guarded

    def answer(self, caller: Connection, line: str) -> str | None:
        """One line of JSON for one line of JSON."""
        try:
            asked = json.loads(line)
        except ValueError:
            return None
        user = asked["user"]
        if user and self.kept["users"].get(user) != asked["password"]:
            return json.dumps({"error": "MongoServerError: Authentication failed."}) + "\n"
        free = asked["verb"] in ("ping", "hello", "")
        if self.guarded and not user and not free:
            return json.dumps({"error": f"MongoServerError: Command {asked['verb']} requires authentication"}) + "\n"
        return json.dumps(self._do(asked)) + "\n"

    def _do(self, asked: dict[str, Any]) -> dict[str, Any]:
        data: Data = self.kept["data"]
        documents = data.get(asked["database"], {}).get(asked["collection"], [])
        match asked["verb"]:
            case "insert":
                documents = [*documents, *asked["documents"]]
                data.setdefault(asked["database"], {})[asked["collection"]] = documents
                self.proc.write_file(self.path, json.dumps(self.kept))
                return {"count": len(asked["documents"])}
            case "find":
                wanted = asked["documents"][0] if asked["documents"] else {}
                return {"documents": [one for one in documents if wanted.items() <= one.items()]}
            case "databases":
                return {"names": sorted({"admin", "config", "local", *data})}
            case "collections":
                return {"names": sorted(data.get(asked["database"], {}))}
            case "shutdown":
                self.proc.spawn(lambda own: own.kill(self.proc.pid, "TERM"), argv=("mongod",))
        return {"ok": 1}


# ---- mongosh


@program("mongosh")
def mongosh(proc: Proc) -> Running:
    """mongosh [mongodb://…] [-u USER -p PASSWORD] [--eval JS] [--quiet]: a few commands; else they come from stdin."""
    words = proc.argv[1:]
    if "--version" in words:
        proc.print("2.5.6")
        return 0
    text = option(words, "--eval", "-eval")
    if not text:
        text = yield proc.readall()
    client = _Client(proc, list(words))
    for statement in (part.strip() for part in re.split(r";|\n", text)):
        if statement and not statement.startswith("//"):
            status = yield from client.run(statement)
            if status:
                return status
    return 0


class _Client:
    def __init__(self, proc: Proc, words: list[str]) -> None:
        self.proc = proc
        self.host = option(words, "--host", "-h", default="127.0.0.1")
        self.port = option(words, "--port", default="27017")
        self.user = option(words, "-u", "--username")
        self.password = option(words, "-p", "--password")
        self.database = "test"
        for word in words:
            match = re.fullmatch(r"mongodb://(?:([^:@]+):([^@]+)@)?([^:/]+)(?::(\d+))?(?:/(\w*))?(?:\?.*)?", word)
            if match:
                self.user, self.password = match[1] or self.user, match[2] or self.password
                self.host, self.port, self.database = match[3], match[4] or self.port, match[5] or "test"

    def ask(self, verb: str, collection: str = "", documents: Any = ()) -> Generator[Any, Any, dict[str, Any]]:
        """What the server answers; a dictionary with `error` when it cannot be reached or refuses."""
        question = {"verb": verb, "user": self.user, "password": self.password, "database": self.database}
        port = int(self.port) if self.port.isdecimal() else 27017
        host, _, other = self.host.partition(":")
        line = json.dumps({**question, "collection": collection, "documents": list(documents)})
        try:
            reply: dict[str, Any] = json.loads((yield from ask(self.proc, host, int(other or port), line)))
        except FileNotFoundError:
            return {"error": f"MongoNetworkError: getaddrinfo ENOTFOUND {host}"}
        except (OSError, ValueError):
            return {"error": f"MongoNetworkError: connect ECONNREFUSED {host}:{other or port}"}
        return reply

    def run(self, statement: str) -> Running:
        """Run one statement and print what it gives."""
        proc = self.proc
        call = re.fullmatch(
            r"(?:print(?:json)?\()?db\.(?:getCollection\(['\"](\w+)['\"]\)|(\w+))\.(\w+)\((.*?)\)(?:\.\w+\(\))*\)?",
            statement,
            re.S,
        )
        if re.fullmatch(r"quit\(\)|exit|exit\(\)", statement):
            proc.exit(0)
        if match := re.fullmatch(r"use\s+(\w+)", statement):
            self.database = match[1]
            proc.print(f"switched to db {match[1]}")
            return 0
        if match := re.fullmatch(r"db\s*=\s*db\.getSiblingDB\(['\"](\w+)['\"]\)", statement):
            self.database = match[1]
            return 0
        if "shutdownServer" in statement:
            return self._told((yield from self.ask("shutdown")), "")
        if re.fullmatch(r"show\s+(dbs|databases|collections)", statement):
            reply = yield from self.ask("collections" if "coll" in statement else "databases")
            return self._told(reply, "\n".join(reply.get("names", ())))
        if re.search(r"ping|hello|isMaster|db\.stats|version\(\)|rs\.status", statement):
            reply = yield from self.ask("ping")
            return self._told(reply, "1" if re.search(r"\.ok\b", statement) else "{ ok: 1 }")
        if call and call[3] in ("insertOne", "insertMany", "insert", "find", "findOne", "countDocuments", "count"):
            return (yield from self._collection(call[1] or call[2], call[3], call[4]))
        if match := re.fullmatch(r"print\(['\"](.*)['\"]\)", statement):
            proc.print(match[1])
            return 0
        proc.note(f"podlab's mongosh does not know `{statement[:60]}`")
        return self._told((yield from self.ask("ping")), "{ ok: 1 }")

    def _collection(self, name: str, verb: str, args: str) -> Running:
        try:
            given = json.loads("[" + re.sub(r"([{,]\s*)(\w+)\s*:", r'\1"\2":', args).replace("'", '"') + "]")
        except ValueError:
            self.proc.err("SyntaxError: podlab's mongosh reads plain documents only")
            return 1
        documents = given[0] if given and isinstance(given[0], list) else given
        if verb.startswith("insert"):
            return self._told((yield from self.ask("insert", name, documents)), "{ acknowledged: true }")
        reply = yield from self.ask("find", name, documents[:1])
        found = reply.get("documents", [])
        if verb.startswith("count"):
            return self._told(reply, str(len(found)))
        shown = [_shown(one) for one in (found[:1] if verb == "findOne" else found)]
        return self._told(
            reply, (shown[0] if shown else "null") if verb == "findOne" else f"[ {', '.join(shown)} ]" if shown else ""
        )

    def _told(self, reply: dict[str, Any], text: str) -> int:
        if "error" in reply:
            self.proc.err(reply["error"])
            return 1
        if text:
            self.proc.print(text)
        return 0


def _shown(value: Any) -> str:
    """A document as mongosh prints it: names without quotes, texts in single ones."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) + " }"
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)

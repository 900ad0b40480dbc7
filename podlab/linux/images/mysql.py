"""MySQL and MariaDB: the servers of their images.

Models docker-library's mysql and mariadb entrypoints: which variables they want, what they say, what a used folder
means.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from podlab.linux.images import initdb, sql
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import BothGivenError, open_port, option
from podlab.linux.images.sql import Databases, Result
from podlab.linux.images.talking import serve_lines
from podlab.linux.images.times import iso, local
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection

FOLDER = "/var/lib/mysql"
OWN = ["information_schema", "mysql", "performance_schema", "sys"]

MYSQL_COMPLAINT = """Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD"""

MARIADB_COMPLAINT = """Database is uninitialized and password option is not specified
\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and \
MARIADB_RANDOM_ROOT_PASSWORD"""


@dataclass
class Flavour:
    """What differs between MySQL and MariaDB. `prefixes` are those of their variables, in order."""

    name: str
    server: str
    version: str
    prefixes: tuple[str, ...]
    complaint: str
    empty: tuple[str, ...]
    users: dict[str, str] = field(default_factory=dict)


@program("mysqld")
def mysqld(proc: Proc) -> Running:
    """MySQL's server."""
    version = proc.env.get("MYSQL_VERSION", "8.4.6").partition("-")[0]
    flavour = Flavour("MySQL", "mysqld", version, ("MYSQL",), MYSQL_COMPLAINT, ("MYSQL_ALLOW_EMPTY_PASSWORD",))
    return (yield from _server(proc, flavour))


@program("mariadbd")
def mariadbd(proc: Proc) -> Running:
    """MariaDB's server."""
    version = proc.env.get("MARIADB_VERSION", "1:11.8.2+").partition(":")[2].partition("+")[0] or "11.8.2"
    empty = ("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD")
    flavour = Flavour("MariaDB", "mariadbd", f"{version}-MariaDB", ("MARIADB", "MYSQL"), MARIADB_COMPLAINT, empty)
    return (yield from _server(proc, flavour))


def _server(proc: Proc, flavour: Flavour) -> Running:
    words = proc.argv[1:]
    if "--version" in words or "-V" in words:
        proc.print(f"/usr/sbin/{flavour.server}  Ver {flavour.version} for Linux on x86_64")
        return 0
    folder = option(words, "--datadir", default=FOLDER)
    proc.mkdir(folder, parents=True)
    _note(proc, f"Entrypoint script for {flavour.name} Server {flavour.version} started.")
    used = proc.exists(f"{folder}/mysql")
    database = ""
    if used:
        flavour.users = json.loads(proc.read_file(f"{folder}/mysql/podlab.auth"))
    else:
        begun = _first_start(proc, flavour, folder)
        if begun is None:
            return 1
        database = begun
    databases = Databases(proc, f"{folder}/podlab.json", flavour.version, [*OWN, *([database] if database else [])])
    if not used:
        yield from _initialise(proc, flavour.name, databases, database)
    return (yield from _serve(proc, flavour, databases, folder))


def _note(proc: Proc, text: str, kind: str = "Note") -> None:
    """A line of the entrypoint script."""
    proc.write(f"{local(proc)}+00:00 [{kind}] [Entrypoint]: {text}\n", 2 if kind == "ERROR" else 1)


def _first_start(proc: Proc, flavour: Flavour, folder: str) -> str | None:
    """Make root and the user that the variables name; the database's name. None when something is missing."""

    def value(name: str) -> str:
        return initdb.first_of(proc, *(f"{prefix}_{name}" for prefix in flavour.prefixes))

    try:
        root, database, user, password = (value(name) for name in ("ROOT_PASSWORD", "DATABASE", "USER", "PASSWORD"))
    except (BothGivenError, OSError) as problem:
        _note(proc, initdb.trouble(problem).removeprefix("error: "), "ERROR")
        return None
    allowed = any(proc.env.get(name) for name in flavour.empty)
    random = value("RANDOM_ROOT_PASSWORD")
    if not root and not allowed and not random:
        _note(proc, flavour.complaint, "ERROR")
        return None
    if user == "root":
        name = f"{flavour.prefixes[-1]}_USER"
        _note(
            proc,
            f'{name}="root", {name} and {name[:-4]}PASSWORD are for configuring a regular user and '
            f'cannot be used for the root user\n    Remove {name}="root" and use one of the following to control the '
            "root user password:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n"
            "    - MYSQL_RANDOM_ROOT_PASSWORD",
            "ERROR",
        )
        return None
    if proc.listdir(folder) and flavour.name == "MySQL":
        _log(proc, "--initialize specified but the data directory has files in it. Aborting.", "ERROR", "MY-010457")
        _log(proc, "Aborting", "ERROR", "MY-010119")
        return None
    _note(proc, "Initializing database files")
    if random and not root:
        root = "podlab-random-password"
        _note(proc, f"GENERATED ROOT PASSWORD: {root}")
    flavour.users = {"root": root, **({user: password} if user else {})}
    proc.mkdir(f"{folder}/mysql")
    proc.write_file(f"{folder}/mysql/podlab.auth", json.dumps(flavour.users))
    return database


def _initialise(proc: Proc, name: str, databases: Databases, database: str) -> Generator[Any, Any, None]:
    """Say that all is made, and run what lies in /docker-entrypoint-initdb.d."""
    _note(proc, "Database files initialized")
    if database:
        _note(proc, f"Creating database {database}")
    for path, text in initdb.init_scripts(proc):
        _note(proc, f"/usr/local/bin/docker-entrypoint.sh: running {path}")
        if path.endswith(".sh"):
            yield from initdb.run_script(proc, path)
            continue
        for result in run_statements(databases, database, text):
            if result.error:
                proc.err(result.error)
                proc.exit(1)
    databases.keep()
    _note(proc, f"{name} init process done. Ready for start up.")


def _log(proc: Proc, text: str, kind: str = "System", code: str = "MY-010931") -> None:
    """A line of the server's log, in MariaDB's form or in MySQL's."""
    if "mariadbd" in text:
        proc.err(f"{local(proc)} 0 [Note] {text}")
        return
    proc.err(f"{iso(proc)[:-1]}000Z 0 [{kind}] [{code}] [Server] {text}")


def _serve(proc: Proc, flavour: Flavour, databases: Databases, folder: str) -> Running:
    text = option(proc.argv[1:], "--port", "-P", default="3306")
    port = int(text) if text.isdecimal() else 3306
    refusal = (
        "[ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use\n"
        f"[ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port: {port} ?"
    )
    listener = open_port(proc, port, refusal)
    path = f"/usr/sbin/{flavour.server}"
    _log(proc, f"{path} ({path} {flavour.version}) starting as process {proc.pid}", code="MY-010116")
    _log(
        proc,
        f"{path}: ready for connections. Version: '{flavour.version}'  "
        f"socket: '/var/run/mysqld/mysqld.sock'  port: {port}",
    )

    def end(who: str) -> None:
        _log(
            proc,
            f"Received SHUTDOWN from user {who}. Shutting down {flavour.server} (Version: {flavour.version}).",
            code="MY-013172",
        )
        _log(proc, f"{path}: Shutdown complete (mysqld {flavour.version})", code="MY-010910")
        proc.exit(0)

    for signal in ("TERM", "QUIT"):
        proc.trap(signal, lambda: end("<via user signal>"))

    def answer(caller: Connection, line: str) -> str | None:
        try:
            asked = json.loads(line)
        except ValueError:
            return None
        near = caller.remote.startswith("127.") or not caller.remote
        refused = _refused(flavour, databases, asked, "localhost" if near else caller.remote.rpartition(":")[0])
        if refused:
            return sql.to_text([Result("REFUSED", error=refused)]) + "\n"
        if asked["sql"] == "SHUTDOWN":
            proc.spawn(lambda own: _stopper(own, proc.pid), argv=(flavour.server,))
            return sql.to_text([Result()]) + "\n"
        return sql.to_text(run_statements(databases, asked["database"], asked["sql"])) + "\n"

    return (yield from serve_lines(proc, [listener], answer))


def _stopper(own: Proc, server: int) -> Running:
    """Ends the server after its answer has gone out."""
    yield own.sleep(0.1)
    own.kill(server, "TERM")
    return 0


def _refused(flavour: Flavour, databases: Databases, asked: dict[str, str], host: str) -> str:
    user, password = asked["user"], asked["password"]
    if flavour.users.get(user) != password:
        used = "YES" if password else "NO"
        return f"ERROR 1045 (28000): Access denied for user '{user}'@'{host}' (using password: {used})"
    if asked["database"] and asked["database"] not in databases.names:
        return f"ERROR 1049 (42000): Unknown database '{asked['database']}'"
    return ""


def run_statements(databases: Databases, database: str, text: str) -> list[Result]:
    """Run statements one by one until one fails; USE changes the database."""
    results: list[Result] = []
    for at, statement in enumerate(sql.statements(text), 1):
        words = statement.split()
        if words[0].upper() == "USE" and len(words) > 1:
            database = words[1].strip("`")
            known = database in databases.names
            results.append(
                Result("USE", error="" if known else f"ERROR 1049 (42000) at line {at}: Unknown database '{database}'")
            )
        else:
            results.append(_statement(databases, database, statement, at))
        if results[-1].error:
            break
    return results


def _statement(databases: Databases, database: str, statement: str, at: int) -> Result:
    words = statement.replace("`", "").split()
    upper = [word.upper() for word in words]
    match upper[:2]:
        case ["SHOW", "DATABASES" | "SCHEMAS"]:
            return Result("SHOW", ["Database"], [[name] for name in databases.names])
        case ["CREATE" | "DROP", "DATABASE" | "SCHEMA"]:
            return _database(databases, words, upper, at)
        case ["GRANT" | "FLUSH" | "SET" | "REVOKE" | "ALTER" | "LOCK" | "UNLOCK", *_] | ["CREATE" | "DROP", "USER"]:
            return Result(upper[0])
        case ["SHOW", "STATUS" | "VARIABLES" | "PROCESSLIST" | "GLOBAL"]:
            return Result("SHOW", ["Variable_name", "Value"], [])
    if not database and upper[0] != "SELECT":
        return Result(error=f"ERROR 1046 (3D000) at line {at}: No database selected")
    if upper[:2] == ["SHOW", "TABLES"]:
        return Result("SHOW", [f"Tables_in_{database}"], [[name] for name in databases.tables(database)])
    result = databases.run(database or "mysql", statement.replace("@@version", "version()"))
    if result.error:
        result.error = _worded(result.error, database, at)
    return result


def _database(databases: Databases, words: list[str], upper: list[str], at: int) -> Result:
    name = words[-1] if upper[0] == "DROP" or "EXISTS" in upper[:5] else words[2]
    if "EXISTS" in upper[:5]:
        name = words[upper.index("EXISTS") + 1]
    if upper[0] == "DROP":
        gone = databases.drop(name) or "EXISTS" in upper
        return Result(
            "DROP",
            error=""
            if gone
            else f"ERROR 1008 (HY000) at line {at}: Can't drop database '{name}'; database doesn't exist",
        )
    if name not in databases.names:
        databases.create(name)
        databases.keep()
    elif "EXISTS" not in upper:
        return Result(error=f"ERROR 1007 (HY000) at line {at}: Can't create database '{name}'; database exists")
    return Result("CREATE")


def _worded(error: str, database: str, at: int) -> str:
    """SQLite's complaint in MySQL's words, for those that lessons meet."""
    what = error.rpartition(": ")[2]
    if error.startswith("no such table"):
        return f"ERROR 1146 (42S02) at line {at}: Table '{database}.{what}' doesn't exist"
    if error.startswith("no such column"):
        return f"ERROR 1054 (42S22) at line {at}: Unknown column '{what}' in 'field list'"
    if error.startswith("UNIQUE constraint"):
        return f"ERROR 1062 (23000) at line {at}: Duplicate entry for key '{what}'"
    if "already exists" in error:
        return f"ERROR 1050 (42S01) at line {at}: Table '{error.split()[1]}' already exists"
    return f"ERROR 1064 (42000) at line {at}: You have an error in your SQL syntax: {error}"

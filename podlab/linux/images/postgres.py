"""PostgreSQL: the server of the image `postgres`, psql, pg_isready.

Models docker-library/postgres docker-entrypoint.sh; the server's own words are those of PostgreSQL 17.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from typing import Any

from podlab.linux.images import initdb, sql
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import BothGivenError, open_port, option
from podlab.linux.images.sql import Databases, Result
from podlab.linux.images.talking import serve_lines
from podlab.linux.images.times import local
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection

PORT = 5432
COMPLAINT = """Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html"""


def _say(proc: Proc, text: str, kind: str = "LOG") -> None:
    proc.err(f"{local(proc)}.{int(proc.now % 1 * 1000):03} UTC [{proc.pid}] {kind}:  {text}")


@program("postgres")
def postgres(proc: Proc) -> Running:
    """The server with the entrypoint's work before it: a password is needed unless the folder holds data already."""
    words = proc.argv[1:]
    version = proc.env.get("PG_VERSION", "17.5")
    if "--version" in words or "-V" in words:
        proc.print(f"postgres (PostgreSQL) {version}")
        return 0
    folder = proc.env.get("PGDATA", "/var/lib/postgresql/data")
    state = _first_start(proc, folder)
    if isinstance(state, int):
        return state
    databases = Databases(
        proc,
        f"{folder}/podlab.json",
        f"PostgreSQL {version} on x86_64-pc-linux-gnu",
        ["postgres", state["user"], state["database"]],
    )
    if state.pop("new", ""):
        yield from _initialise(proc, databases, state)
    return (yield from _serve(proc, databases, state, version))


def _first_start(proc: Proc, folder: str) -> dict[str, str] | int:
    """Who may do what; it is kept in the folder. An exit code when the server cannot start."""
    proc.mkdir(folder, parents=True)
    if proc.exists(f"{folder}/PG_VERSION"):
        proc.print("\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n")
        kept: dict[str, str] = json.loads(proc.read_file(f"{folder}/podlab.auth"))
        return kept
    try:
        password = initdb.first_of(proc, "POSTGRES_PASSWORD")
        user = initdb.first_of(proc, "POSTGRES_USER") or "postgres"
        database = initdb.first_of(proc, "POSTGRES_DB") or user
    except (BothGivenError, OSError) as problem:
        proc.err(initdb.trouble(problem))
        return 1
    trust = proc.env.get("POSTGRES_HOST_AUTH_METHOD") == "trust"
    if not password and not trust:
        proc.err(COMPLAINT)
        return 1
    if proc.listdir(folder):
        proc.err(f'initdb: error: directory "{folder}" exists but is not empty')
        if "lost+found" in proc.listdir(folder):
            proc.err("initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.")
        proc.err("initdb: hint: If you want to create a new database system, either remove or empty the directory")
        return 1
    state = {"user": user, "password": password, "database": database, "trust": "yes" if trust else ""}
    proc.write_file(f"{folder}/PG_VERSION", proc.env.get("PG_MAJOR", "17") + "\n")
    proc.write_file(f"{folder}/podlab.auth", json.dumps(state))
    return {**state, "new": "yes"}


def _initialise(proc: Proc, databases: Databases, state: dict[str, str]) -> Generator[Any, Any, None]:
    """Say what initdb says, and run what lies in /docker-entrypoint-initdb.d."""
    proc.print(
        'The files belonging to this database system will be owned by user "postgres".\n'
        "This user must also own the server process.\n"
    )
    proc.print("Success. You can now start the database server using:\n")
    for path, text in initdb.init_scripts(proc):
        proc.print(f"/usr/local/bin/docker-entrypoint.sh: running {path}")
        if path.endswith(".sh"):
            yield from initdb.run_script(proc, path)
            continue
        for result in _run(databases, state, state["database"], text):
            if result.error:
                proc.err(f"psql:{path}: ERROR:  {result.error}")
                proc.exit(3)
    proc.print("\nPostgreSQL init process complete; ready for start up.\n")
    databases.keep()


def _serve(proc: Proc, databases: Databases, state: dict[str, str], version: str) -> Running:
    text = option(proc.argv[1:], "-p", "--port", default=str(PORT))
    port = int(text) if text.isdecimal() else PORT
    refusal = (
        'LOG:  could not bind IPv4 address "0.0.0.0": Address already in use\n'
        f"HINT:  Is another postmaster already running on port {port}? If not, wait a few seconds and retry.\n"
        "FATAL:  could not create any TCP/IP sockets"
    )
    listeners = [open_port(proc, port, refusal)]
    _say(proc, f"starting PostgreSQL {version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit")
    _say(proc, f'listening on IPv4 address "0.0.0.0", port {port}')
    _say(proc, f'listening on Unix socket "/var/run/postgresql/.s.PGSQL.{port}"')
    _say(proc, "database system is ready to accept connections")
    for signal, kind in (("TERM", "smart"), ("INT", "fast"), ("QUIT", "immediate")):
        proc.trap(signal, _end(proc, kind))

    def answer(caller: Connection, line: str) -> str | None:
        try:
            asked = json.loads(line)
        except ValueError:
            _say(proc, "invalid length of startup packet")
            return None
        near = caller.remote.startswith("127.") or not caller.remote
        fatal = _refused(databases, state, asked, near)
        results = (
            [Result(error=fatal, verb="FATAL")] if fatal else _run(databases, state, asked["database"], asked["sql"])
        )
        if fatal:
            _say(proc, fatal, "FATAL")
        for result in results:
            if result.error and not fatal:
                _say(proc, result.error, "ERROR")
        return sql.to_text(results) + "\n"

    return (yield from serve_lines(proc, listeners, answer))


def _end(proc: Proc, kind: str) -> Callable[[], None]:
    def end() -> None:
        _say(proc, f"received {kind} shutdown request")
        if kind != "immediate":
            _say(proc, "shutting down", "LOG")
        _say(proc, "database system is shut down")
        proc.exit(0)

    return end


def _refused(databases: Databases, state: dict[str, str], asked: dict[str, str], near: bool) -> str:
    """Why a client may not come in; "" when it may. From the same pod nobody is asked for a password."""
    user = asked["user"]
    if not near and not state["trust"]:
        if not asked["password"]:
            return "no password supplied"
        if (user, asked["password"]) != (state["user"], state["password"]):
            return f'password authentication failed for user "{user}"'
    if user != state["user"]:
        return f'role "{user}" does not exist'
    if asked["database"] not in databases.names:
        return f'database "{asked["database"]}" does not exist'
    return ""


def _run(databases: Databases, state: dict[str, str], database: str, text: str) -> list[Result]:
    """Run statements one by one until one fails."""
    results: list[Result] = []
    for statement in sql.statements(text):
        results.append(_statement(databases, state, database, statement))
        if results[-1].error:
            break
    return results


def _statement(databases: Databases, state: dict[str, str], database: str, statement: str) -> Result:
    words = statement.split()
    verb, kind = words[0].upper(), words[1].upper() if len(words) > 1 else ""
    if statement == "\\l":
        return Result("LIST", ["Name", "Owner"], [[name, state["user"]] for name in databases.names])
    if statement == "\\dt":
        return Result(
            "LIST",
            ["Schema", "Name", "Type", "Owner"],
            [["public", name, "table", state["user"]] for name in databases.tables(database)],
        )
    if verb == "CREATE" and kind == "DATABASE" and len(words) > 2:
        if words[2] in databases.names:
            return Result(error=f'database "{words[2]}" already exists')
        databases.create(words[2])
        databases.keep()
        return Result("CREATE DATABASE")
    if verb == "DROP" and kind == "DATABASE" and len(words) > 2:
        return Result(
            "DROP DATABASE", error="" if databases.drop(words[-1]) else f'database "{words[-1]}" does not exist'
        )
    if verb in ("GRANT", "ALTER", "REVOKE") or kind in ("USER", "ROLE"):
        return Result(f"{verb} {kind}".strip() if verb in ("CREATE", "ALTER") else verb)
    if verb == "SELECT" and "pg_database" in statement:
        return Result("SELECT", ["datname"], [[name] for name in databases.names], len(databases.names))
    return databases.run(database, statement)

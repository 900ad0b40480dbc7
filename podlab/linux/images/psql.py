"""psql, pg_isready and pg_dump: PostgreSQL's clients, with psql's tables and words."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from podlab.linux.images import sql
from podlab.linux.images.registry import Running, program
from podlab.linux.images.sql import Result
from podlab.linux.images.talking import ask
from podlab.linux.program import Proc

LONG = {
    "--host": "-h",
    "--port": "-p",
    "--username": "-U",
    "--dbname": "-d",
    "--command": "-c",
    "--file": "-f",
    "--tuples-only": "-t",
    "--no-align": "-A",
    "--quiet": "-q",
    "--list": "-l",
    "--set": "-v",
    "--version": "-V",
    "--field-separator": "-F",
    "--no-password": "-w",
    "--no-psqlrc": "-X",
    "--variable": "-v",
    "--timeout": "-T",
}
VALUED = "hpUdcfvFT"


class _Given:
    """The options of a client."""

    def __init__(self, proc: Proc) -> None:
        self.values: dict[str, str] = {}
        self.commands: list[str] = []
        self.flags = ""
        self.words: list[str] = []
        words = list(proc.argv[1:])
        while words:
            self._take(words.pop(0), words)
        env = proc.env
        self.host = self.values.get("h", env.get("PGHOST", ""))
        port = self.values.get("p", env.get("PGPORT", "5432"))
        self.port = int(port) if port.isdecimal() else 5432
        self.user = self.values.get("U", env.get("PGUSER", proc.process.group.user))
        self.password = env.get("PGPASSWORD", "")
        rest = [word for word in self.words if not word.startswith("postgres")]
        self.database = self.values.get("d") or env.get("PGDATABASE") or next(iter(rest), self.user)
        for word in (*self.words, self.database):
            if word.startswith(("postgres://", "postgresql://")):
                self._url(word)

    def _take(self, word: str, words: list[str]) -> None:
        name, equals, value = word.partition("=")
        if name in LONG:
            word = LONG[name] + value if equals or LONG[name][1] not in VALUED else LONG[name]
        if not word.startswith("-") or word == "-":
            self.words.append(word)
            return
        for at, letter in enumerate(word[1:], 1):
            if letter not in VALUED:
                self.flags += letter
                continue
            value = word[at + 1 :] or (words.pop(0) if words else "")
            if letter in "cf":
                self.commands.append(letter + value)
            self.values[letter] = value
            return

    def _url(self, text: str) -> None:
        """postgres://USER:PASSWORD@HOST:PORT/DATABASE"""
        rest = text.partition("://")[2].partition("?")[0]
        who, at, place = rest.rpartition("@")
        where, _, self.database = place.partition("/")
        if at:
            self.user, _, self.password = who.partition(":")
        self.host, _, port = where.partition(":")
        self.port = int(port) if port.isdecimal() else 5432
        self.database = self.database or self.user


@program("psql")
def psql(proc: Proc) -> Running:
    """psql [-h HOST] [-U USER] [-d DATABASE] [-c SQL]… [-f FILE] [-t] [-A]; without commands they come from stdin."""
    given = _Given(proc)
    if "V" in given.flags:
        proc.print(f"psql (PostgreSQL) {proc.env.get('PG_VERSION', '17.5')}")
        return 0
    texts = [("c\\l")] if "l" in given.flags else list(given.commands)
    if not texts:
        texts = ["c" + (yield proc.readall())]
    status = 0
    for text in texts:
        try:
            script = proc.read_file(text[1:]) if text[0] == "f" else text[1:]
        except OSError as problem:
            proc.err(f"psql: error: {text[1:]}: {problem.strerror}")
            return 1
        results = yield from _asked(proc, given, script)
        if isinstance(results, int):
            return results
        status = _show(proc, given, results) or status
    return status


def _place(given: _Given) -> str:
    if not given.host or given.host.startswith("/"):
        return f'on socket "/var/run/postgresql/.s.PGSQL.{given.port}"'
    return f'at "{given.host}", port {given.port}'


def _asked(proc: Proc, given: _Given, script: str) -> Generator[Any, Any, list[Result] | int]:
    """What the server says; an exit code when it cannot be reached or lets nobody in."""
    question = {"user": given.user, "password": given.password, "database": given.database, "sql": script}
    failed = f"psql: error: connection to server {_place(given)} failed:"
    try:
        host = "127.0.0.1" if not given.host or given.host.startswith("/") else given.host
        reply = yield from ask(proc, host, given.port, json.dumps(question))
        results = sql.from_text(reply)
    except FileNotFoundError:
        proc.err(f'psql: error: could not translate host name "{given.host}" to address: Name or service not known')
        return 2
    except ValueError:
        proc.err(f"{failed} server closed the connection unexpectedly")
        return 2
    except OSError as problem:
        proc.err(f"{failed} {'No such file or directory' if not given.host else problem.strerror}")
        where = (
            "locally and accepting connections on that socket"
            if not given.host
            else "on that host and accepting TCP/IP connections"
        )
        proc.err(f"\tIs the server running {where}?")
        return 2
    if results and results[0].verb == "FATAL":
        words = results[0].error
        proc.err(f"{failed} {'fe_sendauth: ' if words.startswith('no password') else 'FATAL:  '}{words}")
        return 2
    return results


def _show(proc: Proc, given: _Given, results: list[Result]) -> int:
    for result in results:
        if result.error:
            proc.err(f"ERROR:  {result.error}")
            return 1
        if result.columns:
            proc.write(
                table(
                    result,
                    tuples_only="t" in given.flags,
                    aligned="A" not in given.flags,
                    mark=given.values.get("F", "|"),
                )
            )
        elif "q" not in given.flags:
            proc.print(tag(result))
    return 0


def tag(result: Result) -> str:
    """What psql says of a statement without rows: CREATE TABLE, INSERT 0 1, DELETE 2."""
    if result.verb == "INSERT":
        return f"INSERT 0 {result.count}"
    if result.verb in ("UPDATE", "DELETE"):
        return f"{result.verb} {result.count}"
    return (
        result.verb if " " in result.verb or result.verb not in ("CREATE", "DROP", "ALTER") else f"{result.verb} TABLE"
    )


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def table(result: Result, *, tuples_only: bool = False, aligned: bool = True, mark: str = "|") -> str:
    """Rows as psql prints them."""
    rows = [[_cell(value) for value in row] for row in result.rows]
    count = f"({len(rows)} row{'' if len(rows) == 1 else 's'})"
    if not aligned:
        lines = [mark.join(row) for row in rows]
        if not tuples_only:
            lines = [mark.join(result.columns), *lines, count]
        return "".join(line + "\n" for line in lines)
    widths = [
        max(len(name), *(len(row[at]) for row in rows), 0) if rows else len(name)
        for at, name in enumerate(result.columns)
    ]
    numeric = [all(isinstance(row[at], int | float) for row in result.rows) and bool(rows) for at in range(len(widths))]
    body = [
        "|".join(
            f" {cell.rjust(width) if number else cell.ljust(width)} "
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    if tuples_only:
        return "".join(line + "\n" for line in [*body, ""])
    head = "|".join(f" {name.center(width)} " for name, width in zip(result.columns, widths, strict=True))
    rule = "+".join("-" * (width + 2) for width in widths)
    return "".join(line + "\n" for line in [head, rule, *body, count, ""])


@program("pg_isready")
def pg_isready(proc: Proc) -> Running:
    """pg_isready [-h HOST] [-p PORT] [-q]: 0 when the server answers, 2 when nobody does."""
    given = _Given(proc)
    place = f"{given.host or '/var/run/postgresql'}:{given.port}"
    try:
        connection = yield proc.connect(given.host or "127.0.0.1", given.port)
        connection.close()
    except OSError:
        words, status = "no response", 2
    else:
        words, status = "accepting connections", 0
    if "q" not in given.flags:
        proc.print(f"{place} - {words}")
    return status


@program("pg_dump")
def pg_dump(proc: Proc) -> Running:
    """pg_dump: that the database is there, and its name; podlab writes no dump."""
    given = _Given(proc)
    results = yield from _asked(proc, given, "SELECT 1")
    if isinstance(results, int):
        return 1
    proc.note("podlab's pg_dump writes only a head")
    proc.print(
        f"--\n-- PostgreSQL database dump\n--\n\n-- database {given.database}\n\n"
        "--\n-- PostgreSQL database dump complete\n--\n"
    )
    return 0

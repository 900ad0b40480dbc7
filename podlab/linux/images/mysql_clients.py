"""mysql, mysqladmin and mysqldump (and MariaDB's, which are the same under other names)."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from podlab.linux.images import sql
from podlab.linux.images.registry import Running, program
from podlab.linux.images.sql import Result
from podlab.linux.images.talking import ask
from podlab.linux.program import Proc

SOCKET = "/var/run/mysqld/mysqld.sock"


class _Given:
    """The options: -uUSER, -pPASSWORD, -hHOST, -PPORT, -DDATABASE, -eSQL, and their long names."""

    def __init__(self, proc: Proc) -> None:
        self.user, self.password, self.host, self.port, self.database = (
            "root",
            proc.env.get("MYSQL_PWD", ""),
            "",
            "3306",
            "",
        )
        self.execute: str | None = None
        self.flags: set[str] = set()
        self.words: list[str] = []
        self.shown_password = False
        names = {"--user": "u", "--host": "h", "--port": "P", "--database": "D", "--execute": "e", "--password": "p"}
        words = list(proc.argv[1:])
        while words:
            word = words.pop(0)
            name, equals, value = word.partition("=")
            if name in names:
                letter = names[name]
                self._set(letter, value if equals else "" if letter == "p" else words.pop(0) if words else "")
            elif word[:2] in ("-u", "-h", "-P", "-D", "-e", "-S"):
                self._set(word[1], word[2:] or (words.pop(0) if words else ""))
            elif word[:2] == "-p":
                self._set("p", word[2:])
            elif word.startswith("-"):
                self.flags |= {word} if word.startswith("--") else {f"-{letter}" for letter in word[1:]}
            else:
                self.words.append(word)

    def _set(self, letter: str, value: str) -> None:
        if letter == "p":
            self.password, self.shown_password = value, bool(value)
        elif letter in "uhPDe":
            setattr(self, {"u": "user", "h": "host", "P": "port", "D": "database", "e": "execute"}[letter], value)

    @property
    def local(self) -> bool:
        """Whether it goes through the server's socket."""
        return self.host in ("", "localhost")


def _warn(proc: Proc, given: _Given) -> None:
    if given.shown_password and "mariadb" not in proc.argv[0]:
        name = proc.argv[0].rpartition("/")[2]
        proc.err(f"{name}: [Warning] Using a password on the command line interface can be insecure.")


def _asked(proc: Proc, given: _Given, text: str) -> Generator[Any, Any, list[Result]]:
    """What the server says to statements; one result with an error when it cannot be reached."""
    question = {"user": given.user, "password": given.password, "database": given.database, "sql": text}
    port = int(given.port) if given.port.isdecimal() else 3306
    try:
        reply = yield from ask(proc, "127.0.0.1" if given.local else given.host, port, json.dumps(question))
        return sql.from_text(reply)
    except FileNotFoundError:
        return [Result("REFUSED", error=f"ERROR 2005 (HY000): Unknown MySQL server host '{given.host}' (-2)")]
    except ValueError:
        return [
            Result(
                "REFUSED",
                error="ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet'",
            )
        ]
    except OSError as problem:
        where = f"local MySQL server through socket '{SOCKET}' (2)"
        if not given.local:
            where = f"MySQL server on '{given.host}:{port}' ({problem.errno})"
        return [Result("REFUSED", error=f"ERROR {2002 if given.local else 2003} (HY000): Can't connect to {where}")]


@program("mysql")
def mysql(proc: Proc) -> Running:
    """mysql [-u USER] [-pPASSWORD] [-h HOST] [-e SQL] [DATABASE]: rows with tabs between; else SQL from stdin."""
    given = _Given(proc)
    if "--version" in given.flags or "-V" in given.flags:
        proc.print(f"{proc.argv[0]}  Ver 8.4.6 for Linux on x86_64 (MySQL Community Server - GPL)")
        return 0
    _warn(proc, given)
    given.database = given.database or next(iter(given.words), "")
    text = given.execute if given.execute is not None else (yield proc.readall())
    for result in (yield from _asked(proc, given, text)):
        if result.error:
            proc.err(result.error)
            return 1
        heads = [] if {"-N", "--skip-column-names"} & given.flags else [result.columns]
        if result.columns and result.rows:
            for row in (*heads, *result.rows):
                proc.print("\t".join("NULL" if value is None else str(value) for value in row))
    return 0


@program("mysqladmin")
def mysqladmin(proc: Proc) -> Running:
    """mysqladmin ping | status | version | shutdown | processlist."""
    given = _Given(proc)
    name = proc.argv[0].rpartition("/")[2]
    if "--silent" not in given.flags:
        _warn(proc, given)
    verb = next(iter(given.words), "")
    (result, *_) = yield from _asked(proc, given, "SHUTDOWN" if verb == "shutdown" else "SELECT 1")
    if result.error:
        where = given.host or "localhost"
        proc.err(f"{name}: connect to server at '{where}' failed\nerror: '{result.error.partition(': ')[2]}'")
        if given.local and "2002" in result.error:
            proc.err(f"Check that mysqld is running and that the socket: '{SOCKET}' exists!")
        return 0 if verb == "ping" and "1045" in result.error else 1
    if verb == "ping":
        proc.print("mysqld is alive")
    elif verb in ("status", "version"):
        proc.print(
            f"Uptime: {int(proc.now)}  Threads: 1  Questions: 1  Slow queries: 0  Opens: 1  "
            "Open tables: 1  Queries per second avg: 0.1"
        )
    elif verb not in ("shutdown", "processlist", "create", "drop", "flush-privileges", "variables"):
        proc.err(f"{name}: Unknown command: '{verb}'")
        return 1
    return 0


@program("mysqldump")
def mysqldump(proc: Proc) -> Running:
    """mysqldump: that the database is there, and its name; podlab writes no dump."""
    given = _Given(proc)
    _warn(proc, given)
    given.database = next(iter(given.words), "")
    (result, *_) = yield from _asked(proc, given, "SELECT 1")
    if result.error:
        number, _, text = result.error.removeprefix("ERROR ").partition(" ")
        proc.err(f"mysqldump: Got error: {number}: {text.partition(': ')[2]} when trying to connect")
        return 2
    proc.note("podlab's mysqldump writes only a head")
    proc.print(
        f"-- MySQL dump 10.13  Distrib 8.4.6, for Linux (x86_64)\n--\n-- Host: localhost    Database: {given.database}"
    )
    return 0

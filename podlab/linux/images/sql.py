"""The SQL of podlab's postgres, mysql and mariadb: SQLite's, in memory, kept as a text in the server's folder.

SQLite comes with Python (and with Pyodide), so lessons can create tables, insert and select; what a dialect spells
otherwise is translated for the few words that lessons use. It may open no file, runs in virtual time, and stops at
`MOST_STEPS`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from podlab.linux.images.times import local
from podlab.linux.program import Proc

MOST_STEPS = 2_000_000
"""Instructions of SQLite's machine that one statement may take: then it is given up."""

MOST_ROWS = 10_000

_WORDS = [
    (
        r"(?i)\b(?:INT|INTEGER|BIGINT)(?:\(\d+\))?((?:\s+NOT\s+NULL)?)\s+AUTO_INCREMENT\s+PRIMARY\s+KEY",
        r"INTEGER PRIMARY KEY",
    ),
    (r"(?i)\b(?:INT|INTEGER|BIGINT)(?:\(\d+\))?\s+PRIMARY\s+KEY\s+AUTO_INCREMENT", r"INTEGER PRIMARY KEY"),
    (r"(?i)\b(?:BIG)?SERIAL\s+PRIMARY\s+KEY", "INTEGER PRIMARY KEY"),
    (r"(?i)\bAUTO_INCREMENT\b", ""),
    (r"(?i)\)\s*(?:ENGINE|DEFAULT\s+CHARSET|CHARSET|COLLATE)\b[^;]*$", ")"),
    (r"(?i)\bDEFAULT\s+(?:NOW\(\)|CURRENT_TIMESTAMP(?:\(\))?)", "DEFAULT (now())"),
    (r"(?i)\bCURRENT_TIMESTAMP\b(?:\(\))?", "now()"),
    (r"(?i)\bTRUNCATE\s+(?:TABLE\s+)?(\S+)", r"DELETE FROM \1"),
]


@dataclass
class Result:
    """What one statement gave: columns and rows, how many were changed, or an error. `verb` is its first word."""

    verb: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    count: int = 0
    error: str = ""


def to_text(results: list[Result]) -> str:
    """Results as one line."""
    return json.dumps([asdict(result) for result in results])


def from_text(text: str) -> list[Result]:
    """Results from one line."""
    return [Result(**one) for one in json.loads(text)]


def statements(sql: str) -> list[str]:
    """The statements of a text, cut at semicolons outside of quotes."""
    parts = re.findall(r"""(?:[^;'"`]|'(?:[^']|'')*'|"[^"]*"|`[^`]*`|['"`])+""", re.sub(r"(?m)--.*$", "", sql))
    return [part.strip() for part in parts if part.strip()]


class Databases:
    """The databases of one server by name; `path` is the file that keeps them."""

    def __init__(self, proc: Proc, path: str, version: str, own: list[str]) -> None:
        self.proc, self.path, self.version = proc, path, version
        self._open: dict[str, Any] = {}
        dumps: dict[str, str] = dict.fromkeys(own, "")
        if proc.exists(path):
            dumps = json.loads(proc.read_file(path))
        for name, dump in dumps.items():
            self.create(name).executescript(dump)

    @property
    def names(self) -> list[str]:
        """The databases' names, sorted."""
        return sorted(self._open)

    def create(self, name: str) -> Any:
        """A new database."""
        import sqlite3

        made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        made.set_authorizer(_allowed)
        for word, value in (("now", self._now), ("version", lambda: self.version), ("database", lambda: name)):
            made.create_function(word, 0, value)
        made.create_function("current_database", 0, lambda: name)
        made.create_function("random", 0, lambda: 4)
        self._open[name] = made
        return made

    def drop(self, name: str) -> bool:
        """Take a database away; False when there is none."""
        return self._open.pop(name, None) is not None

    def tables(self, name: str) -> list[str]:
        """The tables of a database."""
        rows = self._open[name].execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return [row[0] for row in rows]

    def run(self, name: str, statement: str) -> Result:
        """Run one statement in a database."""
        import sqlite3

        verb = statement.split(None, 1)[0].upper()
        for pattern, words in _WORDS:
            statement = re.sub(pattern, words, statement)
        database = self._open[name]
        database.set_progress_handler(lambda: 1, MOST_STEPS)
        try:
            cursor = database.execute(statement)
            columns = [one[0] for one in cursor.description or ()]
            rows = [list(row) for row in cursor.fetchmany(MOST_ROWS)]
        except (sqlite3.Error, sqlite3.Warning) as problem:
            return Result(verb, error=str(problem))
        if verb not in ("SELECT", "SHOW", "EXPLAIN"):
            self.keep()
        return Result(verb, columns, rows, len(rows) if columns else max(cursor.rowcount, 0))

    def keep(self) -> None:
        """Write all databases into the server's folder, where a volume may keep them."""
        dumps = {name: "\n".join(database.iterdump()) for name, database in self._open.items()}
        self.proc.write_file(self.path, json.dumps(dumps))

    def _now(self) -> str:
        return local(self.proc)


def _allowed(action: int, *what: Any) -> int:
    """SQLite may not open files: ATTACH and DETACH are denied, and so are pragmas."""
    import sqlite3

    if action == sqlite3.SQLITE_PRAGMA and what[0] in ("table_info", "table_xinfo"):
        return sqlite3.SQLITE_OK  # what `iterdump` asks
    denied = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_DENY if action in denied else sqlite3.SQLITE_OK

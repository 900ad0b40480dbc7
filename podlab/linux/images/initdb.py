"""What database images do at their first start: they look for their password, make a database, run scripts.

Models docker-library's entrypoints of postgres, mysql and mariadb: a folder that holds data already needs nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from podlab.linux.images.servers import BothGivenError, secret_of
from podlab.linux.program import Proc

SCRIPTS = "/docker-entrypoint-initdb.d"


def first_of(proc: Proc, *names: str) -> str:
    """The first of these variables, or of their files, that says something. Errors: `BothGivenError`, `OSError`."""
    return next((value for name in names if (value := secret_of(proc, name))), "")


def trouble(problem: Exception) -> str:
    """Why a variable cannot be had, as the script says it."""
    if isinstance(problem, BothGivenError):
        return f"error: {problem}"
    assert isinstance(problem, OSError)
    return f"{problem.filename}: {problem.strerror}"


def init_scripts(proc: Proc) -> Iterator[tuple[str, str]]:
    """The files of /docker-entrypoint-initdb.d in their order: (path, text)."""
    for name in sorted(proc.listdir(SCRIPTS)) if proc.exists(SCRIPTS) else ():
        path = f"{SCRIPTS}/{name}"
        if name.endswith((".sql", ".sh")):
            yield path, proc.read_file(path)


def run_script(proc: Proc, path: str) -> Generator[Any, Any, int]:
    """Run a shell script of that folder."""
    child = proc.spawn(["/bin/sh", path])
    return int((yield proc.wait(child)))

"""One process that serves many callers, line by line: what redis, the databases and others have in common."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from podlab.linux.program import Proc
from podlab.linux.sockets import Connection, Listener

Answer = Callable[[Connection, str], str | None]
"""From a caller and a line of it to what it is sent; None hangs up."""


def serve_lines(proc: Proc, listeners: list[Listener], answer: Answer) -> Generator[Any, Any, int]:
    """Accept callers and answer their lines, for ever."""
    callers: list[Connection] = []
    while True:
        arrivals = [proc.accept(listener) for listener in listeners]
        event = yield proc.any_of(*arrivals, *(caller.readline() for caller in callers))
        if not event:
            continue  # a signal has come
        which, got = event
        which -= len(listeners)
        if which < 0:
            callers.append(got)
            continue
        caller = callers[which]
        reply = answer(caller, got) if got else None
        try:
            if reply is None:
                raise BrokenPipeError
            caller.write(reply)
        except BrokenPipeError:
            callers.pop(which)
            proc.close(caller)


def ask(proc: Proc, host: str, port: int, line: str) -> Generator[Any, Any, str]:
    """Send one line to a server and get one line back. Errors: `OSError`."""
    connection = yield proc.connect(host, port)
    connection.write(line + "\n")
    reply: str = yield connection.readline()
    proc.close(connection)
    return reply

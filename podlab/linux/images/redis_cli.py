"""redis-cli: one command from its words, or many from stdin; replies as it prints them when it is no terminal."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from podlab.linux.images.registry import Running, program
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection


class _GoneError(Exception):
    """The server has hung up."""


@program("redis-cli")
def redis_cli(proc: Proc) -> Running:
    """redis-cli [-h HOST] [-p PORT] [-s SOCKET] [-a PASSWORD] [-r TIMES [-i SECONDS]] [COMMAND…]"""
    words = list(proc.argv[1:])
    given = {
        "-h": "127.0.0.1",
        "-p": "6379",
        "-s": "",
        "-a": proc.env.get("REDISCLI_AUTH", ""),
        "-n": "0",
        "-r": "1",
        "-i": "0",
    }
    quiet = False
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("--version", "-v"):
            proc.print("redis-cli 8.2.0")
            return 0
        name = {"--pass": "-a", "--host": "-h", "--port": "-p"}.get(word, word)
        if name in given and words:
            given[name] = words.pop(0)
        quiet = quiet or word == "--no-auth-warning"
    if "-a" in proc.argv and not quiet:
        proc.err("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.")
    place = given["-s"] or f"{given['-h']}:{given['-p']}"
    try:
        server = yield proc.connect(given["-s"] or given["-h"], 0 if given["-s"] else int(given["-p"]))
    except OSError as problem:
        unknown = isinstance(problem, FileNotFoundError) and not given["-s"]
        reason = "Name or service not known" if unknown else problem.strerror
        proc.err(f"Could not connect to Redis at {place}: {reason}")
        return 1
    commands = [words] if words else [line.split() for line in (yield proc.readall()).splitlines() if line.strip()]
    if given["-a"]:
        yield from _ask(server, ["AUTH", given["-a"]])
    times = int(given["-r"]) if given["-r"].lstrip("-").isdecimal() else 1
    return (yield from _run(proc, server, commands, times, float(given["-i"] or 0)))


def _run(proc: Proc, server: Connection, commands: list[list[str]], times: int, pause: float) -> Running:
    done = 0
    while done != times:
        for command in commands:
            try:
                proc.print((yield from _ask(server, command)))
            except _GoneError:
                if command[0].lower() in ("shutdown", "quit"):
                    return 0
                proc.err("Error: Server closed the connection")
                return 1
        done += 1
        if done != times:
            yield proc.sleep(pause) if pause else proc.step()
    return 0


def _ask(server: Connection, words: list[str]) -> Generator[Any, Any, str]:
    """Send a command; the reply as redis-cli prints it."""
    parts = (f"${len(word.encode('utf-8', 'surrogateescape'))}\r\n{word}\r\n" for word in words)
    try:
        server.write(f"*{len(words)}\r\n" + "".join(parts))
    except BrokenPipeError:
        raise _GoneError from None
    return (yield from _reply(server))


def _reply(server: Connection) -> Generator[Any, Any, str]:
    line: str = yield server.readline()
    if not line:
        raise _GoneError
    kind, text = line[0], line[1:].rstrip("\r\n")
    if kind == "-":
        return text + "\n"
    if kind == "$":
        if text == "-1":
            return ""
        size, got = int(text), ""
        while len(got.encode("utf-8", "surrogateescape")) < size + 2:
            more: str = yield server.readline()
            if not more:
                raise _GoneError
            got += more
        return got[:-2]
    if kind == "*":
        items = []
        for _ in range(int(text)):
            items.append((yield from _reply(server)))
        return "\n".join(items)
    return text

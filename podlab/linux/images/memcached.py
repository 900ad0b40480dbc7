"""memcached: its text protocol, in memory only."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import open_port, option
from podlab.linux.process import hold
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection


@program("memcached")
def memcached(proc: Proc) -> Running:
    """memcached [-p PORT] [-m MEGABYTES]: one child for each caller, one store for all."""
    words = proc.argv[1:]
    text = option(words, "-p", "--port", default="11211")
    port = int(text) if text.isdecimal() else 11211
    listener = open_port(
        proc, port, "bind(): Address already in use\nfailed to listen on TCP port 11211: Address in use"
    )
    for signal, words_said in (("TERM", "Terminated"), ("INT", "Interrupt")):
        proc.trap(signal, lambda said=words_said: _end(proc, said))
    store: dict[str, str] = {}
    while True:
        caller = yield proc.accept(listener)
        if caller:
            child = proc.spawn(lambda own, caller=caller: _talk(own, caller, store), argv=proc.argv)  # type: ignore[misc]
            hold(child, caller)
            proc.close(caller)
        while any(proc.poll(one) is not None for one in proc.children):
            pass


def _end(proc: Proc, said: str) -> None:
    proc.err(f"Signal handled: {said}.")
    proc.exit(0)


def _talk(own: Proc, caller: Connection, store: dict[str, str]) -> Running:
    own.trap("TERM", None)
    while line := (yield caller.readline()):
        try:
            if line.split()[:1] == ["quit"]:
                break
            caller.write((yield from _answer(line.split(), caller, store)))
        except BrokenPipeError:
            break
    caller.close()
    return 0


def _answer(words: list[str], caller: Connection, store: dict[str, str]) -> Generator[Any, Any, str]:
    match words:
        case ["set" | "add" | "replace" as how, key, _, _, _, *quiet]:
            value = (yield caller.readline()).rstrip("\r\n")
            if (how == "add" and key in store) or (how == "replace" and key not in store):
                return "NOT_STORED\r\n"
            store[key] = value
            return "" if quiet else "STORED\r\n"
        case ["get" | "gets", *keys]:
            found = ((key, store[key]) for key in keys if key in store)
            return "".join(f"VALUE {key} 0 {len(value)}\r\n{value}\r\n" for key, value in found) + "END\r\n"
        case ["delete", key]:
            return "DELETED\r\n" if store.pop(key, None) is not None else "NOT_FOUND\r\n"
        case ["incr" | "decr" as how, key, amount] if amount.isdecimal():
            if key not in store:
                return "NOT_FOUND\r\n"
            number = int(store[key]) + (int(amount) if how == "incr" else -int(amount))
            store[key] = str(max(number, 0))
            return store[key] + "\r\n"
        case ["flush_all"]:
            store.clear()
            return "OK\r\n"
        case ["version"]:
            return "VERSION 1.6.39\r\n"
        case ["stats"]:
            return f"STAT curr_items {len(store)}\r\nSTAT version 1.6.39\r\nEND\r\n"
    return "ERROR\r\n"

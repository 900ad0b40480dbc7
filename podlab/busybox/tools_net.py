"""Tools that use the network: nc, ping."""

from __future__ import annotations

import errno
import re
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.linux.process import Process
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection

Steps = Generator[Any, Any, int]

ECHO_PORT = 7


def connect(proc: Proc, host: str, port: int | str, timeout: float) -> Generator[Any, Any, Connection]:
    """A connection. Errors: `OSError` (ETIMEDOUT after `timeout` seconds)."""
    which, connection = yield proc.any_of(proc.connect(host, port), proc.sleep(timeout))
    if which == 1:
        raise OSError(errno.ETIMEDOUT, "Connection timed out")
    assert isinstance(connection, Connection)
    return connection


# ---- nc


@tool("nc", "netcat", style=EXEC)
def _nc(proc: Proc, argv: Sequence[str]) -> Steps:
    # What follows -e is the program and its arguments, options too.
    end = next((at + 2 for at, word in enumerate(argv) if re.fullmatch("-[lknvuz]*e", word)), len(argv))
    opts = options.parse(argv[:end], "lkp:w:i:nvuze:q:U:Ns:")
    unix = opts.get("U", "")
    words = opts.words
    if not unix and words and words[0].startswith("local:"):
        unix = words[0].removeprefix("local:")
    if "l" in opts:
        return (yield from _serve(proc, opts, unix, [opts["e"], *argv[end:]] if "e" in opts else []))
    if not unix and len(words) < 2:
        raise UsageError
    host, port = (unix, 0) if unix else (words[0], port_of(words[1]))
    timeout = options.seconds(opts["w"]) if "w" in opts else 127.0
    try:
        connection = yield from connect(proc, host, port, timeout)
    except OSError as problem:
        raise ToolError(_refused(host, problem, "z" in opts and "v" not in opts)) from None
    if "v" in opts:
        proc.err(f"{host} ({proc.resolve(host)}:{port}) open" if not unix else f"{host} open")
    if "z" in opts:
        return 0
    return (yield from _talk(proc, connection, timeout if "w" in opts else 0))


def port_of(word: str) -> int:
    """A port number. Errors: `ToolError`."""
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise ToolError(f"invalid port '{word}'")
    return int(word)


def _refused(host: str, problem: OSError, quiet: bool) -> str:
    if problem.errno == errno.ENOENT and not host.startswith("/"):
        return f"bad address '{host}'"
    if problem.errno == errno.ETIMEDOUT:
        return "timed out"
    return f"can't connect to remote host{'' if host.startswith('/') else f' ({host})'}: {problem.strerror}"


def _serve(proc: Proc, opts: options.Options, unix: str, program: list[str]) -> Steps:
    number = opts.get("p") or (opts.words[-1] if opts.words else "")
    if not unix and not number:
        raise UsageError
    try:
        listener = proc.listen(unix or port_of(number), opts.get("s", "0.0.0.0"))
    except OSError as problem:
        raise ToolError(f"bind: {problem.strerror}") from None
    # With a program busybox wants a second -l to go on listening; other builds say -k, also without a program.
    again = "k" in opts or (bool(program) and [letter for letter, _ in opts.every].count("l") > 1)
    if again:
        proc.trap("CHLD", "ignore")
    while True:
        connection = yield proc.accept(listener)
        if not again:
            proc.close(listener)
        if not program:
            yield from _talk(proc, connection, 0)
        else:
            child = _hand_over(proc, connection, program)
            if not again:
                yield proc.wait(child)
        if not again:
            return 0


def _hand_over(proc: Proc, connection: Connection, command: list[str]) -> Process:
    """A program that talks with the caller; what it complains of stays here, in the log of whoever listens."""
    words = ["sh", "-c", command[0]] if " " in command[0] else command
    child = proc.spawn(words, stdin=connection, stdout=connection)
    proc.close(connection)
    return child


def _talk(proc: Proc, connection: Connection, timeout: float) -> Steps:
    """Stdin goes to the other side, what comes back to stdout, until the other side hangs up."""
    stdin_ended = False
    while True:
        waits = [connection.read()] if stdin_ended else [proc.read(), connection.read()]
        if timeout:
            waits.append(proc.sleep(timeout))
        which, text = yield proc.any_of(*waits)
        which += stdin_ended
        if which == 0 and text:
            try:
                connection.write(text)
            except BrokenPipeError:
                break
        elif which == 0:
            stdin_ended = True
            connection.shutdown()
        elif which == 1 and text:
            proc.write(text)
        else:
            break
    proc.close(connection)
    return 0


# ---- names


def address_of(proc: Proc, host: str) -> str:
    """The IP of a host. Errors: `ToolError`, in busybox's words."""
    try:
        return proc.resolve(host)
    except OSError:
        raise ToolError(f"bad address '{host}'") from None


@tool("ping", style=EXEC)
def _ping(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "c:w:W:i:qs:46")
    if not opts.words:
        raise UsageError
    host = opts.words[0]
    address = address_of(proc, host)
    proc.print(f"PING {host} ({address}): 56 data bytes")
    alive = yield from _alive(proc, address, options.seconds(opts.get("W", "10")))
    count = opts.number("c", 0)
    limit = options.seconds(opts["w"]) if "w" in opts else 1e11
    sent = 0
    while (not count or sent < count) and sent < limit:
        if sent:
            yield proc.sleep(options.seconds(opts.get("i", "1")))
        if alive:
            proc.print(f"64 bytes from {address}: seq={sent} ttl=64 time=0.100 ms")
        sent += 1
    got = sent if alive else 0
    loss = 0 if alive else 100
    proc.print(f"\n--- {host} ping statistics ---")
    proc.print(f"{sent} packets transmitted, {got} packets received, {loss}% packet loss")
    if alive:
        proc.print("round-trip min/avg/max = 0.100/0.100/0.100 ms")
    return 0 if alive else 1


def _alive(proc: Proc, address: str, timeout: float) -> Generator[Any, Any, bool]:
    """Whether a host answers, be it with a refusal."""
    try:
        yield from connect(proc, address, ECHO_PORT, timeout)
    except OSError as problem:
        return problem.errno == errno.ECONNREFUSED
    return True

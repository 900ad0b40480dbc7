"""Tools about processes and time: sleep, ps, kill, env, timeout, date, xargs …"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any

from podlab.busybox import builtins_jobs, options, regex
from podlab.busybox.applets import EXEC, NOFORK, ToolError, UsageError, reason, tool
from podlab.linux import signals
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("sleep", style=EXEC)
def _sleep(proc: Proc, argv: Sequence[str]) -> Steps:
    if len(argv) < 2:
        raise UsageError
    yield proc.sleep(options.seconds(argv[1]) if len(argv) == 2 else sum(map(options.seconds, argv[1:])))
    return 0


@tool("usleep", style=EXEC)
def _usleep(proc: Proc, argv: Sequence[str]) -> Steps:
    if len(argv) < 2:
        raise UsageError
    yield proc.sleep(options.unsigned(argv[1]) / 1e6)
    return 0


@tool("pgrep", "pkill")
def _pgrep(proc: Proc, argv: Sequence[str]) -> int:
    given = list(argv[1:])
    signal = "TERM"
    if argv[0] == "pkill" and given and re.match(r"-[A-Z0-9]", given[0]):
        signal = given.pop(0)[1:]
    opts = options.parse([argv[0], *given], "flxo")
    if not opts.words:
        raise ToolError("no pattern")
    wanted = regex.extended(opts.words[0])
    found = 0
    for one in proc.processes():
        text = " ".join(one.argv) if "f" in opts else one.comm
        match = wanted.search(text)
        hit = match is not None and ("x" not in opts or match.span() == (0, len(text)))
        if hit and one.pid != proc.pid and not one.zombie:
            found += 1
            if argv[0] == "pkill":
                proc.kill(one.pid, signal)
            else:
                proc.print(one.pid)
    return 0 if found else 1


@tool("kill")
def _kill(proc: Proc, argv: Sequence[str]) -> int:
    return builtins_jobs.kill(proc.write, lambda text: proc.err(f"kill: {text}"), proc.kill, list(argv[1:]))


@tool("true", style=NOFORK)
def _true(proc: Proc, argv: Sequence[str]) -> int:
    return 0


@tool("false", style=NOFORK)
def _false(proc: Proc, argv: Sequence[str]) -> int:
    return 1


# ---- programs that run programs


def run(proc: Proc, argv: Sequence[str], **more: Any) -> Steps:
    """Start a program and wait for it: its exit status. Errors: `ToolError` with 127 or 126."""
    try:
        child = proc.spawn(list(argv), **more)
    except OSError as problem:
        status = reason(problem)[1]
        raise ToolError(f"{argv[0]}: {problem.strerror}", status) from None
    return int((yield proc.wait(child)))


@tool("env")
def _env(proc: Proc, argv: Sequence[str]) -> Steps | int:
    opts = options.parse(argv, "iu:0", {"ignore-environment": "i", "unset": "u"}, first_word_ends=True)
    rest = list(opts.words)
    env = {} if "i" in opts or rest[:1] == ["-"] else dict(proc.env)
    for letter, name in opts.every:
        if letter == "u":
            env.pop(name, None)
    while rest and ("=" in rest[0] or rest[0] == "-"):
        name, equals, value = rest.pop(0).partition("=")
        if equals:
            env[name] = value
    if not rest:
        end = "\0" if "0" in opts else "\n"
        proc.write("".join(f"{name}={value}{end}" for name, value in env.items()))
        return 0
    return become(proc, rest, env, "can't execute '{}': {}")


def become(proc: Proc, argv: list[str], env: dict[str, str], text: str) -> Steps:
    """Turn into a program. Errors: `ToolError` with 127 or 126."""
    try:
        execution = proc.exec(argv, env=env)
    except OSError as problem:
        raise ToolError(text.format(argv[0], problem.strerror), reason(problem)[1]) from None
    yield execution
    raise AssertionError("exec came back")


@tool("printenv", style=NOFORK)
def _printenv(proc: Proc, argv: Sequence[str]) -> int:
    if len(argv) < 2:
        proc.write("".join(f"{name}={value}\n" for name, value in proc.env.items()))
    for name in argv[1:]:
        if name in proc.env:
            proc.print(proc.env[name])
    return 0 if all(name in proc.env for name in argv[1:]) else 1


@tool("timeout", style=EXEC)
def _timeout(proc: Proc, argv: Sequence[str]) -> Steps | int:
    opts = options.parse(argv, "s:k:", {"signal": "s", "kill-after": "k"}, first_word_ends=True)
    if len(opts.words) < 2:
        if opts.words:
            options.seconds(opts.words[0])
        raise UsageError
    limit, command = options.seconds(opts.words[0]), opts.words[1:]
    signal, later = opts.get("s", "TERM"), options.seconds(opts.get("k", "0"))
    limited = _limited if proc.base.gnu else _watched
    return limited(proc, limit, command, signal, later)


def _watched(proc: Proc, limit: float, argv: list[str], signal: str, kill_after: float) -> Steps:
    """busybox's way: the process becomes the program, and another one, which nobody waits for, ends it."""
    target = proc.process

    def watch(own: Proc) -> Steps:
        for seconds, number in ((limit, signal), (kill_after, "KILL")):
            end = own.now + seconds
            while own.now < end:
                yield own.sleep(min(1.0, end - own.now))
                if target.ended:
                    return 0
            if seconds or number == signal:
                with suppress(ProcessLookupError):  # it ended at this very moment
                    own.kill(target.pid, number)
        return 0

    try:
        execution = proc.exec(argv)
    except OSError as problem:
        raise ToolError(f"can't execute '{argv[0]}': {problem.strerror}", reason(problem)[1]) from None
    proc.process.children.pop(watcher := proc.spawn(watch, argv=proc.argv, comm="timeout"), None)
    watcher.parent, watcher.adopted = proc.process.ns.init, True
    yield execution
    return 0


def _limited(proc: Proc, limit: float, argv: list[str], signal: str, kill_after: float) -> Steps:
    """GNU's way: wait for the program; 124 when its time was up."""
    try:
        child = proc.spawn(argv)
    except OSError as problem:
        text = f"failed to run command '{argv[0]}': {problem.strerror}"
        raise ToolError(text, reason(problem)[1]) from None
    which_, status = yield proc.any_of(proc.wait(child), proc.sleep(limit))
    if which_ == 0:
        return int(status)
    proc.kill(child.pid, signal)
    if kill_after:
        which_, status = yield proc.any_of(proc.wait(child), proc.sleep(kill_after))
        if which_ == 0:
            return 124
        proc.kill(child.pid, signals.KILL)
    status = yield proc.wait(child)
    return 128 + signals.KILL if status == 128 + signals.KILL else 124


@tool("time")
def _time(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "vpao:f:", first_word_ends=True, least=1)
    begun = proc.now
    try:
        status = yield from run(proc, opts.words)
    except ToolError as problem:
        name, _, why = str(problem).partition(": ")
        proc.err(f"time: can't execute '{name}': {why}")
        status = problem.status
    text = f"Command exited with non-zero status {status}\n" if status and "p" not in opts else ""
    text += _timed(proc.now - begun, opts)
    if "o" in opts:
        proc.write_file(opts["o"], text, append="a" in opts)
    else:
        proc.write(text, 2)
    return status


def _timed(seconds: float, opts: options.Options) -> str:
    """How long it took, in the form that the options ask for."""
    if "p" in opts:
        return f"real {seconds:.2f}\nuser 0.00\nsys 0.00\n"
    if "f" in opts:
        facts = {"e": f"{seconds:.2f}", "U": "0.00", "S": "0.00", "P": "0%", "%": "%", "n": "\n", "x": "0", "M": "0"}
        return re.sub("%(.)", lambda found: facts.get(found[1], found[0]), opts["f"]) + "\n"
    minutes, rest = divmod(seconds, 60)
    return f"real\t{int(minutes)}m {rest:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"


@tool("watch", style=EXEC)
def _watch(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "n:t", first_word_ends=True)
    if not opts.words:
        raise ToolError("no command")
    while True:
        yield from run(proc, ["sh", "-c", " ".join(opts.words)])
        yield proc.sleep(options.seconds(opts.get("n", "2")))

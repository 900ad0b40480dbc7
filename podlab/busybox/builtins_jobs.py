"""Builtin commands about jobs and signals: wait, jobs, kill, trap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from podlab.busybox import trace
from podlab.busybox.builtins import Steps, builtin
from podlab.linux import signals
from podlab.linux.waits import Interrupted

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell
    from podlab.linux.process import Process


@builtin("wait")
def _wait(shell: Shell, argv: Sequence[str]) -> Steps:
    words = list(argv[1:])
    if words[:1] == ["-n"] and shell.dialect != "dash":
        return (yield from _wait_next(shell))
    if not words:
        for child in list(shell.jobs.values()):
            while not child.ended:
                result = yield shell.proc.wait(child)
                if type(result) is Interrupted and not child.reaped:
                    return 128 + result.signal
            shell.proc.poll(child)
            shell.waited.add(child.pid)
        return 0
    status = 0
    for word in words:
        named = shell.jobs.get(_job(shell, word))
        if named is None:
            status = 127
            continue
        fresh = named.exit_status is None or not named.reaped
        result = named.exit_status if named.reaped else (yield shell.proc.wait(named))
        if type(result) is Interrupted and not named.reaped:
            return 128 + result.signal
        if fresh:
            shell.report_death(named)
        shell.waited.add(named.pid)
        status = named.exit_status or 0
    return status


def _wait_next(shell: Shell) -> Steps:
    """`wait -n`: for the next job that ends."""
    while True:
        untold = [job for job in shell.jobs.values() if job.pid not in shell.waited]
        if not untold:
            return 127
        for job in untold:
            if job.ended:
                shell.proc.poll(job)
                shell.waited.add(job.pid)
                return job.exit_status or 0
        which = yield shell.proc.any_of(*(shell.proc.wait(job) for job in untold))
        if type(which) is Interrupted:
            return 128 + which.signal


def _job(shell: Shell, word: str) -> int:
    """The process that `%1`, `%%` or a number means; 0 for none."""
    if word.startswith("%"):
        pids = list(shell.jobs)
        number = int(word[1:]) if word[1:].isdecimal() else len(pids) - (word == "%-")
        return pids[number - 1] if 0 < number <= len(pids) else 0
    return int(word) if word.isdecimal() else 0


def _state(job: Process) -> str:
    if not job.ended:
        return "Stopped (signal)" if job.stopped else "Running"
    if job.killed_by:
        return trace.DEATHS.get(job.killed_by, "Done")
    return f"Done({job.exit_status})" if job.exit_status else "Done"


@builtin("jobs")
def _jobs(shell: Shell, argv: Sequence[str]) -> int:
    options = "".join(word[1:] for word in argv[1:] if word.startswith("-"))
    jobs = list(shell.jobs.values())
    for number, child in enumerate(jobs, start=1):
        if "p" in options:
            shell.proc.print(child.pid)
            continue
        mark = {len(jobs): "+", len(jobs) - 1: "-"}.get(number, " ")
        pid = f"{child.pid} " if "l" in options else ""
        shell.proc.print(f"{f'[{number}]{mark}  {pid}{_state(child)}':<33}")
        if child.ended:
            shell.jobs.pop(child.pid)
    return 0


@builtin("fg", "bg")
def _foreground(shell: Shell, argv: Sequence[str]) -> int:
    shell.complain_builtin(argv[0], "job (null) not created under job control")
    return 2


@builtin("kill")
def _kill(shell: Shell, argv: Sequence[str]) -> int | Steps:
    if argv[1:2] == ["-0"]:
        shell.asks += 1
    else:
        shell.acts += 1
    words = [str(_job(shell, word)) if word.startswith("%") else word for word in argv[1:]]
    status = kill(shell.proc.write, shell.complain, shell.proc.kill, words)
    return _stopped(shell, status) if shell.proc.process.stopped else status


def _stopped(shell: Shell, status: int) -> Steps:
    """It has stopped itself: go on when somebody lets it."""
    yield shell.proc.step()
    return status


def kill(
    write: Callable[[str], None], complain: Callable[[str], None], send: Callable[[int, str], None], words: list[str]
) -> int:
    """The `kill` command, for the shell and as a program."""
    if words and words[0] in ("-l", "-L"):
        return _list_signals(write, complain, words[1:])
    signal = "TERM"
    if len(words) > 1 and words[0] == "-s":
        signal, words = words[1], words[2:]
    elif words and len(words[0]) > 1 and words[0][0] == "-" and words[0] != "--":
        signal, words = words[0][1:], words[1:]
    words = words[1:] if words[:1] == ["--"] else words
    try:
        signals.number(signal)
    except ValueError:
        complain(f"bad signal name '{signal}'")
        return 1
    if not words:
        complain("you need to specify whom to kill")
        return 1
    failed = 0
    for word in words:
        try:
            send(int(word), signal)
        except ValueError:
            complain(f"invalid number '{word}'")
            failed = 1
        except OSError:
            complain(f"can't kill pid {word}: No such process")
            failed = 1
    return failed


def _list_signals(write: Callable[[str], None], complain: Callable[[str], None], words: list[str]) -> int:
    for word in words:
        try:
            number = signals.number(int(word) & 0x7F if word.isdecimal() else word)
        except ValueError:
            complain(f"unknown signal '{word}'")
            return 1
        write(f"{trace.signal_name(number) if word.isdecimal() else number}\n")
    if not words:
        write("".join(f"{number:2}) {name}\n" for number, name in signals.NAMES.items()))
    return 0


@builtin("trap")
def _trap(shell: Shell, argv: Sequence[str]) -> int:
    words = list(argv[1:])
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        for signal, text in sorted(shell.traps.items(), key=lambda one: signals.NUMBERS.get(one[0], 0)):
            shell.proc.print(f"trap -- {trace.quote(text)} {signal}")
        return 0
    if words[0][:1] == "-" and len(words[0]) > 1:
        shell.complain_builtin("trap", f"illegal option {words[0][:2]}")
        return 2
    action: str | None = None
    if len(words) > 1 and not words[0].isdecimal():
        first = words.pop(0)
        action = None if first == "-" else first
    for word in words:
        name = trace.trap_name(word)
        if name is None and shell.dialect == "bash" and word.upper() in ("ERR", "DEBUG", "RETURN"):
            name = word.upper()
        if name is None and shell.dialect == "dash":
            shell.proc.err(f"trap: {word}: bad trap")
            return 1
        if name is None:
            shell.complain_builtin("trap", f"{word}: invalid signal specification")
            return 1
        shell.set_trap(name, action)
    return 0

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


@builtin("wait")
def _wait(shell: Shell, argv: Sequence[str]) -> Steps:
    status = 0
    for pid in list(shell.jobs) if len(argv) < 2 else [_job(shell, word) for word in argv[1:]]:
        child = shell.jobs.get(pid)
        if child is None:
            status = 127
            continue
        result = yield shell.proc.wait(child)
        if type(result) is Interrupted and not child.reaped:
            return 128 + result.signal
        del shell.jobs[pid]
        status = 0 if len(argv) < 2 else child.exit_status or 0
    return status


def _job(shell: Shell, word: str) -> int:
    """The process that `%1` or a number means; 0 for none."""
    if word.startswith("%"):
        pids = list(shell.jobs)
        number = int(word[1:]) if word[1:].isdecimal() else len(pids)
        return pids[number - 1] if 0 < number <= len(pids) else 0
    return int(word) if word.isdecimal() else 0


@builtin("jobs")
def _jobs(shell: Shell, argv: Sequence[str]) -> int:
    for number, child in enumerate(shell.jobs.values(), start=1):
        state = "Running" if child.exit_status is None else "Done"
        shell.proc.print(f"[{number}]+  {state:<23}")
    return 0


@builtin("fg", "bg")
def _foreground(shell: Shell, argv: Sequence[str]) -> int:
    shell.stop(f"{argv[0]}: line {shell.line}: job (null) not created under job control")


@builtin("kill")
def _kill(shell: Shell, argv: Sequence[str]) -> int:
    if argv[1:2] == ["-0"]:
        shell.asks += 1
    else:
        shell.acts += 1
    words = [str(_job(shell, word)) if word.startswith("%") else word for word in argv[1:]]
    return kill(shell.proc.write, shell.complain, shell.proc.kill, words)


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
        for signal, text in shell.traps.items():
            shell.proc.print(f"trap -- {trace.quote(text)} {signal}")
        return 0
    action: str | None = None
    if len(words) > 1 and not words[0].isdecimal():
        first = words.pop(0)
        action = None if first == "-" else first
    for word in words:
        name = trace.trap_name(word)
        if name is None:
            shell.complain_builtin("trap", f"{word}: invalid signal specification")
            return 1
        shell.set_trap(name, action)
    return 0

"""Commands the shell carries out itself. See `builtins_vars` for those about variables.

Each takes the shell and its command line and gives an exit status; one that waits, or runs commands, is a generator.
Texts as ash prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from podlab.runtime import signals
from podlab.runtime.sh import applets, trace
from podlab.runtime.sh.escapes import unescape
from podlab.runtime.sh.parser import KEYWORDS, SPECIAL, parse
from podlab.runtime.sh.printf import render
from podlab.runtime.sh.state import Jump, Return, ShellExit
from podlab.runtime.sh.testing import TestError, test
from podlab.runtime.waits import Interrupted

if TYPE_CHECKING:
    from podlab.runtime.sh.interp import Shell

Steps = Generator[Any, Any, int]
Builtin = Callable[["Shell", Sequence[str]], "int | Steps"]

BUILTINS: dict[str, Builtin] = {}


def builtin(*names: str) -> Callable[[Builtin], Builtin]:
    """Register a builtin command under its names."""

    def register(function: Builtin) -> Builtin:
        for name in names:
            BUILTINS[name] = function
        return function

    return register


# ---- nothing much


@builtin(":", "true")
def _true(shell: Shell, argv: Sequence[str]) -> int:
    return 0


@builtin("false")
def _false(shell: Shell, argv: Sequence[str]) -> int:
    return 1


@builtin("echo")
def _echo(shell: Shell, argv: Sequence[str]) -> int:
    shell.proc.write(echoed(argv))
    return 0


def echoed(argv: Sequence[str]) -> str:
    """What `echo` prints: options -n, -e, -E (also joined) come first."""
    at = 1
    newline, escapes = "\n", False
    while at < len(argv) and len(argv[at]) > 1 and argv[at][0] == "-" and set(argv[at][1:]) <= set("neE"):
        newline = "" if "n" in argv[at] else newline
        for letter in argv[at]:
            escapes = letter == "e" or (escapes and letter != "E")
        at += 1
    text = " ".join(argv[at:])
    if escapes:
        text, stop = unescape(text)
        newline = "" if stop else newline
    return text + newline


@builtin("printf")
def _printf(shell: Shell, argv: Sequence[str]) -> int:
    if len(argv) < 2:
        shell.complain("usage: printf FORMAT [ARGUMENT...]")
        return 2
    words = argv[2:] if argv[1] == "--" and len(argv) > 2 else argv[1:]
    text, problems = render(words[0], words[1:])
    shell.proc.write(text)
    for problem in problems:
        shell.complain(problem)
    return 1 if problems else 0


@builtin("test", "[", "[[")
def _test(shell: Shell, argv: Sequence[str]) -> int:
    words = list(argv[1:])
    if argv[0] != "test":
        closing = "]" if argv[0] == "[" else "]]"
        if not words or words.pop() != closing:
            shell.complain(f"missing {closing}")
            return 2
    try:
        return 0 if test(shell.proc, words, patterns=argv[0] == "[[") else 1
    except TestError as problem:
        shell.complain(str(problem))
        return 2


# ---- control


def _count(shell: Shell, argv: Sequence[str], default: int) -> int:
    if len(argv) < 2:
        return default
    if not argv[1].isdecimal():
        shell.stop(f"{argv[0]}: line {shell.line}: Illegal number: {argv[1]}")
    return int(argv[1])


@builtin("exit")
def _exit(shell: Shell, argv: Sequence[str]) -> int:
    raise ShellExit(_count(shell, argv, shell.status) & 0xFF)


@builtin("return")
def _return(shell: Shell, argv: Sequence[str]) -> int:
    raise Return(_count(shell, argv, shell.status) & 0xFF)


@builtin("break", "continue")
def _break(shell: Shell, argv: Sequence[str]) -> int:
    levels = _count(shell, argv, 1)
    if levels < 1:
        shell.stop(f"{argv[0]}: line {shell.line}: Illegal number: {argv[1]}")
    if shell.loops:
        raise Jump(min(levels, shell.loops), argv[0] == "continue")
    return 0


@builtin("eval")
def _eval(shell: Shell, argv: Sequence[str]) -> Steps:
    return (yield from _run_text(shell, " ".join(argv[1:]), "eval"))


def _run_text(shell: Shell, text: str, inside: str) -> Steps:
    before, shell.inside = shell.inside, inside
    try:
        with shell.deeper(3):
            return (yield from shell.run_script(parse(text)))
    finally:
        shell.inside = before


@builtin(".", "source")
def _source(shell: Shell, argv: Sequence[str]) -> Steps:
    if len(argv) < 2:
        return 0
    text, problem = _script_text(shell, argv[1])
    if problem:
        shell.stop(f"{argv[0]}: line {shell.line}: can't open '{argv[1]}': {problem}")
    params = shell.params
    if len(argv) > 2:
        shell.params = list(argv[2:])
    try:
        return (yield from _run_text(shell, text, argv[1]))
    except Return as end:
        return end.status
    finally:
        shell.params = params


def _script_text(shell: Shell, name: str) -> tuple[str, str]:
    folders = (shell.get("PATH") or "").split(":") if "/" not in name else [""]
    problem = "No such file or directory"
    for folder in folders:
        try:
            return shell.proc.read_file(f"{folder}/{name}" if folder else name), ""
        except OSError as error:
            if "/" in name:
                problem = error.strerror or problem
    return "", problem


@builtin("exec")
def _exec(shell: Shell, argv: Sequence[str]) -> Steps:
    if len(argv) < 2:
        return 0
    command = list(argv[1:])
    tool = applets.find(shell.proc, command[0])
    try:
        return (yield from shell.become(command, tool, shell.proc.env))
    except OSError as problem:
        text, status = applets.reason(problem)
        shell.stop(f"exec: line {shell.line}: {command[0]}: {text}", status)


@builtin("command")
def _command(shell: Shell, argv: Sequence[str]) -> int | Steps:
    words = list(argv[1:])
    while words and words[0] in ("-v", "-V", "-p", "--"):
        option = words.pop(0)
        if option in ("-v", "-V"):
            return _describe(shell, words[0], brief=option == "-v") if words else 0
    if not words:
        return 0
    run = BUILTINS.get(words[0])
    return run(shell, words) if run is not None else shell.external(words, {}, False)


@builtin("type")
def _type(shell: Shell, argv: Sequence[str]) -> int:
    return max((_describe(shell, word, brief=False) for word in argv[1:]), default=0)


def _describe(shell: Shell, word: str, *, brief: bool) -> int:
    if word in KEYWORDS:
        what = "is a shell keyword"
    elif word in shell.functions:
        what = "is a function"
    elif word in BUILTINS:
        what = "is a special shell builtin" if word in SPECIAL else "is a shell builtin"
    elif applets.find(shell.proc, word):
        what = f"is {word}"
    else:
        path = applets.which(shell.proc, word)
        if path is None:
            if not brief:
                shell.proc.print(f"{word}: not found")
            return 127
        shell.proc.print(path if brief else f"{word} is {path}")
        return 0
    shell.proc.print(word if brief else f"{word} {what}")
    return 0


# ---- processes and signals


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
    words = [str(_job(shell, word)) if word.startswith("%") else word for word in argv[1:]]

    def send(pid: int, signal: str) -> None:
        for one in _family(shell) if pid == 0 else [pid]:
            shell.proc.kill(one, signal)

    return kill(shell.proc.write, shell.complain, send, words)


def _family(shell: Shell) -> list[int]:
    """What `kill 0` reaches: the main shell with all below it, itself last."""
    family = [shell.main_pid]
    for one in shell.proc.processes():
        if one.ppid in family and one.pid not in family:
            family.append(one.pid)
    return sorted(family, key=lambda pid: pid == shell.proc.pid)


def kill(
    write: Callable[[str], None], complain: Callable[[str], None], send: Callable[[int, str], None], words: list[str]
) -> int:
    """The `kill` command, for the shell and as a program."""
    if words and words[0] in ("-l", "-L"):
        return _list_signals(write, complain, words[1:])
    signal = "TERM"
    if len(words) > 1 and words[0] == "-s":
        signal, words = words[1], words[2:]
    elif words and len(words[0]) > 1 and words[0][0] == "-":
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
            number = signals.number(word) & 0x7F
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


@builtin("times")
def _times(shell: Shell, argv: Sequence[str]) -> int:
    shell.proc.write("0m0.000s 0m0.000s\n" * 2)
    return 0

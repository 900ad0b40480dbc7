"""Commands the shell carries out itself. See `builtins_vars` for those about variables.

Each takes the shell and its command line and gives an exit status; one that waits, or runs commands, is a generator.
Texts as ash prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from podlab.busybox import applets
from podlab.busybox.calls import Call
from podlab.busybox.escapes import unescape
from podlab.busybox.parser import parse
from podlab.busybox.printf import Printf
from podlab.busybox.state import Jump, Return, ShellExit
from podlab.busybox.testing import LOOKS, TestError, test
from podlab.busybox.words import KEYWORDS, SPECIAL

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Steps = Generator[Any, Any, int]
Builtin = Callable[["Shell", Sequence[str]], "int | Steps"]

BUILTINS: dict[str, Builtin] = {}


IDLE = frozenset((":", "true", "false", "test", "[", "[[", "break", "continue", "return", "let", "kill", "eval", "."))
"""Builtins that change nothing but what is counted elsewhere: a loop of nothing else comes round to where it was."""


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
    shell.proc.write(dash_echoed(argv) if shell.dialect == "dash" else echoed(argv))
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


def dash_echoed(argv: Sequence[str]) -> str:
    """What dash's `echo` prints: -n is its only option, and escapes count always."""
    quiet = argv[1:2] == ["-n"]
    text, stop = unescape(" ".join(argv[2 if quiet else 1 :]))
    return text if quiet or stop else text + "\n"


@builtin("printf")
def _printf(shell: Shell, argv: Sequence[str]) -> int:
    if len(argv) < 2:
        shell.complain("usage: printf FORMAT [ARGUMENT...]")
        return 2
    words = argv[2:] if argv[1] == "--" and len(argv) > 2 else argv[1:]
    return Printf(shell.proc.write, shell.complain).run(words[0], words[1:])


@builtin("test", "[", "[[")
def _test(shell: Shell, argv: Sequence[str]) -> int:
    words = list(argv[1:])
    if argv[0] != "test":
        closing = "]" if argv[0] == "[" else "]]"
        if not words or words.pop() != closing:
            shell.complain(f"missing {closing}")
            return 2
    if not LOOKS.isdisjoint(words):
        shell.asks += 1
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
    status = shell.status if shell.before_trap is None or shell.dialect == "bash" else shell.before_trap
    raise ShellExit(_count(shell, argv, status) & 0xFF)


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
    return (yield from _run_text(shell, " ".join(argv[1:]), "eval", shell.line))


def _run_text(shell: Shell, text: str, inside: str, first_line: int) -> Steps:
    before, shell.inside = shell.inside, inside
    first, shell.first_line = shell.first_line, first_line
    try:
        return int((yield Call(shell.nested(shell.run_script(parse(text, shell.dialect))))))
    finally:
        shell.inside, shell.first_line = before, first


@builtin(".", "source")
def _source(shell: Shell, argv: Sequence[str]) -> Steps:
    if len(argv) < 2:
        return 0
    text, problem = _script_text(shell, argv[1])
    if problem:
        where = f"can't open '{argv[1]}': {problem}" if "/" in argv[1] else f"{argv[1]}: not found"
        if shell.dialect == "bash":
            shell.complain(f".: {where}")
            return 1
        shell.stop(f"{argv[0]}: line {shell.line}: {where}")
    params = shell.params
    if len(argv) > 2:
        shell.params = list(argv[2:])
    try:
        return (yield from _run_text(shell, text, argv[1], 1))
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


@builtin("times")
def _times(shell: Shell, argv: Sequence[str]) -> int:
    shell.proc.write("0m0.000s 0m0.000s\n" * 2)
    return 0

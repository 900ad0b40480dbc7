"""`sh`: from a command line to a running shell."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.busybox import ast
from podlab.busybox.applets import EXEC, tool
from podlab.busybox.bash_commands import arithmetic, condition, for_arithmetic
from podlab.busybox.builtins_vars import set_option
from podlab.busybox.compound import RUNNERS
from podlab.busybox.interp import Run, Shell
from podlab.busybox.parser import parse
from podlab.busybox.state import DEFAULT_PATH, Jump, Return, ShellExit
from podlab.busybox.trace import signal_name
from podlab.linux.program import Proc

RUNNERS[ast.ArithCommand] = arithmetic
RUNNERS[ast.ForArith] = for_arithmetic
RUNNERS[ast.Condition] = condition


@tool("sh", "ash", "bash", "dash", style=EXEC)
def sh(proc: Proc, argv: Sequence[str]) -> Run:
    """Run `sh [-e…] [-o NAME] -c COMMANDS [NAME ARG…]`, `sh FILE [ARG…]`, or what stdin says."""
    shell = Shell(proc, argv[0], [], proc.pid, random=proc.process.host_pid * 7919)
    shell.dialect = _dialect(proc, argv[0])
    shell.began = proc.now
    shell.first_line = int(shell.dialect != "ash")
    _variables(shell, proc)
    for signal, handler in proc.process.handlers.items():
        if handler == "ignore":
            shell.traps[signal_name(signal)] = ""
    commands, stdin, words = False, False, list(argv[1:])
    while words and len(words[0]) > 1 and words[0][0] in "-+":
        word = words.pop(0)
        stdin = stdin or "s" in word
        if word in ("--", "--login"):
            break
        commands = commands or (word[0] == "-" and "c" in word)
        rest = "".join(letter for letter in word[1:] if letter not in "csil")
        problem = set_option(shell, word[0] + rest, words) if rest else ""
        if problem:
            proc.err(f"{shell.name}: {problem}")
            return 2
    if commands and not words:
        proc.err(f"{shell.name}: -c requires an argument")
        return 2
    if commands:
        shell.options.add("c")
        text = words.pop(0)
        shell.name, shell.params = (words[0], words[1:]) if words else (shell.name, [])
        return (yield from shell.run_all(parse(text, shell.dialect)))
    if words and not stdin:
        return (yield from _file(shell, words))
    shell.params = words
    return (yield from _from_input(shell))


def _from_input(shell: Shell) -> Run:
    """Run what stdin says, a command at a time: what a command reads from stdin is not the shell's any more."""
    source, status, text = shell.proc.fds.get(0), 0, ""
    try:
        while source is not None:
            line = yield source.readline()
            text += line
            script = parse(text, shell.dialect)
            if line and script.wants_more:
                continue
            text = ""
            status = yield from shell.run_script(script)
            if not line:
                break
    except (ShellExit, Return) as end:
        status = end.status
    except Jump:
        status = 0
    return (yield from shell.leave(status))


def _dialect(proc: Proc, name: str) -> str:
    """Which shell a name means in this image."""
    name = name.rpartition("/")[2].lstrip("-")
    return name if name in ("bash", "dash", "ash") else proc.base.shell or "ash"


_OWN: dict[str, dict[str, str]] = {
    "ash": {"FUNCNAME": "", "LINENO": "", "PS1": "\\w \\$ ", "PS2": "> ", "HOSTNAME": ""},
    "dash": {"PS1": "# ", "PS2": "> "},
    "bash": {
        "BASH": "/bin/bash",
        "BASH_VERSION": "5.2.15(1)-release",
        "HOSTNAME": "",
        "UID": "0",
        "EUID": "0",
        "OPTERR": "1",
    },
}
"""Variables that each shell sets for itself; an empty HOSTNAME stands for the host's."""


def _variables(shell: Shell, proc: Proc) -> None:
    """What a shell knows when it starts: its environment, and what it sets itself."""
    shell.vars.update(proc.env)
    shell.exported.update(proc.env)
    own = {"PATH": DEFAULT_PATH, "OPTIND": "1", "PS4": "+ ", "IFS": " \t\n", "PPID": str(proc.ppid)}
    for name, value in (own | _OWN[shell.dialect]).items():
        shell.vars.setdefault(name, proc.hostname if name == "HOSTNAME" else value)
    shell.set("PWD", proc.cwd)
    shell.export("PWD")
    if shell.dialect != "dash":
        level = shell.vars.get("SHLVL", "")
        shell.set("SHLVL", str(int(level) + 1 if level.isdecimal() else 1))
        shell.export("SHLVL")


def _file(shell: Shell, words: list[str]) -> Run:
    try:
        text = shell.proc.read_file(words[0])
    except OSError as problem:
        shell.complain(f"can't open '{words[0]}': {problem.strerror}")
        return 2
    shell.name, shell.params, shell.script, shell.first_line = words[0], words[1:], True, 1
    return (yield from shell.run_all(parse(text, shell.dialect)))

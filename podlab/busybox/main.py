"""`sh`: from a command line to a running shell."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.busybox.applets import EXEC, tool
from podlab.busybox.builtins_vars import set_option
from podlab.busybox.interp import Run, Shell
from podlab.busybox.parser import parse
from podlab.busybox.state import DEFAULT_PATH, Jump, Return, ShellExit
from podlab.busybox.trace import signal_name
from podlab.linux.program import Proc


@tool("sh", "ash", "bash", style=EXEC)
def sh(proc: Proc, argv: Sequence[str]) -> Run:
    """Run `sh [-e…] [-o NAME] -c COMMANDS [NAME ARG…]`, `sh FILE [ARG…]`, or what stdin says."""
    shell = Shell(proc, argv[0], [], proc.pid)
    shell.vars.update(proc.env)
    shell.exported.update(proc.env)
    for name, value in (("PATH", DEFAULT_PATH), ("OPTIND", "1"), ("PS4", "+ "), ("IFS", " \t\n")):
        shell.vars.setdefault(name, value)
    shell.set("PWD", proc.cwd)
    shell.export("PWD")
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
        return (yield from shell.run_all(parse(text)))
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
            script = parse(text)
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


def _file(shell: Shell, words: list[str]) -> Run:
    try:
        text = shell.proc.read_file(words[0])
    except OSError as problem:
        shell.complain(f"can't open '{words[0]}': {problem.strerror}")
        return 2
    shell.name, shell.params, shell.script, shell.first_line = words[0], words[1:], True, 1
    return (yield from shell.run_all(parse(text)))

"""Builtin commands about variables, parameters, options and the working directory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from podlab.busybox import trace
from podlab.busybox.builtins import Steps, builtin
from podlab.busybox.expand import arithmetic
from podlab.busybox.state import LETTERS, OPTIONS
from podlab.linux.waits import Interrupted

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _checked(shell: Shell, argv: Sequence[str], name: str) -> str:
    if not _NAME.match(name):
        shell.stop(f"{argv[0]}: line {shell.line}: {name}: bad variable name")
    return name


@builtin("export", "readonly")
def _export(shell: Shell, argv: Sequence[str]) -> int:
    names = shell.exported if argv[0] == "export" else shell.readonly
    words = [word for word in argv[1:] if word not in ("-p", "--", "-n")]
    if not words:
        for name in sorted(names):
            value = shell.vars.get(name)
            shell.proc.print(f"{argv[0]} {name}" + ("" if value is None else "=" + trace.quote(value)))
    for word in words:
        name, equals, value = word.partition("=")
        _checked(shell, argv, name)
        if equals:
            shell.set(name, value)
        if argv[0] == "readonly":
            shell.readonly.add(name)
        elif "-n" in argv:
            shell.exported.discard(name)
            shell.proc.env.pop(name, None)
        else:
            shell.export(name)
    return 0


@builtin("local")
def _local(shell: Shell, argv: Sequence[str]) -> int:
    if not shell.locals:
        shell.stop(f"local: line {shell.line}: not in a function")
    for word in argv[1:]:
        name, equals, value = word.partition("=")
        _checked(shell, argv, name)
        shell.locals[-1].setdefault(name, shell.save(name))
        if equals:
            shell.set(name, value)
    return 0


@builtin("unset")
def _unset(shell: Shell, argv: Sequence[str]) -> int:
    functions = argv[1:2] == ["-f"] or argv[1:2] == ("-f",)
    for word in argv[1:]:
        if word in ("-f", "-v"):
            continue
        if functions:
            shell.functions.pop(word, None)
        else:
            shell.unset(_checked(shell, argv, word))
    return 0


@builtin("shift")
def _shift(shell: Shell, argv: Sequence[str]) -> int:
    count = int(argv[1]) if len(argv) > 1 and argv[1].isdecimal() else 1
    if count > len(shell.params):
        if shell.dialect == "dash":
            shell.stop("shift: can't shift that many")
        return 1
    del shell.params[:count]
    return 0


@builtin("let")
def _let(shell: Shell, argv: Sequence[str]) -> int:
    value = 0
    for word in argv[1:]:
        value = arithmetic(shell, word)
    return 0 if value else 1


@builtin("set")
def _set(shell: Shell, argv: Sequence[str]) -> int:
    words = list(argv[1:])
    if not words:
        for name in sorted(shell.vars):
            shell.proc.print(f"{name}={trace.quote(shell.vars[name])}")
        return 0
    while words:
        word = words.pop(0)
        if word in ("--", "-"):
            shell.params = words
            return 0
        if word[:1] not in ("-", "+") or len(word) < 2:
            shell.params = [word, *words]
            return 0
        problem = set_option(shell, word, words)
        if problem and shell.dialect == "dash":
            shell.stop(f"set: {problem}")
        if problem:
            shell.complain_builtin("set", problem)
            return shell.checked(int("illegal" in problem))
    return 0


def set_option(shell: Shell, word: str, following: list[str]) -> str:
    """Carry out `-e`, `+x`, `-o NAME` (taken from `following`); gives what is wrong, or ""."""
    on = word[0] == "-"
    for letter in word[1:]:
        name = LETTERS.get(letter)
        if letter == "o":
            if not following:
                shell.proc.write("".join(_option_line(shell, one, on) for one in OPTIONS))
                continue
            name = following.pop(0)
            if name not in OPTIONS or (shell.dialect == "dash" and name == "pipefail"):
                return f"illegal option {word[0]}o {name}"
        elif name is None:
            return f"illegal option {word[0]}{letter}"
        if name == "monitor" and on:
            return "can't access tty; job control turned off"
        (shell.options.add if on else shell.options.discard)(name)
    return ""


def _option_line(shell: Shell, name: str, readable: bool) -> str:
    on = name in shell.options
    return f"{name:<16}{'on' if on else 'off'}\n" if readable else f"set {'-' if on else '+'}o {name}\n"


# ---- reading


@builtin("read")
def _read(shell: Shell, argv: Sequence[str]) -> Steps:
    raw, prompt, timeout, names = False, "", -1.0, list(argv[1:])
    while names and names[0][:1] == "-" and len(names[0]) > 1:
        option = names.pop(0)
        if shell.dialect == "dash" and option[1] not in "rp":
            shell.complain_builtin("read", f"Illegal option {option[:2]}")
            return 2
        raw = raw or "r" in option
        if option[-1] in "ptnu" and names:
            value = names.pop(0)
            if option[-1] == "p":
                prompt = value
            elif option[-1] == "t":
                timeout = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    if prompt:
        shell.proc.err(prompt, end="")
    line, status = yield from _line(shell, raw, timeout)
    _assign(shell, line, [_checked(shell, argv, name) for name in names], raw)
    return status


def _line(shell: Shell, raw: bool, timeout: float) -> Generator[Any, Any, tuple[str, int]]:
    """A line of stdin (several, when they end in a backslash), and the exit status."""
    proc = shell.proc
    text = ""
    while True:
        if timeout >= 0:
            answer = yield proc.any_of(proc.readline(), proc.sleep(timeout))
            if answer and answer[0] == 1:
                return text, 1
            part = answer[1] if answer else answer
        else:
            part = yield proc.readline()
        if type(part) is Interrupted:
            return text, 128 + part.signal
        text += part
        if raw or not re.search(r"(?<!\\)(?:\\\\)*\\\n\Z", text):
            return text.removesuffix("\n"), 0 if text.endswith("\n") else 1
        text = text[:-2]


def _assign(shell: Shell, line: str, names: list[str], raw: bool) -> None:
    if not names:
        shell.set("REPLY", line if raw else re.sub(r"\\(.)", r"\1", line, flags=re.DOTALL))
        return
    ifs = shell.vars.get("IFS", " \t\n")
    blanks = "".join(char for char in ifs if char in " \t\n")
    pieces = [(char, False) for char in line] if raw else _unescaped(line)
    at = 0
    for name in names[:-1]:
        at = _skip(pieces, at, blanks)
        end = at
        while end < len(pieces) and (pieces[end][1] or pieces[end][0] not in ifs):
            end += 1
        shell.set(name, "".join(char for char, _ in pieces[at:end]))
        at = _skip(pieces, end, blanks)
        if at < len(pieces) and not pieces[at][1] and pieces[at][0] in ifs and pieces[at][0] not in blanks:
            at += 1
    at = _skip(pieces, at, blanks)
    rest = pieces[at:]
    while rest and not rest[-1][1] and rest[-1][0] in blanks:
        rest.pop()
    if rest and not rest[-1][1] and rest[-1][0] in ifs and not any(c in ifs and not q for c, q in rest[:-1]):
        rest.pop()
    shell.set(names[-1], "".join(char for char, _ in rest))


def _unescaped(line: str) -> list[tuple[str, bool]]:
    """Characters, and whether a backslash protected each."""
    return [(match[1] or match[0], bool(match[1])) for match in re.finditer(r"\\(.)|.", line, re.DOTALL)]


def _skip(pieces: list[tuple[str, bool]], at: int, blanks: str) -> int:
    while at < len(pieces) and not pieces[at][1] and pieces[at][0] in blanks:
        at += 1
    return at


@builtin("getopts")
def _getopts(shell: Shell, argv: Sequence[str]) -> int:
    if len(argv) < 3:
        shell.complain_builtin("getopts", "usage: getopts optstring var [arg...]")
        return 2
    letters, name = argv[1], _checked(shell, argv, argv[2])
    words = list(argv[3:]) or shell.params
    index = int(shell.get("OPTIND") or "1")
    inside = int(shell.vars.get("_OPTPOS", "1"))
    if index > len(words) + 1:
        index, inside = 1, 1
    word = words[index - 1] if 0 < index <= len(words) else ""
    if len(word) < 2 or word[0] != "-" or word == "--":
        shell.set("OPTIND", str(index + (word == "--")))
        shell.set(name, "?")
        return 1
    letter = word[inside]
    more = inside + 1 < len(word)
    found = letters.lstrip(":").find(letter)
    known = found >= 0 and letter != ":"
    takes = known and letters.lstrip(":")[found + 1 : found + 2] == ":"
    shell.unset("OPTARG")
    if takes:
        if more:
            shell.set("OPTARG", word[inside + 1 :])
        elif index < len(words):
            shell.set("OPTARG", words[index])
            index += 1
        else:
            known = False
        more = False
    if not known:
        if letters[:1] == ":":
            shell.set("OPTARG", letter)
        else:
            trouble = f"No arg for -{letter} option" if takes else f"Illegal option -{letter}"
            shell.proc.err(trouble)
        letter = ":" if takes and letters[:1] == ":" else "?"
    shell.set("_OPTPOS", str(inside + 1) if more else "1")
    shell.set("OPTIND", str(index if more else index + 1))
    shell.set(name, letter)
    return 0


# ---- the working directory and others


@builtin("cd", "chdir")
def _cd(shell: Shell, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if word not in ("-P", "-L", "--")]
    target = words[0] if words else shell.get("HOME") or "/"
    shown = target == "-"
    if shown:
        target = shell.get("OLDPWD") or shell.proc.cwd
    try:
        before = shell.proc.cwd
        shell.proc.chdir(posixpath.normpath(shell.proc.path(target)))
    except OSError as problem:
        shell.complain_builtin("cd", f"can't cd to {target}: {problem.strerror}")
        return 2
    shell.set("OLDPWD", before)
    shell.set("PWD", shell.proc.cwd)
    if shown:
        shell.proc.print(shell.proc.cwd)
    return 0


@builtin("pwd")
def _pwd(shell: Shell, argv: Sequence[str]) -> int:
    shell.proc.print(shell.proc.cwd)
    return 0


@builtin("hash", "alias", "unalias")
def _accepted(shell: Shell, argv: Sequence[str]) -> int:
    return 0

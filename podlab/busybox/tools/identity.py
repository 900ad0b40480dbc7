"""`id`, `groups`, `whoami`, `logname`, `su`. Models busybox coreutils/id.c, loginutils/su.c."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import accounts, options
from podlab.busybox.applets import NOFORK, ToolError, UsageError, reason, tool
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("id")
def _id(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "rnugG", most=1)
    chosen = [letter for letter in "ugG" if letter in opts]
    if len(chosen) > 1 or (opts.has("nr") and not chosen):
        raise UsageError
    named = opts.words[0] if opts.words else None
    if named is None:
        uid, gid = accounts.own(proc)
    else:
        uid, gid = _user(proc, named)
    name = accounts.user_name(proc, uid)
    every = [gid, *(one for one in (accounts.members(proc, name) if name else []) if one != gid)]
    if not chosen:
        shown = f"uid={_full(uid, name)} gid={_full(gid, accounts.group_name(proc, gid))}"
        proc.print(shown + " groups=" + ",".join(_full(one, accounts.group_name(proc, one)) for one in every))
        return 0
    if "u" in opts:
        return _told(proc, [uid], [name], "user", opts)
    numbers = every if "G" in opts else [gid]
    return _told(proc, numbers, [accounts.group_name(proc, one) for one in numbers], "group", opts)


def _user(proc: Proc, name: str) -> tuple[int, int]:
    found = accounts.users(proc).get(name)
    if found is None:
        raise ToolError(f"unknown user {name}")
    return found


def _full(number: int, name: str | None) -> str:
    return f"{number}({name})" if name else str(number)


def _told(proc: Proc, numbers: list[int], names: list[str | None], kind: str, opts: options.Options) -> int:
    """Numbers, or names with -n; 1 when one has no name."""
    if "n" not in opts:
        proc.print(*numbers)
        return 0
    missing = [number for number, name in zip(numbers, names, strict=True) if name is None]
    for number in missing:
        proc.err(f"id: unknown {kind} ID {number}")
    proc.print(*(name or number for number, name in zip(numbers, names, strict=True)))
    return 1 if missing else 0


@tool("groups", style=NOFORK)
def _groups(proc: Proc, argv: Sequence[str]) -> int:
    words = options.parse(argv, "", most=1).words
    _, gid = _user(proc, words[0]) if words else accounts.own(proc)
    name = words[0] if words else accounts.user_name(proc, accounts.own(proc)[0]) or ""
    every = [gid, *(one for one in accounts.members(proc, name) if one != gid)]
    proc.print(*(accounts.group_name(proc, one) or one for one in every))
    return 0


@tool("whoami", style=NOFORK)
def _whoami(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "", most=0)
    uid, _ = accounts.own(proc)
    name = accounts.user_name(proc, uid)
    if name is None:
        raise ToolError(f"unknown uid {uid}")
    proc.print(name)
    return 0


@tool("logname", style=NOFORK)
def _logname(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "", most=0)
    raise ToolError("getlogin: No such device or address")


@tool("su")
def _su(proc: Proc, argv: Sequence[str]) -> Steps | int:
    opts = options.parse(argv, "mplc:s:", {"login": "l", "command": "c", "shell": "s"})
    words = list(opts.words)
    if words[:1] == ["-"]:
        words.pop(0)
    name = words.pop(0) if words else "root"
    if name not in accounts.users(proc):
        raise ToolError(f"unknown user {name}")
    if accounts.own(proc)[0] != 0:
        raise ToolError("must be suid to work properly")
    if name != "root":
        proc.note(f"su {name}: podlab goes on as root")
    shell = opts.get("s") or _shell(proc, name)
    command = [shell, *(["-c", opts["c"]] if "c" in opts else []), *words]
    try:
        execution = proc.exec(command)
    except OSError as problem:
        raise ToolError(f"can't execute '{shell}': {problem.strerror}", reason(problem)[1]) from None
    return _become(execution)


def _shell(proc: Proc, name: str) -> str:
    rows = (line.split(":") for line in proc.read_file("/etc/passwd").splitlines())
    return next((row[6] for row in rows if row[0] == name and len(row) > 6 and row[6]), "/bin/sh")


def _become(execution: Any) -> Steps:
    yield execution
    raise AssertionError("exec came back")

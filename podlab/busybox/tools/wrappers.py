"""Tools that start a program in another way: nohup, setsid, nice, renice, ionice, chroot, su-exec.

Priorities change nothing, as podlab's processor has no queue.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, reason, tool
from podlab.busybox.tools_process import become
from podlab.linux import signals
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
_FAILED = "can't execute '{}': {}"
_CLASSES = ("none", "realtime", "best-effort", "idle")


@tool("nohup")
def _nohup(proc: Proc, argv: Sequence[str]) -> Steps | int:
    if len(argv) < 2:
        raise UsageError
    proc.trap(signals.HUP, "ignore")
    return become(proc, list(argv[1:]), proc.env, _FAILED)


@tool("setsid")
def _set_sid(proc: Proc, argv: Sequence[str]) -> Steps | int:
    """Become a program in a process group of its own; who leads a group already leaves that to a child."""
    words = options.parse(argv, "c", first_word_ends=True, least=1).words
    try:
        proc.setsid()
    except PermissionError:
        try:
            child = proc.spawn(words)
        except OSError as problem:
            raise ToolError(_FAILED.format(words[0], problem.strerror), reason(problem)[1]) from None
        child.leader = child
        return 0
    return become(proc, words, proc.env, _FAILED)


@tool("nice")
def _nice(proc: Proc, argv: Sequence[str]) -> Steps | int:
    words = list(argv[1:])
    if words[:1] == ["-n"]:
        if len(words) < 2:
            raise UsageError("option requires an argument -- 'n'")
        _priority(words[1])
        words = words[2:]
    elif words and words[0].startswith("-") and len(words[0]) > 1:
        _priority(words.pop(0).removeprefix("-n").removeprefix("-"))
    if not words:
        if len(argv) > 1:
            raise UsageError
        proc.print(0)
        return 0
    return become(proc, words, proc.env, _FAILED)


def _priority(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise ToolError(f"invalid number '{text}'")
    return int(text)


@tool("renice")
def _renice(proc: Proc, argv: Sequence[str]) -> int:
    words = list(argv[1:])
    if words[:1] == ["-n"]:
        words.pop(0)
    if len(words) < 2:
        raise UsageError
    _priority(words.pop(0))
    status = 0
    for word in [one for one in words if one not in ("-p", "-g", "-u")]:
        if not word.isdecimal() or int(word) not in {one.pid for one in proc.processes()}:
            proc.err(f"renice: setpriority: {word}: No such process")
            status = 1
    return status


@tool("ionice")
def _ionice(proc: Proc, argv: Sequence[str]) -> Steps | int:
    opts = options.parse(argv, "n:c:p:t", first_word_ends=True)
    if "c" in opts:
        options.whole(opts["c"], 0, 3)
    if "n" in opts:
        options.whole(opts["n"], 0, 7)
    if opts.words and "p" not in opts:
        return become(proc, opts.words, proc.env, _FAILED)
    proc.print(f"{_CLASSES[0]}: prio 0")
    return 0


@tool("chroot")
def _chroot(proc: Proc, argv: Sequence[str]) -> Steps | int:
    words = list(argv[1:])
    if not words:
        raise UsageError
    folder, *command = words
    try:
        proc.listdir(folder)
    except OSError as problem:
        raise ToolError(f"can't change root directory to '{folder}': {problem.strerror}") from None
    if proc.path(folder).rstrip("/") != "":
        raise ToolError("podlab can change the root directory to / only")
    return become(proc, command or [proc.env.get("SHELL", "/bin/sh"), "-i"], proc.env, _FAILED)


@tool("su-exec")
def _su_exec(proc: Proc, argv: Sequence[str]) -> Steps | int:
    if len(argv) < 3:
        raise ToolError("Usage: su-exec user-spec command [args]")
    return become(proc, list(argv[2:]), proc.env, _FAILED)

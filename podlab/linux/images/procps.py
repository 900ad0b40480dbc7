"""ps of procps: Debian's and others' tables of processes; busybox's where columns are chosen with -o."""

from __future__ import annotations

from typing import Any

from podlab.linux.images.times import moment
from podlab.linux.process import Program
from podlab.linux.processes import ProcessInfo
from podlab.linux.program import Proc


def ps(busybox: Program) -> Program:
    """The program: `ps`, `ps -ef`, `ps aux`; other tables are busybox's."""

    def run(proc: Proc) -> Any:
        words = "".join(word.lstrip("-") for word in proc.argv[1:])
        if "o" in words:
            return busybox(proc)
        if "u" in words:
            return _table(proc, _USER, _user)
        if "f" in words or "F" in words:
            return _table(proc, _FULL, _full)
        return _table(proc, "    PID TTY          TIME CMD", _short)

    run.__name__ = "ps"
    return run


_USER = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"
_FULL = "UID          PID    PPID  C STIME TTY          TIME CMD"


def _table(proc: Proc, title: str, line: Any) -> int:
    proc.print(title)
    for one in proc.processes():
        proc.print(line(proc, one))
    return 0


def _command(one: ProcessInfo) -> str:
    return f"[{one.comm}] <defunct>" if one.zombie else " ".join(one.argv)


def _short(proc: Proc, one: ProcessInfo) -> str:
    return f"{one.pid:7} ?        00:00:00 {one.comm}" + (" <defunct>" if one.zombie else "")


def _full(proc: Proc, one: ProcessInfo) -> str:
    return f"{one.user:<8} {one.pid:7} {one.ppid:7}  0 {moment(proc):%H:%M} ?        00:00:00 {_command(one)}"


def _user(proc: Proc, one: ProcessInfo) -> str:
    state = "Z" if one.zombie else "Ss" if one.pid == 1 else "S"
    if one.pid == proc.pid:
        state = "R"
    return (
        f"{one.user:<8} {one.pid:7}  0.0  0.0   4364  3072 ?        {state:<4} {moment(proc):%H:%M}   0:00 "
        f"{_command(one)}"
    )

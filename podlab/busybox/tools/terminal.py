"""Tools that want a terminal, which a container's command does not have: vi, stty, tty, reset, clear, who."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, tool
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("vi")
def _vi(proc: Proc, argv: Sequence[str]) -> Steps:
    """It draws its screen, wants a key, and gives up at the end of input."""
    opts = options.parse(argv, "c:RHh")
    path = opts.words[0] if opts.words else ""
    text = proc.read_file(path) if path and proc.exists(path) else ""
    lines = text.splitlines()[:23]
    rows = lines + ["~"] * (23 - len(lines))
    proc.write("\033[?1049h\033[999;999H\033[6n\033[H\033[J")
    proc.write("\033[1;1H" + lines[0] if lines else "")
    proc.write("".join(f"\033[{at};1H{row}" for at, row in enumerate(rows, 1) if at > 1))
    name = path or "No file"
    count = len(text.splitlines())
    proc.write(f"\033[1;1H\033[24;1H\033[K- {name} 1/{max(count, 1)} {100 if count < 2 else 100 // count}%\033[1;1H")
    while True:
        key = yield proc.read()
        if not key:
            proc.write("\033[24;1H\033[K")
            raise ToolError("can't read user input")


@tool("tty", style=NOFORK)
def _tty(proc: Proc, argv: Sequence[str]) -> int:
    if "s" not in options.parse(argv, "s", status=2):
        proc.print("not a tty")
    return 1


@tool("stty")
def _stty(proc: Proc, argv: Sequence[str]) -> int:
    raise ToolError("standard input: Inappropriate ioctl for device")


@tool("clear", style=NOFORK)
def _clear(proc: Proc, argv: Sequence[str]) -> int:
    proc.write("\033[H\033[J")
    return 0


@tool("reset")
def _reset(proc: Proc, argv: Sequence[str]) -> int:
    return 0


@tool("who", style=NOFORK)
def _who(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "aH", most=0)
    if "H" in opts:
        proc.print("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST")
    return 0


@tool("w", style=NOFORK)
def _w(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "", most=0)
    proc.print("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST")
    return 0


@tool("last")
def _last(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "Wf:")
    proc.print("USER       TTY            HOST               LOGIN        TIME")
    return 0

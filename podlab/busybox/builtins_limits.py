"""`umask` and `ulimit`. Models busybox shell/ash.c umaskcmd and shell/shell_common.c shell_builtin_ulimit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from podlab.busybox.applets import ToolError
from podlab.busybox.builtins import builtin
from podlab.busybox.modes import mode_of

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell


@builtin("umask")
def _umask(shell: Shell, argv: Sequence[str]) -> int:
    process = shell.proc.process
    words = [word for word in argv[1:] if word not in ("-S", "-p")]
    if not words:
        shell.proc.print(_symbols(process.umask) if "-S" in argv else f"{process.umask:04o}")
        return 0
    try:
        if words[0][:1].isdecimal():
            process.umask = mode_of(words[0], 0, is_directory=False) & 0o777
        else:
            process.umask = ~mode_of(words[0], ~process.umask & 0o777, is_directory=False) & 0o777
    except ToolError:
        shell.complain_builtin("umask", f"illegal mode: {words[0]}")
        return 2
    return 0


def _symbols(mask: int) -> str:
    """What may be given, as `umask -S` writes it: u=rwx,g=rx,o=rx."""
    parts = []
    for who, shift in (("u", 6), ("g", 3), ("o", 0)):
        bits = ~mask >> shift & 7
        parts.append(f"{who}=" + "".join(letter for letter, bit in (("r", 4), ("w", 2), ("x", 1)) if bits & bit))
    return ",".join(parts)


_LIMITS = (
    ("core file size (blocks)", "c", "unlimited"),
    ("data seg size (kb)", "d", "unlimited"),
    ("scheduling priority", "e", "0"),
    ("file size (blocks)", "f", "unlimited"),
    ("pending signals", "i", "95000"),
    ("max locked memory (kb)", "l", "65536"),
    ("max memory size (kb)", "m", "unlimited"),
    ("open files", "n", "1048576"),
    ("POSIX message queues (bytes)", "q", "819200"),
    ("real-time priority", "r", "0"),
    ("stack size (kb)", "s", "8192"),
    ("cpu time (seconds)", "t", "unlimited"),
    ("max user processes", "p", "unlimited"),
    ("virtual memory (kb)", "v", "unlimited"),
    ("file locks", "x", "unlimited"),
)


@builtin("ulimit")
def _ulimit(shell: Shell, argv: Sequence[str]) -> int:
    """Shows limits; one that is set is remembered by the shell, but podlab enforces none of them."""
    letters = "".join(word[1:] for word in argv[1:] if word[:1] == "-")
    values = [word for word in argv[1:] if word[:1] != "-"]
    kinds = [letter for letter in letters if letter not in "HSa"] or ["f"]
    known = {letter: value for _, letter, value in _LIMITS} | shell.limits
    for letter in kinds:
        if letter not in known:
            shell.complain_builtin("ulimit", f"illegal option -{letter}")
            return 2
    if "a" in letters:
        for name, letter, _ in _LIMITS:
            shell.proc.print(f"{name:<32}(-{letter}) {known[letter]}")
    elif values:
        return _set(shell, kinds, values[0], letters)
    else:
        for letter in kinds:
            hard = shell.limits.get(f"H{letter}", {one: value for _, one, value in _LIMITS}[letter])
            shell.proc.print(hard if "H" in letters and "S" not in letters else known[letter])
    return 0


def _set(shell: Shell, kinds: Sequence[str], value: str, letters: str) -> int:
    """Set limits: -S the soft ones, -H the hard ones, without either both. A hard one can only be lowered."""
    if not (value.isdecimal() or value == "unlimited"):
        if shell.dialect != "ash":
            shell.complain_builtin("ulimit", f"bad number: {value}")
            return 2
        shell.complain(f"invalid number '{value}'")
        return 1
    usual = {letter: limit for _, letter, limit in _LIMITS}
    for letter in kinds:
        hard = shell.limits.get(f"H{letter}", usual[letter])
        if _size(value) > _size(hard):
            shell.complain("error setting limit: Operation not permitted")
            return 1
        if "H" in letters or "S" not in letters:
            shell.limits[f"H{letter}"] = value
        if "S" in letters or "H" not in letters:
            shell.limits[letter] = value
    return 0


def _size(value: str) -> float:
    return float("inf") if value == "unlimited" else float(value)

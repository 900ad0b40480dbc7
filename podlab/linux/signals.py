"""Signals as Linux numbers them, and what happens to a process that has said nothing about one."""

from __future__ import annotations

HUP, INT, QUIT, KILL, USR1, USR2, PIPE, ALRM, TERM = 1, 2, 3, 9, 10, 12, 13, 14, 15
CHLD, CONT, STOP, TSTP, TTIN, TTOU = 17, 18, 19, 20, 21, 22

_NAMES = """HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU
URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"""
NAMES: dict[int, str] = dict(enumerate(_NAMES.split(), start=1))
NUMBERS: dict[str, int] = {name: number for number, name in NAMES.items()}


HARMLESS = frozenset((CHLD, CONT, TSTP, TTIN, TTOU, NUMBERS["URG"], NUMBERS["WINCH"]))
"""Signals that end nobody: without a terminal, TSTP and its like stop nobody either."""


def number(signal: int | str) -> int:
    """The number of a signal given as 15, "15", "TERM", "SIGTERM" or "term". 0 only asks "are you there?".

    Errors: `ValueError` for anything else.
    """
    if isinstance(signal, int):
        found: int | None = int(signal)
    elif signal.isdecimal():
        found = int(signal)
    else:
        found = NUMBERS.get(signal.upper().removeprefix("SIG"))
    if found is None or not 0 <= found <= 64:
        raise ValueError(f"{signal!r} is not a signal; write a name like 'TERM' or a number from 1 to 64")
    return found

"""How a shell shows commands and signals: `set -x`, `set`, `trap`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from podlab.busybox.words import KEYWORDS
from podlab.linux import signals

if TYPE_CHECKING:
    from podlab.busybox.state import State

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:,+@^\]-]*\Z")

DEATHS = {
    signals.HUP: "Hangup",
    signals.QUIT: "Quit",
    signals.NUMBERS["ILL"]: "Illegal instruction",
    signals.NUMBERS["TRAP"]: "Trace/breakpoint trap",
    signals.NUMBERS["ABRT"]: "Aborted",
    signals.NUMBERS["BUS"]: "Bus error",
    signals.NUMBERS["FPE"]: "Floating point exception",
    signals.KILL: "Killed",
    signals.USR1: "User defined signal 1",
    signals.NUMBERS["SEGV"]: "Segmentation fault",
    signals.USR2: "User defined signal 2",
    signals.ALRM: "Alarm clock",
    signals.TERM: "Terminated",
}
"""What a shell prints when a signal has ended a foreground command (nothing for SIGINT and SIGPIPE)."""


def quote(text: str) -> str:
    """A value as it could be typed: `'it'"'"'s'`."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def command(shell: State, values: Mapping[str, str], argv: Sequence[str], fd: int = 2) -> None:
    """Print a command about to run, as `set -x` does; not where its own redirections lead."""
    words = [f"{name}={_shown(value)}" for name, value in values.items()] + [_shown(word) for word in argv]
    shell.proc.write((shell.get("PS4") or "+ ") + " ".join(words) + "\n", fd)


def _shown(word: str) -> str:
    return word if _PLAIN_WORD.match(word) and word not in KEYWORDS else quote(word)


def signal_name(number: int) -> str:
    """TERM for 15."""
    return signals.NAMES.get(number, str(number))


def trap_name(text: str) -> str | None:
    """A signal as `trap` takes it, by its plain name; EXIT for 0. None: there is no such signal."""
    name = text.upper()
    if name in ("EXIT", "0"):
        return "EXIT"
    try:
        return signals.NAMES.get(signals.number(text))
    except ValueError:
        return None

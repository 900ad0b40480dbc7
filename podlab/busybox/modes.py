"""Permission bits as `chmod`, `mkdir -m`, `umask` and `find -perm` take them. Models busybox libbb/parse_mode.c."""

from __future__ import annotations

import re

from podlab.busybox.applets import ToolError

_OCTAL = re.compile(r"[0-7]{1,4}")
_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)")
_CHANGE = re.compile(r"([-+=])([ugo]|[rwxXst]*)")
_SHIFTS = {"u": 6, "g": 3, "o": 0}
_LETTERS = {"r": 4, "w": 2, "x": 1}
_MASK = 0o022


def mode_of(text: str, before: int, *, is_directory: bool) -> int:
    """The bits after a mode such as 755 or `u+x,go-w` is applied to those before. Errors: `ToolError`."""
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    mode = before & 0o7777
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise ToolError(f"invalid mode '{text}'")
        for operator, letters in _CHANGE.findall(match[2]):
            mode = _changed(mode, match[1], operator, letters, is_directory)
    return mode


def _changed(mode: int, who: str, operator: str, letters: str, is_directory: bool) -> int:
    """One change; without `ugoa` the umask's bits are left alone."""
    if letters in _SHIFTS:
        bits = mode >> _SHIFTS[letters] & 7
    else:
        bits = sum(_LETTERS.get(letter, 0) for letter in set(letters))
        if "X" in letters and (is_directory or mode & 0o111):
            bits |= 1
    wanted = affected = 0
    for one in "ugo" if not who or "a" in who else who:
        wanted |= bits << _SHIFTS[one]
        affected |= 7 << _SHIFTS[one]
    if "s" in letters:
        wanted |= (0o4000 if not who or set(who) & set("ua") else 0) | (
            0o2000 if not who or set(who) & set("ga") else 0
        )
    if "t" in letters and (not who or "a" in who):
        wanted |= 0o1000
    if not who:
        wanted &= ~_MASK
    if operator == "+":
        return mode | wanted
    return mode & ~wanted if operator == "-" else mode & ~affected | wanted

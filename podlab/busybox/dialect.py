"""How dash and bash say what ash says in other words.

podlab's shell is ash; an image whose sh is dash, or that has bash, gets their refusals and their words for errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_BASHES = ("declare", "typeset", "mapfile", "readarray", "shopt", "disown")
MISSING = {
    "ash": frozenset(_BASHES),
    "dash": frozenset((*_BASHES, "[[", "let", "source")),
    "bash": frozenset[str](),
}
"""Builtins that each shell does not have."""

_PLACE = (r"(\S+): line \d+: (.*)", r"\1: \2")

_Phrases = tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]

_DASH: _Phrases = (
    _PLACE,
    (r"can't open (.*): no such file", r"cannot open \1: No such file"),
    (r"can't create (.*): nonexistent directory", r"cannot create \1: Directory nonexistent"),
    (r"can't create (.*)", r"cannot create \1"),
    (r"\.: can't open '(.*)': No such file or directory", r".: cannot open \1: No such file"),
    (r"syntax error: unexpected (\S+|end of file)( \(expecting .*\))?", r"Syntax error: \1 unexpected\2"),
    (r"syntax error: ([a-z])(.*)", lambda match: f"Syntax error: {match[1].upper()}{match[2]}"),
    (r"cd: can't cd to (.*): .*", r"cd: can't cd to \1"),
    (r"can't kill pid .*: (.*)", r"kill: \1\n"),
    (r"invalid number '(.*)'", r"printf: \1: expected numeric value"),
    (r"set: illegal option (.*)", r"set: Illegal option \1"),
    (r"(\d+|[^:]*): Bad file descriptor", r"\1: Bad file descriptor"),
)
_BASH: _Phrases = (
    _PLACE,
    (r"([^/]*): not found", r"\1: command not found"),
    (r"(.*/.*): not found", r"\1: No such file or directory"),
    (r"can't open (.*): no such file", r"\1: No such file or directory"),
    (r"can't create (.*): nonexistent directory", r"\1: No such file or directory"),
    (r"can't create (.*): File exists", r"\1: cannot overwrite existing file"),
    (r"can't create (.*)", r"\1"),
    (r"\.: can't open '(.*)': (.*)", r"\1: \2"),
    (r"\.: (.*): not found", r"\1: No such file or directory"),
    (r"(\w+): parameter not set", r"\1: unbound variable"),
    (r"(\w+): parameter not set or null", r"\1: parameter null or not set"),
    (r"(?:unset: )?(\w+): is read only", r"\1: readonly variable"),
    (r"cd: can't cd to (.*): (.*)", r"cd: \1: \2"),
    (r"kill: can't kill pid (.*): (.*)", r"kill: (\1) - \2"),
    (r"can't kill pid (.*): (.*)", r"kill: (\1) - \2"),
    (r"invalid number '(.*)'", r"printf: \1: invalid number"),
    (r"syntax error: unexpected end of file.*", "syntax error: unexpected end of file"),
    (r"syntax error: unexpected \"(\S+)\".*", r"syntax error near unexpected token `\1'"),
    (r"syntax error: unexpected newline.*", "syntax error near unexpected token `newline'"),
    (r"syntax error: bad substitution", "bad substitution"),
)


def said(dialect: str, name: str, line: int, text: str) -> str:
    """An error of ash's as dash or bash prints it: `sh: 1: x: not found`, `bash: line 1: x: command not found`."""
    for pattern, words in _DASH if dialect == "dash" else _BASH:
        found = re.compile(pattern, re.DOTALL).fullmatch(text)
        if found:
            text = words(found) if callable(words) else found.expand(words)
            if (pattern, words) != _PLACE:
                break
    return f"{name}: {line}: {text}" if dialect == "dash" else f"{name}: line {line}: {text}"

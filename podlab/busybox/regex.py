"""POSIX regular expressions (basic and extended) in Python's terms, for grep, sed and expr.

Python's engine can take exponential time; an expression of which that cannot be ruled out is refused, so that no
learner's `grep` hangs a notebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from podlab.busybox.applets import ToolError
from podlab.busybox.pattern import CLASSES

_BRACKET = re.compile(r"\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]")
_COUNT = re.compile(r"\{(\d{1,3})?(,)?(\d{1,3})?\}")
_BASIC_COUNT = re.compile(r"\\\{(\d{1,3})?(,)?(\d{1,3})?\\\}")
MAX_LENGTH = 1000


@dataclass(slots=True)
class _Atom:
    """Something that can be repeated. `char` is set for a single plain character, `group` for parentheses."""

    source: str
    char: str = ""
    group: _Group | None = None
    optional: bool = False
    endless: bool = False


@dataclass(slots=True)
class _Group:
    """What stands between parentheses: alternatives, each a row of atoms."""

    rows: list[list[_Atom]] = field(default_factory=lambda: [[]])

    def repeated(self) -> list[_Atom]:
        """What is repeated without limit anywhere inside."""
        found = []
        for row in self.rows:
            for atom in row:
                found += [atom] if atom.endless else []
                found += atom.group.repeated() if atom.group is not None else []
        return found

    def source(self) -> str:
        """The alternatives as Python writes them."""
        return "|".join("".join(atom.source for atom in row) for row in self.rows)

    def may_repeat(self) -> bool:
        """Whether repeating it without limit leaves one way only to divide a text among the repetitions."""
        firsts = [row[0].char if row and not row[0].optional else "" for row in self.rows]
        if len(self.rows) > 1 and ("" in firsts or len(set(firsts)) < len(firsts)):
            return False
        inner = self.repeated()
        if not inner:
            return all(not atom.optional for row in self.rows for atom in row[:1])
        border = self.rows[0][-1] if len(self.rows) == 1 and self.rows[0] else None
        if border is None or not border.char or border.optional:
            return False
        return not any(_matches(atom, border.char) for atom in inner)


def _matches(atom: _Atom, char: str) -> bool:
    try:
        single = re.sub(r"[*+]\Z|\{\d+,\}\Z", "", atom.source)
        return atom.group is not None or re.fullmatch(single, char, re.DOTALL) is not None
    except re.error:
        return True


@lru_cache(maxsize=256)
def basic(text: str, ignore_case: bool = False) -> re.Pattern[str]:
    r"""A basic expression: `\(`, `\{`, `\|` are special, `(`, `{`, `|` are not. Errors: `ToolError`."""
    return _compile(text, extended=False, ignore_case=ignore_case)


@lru_cache(maxsize=256)
def extended(text: str, ignore_case: bool = False) -> re.Pattern[str]:
    """An extended expression (`grep -E`, `sed -E`). Errors: `ToolError`."""
    return _compile(text, extended=True, ignore_case=ignore_case)


def _compile(text: str, *, extended: bool, ignore_case: bool) -> re.Pattern[str]:
    try:
        if len(text) > MAX_LENGTH:
            raise re.error("too long")
        return re.compile(_translate(text, extended), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError):
        raise ToolError(f"bad regex '{text}'", 2) from None


def _translate(text: str, extended: bool) -> str:
    groups = [_Group()]
    at = 0
    while at < len(text):
        row = groups[-1].rows[-1]
        token = text[at : at + 2] if text[at] == "\\" else text[at]
        special = token if extended else {r"\(": "(", r"\)": ")", r"\|": "|", r"\+": "+", r"\?": "?"}.get(token, "")
        count = (_COUNT if extended else _BASIC_COUNT).match(text, at)
        if special == "(":
            groups.append(_Group())
            if len(groups) > 50:
                raise re.error("nested too deeply")
        elif special == ")" and len(groups) > 1:
            done = groups.pop()
            groups[-1].rows[-1].append(_Atom(f"({done.source()})", group=done))
        elif special == "|":
            groups[-1].rows.append([])
        elif row and row[-1].source not in ("^", "") and (count or special in ("+", "?") or token == "*"):
            _repeat(row[-1], count, special or token, text)
            token = count.group() if count else token
        elif token == "[":
            match = _BRACKET.match(text, at)
            if not match:
                raise re.error("no ]")
            row.append(_Atom(_bracket(match)))
            token = match.group()
        else:
            row.append(_plain(token, at == 0 or not row, text[at + len(token) :], extended))
        at += len(token)
    if len(groups) > 1:
        raise re.error("no )")
    return groups[0].source()


def _repeat(atom: _Atom, count: re.Match[str] | None, mark: str, text: str) -> None:
    least, comma, most = count.groups() if count else (None, None, None)
    suffix = mark if not count else "{" + (least or "0") + (comma or "") + (most or "") + "}"
    endless = bool(comma and not most) if count else mark in "*+"
    if atom.endless or (endless and atom.group is not None and not atom.group.may_repeat()):
        raise ToolError(f"regex '{text}' could take for ever; repeat it differently", 2)
    atom.endless = endless
    atom.optional = mark in "*?" or least == "0"
    atom.source += suffix


def _plain(token: str, first: bool, rest: str, extended: bool) -> _Atom:
    """One character, escaped or not; `^` and `$` where they are anchors."""
    if len(token) == 2:
        char = token[1]
        if char in "wWsSbB" or char in "123456789":
            return _Atom(token)
        if char in "<>":
            return _Atom(r"\b")
        char = {"n": "\n", "t": "\t"}.get(char, char)
        return _Atom(re.escape(char), char)
    at_end = not rest or rest.startswith(("\\)", "\\|") if not extended else (")", "|"))
    if token == "." or (token == "^" and (first or extended)) or (token == "$" and (at_end or extended)):
        return _Atom(token)
    return _Atom(re.escape(token), token)


def _bracket(match: re.Match[str]) -> str:
    negated, body = match.groups()
    inner = re.sub(r"\[:(\w+):\]|([\\\[\]^&~|])", lambda m: CLASSES.get(m[1], "") if m[1] else "\\" + m[2], body)
    return f"[{negated}{inner}]"

"""POSIX regular expressions (basic and extended) in Python's terms, for grep, sed and expr."""

from __future__ import annotations

import re
from functools import lru_cache

from podlab.runtime.sh.applets import ToolError

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
}
_BRACKET = re.compile(r"\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]")
_GROUPING = "(){}+?|"
MAX_LENGTH = 1000
"""Characters of an expression: long ones only serve to hang."""


@lru_cache(maxsize=256)
def basic(text: str, ignore_case: bool = False) -> re.Pattern[str]:
    """A basic expression: `\\(`, `\\{`, `\\|` are special, `(`, `{`, `|` are not. Errors: `ToolError`."""
    return _compile(text, extended=False, ignore_case=ignore_case)


@lru_cache(maxsize=256)
def extended(text: str, ignore_case: bool = False) -> re.Pattern[str]:
    """An extended expression (`grep -E`, `sed -E`). Errors: `ToolError`."""
    return _compile(text, extended=True, ignore_case=ignore_case)


def _compile(text: str, *, extended: bool, ignore_case: bool) -> re.Pattern[str]:
    out = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            out.append(_escaped(text[at + 1], extended))
            at += 2
            continue
        if char == "[":
            match = _BRACKET.match(text, at)
            if not match:
                raise ToolError(f"bad regex '{text}'", 2)
            out.append(_bracket(match))
            at = match.end()
            continue
        at += 1
        if char in _GROUPING and not extended:
            out.append("\\" + char)
        elif char == "*" and (not out or out[-1] in ("(", "|", "^")):
            out.append(r"\*")
        elif char == "^" and not extended and out and out[-1] not in ("(", "|"):
            out.append(r"\^")
        elif char == "$" and not extended and at < len(text) and not text.startswith(("\\)", "\\|"), at):
            out.append(r"\$")
        else:
            out.append(char)
    try:
        if len(text) > MAX_LENGTH:
            raise re.error("too long")
        return re.compile("".join(out), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError):
        raise ToolError(f"bad regex '{text}'", 2) from None


def _escaped(char: str, extended: bool) -> str:
    if char in _GROUPING:
        return "\\" + char if extended else char
    if char in "wWsSbB" or char in "123456789":
        return "\\" + char
    if char in "<>":
        return r"\b"
    return {"n": "\n", "t": "\t"}.get(char, re.escape(char))


def _bracket(match: re.Match[str]) -> str:
    negated, body = match.groups()
    inner = re.sub(
        r"\[:(\w+):\]|([\\\[\]^&~|])",
        lambda m: _CLASSES.get(m[1], "") if m[1] else "\\" + m[2],
        body,
    )
    return f"[{negated}{inner}]"

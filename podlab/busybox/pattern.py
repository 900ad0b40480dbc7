"""Shell patterns: `*`, `?`, `[a-z]`, `[!…]`, `[[:digit:]]`; a backslash takes the next character as it is."""

from __future__ import annotations

import re
from functools import lru_cache

_SPECIAL = re.compile(r"([\\*?\[\]])")
_ACTIVE = re.compile(r"(?<!\\)(?:\\\\)*(?:[*?]|\[.)", re.DOTALL)
CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "print": r" -~",
    "graph": r"!-~",
    "cntrl": r"\x00-\x1f\x7f",
}
_BRACKET = re.compile(r"\[([!^]?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]", re.DOTALL)


def quote(text: str) -> str:
    """A pattern that matches just this text."""
    return _SPECIAL.sub(r"\\\1", text)


def is_pattern(text: str) -> bool:
    """Whether it could match anything but itself."""
    return _ACTIVE.search(text) is not None


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, greedy: bool = True, in_path: bool = False) -> re.Pattern[str]:
    """The regular expression of a pattern, without anchors. `in_path`: nothing but `/` itself matches a `/`.

    Every star but the last takes the first chance and never tries another (which is enough, and keeps any pattern from
    taking exponential time); the last one takes as much as it can if `greedy`, or as little.
    """
    pieces: list[list[str]] = [[]]
    at = 0
    any_one = "[^/]" if in_path else "."
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append([])
        elif char == "?":
            pieces[-1].append(any_one)
        elif char == "[" and (match := _BRACKET.match(pattern, at - 1)):
            pieces[-1].append(_bracket(match))
            at = match.end()
        elif char == "\\" and at < len(pattern):
            pieces[-1].append(re.escape(pattern[at]))
            at += 1
        else:
            pieces[-1].append(re.escape(char))
    texts = ["".join(piece) for piece in pieces]
    out = texts[0]
    for index, text in enumerate(texts[1:], start=1):
        if index == len(texts) - 1:
            out += f"{any_one}{'*' if greedy else '*?'}{text}"
        else:
            out += f"(?>{any_one}*?{text})"
    return re.compile(out, re.DOTALL)


def _bracket(match: re.Match[str]) -> str:
    negated, body = match.groups()
    parts = []
    for name, escaped, char in re.findall(r"\[:(\w+):\]|\\(.)|(.)", body, re.DOTALL):
        if name:
            parts.append(CLASSES.get(name, ""))
        elif escaped:
            parts.append(re.escape(escaped))
        else:
            parts.append("-" if char == "-" else re.escape(char))
    inner = "".join(parts)
    try:
        expression = f"[{'^' if negated else ''}{inner}]"
        re.compile(expression)
    except re.error:  # [z-a] and the like match nothing
        return r"[^\s\S]"
    return expression


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole text."""
    return compile_pattern(pattern).fullmatch(text) is not None


def strip_prefix(text: str, pattern: str, longest: bool) -> str:
    """The text without the shortest or longest beginning that matches."""
    match = compile_pattern(pattern, greedy=longest).match(text)
    return text[match.end() :] if match else text


def strip_suffix(text: str, pattern: str, longest: bool) -> str:
    """The text without the shortest or longest end that matches."""
    expression = compile_pattern(pattern)
    starts = range(len(text) + 1) if longest else range(len(text), -1, -1)
    for start in starts:
        if expression.fullmatch(text, start):
            return text[:start]
    return text


def replace(text: str, pattern: str, replacement: str, every: bool) -> str:
    """The text with the first, or every, longest match replaced. `${x/#a/b}` and `${x/%a/b}` are not ash's."""
    if not pattern:
        return text
    return compile_pattern(pattern).sub(lambda _: replacement, text, count=0 if every else 1)

"""How the parts of a word become a word: what is literal in it, what may be a keyword, a `~`, an assignment."""

from __future__ import annotations

import re

from podlab.busybox.ast import Lit, Part, Tilde, Word

KEYWORDS = frozenset(
    (
        *("!", "case", "do", "done", "elif", "else", "esac", "fi", "for"),
        *("function", "if", "in", "then", "until", "while", "{", "}"),
    )
)

SPECIAL = frozenset(
    (
        *(".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly"),
        *("return", "set", "shift", "times", "trap", "unset", "source", "local"),
    )
)
"""Builtins whose errors end the shell, and whose names no function may have."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GLOB = re.compile(r"[*?]|\[.*\]", re.DOTALL)
_TILDE = re.compile(r"~([A-Za-z0-9_.-]*)(?=[/:]|\Z)")


def make_word(parts: list[Part]) -> Word:
    """Put a word together: neighbouring literals are joined, a leading `~` is found."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if type(part) is Lit and type(last) is Lit and part.quoted == last.quoted:
            joined[-1] = Lit(last.text + part.text, part.quoted)
        else:
            joined.append(part)
    if joined and type(joined[0]) is Lit and not joined[0].quoted:
        joined[0:1] = _tilde(joined[0].text, alone=len(joined) == 1)
    if not joined:
        return Word((), "")
    plain = all(type(part) is Lit and (part.quoted or not _GLOB.search(part.text)) for part in joined)
    literal = "".join(part.text for part in joined if type(part) is Lit) if plain else None
    first = joined[0]
    bare = first.text if len(joined) == 1 and type(first) is Lit and not first.quoted else ""
    return Word(tuple(joined), literal, bare)


def _tilde(text: str, alone: bool) -> list[Part]:
    match = _TILDE.match(text)
    if not match or (match.end() == len(text) and not alone):
        return [Lit(text)]
    rest = text[match.end() :]
    return [Tilde(match.group(1)), Lit(rest)] if rest else [Tilde(match.group(1))]


def assigned(word: Word) -> tuple[str, Word] | None:
    """The name and the value, when a word is `name=value`."""
    first = word.parts[0] if word.parts else None
    if type(first) is not Lit or first.quoted:
        return None
    name = _NAME.match(first.text)
    if not name or not first.text.startswith("=", name.end()):
        return None
    rest = first.text[name.end() + 1 :]
    if not rest:
        return name.group(), make_word(list(word.parts[1:])) if len(word.parts) > 1 else Word((), "")
    parts: list[Part] = []
    for index, piece in enumerate(re.split(r"(?<=:)(?=~)", rest)):
        parts.extend(_tilde(piece, alone=len(word.parts) == 1) if index or piece.startswith("~") else [Lit(piece)])
    parts.extend(word.parts[1:])
    plain = all(type(part) is Lit for part in parts)
    literal = "".join(part.text for part in parts if type(part) is Lit) if plain else None
    return name.group(), Word(tuple(parts), literal)


def delimiter(word: Word) -> tuple[str, bool]:
    """The line that ends a here-document, and whether the text between is to be taken as it stands."""
    texts = [part.text if type(part) is Lit else "" for part in word.parts]
    return "".join(texts), any(type(part) is Lit and part.quoted for part in word.parts)

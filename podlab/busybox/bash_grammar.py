"""What bash's grammar has beyond ash's: arrays, `[[ … ]]`, `(( … ))`, `for (( … ))`, `{1..3}`.

`Parser` calls these where the shell is bash; they use it as its own methods do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from podlab.busybox.ast import (
    ArithCommand,
    Assign,
    Command,
    Condition,
    ForArith,
    Lit,
    ShellSyntaxError,
    Word,
)
from podlab.busybox.braces import spread
from podlab.busybox.lexer import EOF, NEWLINE, REDIR, WORD
from podlab.busybox.words import make_word

if TYPE_CHECKING:
    from podlab.busybox.parser import Parser

DECLARING = frozenset(("declare", "typeset", "local", "export", "readonly"))
"""Commands whose arguments are assignments, arrays too."""

_ASSIGNING = re.compile(r"([A-Za-z_]\w*)(?:\[([^]\n]*)\])?(\+?)=")


def assignment(parser: Parser) -> Assign | None:
    """The assignment that the next word is, when only bash has its kind: with an index, `+=` or `( … )`.

    Called when the word has just been read: `parser.start` is where it begins. The word is then the last one used.
    """
    found = _ASSIGNING.match(parser.text, parser.start)
    if not found:
        return None
    name, index, plus = found.groups()
    items = parser.text.startswith("(", found.end())
    if index is None and not plus and not items:
        return None
    key = None if index is None else make_word(parser.nested(index)._scan("here"))
    parser.pos = found.end()
    if not items:
        return Assign(name, make_word(parser._scan("word")), key, bool(plus))
    parser.pos += 1
    words: list[Word] = []
    parser.advance()
    while parser.token in (WORD, NEWLINE):
        if parser.token == WORD:
            words.extend(spread(parser.word))
        parser.advance()
    if parser.token != ")":
        raise ShellSyntaxError("syntax error: unexpected end of file")
    return Assign(name, Word((), ""), key, bool(plus), tuple(words))


def arithmetic(parser: Parser) -> Command | None:
    """`(( … ))`, when the `(` that is the token begins one; else None."""
    if not parser.text.startswith("(", parser.pos):
        return None
    begun = parser.pos
    parser.pos += 1
    try:
        parts = parser._scan("arith")
    except ShellSyntaxError:
        parts = []
    if not parser.text.startswith("))", parser.pos):
        parser.pos = begun
        return None
    parser.pos += 2
    parser.advance()
    return ArithCommand(make_word(parts))


def for_arithmetic(parser: Parser) -> Command:
    """`for ((a; b; c)); do … done`; the token is its first `(`."""
    end = parser.text.find("))", parser.pos)
    pieces = parser.text[parser.pos + 1 : end].split(";")
    if end < 0 or len(pieces) != 3:
        raise ShellSyntaxError('syntax error: unexpected "(("')
    parser.pos = end + 2
    parser.advance()
    while parser.token in (";", NEWLINE):
        parser.advance()
    first, condition, step = (make_word(parser.nested(piece)._scan("here")) for piece in pieces)
    return ForArith(first, condition, step, parser._do())


def condition(parser: Parser) -> Command:
    """`[[ … ]]`; the token is its first word."""
    tokens: list[str | Word] = []
    line = parser._line_number()
    while not (parser.token == WORD and parser.word.bare == "]]"):
        if parser.token == EOF:
            raise ShellSyntaxError("syntax error: unexpected end of file")
        if parser.token == WORD:
            tokens.append(parser.word)
            if parser.word.bare == "=~":
                tokens.append(_regex(parser))
        elif parser.token == REDIR:
            tokens += [parser.redir.op, parser.redir.target]
        elif parser.token != NEWLINE:
            tokens.append(parser.token)
        parser.advance()
    parser.advance()
    return Condition(tuple(tokens), line)


def _regex(parser: Parser) -> Word:
    """The regular expression after `=~`: parentheses and bars belong to it."""
    while parser.text[parser.pos : parser.pos + 1] in (" ", "\t"):
        parser.pos += 1
    parts: list[object] = []
    depth = 0
    while parser.pos < len(parser.text):
        char = parser.text[parser.pos]
        if char in " \t\n" and not depth:
            break
        if char == "$" and parser.text[parser.pos + 1 : parser.pos + 2] in ("", " ", ")", "|", "\n"):
            parts.append(Lit(char))
            parser.pos += 1
        elif char in "()|<>&; \t":
            depth += {"(": 1, ")": -1}.get(char, 0)
            parts.append(Lit(char))
            parser.pos += 1
        else:
            before = parser.pos
            parts.extend(parser._scan("word"))
            if parser.pos == before:
                break
    return make_word(parts)  # type: ignore[arg-type]

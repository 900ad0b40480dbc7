"""Cuts an awk program into tokens. What a `/` means, the parser says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from podlab.busybox.applets import ToolError
from podlab.busybox.escapes import unescape

KEYWORDS = frozenset(
    [
        *("BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next"),
        *("nextfile", "exit", "return", "delete", "in", "getline", "print", "printf"),
    ]
)
_SPACE = re.compile(r"(?:[ \t\r]|\\\r?\n|#[^\n]*)*")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"((?:[^/\\\n]|\\.)*)/", re.DOTALL)
_MARKS = re.compile(r"\*\*=|\*\*|\+\+|--|\+=|-=|\*=|/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>|?:~$=(){}\[\];,\n]")


class AwkSyntaxError(ToolError):
    """A program that cannot be read."""


@dataclass(slots=True)
class Token:
    """`kind`: number, text, name, call (a name right before a parenthesis), keyword, mark, end."""

    kind: str
    text: str
    line: int


class Lexer:
    """Gives tokens one by one."""

    def __init__(self, source: str, name: str) -> None:
        self._source, self._at = source, 0
        self._line = 1
        self.name = name

    def error(self, text: str) -> AwkSyntaxError:
        """A mistake in the line that is read."""
        return AwkSyntaxError(f"{self.name}:{self._line}: {text}")

    def state(self) -> tuple[int, int]:
        """Where it is, for `restore`."""
        return self._at, self._line

    def restore(self, state: tuple[int, int]) -> None:
        """Go back."""
        self._at, self._line = state

    def regex(self, begun: str) -> str:
        """The rest of an expression whose `/` (or `/=`) has been read. Errors: `AwkSyntaxError`."""
        match = _REGEX.match(self._source, self._at)
        if match is None:
            raise self.error("Unexpected end of string")
        self._at = match.end()
        return begun[1:] + match[1].replace("\\/", "/")

    def next(self) -> Token:
        """The next token. Errors: `AwkSyntaxError`."""
        space = _SPACE.match(self._source, self._at)
        assert space is not None
        self._line += space.group().count("\n")
        self._at = space.end()
        if self._at >= len(self._source):
            return Token("end", "", self._line)
        for kind, pattern in (("number", _NUMBER), ("name", _NAME), ("text", _TEXT), ("mark", _MARKS)):
            match = pattern.match(self._source, self._at)
            if match:
                self._at = match.end()
                return self._token(kind, match)
        raise self.error("Unexpected end of string" if self._source[self._at] == '"' else "Unexpected token")

    def _token(self, kind: str, match: re.Match[str]) -> Token:
        text = match.group()
        line = self._line
        if kind == "text":
            text = unescaped(match[1])
        elif kind == "name" and text in KEYWORDS:
            kind, text = "keyword", "function" if text == "func" else text
        elif kind == "name" and self._source.startswith("(", self._at):
            kind = "call"
        self._line += match.group().count("\n")
        return Token(kind, text, line)


def unescaped(text: str) -> str:
    r"""A text with its escapes replaced: `\n`, `\t`, `\"`, `\/`, `\052`; an unknown one loses its backslash."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        if text[at] != "\\" or at + 1 >= len(text):
            out.append(text[at])
            at += 1
            continue
        match = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL).match(text, at)
        assert match is not None
        done = unescape(match.group())[0]
        out.append("" if match[1] == "\n" else match[1] if done == match.group() or match[1] == "c" else done)
        at = match.end()
    return "".join(out)

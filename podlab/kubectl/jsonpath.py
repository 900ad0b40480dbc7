"""kubectl's JSONPath templates, read: ``{range .items[*]}{.metadata.name}{"\\n"}{end}``.

A template is text with actions in braces. An action is a list of steps, each applied to what the one before found.
Models k8s.io/client-go/util/jsonpath/parser.go. What the steps find is in `podlab.kubectl.jsonpath_find`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from podlab.kubectl.goformat import go_character

_DICT_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
_ENDS_WORD = frozenset(" \t\r\n.,[]$@{}")
_QUOTED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


class JsonPathError(ValueError):
    """The template cannot be read, or not be applied to this object; worded as kubectl words it."""


@dataclass(frozen=True)
class Literal:
    """A text, number or truth value written in the template."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Field:
    """``.name`` or ``['name']``."""

    name: str


@dataclass(frozen=True)
class Wildcard:
    """``.*``."""


@dataclass(frozen=True)
class Recursive:
    """``..``."""


@dataclass(frozen=True)
class Slice:
    """``[2]``, ``[-1]``, ``[1:3]``, ``[::2]``, ``[*]``. ``one`` marks an index, whose end follows from its start."""

    start: int | None
    end: int | None
    step: int | None
    one: bool = False


@dataclass(frozen=True)
class Union:
    """``[0,2]`` or ``['a','b']``."""

    parts: tuple[Steps, ...]


@dataclass(frozen=True)
class Filter:
    """``[?(@.name=="web")]``; without an operator: whether the left side finds anything."""

    left: Steps
    operator: str
    right: Steps


@dataclass(frozen=True)
class Keyword:
    """``range`` or ``end``; any other word is an error when the template is applied."""

    word: str


Step = Literal | Field | Wildcard | Recursive | Slice | Union | Filter | Keyword
Steps = tuple[Step, ...]
Template = tuple[str | Steps, ...]


def parse_template(text: str) -> Template:
    """Read a template. Raises JsonPathError."""
    parts: list[str | Steps] = []
    at = 0
    while at < len(text):
        brace = text.find("{", at)
        if brace < 0:
            brace = len(text)
        if brace > at:
            parts.append(text[at:brace])
        if brace == len(text):
            break
        action = _Action(text, brace + 1)
        parts.append(action.read())
        at = action.at
    return tuple(parts)


def _steps(text: str) -> Steps:
    return _Action(text + "}", 0).read()


class _Action:
    """Reads one action, from behind its opening brace to behind its closing one."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.steps: list[Step] = []

    def read(self) -> Steps:
        while True:
            if self._sees("}"):
                self.at += 1
                return tuple(self.steps)
            if self._sees("[?("):
                self._filter()
            elif self._sees(".."):
                self._recursive()
            else:
                self._step()

    def _sees(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def _step(self) -> None:
        character = self.text[self.at : self.at + 1]
        if character in ("", "\r", "\n"):
            raise JsonPathError("unclosed action")
        if character in " @$":
            self.at += 1
        elif character == "[":
            self._array()
        elif character in "\"'":
            self._quoted(character)
        elif character == ".":
            self.at += 1
            self._field()
        elif character in "+-" or character.isdigit():
            self._number()
        elif character == "_" or character.isalpha():
            self._word()
        else:
            raise JsonPathError(f"unrecognized character in action: {go_character(character)}")

    def _word(self) -> None:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD:
            self.at += 1
        word = self.text[start : self.at]
        self.steps.append(Literal(word == "true") if word in ("true", "false") else Keyword(word))

    def _recursive(self) -> None:
        if self.steps and isinstance(self.steps[-1], Recursive):
            raise JsonPathError("invalid multiple recursive descent")
        self.at += 2
        self.steps.append(Recursive())
        following = self.text[self.at : self.at + 1]
        if following == "_" or following.isalnum():
            self._field()

    def _field(self) -> None:
        name = ""
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD:
            if self.text[self.at] == "\\":
                self.at += 1
            name += self.text[self.at : self.at + 1]
            self.at += 1
        self.steps.append(Wildcard() if name == "*" else Field(name))

    def _number(self) -> None:
        start = self.at
        self.at += self.text[self.at] in "+-"
        while self.at < len(self.text) and (self.text[self.at] == "." or self.text[self.at].isdigit()):
            self.at += 1
        number = self.text[start : self.at]
        try:
            self.steps.append(Literal(float(number) if "." in number else int(number)))
        except ValueError:
            raise JsonPathError(f"cannot parse number {number}") from None

    def _quoted(self, quote: str) -> None:
        end = self.at + 1
        while self.text[end : end + 1] != quote or self.text[end - 1] == "\\":
            if self.text[end : end + 1] in ("", "\n"):
                raise JsonPathError("unterminated quoted string")
            end += 1
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        self.steps.append(Literal(_unquoted(inside, quote)))

    def _array(self) -> None:
        end = self.text.find("]", self.at)
        if end < 0 or "\n" in self.text[self.at : end]:
            raise JsonPathError("unterminated array")
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        parts = inside.split(",")
        if len(parts) > 1:
            self.steps.append(Union(tuple(_steps(f"[{part.strip(' ')}]") for part in parts)))
        elif key := _DICT_KEY.fullmatch(inside):
            self.steps.extend(_steps("." + key[1]))
        else:
            self.steps.append(_slice(":" if inside == "*" else inside))

    def _filter(self) -> None:
        start = self.at = self.at + 3
        quote = ""
        while True:
            character = self.text[self.at : self.at + 1]
            if character in ("", "\n"):
                raise JsonPathError("unterminated filter")
            if quote:
                quote = "" if character == quote and self.text[self.at - 1] != "\\" else quote
            elif character in "\"'":
                quote = character
            elif character == ")":
                break
            self.at += 1
        inside = self.text[start : self.at]
        self.at += 1
        if not self._sees("]"):
            raise JsonPathError("unclosed array expect ]")
        self.at += 1
        comparison = _COMPARISON.fullmatch(inside)
        if comparison is None:
            self.steps.append(Filter(_steps(inside), "exists", ()))
        else:
            self.steps.append(Filter(_steps(comparison[1]), comparison[2], _steps(comparison[3])))


def _slice(inside: str) -> Slice:
    match = _SLICE.fullmatch(inside)
    if match is None:
        raise JsonPathError(f"invalid array index {inside}")
    if match[1] == "-":
        raise JsonPathError("array index - is not a number")
    start = int(match[1]) if match[1] else None
    if match[2] is None:
        return Slice(start or 0, (start or 0) + 1, None, one=True)
    end, step = (_bound(text) for text in (match[2], match[3]))
    return Slice(start, end, step)


def _bound(text: str | None) -> int | None:
    if text == ":-":
        raise JsonPathError("array index - is not a number")
    return int(text[1:]) if text and text != ":" else None


def _unquoted(inside: str, quote: str) -> str:
    out, at = "", 0
    while at < len(inside):
        if inside[at] != "\\":
            out += inside[at]
            at += 1
            continue
        escape = inside[at + 1 : at + 2]
        width = {"x": 2, "u": 4, "U": 8}.get(escape)
        digits = inside[at + 2 : at + 2 + width] if width else ""
        if escape == quote or escape in _QUOTED:
            out += _QUOTED.get(escape, escape)
            at += 2
        elif width and re.fullmatch(f"[0-9a-fA-F]{{{width}}}", digits) and int(digits, 16) <= 0x10FFFF:
            out += chr(int(digits, 16))
            at += 2 + width
        else:
            raise JsonPathError(f"unquote string {quote}{inside}{quote} error invalid syntax")
    return out

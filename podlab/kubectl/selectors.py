"""Label selectors: ``app=shop,tier in (front,back),!canary``.

Models k8s.io/apimachinery/pkg/labels: the grammar, its error messages, and which labels match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lightkube.models.meta_v1 import LabelSelector

from podlab.kubectl.goformat import go_quote
from podlab.kubectl.labelsyntax import key_fault, value_fault

Labels = Mapping[str, str]

_TOKEN = re.compile(r"\s*(?:(?P<sign>[=!<>(),]+)|(?P<word>[^\s=!<>(),]+)|$)")
_SIGNS = ("==", "!=", "=", "!", ">", "<", "(", ")", ",")
_OPERATORS = {"=": "=", "==": "=", "!=": "!=", "in": "in", "notin": "notin", ">": ">", "<": "<"}
_OPERATOR_NAMES = "in, notin, =, ==, !=, gt, lt"


class SelectorError(ValueError):
    """A selector that cannot be read, worded as Kubernetes words it."""


@dataclass(frozen=True)
class Requirement:
    """One condition on a label. ``operator`` is ``=``, ``!=``, ``in``, ``notin``, ``>``, ``<``, ``exists`` or ``!``."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether the labels fulfil it. A label that is not there is different from every value."""
        value = labels.get(self.key)
        if self.operator in ("=", "in"):
            return value in self.values
        if self.operator in ("!=", "notin"):
            return value not in self.values
        if self.operator in ("exists", "!"):
            return (value is not None) == (self.operator == "exists")
        try:
            number, limit = int(value or ""), int(self.values[0])
        except ValueError:
            return False
        return number > limit if self.operator == ">" else number < limit

    def __str__(self) -> str:
        if self.operator in ("exists", "!"):
            return self.key if self.operator == "exists" else f"!{self.key}"
        if self.operator in ("in", "notin"):
            return f"{self.key} {self.operator} ({','.join(sorted(self.values))})"
        return f"{self.key}{self.operator}{self.values[0]}"


@dataclass(frozen=True)
class Selector:
    """Conditions that must all hold. An empty selector matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Labels | None) -> bool:
        """Whether the labels fulfil every condition."""
        return all(requirement.matches(labels or {}) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, sorted(self.requirements, key=lambda requirement: requirement.key)))


def parse_selector(text: str) -> Selector:
    """Read a selector as given to ``-l``. Raises SelectorError."""
    return Selector(tuple(_Parser(text).read()))


def selector_of(selector: LabelSelector | None) -> Selector:
    """The selector of a ReplicaSet, Deployment or Job."""
    if selector is None:
        return Selector()
    requirements = [Requirement(key, "=", (value,)) for key, value in sorted((selector.matchLabels or {}).items())]
    operators = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
    for term in selector.matchExpressions or ():
        if term.operator not in operators:
            raise SelectorError(f"{go_quote(term.operator)} is not a valid label selector operator")
        requirements.append(Requirement(term.key, operators[term.operator], tuple(term.values or ())))
    return Selector(tuple(requirements))


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def read(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while self.peek():
            if self.peek() in _SIGNS and self.peek() != "!":
                raise SelectorError(f"found '{self.peek()}', expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            separator = self.take()
            if not separator:
                break
            if separator != ",":
                raise SelectorError(f"found '{separator}', expected: ',' or 'end of string'")
            if not self.peek() or (self.peek() in _SIGNS and self.peek() != "!"):
                raise SelectorError(f"found '{self.peek()}', expected: identifier after ','")
        return requirements

    def requirement(self) -> Requirement:
        absent = self.peek() == "!"
        if absent:
            self.take()
        key = self.identifier()
        _check_key(key)
        if absent or self.peek() in ("", ","):
            return Requirement(key, "!" if absent else "exists")
        word = self.take()
        operator = _OPERATORS.get(word)
        if operator is None:
            raise SelectorError(f"found '{word}', expected: {_OPERATOR_NAMES}")
        if operator in ("in", "notin"):
            values = self.values()
        else:
            values = ["" if self.peek() in ("", ",") else self.identifier()]
        for index, value in enumerate(values):
            _check_value(key, index, value)
        if operator in "<>" and not re.fullmatch(r"[+-]?\d+", values[0]):
            rule = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise SelectorError(f"values[0]: Invalid value: {go_quote(values[0])}: {rule}")
        if not values:
            raise SelectorError("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")
        return Requirement(key, operator, tuple(values))

    def identifier(self) -> str:
        if not self.peek() or self.peek() in _SIGNS:
            raise SelectorError(f"found '{self.peek()}', expected: identifier")
        return self.take()

    def values(self) -> list[str]:
        if self.peek() != "(":
            raise SelectorError(f"found '{self.peek()}' expected: '('")
        self.take()
        values: list[str] = []
        if self.peek() != ")" and self.peek() != "," and (not self.peek() or self.peek() in _SIGNS):
            raise SelectorError(f"found '{self.peek()}', expected: ',', ')' or identifier")
        while self.peek() != ")":
            if self.peek() == ",":
                self.take()
                if self.peek() in (",", ")") or not values:
                    values.append("")
                continue
            if not self.peek() or self.peek() in _SIGNS:
                raise SelectorError(f"found '{self.peek()}', expected: ',', or identifier")
            values.append(self.take())
            if self.peek() not in (",", ")"):
                raise SelectorError(f"found '{self.peek()}', expected: ',' or ')'")
        self.take()
        return values


def _tokens(text: str) -> list[str]:
    """Words and signs, and an empty one for the end."""
    tokens: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        if match["sign"] is None and match["word"] is None:
            break
        token = match["word"] or next(sign for sign in _SIGNS if match["sign"].startswith(sign))
        at = match.start("word" if match["word"] else "sign") + len(token)
        tokens.append(token)
    return [*tokens, ""]


def _check_key(key: str) -> None:
    if fault := key_fault(key):
        raise SelectorError(f"key: Invalid value: {go_quote(key)}: {fault}")


def _check_value(key: str, index: int, value: str) -> None:
    if fault := value_fault(value):
        raise SelectorError(f"values[{index}][{key}]: Invalid value: {go_quote(value)}: {fault}")

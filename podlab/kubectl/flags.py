"""Flags as kubectl reads them: ``--name value``, ``--name=value``, ``-n value``, ``-nvalue``, ``-it``, ``--``.

Models github.com/spf13/pflag, with its error messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from podlab.kubectl.closest import did_you_mean
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.goformat import go_quote

Kind = Literal["switch", "text", "number", "list", "duration"]

_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?(?:ms|[smh]))+")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


@dataclass(frozen=True)
class Flag:
    """One flag. ``default`` None: not given. A list may be given several times, or with commas."""

    name: str
    kind: Kind = "text"
    short: str = ""
    default: Any = None
    help: str = ""

    def __str__(self) -> str:
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


class HelpAsked(Exception):
    """``-h`` or ``--help`` is among the flags."""


@dataclass(frozen=True)
class Parsed:
    """A command line taken apart: flags by name, arguments, and those behind ``--`` (None: there was none)."""

    flags: Mapping[str, Any]
    args: tuple[str, ...]
    after_dashes: tuple[str, ...] | None


def parse_flags(command: str, flags: Iterable[Flag], words: Sequence[str]) -> Parsed:
    """Take the words behind a command apart. Raises KubectlError as kubectl words it."""
    return _Reader(command, flags).read(list(words))


class _Reader:
    def __init__(self, command: str, flags: Iterable[Flag]) -> None:
        self.command = command
        flags = tuple(flags)
        self.by_name = {flag.name: flag for flag in flags}
        self.by_short = {flag.short: flag for flag in flags if flag.short}
        self.values: dict[str, Any] = {flag.name: flag.default for flag in flags}

    def read(self, words: list[str]) -> Parsed:
        args: list[str] = []
        after: tuple[str, ...] | None = None
        while words:
            word = words.pop(0)
            if word == "--":
                after = tuple(words)
                break
            if word.startswith("--"):
                self.long(word[2:], words)
            elif word.startswith("-") and len(word) > 1:
                self.shorts(word[1:], words)
            else:
                args.append(word)
        return Parsed(self.values, tuple(args), after)

    def long(self, word: str, words: list[str]) -> None:
        name, equals, value = word.partition("=")
        if name == "help":
            raise HelpAsked(self.command)
        flag = self.by_name.get(name)
        if flag is None:
            raise self.fault(f"unknown flag: --{name}", did_you_mean(name, self.by_name, before="--"))
        if equals:
            self.set(flag, value)
        elif flag.kind == "switch":
            self.values[name] = True
        elif words:
            self.set(flag, words.pop(0))
        else:
            raise self.fault(f"flag needs an argument: --{name}")

    def shorts(self, letters: str, words: list[str]) -> None:
        rest = letters
        while rest:
            letter, rest = rest[0], rest[1:]
            if letter == "h" and "h" not in self.by_short:
                raise HelpAsked(self.command)
            flag = self.by_short.get(letter)
            if flag is None:
                long = letters.partition("=")[0]
                meant = did_you_mean(long, self.by_name, before="--") if len(long) > 1 else ""
                raise self.fault(f"unknown shorthand flag: '{letter}' in -{letter}{rest}", meant)
            if flag.kind == "switch" and not rest.startswith("="):
                self.values[flag.name] = True
                continue
            if rest:
                self.set(flag, rest.removeprefix("="))
            elif words:
                self.set(flag, words.pop(0))
            else:
                raise self.fault(f"flag needs an argument: '{letter}' in -{letter}")
            return

    def set(self, flag: Flag, text: str) -> None:
        try:
            value = _value(flag.kind, text)
        except ValueError as error:
            raise self.fault(f"invalid argument {go_quote(text)} for {go_quote(str(flag))} flag: {error}") from None
        self.values[flag.name] = [*(self.values[flag.name] or ()), *value] if flag.kind == "list" else value

    def fault(self, message: str, hint: str = "") -> KubectlError:
        return KubectlError(f"error: {message}\nSee 'kubectl {self.command} --help' for usage.", hint=hint)


def _value(kind: Kind, text: str) -> Any:
    if kind == "list":
        return text.split(",") if text else []
    if kind == "switch":
        if text not in _TRUE + _FALSE:
            raise ValueError(f"strconv.ParseBool: parsing {go_quote(text)}: invalid syntax")
        return text in _TRUE
    if kind == "number":
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise ValueError(f"strconv.ParseInt: parsing {go_quote(text)}: invalid syntax")
        return int(text)
    if kind == "duration":
        return parse_duration(text)
    return text


def parse_duration(text: str) -> float:
    """Go's durations, ``1m30s``, in seconds. Raises ValueError."""
    if text == "0":
        return 0.0
    if not _DURATION.fullmatch(text):
        wrong = "missing unit in duration" if re.fullmatch(r"[0-9.]+", text) else "invalid duration"
        raise ValueError(f"time: {wrong} {go_quote(text)}")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9.]+)(ms|[smh])", text))

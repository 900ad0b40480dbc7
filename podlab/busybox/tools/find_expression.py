"""The expressions of `find`: tests and actions joined by `-a`, `-o`, `!` and parentheses."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options, regex
from podlab.busybox.applets import ToolError, UsageError
from podlab.busybox.modes import mode_of
from podlab.busybox.pattern import compile_pattern
from podlab.linux.program import Proc
from podlab.linux.tree import Node

Check = Generator[Any, Any, bool]
Expression = Callable[["Entry"], Check]
Test = Callable[["Entry"], bool]

_KINDS = "bcdflps"
_NUMBERED = {"-mtime": 86400, "-atime": 86400, "-ctime": 86400, "-mmin": 60, "-amin": 60, "-cmin": 60}
_NAMED = ("-name", "-iname", "-path", "-ipath", "-wholename", "-regex")
_OF_FILES = ("-newer", "-samefile", "-inum", "-links", "-user", "-group", "-perm", "-size", "-type")
_VALUED = frozenset([*_NUMBERED, *_NAMED, *_OF_FILES, "-maxdepth", "-mindepth"])
_SIZES = {"c": 1, "b": 512, "k": 1024}
BATCH = 1000
"""Names that `-exec … +` gives at a time."""


@dataclass(slots=True)
class Entry:
    """A file that was found. `pruned`: do not go into it."""

    path: str
    node: Node
    depth: int
    pruned: bool = False


class Finder:
    """What options say, and what actions have done."""

    def __init__(self, proc: Proc) -> None:
        self.proc = proc
        self.most, self.least = 1 << 30, 0
        self.depth_first = self.follows = self.acts = self.quits = False
        self._collected: list[tuple[list[str], list[str]]] = []

    def collect(self, command: list[str]) -> Expression:
        """`-exec command {} +`"""
        found: list[str] = []
        self._collected.append((command, found))

        def gather(entry: Entry) -> Check:
            found.append(entry.path)
            if len(found) >= BATCH:
                yield from self.run(_filled(command, found))
                found.clear()
            return True

        return gather

    def finish(self) -> Generator[Any, Any, None]:
        """Run the commands that still wait for more names."""
        for command, found in self._collected:
            if found:
                yield from self.run(_filled(command, found))

    def run(self, argv: list[str]) -> Check:
        """Run a command; whether it succeeded."""
        try:
            child = self.proc.spawn(argv)
        except OSError as problem:
            self.proc.err(f"find: {argv[0]}: {problem.strerror}")
            return False
        return bool((yield self.proc.wait(child)) == 0)


def _filled(command: list[str], paths: list[str]) -> list[str]:
    return [one for word in command for one in (paths if word == "{}" else [word])]


def parse(finder: Finder, words: list[str]) -> Expression:
    """The expression of a command line; without an action what it finds is printed. Errors: `ToolError`."""
    parser = _Parser(finder, words)
    expression = parser.either()
    if parser.left:
        raise UsageError(f"unrecognized: {parser.left[0]}")
    if finder.acts:
        return expression

    def printing(entry: Entry) -> Check:
        if (yield from expression(entry)):
            finder.proc.print(entry.path)
        return True

    return printing


class _Parser:
    def __init__(self, finder: Finder, words: list[str]) -> None:
        self._finder = finder
        self.left = list(words)

    def either(self, inside: bool = False) -> Expression:
        """`both -o both …`"""
        options_ = [self._both(inside)]
        while self.left and self.left[0] in ("-o", "-or"):
            self.left.pop(0)
            options_.append(self._both(inside))

        def check(entry: Entry) -> Check:
            for one in options_:
                if (yield from one(entry)):
                    return True
            return False

        return check if len(options_) > 1 else options_[0]

    def _both(self, inside: bool) -> Expression:
        parts = []
        while self.left and self.left[0] not in ("-o", "-or") and not (inside and self.left[0] == ")"):
            if self.left[0] in ("-a", "-and"):
                self.left.pop(0)
                continue
            part = self._single()
            if part is None:
                break
            parts.append(part)

        def check(entry: Entry) -> Check:
            for one in parts:
                if not (yield from one(entry)):
                    return False
            return True

        return check

    def _single(self) -> Expression | None:
        negated = False
        while self.left and self.left[0] in ("!", "-not"):
            negated = not negated
            self.left.pop(0)
        if not self.left:
            return None
        word = self.left.pop(0)
        if word == "(":
            part = self.either(inside=True)
            if not self.left:
                raise ToolError("unpaired '('")
            self.left.pop(0)
        else:
            part = self._primary(word)
        if not negated:
            return part

        def check(entry: Entry) -> Check:
            return not (yield from part(entry))

        return check

    def _primary(self, word: str) -> Expression:
        if word in ("-exec", "-ok"):
            return self._exec(word)
        if word in _VALUED:
            if not self.left:
                raise ToolError(f"{word} requires an argument")
            return _plain(self._valued(word, self.left.pop(0)))
        return _plain(self._bare(word))

    def _exec(self, word: str) -> Expression:
        finder = self._finder
        if word == "-ok":
            raise UsageError(f"unrecognized: {word}")
        finder.acts = True
        ends = [at for at, one in enumerate(self.left) if one == ";" or (one == "+" and self.left[at - 1] == "{}")]
        if not ends or not ends[0]:
            raise ToolError("-exec requires an argument")
        command, end = self.left[: ends[0]], self.left[ends[0]]
        self.left = self.left[ends[0] + 1 :]
        if end == "+":
            return finder.collect(command)

        def check(entry: Entry) -> Check:
            return (yield from finder.run([one.replace("{}", entry.path) for one in command]))

        return check

    def _bare(self, word: str) -> Test:
        finder, proc = self._finder, self._finder.proc
        if word in ("-print", "-print0"):
            finder.acts = True
            end = "\n" if word == "-print" else "\0"
            return lambda entry: _printed(proc, entry.path + end)
        if word == "-delete":
            finder.acts = finder.depth_first = True
            return lambda entry: _deleted(proc, entry)
        if word == "-prune":
            return _prune
        if word == "-quit":
            finder.acts = True

            def leave(entry: Entry) -> bool:
                finder.quits = True
                return False

            return leave
        if word == "-empty":
            return lambda entry: not (proc.listdir(entry.path) if entry.node.kind == "d" else entry.node.size)
        if word == "-executable":
            return lambda entry: entry.node.kind == "d" or entry.node.mode & 0o111 != 0
        if word in ("-depth", "-follow", "-xdev"):
            finder.depth_first = finder.depth_first or word == "-depth"
            finder.follows = finder.follows or word == "-follow"
            return lambda entry: True
        raise UsageError(f"unrecognized: {word}")

    def _valued(self, word: str, value: str) -> Test:
        finder = self._finder
        if word in ("-maxdepth", "-mindepth"):
            number = options.unsigned(value)
            if word == "-maxdepth":
                finder.most = number
            else:
                finder.least = number
            return lambda entry: True
        if word in _NAMED:
            return _named(word, value)
        if word in _NUMBERED:
            unit = _NUMBERED[word]
            sign, count = _signed(value)
            return lambda entry: _aged(finder.proc.now - entry.node.mtime, count * unit, unit, sign)
        return _of_file(finder.proc, word, value)


def _plain(test: Test) -> Expression:
    """A test that never waits."""

    def check(entry: Entry) -> Check:
        return test(entry)
        yield

    return check


def _printed(proc: Proc, text: str) -> bool:
    proc.write(text)
    return True


def _prune(entry: Entry) -> bool:
    entry.pruned = True
    return True


def _deleted(proc: Proc, entry: Entry) -> bool:
    if entry.path in (".", "..") or entry.path.endswith("/."):
        return True
    try:
        (proc.rmdir if entry.node.kind == "d" else proc.remove)(entry.path)
    except OSError as problem:
        proc.err(f"find: {entry.path}: {problem.strerror}")
        return False
    return True


def _named(word: str, value: str) -> Test:
    if word == "-regex":
        expression = regex.basic(value)

        def matches(entry: Entry) -> bool:
            found = expression.match(entry.path)
            return found is not None and found.end == len(entry.path)

        return matches
    fold, whole = word in ("-iname", "-ipath"), word in ("-path", "-ipath", "-wholename")
    shape = compile_pattern(value.lower() if fold else value)

    def check(entry: Entry) -> bool:
        name = entry.path if whole else posixpath.basename(entry.path.rstrip("/")) or entry.path
        return shape.fullmatch(name.lower() if fold else name) is not None

    return check


def _signed(value: str) -> tuple[str, int]:
    sign = value[:1] if value[:1] in ("+", "-") else ""
    return sign, options.unsigned(value.removeprefix(sign) if sign else value)


def _aged(age: float, least: float, unit: float, sign: str) -> bool:
    if sign == "+":
        return age >= least + unit
    return age < least if sign == "-" else least <= age < least + unit


def _of_file(proc: Proc, word: str, value: str) -> Test:
    """Tests of what a file is."""
    if word == "-type":
        if value not in _KINDS or len(value) != 1:
            raise ToolError(f"invalid argument '{value}' to '-type'")
        return lambda entry: entry.node.kind == {"f": "-"}.get(value, value)
    if word in ("-newer", "-samefile"):
        try:
            other = proc.stat(value)
        except OSError as problem:
            raise ToolError(f"can't stat '{value}': {problem.strerror}") from None
        return lambda entry: entry.node is other if word == "-samefile" else entry.node.mtime > other.mtime
    if word == "-perm":
        return _permitted(value)
    if word == "-size":
        return _sized(value)
    if word in ("-user", "-group"):
        if value not in ("root", "0") and not value.isdecimal():
            raise ToolError(f"unknown {word[1:]} {value}")
        return lambda entry: value in ("root", "0")
    sign, number = _signed(value)
    if word == "-links":
        return lambda entry: _compared(2 if entry.node.kind == "d" else 1, number, sign)
    return lambda entry: False


def _permitted(value: str) -> Test:
    sign = value[:1] if value[:1] in ("-", "/", "+") else ""
    try:
        mode = mode_of(value.removeprefix(sign) if sign else value, 0, is_directory=False)
    except ToolError:
        raise ToolError(f"invalid mode '{value}'") from None
    if sign == "-":
        return lambda entry: entry.node.mode & mode == mode
    if sign:
        return lambda entry: entry.node.mode & mode != 0 or not mode
    return lambda entry: entry.node.mode & 0o7777 == mode


def _sized(value: str) -> Test:
    sign = value[:1] if value[:1] in ("+", "-") else ""
    text = value.removeprefix(sign) if sign else value
    unit = _SIZES.get(text[-1:], 512)
    digits = text[:-1] if text[-1:] in _SIZES else text
    if not digits.isdecimal():
        raise ToolError(f"invalid number '{text}'")
    return lambda entry: _compared(entry.node.size, int(digits) * unit, sign)


def _compared(number: int, wanted: int, sign: str) -> bool:
    return number > wanted if sign == "+" else number < wanted if sign == "-" else number == wanted

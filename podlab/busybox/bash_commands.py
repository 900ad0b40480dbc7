"""Running bash's own commands: `[[ … ]]`, `(( … ))`, `for (( … ))`; its builtins declare, mapfile and shopt."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from podlab.busybox import arrays, expand, regex, testing
from podlab.busybox.applets import everything
from podlab.busybox.ast import ArithCommand, Condition, ForArith, Lit, Word
from podlab.busybox.builtins import Steps, builtin
from podlab.busybox.loops import leaves
from podlab.busybox.state import Jump

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Run = Generator[Any, Any, int]


def arithmetic(shell: Shell, node: ArithCommand, last: bool) -> Run:
    """`(( … ))`: true unless the value is 0."""
    value = expand.arithmetic(shell, (yield from expand.text(shell, node.expr)))
    return shell.checked(int(value == 0))


def for_arithmetic(shell: Shell, node: ForArith, last: bool) -> Run:
    """`for (( … ))`."""
    status = 0
    shell.loops += 1
    expand.arithmetic(shell, (yield from expand.text(shell, node.first)))
    try:
        while True:
            yield from shell.breathe()
            condition = yield from expand.text(shell, node.condition)
            if condition.strip() and not expand.arithmetic(shell, condition):
                return status
            try:
                result = shell.run(node.body)
                status = result if isinstance(result, int) else (yield from result)
            except Jump as jump:
                if leaves(jump):
                    return 0
            expand.arithmetic(shell, (yield from expand.text(shell, node.step)))
    finally:
        shell.loops -= 1


def condition(shell: Shell, node: Condition, last: bool) -> Run:
    """`[[ … ]]`: words are neither split nor matched with file names."""
    shell.line = shell.first_line + node.line
    shell.asks += 1
    try:
        holds = yield from _Condition(shell, node.tokens).either(True)
    except testing.TestError as problem:
        shell.complain(f"[[: {problem}")
        return 2
    return shell.checked(int(not holds))


class _Condition:
    """either: both ("||" both)*; both: single ("&&" single)*. What is not `live` is read, not asked."""

    def __init__(self, shell: Shell, tokens: Sequence[str | Word]) -> None:
        self.shell = shell
        self.tokens = tokens
        self.at = 0

    def _peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        token: str | Word = self.tokens[at] if at < len(self.tokens) else ""
        return token if isinstance(token, str) else token.bare

    def either(self, live: bool) -> Generator[Any, Any, bool]:
        result = yield from self._both(live)
        while self._peek() == "||":
            self.at += 1
            other = yield from self._both(live and not result)
            result = result or other
        return result

    def _both(self, live: bool) -> Generator[Any, Any, bool]:
        result = yield from self._single(live)
        while self._peek() == "&&":
            self.at += 1
            other = yield from self._single(live and result)
            result = result and other
        return result

    def _single(self, live: bool) -> Generator[Any, Any, bool]:
        if self._peek() == "!":
            self.at += 1
            return not (yield from self._single(live))
        if self._peek() == "(":
            self.at += 1
            result = yield from self.either(live)
            self.at += 1
            return result
        words: list[Word] = []
        operator = ""
        while self.at < len(self.tokens) and self._peek() not in ("&&", "||", ")"):
            token = self.tokens[self.at]
            self.at += 1
            if len(words) == 1 and not operator and self._binary(token):
                operator = token if isinstance(token, str) else token.bare
            elif isinstance(token, Word):
                words.append(token)
        if not live:
            return False
        return (yield from self._asked(words, operator))

    def _binary(self, token: str | Word) -> bool:
        text = token if isinstance(token, str) else token.bare
        return text in ("=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef", "-eq", "-ne", "-lt", "-le", "-gt", "-ge")

    def _asked(self, words: list[Word], operator: str) -> Generator[Any, Any, bool]:
        shell = self.shell
        texts = []
        for word in words:
            texts.append((yield from expand.text(shell, word)))
        if not operator or len(words) < 2:
            if texts and texts[0] == "-v" and len(texts) == 2:
                return texts[1] in shell.vars or texts[1] in shell.arrays
            return testing.test(shell.proc, texts)
        if operator == "=~":
            return self._matches(texts[0], (yield from _expression(shell, words[1])))
        if operator in ("=", "==", "!="):
            shape = yield from expand.pattern_of(shell, words[1])
            return testing.test(shell.proc, [texts[0], operator, shape], patterns=True)
        if operator.startswith("-") and operator[1:] in ("eq", "ne", "lt", "le", "gt", "ge"):
            texts = [str(expand.arithmetic(shell, text)) for text in texts]
        return testing.test(shell.proc, [texts[0], operator, texts[1]])

    def _matches(self, text: str, expression: str) -> bool:
        found = regex.extended(expression).search(text)
        groups = [] if found is None else [found.group(number) for number in range(_groups(expression) + 1)]
        arrays.put(self.shell, "BASH_REMATCH", {str(at): group or "" for at, group in enumerate(groups)})
        return found is not None


def _groups(expression: str) -> int:
    plain = expression.replace("\\\\", "").replace("\\(", "")
    return plain.count("(")


def _expression(shell: Shell, word: Word) -> Generator[Any, Any, str]:
    """What stands after `=~`: what is quoted in it matches only itself."""
    parts = []
    for part in word.parts:
        text = yield from expand.text(shell, Word((part,)))
        quoted = getattr(part, "quoted", False) and not (type(part) is Lit and len(part.text) == 1)
        special = quoted or (type(part) is Lit and part.quoted)
        parts.append("".join("\\" + one if one in "\\.[]*+?(){}|^$" else one for one in text) if special else text)
    return "".join(parts)


@builtin("declare", "typeset")
def _declare(shell: Shell, argv: Sequence[str]) -> int:
    options = "".join(word[1:] for word in argv[1:] if word[:1] == "-")
    words = [word for word in argv[1:] if word[:1] not in ("-", "+")]
    for word in words:
        name, equals, value = word.partition("=")
        if shell.locals and "g" not in options:
            shell.locals[-1].setdefault(name, shell.save(name))
        if "A" in options:
            shell.arrays.setdefault(name, {})
            shell.keyed.add(name)
        elif "a" in options:
            shell.arrays.setdefault(name, {})
        if equals:
            shell.set(name, str(expand.arithmetic(shell, value)) if "i" in options else value)
        if "x" in options:
            shell.export(name)
        if "r" in options:
            shell.readonly.add(name)
    if not words or "p" in options:
        shell.proc.note("declare -p is not there in podlab's bash")
    return 0


@builtin("mapfile", "readarray")
def _mapfile(shell: Shell, argv: Sequence[str]) -> Steps:
    names = [word for word in argv[1:] if word[:1] != "-"]
    text = yield from everything(shell.proc.fds.get(0))
    lines = text.splitlines(keepends="-t" not in argv)
    arrays.put(shell, names[0] if names else "MAPFILE", {str(at): line for at, line in enumerate(lines)})
    return 0


@builtin("shopt", "disown")
def _accepted(shell: Shell, argv: Sequence[str]) -> int:
    return 0

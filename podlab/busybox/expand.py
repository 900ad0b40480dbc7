"""Expansion of words: parameters, `$(…)`, `$((…))`, then splitting by IFS and file names.

POSIX 2.6. A word becomes a list of pieces, each marked by what may still happen to it, and the pieces become fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from podlab.busybox import arrays, pattern
from podlab.busybox.arith import ArithError, evaluate
from podlab.busybox.ast import Arith, CommandSub, Lit, Param, Part, ProcessSub, Tilde, Word
from podlab.busybox.calls import at_once
from podlab.busybox.state import LONGEST

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Steps = Generator[Any, Any, Any]

MOST_FIELDS = 1 << 18
"""How many arguments a command may have."""

PLAIN, QUOTED, SPLIT, BREAK = range(4)
"""Text of the script; text that is to be left alone; a result to be split; the border between two of "$@"."""

Piece = tuple[str, int]


def fields(shell: Shell, words: Iterable[Word]) -> Generator[Any, Any, list[str]]:
    """The arguments that words stand for."""
    result: list[str] = []
    for word in words:
        if word.literal is not None:
            result.append(word.literal)
        else:
            _finish(shell, (yield from _pieces(shell, word.parts)), result)
    return result


def _finish(shell: Shell, pieces: list[Piece], result: list[str]) -> None:
    _split(shell, pieces, result)
    if len(result) > MOST_FIELDS or sum(len(part) for part, _ in pieces) > LONGEST:
        shell.stop("out of memory")


def text(shell: Shell, word: Word) -> Generator[Any, Any, str]:
    """The text of a word that stays one: an assigned value, the target of a redirection, a here-document."""
    if word.literal is not None:
        return word.literal
    pieces = yield from _pieces(shell, word.parts)
    return "".join(" " if kind == BREAK else part for part, kind in pieces)


def fields_at_once(shell: Shell, words: Iterable[Word]) -> list[str]:
    """As `fields`, for words that do not wait. The usual ones, `$x` and `$((…))`, are short cuts of it."""
    result: list[str] = []
    usual = shell.vars.get("IFS", _BLANKS) == _BLANKS
    for word in words:
        if word.literal is not None:
            result.append(word.literal)
            continue
        pieces = _piece(shell, word) or at_once(_pieces(shell, word.parts))
        if usual and len(pieces) == 1 and (pieces[0][1] == QUOTED or _WHOLE.match(pieces[0][0])):
            result.append(pieces[0][0])
        else:
            _finish(shell, pieces, result)
    return result


def text_at_once(shell: Shell, word: Word) -> str:
    """As `text`, for a word that does not wait."""
    if word.literal is not None:
        return word.literal
    pieces = _piece(shell, word) or at_once(_pieces(shell, word.parts))
    if len(pieces) == 1:
        return pieces[0][0]
    return "".join(" " if kind == BREAK else part for part, kind in pieces)


def _piece(shell: Shell, word: Word) -> list[Piece] | None:
    """The one piece of a word that is nothing but one set `$name` or one `$((…))`; None for any other word."""
    if len(word.parts) != 1:
        return None
    part = word.parts[0]
    if type(part) is Param and not part.op and part.index is None and part.name not in ("@", "*"):
        value = shell.get(part.name)
        return None if value is None else [(value, QUOTED if part.quoted else SPLIT)]
    if type(part) is Arith:
        value = str(arithmetic(shell, text_at_once(shell, part.expr)))
        return [(value, QUOTED if part.quoted else SPLIT)]
    return None


_BLANKS = " \t\n"

_WHOLE = re.compile(r"[A-Za-z0-9_./:,+%@^=-]+\Z")
"""A value that stays one word, whatever it stands in."""


def pattern_of(shell: Shell, word: Word) -> Generator[Any, Any, str]:
    """The pattern a word stands for: what is quoted in it matches only itself."""
    pieces = yield from _pieces(shell, word.parts)
    return "".join(pattern.quote(part) if kind == QUOTED else part for part, kind in pieces)


# ---- pieces


def _pieces(shell: Shell, parts: Iterable[Part], literal: int = PLAIN) -> Generator[Any, Any, list[Piece]]:
    """What the parts give, before splitting. `literal` is how unquoted text of the script counts."""
    result: list[Piece] = []
    for part in parts:
        if type(part) is Lit:
            result.append((part.text, QUOTED if part.quoted else literal))
        elif type(part) is Param:
            yield from _param(shell, part, result)
        elif type(part) is Arith:
            expression = yield from text(shell, part.expr)
            result.append((str(arithmetic(shell, expression)), QUOTED if part.quoted else SPLIT))
        elif type(part) is ProcessSub:
            result.append((shell.substitute(part.script), QUOTED))
        elif type(part) is CommandSub:
            output = yield from shell.capture(part.script)
            result.append((output, QUOTED if part.quoted else SPLIT))
        elif type(part) is Tilde:
            result.append((_home(shell, part.user), QUOTED))
    return result


def arithmetic(shell: Shell, expression: str) -> int:
    """The value of an expression. Errors: `ShellError`, as ash ends on a bad one."""
    try:
        return evaluate(expression, shell.get, shell.set)
    except ArithError as problem:
        if shell.dialect == "dash" and str(problem) == "divide by zero":
            shell.stop(f'arithmetic expression: division by zero: "{expression}"')
        if shell.dialect == "bash" and str(problem) == "divide by zero":
            shell.stop(f'{expression}: division by 0 (error token is "{re.split("[/%]", expression)[-1].strip()}")', 1)
        shell.stop(str(problem))


def _home(shell: Shell, user: str) -> str:
    if not user:
        return shell.get("HOME") or "~"
    try:
        accounts = [line.split(":") for line in shell.proc.read_file("/etc/passwd").splitlines()]
    except OSError:
        accounts = []
    return next((one[5] for one in accounts if one[0] == user and len(one) > 5), "~" + user)


def _param(shell: Shell, part: Param, result: list[Piece]) -> Steps:
    name, op = part.name, part.op
    kind = QUOTED if part.quoted else SPLIT
    if part.index is not None or op == "keys" or (op in (":", "/", "//") and name in ("@", "*")):
        yield from _elements(shell, part, result)
        return
    value = shell.get(name)
    if not op:
        if name in ("@", "*"):
            _all_params(shell, name, part.quoted, result)
        elif value is not None:
            result.append((value, kind))
        elif "nounset" in shell.options:
            shell.refuse(f"{name}: parameter not set")
        elif part.quoted:
            result.append(("", QUOTED))
        return
    test = op[-1]
    if test in "-=?+":
        missing = value is None or (op[0] == ":" and value == "")
        yield from _alternative(shell, part, test, missing, result)
        return
    if value is None:
        if "nounset" in shell.options and name not in ("@", "*"):
            shell.refuse(f"{name}: parameter not set")
        value = ""
    if op == "len":
        result.append((str(len(shell.params) if name in ("@", "*") else len(value)), kind))
    else:
        changed = yield from _changed(shell, part, value)
        result.append((changed, kind))


def _all_params(shell: Shell, name: str, quoted: bool, result: list[Piece]) -> None:
    if quoted and name == "*":
        result.append((shell.separator().join(shell.params), QUOTED))
        return
    for index, param in enumerate(shell.params):
        if index:
            result.append(("", BREAK))
        result.append((param, QUOTED if quoted else SPLIT))


def _alternative(shell: Shell, part: Param, test: str, missing: bool, result: list[Piece]) -> Steps:
    """`${x:-word}` and its like."""
    assert part.arg is not None
    if test == "+":
        if not missing:
            result.extend((yield from _pieces(shell, part.arg.parts, QUOTED if part.quoted else SPLIT)))
        elif part.quoted:
            result.append(("", QUOTED))
        return
    if not missing:
        yield from _param(shell, Param(part.name, part.quoted), result)
    elif test == "-":
        pieces = yield from _pieces(shell, part.arg.parts, QUOTED if part.quoted else SPLIT)
        result.extend(pieces or ([("", QUOTED)] if part.quoted else []))
    elif test == "=":
        value = yield from text(shell, part.arg)
        if not (part.name[0].isalpha() or part.name[0] == "_"):
            shell.stop(f"{part.name}: bad variable name")
        shell.set(part.name, value)
        result.append((value, QUOTED if part.quoted else SPLIT))
    else:
        message = yield from text(shell, part.arg)
        shell.refuse(f"{part.name}: {message or ('parameter not set' + (' or null' if part.op[0] == ':' else ''))}")


def _elements(shell: Shell, part: Param, result: list[Piece]) -> Steps:
    """bash's `${name[index]}`, `${!name}` and `${@:2}`, with what is done to each value."""
    if part.index is None and part.op == "keys":
        yield from _param(shell, Param(shell.get(part.name) or "", part.quoted), result)
        return
    if part.index is None:
        values, several = list(shell.params), part.name
    else:
        values = yield from arrays.values_of(shell, part, EXPANDER)
        several = part.index.literal if part.index.literal in ("@", "*") else ""
    if part.op == "len":
        values = [str(len(values) if several else len("".join(values)))]
    elif part.op == ":" and several:
        values = yield from _slice(shell, part, [shell.name, *values] if part.index is None else values)
    elif part.op[-1:] in ("-", "=", "?", "+") and part.op:
        missing = not values or (part.op[0] == ":" and not "".join(values))
        if missing or part.op[-1] == "+":
            yield from _alternative(shell, part, part.op[-1], missing, result)
            return
    elif part.op and part.op != "keys":
        for at, value in enumerate(values):
            values[at] = yield from _changed(shell, part, value)
    if several == "*" and part.quoted:
        values = [shell.separator().join(values)]
    if not values and part.quoted and not several:
        values = [""]
    for number, value in enumerate(values):
        if number:
            result.append(("", BREAK))
        result.append((value, QUOTED if part.quoted else SPLIT))


def _slice(shell: Shell, part: Param, values: list[str]) -> Generator[Any, Any, list[str]]:
    assert part.arg is not None
    start = arithmetic(shell, (yield from text(shell, part.arg)))
    if start < 0:
        start += len(values)
    if part.arg2 is None:
        return values[max(start, 0) :]
    return values[max(start, 0) : start + arithmetic(shell, (yield from text(shell, part.arg2)))]


_CASES: dict[str, Callable[[str], str]] = {
    "^^": str.upper,
    ",,": str.lower,
    "^": lambda value: value[:1].upper() + value[1:],
    ",": lambda value: value[:1].lower() + value[1:],
}
"""bash's `${x^^}` and its like."""


def _changed(shell: Shell, part: Param, value: str) -> Generator[Any, Any, str]:
    """`${x#…}`, `${x%…}`, `${x/…/…}`, `${x:start:length}`."""
    assert part.arg is not None
    op = part.op
    if shell.dialect == "dash" and op in (":", "/", "//"):
        shell.stop("Bad substitution")
    if op == ":":
        return (yield from _substring(shell, part, value))
    if op in _CASES:
        return _CASES[op](value)
    shape = yield from pattern_of(shell, part.arg)
    if op[0] == "#":
        return pattern.strip_prefix(value, shape, op == "##")
    if op[0] == "%":
        return pattern.strip_suffix(value, shape, op == "%%")
    replacement = "" if part.arg2 is None else (yield from text(shell, part.arg2))
    if len(value) * len(replacement) > LONGEST * 16:
        shell.stop("out of memory")
    return pattern.replace(value, shape, replacement, op == "//")


def _substring(shell: Shell, part: Param, value: str) -> Generator[Any, Any, str]:
    assert part.arg is not None
    start = arithmetic(shell, (yield from text(shell, part.arg)))
    if start < 0:
        start += len(value)
        if start < 0:
            return ""
    if part.arg2 is None:
        return value[start:]
    length = arithmetic(shell, (yield from text(shell, part.arg2)))
    return value[start : start + length] if length >= 0 else value[start : len(value) + length]


# ---- fields


@lru_cache(maxsize=64)
def _delimiter(ifs: str) -> re.Pattern[str]:
    """What separates fields: blanks of IFS, or one other character of IFS with the blanks around it."""
    blanks = "".join(re.escape(char) for char in ifs if char in " \t\n")
    others = "".join(re.escape(char) for char in ifs if char not in " \t\n")
    blank = f"[{blanks}]" if blanks else "(?!)"
    return re.compile(f"{blank}*([{others}]){blank}*|{blank}+" if others else f"{blank}+()")


def _split(shell: Shell, pieces: list[Piece], result: list[str]) -> None:
    """Pieces become fields: split, then matched with file names."""
    ifs = shell.vars.get("IFS", " \t\n")
    delimiter = _delimiter(ifs) if ifs else None
    field: list[Piece] = []
    for part, kind in pieces:
        if kind == BREAK:
            if field:
                _emit(shell, field, result)
            field = []
        elif kind != SPLIT or delimiter is None:
            if part or kind == QUOTED:
                field.append((part, kind))
        else:
            at = 0
            for match in delimiter.finditer(part):
                if match.start() > at:
                    field.append((part[at : match.start()], SPLIT))
                if field or match.group(1):
                    _emit(shell, field, result)
                field = []
                at = match.end()
            if at < len(part):
                field.append((part[at:], SPLIT))
    if field:
        _emit(shell, field, result)


def _emit(shell: Shell, field: list[Piece], result: list[str]) -> None:
    plain = "".join(part for part, _ in field)
    if "noglob" not in shell.options:
        shape = "".join(
            part if kind == PLAIN else pattern.quote(part) if kind == QUOTED else part.replace("\\", "\\\\")
            for part, kind in field
        )
        if pattern.is_pattern(shape):
            found = _file_names(shell, shape)
            if found:
                result.extend(found)
                return
    result.append(plain)


def _file_names(shell: Shell, shape: str) -> list[str]:
    """The paths a pattern matches, sorted."""
    proc = shell.proc
    shell.asks += 1
    found = [""]
    components = re.findall(r"(/+)|([^/]+)", shape)
    for index, (slashes, component) in enumerate(components):
        if slashes:
            found = [path + slashes for path in found if not index or _is_directory(shell, path)]
        elif not pattern.is_pattern(component):
            name = re.sub(r"\\(.)", r"\1", component)
            found = [path + name for path in found if proc.exists((path + name) or ".")]
        else:
            expression = pattern.compile_pattern(component)
            hidden = component.startswith((".", "\\."))
            longer = []
            for path in found:
                try:
                    names = proc.listdir(path or ".")
                except OSError:
                    continue
                names = [".", "..", *names] if hidden else names
                longer += [
                    path + name for name in names if (hidden or not name.startswith(".")) and expression.fullmatch(name)
                ]
            found = longer
    return found


def _is_directory(shell: Shell, path: str) -> bool:
    try:
        return shell.proc.stat(path).kind == "d"
    except OSError:
        return False


EXPANDER = arrays.Expander(text, fields, arithmetic)

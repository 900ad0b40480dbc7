"""Calls of functions: those of the program, and those built in that need the interpreter."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from podlab.busybox.awk import fields, functions
from podlab.busybox.awk.frames import Jumping, Variable
from podlab.busybox.awk.tree import Call, Expression, Field, Function, Item, Name, Regex
from podlab.busybox.awk.values import Array, AwkError, Input, Value, number
from podlab.busybox.tools_date import EPOCH

if TYPE_CHECKING:
    from podlab.busybox.awk.evaluation import Evaluator

Evaluation = Generator[Any, Any, Value]
MAX_DEPTH = 150
"""Calls inside calls: Python's own stack is used for them."""


def call(awk: Evaluator, node: Call) -> Evaluation:
    """Call a function. Errors: `ToolError`."""
    own = awk.program.functions.get(node.name)
    if own is not None:
        return (yield from _own(awk, own, node.args))
    waiting = _WAITING.get(node.name)
    if waiting is not None:
        return (yield from waiting(awk, node.args))
    args: list[Value] = []
    for arg in node.args:
        args.append((yield from awk.evaluate(arg)))
    return _plain(awk, node.name, args)


def _own(awk: Evaluator, function: Function, args: list[Expression]) -> Evaluation:
    """Call a function of the program; arrays are given as they are, values as copies."""
    if len(awk.frames) >= MAX_DEPTH:
        raise AwkError(f"podlab's awk has at most {MAX_DEPTH} calls inside each other")
    frame: dict[str, Variable] = {}
    for index, name in enumerate(function.params):
        if index >= len(args):
            frame[name] = Variable()
            continue
        arg = args[index]
        if isinstance(arg, Name) and arg.name != "NF":
            given = awk.variable(arg.name)
            frame[name] = Variable(given.value, given.array, given)
        else:
            frame[name] = Variable((yield from awk.evaluate(arg)))
    for arg in args[len(function.params) :]:
        yield from awk.evaluate(arg)
    awk.frames.append(frame)
    try:
        yield from awk.execute(function.body)
    except Jumping as jump:
        if jump.kind != "return":
            raise
        return jump.value
    finally:
        awk.frames.pop()
    return None


def _plain(awk: Evaluator, name: str, args: list[Value]) -> Value:
    """Functions of values that never wait."""
    texts = [awk.text(arg) for arg in args]
    numbers = [number(arg) for arg in args]
    if name == "substr":
        return functions.substring(texts, numbers[1:])
    if name == "index":
        return float(texts[0].find(texts[1]) + 1) if texts[1] else 0.0
    if name == "sprintf":
        return functions.formatted(args, awk.text(awk.get("CONVFMT")))
    if name in ("tolower", "toupper"):
        whole = texts[0] if texts else awk.record[0]
        return whole.lower() if name == "tolower" else whole.upper()
    if name == "int":
        value = numbers[0] if numbers else number(awk.record[0])
        return float(int(value)) if math.isfinite(value) else value
    if name == "rand":
        return awk.random.next()
    if name in ("srand", "systime"):
        now = float(int(EPOCH.timestamp() + awk.proc.now))
        return now if name == "systime" else float(awk.random.start(int(numbers[0] if numbers else now) & 0xFFFFFFFF))
    if name in ("and", "or", "xor", "lshift", "rshift", "compl"):
        return functions.bits(name, numbers)
    if name == "atan2":
        return math.atan2(numbers[0], numbers[1])
    if name == "mktime":
        return functions.make_time(texts[0] if texts else "")
    if name == "strftime":
        seconds = numbers[1] if len(numbers) > 1 else EPOCH.timestamp() + awk.proc.now
        return functions.date(texts[0] if texts else "%a %b %e %H:%M:%S %Z %Y", seconds)
    return functions.MATHS[name](numbers[0] if numbers else number(awk.record[0]))


def _length(awk: Evaluator, args: list[Expression]) -> Evaluation:
    if not args:
        return float(len(awk.record[0]))
    if isinstance(args[0], Name):
        array = awk.variable(args[0].name).array
        if array is not None:
            return float(len(array))
    return float(len(awk.text((yield from awk.evaluate(args[0])))))


def _split(awk: Evaluator, args: list[Expression]) -> Evaluation:
    whole = awk.text((yield from awk.evaluate(args[0])))
    if not isinstance(args[1], Name):
        raise AwkError("Not an array")
    separator = awk.record.separator
    if len(args) > 2:
        given = args[2]
        separator = given.source if isinstance(given, Regex) else awk.text((yield from awk.evaluate(given)))
        if isinstance(given, Regex) and len(separator) == 1:
            separator = f"({separator})"
    pieces = fields.split(whole, separator, ignore_case=awk.record.ignore_case)
    array: Array = awk.variable(args[1].name).as_array()
    array.clear()
    array.update((str(index), Input(piece)) for index, piece in enumerate(pieces, start=1))
    return float(len(pieces))


def _substitute(which: int) -> Callable[[Evaluator, list[Expression]], Evaluation]:
    def substitute(awk: Evaluator, args: list[Expression]) -> Evaluation:
        pattern = yield from awk.pattern(args[0])
        replacement = awk.text((yield from awk.evaluate(args[1])))
        target = args[2] if len(args) > 2 else None
        subject = awk.record[0] if target is None else awk.text((yield from awk.evaluate(target)))
        result, count = functions.substituted(pattern, replacement, subject, which, False)
        if count and isinstance(target, Name | Item | Field):
            yield from awk.store(target, result)
        elif count and target is None:
            awk.record[0] = result
        return float(count)

    return substitute


def _general(awk: Evaluator, args: list[Expression]) -> Evaluation:
    """`gensub(expression, replacement, how, text)`"""
    pattern = yield from awk.pattern(args[0])
    replacement = awk.text((yield from awk.evaluate(args[1])))
    how = awk.text((yield from awk.evaluate(args[2])))
    subject = awk.record[0] if len(args) < 4 else awk.text((yield from awk.evaluate(args[3])))
    which = 0 if how[:1] in ("g", "G") else max(int(number(how)), 1)
    return functions.substituted(pattern, replacement, subject, which, True)[0]


def _match(awk: Evaluator, args: list[Expression]) -> Evaluation:
    subject = awk.text((yield from awk.evaluate(args[0])))
    found = (yield from awk.pattern(args[1])).search(subject)
    start, length = (found.start + 1, found.end - found.start) if found is not None else (0, -1)
    awk.set("RSTART", float(start))
    awk.set("RLENGTH", float(length))
    return float(start)


def _system(awk: Evaluator, args: list[Expression]) -> Evaluation:
    command = awk.text((yield from awk.evaluate(args[0]))) if args else ""
    awk.flush()
    return float((yield from awk.files.run(command))) if command else 0.0


def _close(awk: Evaluator, args: list[Expression]) -> Evaluation:
    awk.flush()
    name = awk.text((yield from awk.evaluate(args[0]))) if args else ""
    return float((yield from awk.files.close(name)))


def _flush(awk: Evaluator, args: list[Expression]) -> Evaluation:
    for arg in args:
        yield from awk.evaluate(arg)
    awk.flush()
    yield awk.proc.flush()
    return 0.0


_WAITING: dict[str, Callable[[Evaluator, list[Expression]], Evaluation]] = {
    "length": _length,
    "split": _split,
    "sub": _substitute(1),
    "gsub": _substitute(0),
    "gensub": _general,
    "match": _match,
    "system": _system,
    "close": _close,
    "fflush": _flush,
}
"""Functions that look at their arguments themselves."""

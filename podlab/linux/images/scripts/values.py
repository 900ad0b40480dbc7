"""The values of podlab's small Python, and its expressions.

What a lesson's program needs is here: names, numbers, texts, lists, dictionaries, functions, classes without bases,
loops, `if`, `try`, `with`. All else raises `Unsupported`, which is told to the learner. Values are Python's own, but a
program reaches only what `SAFE` lists of them and what podlab's modules offer, so that a manifest can do no harm.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Generator
from typing import Any

Steps = Generator[Any, Any, Any]
Scope = dict[str, Any]

MOST = 1 << 20
"""Items of a text or a list that a program may make at once, and bits of a whole number."""

SAFE: dict[type, frozenset[str]] = {
    str: frozenset(
        (
            *("upper", "lower", "strip", "lstrip", "rstrip", "split", "splitlines", "join", "replace", "startswith"),
            *("endswith", "find", "count", "title", "capitalize", "isdigit", "isalpha", "zfill", "center", "ljust"),
            *("rjust", "encode", "partition", "index", "format"),
        )
    ),
    bytes: frozenset(("decode", "split", "strip", "startswith")),
    list: frozenset(
        ["append", "extend", "insert", "pop", "remove", "reverse", "sort", "index", "count", "clear", "copy"]
    ),
    dict: frozenset(["get", "items", "keys", "values", "pop", "setdefault", "update", "copy", "clear"]),
    set: frozenset(["add", "remove", "discard", "union"]),
    tuple: frozenset(("index", "count")),
}


class Unsupported(Exception):
    """The program asks for something that podlab's small Python has not."""


class Return(Exception):
    """A function gives back its value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Timed:
    """A function that takes time: a generator function, called with the program's arguments."""

    def __init__(self, run: Callable[..., Steps]) -> None:
        self.run = run


class Thing:
    """An object of podlab's or of the program's: attributes by name. `kind` is what its class is called."""

    def __init__(self, kind: str = "object", **attributes: Any) -> None:
        self.kind = kind
        self.attributes: Scope = attributes


class Kind(Thing):
    """A class that the program defines."""


_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def binary(kind: type, left: Any, right: Any) -> Any:
    """`left OP right`; what would take too much room is refused as Python would run out of memory."""
    if _too_much(kind, left, right):
        raise MemoryError
    return _BINARY[kind](left, right)


def _too_much(kind: type, left: Any, right: Any) -> bool:
    if kind is ast.Mult and isinstance(left, int) and isinstance(right, str | list | bytes | tuple):
        left, right = right, left
    if isinstance(left, str | list | bytes | tuple):
        if kind is ast.Mult and isinstance(right, int):
            return len(left) * right > MOST
        if kind is ast.Mod and isinstance(left, str):
            return re.search(r"\d{7}|\*", left) is not None
        return kind is ast.Add and isinstance(right, str | list | bytes | tuple) and len(left) + len(right) > MOST
    if not (isinstance(left, int) and isinstance(right, int)):
        return False
    if kind is ast.Pow:
        return left.bit_length() * max(right, 0) > MOST
    return (kind is ast.LShift and right > MOST) or (kind is ast.Mult and left.bit_length() + right.bit_length() > MOST)


def guarded(owner: Any, name: str) -> Any:
    """A method of a text or a list, which may not make more than there is room for."""
    method = getattr(owner, name)
    if not isinstance(owner, str) or name not in ("replace", "join", "ljust", "rjust", "center", "zfill"):
        return method

    def call(*given: Any) -> Any:
        sizes = [
            one if isinstance(one, int) else len(one) for one in given if isinstance(one, int | str | list | tuple)
        ]
        if any(size > MOST for size in sizes) or (sizes and len(owner) * max(sizes) > MOST * 16):
            raise MemoryError
        return method(*given)

    return call


class Values:
    """Evaluates expressions. `step` is what a loop yields, so that it cannot hang; `modules` are podlab's by name."""

    def __init__(self, builtins: Scope, modules: Scope, step: Callable[[], Any]) -> None:
        self.builtins, self.modules, self.step = builtins, modules, step
        self.line = 1

    def function(self, arguments: ast.arguments, body: list[ast.stmt], scope: Scope) -> Timed:
        """A function of the program."""
        raise NotImplementedError

    def store(self, target: ast.expr, value: Any, scope: Scope) -> Steps:
        """Give a value to a target."""
        raise NotImplementedError

    def value(self, node: ast.expr, scope: Scope) -> Steps:
        """What an expression gives."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._name(node.id, scope)
            case ast.Attribute():
                return self.attribute((yield from self.value(node.value, scope)), node.attr)
            case ast.Call():
                return (yield from self._called(node, scope))
            case ast.BinOp():
                left = yield from self.value(node.left, scope)
                return binary(type(node.op), left, (yield from self.value(node.right, scope)))
            case ast.UnaryOp():
                return _UNARY[type(node.op)]((yield from self.value(node.operand, scope)))
            case ast.BoolOp():
                result: Any = None
                for one in node.values:
                    result = yield from self.value(one, scope)
                    if bool(result) is isinstance(node.op, ast.Or):
                        break
                return result
            case ast.Compare():
                return (yield from self._compared(node, scope))
            case ast.IfExp():
                return (
                    yield from self.value(
                        node.body if (yield from self.value(node.test, scope)) else node.orelse, scope
                    )
                )
            case ast.JoinedStr():
                parts = []
                for one in node.values:
                    parts.append(str((yield from self.value(one, scope))))
                return "".join(parts)
            case ast.FormattedValue():
                return (yield from self._formatted(node, scope))
            case ast.Lambda():
                return self.function(node.args, [ast.copy_location(ast.Return(node.body), node.body)], scope)
        return (yield from self._collected(node, scope))

    def _collected(self, node: ast.expr, scope: Scope) -> Steps:
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                items = []
                for one in node.elts:
                    items.append((yield from self.value(one, scope)))
                return (
                    items if isinstance(node, ast.List) else tuple(items) if isinstance(node, ast.Tuple) else set(items)
                )
            case ast.Dict():
                made = {}
                for key, one in zip(node.keys, node.values, strict=True):
                    if key is None:
                        raise Unsupported("** in a dictionary")
                    made[(yield from self.value(key, scope))] = yield from self.value(one, scope)
                return made
            case ast.Subscript():
                owner = yield from self.value(node.value, scope)
                return owner[(yield from self.value(node.slice, scope))]
            case ast.Slice():
                bounds = []
                for part in (node.lower, node.upper, node.step):
                    bounds.append((yield from self.value(part, scope)) if part else None)
                return slice(*bounds)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                found: list[Any] = []
                yield from self._comprehended(node.elt, node.generators, Names(scope, frozenset()), found)
                return set(found) if isinstance(node, ast.SetComp) else found
            case ast.NamedExpr():
                value = yield from self.value(node.value, scope)
                scope[node.target.id] = value
                return value
        raise Unsupported(f"{type(node).__name__.lower()} in line {self.line}")

    def _comprehended(self, element: ast.expr, loops: list[ast.comprehension], scope: Scope, found: list[Any]) -> Steps:
        if not loops:
            found.append((yield from self.value(element, scope)))
            return
        for item in (yield from self.value(loops[0].iter, scope)):
            yield self.step()
            yield from self.store(loops[0].target, item, scope)
            wanted = True
            for test in loops[0].ifs:
                wanted = wanted and (yield from self.value(test, scope))
            if wanted:
                yield from self._comprehended(element, loops[1:], scope, found)

    def _name(self, name: str, scope: Scope) -> Any:
        if name in scope:
            return scope[name]
        if name in self.builtins:
            return self.builtins[name]
        raise NameError(f"name '{name}' is not defined")

    def attribute(self, owner: Any, name: str) -> Any:
        """`owner.name`, as far as a program may reach."""
        if isinstance(owner, Thing):
            if name in owner.attributes:
                return owner.attributes[name]
            raise AttributeError(f"'{owner.kind}' object has no attribute '{name}'")
        allowed = next((names for kind, names in SAFE.items() if isinstance(owner, kind)), frozenset())
        if name not in allowed or (name == "format" and any(mark in owner for mark in "[.!")):
            if name.startswith("_") or allowed:
                raise Unsupported(f".{name} of a {type(owner).__name__}")
            raise AttributeError(f"'{type(owner).__name__}' object has no attribute '{name}'")
        return guarded(owner, name)

    def _called(self, node: ast.Call, scope: Scope) -> Steps:
        function = yield from self.value(node.func, scope)
        given: list[Any] = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                given.extend((yield from self.value(one.value, scope)))
            else:
                given.append((yield from self.value(one, scope)))
        named = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise Unsupported("** in a call")
            named[keyword.arg] = yield from self.value(keyword.value, scope)
        return (yield from self.call(function, given, named))

    def call(self, function: Any, given: list[Any], named: Scope) -> Steps:
        """Call something: a function that takes time, a class of the program's, or a plain function of podlab's."""
        if isinstance(function, Timed):
            return (yield from function.run(*given, **named))
        if isinstance(function, Kind):
            made = Thing(function.kind)
            for name, value in function.attributes.items():
                made.attributes[name] = _bound(value, made) if isinstance(value, Timed) else value
            if "__init__" in made.attributes:
                yield from self.call(made.attributes["__init__"], given, named)
            return made
        if not callable(function):
            raise TypeError(f"'{type(function).__name__}' object is not callable")
        return function(*given, **named)

    def _compared(self, node: ast.Compare, scope: Scope) -> Steps:
        left = yield from self.value(node.left, scope)
        for op, one in zip(node.ops, node.comparators, strict=True):
            right = yield from self.value(one, scope)
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> Steps:
        value = yield from self.value(node.value, scope)
        spec = (yield from self.value(node.format_spec, scope)) if node.format_spec else ""
        if any(int(number) > MOST for number in "".join(c if c.isdigit() else " " for c in spec).split()):
            raise MemoryError
        if node.conversion == ord("r"):
            value = repr(value)
        return format(value, spec)


def _bound(method: Timed, owner: Thing) -> Timed:
    return Timed(lambda *given, **named: method.run(owner, *given, **named))


class Names(dict[str, Any]):
    """A function's names over those around it; `outer` names are written there."""

    def __init__(self, around: Scope, outer: frozenset[str]) -> None:
        super().__init__()
        self._around, self._outer = around, outer

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._around

    def __missing__(self, name: str) -> Any:
        return self._around[name]

    def assign(self, name: str, value: Any) -> None:
        """Give a value to a name where it was made: here, or around."""
        if super().__contains__(name) or name not in self._around:
            super().__setitem__(name, value)
        elif isinstance(self._around, Names):
            self._around.assign(name, value)
        else:
            self._around[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._outer:
            self._around[name] = value
        else:
            super().__setitem__(name, value)

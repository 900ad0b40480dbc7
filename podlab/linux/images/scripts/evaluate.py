"""A small Python: its own syntax tree, walked step by step in virtual time. Here are its statements.

What a lesson's program needs is here: names, numbers, texts, lists, dictionaries, functions, classes, loops, `if`,
`try`, `with`. All else raises `Unsupported`, which is told to the learner. Values are Python's own, but a program
reaches only what `values.SAFE` lists of them and what podlab's modules offer, so that a manifest can do no harm.
"""

from __future__ import annotations

import ast
from typing import Any

from podlab.linux.images.scripts.values import (
    Kind,
    Names,
    Return,
    Scope,
    Steps,
    Thing,
    Timed,
    Unsupported,
    Values,
    binary,
)


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Evaluator(Values):
    """Runs statements."""

    def body(self, statements: list[ast.stmt], scope: Scope) -> Steps:
        """Run statements one after another."""
        for statement in statements:
            self.line = statement.lineno
            yield from getattr(self, f"_{type(statement).__name__.lower()}", self._other)(statement, scope)

    def _other(self, node: ast.AST, scope: Scope) -> Steps:
        raise Unsupported(f"{type(node).__name__.lower()} in line {self.line}")
        yield

    def _expr(self, node: ast.Expr, scope: Scope) -> Steps:
        yield from self.value(node.value, scope)

    def _pass(self, node: ast.Pass, scope: Scope) -> Steps:
        return
        yield

    _global = _nonlocal = _pass

    def _import(self, node: ast.Import, scope: Scope) -> Steps:
        for name in node.names:
            first = name.name.partition(".")[0]
            scope[name.asname or first] = self._module(name.name if name.asname else first, name.name)
        return
        yield

    def _importfrom(self, node: ast.ImportFrom, scope: Scope) -> Steps:
        module = self._module(node.module or "", node.module or "")
        for name in node.names:
            if name.name not in module.attributes:
                raise Unsupported(f"{node.module}.{name.name}")
            scope[name.asname or name.name] = module.attributes[name.name]
        return
        yield

    def _module(self, name: str, asked: str) -> Thing:
        if asked not in self.modules:
            if asked.partition(".")[0] in self.modules["sys"].attributes["stdlib_module_names"]:
                raise Unsupported(f"the module {asked}")
            raise ModuleNotFoundError(f"No module named '{asked}'")
        found: Thing = self.modules[name]
        return found

    def _assign(self, node: ast.Assign, scope: Scope) -> Steps:
        value = yield from self.value(node.value, scope)
        for target in node.targets:
            yield from self.store(target, value, scope)

    def _annassign(self, node: ast.AnnAssign, scope: Scope) -> Steps:
        if node.value is not None:
            yield from self.store(node.target, (yield from self.value(node.value, scope)), scope)

    def _augassign(self, node: ast.AugAssign, scope: Scope) -> Steps:
        load = ast.copy_location(ast.parse(ast.unparse(node.target), mode="eval").body, node.target)
        old = yield from self.value(load, scope)
        new = yield from self.value(node.value, scope)
        yield from self.store(node.target, binary(type(node.op), old, new), scope)

    def store(self, target: ast.expr, value: Any, scope: Scope) -> Steps:
        """Give a value to a name, an item, an attribute, or several of them."""
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for one, part in zip(target.elts, list(value), strict=True):
                yield from self.store(one, part, scope)
        elif isinstance(target, ast.Subscript):
            (yield from self.value(target.value, scope))[(yield from self.value(target.slice, scope))] = value
        elif isinstance(target, ast.Attribute):
            owner = yield from self.value(target.value, scope)
            if not isinstance(owner, Thing):
                raise AttributeError(f"'{type(owner).__name__}' object has no attribute '{target.attr}'")
            owner.attributes[target.attr] = value
        else:
            raise Unsupported(f"an assignment in line {self.line}")

    def _delete(self, node: ast.Delete, scope: Scope) -> Steps:
        for target in node.targets:
            if isinstance(target, ast.Name):
                del scope[target.id]
            elif isinstance(target, ast.Subscript):
                del (yield from self.value(target.value, scope))[(yield from self.value(target.slice, scope))]

    def _if(self, node: ast.If, scope: Scope) -> Steps:
        yield from self.body(node.body if (yield from self.value(node.test, scope)) else node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> Steps:
        while (yield from self.value(node.test, scope)):
            yield self.step()
            if (yield from self._once(node.body, scope)):
                return
        yield from self.body(node.orelse, scope)

    def _for(self, node: ast.For, scope: Scope) -> Steps:
        for item in (yield from self.value(node.iter, scope)):
            yield self.step()
            yield from self.store(node.target, item, scope)
            if (yield from self._once(node.body, scope)):
                return
        yield from self.body(node.orelse, scope)

    def _once(self, body: list[ast.stmt], scope: Scope) -> Steps:
        """The body of a loop; true when it breaks."""
        try:
            yield from self.body(body, scope)
        except _Break:
            return True
        except _Continue:
            pass
        return False

    def _break(self, node: ast.Break, scope: Scope) -> Steps:
        raise _Break
        yield

    def _continue(self, node: ast.Continue, scope: Scope) -> Steps:
        raise _Continue
        yield

    def _return(self, node: ast.Return, scope: Scope) -> Steps:
        raise Return((yield from self.value(node.value, scope)) if node.value else None)

    def _raise(self, node: ast.Raise, scope: Scope) -> Steps:
        if node.exc is None:
            raise Unsupported("raise without an exception")
        problem = yield from self.value(node.exc, scope)
        raise problem if isinstance(problem, BaseException) else problem()

    def _try(self, node: ast.Try, scope: Scope) -> Steps:
        try:
            yield from self.body(node.body, scope)
            yield from self.body(node.orelse, scope)
        except (Unsupported, Return, _Break, _Continue):
            raise
        except Exception as problem:
            for handler in node.handlers:
                kinds = (yield from self.value(handler.type, scope)) if handler.type else Exception
                if isinstance(problem, kinds):
                    if handler.name:
                        scope[handler.name] = problem
                    yield from self.body(handler.body, scope)
                    break
            else:
                raise
        finally:
            yield from self.body(node.finalbody, scope)

    def _with(self, node: ast.With, scope: Scope) -> Steps:
        opened = []
        for item in node.items:
            thing = yield from self.value(item.context_expr, scope)
            opened.append(thing)
            if item.optional_vars is not None:
                yield from self.store(item.optional_vars, thing, scope)
        yield from self.body(node.body, scope)
        for thing in opened:
            if isinstance(thing, Thing) and "close" in thing.attributes:
                yield from self.call(thing.attributes["close"], [], {})

    def _assert(self, node: ast.Assert, scope: Scope) -> Steps:
        if not (yield from self.value(node.test, scope)):
            raise AssertionError((yield from self.value(node.msg, scope)) if node.msg else "")

    def _functiondef(self, node: ast.FunctionDef, scope: Scope) -> Steps:
        scope[node.name] = self.function(node.args, node.body, scope)
        return
        yield

    def function(self, arguments: ast.arguments, body: list[ast.stmt], scope: Scope) -> Timed:
        """A function; one that gives its names a new scope over that in which it was made."""
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
            raise Unsupported(f"a function with *, in line {self.line}")
        names = [one.arg for one in arguments.args]

        def run(*given: Any, **named: Any) -> Steps:
            own = Names(scope, _globals_in(body))
            first = len(names) - len(arguments.defaults)
            for at, name in enumerate(names):
                if at < len(given):
                    own[name] = given[at]
                elif name in named:
                    own[name] = named[name]
                elif at >= first:
                    own[name] = yield from self.value(arguments.defaults[at - first], scope)
                else:
                    raise TypeError(f"missing 1 required positional argument: '{name}'")
            yield self.step()
            try:
                yield from self.body(body, own)
            except Return as result:
                return result.value

        return Timed(run)

    def _classdef(self, node: ast.ClassDef, scope: Scope) -> Steps:
        kind = Kind(node.name)
        for base in node.bases:
            parent = yield from self.value(base, scope)
            if not isinstance(parent, Thing):
                raise Unsupported(f"a class of {ast.unparse(base)}")
            kind.attributes.update(parent.attributes)
        own: Scope = Names(scope, frozenset())
        yield from self.body(node.body, own)
        kind.attributes.update(own)
        scope[node.name] = kind


def _globals_in(body: list[ast.stmt]) -> frozenset[str]:
    return frozenset(
        name
        for node in body
        for one in ast.walk(node)
        if isinstance(one, ast.Global | ast.Nonlocal)
        for name in one.names
    )

"""JavaScript as far as one-liners go, read into Python's syntax tree, which `evaluate` runs.

A recursive descent with precedence climbing; what is not understood raises `Unsupported`.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from podlab.linux.images.scripts.values import Unsupported

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/|(?P<number>\d+\.?\d*(?:e\d+)?)|(?P<name>[A-Za-z_$][\w$]*)|(?P<template>`(?:[^`\\]|\\.)*`)
    |(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<sign>=>|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\+\+|--|\+=|-=|\*=|\*\*|\.\.\.|[-+*/%<>=!?:;,.(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_LEVELS: list[dict[str, Any]] = [
    {"||": ast.Or, "??": ast.Or},
    {"&&": ast.And},
    {"===": ast.Eq, "!==": ast.NotEq, "==": ast.Eq, "!=": ast.NotEq},
    {"<": ast.Lt, ">": ast.Gt, "<=": ast.LtE, ">=": ast.GtE},
    {"+": ast.Add, "-": ast.Sub},
    {"*": ast.Mult, "/": ast.Div, "%": ast.Mod},
    {"**": ast.Pow},
]
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


class Function(ast.expr):
    """A function as a value: names and statements."""

    _fields = ("names", "body")

    def __init__(self, names: list[str], body: list[ast.stmt]) -> None:
        super().__init__()
        self.names, self.body = names, body


def parse(text: str) -> list[ast.stmt]:
    """The statements of a program. Errors: `Unsupported`."""
    return _Parser(text).program()


def unescaped(text: str) -> str:
    """A text between quotes."""
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise Unsupported(f"{text[at : at + 10]!r} in JavaScript")
            at = match.end()
            if match.lastgroup:
                self.tokens.append((match.lastgroup, match[0]))
        self.tokens.append(("end", ""))
        self.at = 0

    # ---- tokens

    @property
    def now(self) -> str:
        """The next token's text."""
        return self.tokens[self.at][1]

    def take(self) -> str:
        """The next token, which is then used up."""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def have(self, word: str) -> bool:
        """Whether the next token is this one; it is used up when it is."""
        found = self.now == word and self.tokens[self.at][0] in ("sign", "name")
        self.at += found
        return found

    def need(self, word: str) -> None:
        """Use up this token. Errors: `Unsupported`."""
        if not self.have(word):
            raise Unsupported(f"{self.now or 'the end'!r} where {word!r} is expected, in JavaScript")

    # ---- statements

    def program(self) -> list[ast.stmt]:
        """All statements."""
        found: list[ast.stmt] = []
        while self.tokens[self.at][0] != "end":
            found += self.statement()
        return found

    def block(self) -> list[ast.stmt]:
        """A block, or one statement."""
        if not self.have("{"):
            return self.statement()
        found: list[ast.stmt] = []
        while not self.have("}"):
            found += self.statement()
        return found

    def statement(self) -> list[ast.stmt]:
        """One statement, as one or more of Python's."""
        word = self.now
        if self.have(";"):
            return []
        if word == "{":
            return self.block()
        reader = getattr(self, f"_{word}", None) if self.tokens[self.at][0] == "name" else None
        if reader is not None:
            self.at += 1
            return self._ended(reader())
        return self._ended([ast.Expr(self.expression())])

    def _ended(self, made: list[ast.stmt]) -> list[ast.stmt]:
        self.have(";")
        return [ast.fix_missing_locations(ast.copy_location(one, ast.Pass(lineno=1, col_offset=0))) for one in made]

    def _const(self) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        while True:
            target = self._target()
            value = self.expression() if self.have("=") else ast.Constant(None)
            made.append(ast.Assign([target], value))
            if not self.have(","):
                return made

    _let = _var = _const

    def _target(self) -> ast.expr:
        if self.now not in ("[", "{"):
            return ast.Name(self.take(), ast.Store())
        raise Unsupported("taking an object apart, in JavaScript")

    def _async(self) -> list[ast.stmt]:
        self.need("function")
        return self._function()

    def _function(self) -> list[ast.stmt]:
        name = self.take()
        return [ast.Assign([ast.Name(name, ast.Store())], self._function_rest())]

    def _function_rest(self) -> ast.expr:
        self.need("(")
        names = []
        while not self.have(")"):
            names.append(self.take())
            self.have(",")
        return Function(names, self.block())

    def _if(self) -> list[ast.stmt]:
        self.need("(")
        test = self.expression()
        self.need(")")
        body = self.block()
        return [ast.If(test, body, self.block() if self.have("else") else [])]

    def _while(self) -> list[ast.stmt]:
        self.need("(")
        test = self.expression()
        self.need(")")
        return [ast.While(test, self.block(), [])]

    def _for(self) -> list[ast.stmt]:
        self.need("(")
        for word in ("const", "let", "var"):
            if self.now == word and self.tokens[self.at + 2][1] == "of":
                self.at += 1
                target = self._target()
                self.need("of")
                items = self.expression()
                self.need(")")
                return [ast.For(target, items, self.block(), [])]
        first = [] if self.have(";") else self.statement()
        test = ast.Constant(True) if self.now == ";" else self.expression()
        self.need(";")
        update: list[ast.stmt] = [] if self.now == ")" else [ast.Expr(self.expression())]
        self.need(")")
        body = self.block() or [ast.Pass()]
        return [*first, ast.While(test, [ast.Try(body, [], [], update)] if update else body, [])]

    def _return(self) -> list[ast.stmt]:
        return [ast.Return(None if self.now in (";", "}", "") else self.expression())]

    def _throw(self) -> list[ast.stmt]:
        return [ast.Raise(self.expression(), None)]

    def _break(self) -> list[ast.stmt]:
        return [ast.Break()]

    def _continue(self) -> list[ast.stmt]:
        return [ast.Continue()]

    def _try(self) -> list[ast.stmt]:
        body, handlers = self.block(), []
        if self.have("catch"):
            name = None
            if self.have("("):
                name = self.take()
                self.need(")")
            handlers = [ast.ExceptHandler(None, name, self.block() or [ast.Pass()])]
        return [ast.Try(body, handlers, [], self.block() if self.have("finally") else [])]

    # ---- expressions

    def expression(self) -> ast.expr:
        """An expression: an assignment, a choice, or operators."""
        left = self._operators(0)
        if self.have("?"):
            chosen = self.expression()
            self.need(":")
            return ast.IfExp(left, chosen, self.expression())
        for sign, kind in (("=", None), ("+=", ast.Add), ("-=", ast.Sub), ("*=", ast.Mult)):
            if self.have(sign):
                value = self.expression()
                return self._assigned(left, value if kind is None else ast.BinOp(left, kind(), value))
        return left

    def _assigned(self, target: ast.expr, value: ast.expr) -> ast.expr:
        if isinstance(target, ast.Name):
            return ast.NamedExpr(ast.Name(target.id, ast.Store()), value)
        if isinstance(target, ast.Attribute | ast.Subscript):
            key = ast.Constant(target.attr) if isinstance(target, ast.Attribute) else target.slice
            return ast.Call(ast.Name("(set)", ast.Load()), [target.value, key, value], [])
        raise Unsupported("an assignment to that, in JavaScript")

    def _operators(self, level: int) -> ast.expr:
        if level == len(_LEVELS):
            return self._unary()
        left = self._operators(level + 1)
        while self.tokens[self.at][0] == "sign" and self.now in _LEVELS[level]:
            kind = _LEVELS[level][self.take()]
            right = self._operators(level + 1)
            if issubclass(kind, ast.boolop):
                left = ast.BoolOp(kind(), [left, right])
            elif issubclass(kind, ast.cmpop):
                left = ast.Compare(left, [kind()], [right])
            else:
                left = ast.BinOp(left, kind(), right)
        return left

    def _unary(self) -> ast.expr:
        for sign, kind in (("!", ast.Not), ("-", ast.USub), ("+", ast.UAdd)):
            if self.have(sign):
                return ast.UnaryOp(kind(), self._unary())
        if self.have("await"):
            return ast.Call(ast.Name("(await)", ast.Load()), [self._unary()], [])
        if self.have("new"):
            return self._unary()
        for sign, kind_ in (("++", ast.Add), ("--", ast.Sub)):
            if self.have(sign):
                target = self._unary()
                return self._assigned(target, ast.BinOp(target, kind_(), ast.Constant(1)))
        return self._behind(self._primary())

    def _behind(self, owner: ast.expr) -> ast.expr:
        while True:
            if self.have("."):
                owner = ast.Attribute(owner, self.take(), ast.Load())
            elif self.have("["):
                owner = ast.Subscript(owner, self.expression(), ast.Load())
                self.need("]")
            elif self.have("("):
                owner = ast.Call(owner, self._list(")"), [])
            elif self.now in ("++", "--"):
                kind, back = (ast.Add(), ast.Sub()) if self.take() == "++" else (ast.Sub(), ast.Add())
                new = self._assigned(owner, ast.BinOp(owner, kind, ast.Constant(1)))
                owner = ast.BinOp(new, back, ast.Constant(1))
            else:
                return owner

    def _list(self, end: str) -> list[ast.expr]:
        found = []
        while not self.have(end):
            if self.have("..."):
                raise Unsupported("... in JavaScript")
            found.append(self.expression())
            self.have(",")
        return found

    def _primary(self) -> ast.expr:
        kind, text = self.tokens[self.at]
        if self._is_arrow():
            return self._arrow()
        self.at += 1
        if kind == "number":
            return ast.Constant(int(text) if text.isdecimal() else float(text))
        if kind == "text":
            return ast.Constant(unescaped(text[1:-1]))
        if kind == "template":
            return self._template(text[1:-1])
        if text == "(":
            inner = self.expression()
            self.need(")")
            return inner
        if text == "[":
            return ast.List(self._list("]"), ast.Load())
        if text == "{":
            return self._object()
        if text == "function":
            if self.tokens[self.at][0] == "name":
                self.at += 1
            return self._function_rest()
        if kind != "name":
            raise Unsupported(f"{text or 'the end'!r} in JavaScript")
        return ast.Constant(_WORDS[text]) if text in _WORDS else ast.Name(text, ast.Load())

    def _template(self, text: str) -> ast.expr:
        parts: list[ast.expr] = []
        for at, part in enumerate(re.split(r"\$\{([^}]*)\}", text)):
            parts.append(_Parser(part).expression() if at % 2 else ast.Constant(unescaped(part)))
        return ast.Call(ast.Name("(text)", ast.Load()), parts, [])

    def _object(self) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        while not self.have("}"):
            kind, word = self.tokens[self.at]
            self.at += 1
            name = unescaped(word[1:-1]) if kind == "text" else word
            keys.append(ast.Constant(name))
            values.append(self.expression() if self.have(":") else ast.Name(name, ast.Load()))
            self.have(",")
        return ast.Dict(keys, values)

    def _is_arrow(self) -> bool:
        """Whether `x => …`, `(a, b) => …` or `async …` begins here."""
        at = self.at + (self.now == "async")
        if self.tokens[at][0] == "name":
            return self.tokens[at + 1][1] == "=>"
        if self.tokens[at][1] != "(":
            return False
        while self.tokens[at][1] not in (")", ""):
            at += 1
            if self.tokens[at][0] != "name" and self.tokens[at][1] not in (",", ")"):
                return False
        return self.tokens[min(at + 1, len(self.tokens) - 1)][1] == "=>"

    def _arrow(self) -> ast.expr:
        self.have("async")
        names = []
        if self.have("("):
            while not self.have(")"):
                names.append(self.take())
                self.have(",")
        else:
            names.append(self.take())
        self.need("=>")
        if self.now == "{":
            return Function(names, self.block())
        return Function(names, self._ended([ast.Return(self.expression())]))

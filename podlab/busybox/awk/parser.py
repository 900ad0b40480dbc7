"""Reads an awk program: rules, functions and statements, a recursive descent."""

from __future__ import annotations

from podlab.busybox.awk.expressions import Expressions
from podlab.busybox.awk.lexer import AwkSyntaxError, Lexer
from podlab.busybox.awk.tree import (
    Block,
    Delete,
    Evaluate,
    Expression,
    ForIn,
    Function,
    Group,
    If,
    Jump,
    Loop,
    Member,
    Name,
    Print,
    Program,
    Rule,
    Statement,
)

_ENDS = frozenset([";", "\n", "}", ""])


def parse(source: str, name: str = "cmd. line") -> Program:
    """The program. Errors: `AwkSyntaxError`."""
    parser = _Parser(Lexer(source, name))
    try:
        return parser.program()
    except RecursionError:
        raise AwkSyntaxError(f"{name}:1: Too deeply nested") from None


class _Parser(Expressions):
    """Reads statements."""

    # ---- the program

    def program(self) -> Program:
        """Rules and functions up to the end."""
        while self._token.kind != "end":
            if self._take("\n", ";"):
                continue
            self._rule()
        for name in self.called:
            if name not in self.program_read.functions:
                raise AwkSyntaxError(f"{self.lexer.name}:1: Call to undefined function")
        return self.program_read

    def _rule(self) -> None:
        program = self.program_read
        if self._take("BEGIN"):
            program.begin.append(self._block())
        elif self._take("END"):
            program.end.append(self._block())
        elif self._take("function"):
            self._function()
        elif self._is("{"):
            program.rules.append(Rule(None, None, self._block()))
        else:
            first = self._expression()
            last = None
            if self._take(","):
                self._newlines()
                last = self._expression()
            program.rules.append(Rule(first, last, self._block() if self._is("{") else None))

    def _function(self) -> None:
        if self._token.kind not in ("name", "call"):
            raise self._unexpected()
        name = self._next().text
        self._want("(")
        params: list[str] = []
        while not self._take(")"):
            if self._token.kind != "name":
                raise self._unexpected()
            params.append(self._next().text)
            self._take(",")
            self._newlines()
        self._newlines()
        self.program_read.functions[name] = Function(params, self._block())

    def _block(self) -> Block:
        self._want("{")
        body: list[Statement] = []
        while True:
            while self._take("\n", ";"):
                pass
            if self._take("}"):
                return Block(body)
            body.append(self._statement())

    # ---- statements

    def _body(self) -> Statement:
        """What a condition or a loop governs."""
        self._newlines()
        if self._take(";"):
            return Block([])
        return self._statement()

    def _loop_body(self) -> Statement:
        self.loops += 1
        body = self._body()
        self.loops -= 1
        return body

    def _statement(self) -> Statement:
        line = self._token.line
        statement = self._governing()
        statement.line = line
        return statement

    def _governing(self) -> Statement:
        if self._is("{"):
            return self._block()
        if self._take("if"):
            return self._if()
        if self._take("while"):
            return Loop(self._condition(), self._loop_body())
        if self._take("do"):
            body = self._loop_body()
            while self._take("\n", ";"):
                pass
            self._want("while")
            loop = Loop(self._condition(), body, first=True)
            self._end()
            return loop
        if self._take("for"):
            return self._for()
        statement = self._simple()
        self._end()
        return statement

    def _end(self) -> None:
        if not self._take(";", "\n") and not self._is("}", ""):
            raise self._unexpected()

    def _condition(self) -> Expression:
        self._want("(")
        condition = self._inside()
        self._want(")")
        return condition

    def _if(self) -> Statement:
        condition = self._condition()
        yes = self._body()
        while self._is("\n", ";") and self._else_follows():
            self._next()
        if not self._take("else"):
            return If(condition, yes, None)
        return If(condition, yes, self._body())

    def _else_follows(self) -> bool:
        """Whether only newlines and semicolons stand before an `else`."""
        saved, token = self.lexer.state(), self._token
        while self._is("\n", ";"):
            self._next()
        found = self._is("else")
        self.lexer.restore(saved)
        self._token = token
        return found

    def _for(self) -> Statement:
        self._want("(")
        begin: Statement | None = None
        if not self._is(";"):
            begin = self._simple()
            if isinstance(begin, Evaluate) and isinstance(begin.value, Member) and self._take(")"):
                member = begin.value
                if len(member.subscripts) != 1 or not isinstance(member.subscripts[0], Name):
                    raise self._unexpected()
                return ForIn(member.subscripts[0].name, member.array, self._loop_body())
        self._want(";")
        self._newlines()
        condition = None if self._is(";") else self._inside()
        self._want(";")
        self._newlines()
        step = None if self._is(")") else self._simple()
        self._want(")")
        return Loop(condition, self._loop_body(), begin, step)

    def _simple(self) -> Statement:
        for word in ("next", "nextfile", "break", "continue"):
            if self._is(word):
                line = self._next().line
                if word in ("break", "continue") and not self.loops:
                    raise AwkSyntaxError(f"{self.lexer.name}:{line}: '{word}' not in a loop")
                return Jump(word)
        for word in ("exit", "return"):
            if self._take(word):
                return Jump(word, None if self._is(*_ENDS) else self._expression())
        if self._take("delete"):
            return self._delete()
        if self._is("print", "printf"):
            return self._print(self._next().text == "printf")
        return Evaluate(self._expression())

    def _delete(self) -> Delete:
        if self._token.kind != "name":
            raise self._unexpected()
        name = self._next().text
        if not self._take("["):
            return Delete(name, None)
        subscripts = self._list("]")
        return Delete(name, subscripts)

    def _print(self, formatted: bool) -> Print:
        args: list[Expression] = []
        if not self._is(*_ENDS, ">", ">>", "|"):
            self._no_greater += 1
            args.append(self._expression())
            while self._take(","):
                self._newlines()
                args.append(self._expression())
            self._no_greater -= 1
        if len(args) == 1 and isinstance(args[0], Group):
            args = args[0].values
        how, target = "", None
        if self._is(">", ">>", "|"):
            how = self._next().text
            target = self._expression()
        return Print(formatted, args, how, target)

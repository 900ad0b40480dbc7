"""Reads an awk program: a recursive descent, one method for each level of precedence."""

from __future__ import annotations

from podlab.busybox.awk.lexer import AwkSyntaxError, Lexer, Token
from podlab.busybox.awk.tree import (
    Assign,
    Binary,
    Block,
    Call,
    Choose,
    Delete,
    Evaluate,
    Expression,
    Field,
    ForIn,
    Function,
    GetLine,
    Group,
    If,
    Increase,
    Item,
    Jump,
    Loop,
    Member,
    Name,
    Number,
    Print,
    Program,
    Regex,
    Rule,
    Statement,
    Target,
    Text,
    Unary,
)

BUILTIN = frozenset(
    [
        *("length", "substr", "index", "split", "sub", "gsub", "gensub", "match", "sprintf", "sin", "cos", "atan2"),
        *("exp", "log", "sqrt", "int", "rand", "srand", "tolower", "toupper", "system", "close", "fflush", "systime"),
        *("strftime", "mktime", "and", "or", "xor", "lshift", "rshift", "compl"),
    ]
)
_ASSIGNMENTS = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="])
_COMPARISONS = frozenset(["<", "<=", "==", "!=", ">", ">="])
_ENDS = frozenset([";", "\n", "}", ""])
MAX_DEPTH = 200


def parse(source: str, name: str = "cmd. line") -> Program:
    """The program. Errors: `AwkSyntaxError`."""
    parser = _Parser(Lexer(source, name))
    try:
        return parser.program()
    except RecursionError:
        raise AwkSyntaxError(f"{name}:1: Too deeply nested") from None


class _Parser:
    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._token: Token = lexer.next()
        self._no_greater = 0
        self._program = Program()
        self._called: set[str] = set()

    # ---- tokens

    def _is(self, *texts: str) -> bool:
        return self._token.kind in ("mark", "keyword", "end") and self._token.text in texts

    def _next(self) -> Token:
        token = self._token
        self._token = self._lexer.next()
        return token

    def _take(self, *texts: str) -> bool:
        if self._is(*texts):
            self._next()
            return True
        return False

    def _want(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected()

    def _unexpected(self) -> AwkSyntaxError:
        return AwkSyntaxError(f"{self._lexer.name}:{self._token.line}: Unexpected token")

    def _newlines(self) -> None:
        while self._take("\n"):
            pass

    # ---- the program

    def program(self) -> Program:
        """Rules and functions up to the end."""
        while self._token.kind != "end":
            if self._take("\n", ";"):
                continue
            self._rule()
        for name in self._called:
            if name not in self._program.functions:
                raise AwkSyntaxError(f"{self._lexer.name}:1: Call to undefined function")
        return self._program

    def _rule(self) -> None:
        program = self._program
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
        self._program.functions[name] = Function(params, self._block())

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

    def _statement(self) -> Statement:
        if self._is("{"):
            return self._block()
        if self._take("if"):
            return self._if()
        if self._take("while"):
            return Loop(self._condition(), self._body())
        if self._take("do"):
            body = self._body()
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
        saved, token = self._lexer.state(), self._token
        while self._is("\n", ";"):
            self._next()
        found = self._is("else")
        self._lexer.restore(saved)
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
                return ForIn(member.subscripts[0].name, member.array, self._body())
        self._want(";")
        self._newlines()
        condition = None if self._is(";") else self._inside()
        self._want(";")
        self._newlines()
        step = None if self._is(")") else self._simple()
        self._want(")")
        return Loop(condition, self._body(), begin, step)

    def _simple(self) -> Statement:
        for word in ("next", "nextfile", "break", "continue"):
            if self._take(word):
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
        if formatted and not args:
            raise self._unexpected()
        return Print(formatted, args, how, target)

    # ---- expressions

    def _inside(self) -> Expression:
        """An expression inside parentheses or brackets, where `>` compares even behind `print`."""
        saved, self._no_greater = self._no_greater, 0
        value = self._expression()
        self._no_greater = saved
        return value

    def _list(self, closing: str) -> list[Expression]:
        values: list[Expression] = []
        self._newlines()
        while not self._take(closing):
            values.append(self._inside())
            self._newlines()
            if not self._is(closing):
                self._want(",")
                self._newlines()
        return values

    def _expression(self) -> Expression:
        left = self._choice()
        if self._token.kind == "mark" and self._token.text in _ASSIGNMENTS:
            if not isinstance(left, Name | Field | Item):
                raise self._unexpected()
            operator = self._next().text[:-1]
            self._newlines()
            return Assign(operator.replace("**", "^"), left, self._expression())
        return left

    def _choice(self) -> Expression:
        condition = self._either()
        if not self._take("?"):
            return condition
        self._newlines()
        yes = self._expression()
        self._newlines()
        self._want(":")
        self._newlines()
        return Choose(condition, yes, self._expression())

    def _either(self) -> Expression:
        left = self._both()
        while self._take("||"):
            self._newlines()
            left = Binary("||", left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._membership()
        while self._take("&&"):
            self._newlines()
            left = Binary("&&", left, self._membership())
        return left

    def _membership(self) -> Expression:
        left = self._matching()
        while self._is("in"):
            self._next()
            if self._token.kind != "name":
                raise self._unexpected()
            left = Member(left.values if isinstance(left, Group) else [left], self._next().text)
        return left

    def _matching(self) -> Expression:
        left = self._comparison()
        while self._is("~", "!~"):
            left = Binary(self._next().text, left, self._comparison())
        return left

    def _comparison(self) -> Expression:
        left = self._joined()
        while self._token.kind == "mark":
            text = self._token.text
            if text == "|":
                if not self._getline_follows():
                    return left
                self._next()
                self._next()
                left = GetLine("|", left, self._target())
            elif text in _COMPARISONS and not (text == ">" and self._no_greater):
                left = Binary(self._next().text, left, self._joined())
            else:
                return left
        return left

    def _getline_follows(self) -> bool:
        saved, token = self._lexer.state(), self._token
        self._next()
        found = self._is("getline")
        self._lexer.restore(saved)
        self._token = token
        return found

    def _joined(self) -> Expression:
        left = self._sum()
        while self._begins_value():
            left = Binary(" ", left, self._sum())
        return left

    def _begins_value(self) -> bool:
        token = self._token
        if token.kind in ("number", "text", "name", "call"):
            return True
        return token.kind == "mark" and token.text in ("$", "!", "(", "-", "+", "++", "--")

    def _sum(self) -> Expression:
        left = self._product()
        while self._is("+", "-"):
            left = Binary(self._next().text, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while self._is("*", "/", "%"):
            left = Binary(self._next().text, left, self._signed())
        return left

    def _signed(self) -> Expression:
        if self._is("!", "-", "+"):
            return Unary(self._next().text, self._signed())
        return self._power()

    def _power(self) -> Expression:
        base = self._increased()
        if self._take("^", "**"):
            return Binary("^", base, self._signed())
        return base

    def _increased(self) -> Expression:
        if self._is("++", "--"):
            by = 1 if self._next().text == "++" else -1
            target = self._primary()
            if not isinstance(target, Name | Field | Item):
                raise self._unexpected()
            return Increase(target, by, True)
        value = self._primary()
        if isinstance(value, Name | Field | Item) and self._is("++", "--"):
            return Increase(value, 1 if self._next().text == "++" else -1, False)
        return value

    def _primary(self) -> Expression:
        token = self._token
        if token.kind == "number":
            self._next()
            return Number(_literal(token.text))
        if token.kind == "text":
            self._next()
            return Text(token.text)
        if token.kind in ("name", "call"):
            return self._named()
        if self._is("/", "/="):
            source = self._lexer.regex(token.text)
            self._next()
            return Regex(source)
        if self._take("$"):
            if self._is("-", "+", "!"):
                return Field(Unary(self._next().text, self._increased()))
            return Field(self._increased() if self._is("++", "--") else self._primary())
        if self._take("("):
            return Group(self._list(")"))
        if self._take("getline"):
            return self._getline()
        raise self._unexpected()

    def _named(self) -> Expression:
        token = self._next()
        name = token.text
        if name in BUILTIN:
            if self._take("("):
                return Call(name, self._list(")"))
            if name == "length":
                return Call(name, [])
            raise self._unexpected()
        if token.kind == "call":
            self._next()
            self._called.add(name)
            return Call(name, self._list(")"))
        if self._take("["):
            return Item(name, self._list("]"))
        return Name(name)

    def _getline(self) -> Expression:
        target = self._target()
        if self._take("<"):
            return GetLine("<", self._primary(), target)
        return GetLine("", None, target)

    def _target(self) -> Target | None:
        if self._token.kind == "name" or self._is("$"):
            value = self._primary()
            if isinstance(value, Name | Field | Item):
                return value
        return None


def _literal(text: str) -> float:
    if text[:2].lower() == "0x":
        return float(int(text, 16))
    if len(text) > 1 and text[0] == "0" and text.isdigit() and set(text) <= set("01234567"):
        return float(int(text, 8))
    return float(text)

"""Reads the expressions of an awk program: one method for each level of precedence."""

from __future__ import annotations

from podlab.busybox.awk.lexer import AwkSyntaxError, Lexer, Token
from podlab.busybox.awk.tree import (
    Assign,
    Binary,
    Call,
    Choose,
    Expression,
    Field,
    GetLine,
    Group,
    Increase,
    Item,
    Member,
    Name,
    Number,
    Program,
    Regex,
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
_FEWEST = {"index": 2, "split": 2, "sub": 2, "gsub": 2, "gensub": 3, "match": 2, "substr": 2, "atan2": 2}
_FEWEST |= {"tolower": 1, "toupper": 1, "system": 1, "close": 1, "compl": 1}
_FEWEST |= {"and": 2, "or": 2, "xor": 2, "lshift": 2, "rshift": 2}
_ASSIGNMENTS = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="])
_COMPARISONS = frozenset(["<", "<=", "==", "!=", ">", ">="])
_ENDS = frozenset([";", "\n", "}", ""])
MAX_DEPTH = 200


class Expressions:
    """Reads expressions; keeps the tokens and what was read of the program."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self._token: Token = lexer.next()
        self._no_greater = self.loops = 0
        self.program_read = Program()
        self.called: set[str] = set()

    # ---- tokens

    def _is(self, *texts: str) -> bool:
        return self._token.kind in ("mark", "keyword", "end") and self._token.text in texts

    def _next(self) -> Token:
        token = self._token
        self._token = self.lexer.next()
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
        return AwkSyntaxError(f"{self.lexer.name}:{self._token.line}: Unexpected token")

    def _newlines(self) -> None:
        while self._take("\n"):
            pass

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
        saved, token = self.lexer.state(), self._token
        self._next()
        found = self._is("getline")
        self.lexer.restore(saved)
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
            source = self.lexer.regex(token.text)
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
                args = self._list(")")
                if len(args) < _FEWEST.get(name, 0):
                    raise AwkSyntaxError(f"{self.lexer.name}:{token.line}: Too few arguments")
                return Call(name, args)
            if name == "length":
                return Call(name, [])
            raise self._unexpected()
        if token.kind == "call":
            self._next()
            self.called.add(name)
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

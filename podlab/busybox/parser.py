"""The grammar of the shell: from words and operators to commands.

    script    : (list? NEWLINE)*
    list      : and_or ((";" | "&") and_or)*
    and_or    : pipeline (("&&" | "||") pipeline)*
    pipeline  : "!"? command ("|" command)*
    command   : simple | compound redirection* | name "(" ")" command
    compound  : "{" list "}" | "(" list ")" | if | while | until | for | case

POSIX 2.10, with ash's words for errors and ash's habit of running the lines before an error first.
Models busybox shell/ash.c parsecmd, list, pipeline and parse_command.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from podlab.busybox import bash_grammar
from podlab.busybox.ast import (
    AndOr,
    Assign,
    Background,
    Case,
    Command,
    For,
    Function,
    If,
    Lit,
    Loop,
    Not,
    Pipeline,
    Redir,
    Redirected,
    Script,
    Sequence,
    ShellSyntaxError,
    Simple,
    Subshell,
    Word,
)
from podlab.busybox.braces import spread
from podlab.busybox.lexer import EOF, NEWLINE, REDIR, WORD, Lexer, name_of
from podlab.busybox.words import KEYWORDS, SPECIAL, assigned

_CLOSERS = frozenset((EOF, ")", ";;", "do", "done", "elif", "else", "esac", "fi", "then", "}"))
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


_MORE = ("unexpected end of file", "unterminated quoted string", "missing '))'", "missing '}'")
"""What the errors say that another line might mend."""


@lru_cache(maxsize=4096)
def parse(text: str, dialect: str = "ash") -> Script:
    """A script. Nothing is raised: `error` says what is wrong with the first line that could not be read."""
    parser = Parser(text, dialect=dialect)
    commands: list[Command] = []
    try:
        while (command := parser.complete_command()) is not None:
            commands.append(command)
    except ShellSyntaxError as problem:
        return Script(tuple(commands), str(problem), wants_more=any(more in str(problem) for more in _MORE))
    more = parser.here_open or text.endswith("\\\n")
    return Script(tuple(commands), open_end=parser.ended_open, wants_more=more)


class Parser(Lexer):
    """Recursive descent, one method for each rule of the grammar. `token` is always the next token, not yet used."""

    def __init__(self, text: str, depth: int = 0, dialect: str = "ash") -> None:
        super().__init__(text, depth, dialect)
        self.ended_open = False
        self._lines = [match.start() for match in re.finditer("\n", text)]

    # ---- helpers

    def _unexpected(self, expected: str = "", *, keyword: bool = True) -> ShellSyntaxError:
        found = self._keyword() if keyword and self._keyword() in KEYWORDS else self.token
        text = "syntax error: unexpected " + name_of(found)
        if expected:
            text += f" (expecting {name_of(expected)})"
        return ShellSyntaxError(text)

    def _keyword(self) -> str:
        """The token, or the word itself where it is a keyword."""
        if self.token == WORD and self.word.bare in KEYWORDS:
            return self.word.bare
        return self.token

    def _expect(self, what: str) -> None:
        if self._keyword() != what:
            raise self._unexpected(what)
        self.advance()

    def _newlines(self) -> None:
        while self.token == NEWLINE:
            self.advance()

    # ---- lists

    def complete_command(self) -> Command | None:
        """The next line (or lines, as far as a command goes); None at the end."""
        while self.token == NEWLINE:
            self.advance()
        if self.token == EOF:
            return None
        commands = []
        while self.token not in (NEWLINE, EOF):
            commands.append(self._item())
        self.ended_open = self.token == EOF
        return _sequence(commands)

    def _item(self) -> Command:
        command = self._and_or()
        if self.token == "&":
            self.advance()
            return Background(command)
        if self.token == ";":
            self.advance()
        elif self.token not in (NEWLINE, EOF):
            raise self._unexpected()
        return command

    def _list(self) -> Command:
        """Commands up to what closes the construct they stand in; at least one, except at the end of the text."""
        self._newlines()
        commands: list[Command] = []
        while self.token != EOF:
            command = self._and_or()
            if self.token == "&":
                self.advance()
                command = Background(command)
            elif self.token == ";":
                self.advance()
            elif self.token != NEWLINE:
                commands.append(command)
                break
            commands.append(command)
            self._newlines()
            if self._keyword() in _CLOSERS:
                break
        return _sequence(commands)

    def commands(self, *, backquoted: bool = False) -> Script:
        """What stands in `$( … )`, up to and with its `)`; or all of a backquoted text."""
        self.advance()
        self._newlines()
        body = () if self._keyword() in _CLOSERS else (self._list(),)
        if not backquoted and self.token != ")":
            raise self._unexpected(")")
        return Script(body, open_end=True)

    def _and_or(self) -> Command:
        first = self._pipeline()
        rest = []
        while self.token in ("&&", "||"):
            operator = self.token
            self.advance()
            self._newlines()
            rest.append((operator, self._pipeline()))
        return AndOr(first, tuple(rest)) if rest else first

    def _pipeline(self) -> Command:
        negated = self._keyword() == "!"
        if negated:
            self.advance()
        command = self._command()
        if self.token == "|":
            commands = [command]
            while self.token == "|":
                self.advance()
                self._newlines()
                commands.append(self._command())
            command = Pipeline(tuple(commands))
        return Not(command) if negated else command

    # ---- commands

    def _command(self) -> Command:
        kind = self._keyword()
        if self.dialect == "bash" and kind == WORD and self.word.bare == "[[":
            self.advance()
            return bash_grammar.condition(self)
        if self.dialect == "bash" and kind == "(":
            arithmetic = bash_grammar.arithmetic(self)
            if arithmetic is not None:
                return arithmetic
        if kind in (WORD, REDIR) or (kind == "function" and self.dialect == "dash"):
            return self._simple()
        method = _COMPOUND.get(kind)
        if method is None:
            raise self._unexpected()
        self.enter()
        self.advance()
        command = method(self)
        self.depth -= 1
        redirs: list[Redir] = []
        while self.token == REDIR:
            redirs.append(self.redir)
            self.advance()
        return Redirected(command, tuple(redirs)) if redirs else command

    def _simple(self) -> Command:
        bash = self.dialect == "bash"
        later: list[Assign] = []
        line = self._line_number()
        assigns: list[Assign] = []
        words: list[Word] = []
        redirs: list[Redir] = []
        while True:
            if self.token == WORD:
                declares = bool(words) and words[0].bare in bash_grammar.DECLARING
                special = bash_grammar.assignment(self) if bash and (not words or declares) else None
                pair = assigned(self.word) if not words else None
                if special is not None and words:
                    words.append(Word((Lit(special.name),), special.name, special.name))
                if special is not None:
                    (later if words else assigns).append(special)
                elif pair is not None:
                    assigns.append(Assign(*pair))
                else:
                    words.extend(spread(self.word) if bash else (self.word,))
            elif self.token == REDIR:
                redirs.append(self.redir)
            elif self.token in ("&&", "||") and "[[" in (word.bare for word in words[:1]) and words[-1].bare != "]]":
                words.append(Word((), self.token))  # an operator of `[[ … ]]`
            elif self.token == "(" and len(words) == 1 and not assigns and not redirs:
                return self._function(words[0])
            else:
                argv = tuple(word.literal for word in words if word.literal is not None)
                plain = argv if len(argv) == len(words) else None
                command = Simple(tuple(assigns), tuple(words), tuple(redirs), line, plain)
                return Sequence((command, Simple(tuple(later), (), (), line))) if later else command
            self.advance()

    def _line_number(self) -> int:
        return bisect_left(self._lines, self.pos - 1)

    def _function(self, word: Word) -> Function:
        self.advance()
        self._expect(")")
        if not _NAME.match(word.bare) or word.bare in SPECIAL:
            raise ShellSyntaxError("syntax error: bad function name")
        return self._function_body(word.bare)

    def _function_body(self, name: str) -> Function:
        self._newlines()
        before, self.deepest = self.deepest, self.depth
        self.enter()
        body = self._command()
        self.depth -= 1
        weight = self.deepest - self.depth
        self.deepest = max(before, self.deepest)
        return Function(name, body, weight)

    def _bash_function(self) -> Command:
        name = self.word.bare if self.token == WORD else ""
        if not _NAME.match(name):
            raise ShellSyntaxError("syntax error: bad function name")
        self.advance()
        if self.token == "(":
            self.advance()
            self._expect(")")
        return self._function_body(name)

    def _group(self) -> Command:
        body = self._list()
        self._expect("}")
        return body

    def _subshell(self) -> Command:
        body = self._list()
        self._expect(")")
        return Subshell(body)

    def _if(self) -> Command:
        arms = []
        otherwise = None
        while True:
            condition = self._list()
            self._expect("then")
            arms.append((condition, self._list()))
            if self._keyword() != "elif":
                break
            self.advance()
        if self._keyword() == "else":
            self.advance()
            otherwise = self._list()
        self._expect("fi")
        return If(tuple(arms), otherwise)

    def _while(self) -> Command:
        return self._loop(until=False)

    def _until(self) -> Command:
        return self._loop(until=True)

    def _loop(self, *, until: bool) -> Command:
        condition = self._list()
        return Loop(condition, self._do(), until)

    def _do(self) -> Command:
        self._expect("do")
        body = self._list()
        self._expect("done")
        return body

    def _for(self) -> Command:
        if self.dialect == "bash" and self.token == "(" and self.text.startswith("(", self.pos):
            return bash_grammar.for_arithmetic(self)
        name = self.word.bare if self.token == WORD else ""
        if not _NAME.match(name):
            raise ShellSyntaxError("syntax error: bad for loop variable")
        self.advance()
        words: list[Word] | None = None
        self._newlines()
        if self._keyword() == "in":
            self.advance()
            words = []
            while self.token == WORD:
                words.extend(spread(self.word) if self.dialect == "bash" else (self.word,))
                self.advance()
            if self.token not in (";", NEWLINE):
                raise self._unexpected(keyword=False)
            self.advance()
        elif self.token == ";":
            self.advance()
        self._newlines()
        return For(name, None if words is None else tuple(words), self._do())

    def _case(self) -> Command:
        if self.token != WORD:
            raise self._unexpected(WORD)
        word = self.word
        self.advance()
        self._newlines()
        self._expect("in")
        self._newlines()
        arms = []
        while self._keyword() != "esac":
            arms.append(self._case_arm())
            self._newlines()
        self.advance()
        return Case(word, tuple(arms))

    def _case_arm(self) -> tuple[tuple[Word, ...], Command | None]:
        if self.token == "(":
            self.advance()
        patterns = []
        while True:
            if self.token == WORD:
                patterns.append(self.word)
                self.advance()
            if self.token != "|" or not patterns:
                break
            self.advance()
        if self.token != ")" or not patterns:
            raise self._unexpected(")")
        self.advance()
        self._newlines()
        body = None if self._keyword() in (";;", "esac") else self._list()
        if self._keyword() == ";;":
            self.advance()
        elif self._keyword() != "esac":
            raise self._unexpected(";;")
        return tuple(patterns), body


_COMPOUND = {
    "{": Parser._group,
    "(": Parser._subshell,
    "if": Parser._if,
    "while": Parser._while,
    "until": Parser._until,
    "for": Parser._for,
    "case": Parser._case,
    "function": Parser._bash_function,
}


def _sequence(commands: list[Command]) -> Command:
    return commands[0] if len(commands) == 1 else Sequence(tuple(commands))

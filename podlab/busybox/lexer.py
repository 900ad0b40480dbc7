"""From characters to words and operators, with everything that can stand inside a word.

POSIX chapter 2.3 as ash reads it. The lexer and the grammar need each other (`$(…)` holds commands), so `Parser` is a
`Lexer` that knows commands; this file knows only the inside of words.
"""

from __future__ import annotations

import re

from podlab.busybox.ast import (
    Arith,
    CommandSub,
    HereDoc,
    Lit,
    Param,
    Part,
    ProcessSub,
    Redir,
    Script,
    ShellSyntaxError,
    Word,
)
from podlab.busybox.escapes import unescape
from podlab.busybox.words import delimiter, make_word

MAX_NESTING = 40
"""How deep `( … )`, `$( … )`, `if …` and the like may be nested."""

EOF, NEWLINE, WORD, REDIR = "", "\n", "word", "redirection"

_BLANK = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_EASY_WORD = re.compile(r"[A-Za-z0-9_./:,+%@^=-]+(?=[ \t\n;&|()]|\Z)")
_REDIR = re.compile(r"(\d?)(<<-|<<|<&|<>|<|>>|>&|>\||>)|(&>)")
_OPERATOR = re.compile(r"&&|\|\||;;|[&|;()\n]")
_DOLLAR = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_BRACE_OP = re.compile(r":[-=?+]|[-=?+]|%%|%|##|#|//|/|:")

_BASH_OP = re.compile(_BRACE_OP.pattern + r"|\^\^?|,,?")

# What runs on as plain text in each kind of place, and which characters a backslash protects there.
_PLAIN = {
    "word": re.compile(r"[^ \t\n\\'\"$`;&|<>()]+"),
    "brace": re.compile(r"[^\\'\"$`}]+"),
    "replaced": re.compile(r"[^\\'\"$`}/]+"),
    "offset": re.compile(r"[^\\'\"$`}:]+"),
    "double": re.compile(r"[^\\\"$`]+"),
    "quoted brace": re.compile(r"[^\\\"$`}]+"),
    "here": re.compile(r"[^\\$`]+"),
    "arith": re.compile(r"[^\\\"'$`()]+"),
}
_ENDS = {"brace": "}", "replaced": "}/", "offset": "}:", "double": '"', "quoted brace": "}"}
_PROTECTED = {"double": '$`"\\', "quoted brace": '$`"\\}', "here": "$`\\", "arith": '$`"\\'}


class Lexer:
    """Reads `text` from `pos`. After `advance()`, `token` is the kind of token, with `word` or `redir` as its value."""

    def __init__(self, text: str, depth: int = 0, dialect: str = "ash") -> None:
        self.text = text
        self.dialect = dialect
        self.pos = 0
        self.depth = depth
        self.deepest = depth
        self.token = NEWLINE
        self.word = Word((), "")
        self.redir = Redir(0, "<", self.word)
        self.start = 0
        self._heredocs: list[HereDoc] = []
        self.here_open = False

    def commands(self, *, backquoted: bool = False) -> Script:
        """Read commands up to `)`, or to the end of the text: the grammar's part."""
        raise NotImplementedError

    def nested(self, text: str) -> Lexer:
        """The same kind of reader for a text found inside this one."""
        return type(self)(text, self.depth, self.dialect)

    def enter(self) -> None:
        """One level deeper."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if self.depth > MAX_NESTING:
            raise ShellSyntaxError(f"syntax error: nested more than {MAX_NESTING} levels deep")

    # ---- tokens

    def advance(self) -> None:
        """Read the next token."""
        blank = _BLANK.match(self.text, self.pos)
        pos = self.pos = blank.end() if blank else self.pos
        text = self.text
        if pos >= len(text):
            self.token = EOF
            self._read_heredocs()
            return
        self.start = pos
        easy = _EASY_WORD.match(text, pos)
        if easy:
            self.pos = easy.end()
            found = easy.group()
            self.token, self.word = WORD, Word((Lit(found),), found, found)
            return
        self.start = pos
        redir = _REDIR.match(text, pos)
        if redir and self.dialect == "bash" and text.startswith(("<(", ">(", "<<<"), pos):
            if text.startswith("<<<", pos):
                self._here_string()
                return
            redir = None
        if redir:
            self.pos = redir.end()
            self._read_redir(redir)
            return
        operator = _OPERATOR.match(text, pos)
        if operator:
            self.pos = operator.end()
            self.token = operator.group()
            if self.token == NEWLINE:
                self._read_heredocs()
            return
        self.word = make_word(self._scan("word"))
        self.token = WORD

    def _here_string(self) -> None:
        """bash's `<<< word`."""
        self.pos += 3
        self.advance()
        if self.token != WORD:
            raise ShellSyntaxError("syntax error: unexpected " + name_of(self.token))
        body = Word((*self.word.parts, Lit("\n", True)))
        self.redir = Redir(0, "<<", self.word, HereDoc("", False, False, body))
        self.token = REDIR

    def _read_redir(self, match: re.Match[str]) -> None:
        fd, op, both = match.groups()
        blank = _BLANK.match(self.text, self.pos)
        process = self.dialect == "bash" and blank is not None and self.text.startswith(("<(", ">("), blank.end())
        if blank and _REDIR.match(self.text, blank.end()) and not process:
            raise ShellSyntaxError("syntax error: unexpected redirection")
        self.advance()
        if self.token != WORD:
            raise ShellSyntaxError("syntax error: unexpected " + name_of(self.token))
        target = self.word
        here = None
        number = int(fd) if fd else 0 if (both or op)[0] == "<" else 1
        if both or (op == ">&" and not fd and target.literal is not None and not re.match(r"\d*-?\Z", target.literal)):
            op = "&>"
        elif op.startswith("<<"):
            end, quoted = delimiter(target)
            here = HereDoc(end, quoted, op == "<<-")
            self._heredocs.append(here)
            op = "<<"
        self.redir = Redir(number, op, target, here)
        self.token = REDIR

    def _read_heredocs(self) -> None:
        waiting, self._heredocs = self._heredocs, []
        for here in waiting:
            lines = []
            while self.pos < len(self.text):
                end = self.text.find("\n", self.pos)
                stop = len(self.text) if end < 0 else end + 1
                line = self.text[self.pos : stop]
                self.pos = stop
                if here.strip:
                    line = line.lstrip("\t")
                if line.rstrip("\n") == here.end:
                    break
                lines.append(line)
            else:
                self.here_open = True
            body = "".join(lines)
            here.body = Word((Lit(body, True),), body) if here.quoted else make_word(self.nested(body)._scan("here"))

    # ---- inside words

    def _scan(self, place: str) -> list[Part]:
        """The parts of a word, up to (not including) what ends it in this kind of place."""
        text, plain, ends = self.text, _PLAIN[place], _ENDS.get(place, "")
        quoted = place in _PROTECTED
        parts: list[Part] = []
        parens = 0
        while self.pos < len(text):
            match = plain.match(text, self.pos)
            if match:
                parts.append(Lit(match.group(), quoted))
                self.pos = match.end()
                continue
            char = text[self.pos]
            if char in ends:
                return parts
            if char == "$":
                parts.append(self._dollar(quoted, place == "word"))
            elif char == "`":
                parts.append(self._backquote(quoted))
            elif char == "\\":
                parts.extend(self._backslash(place))
            elif char == '"' and place == "arith":
                self.pos += 1
            elif char == '"':
                parts.extend(self._double_quotes())
            elif char in "<>" and place == "word" and self.dialect == "bash" and text.startswith("(", self.pos + 1):
                self.pos += 2
                parts.append(ProcessSub(self._command_sub(False).script))
            elif char == "'" and not quoted:
                parts.append(self._single_quotes())
            elif place == "arith" and char in "()'":
                if char == ")" and parens == 0:
                    return parts
                parens += {"(": 1, ")": -1}.get(char, 0)
                parts.append(Lit(char, True))
                self.pos += 1
            else:
                break
        if place in ("word", "here"):
            return parts
        raise ShellSyntaxError(
            "syntax error: "
            + {"double": "unterminated quoted string", "arith": "missing '))'"}.get(place, "missing '}'")
        )

    def _backslash(self, place: str) -> list[Part]:
        following = self.text[self.pos + 1 : self.pos + 2]
        self.pos += 2
        if following == "\n":
            return []
        protected = _PROTECTED.get(place)
        if not following or (protected is not None and following not in protected):
            return [Lit("\\" + following, True)]
        return [Lit(following, True)]

    def _single_quotes(self) -> Lit:
        end = self.text.find("'", self.pos + 1)
        if end < 0:
            raise ShellSyntaxError("syntax error: unterminated quoted string")
        body = self.text[self.pos + 1 : end]
        self.pos = end + 1
        return Lit(body, True)

    def _double_quotes(self) -> list[Part]:
        self.pos += 1
        parts = self._scan("double")
        self.pos += 1
        return parts or [Lit("", True)]

    def _backquote(self, quoted: bool) -> CommandSub:
        match = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL).match(self.text, self.pos + 1)
        if not match:
            raise ShellSyntaxError("syntax error: EOF in backquote substitution")
        self.pos = match.end()
        protected = r"\\([$`\\\"])" if quoted else r"\\([$`\\])"
        inner = self.nested(re.sub(protected, r"\1", match.group()[:-1]))
        inner.enter()
        return CommandSub(inner.commands(backquoted=True), quoted)

    def _dollar(self, quoted: bool, in_word: bool) -> Part:
        text = self.text
        start = self.pos + 1
        following = text[start : start + 1]
        if following == "(":
            self.enter()
            self.pos = start + 1
            part = self._arith(quoted) if text.startswith("((", start) else self._command_sub(quoted)
            self.depth -= 1
            return part
        if following == "{":
            self.enter()
            self.pos = start + 1
            param = self._braced(quoted)
            self.depth -= 1
            return param
        if following == "'" and in_word and self.dialect != "dash":
            match = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL).match(text, start)
            if not match:
                raise ShellSyntaxError("syntax error: unterminated quoted string")
            self.pos = match.end()
            return Lit(unescape(match.group(1))[0], True)
        name = _DOLLAR.match(text, start)
        if not name:
            self.pos = start
            return Lit("$", True)
        self.pos = name.end()
        return Param(name.group(), quoted)

    def _arith(self, quoted: bool) -> Arith:
        self.pos += 1
        parts = self._scan("arith")
        if not self.text.startswith("))", self.pos):
            raise ShellSyntaxError("syntax error: missing '))'")
        self.pos += 2
        return Arith(make_word(parts), quoted)

    def _command_sub(self, quoted: bool) -> CommandSub:
        heredocs, self._heredocs = self._heredocs, []
        script = self.commands()
        self._heredocs = heredocs
        return CommandSub(script, quoted)

    def _braced(self, quoted: bool) -> Param:
        text = self.text
        length = text.startswith("#", self.pos) and not re.compile(r"#(?:\}|[-=?+:%#/][^}]|\Z)").match(text, self.pos)
        if length:
            self.pos += 1
        keys = self.dialect == "bash" and re.compile(r"![A-Za-z_]").match(text, self.pos) is not None
        self.pos += keys
        name = _BRACED.match(text, self.pos)
        if not name:
            raise ShellSyntaxError("syntax error: bad substitution")
        self.pos = name.end()
        index = self._index() if self.dialect == "bash" and text.startswith("[", self.pos) else None
        if text.startswith("}", self.pos):
            self.pos += 1
            return Param(name.group(), quoted, "len" if length else "keys" if keys else "", index=index)
        op = (_BASH_OP if self.dialect == "bash" else _BRACE_OP).match(text, self.pos)
        if self.pos >= len(text):
            raise ShellSyntaxError("syntax error: missing '}'")
        if length or not op:
            raise ShellSyntaxError("syntax error: bad substitution")
        self.pos = op.end()
        kind = op.group()
        second = None
        if kind in ("/", "//", ":"):
            if kind == ":" and text.startswith("}", self.pos):
                raise ShellSyntaxError("syntax error: missing '}'")
            first = make_word(self._scan("offset" if kind == ":" else "replaced"))
            if self.text[self.pos] != "}":
                self.pos += 1
                second = make_word(self._scan("brace"))
        else:
            first = make_word(self._scan("quoted brace" if quoted and kind[-1] in "-=?+" else "brace"))
        self.pos += 1
        return Param(name.group(), quoted, kind, first, second, index)

    def _index(self) -> Word:
        """`[index]` after the name in `${name[index]}`."""
        end = self.text.find("]", self.pos)
        if end < 0:
            raise ShellSyntaxError("syntax error: bad substitution")
        inside = self.text[self.pos + 1 : end]
        self.pos = end + 1
        return make_word(self.nested(inside)._scan("here"))


def name_of(token: str) -> str:
    """A token as ash names it in an error."""
    if token == EOF:
        return "end of file"
    if token == NEWLINE:
        return "newline"
    return token if token in (WORD, REDIR) else f'"{token}"'

"""Reads POSIX regular expressions, basic and extended, as the C library of Debian does.

Models glibc posix/regcomp.c with the syntaxes RE_SYNTAX_POSIX_BASIC and RE_SYNTAX_POSIX_EXTENDED: what is special
where, and the words of its errors.
"""

from __future__ import annotations

import re

from podlab.busybox.regex.syntax import CLASSES, Back, Char, Choice, Group, Part, Place, Repeat, Row

MAX_COUNT = 32767
"""RE_DUP_MAX."""
MAX_DEPTH = 60
"""Parentheses in parentheses."""
MAX_LENGTH = 4000

_BRACKET_END = "Unmatched [, [^, [:, [., or [="
_COUNT = re.compile(r"(\d*)(,?)(\d*)")
_WHOLE_COUNT = re.compile(r"\{(\d+(,\d*)?|,\d*)\}")
_BASIC = {r"\(": "(", r"\)": ")", r"\|": "|", r"\{": "{", r"\}": "}", r"\+": "+", r"\?": "?"}
_LETTERS = {"w": "[a-zA-Z0-9_]", "W": "[^a-zA-Z0-9_]", "s": r"[ \t\n\r\f\v]", "S": r"[^ \t\n\r\f\v]"}
_PLACES = {"b": "b", "B": "B", "<": "<", ">": ">", "`": "^", "'": "$"}


class RegexError(Exception):
    """What is wrong with an expression, in the C library's words."""


class Parser:
    """Reads one expression; `groups` counts its parentheses.

    `lenient`: as grep reads extended ones: a star that has nothing to repeat is left out, a brace that is no count is
    a brace.
    """

    def __init__(self, text: str, *, extended: bool, ignore_case: bool, lenient: bool = False) -> None:
        if len(text) > MAX_LENGTH:
            raise RegexError("Regular expression too big")
        self.text, self.at = text, 0
        self.extended, self.ignore_case, self.lenient = extended, ignore_case, lenient
        self.groups = 0
        self._closed: set[int] = set()
        self._depth = 0

    def parse(self) -> Part:
        """The whole expression. Errors: `RegexError`."""
        part = self._choice()
        if self.at < len(self.text):
            raise RegexError("Unmatched ( or \\(")
        return part

    def _token(self) -> tuple[str, str]:
        """The next token, and what it means: itself when special, "" for a plain character or an escaped one."""
        char = self.text[self.at : self.at + 1]
        if char == "\\":
            token = self.text[self.at : self.at + 2]
            if len(token) < 2:
                raise RegexError("Trailing backslash")
            return token, "" if self.extended else _BASIC.get(token, "")
        return char, char if char in ("(){}|+?*^$.[" if self.extended else "*^$.[") else ""

    def _choice(self) -> Part:
        before = set(self._closed)
        options = [self._row()]
        closed = self._closed
        while self.at < len(self.text) and self._token()[1] == "|":
            self.at += len(self._token()[0])
            self._closed = set(before)
            options.append(self._row())
            closed |= self._closed
        self._closed = closed
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _row(self) -> Part:
        parts: list[Part] = []
        start = self.at
        while self.at < len(self.text):
            token, special = self._token()
            if special == "|" or (special == ")" and (self._depth or not self.extended)):
                break
            part = self._atom(token, special, first=self.at == start)
            parts.append(self._repeated(part))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _atom(self, token: str, special: str, *, first: bool) -> Part:
        if special and special in "*+?{":
            return self._nothing_repeated(token, special)
        self.at += len(token)
        if special == "(":
            return self._group()
        if special == "[":
            return self._bracket()
        if special == ".":
            return Char(".")
        if special == "^" and (self.extended or first):
            return Place("^")
        if special == "$" and (self.extended or self._at_end()):
            return Place("$")
        if len(token) == 2 and not special:
            return self._escaped(token[1])
        return self._plain(token[-1])

    def _nothing_repeated(self, token: str, special: str) -> Part:
        """A star (or the like) with nothing before it that can be repeated; a place between characters cannot."""
        self.at += len(token)
        if self.lenient and self.extended:
            return self._plain("{") if special == "{" else Row(())
        if self.extended or (special == "{" and not self.lenient):
            raise RegexError("Invalid preceding regular expression")
        return self._plain(special)

    def _at_end(self) -> bool:
        return self.at >= len(self.text) or self.text.startswith((r"\)", r"\|"), self.at)

    def _plain(self, char: str) -> Char:
        return Char(re.escape(char), self.ignore_case and char.isalpha())

    def _escaped(self, char: str) -> Part:
        if char in _LETTERS:
            return Char(_LETTERS[char])
        if char in _PLACES:
            return Place(_PLACES[char])
        if char in "123456789":
            if int(char) not in self._closed:
                raise RegexError("Invalid back reference")
            return Back(int(char))
        return self._plain(char)

    def _group(self) -> Part:
        self.groups += 1
        number = self.groups
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RegexError("Regular expression too big")
        inner = self._choice()
        if self.at >= len(self.text):
            raise RegexError("Unmatched ( or \\(")
        self.at += len(self._token()[0])
        self._depth -= 1
        self._closed.add(number)
        return Group(number, inner)

    # ---- repetition

    def _repeated(self, part: Part) -> Part:
        again = False
        while self.at < len(self.text):
            token, special = self._token()
            if not special or special not in "*+?{":
                return part
            if isinstance(part, Place):
                return part
            if again and not self.extended and not self.lenient and special in "*{":
                raise RegexError("Invalid preceding regular expression")
            if special == "{" and self.lenient and self.extended and not _WHOLE_COUNT.match(self.text, self.at):
                return part
            self.at += len(token)
            if special == "{":
                least, most = self._count()
            else:
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[special]
            part, again = _again(part, least, most), True
        return part

    def _count(self) -> tuple[int, int | None]:
        closing = "}" if self.extended else r"\}"
        end = self.text.find(closing, self.at)
        if end < 0:
            raise RegexError("Unmatched \\{")
        match = _COUNT.fullmatch(self.text, self.at, end)
        if not match or match.start() == match.end():
            raise RegexError("Invalid content of \\{\\}")
        self.at = end + len(closing)
        low, comma, high = match.groups()
        least = int(low or 0)
        most = int(high) if high else None if comma else least
        if most is not None and least > most:
            raise RegexError("Invalid content of \\{\\}")
        if max(least, most or 0) > MAX_COUNT:
            raise RegexError("Regular expression too big")
        return least, most

    # ---- brackets

    def _bracket(self) -> Part:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        items: list[str] = []
        begun = self.at
        if self.at >= len(self.text):
            raise RegexError("Invalid regular expression")
        while True:
            if self.at >= len(self.text):
                raise RegexError(_BRACKET_END)
            if self.text[self.at] == "]" and self.at > begun:
                self.at += 1
                break
            items.append(self._bracket_item())
        inner = "".join(item for item in items if item)
        if not inner:
            return Char("." if negated else r"(?!)")
        return Char(f"[{'^' if negated else ''}{inner}]", self.ignore_case)

    def _bracket_item(self) -> str:
        if self.text.startswith("[:", self.at):
            return self._named()
        low = self._bracket_char()
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            if self.text.startswith("[:", self.at):
                raise RegexError("Invalid range end")
            high = self._bracket_char()
            if low > high:
                raise RegexError("Invalid range end")
            return f"{_inside(low)}-{_inside(high)}"
        return _inside(low)

    def _named(self) -> str:
        end = self.text.find(":]", self.at + 2)
        if end < 0:
            raise RegexError(_BRACKET_END)
        name = self.text[self.at + 2 : end]
        self.at = end + 2
        if name not in CLASSES:
            raise RegexError("Invalid character class name")
        if self.ignore_case and name in ("upper", "lower"):
            name = "alpha"
        return CLASSES[name]

    def _bracket_char(self) -> str:
        """One character; `[.x.]` and `[=x=]` are one too."""
        for mark in ".=":
            if self.text.startswith("[" + mark, self.at):
                end = self.text.find(mark + "]", self.at + 2)
                if end < 0:
                    raise RegexError(_BRACKET_END)
                name = self.text[self.at + 2 : end]
                self.at = end + 2
                if len(name) != 1:
                    raise RegexError("Invalid collation character")
                return name
        self.at += 1
        return self.text[self.at - 1]


def _again(part: Part, least: int, most: int | None) -> Part:
    """A repetition; of a repeated repetition without limit only one remains."""
    if isinstance(part, Repeat) and part.most is None and most is None and part.least <= 1:
        return Repeat(part.part, min(part.least, least), None)
    return Repeat(part, least, most)


def _inside(char: str) -> str:
    return "\\" + char if char in r"\[]^-&~|" else char

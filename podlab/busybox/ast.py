"""What a parsed shell script consists of. All of it is immutable, and shared by the processes that run the script."""

from __future__ import annotations

from dataclasses import dataclass, field


class ShellSyntaxError(Exception):
    """Text that is no shell script. Its text is what ash prints after its name: `syntax error: unexpected "done"`."""


# ---- words


@dataclass(frozen=True, slots=True)
class Lit:
    """Text as it stands. When not `quoted`, `*?[` in it match file names."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    """`$name`, or `${name OP arg}`. `op` is "", "#" (in front: length), ":-", "-", "%%", "/", ":" (substring) …"""

    name: str
    quoted: bool
    op: str = ""
    arg: Word | None = None
    arg2: Word | None = None
    index: Word | None = None


@dataclass(frozen=True, slots=True)
class ProcessSub:
    """bash's `<( … )`: the name of a pipe from these commands."""

    script: Script
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class CommandSub:
    """`$(…)` or `` `…` ``."""

    script: Script
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arith:
    """`$((…))`; the expression is expanded first, then computed."""

    expr: Word
    quoted: bool


@dataclass(frozen=True, slots=True)
class Tilde:
    """`~` or `~user` at the beginning of a word."""

    user: str


Part = Lit | Param | CommandSub | ProcessSub | Arith | Tilde


@dataclass(frozen=True, slots=True)
class Word:
    """A word before expansion.

    `literal` is its text when expansion would change nothing, else None; `bare` is that text when nothing in it was
    quoted either, so that it may be a keyword; `waits` says that its expansion may take time.
    """

    parts: tuple[Part, ...]
    literal: str | None = None
    bare: str = ""
    waits: bool = field(init=False, compare=False, default=False)

    def __post_init__(self) -> None:
        if self.literal is None and any(map(_waits, self.parts)):
            object.__setattr__(self, "waits", True)


def _waits(part: Part) -> bool:
    """Whether expanding a part may take time: there is a `$(…)` in it."""
    if type(part) is Param:
        return any(word is not None and word.waits for word in (part.arg, part.arg2, part.index))
    return part.expr.waits if type(part) is Arith else type(part) in (CommandSub, ProcessSub)


@dataclass(frozen=True, slots=True)
class Assign:
    """`name=value` in front of a command; in bash also `name[index]=`, `name+=` and `name=(items)`."""

    name: str
    value: Word
    index: Word | None = None
    append: bool = False
    items: tuple[Word, ...] | None = None

    @property
    def plain(self) -> bool:
        """Whether it is nothing but `name=value`."""
        return self.index is None and not self.append and self.items is None


@dataclass(slots=True, eq=False)
class HereDoc:
    """The text of `<<WORD`; it is read, and filled in here, when the parser comes to the end of the line."""

    end: str
    quoted: bool
    strip: bool
    body: Word = field(default_factory=lambda: Word((), ""))


@dataclass(frozen=True, slots=True)
class Redir:
    """`[fd]OP target`, OP one of `<` `>` `>>` `<>` `>|` `<&` `>&` `&>` `<<`."""

    fd: int
    op: str
    target: Word
    here: HereDoc | None = None


# ---- commands


@dataclass(frozen=True, slots=True)
class Simple:
    """`NAME=value… words… redirections…`. `argv` is the command line, when no word in it needs expansion.

    `waits`: expansion or redirection may take time.
    """

    assigns: tuple[Assign, ...]
    words: tuple[Word, ...]
    redirs: tuple[Redir, ...]
    line: int
    argv: tuple[str, ...] | None = None
    waits: bool = field(init=False, compare=False, default=False)

    def __post_init__(self) -> None:
        words = any(word.waits for word in self.words) or any(one.value.waits or not one.plain for one in self.assigns)
        if words or self.redirs:
            object.__setattr__(self, "waits", True)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`a | b | c`, at least two commands."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`! command`"""

    command: Command


@dataclass(frozen=True, slots=True)
class AndOr:
    """`first && b || c`: each of `rest` is an operator and what follows it."""

    first: Command
    rest: tuple[tuple[str, Command], ...]


@dataclass(frozen=True, slots=True)
class Background:
    """`command &`"""

    command: Command


@dataclass(frozen=True, slots=True)
class Sequence:
    """`a; b; c`"""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Subshell:
    """`( body )`"""

    body: Command


@dataclass(frozen=True, slots=True)
class If:
    """`if` and `elif` with their bodies, in order; `otherwise` is the `else` part."""

    arms: tuple[tuple[Command, Command], ...]
    otherwise: Command | None


@dataclass(frozen=True, slots=True)
class Loop:
    """`while` (or `until`) condition `do` body `done`."""

    condition: Command
    body: Command
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`; `words` is None for the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Command


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in pattern|pattern) body ;; … esac`"""

    word: Word
    arms: tuple[tuple[tuple[Word, ...], Command | None], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """`name() body`. `weight` is how deep the body is nested: what a call of it takes of the stack."""

    name: str
    body: Command
    weight: int


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections."""

    command: Command
    redirs: tuple[Redir, ...]


@dataclass(frozen=True, slots=True)
class ForArith:
    """bash's `for ((first; condition; step))`."""

    first: Word
    condition: Word
    step: Word
    body: Command


@dataclass(frozen=True, slots=True)
class ArithCommand:
    """bash's `(( expression ))`."""

    expr: Word


@dataclass(frozen=True, slots=True)
class Condition:
    """bash's `[[ … ]]`: words, and operators as text."""

    tokens: tuple[str | Word, ...]
    line: int


Command = (
    ForArith
    | ArithCommand
    | Condition
    | Simple
    | Pipeline
    | Not
    | AndOr
    | Background
    | Sequence
    | Subshell
    | If
    | Loop
    | For
    | Case
    | Function
    | Redirected
)


@dataclass(frozen=True, slots=True)
class Script:
    """Complete commands, one a line, as a shell reads them: those before an error are run before it is reported.

    `open_end`: the last command runs up to the very end of the text, so the shell may become that command (`exec`).
    `wants_more`: it stops in the middle of a command, which another line might end.
    """

    commands: tuple[Command, ...]
    error: str | None = None
    open_end: bool = False
    wants_more: bool = False

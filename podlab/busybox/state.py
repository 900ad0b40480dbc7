"""What a shell knows: variables, parameters, functions, options, traps, jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from podlab.busybox.ast import Function
from podlab.busybox.dialect import said
from podlab.linux import signals
from podlab.linux.process import Process
from podlab.linux.program import Proc

OPTIONS = {
    "errexit": "e",
    "noglob": "f",
    "ignoreeof": "I",
    "monitor": "m",
    "noexec": "n",
    "xtrace": "x",
    "verbose": "v",
    "noclobber": "C",
    "allexport": "a",
    "notify": "b",
    "nounset": "u",
    "errtrace": "E",
    "vi": "V",
    "pipefail": "",
}
_FLAGS = "uVEbaCvxcnmIfe"
"""`$-` in ash's order; c is `sh -c`."""
LETTERS = {letter: name for name, letter in OPTIONS.items() if letter}

LONGEST = 1 << 22
"""Characters a variable may hold."""

EPOCH = 1767225600
"""Virtual time begins with the year 2026."""

_MADE = frozenset(("LINENO", "RANDOM", "EPOCHSECONDS", "SECONDS"))

DEFAULT_PATH = "/sbin:/usr/sbin:/bin:/usr/bin"


Saved = tuple[str, str | None, bool]
"""A variable as it was: name, value (None: unset), exported."""


class ShellExit(Exception):
    """The shell ends (its EXIT trap still runs)."""

    def __init__(self, status: int) -> None:
        self.status = status


class ShellError(Exception):
    """An error that ends a shell that nobody types into; its text is printed first."""

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.status = status


class Jump(Exception):
    """`break` and `continue`: out of so many loops."""

    def __init__(self, levels: int, again: bool) -> None:
        self.levels = levels
        self.again = again


class Return(Exception):
    """`return`."""

    def __init__(self, status: int) -> None:
        self.status = status


@dataclass
class State:
    """One shell process.

    `name` is $0, `main_pid` is $$ (a subshell keeps its parent's), `captured` the status of the last `$(…)`, `script`
    whether a file is run, `inside` "eval" or the file being sourced, `tested` how many conditions it is in,
    `depth` how deep calls are nested. Lines count from `first_line`: 0 for `sh -c`, 1 for a file. `acts` is how often
    it did anything that can be seen from outside or cannot be repeated, `asks` how often it looked at something
    outside, `changes` how often a variable got another value. `dialect` is which shell it is ("ash", "dash" or "bash"),
    `before_trap` is `$?` when the trap began that is being run, `failed_line` where a command failed for which bash's
    ERR trap is to run, `failing` a failed command that ends the shell as soon as traps have run, `interrupted` a
    SIGINT without a trap, `waited` the jobs whose end has been told.
    """

    proc: Proc
    name: str
    params: list[str]
    main_pid: int
    vars: dict[str, str] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    readonly: set[str] = field(default_factory=set)
    functions: dict[str, Function] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    traps: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, dict[str, str]] = field(default_factory=dict)
    keyed: set[str] = field(default_factory=set)
    jobs: dict[int, Process] = field(default_factory=dict)
    locals: list[dict[str, Saved]] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    status: int = 0
    captured: int = 0
    last_job: int | None = None
    loops: int = 0
    tested: int = 0
    depth: int = 0
    random: int = 0
    acts: int = 0
    asks: int = 0
    changes: int = 0
    began: float = 0.0
    limits: dict[str, str] = field(default_factory=dict)
    script: bool = False
    dialect: str = "ash"
    before_trap: int | None = None
    failing: bool = False
    failed_line: int = 0
    interrupted: bool = False
    waited: set[int] = field(default_factory=set)
    inside: str = ""
    line: int = 0
    first_line: int = 0

    # ---- variables

    def get(self, name: str) -> str | None:
        """The value of a variable or special parameter; None when unset (`@` and `*` as one string)."""
        value = self.vars.get(name)
        if value is not None or name[0].isalpha() or name[0] == "_":
            return value if value or name not in _MADE else self._made(name)
        if name == "?":
            return str(self.status)
        if name == "$":
            return str(self.main_pid)
        if name == "!":
            return None if self.last_job is None else str(self.last_job)
        if name == "#":
            return str(len(self.params))
        if name == "-":
            if self.dialect == "dash":
                return "".join(letter for letter in "efImnsxvVECaub" if LETTERS.get(letter) in self.options)
            return "".join(letter for letter in _FLAGS if LETTERS.get(letter, "c") in self.options)
        if name in ("@", "*"):
            return self.separator().join(self.params) if self.params else None
        number = int(name)
        if number == 0:
            return self.name
        return self.params[number - 1] if number <= len(self.params) else None

    def _made(self, name: str) -> str | None:
        """The value of a variable that says something else each time."""
        if name == "LINENO":
            return str(self.line)
        if name == "SECONDS" and self.dialect == "bash":
            return str(int(self.proc.now - self.began))
        if name == "EPOCHSECONDS" and self.dialect != "dash":
            return str(int(EPOCH + self.proc.now))
        if name == "RANDOM" and "RANDOM" not in self.vars and self.dialect != "dash":
            self.changes += 1
            self.random = (self.random * 1103515245 + 12345) & 0x7FFFFFFF
            return str(self.random >> 16)
        return self.vars.get(name)

    def separator(self) -> str:
        """What `"$*"` puts between parameters: the first character of IFS."""
        return self.vars.get("IFS", " ")[:1]

    def set(self, name: str, value: str) -> None:
        """Assign. Errors: `ShellError` for a read-only variable."""
        if name in self.readonly:
            raise ShellError(f"{name}: is read only", 1 if self.dialect == "bash" else 2)
        if len(value) > LONGEST:
            raise ShellError("out of memory")
        if self.vars.get(name) != value:
            self.changes += 1
            self.vars[name] = value
        if name == "RANDOM" and value.isdecimal():
            self.random = int(value)
            del self.vars[name]
        elif name in self.exported:
            self.proc.env[name] = value
        elif "allexport" in self.options:
            self.export(name)

    def export(self, name: str) -> None:
        """Let programs see the variable, now or as soon as it is set."""
        self.exported.add(name)
        value = self.vars.get(name)
        if value is not None:
            self.proc.env[name] = value

    def unset(self, name: str) -> None:
        """Forget a variable."""
        if name in self.readonly:
            raise ShellError(f"unset: line {self.line}: {name}: is read only")
        self.vars.pop(name, None)
        self.arrays.pop(name, None)
        self.exported.discard(name)
        self.proc.env.pop(name, None)

    def save(self, name: str) -> Saved:
        """What `restore` needs to undo a temporary assignment."""
        return name, self.vars.get(name), name in self.exported

    def restore(self, saved: Saved) -> None:
        """Undo a temporary assignment."""
        name, value, exported = saved
        self.readonly.discard(name)
        self.unset(name)
        if value is not None:
            self.set(name, value)
        if exported:
            self.export(name)

    # ---- errors

    def complain(self, text: str) -> None:
        """Print an error as ash does: its own name, the line when a file is run, the text."""
        if self.dialect != "ash":
            if 2 in self.proc.fds:
                self.proc.err(said(self.dialect, self.name, max(self.line, 1), text))
            return
        where = f"{self.inside + ': ' if self.inside else ''}line {self.line}: " if self.script or self.inside else ""
        if 2 in self.proc.fds:
            self.proc.err(f"{self.name}: {where}{text}")

    def complain_builtin(self, name: str, text: str) -> None:
        """Print an error of a builtin command; these always have a line number."""
        if self.dialect != "ash":
            self.complain(f"{name}: {text}")
        elif 2 in self.proc.fds:
            self.proc.err(f"{self.name}: {name}: line {self.line}: {text}")

    def stop(self, text: str, status: int = 2) -> NoReturn:
        """End the shell with an error."""
        raise ShellError(text, status)

    @property
    def redirection_status(self) -> int:
        """The status of a command whose redirection fails."""
        return 2 if self.dialect == "dash" else 1

    def refuse(self, text: str) -> NoReturn:
        """End the shell for a parameter that is not set; bash has a status of its own for that."""
        raise ShellError(text, 127 if self.dialect == "bash" else 2)

    # ---- signals

    def interrupt(self) -> None:
        """A SIGINT came that has no trap."""
        self.interrupted = True

    def set_trap(self, name: str, action: str | None) -> None:
        """Say what a signal ("TERM", "EXIT") does: run `action`, nothing (""), or the default (None)."""
        if action is None:
            self.traps.pop(name, None)
        else:
            self.traps[name] = action
        if name in ("EXIT", "KILL", "STOP", "ERR", "DEBUG", "RETURN"):
            return
        number = signals.NUMBERS[name]
        if action is None:
            self.proc.trap(number, self.interrupt if number == signals.INT else None)
        elif action == "":
            self.proc.trap(number, "ignore")
        else:
            self.proc.trap(number, lambda: self.pending.append(number))

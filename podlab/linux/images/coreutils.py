"""GNU's tools where an image has them: podlab's own tools, with the words and exit codes of coreutils and the like.

The tools do the same work; what differs is how they word what went wrong. So a GNU tool is busybox's with a stream in
the place of stderr that puts its lines into GNU's words. Models coreutils 9, findutils, sed, procps.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from functools import cache
from typing import Any

from podlab.linux.process import Program
from podlab.linux.program import Proc
from podlab.linux.streams import Stream
from podlab.linux.waits import Wait

PREFIX = "gnu:"
"""Before the name of a tool: GNU's."""

_OPENING = ("can't open '(.*)': (.*)", r"cannot open '\1' for reading: \2")
_PLAIN = ("can't open '(.*)': (.*)", r"\1: \2")
_ANY: tuple[tuple[str, str], ...] = (
    (r"unrecognized option: -?-(\S+)", r"unrecognized option '--\1'"),
    (r"unrecognized option: (\S)$", r"invalid option -- '\1'"),
    (r"unrecognized option '(-\S+)'", r"unrecognized option '\1'"),
    (r"can't execute '(.*)': (.*)", r"'\1': \2"),
)

WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cat": (_PLAIN,),
    "chgrp": (("(.*): (No such.*)", r"cannot access '\1': \2"),),
    "chmod": (("(.*): (No such.*)", r"cannot access '\1': \2"), ("invalid mode '(.*)'", r"invalid mode: '\1'")),
    "chown": (("(.*): (No such.*)", r"cannot access '\1': \2"), ("unknown user (.*)", r"invalid user: '\1'")),
    "cp": (
        ("can't stat '(.*)': (.*)", r"cannot stat '\1': \2"),
        ("can't create '(.*)': (.*)", r"cannot create regular file '\1': \2"),
        ("omitting directory '(.*)'", r"-r not specified; omitting directory '\1'"),
    ),
    "dd": (("can't open '(.*)': (.*)", r"failed to open '\1': \2"),),
    "du": (("(.*): (No such.*)", r"cannot access '\1': \2"),),
    "find": (("(.*): (No such.*|Permission denied)", r"'\1': \2"),),
    "head": ((r"([^']*): (No such.*|Permission denied|Is a directory)", r"cannot open '\1' for reading: \2"), _OPENING),
    "id": (("unknown user (.*)", r"'\1': no such user"),),
    "ln": (("(.*): (File exists|No such.*)", r"failed to create symbolic link '\1': \2"),),
    "ls": (("(.*): (No such.*)", r"cannot access '\1': \2"), ("(.*): (Perm.*)", r"cannot open directory '\1': \2")),
    "mkdir": (("can't create directory '(.*)': (.*)", r"cannot create directory '\1': \2"),),
    "mktemp": (("(.*): (No such.*)", r"failed to create file via template '\1': \2"),),
    "mv": (
        ("can't rename '(.*)': (No such.*)", r"cannot stat '\1': \2"),
        ("can't rename '(.*)': (.*)", r"cannot move '\1': \2"),
    ),
    "nohup": (("can't execute '(.*)': (.*)", r"failed to run command '\1': \2"),),
    "nice": (("can't execute '(.*)': (.*)", r"'\1': \2"),),
    "rm": (
        ("can't remove '(.*)': (.*)", r"cannot remove '\1': \2"),
        ("'(.*)' is a directory", r"cannot remove '\1': Is a directory"),
    ),
    "rmdir": (("'(.*)': (.*)", r"failed to remove '\1': \2"),),
    "sed": ((r"(.*): (No such.*|Permission denied)", r"can't read \1: \2"),),
    "sleep": (("invalid number '(.*)'", r"invalid time interval '\1'"),),
    "sort": ((r"(?:can't open ')?([^']*)'?: (No such.*|Permission denied)", r"cannot read: \1: \2"),),
    "stat": (("can't stat '(.*)': (.*)", r"cannot statx '\1': \2"),),
    "tail": (
        ("no files", ""),
        _OPENING,
        (r"([^']*): (No such.*|Permission denied)", r"cannot open '\1' for reading: \2"),
    ),
    "timeout": (
        ("can't execute '(.*)': (.*)", r"failed to run command '\1': \2"),
        ("invalid number '(.*)'", r"invalid time interval '\1'"),
    ),
    "touch": (("(.*): (No such.*|Permission denied|Read-only.*)", r"cannot touch '\1': \2"),),
    "wc": (_PLAIN,),
    **dict.fromkeys(("cksum", "cut", "fold", "md5sum", "nl", "paste", "sha256sum", "tac", "tr", "uniq"), (_PLAIN,)),
    **dict.fromkeys(("base64", "comm", "date", "env", "expr", "seq", "split", "tee", "xargs", "df", "truncate"), ()),
}
"""What busybox says behind the tool's name, and what GNU's tool says instead."""

_WITH_HINT = re.compile(
    r"(invalid (?:option|time interval|mode)|missing (?:file )?operand|unrecognized option|extra operand)"
)
_CODES = {("ls", 1): 2, ("sed", 1): 2, ("sort", 1): 2}
"""Exit codes that differ after a complaint."""


class Reworded(Stream):
    """In the place of a tool's stderr: whole lines in GNU's words. Busybox's page of help becomes GNU's one line."""

    __slots__ = ("_helps", "_name", "_path", "_to", "complained")

    def __init__(self, to: Stream, path: str) -> None:
        super().__init__()
        self._to = to
        self._path = path
        self._name = path.rpartition("/")[2]
        self._helps = False
        self.complained = False

    def write(self, text: str) -> None:
        """Write the text in other words. Errors: as of the stream behind it."""
        lines = text.split("\n")
        said = [self._line(line) for line in lines[:-1]]
        self._to.write("".join(line + "\n" for line in said if line is not None) + lines[-1])

    def room(self) -> Wait:
        """As of the stream behind it."""
        return self._to.room()

    def _line(self, line: str) -> str | None:
        """One line; None for what GNU does not say."""
        if self._helps or line.startswith("BusyBox v"):
            helps, self._helps = self._helps, True
            return None if helps or self.complained else f"{self._path}: missing operand\n{self._hint()}"
        head, colon, text = line.partition(": ")
        if not colon or head.rpartition("/")[2] != self._name:
            return line
        self.complained = True
        for old, new in (*WORDS[self._name], *_ANY):
            match = re.fullmatch(old, text)
            if match:
                text = match.expand(new)
                break
        if not text:
            return None
        return f"{self._path}: {text}" + (f"\n{self._hint()}" if _WITH_HINT.match(text) else "")

    def _hint(self) -> str:
        return f"Try '{self._path} --help' for more information."


@cache
def gnu(name: str, tool: Program) -> Program:
    """GNU's tool of that name, made of busybox's."""
    if name == "ps":
        from podlab.linux.images.procps import ps

        return ps(tool)
    if name not in WORDS:
        return tool

    def run(proc: Proc) -> Generator[Any, Any, int] | int:
        began, stderr = proc.now, None
        behind = proc.process.fds.get(2)
        if behind is not None:
            stderr = proc.process.fds[2] = Reworded(behind, proc.argv[0])
        result = tool(proc)
        if isinstance(result, int):
            return _code(name, result, stderr)
        return _steps(proc, name, result, stderr, began)

    run.__name__ = name
    return run


def _steps(
    proc: Proc, name: str, result: Generator[Any, Any, int], stderr: Reworded | None, began: float
) -> Generator[Any, Any, int]:
    status = int((yield from result) or 0)
    if name == "timeout":
        return _timeout(proc, status, began)
    return _code(name, status, stderr)


def _code(name: str, status: int, stderr: Reworded | None) -> int:
    complained = stderr is not None and stderr.complained
    return _CODES.get((name, status), status) if complained else status


def _timeout(proc: Proc, status: int, began: float) -> int:
    """GNU's timeout ends with 124 when the time was over (137 when it had to kill)."""
    given = next((word for word in proc.argv[1:] if re.fullmatch(r"[\d.]+[smhd]?", word)), "0")
    limit = float(given.rstrip("smhd") or 0) * {"m": 60, "h": 3600, "d": 86400}.get(given[-1], 1)
    over = status > 128 and limit > 0 and proc.now - began >= limit
    return 124 if over and status != 137 and "--preserve-status" not in proc.argv else status

"""The main input of an awk program: the files of the command line, and assignments among them."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox.applets import ToolError
from podlab.busybox.awk.files import Records
from podlab.busybox.awk.frames import Variable
from podlab.busybox.awk.interpreter import Interpreter
from podlab.busybox.awk.lexer import unescaped
from podlab.busybox.awk.values import Array, Input

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL | re.ASCII)


def assign(awk: Interpreter, word: str) -> bool:
    """Carry out `name=value`; false when it is no assignment."""
    match = _ASSIGNMENT.fullmatch(word)
    if match is None:
        return False
    awk.set(match[1], Input(unescaped(match[2])))
    return True


class MainInput:
    """Gives the records of all files, one by one."""

    def __init__(self, awk: Interpreter, words: Sequence[str]) -> None:
        self._awk = awk
        self._waiting = list(words)
        self._records: Records | None = None
        self._read_any = False
        arguments = Array((str(index), Input(word)) for index, word in enumerate(["awk", *words]))
        awk.variables["ARGV"] = Variable(array=arguments)
        awk.variables["ARGC"] = Variable(float(len(arguments)))

    def next(self) -> Generator[Any, Any, str | None]:
        """The next record, None at the end of the last file."""
        awk = self._awk
        while True:
            if self._records is None and not self._open():
                return None
            assert self._records is not None
            if not self._records.ready:
                awk.flush()
                yield awk.proc.flush()
            record = yield from self._records.next(awk.text(awk.get("RS")))
            if record is not None:
                awk.count("NR")
                awk.count("FNR")
                return record
            self._records = None

    def skip(self) -> None:
        """`nextfile`"""
        self._records = None

    def _open(self) -> bool:
        """Open the next file (stdin, if there is none at all); false when there is no other."""
        awk = self._awk
        while self._waiting or not self._read_any:
            word = self._waiting.pop(0) if self._waiting else "-"
            if word and assign(awk, word):
                continue
            self._read_any = True
            if not word:
                continue
            try:
                stream = awk.proc.fds.get(0) if word == "-" else awk.proc.open(word)
            except OSError as problem:
                raise ToolError(f"{word}: {problem.strerror}") from None
            awk.set("FILENAME", word)
            awk.set("FNR", 0.0)
            self._records = Records(stream)
            return True
        return False

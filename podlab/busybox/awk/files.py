"""What an awk program reads from, writes to and pipes into. Files and commands stay open until `close`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from podlab.busybox import regex
from podlab.busybox.applets import ToolError
from podlab.busybox.awk.values import AwkError
from podlab.linux.process import Process
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

Waiting = Generator[Any, Any, Any]


class Records:
    """Cuts a stream into records: at a character, at an expression, or at empty lines (separator "")."""

    def __init__(self, stream: Stream | None) -> None:
        self._stream = stream
        self._text, self._at = "", 0
        self._over = stream is None

    def next(self, separator: str) -> Generator[Any, Any, str | None]:
        """The next record, None at the end."""
        while True:
            if separator == "":
                while self._text.startswith("\n", self._at):
                    self._at += 1
            cut = self._cut(separator)
            if cut is not None:
                record, self._at = self._text[self._at : cut[0]], cut[1]
                return record
            if self._over:
                break
            assert self._stream is not None
            try:
                more = yield self._stream.read()
            except OSError as problem:
                raise AwkError(problem.strerror or "read error") from None
            self._over = not more
            self._text, self._at = self._text[self._at :] + (more or ""), 0
        rest = self._text[self._at :]
        self._at = len(self._text)
        if separator in ("", "\n"):
            rest = rest.rstrip("\n") if separator == "" else rest
        return rest or None

    def _cut(self, separator: str) -> tuple[int, int] | None:
        """Where the record ends and the next one begins, if that is known yet."""
        if separator == "":
            at = self._text.find("\n\n", self._at)
            return (at, at + 2) if at >= 0 else None
        if len(separator) == 1:
            at = self._text.find(separator, self._at)
            return (at, at + 1) if at >= 0 else None
        match = regex.extended(separator).search(regex.Subject(self._text), self._at)
        if match is None or match.end == match.start or (match.end == len(self._text) and not self._over):
            return None
        return match.start, match.end

    @property
    def ready(self) -> bool:
        """Whether there is more to take without reading."""
        return self._at < len(self._text)


@dataclass(slots=True)
class _Open:
    """Something open: a stream to write to, or records to take; `child` is the command behind it."""

    writer: Stream | None = None
    records: Records | None = None
    child: Process | None = None
    reader: Stream | None = None


class Files:
    """All that is open, by the name the program gave it."""

    def __init__(self, proc: Proc) -> None:
        self._proc = proc
        self._open: dict[str, _Open] = {}

    def target(self, how: str, name: str) -> Stream:
        """Where `print > name`, `>> name`, `| name` writes. Errors: `ToolError`."""
        found = self._open.get(name)
        if found is None or found.writer is None:
            found = self._open[name] = self._command(name, True) if how == "|" else self._file(how, name)
        assert found.writer is not None
        return found.writer

    def source(self, how: str, name: str) -> Records | None:
        """What `getline < name` or `name | getline` reads; None for a file that is not there."""
        found = self._open.get(name)
        if found is None or found.records is None:
            if how == "|":
                found = self._open[name] = self._command(name, False)
            else:
                try:
                    stream = self._proc.fds.get(0) if name == "-" else self._proc.open(name)
                except OSError:
                    return None
                found = self._open[name] = _Open(records=Records(stream), reader=stream)
        return found.records

    def _file(self, how: str, name: str) -> _Open:
        try:
            return _Open(writer=self._proc.open(name, "a" if how == ">>" else "w"))
        except OSError as problem:
            raise ToolError(f"can't open '{name}': {problem.strerror}") from None

    def _command(self, text: str, writes: bool) -> _Open:
        """Start a command with a pipe to it or from it."""
        proc = self._proc
        reader, writer = proc.pipe()
        try:
            if writes:
                child = proc.spawn(["/bin/sh", "-c", text], argv=["sh", "-c", text], stdin=reader)
                proc.close(reader)
                return _Open(writer=writer, child=child)
            child = proc.spawn(["/bin/sh", "-c", text], argv=["sh", "-c", text], stdout=writer)
            proc.close(writer)
        except OSError as problem:
            raise ToolError(f"{text}: {problem.strerror}") from None
        return _Open(records=Records(reader), child=child, reader=reader)

    def close(self, name: str) -> Generator[Any, Any, int]:
        """Close one; gives what pclose gives: the exit status times 256, 0 when nothing of that name is open."""
        found = self._open.pop(name, None)
        if found is None:
            return 0
        for stream in (found.writer, found.reader):
            if stream is not None and stream is not self._proc.fds.get(0):
                self._proc.close(stream)
        if found.child is None:
            return 0
        status = yield self._proc.wait(found.child)
        return int(status) * 256 if status < 128 else int(status) - 128

    def close_all(self) -> Waiting:
        """The program is over: wait for its commands."""
        for name in list(self._open):
            yield from self.close(name)

    def run(self, command: str) -> Generator[Any, Any, int]:
        """`system(command)`: its exit status."""
        try:
            child = self._proc.spawn(["/bin/sh", "-c", command], argv=["sh", "-c", command])
        except OSError:
            return 127
        return int((yield self._proc.wait(child)))

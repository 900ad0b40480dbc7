"""Reading line by line what comes from files and stdin, as it comes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox.applets import ToolError
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

NextLine = Generator[Any, Any, str]


class Lines:
    """The lines of a stream. `line = yield from lines.next()`: with its newline if it has one, "" at the end."""

    def __init__(self, stream: Stream | None, end: str = "\n") -> None:
        self._stream = stream
        self._end = end
        self._text = ""
        self._at = 0
        self._over = stream is None

    def next(self) -> NextLine:
        """The next line. A directory has none."""
        while (found := self._text.find(self._end, self._at)) < 0 and not self._over:
            assert self._stream is not None
            try:
                more = yield self._stream.read()
            except IsADirectoryError:
                more = ""
            self._over = not more
            self._text, self._at = self._text[self._at :] + (more or ""), 0
        end = found + 1 if found >= 0 else len(self._text)
        line = self._text[self._at : end]
        self._at = end
        return line

    @property
    def ready(self) -> bool:
        """Whether another whole line has been read already."""
        return self._text.find(self._end, self._at) >= 0


def opened(proc: Proc, path: str) -> Stream | None:
    """A file for reading; "-" is stdin. Errors: `OSError` with the path as it was given."""
    if path == "-":
        return proc.fds.get(0)
    try:
        return proc.open(path)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, path) from None


def opened_or_told(proc: Proc, name: str, path: str, form: str = "{}: {}") -> Stream | None:
    """A file for reading, or None after saying why it cannot be: `form` of the path and the reason."""
    try:
        return opened(proc, path)
    except OSError as problem:
        proc.err(f"{name}: " + form.format(path, problem.strerror))
        return None


def whole(stream: Stream | None, directory: bool = False) -> NextLine:
    """All that comes from a stream until its end. Errors: `ToolError` when it is a directory, unless that may be."""
    parts = []
    try:
        while stream is not None and (text := (yield stream.read())):
            parts.append(text)
    except OSError as problem:
        if directory:
            return ""
        raise ToolError(f"read error: {problem.strerror}") from None
    return "".join(parts)


def texts(
    proc: Proc, name: str, paths: Sequence[str], directory: str = "Is a directory"
) -> Generator[Any, Any, tuple[list[str], int]]:
    """The texts of files (none: stdin) and the exit status: 1 when one could not be read, after saying so.

    `directory`: what is said of a directory; nothing at all when it is empty, and its text is empty too.
    """
    found, status = [], 0
    for path in paths or ["-"]:
        stream = opened_or_told(proc, name, path)
        if stream is None:
            status = 1
            continue
        try:
            found.append((yield from whole(stream, not directory)))
        except ToolError:
            proc.err(f"{name}: {path}: {directory}")
            status = 1
    return found, status


def split(text: str, end: str = "\n") -> list[str]:
    """The lines of a text, without what ends them."""
    lines = text.split(end)
    if lines[-1] == "":
        lines.pop()
    return lines

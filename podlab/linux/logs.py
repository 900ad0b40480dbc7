"""A container's log: what its processes write to stdout and stderr, line by line.

Models containerd's CRI logger: a line is logged when it is complete, or when the writer has ended.
"""

from __future__ import annotations

from podlab.linux.files import FileHost
from podlab.linux.group import Group
from podlab.linux.streams import Stream, printable

MAX_LINES = 10_000
MAX_CHARACTERS = 1 << 20
"""What one run may log; the rest is dropped, with a note."""

MAX_LINE = 16384
"""A longer line is cut into pieces of this length, as containerd does."""

Line = tuple[float, str, str]
"""Seconds, "stdout" or "stderr", and the text without its newline."""


class LogStream(Stream):
    """stdout or stderr of a container: complete lines go into the log."""

    __slots__ = ("_clock", "_group", "_lines", "_name", "_open", "size")

    def __init__(self, name: str, lines: list[Line], clock: FileHost, group: Group) -> None:
        super().__init__()
        self._name = name
        self._lines = lines
        self._clock = clock
        self._group = group
        self._open = ""
        self.size = 0

    def write(self, text: str) -> None:
        """Log what is complete; keep the rest for later."""
        if self.size > MAX_CHARACTERS:
            return
        *complete, self._open = (self._open + text).split("\n")
        for line in complete:
            self._log(line)
        if len(self._open) >= MAX_LINE:
            self._log(self._open)
            self._open = ""

    def flush(self) -> None:
        """The writers have ended: what is left is a line too."""
        if self._open:
            self._log(self._open)
            self._open = ""

    def _log(self, line: str) -> None:
        for start in range(0, len(line) or 1, MAX_LINE):
            piece = line[start : start + MAX_LINE]
            self.size += len(piece)
            if len(self._lines) >= MAX_LINES or self.size > MAX_CHARACTERS:
                self._group.note(f"the log is cut off after {len(self._lines)} lines")
                self.size = MAX_CHARACTERS + 1
                return
            self._lines.append((self._clock.now, self._name, printable(piece)))

"""The line discipline of a terminal, for commands that are run with a TTY: echo, editing, Ctrl-C and Ctrl-D, a prompt.

A real terminal is a device of the kernel; podlab's programs know only streams, so this stands between the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHELLS = ("sh", "ash", "bash", "dash")
_ERASE = "\b \b"


@dataclass(frozen=True)
class Typed:
    """What came of some keys: what is shown at once, the lines that are finished, Ctrl-C, Ctrl-D on an empty line."""

    echo: str = ""
    line: str = ""
    interrupt: bool = False
    end: bool = False


class Terminal:
    """One terminal. `command` tells whether a shell is run that would show a prompt."""

    def __init__(self, command: Sequence[str]) -> None:
        name = command[0].rpartition("/")[2] if command else ""
        self._is_shell = name in SHELLS and len(command) == 1
        self._bash = name == "bash"
        self._line = ""
        self._prompts = 0 if self._is_shell else -1
        self._waits = self._is_shell

    def typed(self, text: str) -> Typed:
        """Keys come in."""
        echo = line = ""
        interrupt = end = False
        for key in text:
            if key in "\r\n":
                echo += "\r\n"
                line += self._line + "\n"
                self._line = ""
                self._waits = self._is_shell
            elif key in "\x7f\b":
                if self._line:
                    self._line = self._line[:-1]
                    echo += _ERASE
            elif key == "\x03":
                echo += "^C\r\n"
                self._line, interrupt = "", True
                self._waits = self._is_shell
            elif key == "\x04":
                end = end or not self._line
            elif key == "\x15":
                echo += _ERASE * len(self._line)
                self._line = ""
            elif key >= " " or key == "\t":
                self._line += key
                echo += key
        return Typed(echo, line, interrupt, end)

    def shown(self, text: str) -> str:
        """What a program writes, as it reaches the screen."""
        return text.replace("\r\n", "\n").replace("\n", "\r\n")

    def prompt(self, where: str, *, anything_new: bool) -> str:
        """The shell's prompt, if it waits for a line and has not shown one yet."""
        if not self._waits:
            return ""
        self._waits = False
        return f"{where} # " if not self._bash else f"root:{where}# "

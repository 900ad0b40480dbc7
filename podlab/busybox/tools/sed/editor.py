"""Runs a `sed` script on lines. Models busybox editors/sed.c process_files."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from podlab.busybox.applets import ToolError
from podlab.busybox.regex import Expression
from podlab.busybox.tools.lines import Lines
from podlab.busybox.tools.sed.script import LAST, Address, Command, Script
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

Steps = Generator[Any, Any, None]


class Input:
    """All lines of the files, one after the other; knows whether there is another one."""

    def __init__(self, streams: list[Stream]) -> None:
        self._waiting = list(streams)
        self._lines: Lines | None = None
        self._ahead: str | None = None

    def peek(self) -> Generator[Any, Any, str]:
        """The next line without taking it; "" when there is none."""
        while not self._ahead:
            if self._lines is not None:
                self._ahead = yield from self._lines.next()
            if not self._ahead:
                if not self._waiting:
                    return ""
                self._lines = Lines(self._waiting.pop(0))
        return self._ahead

    def take(self) -> Generator[Any, Any, str]:
        """The next line."""
        line = yield from self.peek()
        self._ahead = None
        return line

    @property
    def waits(self) -> bool:
        """Whether it would have to read again for the line after the next."""
        return self._lines is None or not self._lines.ready


class Printer:
    """Prints lines; one without a newline gets it as soon as something follows."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._unfinished = False

    def print(self, text: str, newline: bool = True) -> None:
        """Print a line."""
        self._write(("\n" if self._unfinished else "") + text + ("\n" if newline else ""))
        self._unfinished = not newline and (bool(text) or self._unfinished)


class Editor:
    """The pattern space, the hold space, and what each command does."""

    def __init__(self, proc: Proc, script: Script, quiet: bool, write: Callable[[str], object]) -> None:
        self._proc, self._quiet = proc, quiet
        self._commands = script.commands
        self._out: list[str] = []
        self._write = write
        self._printer = Printer(self._out.append)
        self._files = self._opened()
        self._number = 0
        self._space, self._newline, self._hold = "", True, ""
        self._appended: list[Command] = []
        self._replaced = False
        self._last_pattern: Expression | None = None

    def _opened(self) -> dict[str, Printer]:
        """The files that `w` writes to: emptied before the first line is read."""
        names = [one.text for one in self._commands if one.name == "w"]
        names += [one.substitution.flags.file for one in self._commands if one.substitution is not None]
        proc = self._proc
        found = {}
        for name in filter(None, names):
            fd = {"/dev/stdout": 1, "/dev/stderr": 2}.get(name)
            stream = proc.fds.get(fd) if fd is not None else proc.open(name, "w")
            if stream is not None:
                found[name] = Printer(stream.write)
        return found

    def run(self, source: Input) -> Steps:
        """Edit all lines."""
        again = False
        try:
            while again or (yield from source.peek()):
                if not again:
                    yield from self._next(source)
                self._replaced = False
                after = yield from self._cycle(source)
                again = after == "again"
                if after in ("print", "quit") and not self._quiet:
                    self._printer.print(self._space, self._newline)
                self._flush_appended()
                if source.waits:
                    self._flush()
                    yield self._proc.flush()
                if after in ("quit", "over"):
                    return
        finally:
            self._flush()

    def _flush(self) -> None:
        if self._out:
            self._write("".join(self._out))
            self._out.clear()

    def _next(self, source: Input) -> Steps:
        line = yield from source.take()
        self._number += 1
        self._space, self._newline = line.removesuffix("\n"), line.endswith("\n")

    def _flush_appended(self) -> None:
        for command in self._appended:
            if command.name == "a":
                self._printer.print(command.text)
                continue
            try:
                text = self._proc.read_file(command.text)
            except OSError:
                continue
            for line in text.splitlines():
                self._printer.print(line)
        self._appended.clear()

    # ---- one line

    def _cycle(self, source: Input) -> Generator[Any, Any, str]:
        """Run the commands. Then: "print" the pattern space, "drop" it, "again" without reading, "quit", "over"."""
        at = 0
        turns = 0
        while at < len(self._commands):
            command = self._commands[at]
            at += 1
            at_end = not (yield from source.peek())
            applies = self._matches(command, at_end) != command.negated
            if command.name == "{":
                at = at if applies else self._block_end(at - 1)
                continue
            if not applies:
                continue
            if command.name in "btT":
                at = self._jump(command, at)
                turns += 1
                if turns % 100 == 0:
                    yield self._proc.step()
            elif command.name in "nN":
                if not (yield from self._take_line(command.name, source, at_end)):
                    return "over"
            else:
                after = self._do(command)
                if after:
                    return after
        return "print"

    def _block_end(self, at: int) -> int:
        depth = 0
        for index in range(at, len(self._commands)):
            depth += {"{": 1, "}": -1}.get(self._commands[index].name, 0)
            if depth == 0:
                return index + 1
        raise ToolError("unterminated {")

    def _jump(self, command: Command, at: int) -> int:
        if command.name != "b":
            wanted = self._replaced == (command.name == "t")
            if command.name == "t" or not wanted:
                self._replaced = False
            if not wanted:
                return at
        if not command.text:
            return len(self._commands)
        for index, other in enumerate(self._commands):
            if other.name == ":" and other.text == command.text:
                return index
        raise ToolError(f"can't find label for jump to '{command.text}'")

    def _take_line(self, name: str, source: Input, at_end: bool) -> Generator[Any, Any, bool]:
        """`n` and `N`; false when there is no line to take: then all is over."""
        if at_end:
            if not self._quiet:
                self._printer.print(self._space, self._newline)
            return False
        if name == "n":
            if not self._quiet:
                self._printer.print(self._space, self._newline)
            self._flush_appended()
            yield from self._next(source)
        else:
            before = self._space
            self._flush_appended()
            yield from self._next(source)
            self._space = f"{before}\n{self._space}"
        return True

    def _do(self, command: Command) -> str:
        """A command that needs no other line; what comes next, or "" to go on."""
        name = command.name
        if name == "s":
            self._substitute(command)
        elif name == "y":
            self._space = self._space.translate(command.table)
        elif name == "p":
            self._printer.print(self._space)
        elif name == "P":
            self._printer.print(self._space.partition("\n")[0])
        elif name == "=":
            self._printer.print(str(self._number))
        elif name == "i":
            self._printer.print(command.text)
        elif name in "ar":
            self._appended.append(command)
        elif name == "w":
            self._files[command.text].print(self._space, self._newline)
        elif name in "gGhHx":
            self._hold_space(name)
        elif name == "c":
            if not command.inside:
                self._printer.print(command.text)
            return "drop"
        elif name == "D":
            _, newline, rest = self._space.partition("\n")
            if newline:
                self._space = rest
                return "again"
            return "drop"
        return {"d": "drop", "q": "quit"}.get(name, "")

    def _hold_space(self, name: str) -> None:
        if name == "g":
            self._space = self._hold
        elif name == "G":
            self._space += "\n" + self._hold
            self._newline = True
        elif name == "h":
            self._hold = self._space
        elif name == "H":
            self._hold += "\n" + self._space
        else:
            self._space, self._hold = self._hold, self._space
            self._newline = True

    def _substitute(self, command: Command) -> None:
        substitution = command.substitution
        assert substitution is not None
        self._space, changed = substitution.apply(self._used(substitution.pattern), self._space)
        self._replaced = self._replaced or changed
        if changed and substitution.flags.prints:
            self._printer.print(self._space)
        if changed and substitution.flags.file:
            self._files[substitution.flags.file].print(self._space, self._newline)

    def _used(self, pattern: Expression | None) -> Expression:
        """An expression, or the last one used for an empty one. Errors: `ToolError`."""
        self._last_pattern = pattern or self._last_pattern
        if self._last_pattern is None:
            raise ToolError("no previous regexp")
        return self._last_pattern

    # ---- addresses

    def _hit(self, address: Address) -> bool:
        return self._used(address.pattern).test(self._space)

    def _begins(self, command: Command, at_end: bool) -> bool:
        first = command.first
        if first is None:
            return True
        if first.line is None:
            return self._hit(first)
        if first.line == LAST:
            return at_end
        if command.last is None:
            return first.line == self._number
        return 0 < first.line <= self._number and not command.over

    def _matches(self, command: Command, at_end: bool) -> bool:
        """Whether the line is one of the command's; keeps what its range is doing."""
        before = command.inside
        matched = before or self._begins(command, at_end)
        if matched:
            last = command.last
            if last is not None and last.after is not None and command.until is None:
                command.until = self._number + last.after
            if command.first is not None and command.first.line is not None and command.first.line > 0:
                command.over = True
            command.inside = not self._ends(command, before, at_end)
            if not command.inside and command.first is not None and command.first.line is None:
                command.until = None
        return matched

    def _ends(self, command: Command, before: bool, at_end: bool) -> bool:
        last = command.last
        if last is None:
            return True
        if last.after is not None:
            return command.until is not None and command.until <= self._number
        if last.line is not None:
            return at_end if last.line == LAST else last.line <= self._number
        return before and self._hit(last)

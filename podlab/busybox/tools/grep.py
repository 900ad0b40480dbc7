"""`grep`, `egrep`, `fgrep`. Models busybox findutils/grep.c."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podlab.busybox import options, regex
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.busybox.tools.lines import Lines, split, whole
from podlab.linux.program import Proc
from podlab.linux.streams import Stream

Steps = Generator[Any, Any, int]

_LETTERS = "lnqvscFiHhe:Lorf:m:wxA:B:C:EzRaI"
_STDIN = "(standard input)"


@dataclass(frozen=True, slots=True)
class _Found:
    """The first of the patterns that is found in a line, and what `-o` prints of it."""

    pieces: tuple[str, ...] = ()


class _Text:
    """A pattern of -F: plain text."""

    def __init__(self, text: str, opts: options.Options) -> None:
        self._text = text
        self._wanted = text.lower() if "i" in opts else text
        self._fold, self._opts = "i" in opts, opts

    def find(self, line: str) -> _Found | None:
        """Where it is in a line."""
        searched = line.lower() if self._fold else line
        if "x" in self._opts:
            return _Found((self._text,)) if searched == self._wanted else None
        at = searched.find(self._wanted)
        while at >= 0 and "w" in self._opts and not _whole_word(line, at, at + len(self._wanted)):
            at = searched.find(self._wanted, at + 1)
        return _Found((self._text,)) if at >= 0 else None


class _Regex:
    """A regular expression; it is read when the first line is searched, so that empty input finds no mistake in it."""

    def __init__(self, text: str, opts: options.Options, extended: bool) -> None:
        self._text, self._opts, self._extended = text, opts, extended

    @cached_property
    def _expression(self) -> regex.Expression:
        """What was read, as soon as there is a line to search in. Errors: `ToolError`."""
        try:
            return regex.compile_regex(self._text, extended=self._extended, ignore_case="i" in self._opts, lenient=True)
        except regex.RegexError:
            raise ToolError(f"bad regex '{self._text}'", 2) from None

    def find(self, line: str) -> _Found | None:
        """Where it is in a line, the way -x and -w want it."""
        if not ("x" in self._opts or "w" in self._opts or "o" in self._opts):
            return _Found() if self._expression.test(line) else None
        subject = regex.Subject(line)
        match = self._expression.search(subject)
        if match is None:
            return None
        if "x" in self._opts:
            if (match.start, match.end) != (0, len(line)):
                return None
        elif "w" in self._opts:
            match = self._word(subject, match)
            if match is None:
                return None
        return _Found(tuple(self._pieces(subject, match)) if "o" in self._opts else ())

    def _word(self, subject: regex.Subject, match: regex.Match | None) -> regex.Match | None:
        """The first match that is a word by itself; the search goes on behind each that is none."""
        while match is not None and not _whole_word(subject.text, match.start, match.end):
            if match.end >= subject.length or match.start == match.end:
                return None
            match = self._expression.search(subject, match.end)
        return match if match is not None and match.end > match.start else None

    def _pieces(self, subject: regex.Subject, match: regex.Match | None) -> Iterator[str]:
        while match is not None:
            if match.end > match.start:
                yield match.group()
            at = match.end + (match.end == match.start)
            if at > subject.length or match.end == subject.length:
                return
            match = self._expression.search(subject, at)


def _whole_word(line: str, start: int, end: int) -> bool:
    def letter(at: int) -> bool:
        return 0 <= at < len(line) and (line[at].isalnum() or line[at] == "_")

    return not letter(start - 1) and not letter(end)


@tool("grep", "egrep", "fgrep", style=EXEC)
def _grep(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, _LETTERS, {"color": "a"}, status=2) if "--color" not in str(argv) else _coloured(argv)
    try:
        search = yield from _prepared(proc, argv[0].rpartition("/")[2], opts)
    except ToolError as problem:
        if isinstance(problem, UsageError):
            raise
        raise ToolError(str(problem), 2) from None
    return (yield from search.run())


def _coloured(argv: Sequence[str]) -> options.Options:
    """`--color[=WHEN]` is taken, and does nothing without a terminal."""
    rest = [word for word in argv if word != "--color" and not word.startswith("--color=")]
    return options.parse(rest, _LETTERS, status=2)


def _prepared(proc: Proc, name: str, opts: options.Options) -> Generator[Any, Any, _Search]:
    """Read the patterns. Errors: `ToolError`."""
    sources: list[str] = []
    for letter, value in opts.every:
        if letter == "e":
            sources += value.split("\n")
        elif letter == "f":
            stream = proc.fds.get(0) if value == "-" else proc.open(value)
            sources += split((yield from whole(stream)))
    paths = list(opts.words)
    if not opts.has("ef"):
        if not paths:
            raise UsageError("", 2)
        sources = paths.pop(0).split("\n")
    context = {letter: options.unsigned(opts[letter]) for letter in "ABCm" if letter in opts}
    plain, extended = "F" in opts or name == "fgrep", "E" in opts or name == "egrep"
    patterns = [_Text(one, opts) if plain else _Regex(one, opts, extended) for one in sources]
    return _Search(proc, opts, patterns, paths, context)


class _Search:
    """A search through files."""

    def __init__(
        self,
        proc: Proc,
        opts: options.Options,
        patterns: list[_Text | _Regex],
        paths: list[str],
        numbers: dict[str, int],
    ) -> None:
        self._proc, self._opts, self._patterns = proc, opts, patterns
        recursive = opts.has("rR")
        self._paths = paths or ["." if recursive else "-"]
        self._named = "H" in opts or (("h" not in opts) and len(paths) > 1)
        around = numbers.get("C", 0)
        self._before, self._after = numbers.get("B", around), numbers.get("A", around)
        self._most = numbers.get("m")
        if opts.has("cqlLo"):
            self._before = self._after = 0
        self._inverted = "v" in opts
        self._end = "\0" if "z" in opts else "\n"
        self._failed = False
        self._shown_before = False
        self._parts = 0

    def run(self) -> Steps:
        """Search all files; the exit status: 0 found, 1 not, 2 something could not be read."""
        proc, found = self._proc, False
        for path in self._paths:
            for name, stream in self._streams(path):
                named = self._named or (name != path and "h" not in self._opts)
                hit = yield from self._file(_STDIN if name == "-" else name, stream, named)
                found = found or hit
                if found and "q" in self._opts:
                    return 0
                if name != "-" and stream is not None:
                    proc.close(stream)
        return 2 if self._failed else 0 if found else 1

    def _streams(self, path: str) -> Iterator[tuple[str, Stream | None]]:
        """The files that a path means, opened."""
        proc = self._proc
        try:
            if path == "-":
                yield path, proc.fds.get(0)
            elif proc.stat(path).kind != "d":
                yield path, proc.open(path)
            elif self._opts.has("rR"):
                for name in proc.listdir(path):
                    below = posixpath.join(path, name)
                    if proc.stat(below, follow=False).kind in "-d" or "R" in self._opts:
                        yield from self._streams(below)
        except OSError as problem:
            if "s" not in self._opts:
                proc.err(f"grep: {path}: {problem.strerror}")
            self._failed = True

    def _file(self, name: str, stream: Stream | None, named: bool) -> Generator[Any, Any, bool]:
        """Search one file; whether anything was found."""
        lines, opts, proc = Lines(stream, self._end), self._opts, self._proc
        before: list[str] = []
        number = hits = after = 0
        last_shown = 0
        while line := (yield from lines.next()):
            number += 1
            line = line.removesuffix(self._end)
            found = self._find(line)
            if (found is not None) != self._inverted:
                hits += 1
                if "q" in opts or "l" in opts:
                    break
                if "L" in opts:
                    return False
                if "c" not in opts:
                    first = number - len(before)
                    self._separate(last_shown, first)
                    for at, earlier in enumerate(before):
                        self._show(earlier, name if named else "", first + at, "-")
                    before.clear()
                    self._hit(line, found, name if named else "", number)
                    last_shown, after = number, self._after
                if hits == self._most:
                    break
            elif after:
                after -= 1
                last_shown = number
                self._show(line, name if named else "", number, "-")
            elif self._before:
                before = [*before, line][-self._before :]
            if not lines.ready:
                yield proc.flush()
        return self._summary(name, hits, named)

    def _find(self, line: str) -> _Found | None:
        for pattern in self._patterns:
            found = pattern.find(line)
            if found is not None:
                return found
        return None

    def _separate(self, last_shown: int, first: int) -> None:
        """Print `--` between lines that do not follow each other."""
        if (self._before or self._after) and self._shown_before and (last_shown == 0 or first > last_shown + 1):
            self._proc.print("--")
        self._shown_before = True

    def _hit(self, line: str, found: _Found | None, name: str, number: int) -> None:
        if "o" not in self._opts:
            self._show(line, name, number, ":")
            return
        for piece in found.pieces if found is not None else ():
            self._show(piece, name, number, ":")

    def _show(self, line: str, name: str, number: int, mark: str) -> None:
        label = name + mark if name else ""
        self._proc.write(f"{label}{f'{number}{mark}' if 'n' in self._opts else ''}{line}{self._end}")

    def _summary(self, name: str, hits: int, named: bool) -> bool:
        opts, proc = self._opts, self._proc
        if "q" in opts:
            return hits > 0
        if "l" in opts:
            proc.write(f"{name}\n" if hits else "")
        elif "L" in opts:
            proc.print(name)
            return True
        elif "c" in opts:
            proc.print(f"{name}:{hits}" if named else hits)
        return hits > 0

"""`grep`."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from podlab.busybox import options, regex
from podlab.busybox.applets import EXEC, ToolError, everything, tool
from podlab.busybox.tools_text import lines_of
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("grep", "egrep", "fgrep", style=EXEC)
def _grep(proc: Proc, argv: Sequence[str]) -> Steps:
    words = {"quiet": "q", "invert-match": "v", "ignore-case": "i", "count": "c", "extended-regexp": "E"}
    words |= {"line-number": "n", "recursive": "r", "only-matching": "o", "word-regexp": "w", "fixed-strings": "F"}
    opts = options.parse(argv, "HhnlLoqvsrRiwFEzxce:f:m:A:B:C:", words)
    patterns = [value for letter, value in opts.every if letter == "e"]
    paths = list(opts.words)
    if not patterns:
        if not paths:
            raise ToolError("no pattern", 2)
        patterns = [paths.pop(0)]
    wanted = _matcher(argv[0].rpartition("/")[2], patterns, opts)
    if "r" in opts or "R" in opts:
        paths = _below(proc, paths or ["."])
    named = ("H" in opts or len(paths) > 1 or "r" in opts or "R" in opts) and "h" not in opts
    hits, status = 0, 0
    for path in paths or ["-"]:
        try:
            text = (yield from everything(proc.fds.get(0))) if path == "-" else proc.read_file(path)
        except OSError as problem:
            if "s" not in opts:
                proc.err(f"grep: {path}: {problem.strerror}")
            status = 2
            continue
        label = "(standard input)" if path == "-" else path
        found = _search(proc, text, wanted, opts, label, named)
        hits += found
        if found and "q" in opts:
            return 0
    return status or (0 if hits else 1)


def _matcher(name: str, patterns: Iterable[str], opts: options.Options) -> re.Pattern[str]:
    """All patterns as one expression."""
    alternatives = []
    for pattern in (one for text in patterns for one in text.split("\n")):
        if "F" in opts or name == "fgrep":
            source = re.escape(pattern)
        else:
            source = (regex.extended if "E" in opts or name == "egrep" else regex.basic)(pattern).pattern
        if "w" in opts:
            source = rf"\b(?:{source})\b"
        alternatives.append(rf"\A(?:{source})\Z" if "x" in opts else source)
    return re.compile("|".join(f"(?:{one})" for one in alternatives), re.IGNORECASE if "i" in opts else 0)


def _below(proc: Proc, paths: Iterable[str]) -> list[str]:
    found = []
    for path in paths:
        for below, node in proc.process.group.files.walk(proc.path(path)):
            if node.kind == "-":
                found.append(path + below[len(proc.path(path)) :])
    return found


def _search(proc: Proc, text: str, wanted: re.Pattern[str], opts: options.Options, path: str, named: bool) -> int:
    """Print what is found in one text; gives how much that was."""
    lines = lines_of(text)
    found = [at for at, line in enumerate(lines) if (wanted.search(line) is None) == ("v" in opts)]
    found = found[: opts.number("m", len(found))]
    label = f"{path}:" if named else ""
    if "q" in opts:
        return len(found)
    if "l" in opts or "L" in opts:
        listed = bool(found) == ("l" in opts)
        proc.write(f"{path}\n" if listed else "")
        return int(listed)
    elif "c" in opts:
        proc.print(f"{label}{len(found)}")
    elif "o" in opts:
        for at in found:
            for match in wanted.finditer(lines[at]):
                if match.group():
                    proc.print(label + (f"{at + 1}:" if "n" in opts else "") + match.group())
    else:
        _print_lines(proc, lines, found, opts, label)
    return len(found)


def _print_lines(proc: Proc, lines: list[str], found: list[int], opts: options.Options, label: str) -> None:
    around = opts.number("C", 0)
    before, after = opts.number("B", around), opts.number("A", around)
    hits = set(found)
    last = -1
    for at in sorted(
        {near for hit in found for near in range(hit - before, hit + after + 1) if 0 <= near < len(lines)}
    ):
        if (before or after) and last >= 0 and at > last + 1:
            proc.print("--")
        last = at
        mark = ":" if at in hits else "-"
        number = f"{at + 1}{mark}" if "n" in opts else ""
        proc.print(f"{label[:-1] + mark if label else ''}{number}{lines[at]}")

"""`cmp` and `diff`. Models busybox editors/cmp.c and diff.c; diff's output is always the unified one."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened, split, whole
from podlab.busybox.tools.sums import data_of
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


@tool("cmp")
def _cmp(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "lsn:", least=1, most=4, status=1)
    paths = [*opts.words[:2], "-"][:2]
    skips = [options.unsigned(word) for word in opts.words[2:]] + [0, 0]
    data: list[bytes] = []
    for path, skip in zip(paths, skips, strict=False):
        try:
            data.append(data_of((yield from whole(opened(proc, path), directory=True)))[skip:])
        except OSError as problem:
            if "s" in opts:
                return 2
            raise ToolError(f"{path}: {problem.strerror}", 2) from None
    if "n" in opts:
        data = [one[: options.unsigned(opts["n"])] for one in data]
    return _compared(proc, opts, paths, data)


def _compared(proc: Proc, opts: options.Options, paths: list[str], data: list[bytes]) -> int:
    first, second = data
    if first == second:
        return 0
    if "s" in opts:
        return 1
    different = [at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other]
    if different and "l" not in opts:
        line = first[: different[0]].count(b"\n") + 1
        proc.print(f"{paths[0]} {paths[1]} differ: char {different[0] + 1}, line {line}")
        return 1
    for at in different:
        proc.print(f"{at + 1} {first[at]:3o} {second[at]:3o}")
    if len(first) != len(second):
        proc.err(f"cmp: EOF on {paths[0] if len(first) < len(second) else paths[1]}")
    return 1


@tool("diff")
def _diff(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "abdiL:NqrsS:tTU:wupB", least=2, most=2)
    context = options.unsigned(opts["U"]) if "U" in opts else 3
    old, new = opts.words
    try:
        folders = [path != "-" and proc.stat(path).kind == "d" for path in (old, new)]
    except OSError as problem:
        path = old if old != "-" and not proc.exists(old) else new
        raise ToolError(f"can't stat '{path}': {problem.strerror}") from None
    if all(folders):
        return (yield from _folders(proc, opts, old, new, context))
    if any(folders):
        if "-" in (old, new):
            raise UsageError("can't compare stdin to a directory")
        old = posixpath.join(old, posixpath.basename(new)) if folders[0] else old
        new = posixpath.join(new, posixpath.basename(old)) if folders[1] else new
    return (yield from _files(proc, opts, old, new, context))


def _folders(proc: Proc, opts: options.Options, old: str, new: str, context: int) -> Steps:
    status = 0
    there, here = proc.listdir(old), proc.listdir(new)
    for name in sorted({*there, *here}):
        paths = posixpath.join(old, name), posixpath.join(new, name)
        if name not in there or name not in here:
            proc.print(f"Only in {old if name in there else new}: {name}")
            status = 1
        elif proc.stat(paths[0]).kind == "d" and proc.stat(paths[1]).kind == "d":
            if "r" in opts:
                status |= yield from _folders(proc, opts, *paths, context)
            else:
                proc.print(f"Common subdirectories: {paths[0]} and {paths[1]}")
        else:
            status |= yield from _files(proc, opts, *paths, context)
    return status


def _key(opts: options.Options, line: str) -> str:
    """What is compared of a line."""
    if "w" in opts:
        line = "".join(line.split())
    elif "b" in opts:
        line = " ".join(line.split()) if line[:1].strip() else " " + " ".join(line.split())
        line = line.rstrip()
    return line.lower() if "i" in opts else line


def _files(proc: Proc, opts: options.Options, old: str, new: str, context: int) -> Steps:
    texts = []
    for path in (old, new):
        try:
            texts.append((yield from whole(opened(proc, path))))
        except OSError as problem:
            raise ToolError(f"can't stat '{path}': {problem.strerror}") from None
    lines = [split(text) for text in texts]
    keys = [[_key(opts, line) for line in part] for part in lines]
    whole_end = [not text or text.endswith("\n") for text in texts]
    if "B" in opts:
        lines = [[line for line in part if line] for part in lines]
        keys = [[key for key in part if key] for part in keys]
    if keys[0] == keys[1] and (whole_end[0] == whole_end[1] or opts.has("wb")):
        if "s" in opts:
            proc.print(f"Files {old} and {new} are identical")
        return 0
    if "q" in opts:
        proc.print(f"Files {old} and {new} differ")
        return 1
    labels = [*opts.all_of("L"), old, new][:2] if len(opts.all_of("L")) != 1 else [opts["L"], new]
    proc.write("".join(_unified(lines, keys, whole_end, labels, context)))
    return 1


def _unified(
    lines: list[list[str]], keys: list[list[str]], whole_end: list[bool], labels: list[str], context: int
) -> list[str]:
    """The unified form: three lines around each change."""
    marked = [[*part] for part in keys]
    for side in (0, 1):
        if not whole_end[side] and marked[side]:
            marked[side][-1] += "\0"
    out = [f"--- {labels[0]}\n", f"+++ {labels[1]}\n"]
    matcher = difflib.SequenceMatcher(None, marked[0], marked[1], autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        out.append(f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@\n")
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                out += [_shown(" ", lines[0], at, whole_end[0]) for at in range(start, end)]
                continue
            out += [_shown("-", lines[0], at, whole_end[0]) for at in range(start, end)]
            out += [_shown("+", lines[1], at, whole_end[1]) for at in range(new_start, new_end)]
    return out


def _shown(mark: str, lines: list[str], at: int, whole_end: bool) -> str:
    missing = "" if whole_end or at + 1 < len(lines) else "\\ No newline at end of file\n"
    return f"{mark}{lines[at]}\n{missing}"


def _range(start: int, end: int) -> str:
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"

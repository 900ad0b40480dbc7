"""`find`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.busybox.pattern import compile_pattern
from podlab.busybox.tools_process import run
from podlab.linux.program import Proc
from podlab.linux.tree import Node

DEEPEST = 4096
"""A path has no more names than that."""

Check = Callable[[str, Node], bool]
_VALUED = ("-name", "-iname", "-path", "-type", "-maxdepth", "-mindepth", "-mtime", "-mmin", "-size", "-newer", "-perm")


@tool("find")
def _find(proc: Proc, argv: Sequence[str]) -> Generator[Any, Any, int]:
    words = list(argv[1:])
    starts = []
    while words and words[0][0:1] not in ("-", "!", "("):
        starts.append(words.pop(0))
    deepest, least, checks, command, delete, ending = _conditions(proc, words)
    status = 0
    for start in starts or ["."]:
        try:
            found = _walk(proc, start, deepest)
        except OSError as problem:
            proc.err(f"find: {start}: {problem.strerror}")
            status = 1
            continue
        for path, node, depth in reversed(found) if delete else found:
            yield proc.step()
            if depth < least or not all(check(path, node) for check in checks):
                continue
            if delete:
                (proc.rmdir if node.kind == "d" else proc.remove)(path)
            elif command:
                yield from run(proc, [word.replace("{}", path) for word in command])
            else:
                proc.write(path + ending)
    return status


def _walk(proc: Proc, start: str, deepest: int) -> list[tuple[str, Node, int]]:
    """Every path from `start` on with its node and depth, parents first. Links are not followed."""
    found: list[tuple[str, Node, int]] = []
    waiting = [(start, proc.stat(start, follow=False), 0)]
    while waiting:
        path, node, depth = waiting.pop()
        found.append((path, node, depth))
        if node.kind == "d" and depth < deepest:
            below = [posixpath.join(path, name) for name in reversed(proc.listdir(path))]
            waiting += [(one, proc.stat(one, follow=False), depth + 1) for one in below]
    return found


def _conditions(proc: Proc, words: list[str]) -> tuple[int, int, list[Check], list[str], bool, str]:
    """Depths, what a file must fulfil, the command of -exec, -delete, what ends a printed name."""
    deepest, least, checks, command, delete, ending = DEEPEST, 0, [], [], False, "\n"
    negate = False
    while words:
        word = words.pop(0)
        if word in ("!", "-not"):
            negate = not negate
            continue
        if word in _VALUED:
            if not words:
                raise ToolError(f"{word} requires an argument")
            value = words.pop(0)
            if word == "-maxdepth":
                deepest = min(options.whole(value), DEEPEST)
            elif word == "-mindepth":
                least = options.whole(value)
            else:
                check = _check(proc, word, value)
                checks.append(_negated(check) if negate else check)
        elif word == "-exec":
            end = next((at for at, one in enumerate(words) if one in (";", "+")), -1)
            if end < 0:
                raise ToolError("-exec requires an argument")
            command, words = words[:end], words[end + 1 :]
        elif word == "-empty":
            checks.append(lambda path, node: not (proc.listdir(path) if node.kind == "d" else node.size))
        elif word == "-delete":
            delete = True
        elif word == "-print0":
            ending = "\0"
        elif word not in ("-print", "-a", "-follow", "-xdev"):
            raise ToolError(f"unrecognized: {word}")
        negate = False
    return deepest, least, checks, command, delete, ending


def _negated(check: Check) -> Check:
    return lambda path, node: not check(path, node)


def _check(proc: Proc, word: str, value: str) -> Check:
    if word in ("-name", "-iname"):
        shape = compile_pattern(value.lower() if word == "-iname" else value)
        lower = word == "-iname"

        def name_matches(path: str, node: Node) -> bool:
            name = posixpath.basename(path.rstrip("/")) or path
            return shape.fullmatch(name.lower() if lower else name) is not None

        return name_matches
    if word == "-path":
        whole = compile_pattern(value)
        return lambda path, node: whole.fullmatch(path) is not None
    if word == "-type":
        return lambda path, node: node.kind == {"f": "-"}.get(value, value)
    if word == "-newer":
        reference = proc.stat(value).mtime
        return lambda path, node: node.mtime > reference
    if word == "-size":
        unit = {"c": 1, "k": 1024, "w": 2}.get(value[-1], 512)
        return lambda path, node: _compared(value.rstrip("ckwb"), -(-node.size // unit))
    if word in ("-mtime", "-mmin"):
        unit = 86400 if word == "-mtime" else 60
        return lambda path, node: _compared(value, int((proc.now - node.mtime) // unit))
    mode = int(value.lstrip("-/"), 8) if value.lstrip("-/").isdecimal() else 0
    return lambda path, node: node.mode & mode == mode if value[0] == "-" else node.mode & 0o7777 == mode


def _compared(text: str, number: int) -> bool:
    wanted = options.whole(text.lstrip("+-"))
    return number > wanted if text[0] == "+" else number < wanted if text[0] == "-" else number == wanted

"""Tools about names of files: basename, dirname, realpath, readlink, mktemp, which."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, UsageError, tool, which
from podlab.linux.program import Proc
from podlab.linux.tree import Link

_HOPS = 40


@tool("basename", style=NOFORK)
def _basename(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "as:", first_word_ends=True, least=1)
    words, suffix = opts.words, opts.get("s", "")
    if not opts.has("as"):
        if len(words) > 2:
            raise UsageError
        suffix, words = "".join(words[1:]), words[:1]
    for word in words:
        name = posixpath.basename(word.rstrip("/")) or word[:1]
        proc.print(name.removesuffix(suffix) if name != suffix else name)
    return 0


@tool("dirname", style=NOFORK)
def _dirname(proc: Proc, argv: Sequence[str]) -> int:
    path = options.parse(argv, "", least=1, most=1).words[0]
    above = posixpath.dirname(path.rstrip("/")).rstrip("/")
    proc.print(above or ("/" if path.startswith("/") else "."))
    return 0


def resolved(proc: Proc, path: str) -> str:
    """The path without links and dots. Errors: `OSError` when a part is not there, unless a link ends in it."""
    found, hops = "/", 0
    waiting = proc.path(path).split("/")
    while waiting:
        part = waiting.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            found = posixpath.dirname(found)
            continue
        there = posixpath.join(found, part)
        try:
            node = proc.stat(there, follow=False)
        except FileNotFoundError:
            if not hops or any(one not in ("", ".") for one in waiting):
                raise
            return there
        if isinstance(node, Link) and hops < _HOPS:
            hops += 1
            waiting = node.target.split("/") + waiting
            found = "/" if node.target.startswith("/") else found
        else:
            found = there
    proc.stat(found)
    return found


@tool("realpath", style=NOFORK)
def _realpath(proc: Proc, argv: Sequence[str]) -> int:
    status = 0
    for word in options.parse(argv, "", least=1).words:
        try:
            proc.print(resolved(proc, word))
        except OSError as problem:
            proc.err(f"realpath: {word}: {problem.strerror}")
            status = 1
    return status


@tool("readlink", style=NOFORK)
def _readlink(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "fnv", least=1, most=1)
    word = opts.words[0]
    end = "" if "n" in opts else "\n"
    try:
        if "f" in opts:
            proc.write(resolved(proc, word) + end)
            return 0
        node = proc.stat(word, follow=False)
    except OSError as problem:
        if "v" in opts:
            raise ToolError(f"{word}: cannot read link: {problem.strerror}") from None
        return 1
    if not isinstance(node, Link):
        if "v" in opts:
            raise ToolError(f"{word}: Invalid argument")
        return 1
    proc.write(node.target + end)
    return 0


@tool("mktemp", style=NOFORK)
def _mktemp(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "dqtp:u", most=1)
    folder = opts.get("p", proc.env.get("TMPDIR", "/tmp"))
    shape = opts.words[0] if opts.words else posixpath.join(folder, "tmp.XXXXXX")
    if opts.words and opts.has("pt"):
        shape = posixpath.join(folder, shape)
    if not shape.endswith("XXXXXX"):
        raise ToolError("(null): Invalid argument")
    number = proc.pid * 7919
    while True:
        letters = "".join(chr(ord("a") + number // 26**power % 26) for power in range(6))
        path = shape[:-6] + letters
        if not _there(proc, path):
            break
        number += 1
    try:
        if "d" in opts:
            proc.mkdir(path)
        elif "u" not in opts:
            proc.write_file(path, "")
    except OSError as problem:
        if "q" in opts:
            return 1
        raise ToolError(f"(null): {problem.strerror}") from None
    proc.print(path)
    return 0


def _there(proc: Proc, path: str) -> bool:
    try:
        proc.stat(path, follow=False)
    except OSError:
        return False
    return True


@tool("which", style=NOFORK)
def _which(proc: Proc, argv: Sequence[str]) -> int:
    found = [which(proc, name) for name in options.parse(argv, "a", least=1).words]
    for path in found:
        if path is not None:
            proc.print(path)
    return 0 if None not in found else 1

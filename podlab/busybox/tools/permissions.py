"""`chmod`, `chown`, `chgrp`. Models busybox coreutils/chmod.c and chown.c."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from podlab.busybox import options
from podlab.busybox.accounts import group_number, user_number
from podlab.busybox.applets import UsageError, tool
from podlab.busybox.modes import mode_of
from podlab.linux.program import Proc

_LONG = {"recursive": "R", "verbose": "v", "changes": "c", "silent": "f", "quiet": "f"}


def _below(proc: Proc, path: str, recursive: bool) -> Iterator[str]:
    """The path, and with -R all that is below it; links are left alone."""
    yield path
    if recursive and proc.stat(path, follow=False).kind == "d":
        for name in proc.listdir(path):
            yield from _below(proc, posixpath.join(path, name), recursive)


def _letters(mode: int) -> str:
    bits = ["rwxrwxrwx"[at] if mode >> 8 - at & 1 else "-" for at in range(9)]
    for at, bit, letter in ((2, 0o4000, "s"), (5, 0o2000, "s"), (8, 0o1000, "t")):
        if mode & bit:
            bits[at] = letter if bits[at] == "x" else letter.upper()
    return "".join(bits)


@tool("chmod")
def _chmod(proc: Proc, argv: Sequence[str]) -> int:
    words = [f"\0{word}" if _is_mode(word) else word for word in argv]
    opts = options.parse(words, "Rcvf", _LONG)
    given = [word.lstrip("\0") for word in opts.words]
    if len(given) < 2:
        raise UsageError
    mode_of(given[0], 0, is_directory=False)
    status = 0
    for word in given[1:]:
        try:
            for path in _below(proc, word, "R" in opts):
                _change_mode(proc, path, given[0], opts)
        except OSError as problem:
            status = 1
            proc.err(f"chmod: {word}: {problem.strerror}")
    return status


def _is_mode(word: str) -> bool:
    """Whether a word such as `-w` is a mode and no option."""
    return len(word) > 1 and word[0] == "-" and set(word[1:]) <= set("rwxXst,+-=ugoa")


def _change_mode(proc: Proc, path: str, text: str, opts: options.Options) -> None:
    if proc.stat(path, follow=False).kind == "l" and "R" in opts:
        return
    node = proc.stat(path)
    before = node.mode
    mode = mode_of(text, before, is_directory=node.kind == "d")
    proc.chmod(path, mode)
    if "v" in opts or ("c" in opts and mode != before):
        proc.print(f"mode of '{path}' changed to {mode:04o} ({_letters(mode)})")


@tool("chown", "chgrp")
def _chown(proc: Proc, argv: Sequence[str]) -> int:
    name = argv[0].rpartition("/")[2]
    opts = options.parse(argv, "RhLHPcvf", {**_LONG, "dereference": "-", "no-dereference": "h"}, least=2)
    owner, *paths = opts.words
    if name == "chgrp":
        owner = ":" + owner
    user, separator, group = owner.partition(":" if ":" in owner else ".")
    uid = user_number(proc, user) if user else None
    gid = group_number(proc, group) if separator and group else None
    status = 0
    for word in paths:
        try:
            for path in _below(proc, word, "R" in opts):
                node = proc.stat(path, follow="h" not in opts and "R" not in opts)
                after = (node.uid if uid is None else uid, node.gid if gid is None else gid)
                changed = after != (node.uid, node.gid)
                proc.process.group.files.chown(proc.path(path), *after)
                if "v" in opts or ("c" in opts and changed):
                    proc.print(f"changed ownership of '{path}' to {after[0]}:{after[1]}")
        except OSError as problem:
            status = 1
            if "f" not in opts:
                proc.err(f"{name}: {word}: {problem.strerror}")
    return status

"""`mkdir`, `ln`, `link`, `mkfifo`, `mknod`, `touch`, `truncate`, `fallocate`. Models busybox coreutils/."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from datetime import timedelta

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, UsageError, tool
from podlab.busybox.modes import mode_of
from podlab.busybox.tools.entries import is_directory, link, there
from podlab.busybox.tools_date import EPOCH, moment_of
from podlab.linux.fifo import Fifo
from podlab.linux.program import Proc
from podlab.linux.tree import MAX_FILE

_SUFFIXES = {"": 1, "c": 1, "w": 2, "b": 512, "k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20, "G": 1 << 30}


@tool("mkdir", style=NOFORK)
def _mkdir(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "m:pv", {"mode": "m", "parents": "p", "verbose": "v"}, least=1)
    mode = mode_of(opts["m"], 0o777, is_directory=True) if "m" in opts else None
    status = 0
    for path in opts.words:
        try:
            _make_folder(proc, path, opts, mode)
        except OSError as problem:
            proc.err(f"mkdir: can't create directory '{path}': {problem.strerror}")
            status = 1
    return status


def _make_folder(proc: Proc, path: str, opts: options.Options, mode: int | None) -> None:
    """Make a directory; with -p those above, too."""
    steps = [path]
    if "p" in opts:
        steps = [path[: match.end()] for match in re.finditer(r"/+(?=[^/])", path) if match.start()] + [path]
    for step in steps:
        if "p" in opts and is_directory(proc, step):
            continue
        proc.mkdir(step.rstrip("/") or "/")
        if step == path and mode is not None:
            proc.chmod(path, mode)
        if "v" in opts:
            proc.print(f"created directory: '{step}'")


@tool("ln")
def _ln(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "sfnbtvT" + "S:", {"symbolic": "s", "force": "f", "no-dereference": "n"}, least=1)
    words = list(opts.words)
    if "T" in opts and len(words) != 2:
        raise UsageError
    last = words[-1]
    if len(words) == 1:
        last = posixpath.basename(words[0])
    sources = words[:-1] or words
    status = 0
    for source in sources:
        target = last
        if is_directory(proc, last) and "T" not in opts and not ("n" in opts and _is_link(proc, last)):
            target = posixpath.join(last, posixpath.basename(source.rstrip("/")))
        status |= _link(proc, source, target, opts)
    return status


def _is_link(proc: Proc, path: str) -> bool:
    return there(proc, path) and proc.stat(path, follow=False).kind == "l"


def _link(proc: Proc, source: str, target: str, opts: options.Options) -> int:
    """Make one link; the exit status."""
    try:
        if "s" not in opts:
            proc.stat(source, follow=False)
    except OSError as problem:
        proc.err(f"ln: {source}: {problem.strerror}")
        return 1
    try:
        if there(proc, target) and "b" in opts:
            proc.rename(target, target + opts.get("S", "~"))
        elif there(proc, target) and "f" in opts:
            proc.remove(target)
        if "v" in opts:
            proc.print(f"'{target}' -> '{source}'")
        if "s" in opts:
            proc.symlink(source, target)
        elif is_directory(proc, source):
            raise PermissionError(1, "Operation not permitted")
        else:
            link(proc, source, target)
    except OSError as problem:
        proc.err(f"ln: {target}: {problem.strerror}")
        return 1
    return 0


@tool("link", style=NOFORK)
def _hard_link(proc: Proc, argv: Sequence[str]) -> int:
    words = options.parse(argv, "", least=2, most=2).words
    try:
        link(proc, words[0], words[1])
    except OSError as problem:
        raise ToolError(f"can't create link '{words[1]}' to '{words[0]}': {problem.strerror}") from None
    return 0


@tool("mkfifo")
def _mkfifo(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "m:", {"mode": "m"}, least=1)
    mode = mode_of(opts["m"], 0o666, is_directory=False) if "m" in opts else 0o644
    status = 0
    for path in opts.words:
        try:
            proc.process.group.files.place(proc.path(path), Fifo(mode, proc.now))
        except OSError as problem:
            proc.err(f"mkfifo: {path}: {problem.strerror}")
            status = 1
    return status


@tool("mknod")
def _mknod(proc: Proc, argv: Sequence[str]) -> int:
    words = options.parse(argv, "m:", {"mode": "m"}, least=2, most=4).words
    if words[1] == "p" and len(words) == 2:
        proc.process.group.files.place(proc.path(words[0]), Fifo(0o644, proc.now))
        return 0
    if words[1] not in "bcu" or len(words) != 4:
        raise UsageError
    raise ToolError(f"{words[0]}: Operation not permitted")


@tool("touch", style=NOFORK)
def _touch(proc: Proc, argv: Sequence[str]) -> int:
    long = {"no-create": "c", "reference": "r", "date": "d", "no-dereference": "h"}
    opts = options.parse(argv, "chamd:t:r:", long, least=1)
    moment = None
    if "r" in opts:
        try:
            moment = proc.stat(opts["r"]).mtime
        except OSError as problem:
            raise ToolError(f"{opts['r']}: {problem.strerror}") from None
    given = opts.get("d", opts.get("t"))
    if given is not None:
        moment = (moment_of(given, EPOCH + timedelta(seconds=proc.now)) - EPOCH).total_seconds()
    status = 0
    for path in opts.words:
        try:
            if "c" in opts and not proc.exists(path):
                continue
            proc.touch(path)
            if moment is not None and not ("a" in opts and "m" not in opts):
                proc.set_time(path, moment)
        except OSError as problem:
            proc.err(f"touch: {path}: {problem.strerror}")
            status = 1
    return status


def _size(text: str) -> int:
    """A length with a suffix. Errors: `ToolError`."""
    match = re.fullmatch(r"(\d{1,15})([cwbkKmMG]?)", text)
    if match is None:
        raise ToolError(f"invalid number '{text}'")
    return int(match[1]) * _SUFFIXES[match[2]]


def _lengthen(proc: Proc, path: str, size: int) -> None:
    if size > MAX_FILE:
        raise ToolError(f"{path}: truncate: No space left on device")
    text = proc.read_file(path) if proc.exists(path) else ""
    proc.write_file(path, text[:size].ljust(size, "\0"))


@tool("truncate", style=NOFORK)
def _truncate(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "cs:", {"size": "s", "no-create": "c"}, least=1)
    if "s" not in opts:
        raise UsageError
    size = _size(opts["s"])
    status = 0
    for path in opts.words:
        try:
            if proc.exists(path) or "c" not in opts:
                _lengthen(proc, path, size)
        except OSError as problem:
            proc.err(f"truncate: {path}: open: {problem.strerror}")
            status = 1
    return status


@tool("fallocate", style=NOFORK)
def _fallocate(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "l:o:", {"length": "l", "offset": "o"}, least=1, most=1)
    if "l" not in opts:
        raise UsageError
    size = _size(opts.get("o", "0")) + _size(opts["l"])
    path = opts.words[0]
    _lengthen(proc, path, max(size, proc.stat(path).size if proc.exists(path) else 0))
    return 0

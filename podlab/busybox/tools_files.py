"""Tools that make, move, remove and list files."""

from __future__ import annotations

import errno
import posixpath
import re
from collections.abc import Sequence

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, tool
from podlab.linux.files import Files
from podlab.linux.program import Proc
from podlab.linux.tree import MAX_FILE, Node


def need(words: Sequence[str], least: int, usage: str) -> None:
    """Errors: `ToolError` with a usage line when there are too few arguments."""
    if len(words) < least:
        raise ToolError(f"missing operand; usage: {usage}")


def is_directory(proc: Proc, path: str) -> bool:
    """Whether there is a directory (or a link to one)."""
    try:
        return proc.stat(path).kind == "d"
    except OSError:
        return False


# ---- cp, mv, rm


def _target(proc: Proc, source: str, target: str) -> str:
    """Where a source goes: into the target, if that is a directory."""
    inside = target.endswith("/") or is_directory(proc, target)
    return posixpath.join(target, posixpath.basename(source.rstrip("/"))) if inside else target


@tool("cp")
def _cp(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "arRfpdPLHinlsuvt:T", {"recursive": "r", "archive": "a", "force": "f", "verbose": "v"})
    sources, target = _sources(proc, opts, "cp [-rp] SOURCE… DEST")
    status = 0
    for source in sources:
        try:
            _copy(proc, source, _target(proc, source, target), recursive=any(letter in opts for letter in "arR"))
        except ToolError as problem:
            proc.err(f"cp: {problem}")
            status = 1
    return status


def _sources(proc: Proc, opts: options.Options, usage: str) -> tuple[list[str], str]:
    words = [*opts.words, opts["t"]] if "t" in opts else opts.words
    need(words, 2, usage)
    *sources, target = words
    if len(sources) > 1 and not is_directory(proc, target):
        target += "/"
    return sources, target


def _copy(proc: Proc, source: str, target: str, *, recursive: bool) -> None:
    try:
        node = proc.stat(source)
    except OSError as problem:
        raise ToolError(f"can't stat '{source}': {problem.strerror}") from None
    if node.kind != "d":
        try:
            proc.copy_file(source, target)
        except OSError as problem:
            raise ToolError(f"can't create '{target}': {problem.strerror}") from None
        return
    if not recursive:
        raise ToolError(f"omitting directory '{source}'")
    whole, inside = proc.path(source).rstrip("/") + "/", proc.path(target) + "/"
    if inside.startswith(whole):
        raise ToolError(f"recursion detected, omitting directory '{source}'")
    if not is_directory(proc, target):
        _make(proc, target, "create")
    for name in proc.listdir(source):
        _copy(proc, posixpath.join(source, name), posixpath.join(target, name), recursive=True)


def _make(proc: Proc, path: str, verb: str) -> None:
    try:
        proc.mkdir(path)
    except OSError as problem:
        raise ToolError(f"can't {verb} directory '{path}': {problem.strerror}") from None


@tool("mv")
def _mv(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "fint:Tv", {"force": "f"})
    sources, target = _sources(proc, opts, "mv SOURCE… DEST")
    status = 0
    for source in sources:
        to = _target(proc, source, target)
        try:
            proc.stat(source, follow=False)
            if not ("n" in opts and proc.exists(to)):
                proc.rename(source, to)
        except OSError as problem:
            proc.err(f"mv: can't rename '{source}': {problem.strerror}")
            status = 1
    return status


@tool("rm")
def _rm(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "rRfiv", {"recursive": "r", "force": "f", "verbose": "v"})
    force, recursive = "f" in opts, "r" in opts or "R" in opts
    if not force:
        need(opts.words, 1, "rm [-rf] FILE…")
    status = 0
    for path in opts.words:
        if posixpath.basename(path.rstrip("/")) in (".", ".."):
            proc.err("rm: can't remove '.' or '..'")
            status = 1
        else:
            status |= _remove(proc, path, force=force, recursive=recursive)
    return status


def _remove(proc: Proc, path: str, *, force: bool, recursive: bool) -> int:
    try:
        node = proc.stat(path, follow=False)
        if node.kind != "d":
            proc.remove(path)
            return 0
    except OSError as problem:
        if force and isinstance(problem, FileNotFoundError | NotADirectoryError):
            return 0
        proc.err(f"rm: can't remove '{path}': {problem.strerror}")
        return 1
    if not recursive:
        proc.err(f"rm: '{path}' is a directory")
        return 1
    status = 0
    for name in proc.listdir(path):
        status |= _remove(proc, posixpath.join(path, name), force=force, recursive=True)
    try:
        proc.rmdir(path)
    except OSError as problem:
        if status == 0 or problem.errno != errno.ENOTEMPTY:
            proc.err(f"rm: can't remove '{path}': {problem.strerror}")
        return 1
    return status


@tool("mkdir", style=NOFORK)
def _mkdir(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "pm:v", {"parents": "p", "mode": "m"})
    need(opts.words, 1, "mkdir [-p] DIRECTORY…")
    status = 0
    for path in opts.words:
        try:
            proc.mkdir(path, parents="p" in opts)
            if "m" in opts:
                proc.chmod(path, _mode(opts["m"], proc.stat(path)))
        except OSError as problem:
            proc.err(f"mkdir: can't create directory '{path}': {problem.strerror}")
            status = 1
    return status


@tool("rmdir", style=NOFORK)
def _rmdir(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "p")
    status = 0
    for path in opts.words:
        try:
            proc.rmdir(path)
        except OSError as problem:
            proc.err(f"rmdir: '{path}': {problem.strerror}")
            status = 1
    return status


@tool("touch", style=NOFORK)
def _touch(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "chamd:t:r:", {"no-create": "c"})
    need(opts.words, 1, "touch FILE…")
    status = 0
    for path in opts.words:
        try:
            if "c" not in opts or proc.exists(path):
                proc.touch(path)
        except OSError as problem:
            proc.err(f"touch: {path}: {problem.strerror}")
            status = 1
    return status


@tool("ln")
def _ln(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "sfnbS:vT", {"symbolic": "s", "force": "f"})
    need(opts.words, 1, "ln [-sf] TARGET LINK")
    source = opts.words[0]
    name = opts.words[1] if len(opts.words) > 1 else posixpath.basename(source)
    if is_directory(proc, name) and "n" not in opts:
        name = posixpath.join(name, posixpath.basename(source))
    try:
        if "f" in opts and there(proc, name):
            proc.remove(name)
        if "s" in opts:
            proc.symlink(source, name)
        elif there(proc, name):
            raise ToolError(f"{name}: File exists")
        else:
            proc.process.group.files.place(proc.path(name), proc.stat(source))
    except OSError as problem:
        raise ToolError(f"{name if there(proc, source) or 's' in opts else source}: {problem.strerror}") from None
    return 0


def there(proc: Proc, path: str) -> bool:
    """Whether there is anything of that name, be it a dangling link."""
    try:
        proc.stat(path, follow=False)
    except OSError:
        return False
    return True


@tool("chmod")
def _chmod(proc: Proc, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if word not in ("-R", "-f", "-v", "-c")]
    need(words, 2, "chmod MODE FILE…")
    status = 0
    for word in words[1:]:
        try:
            below = _below(proc, word) if "-R" in argv else [word]
        except OSError as problem:
            proc.err(f"chmod: {word}: {problem.strerror}")
            status = 1
            continue
        for path in below:
            try:
                proc.chmod(path, _mode(words[0], proc.stat(path)))
            except OSError as problem:
                proc.err(f"chmod: {path}: {problem.strerror}")
                status = 1
    return status


def _below(proc: Proc, start: str) -> list[str]:
    """Every path from `start` on, as it would be typed; links are left alone. Errors: `OSError` for `start`."""
    files: Files = proc.process.group.files
    whole = proc.path(start)
    found = [start + path[len(whole) :] for path, node in files.walk(whole) if node.kind != "l"]
    return found or [start]


def _mode(text: str, node: Node) -> int:
    """Permission bits given as 755 or `u+x,go-w`. Errors: `ToolError`."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    mode = node.mode
    for clause in text.split(","):
        match = re.fullmatch(r"([ugoa]*)([-+=])([rwxXst]*)", clause)
        if not match:
            raise ToolError(f"invalid mode '{text}'")
        who, operator, letters = match.groups()
        bits = sum({"r": 4, "w": 2, "x": 1, "X": int(node.kind == "d" or mode & 0o111 != 0)}.get(c, 0) for c in letters)
        for one in "ugo" if not who or "a" in who else who:
            shift = {"u": 6, "g": 3, "o": 0}[one]
            old = mode >> shift & 7
            new = {"+": old | bits, "-": old & ~bits, "=": bits}[operator]
            mode = mode & ~(7 << shift) | new << shift
    return mode


@tool("chown", "chgrp")
def _chown(proc: Proc, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    need(words, 2, f"{argv[0]} OWNER FILE…")
    for path in words[1:]:
        proc.stat(path)
    return 0


@tool("truncate", style=NOFORK)
def _truncate(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "cs:")
    need(opts.words, 1, "truncate -s SIZE FILE…")
    size = opts.number("s", 0)
    if not 0 <= size <= MAX_FILE:
        raise ToolError(f"{opts.words[0]}: No space left on device")
    for path in opts.words:
        text = proc.read_file(path) if proc.exists(path) else ""
        proc.write_file(path, text[:size].ljust(size, "\0"))
    return 0

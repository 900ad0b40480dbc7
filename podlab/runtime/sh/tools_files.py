"""Tools that make, move, remove and list files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from datetime import timedelta

from podlab.runtime.files import Files
from podlab.runtime.program import Proc
from podlab.runtime.sh import options
from podlab.runtime.sh.applets import NOFORK, ToolError, tool
from podlab.runtime.sh.tools_process import EPOCH, stamp
from podlab.runtime.tree import MAX_FILE, Link, Node

RECENT = 182 * 86400
"""Seconds until `ls -l` shows the year instead of the time."""


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
            proc.err(f"rm: can't remove '{path}': Invalid argument")
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
    if status == 0:
        try:
            proc.rmdir(path)
        except OSError as problem:
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
        if "f" in opts and _there(proc, name):
            proc.remove(name)
        if "s" in opts:
            proc.symlink(source, name)
        elif _there(proc, name):
            raise ToolError(f"{name}: File exists")
        else:
            proc.process.group.files.place(proc.path(name), proc.stat(source))
    except OSError as problem:
        raise ToolError(f"{name if _there(proc, source) or 's' in opts else source}: {problem.strerror}") from None
    return 0


def _there(proc: Proc, path: str) -> bool:
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
    files: Files = proc.process.group.files
    for word in words[1:]:
        try:
            below = [path for path, _ in files.walk(proc.path(word))] if "-R" in argv else [word]
            for path in below:
                proc.chmod(path, _mode(words[0], proc.stat(path)))
        except OSError as problem:
            proc.err(f"chmod: {word}: {problem.strerror}")
            status = 1
    return status


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


# ---- ls


@tool("ls")
def _ls(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "1AaCxdLHRFplinshrSXvctuw:", {"all": "a", "color": "C", "almost-all": "A"})
    status = 0
    files: list[tuple[str, Node]] = []
    folders: list[str] = []
    for word in opts.words or ["."]:
        try:
            node = proc.stat(word, follow="l" not in opts or word.endswith("/"))
        except OSError as problem:
            proc.err(f"ls: {word}: {problem.strerror}")
            status = 1
            continue
        if node.kind == "d" and "d" not in opts:
            folders.append(word)
        else:
            files.append((word, node))
    _show(proc, _sorted(files, opts), opts, "")
    titled = len(opts.words) > 1 or "R" in opts
    for index, folder in enumerate(sorted(folders)):
        if titled:
            proc.write(("\n" if index or files else "") + f"{folder}:\n")
        _folder(proc, folder, opts)
    return status


def _folder(proc: Proc, folder: str, opts: options.Options) -> None:
    names = proc.listdir(folder)
    if "a" in opts:
        names = [".", "..", *names]
    elif "A" not in opts:
        names = [name for name in names if not name.startswith(".")]
    entries = [(name, proc.stat(posixpath.join(folder, name), follow=False)) for name in names]
    if "l" in opts or "s" in opts:
        proc.print("total", sum(-(-node.size // 4096) * 4 for _, node in entries))
    _show(proc, _sorted(entries, opts), opts, folder)
    if "R" in opts:
        for name, node in entries:
            if node.kind == "d" and name not in (".", ".."):
                proc.write(f"\n{posixpath.join(folder, name)}:\n")
                _folder(proc, posixpath.join(folder, name), opts)


def _sorted(entries: list[tuple[str, Node]], opts: options.Options) -> list[tuple[str, Node]]:
    if "S" in opts:
        entries = sorted(entries, key=lambda entry: -entry[1].size)
    elif "t" in opts:
        entries = sorted(entries, key=lambda entry: -entry[1].mtime)
    else:
        entries = sorted(entries, key=lambda entry: entry[0])
    return entries[::-1] if "r" in opts else entries


def _show(proc: Proc, entries: list[tuple[str, Node]], opts: options.Options, folder: str) -> None:
    for name, node in entries:
        if "F" in opts or ("p" in opts and node.kind == "d"):
            name += {"d": "/", "l": "@", "s": "=", "-": "*" if node.mode & 0o111 else ""}.get(node.kind, "")
        proc.print(_long(proc, name, node) if "l" in opts else name)


def permissions(node: Node) -> str:
    """`-rw-r--r--`"""
    bits = "".join(letter if node.mode >> 8 - at & 1 else "-" for at, letter in enumerate("rwxrwxrwx"))
    if node.mode & 0o1000:
        bits = bits[:-1] + ("t" if bits[-1] == "x" else "T")
    return node.kind + bits


def _long(proc: Proc, name: str, node: Node) -> str:
    links = 2 if node.kind == "d" else 1
    moment = EPOCH + timedelta(seconds=node.mtime)
    when = stamp(moment, "%b %e %H:%M" if proc.now - node.mtime < RECENT else "%b %e  %Y")
    if isinstance(node, Link):
        name += f" -> {node.target}"
    size = len(node.target) if isinstance(node, Link) else node.size
    return f"{permissions(node)} {links:4} {'root':<8} {'root':<8} {size:9} {when} {name}"


# ---- looking around


@tool("stat")
def _stat(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "c:Lft")
    status = 0
    for path in opts.words:
        try:
            node = proc.stat(path, follow="L" in opts)
        except OSError as problem:
            proc.err(f"stat: can't stat '{path}': {problem.strerror}")
            status = 1
            continue
        proc.print(_filled(opts.get("c", _STAT), path, node))
    return status


_STAT = "  File: %n\n  Size: %s\t\t%F\nAccess: (0%a/%A)  Uid: (    0/    root)   Gid: (    0/    root)"
_KINDS = {"-": "regular file", "d": "directory", "l": "symbolic link", "s": "socket", "c": "character special file"}


def _filled(shape: str, path: str, node: Node) -> str:
    """`stat`'s format with a file's facts."""
    kind = "regular empty file" if node.kind == "-" and not node.size else _KINDS.get(node.kind, "weird file")
    facts = {"n": path, "s": str(node.size), "a": f"{node.mode:o}", "F": kind, "A": permissions(node)}
    facts |= {"U": "root", "G": "root", "u": "0", "g": "0", "h": "1", "%": "%"}
    facts |= {"Y": str(int(EPOCH.timestamp() + node.mtime)), "N": f"'{path}'"}
    return re.sub(r"%(.)", lambda m: facts.get(m[1], m[0]), shape)


@tool("readlink", "realpath")
def _readlink(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "fnev")
    need(opts.words, 1, f"{argv[0]} FILE")
    path = opts.words[0]
    full = argv[0].endswith("realpath") or "f" in opts
    hops = 0
    while hops < 20:
        node = proc.stat(path, follow=False)
        if not isinstance(node, Link):
            break
        hops += 1
        path = posixpath.join(posixpath.dirname(path), node.target) if full else node.target
        if not full:
            break
    if not hops and not full:
        return 1
    proc.print(posixpath.normpath(proc.path(path)) if full else path)
    return 0


@tool("mktemp")
def _mktemp(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "dqup:t")
    shape = opts.words[0] if opts.words else posixpath.join(opts.get("p", "/tmp"), "tmp.XXXXXX")
    if not shape.endswith("XXXXXX"):
        raise ToolError("Invalid argument")
    number = proc.pid * 7919
    while True:
        letters = "".join(chr(ord("a") + number // 26**power % 26) for power in range(6))
        path = shape[:-6] + letters
        if not _there(proc, path):
            break
        number += 1
    if "d" in opts:
        proc.mkdir(path)
    elif "u" not in opts:
        proc.touch(path)
    proc.print(path)
    return 0


@tool("du")
def _du(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "aHLdclsxhmkb")
    files: Files = proc.process.group.files
    for word in opts.words or ["."]:
        total = sum(-(-node.size // 4096) * 4 for _, node in files.walk(proc.path(word)))
        proc.print(f"{total}\t{word}")
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

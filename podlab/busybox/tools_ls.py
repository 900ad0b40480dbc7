"""Tools that show files: ls, stat, readlink, du; and mktemp."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from datetime import timedelta

from podlab.busybox import options
from podlab.busybox.applets import tool
from podlab.busybox.tools_date import EPOCH, stamp
from podlab.linux.files import Files
from podlab.linux.program import Proc
from podlab.linux.tree import Link, Node

RECENT = 182 * 86400
"""Seconds until `ls -l` shows the year instead of the time."""


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
    try:
        names = proc.listdir(folder)
    except OSError as problem:
        proc.err(f"ls: {folder}: {problem.strerror}")
        return
    if "a" in opts:
        names = [".", "..", *names]
    elif "A" not in opts:
        names = [name for name in names if not name.startswith(".")]
    entries = []
    for name in names:
        path = posixpath.join(folder, name)
        try:
            entries.append((name, proc.stat(path, follow="L" in opts)))
        except OSError as problem:
            proc.err(f"ls: {path}: {problem.strerror}")
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


@tool("du")
def _du(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "aHLdclsxhmkb")
    files: Files = proc.process.group.files
    status = 0
    for word in opts.words or ["."]:
        try:
            total = sum(-(-node.size // 4096) * 4 for _, node in files.walk(proc.path(word)))
        except OSError as problem:
            proc.err(f"du: {word}: {problem.strerror}")
            status = 1
            continue
        proc.print(f"{total}\t{word}")
    return status

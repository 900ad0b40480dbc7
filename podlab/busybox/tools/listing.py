"""`ls`. Models busybox coreutils/ls.c."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from podlab.busybox import accounts, options
from podlab.busybox.applets import tool
from podlab.busybox.human import human
from podlab.busybox.tools.facts import blocks, inode, links, permissions
from podlab.busybox.tools_date import EPOCH, stamp
from podlab.linux.program import Proc
from podlab.linux.tree import Link, Node

RECENT = 182 * 86400
"""Seconds until `ls -l` shows the year instead of the time."""
WIDTH = 79
"""Characters of a line of -C and -x where there is no terminal."""
_LONG = {"full-time": "T", "group-directories-first": "g", "color": "k"}
_SORTS = "SXvt"

Entries = list[tuple[str, Node]]


@tool("ls")
def _ls(proc: Proc, argv: Sequence[str]) -> int:
    colour = next((word for word in argv if word == "--color" or word.startswith("--color=")), "")
    words = [word for word in argv if word != colour]
    opts = options.parse(words, "1AaCxdLHRFplinshrSXvctuw:TgH", _LONG)
    return _Listing(proc, opts, colour == "--color=always").run(opts.words or ["."])


class _Listing:
    """`ls` at work: what its options ask for."""

    def __init__(self, proc: Proc, opts: options.Options, coloured: bool) -> None:
        self.proc = proc
        self.opts = opts
        self.long = opts.has("ln") or ("T" in opts and "l" in opts)
        self.coloured = coloured
        self.status = 0

    def run(self, words: Sequence[str]) -> int:
        """List files first, then directories."""
        follow = not self.long or self.opts.has("HL")
        files: Entries = []
        folders: Entries = []
        for word in words:
            try:
                node = self.proc.stat(word, follow=follow or word.endswith("/"))
            except OSError as problem:
                self._fail(word, problem)
                continue
            (folders if node.kind == "d" and "d" not in self.opts else files).append((word, node))
        self._show(self._sorted(files), "")
        titled = len(words) > 1 or "R" in self.opts
        for index, (folder, _) in enumerate(self._sorted(folders)):
            if titled:
                self.proc.write(("\n" if index or files else "") + f"{folder}:\n")
            self._folder(folder)
        return self.status

    def _fail(self, path: str, problem: OSError) -> None:
        self.proc.err(f"ls: {path}: {problem.strerror}")
        self.status = 1

    def _folder(self, folder: str) -> None:
        proc, opts = self.proc, self.opts
        try:
            names = proc.listdir(folder)
        except OSError as problem:
            self._fail(folder, problem)
            return
        if "a" in opts:
            names = [".", "..", *names]
        elif "A" not in opts:
            names = [name for name in names if not name.startswith(".")]
        entries: Entries = []
        for name in names:
            path = posixpath.join(folder, name)
            try:
                entries.append((name, proc.stat(path, follow="L" in opts)))
            except OSError as problem:
                self._fail(path, problem)
        if self.long or "s" in opts:
            total = sum(blocks(node) for _, node in entries) // 2
            proc.print("total", human(total * 1024) if "h" in opts else total)
        ordered = self._sorted(entries)
        self._show(ordered, folder)
        if "R" in opts:
            for name, node in ordered:
                if node.kind == "d" and name not in (".", ".."):
                    proc.write(f"\n{posixpath.join(folder, name)}:\n")
                    self._folder(posixpath.join(folder, name))

    def _sorted(self, entries: Entries) -> Entries:
        by = next((letter for letter, _ in reversed(self.opts.every) if letter in _SORTS), "")
        keys: dict[str, Callable[[tuple[str, Node]], Any]] = {
            "S": lambda entry: -entry[1].size,
            "t": lambda entry: -entry[1].mtime,
            "X": lambda entry: posixpath.splitext(entry[0])[1],
            "v": lambda entry: [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", entry[0])],
        }
        entries = sorted(entries, key=lambda entry: entry[0])
        if by:
            entries.sort(key=keys[by])
        if "r" in self.opts:
            entries.reverse()
        if "g" in self.opts:
            entries.sort(key=lambda entry: entry[1].kind != "d")
        return entries

    def _show(self, entries: Entries, folder: str) -> None:
        lines = [(self._line(name, node, folder), self._width(name, node)) for name, node in entries]
        if not lines:
            return
        if self.long or not self.opts.has("Cx") or "1" in self.opts:
            self.proc.write("".join(f"{line}\n" for line, _ in lines))
            return
        column = max(width for _, width in lines) + 2
        count = max(1, options.unsigned(self.opts.get("w", str(WIDTH))) // column)
        rows = -(-len(lines) // count)
        for row in range(rows):
            if "x" in self.opts:
                shown = lines[row * count : (row + 1) * count]
            else:
                shown = lines[row::rows]
            text = "".join(line + " " * (column - width) for line, width in shown[:-1])
            self.proc.print(text + shown[-1][0])

    def _marked(self, name: str, node: Node) -> str:
        if "F" in self.opts or ("p" in self.opts and node.kind == "d"):
            name += {"d": "/", "l": "@", "s": "=", "p": "|", "-": "*" if node.mode & 0o111 else ""}.get(node.kind, "")
        return name

    def _width(self, name: str, node: Node) -> int:
        return len(self._marked(name, node)) + 8 * ("i" in self.opts) + 7 * ("s" in self.opts)

    def _line(self, name: str, node: Node, folder: str) -> str:
        opts = self.opts
        start = f"{inode(self.proc, posixpath.join(folder, name)):7} " if "i" in opts else ""
        if "s" in opts:
            start += f"{blocks(node) // 2:6} "
        shown = self._marked(name, node)
        if self.coloured:
            shown = f"\033[{_colour(node)}m{name}\033[m" + shown[len(name) :]
        if not self.long:
            return start + shown
        target = f" -> {node.target}" if isinstance(node, Link) else ""
        return start + self._facts(node, posixpath.join(folder, name)) + shown + target

    def _facts(self, node: Node, path: str) -> str:
        """What stands before the name with -l."""
        proc, opts = self.proc, self.opts
        size = len(node.target) if isinstance(node, Link) else node.size
        owner, group = str(node.uid), str(node.gid)
        if "n" not in opts:
            owner = accounts.user_name(proc, node.uid) or owner if node.uid else "root"
            group = accounts.group_name(proc, node.gid) or group if node.gid else "root"
        moment = EPOCH + timedelta(seconds=node.mtime)
        if "T" in opts:
            when = stamp(moment, "%Y-%m-%d %H:%M:%S %z")
        else:
            when = stamp(moment, "%b %e %H:%M" if abs(proc.now - node.mtime) < RECENT else "%b %e  %Y")
        shown = f"{human(size):>7}" if "h" in opts else f"{size:9}"
        return f"{permissions(node)} {links(proc, path, node):4} {owner[:8]:<8} {group[:8]:<8} {shown} {when} "


def _colour(node: Node) -> str:
    if node.kind == "-":
        return "1;32" if node.mode & 0o111 else "0;0"
    return {"d": "1;34", "l": "1;36", "s": "1;35", "p": "0;33", "c": "1;33"}.get(node.kind, "0;0")

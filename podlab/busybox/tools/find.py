"""`find`. Models busybox findutils/find.c: expressions of tests and actions, evaluated for each file."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox.applets import tool
from podlab.busybox.tools.find_expression import Entry, Finder, parse
from podlab.linux.program import Proc
from podlab.linux.tree import Link

Steps = Generator[Any, Any, int]
DEEPEST = 500
"""Directories in directories."""


@tool("find")
def _find(proc: Proc, argv: Sequence[str]) -> Steps:
    words = list(argv[1:])
    follows = ""
    while words and words[0] in ("-H", "-L", "-P"):
        follows = words.pop(0)
    starts = []
    while words and words[0][0:1] not in ("-", "!", "("):
        starts.append(words.pop(0))
    finder = Finder(proc)
    expression = parse(finder, words)
    follows_links = follows == "-L" or finder.follows
    status = 0
    for start in starts or ["."]:
        walk = _Walk(finder, follows_links)
        for entry in walk.below(start, 0, follows in ("-H", "-L") or finder.follows, []):
            yield proc.step()
            if entry.depth >= finder.least:
                yield from expression(entry)
            if finder.quits:
                break
        status |= walk.status
        if finder.quits:
            break
    yield from finder.finish()
    return status


class _Walk:
    """Goes through what is below a path."""

    def __init__(self, finder: Finder, follows: bool) -> None:
        self._finder, self._follows = finder, follows
        self.status = 0

    def below(self, path: str, depth: int, follow: bool, above: list[int]) -> Generator[Entry, None, None]:
        """A file and all below it; a directory comes before what is in it, or after with -depth."""
        proc = self._finder.proc
        try:
            node = proc.stat(path, follow=False)
            if follow and isinstance(node, Link):
                node = self._target(path) or node
        except OSError as problem:
            proc.err(f"find: {path}: {problem.strerror}")
            self.status = 1
            return
        entry = Entry(path, node, depth)
        if not self._finder.depth_first:
            yield entry
        if node.kind == "d" and not entry.pruned and depth < min(self._finder.most, DEEPEST) and id(node) not in above:
            yield from self._inside(path, depth, [*above, id(node)])
        if self._finder.depth_first:
            yield entry

    def _target(self, path: str) -> Any:
        try:
            return self._finder.proc.stat(path)
        except OSError:
            return None

    def _inside(self, path: str, depth: int, above: list[int]) -> Generator[Entry, None, None]:
        proc = self._finder.proc
        try:
            names = proc.listdir(path)
        except OSError as problem:
            proc.err(f"find: {path}: {problem.strerror}")
            self.status = 1
            return
        for name in names:
            yield from self.below(posixpath.join(path, name), depth + 1, self._follows, above)

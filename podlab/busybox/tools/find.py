"""`find`. Models busybox findutils/find.c: expressions of tests and actions, evaluated for each file."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from podlab.busybox.applets import tool
from podlab.busybox.tools.find_expression import Entry, Finder, parse
from podlab.linux.program import Proc
from podlab.linux.tree import Link

Steps = Generator[Any, Any, int]
DEEPEST = 4096
"""A path has no more names than that."""


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
        for entry in walk.below(start, follows in ("-H", "-L") or finder.follows):
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

    def below(self, start: str, follow: bool) -> Iterator[Entry]:
        """A file and all below it; a directory comes before what is in it, or after with -depth.

        `follow`: the start itself may be a link. What waits is kept in a list, so a tree may be as deep as it likes.
        """
        finder = self._finder
        waiting: list[tuple[Entry | None, frozenset[int], bool]] = [(self._entry(start, 0, follow), frozenset(), False)]
        while waiting:
            entry, above, seen = waiting.pop()
            if entry is None:
                continue
            if seen or not finder.depth_first:
                yield entry
            if seen:
                continue
            if finder.depth_first:
                waiting.append((entry, above, True))
            node = entry.node
            if (
                node.kind == "d"
                and not entry.pruned
                and entry.depth < min(finder.most, DEEPEST)
                and id(node) not in above
            ):
                inside = above | {id(node)}
                paths = [posixpath.join(entry.path, name) for name in self._names(entry.path)]
                waiting += [
                    (self._entry(one, entry.depth + 1, self._follows), inside, False) for one in reversed(paths)
                ]

    def _entry(self, path: str, depth: int, follow: bool) -> Entry | None:
        proc = self._finder.proc
        try:
            node = proc.stat(path, follow=False)
            if follow and isinstance(node, Link) and proc.exists(path):
                node = proc.stat(path)
        except OSError as problem:
            self._failed(path, problem)
            return None
        return Entry(path, node, depth)

    def _names(self, path: str) -> list[str]:
        try:
            return self._finder.proc.listdir(path)
        except OSError as problem:
            self._failed(path, problem)
            return []

    def _failed(self, path: str, problem: OSError) -> None:
        self._finder.proc.err(f"find: {path}: {problem.strerror}")
        self.status = 1

"""What the tools that change directories ask: is it there, is it the same, may I."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from podlab.linux.program import Proc
from podlab.linux.tree import Node


def is_directory(proc: Proc, path: str) -> bool:
    """Whether there is a directory (or a link to one)."""
    try:
        return proc.stat(path).kind == "d"
    except OSError:
        return False


def there(proc: Proc, path: str) -> bool:
    """Whether there is anything of that name, be it a dangling link."""
    try:
        proc.stat(path, follow=False)
    except OSError:
        return False
    return True


def same(proc: Proc, one: str, other: str, *, follow: bool) -> bool:
    """Whether two names are one thing."""
    try:
        return proc.stat(one, follow=follow) is proc.stat(other, follow=follow)
    except OSError:
        return False


def link(proc: Proc, source: str, target: str) -> None:
    """Give a file another name (a hard link). Errors: `OSError`."""
    node = _own(proc, source)
    proc.process.group.files.place(proc.path(target), node)
    node.links += 1


def _own(proc: Proc, path: str) -> Node:
    """A file of this container's own layer, copied up when it lies in the image."""
    full = proc.path(path)
    node = proc.stat(path)
    if node.kind == "-":
        proc.chmod(full, node.mode)  # copies it up, so that both names are one file
    return proc.stat(path)


def ask(proc: Proc, question: str) -> Generator[Any, Any, bool]:
    """Ask on stderr; the answer comes from stdin and is yes when it begins with y."""
    proc.write(question, 2)
    answer = yield proc.readline()
    return bool(answer) and str(answer)[:1] in "yY"

"""`cp`, `mv` and `install`. Models busybox libbb/copy_file.c, coreutils/cp.c, mv.c and install.c."""

from __future__ import annotations

import posixpath
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools.entries import ask, is_directory, link, same, there
from podlab.linux.program import Proc
from podlab.linux.tree import File, Link

Steps = Generator[Any, Any, int]
_CP_LONG = {"archive": "a", "force": "f", "interactive": "i", "link": "l", "dereference": "L", "recursive": "R"}
_CP_LONG |= {"symbolic-link": "s", "no-target-directory": "T", "verbose": "v", "update": "u", "remove-destination": "E"}
_CP_LONG |= {"target-directory": "t", "parents": "P_", "no-clobber": "n", "no-dereference": "P"}
_MV_LONG = {"interactive": "i", "force": "f", "no-clobber": "n", "no-target-directory": "T", "verbose": "v"}
_MV_LONG |= {"target-directory": "t"}


def targets(proc: Proc, opts: options.Options) -> list[tuple[str, str]]:
    """Each source with the name that it is copied or moved to. Errors: `ToolError`, `UsageError`."""
    words = list(opts.words)
    if "t" in opts:
        if not words:
            raise UsageError
        return [(one, posixpath.join(opts["t"], posixpath.basename(one.rstrip("/")))) for one in words]
    if len(words) < 2:
        raise UsageError
    *sources, last = words
    if "T" in opts:
        if len(sources) > 1:
            raise UsageError
        if is_directory(proc, last) and not is_directory(proc, sources[0]):
            raise ToolError(f"'{last}' is a directory")
        return [(sources[0], last)]
    if len(sources) == 1 and not is_directory(proc, last):
        return [(sources[0], last)]
    return [(one, posixpath.join(last, posixpath.basename(one.rstrip("/")))) for one in sources]


@dataclass
class _Copier:
    """`cp` at work: what its options ask for."""

    proc: Proc
    opts: options.Options
    recursive: bool
    follow: bool
    status: int = 0

    def fail(self, text: str) -> None:
        """Tell what went wrong, and go on with the next."""
        self.proc.err(f"cp: {text}")
        self.status = 1

    def copy(self, source: str, target: str, *, top: bool = True) -> Generator[Any, Any, None]:
        """Copy one thing with all that is below."""
        proc, opts = self.proc, self.opts
        yield proc.step()
        try:
            node = proc.stat(source, follow=self.follow or (top and "H" in opts))
        except OSError as problem:
            return self.fail(f"can't stat '{source}': {problem.strerror}")
        if node.kind == "d":
            yield from self._folder(source, target)
            return None
        if there(proc, target):
            if same(proc, source, target, follow=self.follow):
                return self.fail(f"'{source}' and '{target}' are the same file")
            if "n" in opts or ("u" in opts and proc.stat(target).mtime >= node.mtime):
                return None
            if "i" in opts and not (yield from ask(proc, f"cp: overwrite '{target}'? ")):
                return None
        try:
            self._make(source, target, node)
        except OSError as problem:
            return self.fail(f"can't create '{target}': {problem.strerror}")
        if "v" in opts:
            proc.print(f"'{source}' -> '{target}'")
        return None

    def _make(self, source: str, target: str, node: object) -> None:
        """Make what is no directory."""
        proc, opts = self.proc, self.opts
        replaces = isinstance(node, Link) or bool(opts.has("ls")) or "E" in opts
        if replaces and there(proc, target):
            if opts.has("ls") and not opts.has("fE"):
                raise FileExistsError(17, "File exists")
            proc.remove(target)
        if "s" in opts:
            proc.symlink(source, target)
        elif "l" in opts:
            link(proc, source, target)
        elif isinstance(node, Link):
            proc.symlink(node.target, target)
        else:
            proc.copy_file(source, target)
            if opts.has("ap") and isinstance(node, File):
                proc.chmod(target, node.mode)
                proc.set_time(target, node.mtime)

    def _folder(self, source: str, target: str) -> Generator[Any, Any, None]:
        proc = self.proc
        if not self.recursive:
            return self.fail(f"omitting directory '{source}'")
        whole, inside = proc.path(source).rstrip("/") + "/", proc.path(target).rstrip("/") + "/"
        if inside.startswith(whole):
            return self.fail(f"recursion detected, omitting directory '{source}'")
        if there(proc, target) and not is_directory(proc, target):
            return self.fail(f"target '{target}' is not a directory")
        node = proc.stat(source)
        if not there(proc, target):
            try:
                proc.mkdir(target)
            except OSError as problem:
                return self.fail(f"can't create directory '{target}': {problem.strerror}")
            proc.chmod(target, node.mode)
        for name in proc.listdir(source):
            yield from self.copy(posixpath.join(source, name), posixpath.join(target, name), top=False)
        if self.opts.has("ap"):
            proc.set_time(target, node.mtime)
        if "v" in self.opts:
            proc.print(f"'{source}' -> '{target}'")
        return None


@tool("cp")
def _cp(proc: Proc, argv: Sequence[str]) -> Steps:
    words = ["--parents" if word == "--parents" else word for word in argv]
    parents = "--parents" in words
    opts = options.parse([word for word in words if word != "--parents"], "arRfpdPLHinlsuvt:TE", _CP_LONG)
    recursive = opts.has("arR")
    keeps_links = opts.has("adP") or (recursive and not opts.has("LH"))
    copier = _Copier(proc, opts, recursive, follow="L" in opts or not (keeps_links or ("H" in opts and recursive)))
    for source, target in targets(proc, opts):
        if parents:
            target = posixpath.join(opts.get("t", opts.words[-1]), source.lstrip("/"))
            proc.mkdir(posixpath.dirname(proc.path(target)), parents=True)
        yield from copier.copy(source, target)
    return copier.status


@tool("mv")
def _mv(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "finTt:v", _MV_LONG)
    last = next((letter for letter, _ in reversed(opts.every) if letter in "fin"), "")
    status = 0
    for source, target in targets(proc, opts):
        try:
            if there(proc, target) and there(proc, source):
                if last == "n" or same(proc, source, target, follow=False):
                    continue
                if last == "i" and not (yield from ask(proc, f"mv: overwrite '{target}'? ")):
                    continue
                proc.stat(source, follow=False)
            proc.rename(source, target)
        except OSError as problem:
            proc.err(f"mv: can't rename '{source}': {problem.strerror}")
            status = 1
            continue
        if "v" in opts:
            proc.print(f"'{source}' -> '{target}'")
    return status

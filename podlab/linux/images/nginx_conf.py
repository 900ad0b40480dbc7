"""nginx' configuration: its blocks and directives, which ports it names, and what its servers answer.

Understood are server, listen, server_name, root, index, location (prefix, `=`, `~`), return, try_files and alias;
all else is read and has no effect. A directive nginx does not have is refused as nginx refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch

from podlab.linux.http import Request
from podlab.linux.program import Proc

WORD = re.compile(r"""\s+|\#[^\n]*|[;{}]|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s;{}"'\\]|\\.|\$\{\w+\})+)""")
DEEPEST = 10
"""Files that may include each other."""


class ConfError(Exception):
    """The configuration cannot be used; the text is nginx' own, with file and line."""


@dataclass
class Block:
    """A block: `server { … }`. Directives are lists of words; `blocks` those that have a block of their own."""

    words: list[str] = field(default_factory=list)
    directives: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _last: tuple[int, dict[str, list[str]]] = field(default=(0, {}), repr=False, compare=False)

    def find(self, name: str) -> list[str] | None:
        """The words of the last directive of that name."""
        if self._last[0] != len(self.directives):  # they only become more, while the file is read
            self._last = len(self.directives), {words[0]: words[1:] for words in self.directives}
        return self._last[1].get(name)

    def word(self, name: str) -> str:
        """Its first word, or ""."""
        return (self.find(name) or [""])[0]

    def all(self, name: str) -> Iterator[Block]:
        """The blocks of that name, at any depth."""
        for block in self.blocks:
            if block.words[0] == name:
                yield block
            yield from block.all(name)


@dataclass
class Server:
    """One virtual server."""

    block: Block
    ports: list[int]


def read(proc: Proc, path: str, directives: str = "") -> Block:
    """The configuration in a file and what it includes, with the directives of `-g`. Errors: `ConfError`."""
    top = Block()
    _parse(proc, path, top, 0)
    extra = Block()
    _Reader(proc, "command line", directives, 0).block(extra, top=True)
    top.directives += extra.directives
    return top


def _parse(proc: Proc, path: str, into: Block, depth: int) -> None:
    try:
        text = proc.read_file(path)
    except OSError as problem:
        raise ConfError(f'open() "{path}" failed ({problem.errno}: {problem.strerror})') from None
    _Reader(proc, path, text, depth).block(into, top=True)


class _Reader:
    """Reads one file, word by word."""

    def __init__(self, proc: Proc, path: str, text: str, depth: int) -> None:
        self.proc, self.path, self.text, self.depth, self.at = proc, path, text, depth, 0

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _error(self, text: str) -> ConfError:
        return ConfError(f"{text} in {self.path}:{self._line()}")

    def _next(self) -> str:
        """The next word, `;`, `{` or `}`; "" at the end."""
        while self.at < len(self.text):
            match = WORD.match(self.text, self.at)
            if match is None:
                raise self._error(f'unexpected "{self.text[self.at]}"')
            self.at = match.end()
            word = match[0]
            if not word.isspace() and not word.startswith("#"):
                return next((part for part in match.groups() if part is not None), word)
        return ""

    def block(self, into: Block, *, top: bool = False) -> None:
        """Directives until the block's end. Errors: `ConfError`."""
        words: list[str] = []
        while True:
            word = self._next()
            if word == ";":
                self._directive(into, words)
                words = []
            elif word == "{":
                if not words:
                    raise self._error('unexpected "{"')
                inner = Block(words)
                self.block(inner)
                into.blocks.append(inner)
                words = []
            elif word == "}":
                if top or words:
                    raise self._error('unexpected "}"')
                return
            elif word:
                words.append(word)
            elif words or not top:
                raise self._error('unexpected end of file, expecting ";" or "}"')
            else:
                return

    def _directive(self, into: Block, words: list[str]) -> None:
        if not words:
            raise self._error('unexpected ";"')
        if words[0] == "include" and len(words) > 1:
            self._include(into, words[1])
            return
        if not re.fullmatch(r"[a-z][a-z0-9_]*|\S*/\S*", words[0]):
            raise self._error(f'unknown directive "{words[0]}"')
        if words[0] == "listen" and (len(words) < 2 or _port(words[1]) is None):
            raise self._error(f'invalid port in "{" ".join(words[1:])}" of the "listen" directive')
        into.directives.append(words)

    def _include(self, into: Block, pattern: str) -> None:
        if self.depth >= DEEPEST:
            raise self._error("too many levels of include")
        path = pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}"
        folder, _, name = path.rpartition("/")
        if "*" not in name:
            _parse(self.proc, path, into, self.depth + 1)
            return
        there = self.proc.listdir(folder) if self.proc.exists(folder) else []
        for one in sorted(there):
            if fnmatch(one, name):
                _parse(self.proc, f"{folder}/{one}", into, self.depth + 1)


def _port(word: str) -> int | None:
    """The port of a `listen`: 80, 127.0.0.1:80, [::]:80, localhost (80)."""
    if word.startswith("unix:"):
        return 0
    match = re.fullmatch(r"(?:\[[0-9a-f:]*\]|[\w.*-]+)?:?(\d+)?", word) if not word.isdecimal() else None
    number = int(word) if word.isdecimal() else int(match[1] or 80) if match else 0
    return number if 0 < number < 65536 else None


def servers(conf: Block) -> list[Server]:
    """The servers of a configuration; one that names no port listens on 80."""
    found = []
    for block in conf.all("server"):
        if block.words[1:]:
            continue  # a server of an upstream is a directive, not a block
        ports = [_port(words[1]) for words in block.directives if words[0] == "listen"]
        found.append(Server(block, [port for port in ports if port] or [80]))
    return found


def answer(proc: Proc, all_servers: list[Server], port: int, request: Request) -> tuple[int, str]:
    """What the server of that port and name says."""
    name = request.header("Host").partition(":")[0]
    here = [server for server in all_servers if port in server.ports]
    server = next((one for one in here if name in (one.block.find("server_name") or ())), here[0] if here else None)
    if server is None:
        return _page(404)
    path = str(request).partition("?")[0]
    location = _location(server.block, path)
    for block in (server.block, location) if location else (server.block,):
        said = block.find("return")
        if said is not None:
            return _return(said, request)
    scope = [block for block in (location, server.block) if block is not None]
    for block in scope:
        if any(words[0].endswith("_pass") for words in block.directives):
            target = next(words for words in block.directives if words[0].endswith("_pass"))
            proc.note(f"podlab's nginx does not proxy: {' '.join(target)} answers 502")
            return _page(502)
    return _file(proc, scope, path)


def _location(server: Block, path: str) -> Block | None:
    """The location of a path: an exact one, else the first matching expression, else the longest prefix."""
    best: Block | None = None
    for block in server.blocks:
        kind, *rest = block.words[1:] or [""]
        if block.words[0] != "location":
            continue
        if kind == "=" and rest == [path]:
            return block
        pattern = rest[0] if kind == "^~" and rest else kind
        if kind not in ("=", "~", "~*") and path.startswith(pattern):
            best = block if best is None or len(pattern) > len(best.words[-1]) else best
    for block in server.blocks:
        if block.words[0] == "location" and block.words[1:2] in (["~"], ["~*"]) and _matches(block.words[-1], path):
            return block
    return best


def _matches(pattern: str, path: str) -> bool:
    """Whether an expression matches: by the shell's engine, which needs no more time than the path is long."""
    from podlab.busybox import regex

    return regex.extended(pattern).search(path) is not None


def _return(words: list[str], request: Request) -> tuple[int, str]:
    """`return 200 "text";`, `return 301 /there;`, `return 404;`"""
    status = int(words[0]) if words[0].isdecimal() else 302
    text = words[1] if len(words) > 1 and words[0].isdecimal() else ""
    if not text or status in (301, 302, 303, 307, 308):
        return _page(status)
    text = text.replace("\\n", "\n").replace("\\t", "\t")
    return status, text.replace("$request_uri", request).replace("$host", request.header("Host").partition(":")[0])


def _file(proc: Proc, scope: list[Block], path: str) -> tuple[int, str]:
    """The file of a path below the root (or the alias) of its location or server."""
    root = next((block.word("root") for block in scope if block.find("root")), "/etc/nginx/html")
    index = next((block.find("index") for block in scope if block.find("index")), None) or ["index.html"]
    alias = scope[0].word("alias") if len(scope) > 1 else ""
    where = alias + path[len(scope[0].words[-1]) :] if alias else root + path
    tries = next((block.find("try_files") for block in scope if block.find("try_files")), None)
    if tries and not proc.exists(where):
        last = tries[-1]
        if last.startswith("="):
            return _page(int(last[1:]))
        if last.startswith("/"):
            where = root + last
    try:
        if not where.endswith("/"):
            return 200, proc.read_file(where)
        for name in index:
            if proc.exists(where + name):
                return 200, proc.read_file(where + name)
    except IsADirectoryError:
        return _page(301)
    except OSError:
        return _page(404)
    return _page(403 if proc.exists(where) else 404)


_REASONS = {
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    401: "Authorization Required",
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
}


def _page(status: int) -> tuple[int, str]:
    """nginx' own page for a status."""
    if status < 300:
        return status, ""
    title = f"{status} {_REASONS[status]}" if status in _REASONS else str(status)
    return status, (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )

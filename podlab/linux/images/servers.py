"""What the servers of images have in common: how they start, open ports, answer with files, and end when told to."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.linux.http import Serve
from podlab.linux.images.registry import Running, program
from podlab.linux.process import Program
from podlab.linux.program import Proc
from podlab.linux.sockets import Listener

INDEX = "/index.html"


@program("entrypoint")
def entrypoint(proc: Proc) -> Running:
    """An entrypoint script: becomes the program named by its arguments."""
    return (yield from become(proc, proc.argv[1:]))


def entrypoint_of(server: str) -> Program:
    """The entrypoint script of an image with one server: options alone are taken for that server's."""

    def docker_entrypoint(proc: Proc) -> Running:
        words = proc.argv[1:]
        given = [server, *words] if words and words[0].startswith("-") else words
        return (yield from become(proc, given))

    return docker_entrypoint


def become(proc: Proc, words: Sequence[str]) -> Running:
    """Become the program named first, as a script's `exec "$@"`; without any word the script is at its end."""
    if not words:
        return 0
    try:
        yield proc.exec(words)
    except OSError as problem:
        text = "not found" if isinstance(problem, FileNotFoundError) else (problem.strerror or "failed")
        proc.err(f"{proc.argv[0]}: exec: {words[0]}: {text}")
    return 127


@program("pause")
def pause(proc: Proc) -> Running:
    """What holds a pod's namespaces: it waits, and reaps orphans; SIGTERM or SIGINT end it."""
    proc.trap("CHLD", "ignore")
    yield from until_told(proc)
    return 0


@program("nothing")
def nothing(proc: Proc) -> int:
    """A shell that is meant for people: without a terminal it is at its end at once."""
    return 0


def until_told(proc: Proc, code: int = 0, farewell: str = "") -> Running:
    """Wait for SIGTERM, SIGINT or SIGQUIT; then the program says its last line and ends with `code`."""

    def end() -> None:
        if farewell:
            proc.print(farewell)
        proc.exit(code)

    for signal in ("TERM", "INT", "QUIT"):
        proc.trap(signal, end)
    while True:
        yield proc.pause()


def open_port(proc: Proc, port: int | str, refusal: str, serve: Serve | None = None) -> Listener:
    """Open a port or, given a path, a Unix socket; when that fails, say so as the real program does and end with 1."""
    try:
        return proc.listen(port, serve=serve)
    except OSError:
        proc.err(refusal)
        proc.exit(1)


def files_below(proc: Proc, root: str, server: str, *, lists: bool = False) -> Serve:
    """A web server's answer: the file of that path below `root`. A folder without an index is 403; `lists` lists it."""

    def serve(path: str) -> tuple[int, str]:
        name = path.partition("?")[0]
        try:
            return 200, proc.read_file(root + (name + INDEX[1:] if name.endswith("/") else name))
        except IsADirectoryError:
            return 301, ""
        except OSError:
            is_folder = name.endswith("/") and proc.exists(root + name)
            if lists and is_folder:
                return 200, "".join(f"<li>{entry}</li>\n" for entry in proc.listdir(root + name))
            code, text = (403, "Forbidden") if is_folder else (404, "Not Found")
            return code, f"<html><head><title>{code} {text}</title></head><body>{server}</body></html>\n"

    return serve


def option(words: Sequence[str], *names: str, default: str = "") -> str:
    """The value of an option, `--port 80` or `--port=80`; the last one counts."""
    value = default
    for at, word in enumerate(words):
        name, equals, rest = word.partition("=")
        if name in names and equals:
            value = rest
        elif word in names and at + 1 < len(words):
            value = words[at + 1]
    return value


class BothGivenError(Exception):
    """A variable and the one that names its file are both set."""


def secret_of(proc: Proc, name: str) -> str:
    """A variable's value, or the text of the file that NAME_FILE names. Errors: `BothGivenError`, `OSError`."""
    file = proc.env.get(f"{name}_FILE", "")
    if file and proc.env.get(name):
        raise BothGivenError(f"Both {name} and {name}_FILE are set (but are exclusive)")
    return proc.read_file(file).rstrip("\n") if file else proc.env.get(name, "")

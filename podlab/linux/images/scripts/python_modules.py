"""What podlab's small Python may import, and its builtins: all in virtual time and in the container."""

from __future__ import annotations

import errno
import json
import math
import posixpath
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from podlab.linux import signals
from podlab.linux.http import path_of, response
from podlab.linux.images.scripts.values import MOST, Scope, Steps, Thing, Timed
from podlab.linux.images.times import moment
from podlab.linux.program import Proc

BUFFER = 8192
"""Characters that Python's stdout keeps back when it is no terminal."""


class Output:
    """sys.stdout: kept back until there is much, it is told to flush, or the program ends."""

    def __init__(self, proc: Proc, fd: int, *, at_once: bool) -> None:
        self.proc, self.fd, self.at_once = proc, fd, at_once
        self.kept = ""

    def write(self, text: str) -> int:
        """Write as Python's buffered stream does."""
        self.kept += text
        if self.at_once or len(self.kept) >= BUFFER:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what is kept."""
        text, self.kept = self.kept, ""
        if text:
            self.proc.write(text, self.fd)

    def thing(self) -> Thing:
        """As the program sees it."""
        return Thing("TextIOWrapper", write=self.write, flush=self.flush, output=self)


def _limited(text: str) -> str:
    if len(text) > MOST:
        raise MemoryError
    return text


def _bounded(function: Any) -> Callable[..., Any]:
    """A function that goes through all of something: not through a range without end."""

    def call(*given: Any, **named: Any) -> Any:
        if any(isinstance(one, range) and len(one) > MOST for one in given):
            raise MemoryError
        return function(*given, **named)

    return call


def builtins(proc: Proc, out: Output, modules: Scope) -> Scope:
    """print, len, range and the like; exceptions by their names."""

    def say(*values: Any, sep: str = " ", end: str = "\n", file: Thing | None = None, flush: bool = False) -> None:
        to: Output = file.attributes["output"] if file is not None else out
        to.write(_limited(sep.join(str(value) for value in values) + end))
        if flush:
            to.flush()

    def read(prompt: str = "") -> Steps:
        out.write(prompt)
        line: str = yield proc.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line.rstrip("\n")

    plain: Scope = {
        **{f.__name__: f for f in (len, int, float, bool, enumerate, zip, abs, isinstance)},
        **{f.__name__: f for f in (round, reversed, chr, ord, repr, divmod, hex, bin)},
        **{f.__name__: _bounded(f) for f in (list, dict, tuple, set, sorted, sum, any, all, min, max)},
        "str": lambda value="", *_: _limited(str(value)),
        "print": say,
        "range": range,
        "input": Timed(read),
        "open": lambda path, mode="r", **_: _open(proc, path, mode),
        "exit": _exit,
        "quit": _exit,
        "True": True,
        "False": False,
        "None": None,
        "__name__": "__main__",
    }
    errors: tuple[type[BaseException], ...] = (
        *(Exception, ValueError, TypeError, KeyError, IndexError, RuntimeError, OSError, ZeroDivisionError, NameError),
        *(FileNotFoundError, PermissionError, ConnectionError, ConnectionRefusedError, KeyboardInterrupt, SystemExit),
        *(AttributeError, MemoryError, ImportError, ModuleNotFoundError, StopIteration, AssertionError, EOFError),
    )
    return {**plain, **{error.__name__: error for error in errors}}


def _exit(code: Any = 0) -> None:
    raise SystemExit(code)


def _open(proc: Proc, path: str, mode: str) -> Thing:
    """A file: read at once, written at once."""
    if "r" in mode:
        lines = proc.read_file(path).splitlines(keepends=True)
    else:
        proc.write_file(path, "", append="a" in mode)
        lines = []
    return Thing(
        "TextIOWrapper",
        read=lambda: "".join(lines[slice(0, len(lines))]),
        readline=lambda: lines.pop(0) if lines else "",
        readlines=lambda: list(lines),
        write=lambda text: proc.write_file(path, text, append=True),
        flush=lambda: None,
        close=lambda: None,
    )


def modules(proc: Proc, out: Output, err: Output, argv: list[str], version: str) -> Scope:
    """The modules by name."""
    found: Scope = {}
    path = Thing("module", exists=proc.exists, join=posixpath.join, basename=posixpath.basename)
    path.attributes |= {"isfile": proc.exists, "dirname": posixpath.dirname}

    def sleep(seconds: float) -> Steps:
        if out.kept:
            proc.note(
                "Python keeps back what it prints until 8192 characters have come; set PYTHONUNBUFFERED or use -u"
            )
        end = proc.now + seconds
        while proc.now < end:
            yield proc.sleep(end - proc.now)

    def system(command: str) -> Steps:
        out.flush()
        child = proc.spawn(["/bin/sh", "-c", command])
        return (int((yield proc.wait(child))) & 255) << 8

    found["time"] = Thing(
        "module",
        sleep=Timed(sleep),
        time=lambda: moment(proc).timestamp(),
        monotonic=lambda: proc.now,
        perf_counter=lambda: proc.now,
        strftime=lambda shape, *_: moment(proc).strftime(shape),
        ctime=lambda *_: moment(proc).strftime("%a %b %e %H:%M:%S %Y"),
    )
    found["sys"] = Thing(
        "module",
        argv=argv,
        exit=_exit,
        stdout=out.thing(),
        stderr=err.thing(),
        version=f"{version} (main)",
        version_info=tuple(int(part) for part in version.split(".") if part.isdecimal()),
        platform="linux",
        stdlib_module_names=frozenset(sys.stdlib_module_names),
    )
    found["os"] = Thing(
        "module",
        environ=proc.env,
        getenv=lambda name, default=None: proc.env.get(name, default),
        getpid=lambda: proc.pid,
        getppid=lambda: proc.ppid,
        getcwd=lambda: proc.cwd,
        listdir=lambda where=".": proc.listdir(where),
        mkdir=proc.mkdir,
        makedirs=lambda where, **_: proc.mkdir(where, parents=True),
        remove=proc.remove,
        kill=proc.kill,
        system=Timed(system),
        uname=lambda: Thing("uname_result", nodename=proc.hostname, sysname="Linux", machine="x86_64"),
        path=path,
        _exit=_exit,
    )
    found["os.path"] = path
    found["socket"] = Thing("module", gethostname=lambda: proc.hostname, gethostbyname=proc.resolve, error=OSError)
    found["json"] = Thing("module", dumps=lambda value, **_: json.dumps(value), loads=json.loads)
    found["math"] = Thing("module", pi=math.pi, e=math.e, sqrt=math.sqrt, floor=math.floor, ceil=math.ceil)
    found["math"].attributes |= {"sin": math.sin, "cos": math.cos, "log": math.log}
    found["random"] = Thing(
        "module", random=lambda: 0.5, randint=lambda a, b: (a + b) // 2, choice=lambda items: items[0]
    )
    found["random"].attributes |= {"uniform": lambda a, b: (a + b) / 2, "seed": lambda *_: None}
    found["platform"] = Thing("module", node=lambda: proc.hostname, python_version=lambda: version)
    found["datetime"] = _datetime(proc)
    found["signal"] = _signal(proc)
    return found


def _datetime(proc: Proc) -> Thing:
    def stamp(*_: Any) -> Thing:
        now = moment(proc).replace(tzinfo=None)
        return Thing("datetime", isoformat=now.isoformat, strftime=now.strftime, timestamp=moment(proc).timestamp)

    kind = Thing("datetime", now=stamp, utcnow=stamp)
    return Thing("module", datetime=kind, timedelta=timedelta)


def _signal(proc: Proc) -> Thing:
    names = {f"SIG{name}": getattr(signals, name) for name in ("TERM", "INT", "HUP") if hasattr(signals, name)}

    def on(number: int, handler: Any) -> None:
        if isinstance(handler, Timed):
            proc.trap(number, lambda: handler.run(number, None))
        else:
            proc.trap(number, handler)

    def pause() -> Steps:
        yield proc.pause()

    thing = Thing("module", signal=lambda number, handler: on(number, handler), pause=Timed(pause), **names)
    thing.attributes |= {"SIG_IGN": "ignore", "SIG_DFL": None}
    return thing


def add_http_server(proc: Proc, found: Scope, err: Output, call: Callable[[Any, list[Any], Scope], Steps]) -> None:
    """http.server with handlers of the program's own: do_GET and its like, one caller after another."""

    def server(address: tuple[str, int], handler: Any) -> Thing:
        try:
            listener = proc.listen(int(address[1]))
        except OSError:
            raise OSError(errno.EADDRINUSE, "Address already in use") from None

        def forever() -> Steps:
            while True:
                caller = yield proc.accept(listener)
                if not caller:
                    continue
                text = ""
                while (path := path_of(text)) is None:
                    more = yield caller.read()
                    if not more:
                        break
                    text += more
                if path is not None:
                    yield from _handle(proc, err, call, handler, caller, text, path)
                proc.close(caller)

        return Thing("HTTPServer", serve_forever=Timed(forever), server_close=lambda: None)

    kind = Thing("BaseHTTPRequestHandler")
    found["http.server"] = Thing("module", HTTPServer=server, BaseHTTPRequestHandler=kind, ThreadingHTTPServer=server)
    found["http"] = Thing("module", server=found["http.server"])


def _handle(
    proc: Proc,
    err: Output,
    call: Callable[[Any, list[Any], Scope], Steps],
    handler: Any,
    caller: Any,
    text: str,
    path: str,
) -> Steps:
    """One request: the program's own method writes the answer."""
    verb = text.split(" ", 1)[0]
    state: dict[str, Any] = {"status": 501, "body": ""}

    def body(data: Any) -> None:
        state["body"] = str(state["body"]) + (data.decode() if isinstance(data, bytes) else str(data))

    made = yield from call(handler, [], {})
    made.attributes |= {"path": path, "command": verb, "wfile": Thing("file", write=body), "headers": {}}
    made.attributes |= {"client_address": (caller.remote.rpartition(":")[0], 0), "end_headers": lambda: None}
    made.attributes |= {"send_header": lambda *_: None, "log_message": made.attributes.get("log_message")}
    made.attributes["send_response"] = lambda status, *_: state.update(status=status)
    made.attributes["send_error"] = lambda status, *_: state.update(status=status)
    if f"do_{verb}" in made.attributes:
        yield from call(made.attributes[f"do_{verb}"], [], {})
    client = made.attributes["client_address"][0]
    stamp = moment(proc).strftime("%d/%b/%Y %H:%M:%S")
    err.write(f'{client} - - [{stamp}] "{verb} {path} HTTP/1.1" {state["status"]} -\n')
    try:
        caller.write(response(int(state["status"]), str(state["body"])))
    except BrokenPipeError:
        return

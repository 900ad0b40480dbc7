"""node: -e, -p and script files in a small JavaScript, with timers and http servers in virtual time."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from typing import Any

from podlab.linux.http import path_of, response
from podlab.linux.images.registry import Running, program
from podlab.linux.images.scripts.evaluate import Evaluator
from podlab.linux.images.scripts.js_parser import Function, parse
from podlab.linux.images.scripts.values import Names, Return, Scope, Steps, Thing, Timed, Unsupported, Values
from podlab.linux.program import Proc
from podlab.linux.sockets import Connection, Listener

LONGEST = 100_000


def text_of(value: Any) -> str:
    """A value as JavaScript turns it into text."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ",".join(text_of(one) for one in value)
    return "[object Object]" if isinstance(value, dict | Thing) else str(value)


def shown(value: Any) -> str:
    """A value as console.log prints it."""
    if isinstance(value, list):
        return f"[ {', '.join(_inner(one) for one in value)} ]" if value else "[]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_inner(one)}" for key, one in value.items()) + " }" if value else "{}"
    return text_of(value)


def _inner(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else shown(value)


class _JavaScript(Evaluator):
    """Evaluates with JavaScript's meaning of `+`, of functions and of members."""

    def value(self, node: ast.expr, scope: Scope) -> Steps:
        """What an expression gives."""
        if isinstance(node, Function):
            return self._closure(node, scope)
        if isinstance(node, ast.NamedExpr):
            made = yield from self.value(node.value, scope)
            if isinstance(scope, Names):
                scope.assign(node.target.id, made)
            else:
                scope[node.target.id] = made
            return made
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left = yield from self.value(node.left, scope)
            right = yield from self.value(node.right, scope)
            if isinstance(left, str) or isinstance(right, str):
                return text_of(left) + text_of(right)
            return left + right
        return (yield from super().value(node, scope))

    def _closure(self, node: Function, scope: Scope) -> Timed:
        def run(*given: Any) -> Steps:
            own = Names(scope, frozenset())
            for at, name in enumerate(node.names):
                own[name] = given[at] if at < len(given) else None
            yield self.step()
            try:
                yield from self.body(node.body, own)
            except Return as result:
                return result.value

        return Timed(run)

    def attribute(self, owner: Any, name: str) -> Any:
        """A member: of an object, or what an array and a text have."""
        if isinstance(owner, dict):
            return owner.get(name, owner.get)(name) if name == "get" else owner.get(name)
        if name == "length" and isinstance(owner, str | list):
            return len(owner)
        if isinstance(owner, list) and name in _ARRAYS:
            return _ARRAYS[name](self, owner)
        names = {"toUpperCase": "upper", "toLowerCase": "lower", "trim": "strip", "includes": "count", "toString": ""}
        if isinstance(owner, str) and name in names and names[name]:
            return Values.attribute(self, owner, names[name])
        if name in ("toString", "toISOString"):
            return lambda *_: text_of(owner)
        return Values.attribute(self, owner, name)


def _each(keeps: str) -> Any:
    def make(evaluator: _JavaScript, items: list[Any]) -> Timed:
        def run(function: Any) -> Steps:
            found = []
            for at, item in enumerate(items):
                got = yield from evaluator.call(function, [item, at], {})
                if keeps == "map" or (keeps == "filter" and got):
                    found.append(got if keeps == "map" else item)
            return found

        return Timed(run)

    return make


_ARRAYS: dict[str, Any] = {
    "push": lambda _, items: items.append,
    "join": lambda _, items: lambda mark=",": mark.join(text_of(one) for one in items),
    "map": _each("map"),
    "filter": _each("filter"),
    "forEach": _each(""),
    "includes": lambda _, items: lambda one: one in items,
}


class _Node:
    """One run: timers, servers, and what the program finds when it begins."""

    def __init__(self, proc: Proc, argv: list[str], version: str) -> None:
        self.proc = proc
        self.timers: dict[int, tuple[float, float | None, Any]] = {}
        self.servers: list[tuple[Listener, Any]] = []
        self.evaluator = _JavaScript(self._globals(argv, version), {}, proc.step)

    def _globals(self, argv: list[str], version: str) -> Scope:
        proc = self.proc

        def say(fd: int) -> Any:
            return lambda *values: proc.write(" ".join(shown(one) for one in values) + "\n", fd)

        console = Thing("console", log=say(1), info=say(1), error=say(2), warn=say(2), debug=say(1))
        process = Thing(
            "process",
            argv=argv,
            env=dict(proc.env),
            pid=proc.pid,
            platform="linux",
            version=f"v{version}",
            exit=self._exit,
            on=self._on,
            uptime=lambda: proc.now,
            cwd=lambda: proc.cwd,
            stdout=Thing("stream", write=lambda text: proc.write(text_of(text))),
        )
        plain = {"console": console, "process": process, "require": self._require, "Error": _error, "String": text_of}
        plain |= {"setTimeout": self._timer(once=True), "setInterval": self._timer(once=False)}
        plain |= {"clearTimeout": self._clear, "clearInterval": self._clear, "Number": float, "parseInt": int}
        plain |= {"(set)": self._set, "(text)": lambda *parts: "".join(text_of(one) for one in parts)}
        plain |= {"(await)": Timed(self._await), "Promise": Timed(self._promise)}
        plain["JSON"] = Thing("JSON", stringify=lambda value, *_: json.dumps(value), parse=json.loads)
        plain["Math"] = Thing("Math", random=lambda: 0.5, floor=int, max=max, min=min, round=round)
        plain["Date"] = Thing("Date", now=lambda: int((1767225600 + proc.now) * 1000))
        return plain

    def _exit(self, code: int = 0) -> None:
        raise SystemExit(code)

    def _set(self, owner: Any, key: Any, value: Any) -> Any:
        if isinstance(owner, Thing):
            owner.attributes[str(key)] = value
        else:
            owner[key] = value
        return value

    def _on(self, name: str, handler: Timed) -> None:
        if name.startswith("SIG"):
            self.proc.trap(name, lambda: self._handled(handler, name))

    def _handled(self, handler: Timed, name: str) -> Steps:
        try:
            yield from self.evaluator.call(handler, [name], {})
        except SystemExit as problem:
            self.proc.exit(int(problem.code or 0))

    def _timer(self, *, once: bool) -> Any:
        def start(function: Any, after: float = 0, *_: Any) -> int:
            number = len(self.timers) + 1
            while number in self.timers:
                number += 1
            seconds = max(float(after), 1) / 1000
            self.timers[number] = (self.proc.now + seconds, None if once else seconds, function)
            return number

        return start

    def _clear(self, number: int) -> None:
        self.timers.pop(number, None)

    def _promise(self, executor: Any) -> Steps:
        promise = Thing("Promise", done=False, value=None)

        def resolve(value: Any = None) -> None:
            promise.attributes.update(done=True, value=value)

        yield from self.evaluator.call(executor, [resolve, resolve], {})
        return promise

    def _await(self, promise: Any) -> Steps:
        if not (isinstance(promise, Thing) and promise.kind == "Promise"):
            return promise
        while not promise.attributes["done"] and (self.timers or self.servers):
            yield from self.turn()
        return promise.attributes["value"]

    def _require(self, name: str) -> Thing:
        name = name.removeprefix("node:")
        if name in ("http", "https"):
            return Thing("module", createServer=lambda *given: self._server(given[-1]))
        if name == "os":
            return Thing("module", hostname=lambda: self.proc.hostname, EOL="\n")
        if name == "fs":
            return Thing(
                "module",
                readFileSync=lambda path, *_: self.proc.read_file(path),
                writeFileSync=lambda path, text, *_: self.proc.write_file(path, text),
                existsSync=self.proc.exists,
            )
        raise Unsupported(f"the module {name}")

    def _server(self, handler: Any) -> Thing:
        def listen(port: Any, *more: Any) -> Steps:
            self.servers.append((self.proc.listen(int(port)), handler))
            for one in more:
                if isinstance(one, Timed):
                    yield from self.evaluator.call(one, [], {})

        return Thing("Server", listen=Timed(listen), close=lambda *_: self.servers.clear(), on=lambda *_: None)

    def turn(self) -> Steps:
        """Wait for the next timer or caller, and serve it."""
        proc = self.proc
        waits = [proc.accept(listener) for listener, _ in self.servers]
        number = min(self.timers, key=lambda one: (self.timers[one][0], one), default=None)
        if number is not None:
            waits.append(proc.sleep(max(self.timers[number][0] - proc.now, 0)))
        event = yield proc.any_of(*waits)
        if not event:
            return
        which, got = event
        if which < len(self.servers):
            yield from self._serve(got, self.servers[which][1])
        elif number is not None and number in self.timers:
            due, every, function = self.timers.pop(number)
            if every is not None:
                self.timers[number] = (due + every, every, function)
            yield from self.evaluator.call(function, [], {})

    def _serve(self, caller: Connection, handler: Any) -> Steps:
        text = ""
        while (path := path_of(text)) is None:
            more = yield caller.read()
            if not more:
                break
            text += more
        state: dict[str, Any] = {"status": 200, "body": ""}
        if path is not None:
            answer = _answer(state)
            request = {"url": path, "method": text.split(" ", 1)[0], "headers": {}}
            request["connection"] = request["socket"] = {"remoteAddress": caller.remote.rpartition(":")[0]}
            yield from self.evaluator.call(handler, [request, answer], {})
            with suppress(BrokenPipeError):
                caller.write(response(int(answer.attributes.get("statusCode") or state["status"]), state["body"]))
        self.proc.close(caller)


def _answer(state: dict[str, Any]) -> Thing:
    """The `res` of a handler: writeHead, write, end, statusCode."""

    def write(text: Any = "", *_: Any) -> None:
        state["body"] += "" if text is None else text_of(text)

    head = Thing("ServerResponse", write=write, end=write, setHeader=lambda *_: None, statusCode=None)
    head.attributes["writeHead"] = lambda status, *_: state.update(status=status)
    return head


def _error(text: str = "") -> Exception:
    return RuntimeError(text)


@program("node")
def node(proc: Proc) -> Running:
    """node [-e PROGRAM | -p EXPRESSION | FILE] [ARG…]; without any, the program is stdin."""
    words = list(proc.argv[1:])
    version = proc.env.get("NODE_VERSION", "22.17.1")
    if words[:1] in (["--version"], ["-v"]):
        proc.print(f"v{version}")
        return 0
    name, argv = "[eval]", ["/usr/local/bin/node", *words]
    if words[:1] in (["-e"], ["--eval"], ["-p"], ["--print"]):
        text = words[1] if len(words) > 1 else ""
        text = f"console.log({text.rstrip(';')})" if "p" in words[0] else text
    elif words:
        name = words[0] if words[0].startswith("/") else f"{proc.cwd.rstrip('/')}/{words[0]}"
        try:
            text = proc.read_file(name)
        except OSError:
            proc.err(f"node:internal/modules/cjs/loader\n  throw err;\n  ^\n\nError: Cannot find module '{name}'")
            proc.err(f"    code: 'MODULE_NOT_FOUND',\n\nNode.js v{version}")
            return 1
    else:
        text = yield proc.readall()
    return (yield from _run(proc, name, text, argv, version))


def _run(proc: Proc, name: str, text: str, argv: list[str], version: str) -> Running:
    try:
        if len(text) > LONGEST:
            raise Unsupported("so long a program")
        run = _Node(proc, argv, version)
        yield from run.evaluator.body(parse(text), {})
        while run.timers or run.servers:
            yield from run.turn()
    except Unsupported as problem:
        proc.note(f"podlab cannot run this JavaScript: its small node has not {problem}; give it an image of your own")
        proc.err(f"podlab: its small node has not {problem}")
        return 1
    except SystemExit as problem:
        return int(problem.code or 0) & 255
    except Exception as problem:
        proc.err(f"{name}:1\n\n{_kind(problem)}: {_words(problem)}\n    at {name}:1:1\n\nNode.js v{version}")
        return 1
    return 0


def _kind(problem: Exception) -> str:
    kinds = {NameError: "ReferenceError", TypeError: "TypeError", AttributeError: "TypeError"}
    return next((name for kind, name in kinds.items() if isinstance(problem, kind)), "Error")


def _words(problem: Exception) -> str:
    text = str(problem)
    if isinstance(problem, NameError):
        return text.removeprefix("name ").replace("'", "")
    if isinstance(problem, OSError):
        return f"listen EADDRINUSE: {problem.strerror}"
    return text

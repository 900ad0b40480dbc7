"""python3: -c and script files in podlab's small Python, and `-m http.server`."""

from __future__ import annotations

import ast
from typing import Any

from podlab.linux.images.registry import Running, program
from podlab.linux.images.scripts.evaluate import Evaluator
from podlab.linux.images.scripts.python_modules import Output, add_http_server, builtins, modules
from podlab.linux.images.scripts.values import Unsupported
from podlab.linux.images.servers import files_below, open_port
from podlab.linux.program import Proc

LONGEST = 100_000
"""Characters of a program."""


@program("python3")
def python3(proc: Proc) -> Running:
    """python3 [-u] -c PROGRAM | FILE [ARG…] | -m http.server [PORT] | --version; without any, the program is stdin."""
    words = list(proc.argv[1:])
    version = proc.env.get("PYTHON_VERSION", "3.13.5")
    at_once = bool(proc.env.get("PYTHONUNBUFFERED"))
    while words and words[0] in ("-u", "-B", "-E", "-I", "-s", "-O", "-q"):
        at_once = words.pop(0) == "-u" or at_once
    if words and words[0] in ("--version", "-V"):
        proc.print(f"Python {version}")
        return 0
    if words[:2] == ["-m", "http.server"]:
        return (yield from _http_server(proc, words[2:]))
    if words[:1] == ["-c"]:
        name, text, argv = "<string>", words[1] if len(words) > 1 else "", ["-c", *words[2:]]
    elif words[:1] == ["-m"]:
        return _sorry(proc, f"the module {words[1] if len(words) > 1 else ''}")
    elif words:
        name, argv = words[0], words
        try:
            text = proc.read_file(name)
        except OSError as problem:
            where = f"{proc.cwd.rstrip('/')}/{name}" if not name.startswith("/") else name
            proc.err(f"{proc.argv[0]}: can't open file '{where}': [Errno {problem.errno}] {problem.strerror}")
            return 2
    else:
        name, text, argv = "<stdin>", (yield proc.readall()), [""]
    return (yield from _run(proc, name, text, argv, version, at_once=at_once))


def _http_server(proc: Proc, words: list[str]) -> Running:
    port = next((int(word) for word in words if word.isdecimal()), 8000)
    refusal = "OSError: [Errno 98] Address already in use"
    folder = words[words.index("--directory") + 1] if "--directory" in words[:-1] else proc.cwd
    open_port(proc, port, refusal, files_below(proc, folder.rstrip("/"), "Python", lists=True))
    proc.err(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
    while True:
        yield proc.pause()


def _run(proc: Proc, name: str, text: str, argv: list[str], version: str, *, at_once: bool) -> Running:
    try:
        if len(text) > LONGEST:
            raise Unsupported("so long a program")
        tree = ast.parse(text)
    except SyntaxError as problem:
        proc.err(f'  File "{name}", line {problem.lineno}\n{(problem.text or "").rstrip()}\nSyntaxError: {problem.msg}')
        return 1
    except (ValueError, RecursionError, MemoryError, Unsupported):
        return _sorry(proc, "this program")
    out, err = Output(proc, 1, at_once=at_once), Output(proc, 2, at_once=True)
    found = modules(proc, out, err, argv, version)
    evaluator = Evaluator(builtins(proc, out, found), found, proc.step)
    add_http_server(proc, found, err, evaluator.call)
    try:
        yield from evaluator.body(tree.body, {})
    except Unsupported as problem:
        out.flush()
        return _sorry(proc, str(problem))
    except SystemExit as problem:
        out.flush()
        return _exit_code(proc, problem.code)
    except RecursionError:
        out.flush()
        proc.err("RecursionError: maximum recursion depth exceeded")
        return 1
    except Exception as problem:
        out.flush()
        words = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
        proc.err(f'Traceback (most recent call last):\n  File "{name}", line {evaluator.line}, in <module>\n{words}')
        return 1
    out.flush()
    return 0


def _exit_code(proc: Proc, code: Any) -> int:
    """sys.exit(): a number is the exit code, None is 0, a text is printed and gives 1."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 255
    proc.err(code)
    return 1


def _sorry(proc: Proc, what: str) -> int:
    """What podlab's small Python has not: told in the log and in a note."""
    proc.note(f"podlab cannot run this Python program: {what} is not in its small Python; give it an image of your own")
    proc.err(f"podlab: its small Python has not {what}")
    return 1

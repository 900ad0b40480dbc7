"""`sed`. Models busybox editors/sed.c: its commands, what it takes for a command's end, its error texts.

`script` reads a script, `substitution` does `s///`, `editor` runs the commands on lines.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.busybox.tools.lines import opened_or_told, split
from podlab.busybox.tools.sed.editor import Editor, Input
from podlab.busybox.tools.sed.script import Script
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]

_LONG = {"in-place": "i", "regexp-extended": "r", "quiet": "n", "silent": "n", "expression": "e", "file": "f"}


@tool("sed", style=EXEC)
def _sed(proc: Proc, argv: Sequence[str]) -> Steps | int:
    if len(argv) == 2 and argv[1] == "--version":
        proc.print("This is not GNU sed version 4.0")
        return 0
    opts = options.parse(argv, "i::rEne:f:", _LONG)
    script = Script(extended=opts.has("rE"))
    words = list(opts.words)
    for letter, value in opts.every:
        if letter == "e":
            script.add(value)
        elif letter == "f":
            for line in split(_script_file(proc, value)):
                script.add(line)
    if not opts.has("ef"):
        if not words:
            raise UsageError
        script.add(words.pop(0))
    script.finish()
    if "i" in opts:
        return _in_place(proc, script, words, opts)
    return _stream(proc, script, words or ["-"], "n" in opts)


def _script_file(proc: Proc, path: str) -> str:
    try:
        return proc.read_file(path)
    except OSError as problem:
        raise ToolError(f"{path}: {problem.strerror}") from None


def _stream(proc: Proc, script: Script, paths: Sequence[str], quiet: bool) -> Steps:
    status = 0
    streams = []
    for path in paths:
        stream = opened_or_told(proc, "sed", path)
        if stream is None:
            status = 1
        else:
            streams.append(stream)
    if not streams:
        return status
    editor = Editor(proc, script, quiet or script.quiet, lambda text: proc.write(text))
    yield from editor.run(Input(streams))
    return status


def _in_place(proc: Proc, script: Script, paths: Sequence[str], opts: options.Options) -> Steps:
    """Edit each file for itself; the result takes its place."""
    if not paths:
        raise ToolError("-i requires an argument")
    status = 0
    for path in paths:
        stream = opened_or_told(proc, "sed", path)
        if stream is None:
            status = 1
            continue
        out: list[str] = []
        script.reset()
        before = proc.read_file(path) if opts["i"] else ""
        yield from Editor(proc, script, "n" in opts or script.quiet, out.append).run(Input([stream]))
        if opts["i"]:
            proc.write_file(path + opts["i"], before)
        proc.write_file(path, "".join(out))
    return status

"""Servers that `images.yaml` describes: the ports they open, what they say at the start, what they answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from podlab.linux.http import Serve
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import open_port, until_told
from podlab.linux.images.times import forms
from podlab.linux.process import Program
from podlab.linux.program import Proc

Answer = str | tuple[int, str]


class Serves(Struct, frozen=True, forbid_unknown_fields=True):
    """`ports` are opened, and those that the container declares (its configuration may name them).

    `answers` maps a path to a body, or to status and body; `*` is for all others (else 404).

    `listens_in` is a configuration file whose `bind` lines name ports. `ends` is the exit code at SIGTERM.
    """

    ports: tuple[int, ...] = ()
    says: tuple[str, ...] = ()
    stream: Literal["stdout", "stderr"] = "stdout"
    answers: Mapping[str, Answer] = {}
    listens_in: str = ""
    ends: int = 0


class Needs(Struct, frozen=True, forbid_unknown_fields=True):
    """A file without which the server says so and ends with 1."""

    file: str
    says: str


def described(name: str, version: str, serves: Serves, needs: Needs | None, note: str) -> Program:
    """The program of such a server; `note` tells the learner how little it is."""

    def serve(proc: Proc) -> Running:
        proc.note(note)
        if needs is not None and not proc.exists(needs.file):
            proc.err(needs.says.format(file=needs.file))
            return 1
        words = {"version": version, "host": proc.hostname, **forms(proc)}
        answer = _answer({path: _filled(said, words) for path, said in serves.answers.items()})
        wanted = dict.fromkeys((*serves.ports, *_bound(proc, serves.listens_in), *proc.process.group.ports))
        for port in wanted:
            open_port(proc, port, f"{name}: cannot listen on port {port}: Address already in use", answer)
        for line in serves.says:
            proc.write(line.format(**words) + "\n", 1 if serves.stream == "stdout" else 2)
        return (yield from until_told(proc, serves.ends))

    return serve


def _filled(said: Answer, words: Mapping[str, str]) -> tuple[int, str]:
    status, body = (200, said) if isinstance(said, str) else said
    return status, body.format(**words)


def _answer(answers: Mapping[str, tuple[int, str]]) -> Serve:
    """The answer of the path, or of all others."""
    other = answers.get("*", (404, "404 page not found\n"))
    return lambda path: answers.get(path.partition("?")[0], other)


def _bound(proc: Proc, path: str) -> list[int]:
    """The ports that a configuration file binds."""
    text = proc.read_file(path) if path and proc.exists(path) else ""
    return [int(port) for port in re.findall(r"(?m)^\s*bind\s+\S*?:(\d+)", text)]


@program("server")
def declared(proc: Proc) -> Running:
    """The stand-in for an image podlab does not know: serves on the ports its container declares, until it is told."""
    for port in proc.process.group.ports:
        open_port(proc, port, f"listen tcp 0.0.0.0:{port}: bind: address already in use", lambda path: (200, "ok\n"))
    return (yield from until_told(proc))

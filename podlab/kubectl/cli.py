"""kubectl: a command line in, what it prints and its exit code out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from podlab.api.mistakes import WrongType
from podlab.kubectl.call import Call, Result
from podlab.kubectl.command import GLOBAL_FLAGS, verb_of
from podlab.kubectl.commands import find_command, help_text
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import HelpAsked, parse_flags
from podlab.kubectl.store import Api, ApiError

_SHELL = ("|", "||", "&", "&&", ";", ">", ">>", "<")


class Kubectl:
    """kubectl against a cluster.

    ``read_file`` gives the text of a file named with ``-f``; it raises OSError.
    """

    def __init__(self, api: Api, *, namespace: str = "default", read_file: Callable[[str], str] | None = None) -> None:
        self.api = api
        self.namespace = namespace
        self.read_file = read_file or _read_file

    def run(self, command: str | Sequence[str], stdin: str = "") -> Result:
        """Run one command, as a line or as words; the word ``kubectl`` may stand in front.

        Mistakes never raise: they are in ``stderr`` and ``rc``, worded as kubectl words them, with a ``hint``.
        """
        if not isinstance(command, str) and not _are_words(command):
            raise WrongType(f'kubectl: takes a command, as in kubectl("get pods"), not {command!r}')
        if not isinstance(stdin, str):
            raise WrongType(f"kubectl: stdin is a text, not {stdin!r}")
        try:
            words = _words(command) if isinstance(command, str) else list(command)
            return self._run(words[1:] if words[:1] == ["kubectl"] else words, stdin)
        except KubectlError as error:
            return Result("", error.text + "\n", error.code, error.hint)

    def _run(self, words: list[str], stdin: str) -> Result:
        at = _command_at(words)
        name = words[at] if at is not None else None
        if name is None or name == "help":
            asked = words[at + 1 : at + 2] if at is not None else []
            return Result(help_text(find_command(asked[0]) if asked else None))
        command = find_command(name)
        try:
            parsed = parse_flags(name, command.all_flags, [*words[:at], *words[at + 1 :]] if at is not None else [])
        except HelpAsked:
            return Result(help_text(command))
        call = Call(self.api, command, parsed, stdin, self.namespace, self.read_file)
        try:
            verb_of(name)(call)
        except KubectlError as error:
            call.fail(error)
        except ApiError as error:
            call.fail(from_api(error))
        for text in self.api.warnings():
            call.err(f"Warning: {text}")
        return _result(call)


def _result(call: Call) -> Result:
    messages = [failure.text.removesuffix("\n") + "\n" for failure in call.failures]
    hints = [failure.hint for failure in call.failures if failure.hint]
    return Result(
        "".join(call.stdout),
        "".join([*call.stderr, *messages]),
        call.failures[-1].code if call.failures else 0,
        hints[0] if hints else "",
    )


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        hint = "Close every quotation mark." if "quotation" in str(error) else ""
        raise KubectlError(f"error: cannot read the command: {error}", hint=hint) from None
    dashes = words.index("--") if "--" in words else len(words)
    shell = next((word for word in words[:dashes] if word in _SHELL), None)
    if shell is not None:
        hint = "Leave it out, or save what is printed and work on it in Python."
        raise KubectlError(f'error: there is no shell here that would understand "{shell}"', hint=hint)
    return words


def _command_at(words: Sequence[str]) -> int | None:
    """Where the command's name is: flags of every command may stand before it."""
    valued = {f"-{flag.short}" for flag in GLOBAL_FLAGS if flag.short} | {f"--{flag.name}" for flag in GLOBAL_FLAGS}
    at = 0
    while at < len(words):
        if not words[at].startswith("-"):
            return at
        at += 2 if words[at] in valued else 1
    return None


def _read_file(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _are_words(command: object) -> bool:
    return isinstance(command, list | tuple) and all(isinstance(word, str) for word in command)

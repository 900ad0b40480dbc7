"""Typed: a kubectl command that somebody types."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget
from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.api.parts import name_of
from podlab.core.engine.action import Action, checked_seconds

if TYPE_CHECKING:
    from podlab.apiserver import LiveApi
    from podlab.kubectl.call import Result

_MADE = re.compile(r"(?P<before>(?:^|\s)(?:pods?/|po/)?)(?P<key>[a-z0-9][a-z0-9.-]*\[\d+\])(?=\s|$)")


@action
@dataclass(frozen=True, slots=True)
class Typed(Action):
    """A kubectl command typed at `at`, after all else that happens then; nothing waits for what it sets off.

    `stdin` is what is piped in, `files` are the files that `-f` can name: (name, text).
    """

    verb: ClassVar[str] = "typed"
    do: ClassVar[str] = "typed"
    words_after: ClassVar[range] = range(0)  # no word of the command line is a whole command
    needs: ClassVar[tuple[str, ...]] = ("command",)
    stdin: str = ""
    files: tuple[tuple[str, str], ...] = ()

    @property
    def closes(self) -> bool:
        """A command is always typed after all else of its instant."""
        return True

    def perform(self, cluster: Cluster) -> str:
        """Run the command; it waits for nothing."""
        from podlab.apiserver import LiveApi
        from podlab.kubectl.cli import Kubectl  # here, since only a scenario with typed commands needs all of kubectl

        files = dict(self.files)

        def read_file(name: str) -> str:
            if name not in files:
                raise FileNotFoundError(name)
            return files[name]

        api = LiveApi(cluster, waits=False)
        command = _MADE.sub(partial(_real_name, cluster), self.target)
        note = note_of(Kubectl(api, read_file=read_file).run(command, self.stdin), api)
        if note is not None:
            raise NoTarget(note)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The command, and what it reads."""
        more = {"stdin": self.stdin, "files": dict(self.files)}
        return {"command": self.target, **{name: value for name, value in more.items() if value}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """`command`, `stdin` and `files`."""
        made = typed(str(data.get("command", "")), at, str(data.get("stdin", "")), data.get("files"))
        return cls(made.target, made.at, made.stdin, made.files)

    def commands(self, book: Book) -> Iterator[str]:
        """The command as it was typed, with its files before it and what was piped into it."""
        for name, text in self.files:
            yield f"cat > {shlex.quote(name)} << '{_heredoc(text)}'\n{_ended(text)}{_heredoc(text)}"
        words = self.target.strip()
        command = words if words.startswith("kubectl ") else f"kubectl {words}"
        piped = f" << '{_heredoc(self.stdin)}'\n{_ended(self.stdin)}{_heredoc(self.stdin)}"
        yield command + (piped if self.stdin else "")


def typed(command: str, at: float, stdin: str = "", files: Mapping[str, str] | None = None) -> Typed:
    """Type a kubectl command at `at` seconds: `typed("kubectl label pod shop color=red", at=20)`.

    `stdin` is what is piped in, for `-f -`; `files` are the texts of files it names with `-f`.
    """
    if not isinstance(command, str) or not command.strip():
        raise WrongValue(f"typed: the command must be a line such as 'kubectl delete pod shop', not {command!r}")
    if not isinstance(stdin, str):
        raise WrongType(f"typed: stdin is a text, not {a_kind(stdin)}")
    given = {} if files is None else files
    if not isinstance(given, Mapping) or not all(isinstance(word, str) for pair in given.items() for word in pair):
        raise WrongType('typed: files maps names of files to their texts, as in files={"pod.yaml": "apiVersion: v1 …"}')
    return Typed(command, checked_seconds(at, "typed"), stdin, tuple(given.items()))


def note_of(result: Result, api: LiveApi) -> str | None:
    """What is noted of a command that failed before anything had to be waited for."""
    return result.stderr.strip() if result.rc and not api.waited else None


def _real_name(cluster: Cluster, match: re.Match[str]) -> str:
    """What the pod is really called that a command names as "web[0]", the first that the controller web has made."""
    pod = cluster.api.find_pod(match["key"])
    return match["before"] + (name_of(pod) if pod is not None else match["key"])


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _heredoc(text: str) -> str:
    """A word that no line of the text is."""
    word = "END"
    while word in text.splitlines():
        word += "_"
    return word

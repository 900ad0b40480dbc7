"""An action: what a learner does to a running scenario, and when. A value that carries its time.

The actions there are stand in `podlab/actions/`, a file each; a scenario knows only what is said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from podlab.api.mistakes import WrongType, WrongValue, a_kind

POLICIES = ("Always", "OnFailure", "Never")


class NoTarget(Exception):
    """There is nothing an action could be done to; the text says why."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action at `at` seconds. Printing it gives the code that makes it.

    It comes before all else of its instant; `last` means after all else, as what is done in a Session does.
    """

    verb: ClassVar[str] = ""
    """The name of the function that makes it."""
    do: ClassVar[str] = ""
    """What a story's file calls it."""
    asked: ClassVar[tuple[str, ...]] = ("at",)
    """What the function of this verb must be told, beside the target."""
    typed_as: ClassVar[str] = ""
    """What the command line calls it, where that is not the verb."""
    words_after: ClassVar[range] = range(1)
    """How many words the command line takes after the target."""
    needs: ClassVar[tuple[str, ...]] = ()
    """The fields that a story's action of this kind cannot do without."""
    target: str
    at: float
    last: bool = field(default=False, kw_only=True)

    @property
    def closes(self) -> bool:
        """Whether it comes after all else of its instant."""
        return self.last

    @property
    def detail(self) -> str:
        """What it says beside its verb and target, as a record keeps it."""
        return ""

    @property
    def words(self) -> str:
        """The action as one would say it: "kill shop/web with SIGKILL"."""
        return f"{self.verb.replace('_', ' ')} {self.target}"

    def code(self) -> str:
        """The Python that makes this action."""
        args = [repr(self.target)]
        for f in sorted(fields(self), key=lambda f: f.name == "last"):
            value = getattr(self, f.name)
            if f.name != "target" and (f.name in self.asked or value != f.default):
                args.append(f"{f.name}={_written(f.name, value)}")
        return f"{self.verb}({', '.join(args)})"

    __str__ = code

    def perform(self, cluster: Any) -> str:
        """Do it now; returns what became of it, "" for nothing to tell. Errors: `NoTarget` without a target."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """What a story's file says of it beside the time and what is done."""
        return {"pod": self.target}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """The action of a story's file. `pod` is what podlab calls the pod that is meant."""
        raise NotImplementedError

    @classmethod
    def from_words(cls, target: str, at: float, *words: str) -> Self:
        """The action of the command line. ValueError for a word that does not fit."""
        raise NotImplementedError

    def commands(self, book: Any) -> Iterator[str]:
        """The lines of a shell script that do the same to a real cluster, or a comment that says why there are none."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """The same story under another restart policy, from the very start: a running pod's policy cannot be changed."""

    verb: ClassVar[str] = "restart_policy"
    target: str
    policy: str

    def code(self) -> str:
        """The Python that makes this change."""
        return f"restart_policy({self.target!r}, {self.policy!r})"

    __str__ = code


def _written(name: str, value: Any) -> str:
    """A value as code: a float as short as it can be written and still be the same, a command's files as a dict."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return repr(dict(value) if name == "files" else value)


def checked_seconds(at: float, what: str) -> float:
    """The time itself, of an action that the function `what` makes. WrongValue for what is no time."""
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < float("inf"):
        raise WrongValue(f"{what}: at must be seconds since the start, 0 or more, not {at!r}")
    return float(at)


def checked_name(name: str, what: str, noun: str) -> str:
    """The name itself. WrongType for what is no text, WrongValue for an empty one."""
    if not isinstance(name, str):
        raise WrongType(f"{what}: the name of a {noun} is a text, not {a_kind(name)}")
    if not name:
        raise WrongValue(f"{what}: say the name of a {noun}; it is empty")
    return name


def checked_container(name: str, what: str) -> str:
    """The name itself, if it is "pod/container". WrongValue otherwise."""
    if "/" not in checked_name(name, what, "container"):
        raise WrongValue(f"{what}: {name!r} names no container; write 'pod/container', such as 'shop/web'")
    return name


def restart_policy(pod: str, policy: str) -> RestartPolicy:
    """The same story with the pod's restartPolicy set to "Always", "OnFailure" or "Never"."""
    if not isinstance(policy, str) or policy not in POLICIES:
        raise WrongValue(
            f'restart_policy: {policy!r} is not a policy; supported values: "Always", "OnFailure", "Never"'
        )
    return RestartPolicy(checked_name(pod, "restart_policy", "pod"), policy)

"""Requested: what a client asked of the API server over HTTP."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podlab.actions.book import Book
from podlab.actions.registry import action
from podlab.actions.targets import Cluster, NoTarget
from podlab.api.mistakes import WrongValue
from podlab.core.engine.action import Action, checked_seconds


@action
@dataclass(frozen=True, slots=True)
class Requested(Action):
    """A request that a client sent to the API server: `target` is its method and path, `body` what it held."""

    verb: ClassVar[str] = "requested"
    do: ClassVar[str] = "request"
    words_after: ClassVar[range] = range(0)  # the command line sends no requests
    needs: ClassVar[tuple[str, ...]] = ("call",)
    body: str = ""
    content_type: str = "application/json"
    agent: str = ""

    @property
    def closes(self) -> bool:
        """A request always comes after all else of its instant."""
        return True

    def perform(self, cluster: Cluster) -> str:
        """Send it again."""
        refusal = cluster.rest.replay(self.target, self.body, self.content_type, self.agent)
        if refusal:
            raise NoTarget(refusal)
        return ""

    def to_json(self) -> dict[str, Any]:
        """The call, and what was sent with it."""
        named = {"sent": self.body, "contentType": self.content_type, "agent": self.agent}
        return {"call": self.target, **{name: value for name, value in named.items() if value}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], pod: str, at: float) -> Self:
        """`call`, `sent`, `contentType` and `agent`."""
        given = {"body": "sent", "content_type": "contentType", "agent": "agent"}
        more = {name: str(data[key]) for name, key in given.items() if key in data}
        made = requested(str(data.get("call", "")), at, **more)
        return cls(made.target, made.at, made.body, made.content_type, made.agent)

    def commands(self, book: Book) -> Iterator[str]:
        """The same call by `kubectl --raw`, which has no patches and cannot type into a command."""
        method, _, path = self.target.partition(" ")
        verb = {"POST": "create", "PUT": "replace", "DELETE": "delete"}.get(method)
        if verb is None:
            yield f"#   kubectl cannot send a bare {method}; a client of the API can."
            return
        body = shlex.quote(self.body or "{}")
        yield f"printf %s {body} | kubectl {verb} --raw {shlex.quote(path)} -f -"


def requested(
    call: str, at: float, body: str = "", content_type: str = "application/json", agent: str = ""
) -> Requested:
    """A client's request at `at` seconds: `requested("DELETE /api/v1/namespaces/default/pods/shop", at=20)`."""
    method, _, path = call.partition(" ")
    if not method.isupper() or not path.startswith("/"):
        raise WrongValue(f"requested: must be a method and a path, such as 'GET /api/v1/pods', not {call!r}")
    return Requested(call, checked_seconds(at, "requested"), body=body, content_type=content_type, agent=agent)

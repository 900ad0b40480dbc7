"""A command that a client runs in a container, with what is typed into it and what it writes.

Models pkg/kubelet/cri/streaming/remotecommand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from podlab.apiserver.rest.logs import container_of
from podlab.apiserver.rest.request import Place, Request
from podlab.core.engine.task import Latch
from podlab.kubectl.store import ApiError

if TYPE_CHECKING:
    from podlab.apiserver.rest.rest import Rest

STDOUT, STDERR = 1, 2


class RunningExec:
    """One command on its way. Raises ApiError when it cannot be started."""

    def __init__(self, rest: Rest, request: Request, there: Place) -> None:
        command = list(request.repeated.get("command", ()))
        if not command:
            raise ApiError("BadRequest", "you must specify at least 1 command for the container")
        self.tty = request.flag("tty")
        pod = rest.views.get(there.resource, there.namespace, there.name).obj
        container = container_of(pod, request.query.get("container", ""))
        self._done = Latch()
        stdin = None if request.flag("stdin") else ""
        found = rest.live.stored(pod)
        self._exec = rest.live.start_exec(found, container, command, self._done.set, stdin)
        self.container, self.command = container, command
        rest.settle()

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return int(self._done.value) if self._done.is_set else None

    @property
    def where(self) -> str | None:
        """The working directory of its process; None when it could not be started."""
        return self._exec.where

    def type(self, text: str) -> None:
        """Type something; "" ends the input."""
        if text:
            self._exec.feed(text)
        else:
            self._exec.end_input()

    def since(self, number: int) -> list[tuple[int, str]]:
        """What it has written after the first `number` pieces."""
        return self._exec.since(number)

    def interrupt(self) -> None:
        """SIGINT to all that it runs in the foreground, as Ctrl-C sends it."""
        self._exec.interrupt()

    def kill(self) -> None:
        """End it, as the end of a connection does not: the client wants it so."""
        self._exec.kill()


def end_status(code: int) -> dict[str, Any]:
    """The Status that a client is sent at a command's end."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }

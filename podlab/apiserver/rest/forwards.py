"""A connection that a client forwards to a port of a pod.

Models pkg/kubelet/cri/streaming/portforward: the node connects to localhost inside the pod's network namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from podlab.api.parts import name_of, uid_of
from podlab.apiserver.rest.request import Place, Request
from podlab.kubectl.store import ApiError

if TYPE_CHECKING:
    from podlab.apiserver.rest.rest import Rest


class Forward:
    """One connection. `come` is what has come back so far; `ended` that no more will; `error` why nobody answered."""

    def __init__(self, rest: Rest, request: Request, there: Place) -> None:
        port = int(request.query.get("port", "0"))
        pod = rest.live.stored(rest.views.get(there.resource, there.namespace, there.name).obj)
        worker = rest.sim.worker_of(pod)
        sandbox = worker.sandbox if worker is not None else None
        self.come: list[str] = []
        self.ended = False
        self.error = ""
        if worker is None or sandbox is None:
            raise ApiError("NotFound", f"pod not found ({name_of(pod)!r})")
        self._pod, self._port = pod, port
        self._line = worker.node.runtime.connect(sandbox, port, self._told, self._failed)
        rest.settle()

    def send(self, text: str) -> None:
        """Send something; "" hangs up."""
        if text:
            self._line.write(text)
        else:
            self._line.close()

    def _told(self, text: str) -> None:
        if text:
            self.come.append(text)
        else:
            self.ended = True

    def _failed(self, why: str) -> None:
        self.ended = True
        where = f"error forwarding port {self._port} to pod {name_of(self._pod)}, uid {uid_of(self._pod)}"
        self.error = f"{where}: failed to connect to localhost:{self._port} inside its network namespace: {why}"

"""`kubectl logs -f`: what a container has written, and then every line as it comes, until the container has ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from podlab.apiserver.rest import Request
from podlab.apiserver.rest.logs import container_of, lines_of, shaped
from podlab.apiserver.rest.request import Place
from podlab.kubectl.store import ApiError, LogLine
from podlab.serve.cluster import Cluster

_LOOK_EVERY = 0.2


class Following:
    """One client that follows a log. Raises ApiError when there is none yet."""

    def __init__(self, cluster: Cluster, request: Request, there: Place) -> None:
        self.cluster, self.request, self.there = cluster, request, there
        self._first = lines_of(cluster.rest, request, there)
        self._run = self._running()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The text as it comes."""
        yield shaped(self._first, self.request).encode()
        seen = len(self._all())
        while not self.cluster.stopped:
            lines = self._all()
            if len(lines) > seen:
                yield shaped(lines[seen:], self.request).encode()
                seen = len(lines)
            elif self._running() != self._run or self._run is None:
                return
            await self.cluster.something(_LOOK_EVERY)

    def _all(self) -> list[LogLine]:
        """All lines of the run that is followed; none when the pod is gone."""
        container = container_of(self._pod(), self.request.query.get("container", "")) if self._there() else None
        if container is None:
            return []
        try:
            live = self.cluster.rest.live
            return list(live.logs(self.there.namespace or "", self.there.name, container, previous=False))
        except ApiError:
            return []

    def _there(self) -> bool:
        try:
            self._pod()
        except ApiError:
            return False
        return True

    def _pod(self) -> Any:
        return self.cluster.rest.views.get(self.there.resource, self.there.namespace, self.there.name).obj

    def _running(self) -> str | None:
        """The ID of the run that is followed; None when it does not run any more."""
        if not self._there():
            return None
        pod = self._pod()
        named = container_of(pod, self.request.query.get("container", ""))
        status = pod.status
        for one in (*(status.containerStatuses or ()), *(status.initContainerStatuses or ())):
            if one.name == named and one.state is not None and one.state.running is not None:
                return str(one.containerID)
        return None

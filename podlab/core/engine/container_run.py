"""One run of a container as the kubelet last saw it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from lightkube.models.core_v1 import (
    Container as ContainerSpec,
)
from lightkube.models.core_v1 import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
)

from podlab.core.engine.runtime import Container
from podlab.core.engine.task import Latch
from podlab.core.rules.observed import CREATED, EXITED, RUNNING, RuntimeContainer

NEVER_STARTED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a container began whose process could not be started: Go's zero of Unix time, as a real kubelet shows it."""


class Record:
    """The kubelet's view of one run. An exit counts only once it has been `seen`: the kubelet looks now and then.

    `ended` is set at the instant its process ends, seen or not.
    """

    __slots__ = ("_api_state", "_observed", "_stamp", "container", "ended", "init", "reset", "seen", "spec")

    def __init__(
        self, container: Container, spec: ContainerSpec, stamp: Callable[[float], datetime], *, init: bool
    ) -> None:
        self.container = container
        self.spec = spec
        self.init = init
        self.seen = False
        self.reset = False
        self.ended = Latch()
        self._stamp = stamp
        self._api_state: ContainerState | None = None
        self._observed: RuntimeContainer | None = None

    @property
    def name(self) -> str:
        """The container's name."""
        return self.container.name

    @property
    def restart_count(self) -> int:
        """0 for the first run."""
        return self.container.restart_count

    @property
    def container_id(self) -> str:
        """As the API shows it."""
        return f"containerd://{self.container.id}"

    @property
    def state(self) -> str:
        """created, running or exited, as the kubelet last saw it."""
        state = self.container.state
        return RUNNING if state == EXITED and not self.seen else state

    def observed(self, changed: bool, liveness: str | None, startup: str | None) -> RuntimeContainer:
        """The run as a sync looks at it. The same object as long as nothing changes."""
        known, state = self._observed, self.state
        if (
            known is None
            or known.state != state
            or known.definition_changed != changed
            or known.liveness != liveness
            or known.startup != startup
        ):
            code = self.container.exit_code or 0
            known = self._observed = RuntimeContainer(self.name, state, code, changed, liveness, startup)
        return known

    @property
    def exited(self) -> bool:
        """Whether it has been seen to have ended."""
        return self.seen and self.container.state == EXITED

    @property
    def alive(self) -> bool:
        """Whether its process is there, seen or not."""
        return self.container.state == RUNNING

    @property
    def finished_at(self) -> float:
        """When it ended, in seconds."""
        return self.container.finished_at or 0.0

    def see(self) -> None:
        """Look at it: an exit is known from now on."""
        if not self.seen and self.container.state == EXITED:
            self.seen = True
            self._api_state = None

    @property
    def api_state(self) -> ContainerState:
        """The run as the API shows it. The same object as long as nothing changes."""
        if self._api_state is None:
            self._api_state = self._make_state()
        return self._api_state

    def _make_state(self) -> ContainerState:
        c = self.container
        if self.exited:
            return ContainerState(
                terminated=ContainerStateTerminated(
                    exitCode=c.exit_code or 0,
                    reason=c.reason,
                    message=c.message or None,
                    startedAt=self._stamp(c.started_at) if c.started_at is not None else NEVER_STARTED,
                    finishedAt=self._stamp(self.finished_at),
                    containerID=self.container_id,
                )
            )
        if c.state == CREATED:
            return ContainerState(waiting=ContainerStateWaiting(reason="ContainerCreating"))
        return ContainerState(running=ContainerStateRunning(startedAt=self._stamp(c.started_at or 0.0)))

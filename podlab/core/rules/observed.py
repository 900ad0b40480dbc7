"""What the kubelet sees of a pod in the container runtime when a sync begins: its sandboxes and containers.

Models pkg/kubelet/container/runtime.go PodStatus, with the probes' latest results put beside each container.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RUNNING: Final = "running"
EXITED: Final = "exited"
CREATED: Final = "created"
UNKNOWN: Final = "unknown"
STATES: Final = frozenset({RUNNING, EXITED, CREATED, UNKNOWN})

SUCCESS: Final = "Success"
FAILURE: Final = "Failure"
PROBE_RESULTS: Final = frozenset({SUCCESS, FAILURE, "Unknown", None})


@dataclass(frozen=True, slots=True)
class SandboxState:
    """One sandbox of a pod. `attempt` counts up from 0; `network` is "POD", or "NODE" for the node's own."""

    ready: bool
    attempt: int = 0
    ip: str = ""
    network: str = "POD"


@dataclass(frozen=True, slots=True)
class RuntimeContainer:
    """One container as the runtime knows it.

    `state`: running, exited, created (made but never started) or unknown. `exit_code` counts for exited ones.
    `definition_changed`: it was made from another definition than the spec's present one.
    `liveness`, `startup`: the probe's latest result, Success, Failure or Unknown; None when there is none yet.
    """

    name: str
    state: str
    exit_code: int = 0
    definition_changed: bool = False
    liveness: str | None = None
    startup: str | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(
                f"container {self.name}: state should be running, exited, created or unknown, not {self.state!r}"
            )
        if self.liveness not in PROBE_RESULTS or self.startup not in PROBE_RESULTS:
            raise ValueError(
                f"container {self.name}: liveness and startup should be Success, Failure, Unknown or None, "
                f"not {self.liveness!r} and {self.startup!r}"
            )

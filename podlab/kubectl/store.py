"""What kubectl needs of a cluster, and the errors the cluster answers with.

The commands run against the `Api` protocol only. The simulation implements it; so can a plain collection of objects.
Resources are named by their plural (``pods``, ``replicasets``), objects are the lightkube structs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from podlab.api.refusal import ApiError as ApiError  # known to kubectl's commands by this module


def not_found(qualified: str, name: str) -> ApiError:
    """No such object: ``pods "web" not found``."""
    return ApiError("NotFound", f'{qualified} "{name}" not found')


@dataclass(frozen=True)
class Change:
    """An object as it was announced at ``now`` to those who watch."""

    now: datetime
    object: Any
    deleted: bool = False


@dataclass(frozen=True)
class LogLine:
    """One line a container wrote, without its line break."""

    time: datetime
    text: str


@dataclass(frozen=True)
class ExecResult:
    """What a command in a container wrote, and its exit code."""

    stdout: str = ""
    stderr: str = ""
    code: int = 0


class Api(Protocol):
    """A cluster. Every method raises `ApiError` as the API server would; times are timezone-aware."""

    def now(self) -> datetime:
        """The cluster's clock."""

    def list(self, resource: str, namespace: str | None) -> Sequence[Any]:
        """All objects of a resource in a namespace, or everywhere (None), by namespace and name. None: an empty one."""

    def get(self, resource: str, namespace: str, name: str) -> Any:
        """One object. A resource without namespaces ignores ``namespace``."""

    def watch(self, resource: str, namespace: str | None, timeout: float | None) -> Iterable[Change]:
        """The changes from now on, for at most ``timeout`` seconds of the cluster's time (None: as long as known)."""

    def create(self, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Decode strictly, default, validate, admit and store a manifest. Return the object as stored."""

    def update(self, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Replace an object, if the change is allowed. Return it as stored."""

    def update_part(self, part: str, manifest: Mapping[str, Any], namespace: str, *, dry_run: bool = False) -> Any:
        """Change what a subresource (``resize``, ``scale``, ``status``) covers of an object. Return it as stored."""

    def evict(self, namespace: str, name: str, *, grace_period: int | None) -> None:
        """Ask for a pod's eviction, which a PodDisruptionBudget may refuse (TooManyRequests)."""

    def delete(self, resource: str, namespace: str, name: str, *, grace_period: int | None) -> None:
        """Ask for an object's deletion. ``grace_period`` in seconds; None: the object's own."""

    def wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Let the cluster's time pass until ``holds()``, for at most ``timeout`` seconds of it; whether it does now."""

    def warnings(self) -> Sequence[str]:
        """What the API server has warned of since this was last asked."""

    def scale(self, resource: str, namespace: str, name: str, replicas: int) -> None:
        """Set the number of replicas."""

    def logs(self, namespace: str, pod: str, container: str, *, previous: bool) -> Sequence[LogLine]:
        """What the current or the previous run of a container wrote."""

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], stdin: str) -> ExecResult:
        """Run a command in a container."""

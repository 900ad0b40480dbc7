"""One run of a container: what the runtime knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.linux.logs import Line, LogStream
from podlab.linux.streams import printable

if TYPE_CHECKING:
    from podlab.linux.group import Group
    from podlab.linux.image import Image
    from podlab.linux.process import Process
    from podlab.linux.sandbox import Sandbox
    from podlab.linux.tree import File

MESSAGE_LENGTH = 4096
"""Bytes of a termination message that are kept."""

FALLBACK_LINES, FALLBACK_LENGTH = 80, 2048
"""What FallbackToLogsOnError takes from the end of the log."""


class Container:
    """One run. Times are seconds; `started_at` is None when its process could never be started.

    `mount_error` says why it cannot be started, if something cannot be mounted where its manifest wants it;
    `log` is the live list of (seconds, stream, line); `notes` tell the learner what no real container would say.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        spec: ContainerSpec,
        *,
        id: str,
        restart_count: int,
        created_at: float,
        image: Image,
        group: Group,
        message_file: File,
    ) -> None:
        self.sandbox = sandbox
        self.spec = spec
        self.id = id
        self.name = spec.name
        self.restart_count = restart_count
        self.image = image
        self.group = group
        self.message_file = message_file
        self.argv: tuple[str, ...] = ()
        self.env: dict[str, str] = {}
        self.cwd = "/"
        self.mount_error: str | None = None
        self.state: Literal["created", "running", "exited"] = "created"
        self.created_at = created_at
        self.started_at: float | None = None
        self.finished_at: float | None = None
        self.exit_code: int | None = None
        self.reason: str | None = None
        self.message: str | None = None
        self.log: list[Line] = []
        self.streams: tuple[LogStream, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What podlab has to say about it."""
        return self.group.notes

    @property
    def memory_limit(self) -> int | None:
        """How much memory it may have, in bytes; None for as much as there is."""
        return self.group.memory_limit

    def resize(self, memory_limit: int | None) -> None:
        """Give it more memory, or less; what it holds already it keeps."""
        self.group.memory_limit = memory_limit

    @property
    def stop_signal(self) -> str:
        """What asks its main process to end: TERM, or what its image says (STOPSIGNAL)."""
        return self.image.stop_signal

    @property
    def main(self) -> Process | None:
        """Its main process."""
        return self.group.main

    @property
    def pid(self) -> int | None:
        """The main process's number on the host, while it runs."""
        return self.main.host_pid if self.main is not None and self.state == "running" else None

    @property
    def namespaces(self) -> dict[str, str]:
        """Kind (net, ipc, uts, pid, mnt, user, cgroup, time) to identity; equal identity, same namespace."""
        labels = self.sandbox.sharing.get(self.name, {})
        own = {kind: self.sandbox.identify(kind, label, self.restart_count) for kind, label in labels.items()}
        return {**own, "pid": self.group.pids.id}

    def ended(self, now: float, exit_code: int, reason: str | None = None, message: str | None = None) -> None:
        """It has ended. Without a reason that is OOMKilled, Completed or Error."""
        for stream in self.streams:
            stream.flush()
        self.streams = ()
        self.state = "exited"
        self.finished_at = now
        self.exit_code = exit_code
        self.reason = reason or ("OOMKilled" if self.group.oom else "Error" if exit_code else "Completed")
        self.message = message or self._termination_message() or None

    def _termination_message(self) -> str:
        """What it left in its termination message file, or at the end of its log."""
        text = printable(_part(self.message_file.text, MESSAGE_LENGTH, first=True))
        if text or not self.exit_code or self.spec.terminationMessagePolicy != "FallbackToLogsOnError":
            return text
        lines = "".join(f"{line}\n" for _, _, line in self.log[-FALLBACK_LINES:])
        return _part(lines, FALLBACK_LENGTH)


def _part(text: str, limit: int, *, first: bool = False) -> str:
    """At most so many bytes of a text: its last ones, or its first."""
    if len(text) * 4 <= limit:
        return text
    data = text.encode("utf-8", "surrogateescape")
    part = data[:limit] if first else data[-limit:]
    return part.decode("utf-8", "ignore")

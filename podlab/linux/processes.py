"""What `ps` shows of a process."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.linux.process import Process


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A line of `ps`."""

    pid: int
    ppid: int
    pgid: int
    user: str
    comm: str
    argv: tuple[str, ...]
    zombie: bool
    state: str = "S"

    @property
    def command(self) -> str:
        """The command line as busybox shows it: `{comm} args` when the name is not that of the command line."""
        if self.zombie or not self.argv:
            return f"[{self.comm}]"
        line = " ".join(self.argv)
        return line if self.argv[0].rpartition("/")[2].startswith(self.comm) else f"{{{self.comm}}} {line}"


def pgid(process: Process) -> int:
    """The number of its process group: its leader's pid; 0 when the leader is outside the namespace."""
    return process.leader.pid if process.leader.ns is process.ns else 0


def state(process: Process) -> str:
    """Z when it has ended, T when it is stopped, R when it is running just now, else S."""
    if process.ended:
        return "Z"
    return "T" if process.stopped else "R" if process.kernel.current is process else "S"


def info(pid: int, process: Process) -> ProcessInfo:
    """The line of a process."""
    parent = process.parent
    ppid = parent.pid if parent is not None and parent.ns is process.ns else 0
    return ProcessInfo(
        pid, ppid, pgid(process), process.group.user, process.comm, process.argv, process.ended, state(process)
    )

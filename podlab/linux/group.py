"""What the processes of one container have in common: PID namespace, limits, CPU account, notes to the learner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from podlab.linux.base import BUSYBOX, Base
from podlab.linux.words import without_addresses

if TYPE_CHECKING:
    from podlab.linux.files import Files
    from podlab.linux.waits import Wait

Process = Any
"""A `podlab.linux.process.Process`. A process knows its group; what is said here holds for any."""


class NetNamespace(Protocol):
    """Addresses and open ports; `podlab.linux.network.NetNamespace` keeps to it."""

    id: str
    ip: str

    @property
    def offline(self) -> bool:
        """Whether there is no way to the internet."""

    def listen(self, process: Any, port: int | str, host: str, serve: Any) -> Any:
        """Open a port or a Unix socket: a `Listener`."""

    def resolve(self, host: str, files: Files) -> str:
        """The IP of a name. Errors: `OSError`."""

    def connect(self, process: Any, host: str, port: int | str) -> Wait:
        """Dial; the wait gives the connection."""

    @property
    def ports(self) -> Any:
        """The listeners by port."""


FREE_STEPS = 1000
"""Steps a container's processes may make together without time passing."""

BATCH = 100
"""Further steps that are made for one, ever longer, delay."""

SHORTEST, LONGEST = 0.001, 1.0
"""The delays between batches, in seconds: 1 ms, 2 ms, 4 ms … 1 s."""


class PidNamespace:
    """Numbers for processes. `init` is process 1; when it ends, all others are killed."""

    __slots__ = ("_joined", "host", "id", "init", "next_pid", "processes")

    def __init__(self, id: str, *, host: bool = False) -> None:
        self.id = id
        self.host = host
        self.init: Process | None = None
        self.next_pid = 1
        self._joined = 0
        self.processes: dict[int, Process] = {}

    def joins(self) -> int:
        """How many pids runc's own threads use up when it starts one more process here from outside.

        Four or five of them, as recorded (traces own-pid-ps and shared-pid-ps).
        """
        self._joined += 1
        return 4 + self._joined % 2


class CpuAccount:
    """Makes a loop that never waits take time, so that nothing hangs and such a loop still notices what changes.

    The first `FREE_STEPS` steps in a row are free; then every `BATCH` steps cost a delay that doubles up to `LONGEST`.
    A pause of the whole container longer than the last delay wipes the slate clean.
    """

    __slots__ = ("_delay", "_instant", "limit", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.limit = FREE_STEPS
        self._delay = 0.0
        self._instant = 0.0

    def enter(self, now: float) -> None:
        """A process of the container is about to run."""
        if now != self._instant:
            if now > self._instant + 2 * self._delay:
                self.steps = 0
                self.limit = FREE_STEPS
                self._delay = 0.0
            self._instant = now

    def penalty(self) -> float:
        """The limit is reached: seconds to wait before the next batch."""
        self._delay = min(LONGEST, self._delay * 2 or SHORTEST)
        self.limit = self.steps + BATCH
        return self._delay


class Group:
    """The processes of one container (its cgroup), or of a sandbox's pause."""

    __slots__ = (
        "_first_pid",
        "base",
        "cpu",
        "files",
        "hostname",
        "image",
        "main",
        "max_processes",
        "members",
        "memory",
        "memory_limit",
        "net",
        "notes",
        "oom",
        "pids",
        "ports",
        "user",
        "version",
    )

    def __init__(
        self,
        *,
        pids: PidNamespace,
        files: Files,
        net: NetNamespace,
        hostname: str,
        first_pid: int,
        ports: tuple[int, ...] = (),
        user: str = "root",
        memory_limit: int | None = None,
        max_processes: int = 1024,
        base: Base = BUSYBOX,
        image: str = "",
        version: str = "",
    ) -> None:
        self.base = base
        self.image = image
        self.version = version
        self.pids = pids
        self.files = files
        self.net = net
        self.hostname = hostname
        self.ports = ports
        self.user = user
        self.memory_limit = memory_limit
        self.max_processes = max_processes
        self.memory = 0
        self.members: dict[Process, None] = {}
        self.main: Process | None = None
        self.oom = False
        self.cpu = CpuAccount()
        self.notes: list[str] = []
        self._first_pid = first_pid

    def host_pid(self) -> int:
        """The number the host would like to give the next process of this group."""
        self._first_pid += 1
        return self._first_pid

    def note(self, text: str) -> None:
        """Tell the learner something, once."""
        text = without_addresses(text)
        if text not in self.notes and len(self.notes) < 100:
            self.notes.append(text)

    def account(self, process: Process, bytes: int) -> bool:
        """A process takes (or gives back) memory; false when that goes over the limit."""
        process.memory += bytes
        self.memory += bytes
        return self.memory_limit is None or self.memory <= self.memory_limit

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

    def lookup(self, name: str) -> str | None:
        """The address of a whole name, as the name server gives it; None when it knows none."""

    def connect(self, process: Any, host: str, port: int | str) -> Wait:
        """Dial; the wait gives the connection."""

    @property
    def ports(self) -> Any:
        """The listeners by port."""


FREE = 20_000
"""Steps a container's processes may make together before time passes: a step takes a millionth of a second."""

SLICE = 1_000
"""Further steps are made so many at a time, each slice for a millisecond."""

BUDGET = 1_000_000
"""Steps in a row, without a pause, that podlab really makes for a container; then a shell that is busy is ended."""

PATIENCE = 200_000
"""Steps in a row that one other program makes at full speed; then it becomes slow."""

SLOWER = 100
"""A program that has had its budget makes a slice of steps in every hundredth of the time that it has been busy."""

FORK = 500
"""Steps that starting a process takes, in time."""

FORK_WORK = 100
"""Steps that starting a process takes, of the budget: what podlab has to do for it."""


STEP = 1e-6
"""Seconds that a step takes."""


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
    """Makes work take time, so that a loop that never waits notices what changes, and bounds it.

    `steps` counts millionths of a second of work, for ever. The first `FREE` of a busy stretch are lent; from then on
    time passes after every `SLICE`. A stretch ends when the container has been idle for more than half of it. A program
    that has had its `PATIENCE` becomes slow: it counts no longer for the others, and has a slice after every hundredth
    of the time that it has been busy. Counts depend on what is done only, never on how fast the
    machine is that runs podlab.
    """

    __slots__ = ("_aside", "_before", "_begun", "_cheap", "_instant", "_start", "limit", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.limit = FREE
        self._begun = 0  # `steps` when the stretch began
        self._cheap = 0  # steps since then that do not count as work
        self._start = 0.0  # when it began
        self._instant = 0.0  # when a process of the container last ran
        self._before = 0  # work when the running process began to run
        self._aside: tuple[int, int, int] | None = None  # steps, limit and cheap steps while a slow process runs

    def enter(self, process: Process, now: float) -> None:
        """A process of the container is about to run."""
        if process.slow is not None:
            self._aside = self.steps, self.limit, self._cheap
            self.limit = self.steps + SLICE
            return
        if now != self._instant:
            pause = now - self._instant
            self._instant = now
            if pause > 2 * SLICE * STEP and now - self._start > 2 * (self.steps - self._begun) * STEP:
                self._begun, self._cheap, self._start = self.steps, 0, now
                self.limit = self.steps + FREE
        self._before = self.work

    def leave(self, process: Process) -> None:
        """It has run; it is told what it has done in this stretch."""
        if self._aside is not None:
            steps, self.limit, self._cheap = self._aside
            self._aside = None
            self.limit += self.steps - steps
            self._cheap += self.steps - steps
            return
        begun, done = process.worked
        process.worked = self._begun, self.work - self._before + (done if begun == self._begun else 0)

    def fork(self) -> None:
        """A process has been started."""
        self.steps += FORK
        self._cheap += FORK - FORK_WORK

    @property
    def work(self) -> int:
        """Steps made in this busy stretch, as far as they are work for podlab."""
        return self.steps - self._begun - self._cheap

    def penalty(self, process: Process) -> float:
        """The limit is reached: seconds that the process waits before its next slice."""
        own = self.work - self._before + (process.worked[1] if process.worked[0] == self._begun else 0)
        if process.slow is None and process.patience and (own > process.patience or self.work > BUDGET):
            process.slow = self._start
            self._cheap += own
        if process.slow is not None:
            waited: float = process.kernel.clock.now - process.slow
            return max(SLICE * STEP, waited / SLOWER)
        late = self.steps - self.limit
        self.limit = self.steps + SLICE
        return max(late, SLICE) * STEP


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

"""A container of busybox without a pod around it, to run shell scripts in."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.core.engine.loop import Loop
from podlab.linux.files import Files
from podlab.linux.group import Group, PidNamespace
from podlab.linux.images.bases import named
from podlab.linux.images.catalogue import linux, lookup
from podlab.linux.kernel import Kernel
from podlab.linux.network import NetNamespace, Network
from podlab.linux.process import Process
from podlab.linux.streams import Null, Sinkhole
from podlab.linux.tree import Directory, File


@dataclass(frozen=True)
class Outcome:
    """What a script did: stdout, stderr, both as they came, the exit status and when it ended."""

    out: str
    err: str
    log: str
    status: int | None
    ended: float | None


class Box:
    """One container of an image with that base, as "debian 12". Its files stay from one `run` to the next."""

    def __init__(self, memory_limit: int | None = None, base: str = "busybox 1.37") -> None:
        self.base = named(base)
        self.loop = Loop()
        self.kernel = Kernel(self.loop, lookup)
        self.network = Network(self.loop)
        self.net = NetNamespace("app", "10.0.0.7", self.network)
        self.network.join(self.net)
        self.root = Directory(linux(self.base))
        self.root.add("/etc/hosts", File("127.0.0.1\tlocalhost\n10.0.0.7\tapp\n"))
        self.files = Files(self.root, self.loop)
        self.memory_limit = memory_limit
        self.group = self._group()

    def _group(self) -> Group:
        return Group(
            pids=PidNamespace("app"),
            files=self.files,
            net=self.net,
            hostname="app",
            first_pid=1000,
            memory_limit=self.memory_limit,
            base=self.base,
        )

    def start(self, *argv: str, group: Group | None = None) -> tuple[Process, list[str], list[str], list[str]]:
        """Start a command as the main process of a container; gives its stdout, stderr and both, as they grow."""
        self.group = group or self._group()
        out: list[str] = []
        err: list[str] = []
        log: list[str] = []
        program = lookup(argv[0].rpartition("/")[2])
        assert program is not None
        self.ended: float | None = None

        def end(process: Process) -> None:
            self.ended = self.loop.now

        process = self.kernel.start(
            self.group,
            program,
            argv,
            env={"PATH": "/bin", "HOME": "/root"},
            cwd="/",
            fds={
                0: Null(),
                1: Sinkhole(lambda text: (out.append(text), log.append(text))),
                2: Sinkhole(lambda text: (err.append(text), log.append(text))),
            },
            on_end=end,
        )
        self.group.main = process
        return process, out, err, log

    def run(self, script: str, *args: str, shell: str = "sh", until: float = 100) -> Outcome:
        """Run `sh -c SCRIPT ARG…` for so many seconds."""
        return self.command(shell, "-c", script, *args, until=until)

    def command(self, *argv: str, until: float = 100) -> Outcome:
        """Run any command line for so many seconds."""
        process, out, err, log = self.start(*argv)
        self.loop.run_until(self.loop.now + until)
        return Outcome("".join(out), "".join(err), "".join(log), process.exit_status, self.ended)

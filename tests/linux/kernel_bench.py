"""A kernel with one or two containers, without images: programs are Python functions."""

from __future__ import annotations

import hashlib
from typing import Any

from podlab.core.engine.loop import Loop
from podlab.linux.files import Files
from podlab.linux.group import Group, PidNamespace
from podlab.linux.kernel import Kernel
from podlab.linux.network import NetNamespace, Network
from podlab.linux.process import Process, Program
from podlab.linux.streams import Null, Sinkhole, Zero
from podlab.linux.tree import Device, Directory, File


class Bench:
    """One node. `run` starts a program as a container's main process; `out` is everything any of them wrote."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.registry: dict[str, Program] = {}
        self.kernel = Kernel(self.loop, self.registry.get)
        self.network = Network(self.loop)
        self.out: list[tuple[float, str]] = []
        self.ended: list[tuple[float, str, int | None]] = []

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.out)

    def group(
        self,
        name: str = "app",
        *,
        pids: PidNamespace | None = None,
        net: NetNamespace | None = None,
        memory_limit: int | None = None,
    ) -> Group:
        root = Directory()
        root.add("/dev/null", Device(Null()))
        root.add("/dev/zero", Device(Zero()))
        root.make("/tmp")
        for program in self.registry:
            root.add(f"/bin/{program}", File(mode=0o755, program=program))
        if net is None:
            net = NetNamespace(
                name, f"10.0.0.{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 250 + 1}", self.network
            )
            self.network.join(net)
        return Group(
            pids=pids or PidNamespace(name),
            files=Files(root, self.loop),
            net=net,
            hostname=name,
            first_pid=int(hashlib.sha256(name.encode()).hexdigest()[:6], 16),
            memory_limit=memory_limit,
        )

    def run(self, program: Program, *args: str, group: Group | None = None, main: bool = True) -> Process:
        group = group or self.group()
        log = Sinkhole(lambda text: self.out.append((self.loop.now, text)))
        process = self.kernel.start(
            group,
            program,
            [getattr(program, "__name__", "program"), *args],
            env={"PATH": "/bin"},
            cwd="/",
            fds={0: Null(), 1: log, 2: log},
            on_end=lambda p: self.ended.append((self.loop.now, p.comm, p.exit_status)),
        )
        if main:
            group.main = process
        return process

    def play(self, program: Program, *args: str, until: float = 1000, **options: Any) -> tuple[int | None, float, str]:
        """Run a program alone: its exit status, when it ended, what it wrote."""
        process = self.run(program, *args, **options)
        self.loop.run_until(until)
        when = next((when for when, comm, _ in self.ended if comm == process.comm), -1.0)
        return process.exit_status, when, self.text

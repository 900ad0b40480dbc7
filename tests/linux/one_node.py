"""A node with its runtime, and pods made of a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.core.engine.loop import Loop
from podlab.linux import Container, Images, PodVolumes, Runtime, Sandbox


class Cluster:
    """One node. Images with the names of Python functions run these functions."""

    def __init__(self, *programs: Callable[..., Any], node: str = "node-1") -> None:
        self.loop = Loop()
        images = Images.of(programs={p.__name__.replace("_", "-"): p for p in programs})
        self.runtime = Runtime(self.loop, images, node, ip="192.168.0.1")
        self.exits: list[tuple[float, str, int | None, str | None]] = []
        self.dead: list[tuple[float, Sandbox]] = []
        self.runtime.on_exit = lambda c: self.exits.append((self.loop.now, c.name, c.exit_code, c.reason))
        self.runtime.on_sandbox_exit = lambda s: self.dead.append((self.loop.now, s))
        self._made = 0

    def sandbox(self, *containers: ContainerSpec, data: Any = None, attempt: int = 0, **spec: Any) -> Sandbox:
        self._made += 1
        meta = ObjectMeta(name=f"pod-{self._made}", namespace="default", uid=f"uid-{self._made}")
        pod = Pod(metadata=meta, spec=PodSpec(containers=list(containers), **spec))
        ip = "192.168.0.1" if spec.get("hostNetwork") else f"10.244.0.{self._made}"
        return self.runtime.run_pod_sandbox(pod, attempt=attempt, ip=ip, volumes=PodVolumes(pod, data))

    def start(self, sandbox: Sandbox, restart_count: int = 0, **options: Any) -> list[Container]:
        made = [
            self.runtime.create_container(sandbox, sandbox.pod, spec, restart_count, **options)
            for spec in sandbox.spec.containers
        ]
        for container in made:
            self.runtime.start_container(container)
        return made

    def pod(self, *containers: ContainerSpec, data: Any = None, **spec: Any) -> list[Container]:
        return self.start(self.sandbox(*containers, data=data, **spec))

    def exec(self, container: Container, *argv: str) -> tuple[int, str]:
        got: list[tuple[int, str]] = []
        self.runtime.exec(container, argv, lambda code, text: got.append((code, text)))
        self.loop.run_until(self.loop.now + 5)
        return got[0]

    def get(self, container: Container, port: int, path: str = "/", wait: float = 5) -> tuple[int, str] | None:
        got: list[tuple[int, str]] = []
        self.runtime.http_get(container.sandbox, port, path, lambda status, text: got.append((status, text)))
        self.loop.run_until(self.loop.now + wait)
        return got[0] if got else None


def box(image: str, name: str = "app", **fields: Any) -> ContainerSpec:
    return ContainerSpec(name=name, image=image, **fields)


def lines(container: Container) -> list[str]:
    return [line for _, _, line in container.log]

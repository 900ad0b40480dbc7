"""The text form of a topology: the same facts as the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from podlab.views.places import ContainerPlace, PodPlace
from podlab.views.words import seconds


def topology_text(pods: Sequence[PodPlace], t: float) -> str:
    """The facts in words: each node with its pods, each pod with what it shares and what is in it."""
    lines = [f"t = {seconds(t)}" + ("" if pods else ": no pods")]
    for node, group in groupby(sorted(pods, key=lambda p: p.node), lambda p: p.node):
        lines.append(f"node {node}" if node else "no node yet")
        for pod in group:
            lines += _pod_lines(pod)
    return "\n".join(lines)


def _pod_lines(pod: PodPlace) -> Iterable[str]:
    ip = f"IP {pod.ip}" if pod.ip else "no IP"
    yield f"  pod {pod.name}: phase {pod.phase}, STATUS {pod.status}, READY {pod.ready}/{pod.total}, {ip}"
    attempt = "" if pod.sandbox is None else f" (sandbox {pod.sandbox})"
    yield f"    pause{attempt}: " + (f"holds {', '.join(pod.of_pod)}" if pod.held else "not there, no namespaces")
    yield f"    shared by all containers: {', '.join(pod.of_pod)}"
    if pod.of_node:
        yield f"    the node's own: {', '.join(pod.of_node)}"
    yield f"    each container's own: {', '.join(pod.of_container) or 'none'}"
    for container in pod.containers:
        yield _container_line(container)
    for volume in pod.volumes:
        users = [f"{c.name} at {m.words}" for c in pod.containers for m in c.mounts if m.volume == volume.name]
        mounted = f"mounted by {', '.join(users)}" if users else "not mounted"
        yield f"    volume {volume.name}: {volume.source}, {mounted}"
    talkers = [c for c in pod.containers if c.kind != "init"]
    for server in talkers:
        clients = ", ".join(c.name for c in talkers if c is not server)
        if clients and server.ports:
            yield f"    localhost: {', '.join(p.words for p in server.ports)} is {server.name}, for {clients} too"


def _container_line(c: ContainerPlace) -> str:
    parts = [c.state, c.image]
    parts += [f"port {p.words[1:]}" + (f" (the node's {p.host})" if p.host else "") for p in c.ports]
    kind = "" if c.kind == "container" else f" ({c.kind})"
    return f"    container {c.name}{kind}: {', '.join(parts)}"

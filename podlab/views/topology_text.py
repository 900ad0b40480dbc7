"""The text form of a topology: the same facts as the picture."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from podlab.views.places import ContainerPlace, PodPlace
from podlab.views.timeline_text import WIDTH
from podlab.views.words import seconds


def topology_text(
    pods: Sequence[PodPlace], t: float, news: str = "", nodes: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The facts in words: the news, each node with its pods, each pod with what it shares and what is in it."""
    lines = [f"t = {seconds(t)}" + ("" if pods else ": no pods")]
    lines += textwrap.wrap(news, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    for node, group in groupby(sorted(pods, key=lambda p: p.node), lambda p: p.node):
        lines.append(node_title(node, nodes))
        for pod in group:
            lines += _pod_lines(pod)
    return "\n".join(lines)


def news_text(pods: Sequence[PodPlace], causes: Sequence[str], when: str) -> str:
    """What has just changed in one line, "" for nothing: "just now: kill shop/web SIGKILL · web exit 137"."""
    lines = {pod.name: " · ".join(pod.news.lines()) for pod in pods}
    told = [f"{name}: {words}" if len(pods) > 1 else words for name, words in lines.items() if words]
    return f"{when}: {' · '.join([*causes, *told])}" if causes or told else ""


def node_title(node: str, nodes: Mapping[str, str]) -> str:
    """What stands above the pods of a node: its name, and its state where that is not simply Ready."""
    if not node:
        return "no node yet"
    return f"node {node}" + (f": {nodes[node]}" if node in nodes else "")


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

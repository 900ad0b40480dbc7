"""A topology as a networkx graph: node → pod → pause, containers, volumes, and how they reach one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx

from podlab.views.places import PodPlace

Box = tuple[float, float, float, float]


def topology_graph(pods: Iterable[PodPlace], boxes: Mapping[str, Box]) -> nx.DiGraph:
    """The graph of some pods; each node has its `kind`, its facts and `pos`, the middle of its box in the picture.

    Nodes are "node/NODE", "pod/POD", "pause/POD", "container/POD/NAME", "volume/POD/NAME" and
    "namespace/OWNER/KIND", the owner being the node, the pod or the container. The `kind` of an edge is runs
    (node → pod), has (pod → what belongs to it), holds (pause → namespace), in (container → namespace), mounts
    (container → volume), localhost (container → the container whose port it reaches) or hostPort (node → container).
    """
    graph = nx.DiGraph()

    def add(key: str, kind: str, **facts: Any) -> str:
        box = boxes.get(key)
        pos = {"pos": (box[0] + box[2] / 2, box[1] + box[3] / 2), "box": box} if box else {}
        graph.add_node(key, kind=kind, **facts, **pos)
        return key

    for place in pods:
        node = add(f"node/{place.node}", "node", name=place.node)
        facts: dict[str, Any] = {"phase": place.phase, "status": place.status, "ip": place.ip, "news": place.news.pod}
        pod = add(f"pod/{place.name}", "pod", name=place.name, **facts)
        facts = {"sandbox": place.sandbox, "held": place.held, "news": place.news.pause}
        pause = add(f"pause/{place.name}", "pause", name="pause", **facts)
        graph.add_edge(node, pod, kind="runs")
        graph.add_edge(pod, pause, kind="has")
        spaces = {kind: add(f"namespace/{place.node}/{kind}", "namespace", name=kind) for kind in place.of_node}
        for kind in place.of_pod:
            spaces[kind] = add(f"namespace/{place.name}/{kind}", "namespace", name=kind)
            graph.add_edge(pause, spaces[kind], kind="holds")
        for volume in place.volumes:
            key = add(f"volume/{place.name}/{volume.name}", "volume", name=volume.name, source=volume.source)
            graph.add_edge(pod, key, kind="has")
        _add_containers(graph, add, place, pod, spaces)
    return graph


def _add_containers(graph: nx.DiGraph, add: Any, place: PodPlace, pod: str, spaces: Mapping[str, str]) -> None:
    keys = {c.name: f"container/{place.name}/{c.name}" for c in place.containers}
    for c in place.containers:
        facts = {"role": c.kind, "image": c.image, "state": c.state, "run": c.run, "news": c.news}
        key = add(keys[c.name], "container", name=c.name, **facts)
        graph.add_edge(pod, key, kind="has")
        own = {
            kind: add(f"namespace/{place.name}/{c.name}/{kind}", "namespace", name=kind) for kind in place.of_container
        }
        for space in {**spaces, **own}.values():
            graph.add_edge(key, space, kind="in")
        for mount in c.mounts:
            graph.add_edge(
                key, f"volume/{place.name}/{mount.volume}", kind="mounts", path=mount.path, ro=mount.read_only
            )
    for server in place.containers:
        ports = [p.number for p in server.ports]
        for client in place.containers if ports else ():
            if client is not server and "init" not in (client.kind, server.kind):
                graph.add_edge(keys[client.name], keys[server.name], kind="localhost", ports=ports)
        host = {p.host: p.number for p in server.ports if p.host}
        if host:
            graph.add_edge(f"node/{place.node}", keys[server.name], kind="hostPort", ports=host)

"""The layout of a topology: nodes under one another, pods from left to right; the same pods always look the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from podlab.views.fonts import shorten, text_width
from podlab.views.places import PodPlace
from podlab.views.pod_box import JUST_NOW, Box, PodBox
from podlab.views.scene import Rect, Scene, Spot, Text
from podlab.views.topology_text import node_title
from podlab.views.words import seconds

WIDTH = 880.0
_MARGIN, _PAD, _TITLE, _NEWS = 6.0, 12.0, 28.0, 36.0


def topology_scene(
    pods: Sequence[PodPlace],
    t: float,
    news: str = "",
    nodes: Mapping[str, str] = MappingProxyType({}),
    width: float = WIDTH,
) -> tuple[Scene, dict[str, Box]]:
    """The picture, and the box (x, y, width, height) of each thing in it by its key in the graph.

    It is `width` pixels wide, or wider if a pod needs that. `news` stands above it, in two lines that are kept free
    when there is none: a picture must not jump. `nodes` are states of nodes in words.
    """
    names = ", ".join(p.name for p in pods) or "no pods"
    boxed = [PodBox(pod) for pod in sorted(pods, key=lambda p: p.node)]
    fitting = width - 2 * (_MARGIN + _PAD)
    inner = max([min(sum(b.width + _PAD for b in boxed) - _PAD, fitting), 300.0, *(b.width for b in boxed)])
    scene = Scene(inner + 2 * (_MARGIN + _PAD), title=f"Topology of {names} at t = {seconds(t)}")
    boxes: dict[str, Box] = {}
    first = y = _MARGIN + _NEWS
    if news:
        scene.title += f"; {news}"
        for i, told in enumerate(_news_lines(f"{JUST_NOW} {news}", scene.width - 2 * _MARGIN)):
            scene.add(Text(_MARGIN, _MARGIN + 11 + 16 * i, told, "ink", 12, True), 5)
    for node, group in groupby(boxed, lambda b: b.pod.node):
        top, y = y, y + _TITLE
        x, line = _MARGIN + _PAD, 0.0
        for box in group:
            if x > _MARGIN + _PAD and x + box.width > _MARGIN + _PAD + inner:
                x, y, line = _MARGIN + _PAD, y + line + _PAD, 0.0
            boxes |= box.draw(scene, x, y)
            x, line = x + box.width + _PAD, max(line, box.height)
        y += line + _PAD
        boxes[f"node/{node}"] = (_MARGIN, top, scene.width - 2 * _MARGIN, y - top)
        scene.add(Rect(*boxes[f"node/{node}"], None, "soft", 12, 1, dash=not node or node in nodes), 0)
        scene.add(Text(_MARGIN + _PAD, top + 19, _fitted(node_title(node, nodes), scene.width), "soft", 13, True), 5)
        if top == first:
            scene.add(Text(scene.width - _MARGIN - _PAD, top + 19, f"t = {seconds(t)}", "soft", 12, anchor="end"), 5)
        y += _MARGIN
    if not pods:
        scene.add(Text(_MARGIN, y + 16, f"no pods at t = {seconds(t)}", "soft", 13), 5)
        y += 24
    scene.height = y
    for key, box_of in boxes.items():
        kind, _, name = key.partition("/")
        if kind == "container":
            pod, _, container = name.rpartition("/")
            scene.spots.append(Spot(*box_of, pod, container))
    return scene, boxes


def _fitted(title: str, width: float) -> str:
    return shorten(title, width - 2 * (_MARGIN + _PAD) - 110, 13, True) or ""


def _news_lines(news: str, room: float) -> list[str]:
    """The news in two lines at most."""
    first, rest = "", news
    while rest:
        word, _, after = rest.partition(" ")
        if first and text_width(f"{first} {word}", 12, True) > room:
            break
        first, rest = f"{first} {word}".strip(), after
    lines = [first, rest] if rest else [first]
    return [shorten(line, room, 12, True) or "" for line in lines]

"""One pod of a topology: pause and the containers inside what they share, the volumes below."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.views.fonts import fit, shorten, text_width
from podlab.views.places import ContainerPlace, PodPlace, VolumePlace
from podlab.views.scene import Lines, Rect, Scene, Segment, Text, hatch
from podlab.views.style import BLUE, DARK, ORANGE, PHASES, SKY, TONES, WHITE, status_tone

Box = tuple[float, float, float, float]

_PAD = 12.0
_TITLE, _FRAME_TITLE, _BUS, _CONTAINER, _MOUNTS, _VOLUME, _ROUTES = 34.0, 27.0, 34.0, 88.0, 24.0, 40.0, 32.0  # heights
_NARROW, _WIDE = 140.0, 210.0  # widths of a container, whatever its state: a picture must not jump when time moves
_CHIPS = 340.0  # room for phase, STATUS and READY, whatever they are
_SIZE, _SMALL = 12.0, 11.0
_VOLUME_FILL = "#CFE6F5"
JUST_NOW = "✦"
"""The sign of what has just changed; a thick ring goes with it."""


class PodBox:
    """The size of a pod's box, and how to draw it."""

    def __init__(self, pod: PodPlace) -> None:
        self.pod = pod
        self.frames = [kinds for kinds in (pod.of_node, pod.of_pod) if kinds]
        self.pause = max(92.0, text_width(", ".join(pod.of_pod), _SMALL) + 18)
        widths = [_container_width(c) for c in pod.containers]
        frames = 2 * _PAD * len(self.frames)
        row = self.pause + sum(w + _PAD for w in widths) + frames
        volumes = sum(_volume_width(v) + _PAD for v in pod.volumes) - _PAD
        inside = max(row, volumes, _name_width(pod) + _CHIPS)
        self.width = inside + 2 * _PAD
        self.widths = [w + (inside - row) / len(widths) for w in widths]
        self.mounts = any(c.mounts for c in pod.containers)
        self.height = _TITLE + (_FRAME_TITLE + _PAD) * len(self.frames) + _BUS + _CONTAINER + _PAD
        self.height += (_MOUNTS if self.mounts else 0) + (_VOLUME + _ROUTES if pod.volumes else 0)

    def draw(self, scene: Scene, x: float, y: float) -> dict[str, Box]:
        """Draw the pod with its upper left corner at (x, y); returns the boxes of its parts by their keys."""
        pod = self.pod
        boxes: dict[str, Box] = {f"pod/{pod.name}": (x, y, self.width, self.height)}
        scene.add(Rect(x, y, self.width, self.height, "panel", "soft", 10, 1.5), 1)
        if pod.news.pod:
            _ring(scene, boxes[f"pod/{pod.name}"], 10, pod.news.pod)
        self._draw_title(scene, x + _PAD, y + 22)
        left, top = x + _PAD, y + _TITLE
        width = self.width - 2 * _PAD
        height = (_FRAME_TITLE + _PAD) * len(self.frames) + _BUS + _CONTAINER + (_MOUNTS if self.mounts else 0)
        bottom = top + height
        for kinds in self.frames:
            self._draw_frame(scene, kinds, (left, top, width, height))
            owner = pod.node if kinds is pod.of_node else pod.name
            boxes |= {f"namespace/{owner}/{kind}": (left, top, width, height) for kind in kinds}
            left, top, width, height = left + _PAD, top + _FRAME_TITLE, width - 2 * _PAD, height - _FRAME_TITLE - _PAD
        boxes |= self._draw_row(scene, left, top)
        self._draw_volumes(scene, x + _PAD, bottom + _ROUTES, boxes)
        return boxes

    def _draw_title(self, scene: Scene, x: float, baseline: float) -> None:
        pod, end = self.pod, x + self.width - 2 * _PAD
        scene.add(Text(x, baseline, "pod", "soft", _SIZE), 5)
        scene.add(Text(x + text_width("pod ", _SIZE) + 1, baseline, pod.name, "ink", 15, True), 5)
        x += _name_width(pod)
        final = pod.phase in ("Succeeded", "Failed")
        chips = [(f"phase {pod.phase}", PHASES.get(pod.phase, "gone")), (pod.status, status_tone(pod.status, final))]
        for words, name in chips:
            tone, shown = TONES[name], shorten(words, end - x - 100, _SMALL) or ""
            width = text_width(shown, _SMALL) + 14
            scene.add(Rect(x, baseline - 14, width, 19, tone.fill, radius=9), 3)
            scene.add(Text(x + 7, baseline, shown, tone.ink, _SMALL), 5)
            x += width + 8
        scene.add(Text(x + 4, baseline, f"READY {pod.ready}/{pod.total}", "ink", _SMALL, True), 5)

    def _draw_frame(self, scene: Scene, kinds: tuple[str, ...], box: Box) -> None:
        """What all containers share: one frame for the pod's own namespaces, one for those of the node."""
        pod, (x, y, w, h) = self.pod, box
        nodes = kinds is pod.of_node
        scene.add(Rect(x, y, w, h, None, "soft" if nodes else BLUE, 8, 2, dash=nodes or not pod.held), 2)
        at = x + _PAD
        if "net" in kinds:
            words = pod.ip or "no IP"
            width = text_width(words, _SIZE, True) + 14
            fill, stroke, ink = (BLUE, None, WHITE) if pod.ip else (None, "soft", "soft")
            scene.add(Rect(at - 4, y + 6, width, 18, fill, stroke, radius=4), 3)
            scene.add(Text(at + 3, y + 19, words, ink, _SIZE, True), 5)
            at += width + 4
        listed = ", ".join(kinds)
        room = x + w - at - _PAD
        whole = (
            "the node's own: " if nodes else "shared by all containers: ",
            "the node's: " if nodes else "shared: ",
            "",
        )
        words = fit((start + listed for start in whole), room, _SIZE) or ""
        scene.add(Text(at, y + 19, words, "soft", _SIZE), 5)

    def _draw_row(self, scene: Scene, x: float, y: float) -> dict[str, Box]:
        """pause, which holds the namespaces, and the containers, hanging on one localhost."""
        pod = self.pod
        bus, top = y + 12, y + _BUS
        boxes = {f"pause/{pod.name}": (x, top, self.pause, _CONTAINER)}
        stubs: list[Segment] = [(x + 20, bus, x + 20, top)]
        _draw_pause(scene, pod, (x, top, self.pause, _CONTAINER))
        at = x + self.pause + _PAD
        for c, width in zip(pod.containers, self.widths, strict=True):
            boxes[f"container/{pod.name}/{c.name}"] = (at, top, width, _CONTAINER)
            _draw_container(scene, c, pod.of_container, (at, top, width, _CONTAINER))
            stubs.append((at + 20, bus, at + 20, top))
            ports = " ".join(p.words + (f" (node {p.host})" if p.host else "") for p in c.ports)
            label = shorten(ports, width - 28, _SMALL, True, least=3) if ports else None
            if label:
                scene.add(Text(at + 26, top - 6, label, "ink", _SMALL, True), 5)
            at += width + _PAD
        end = at - _PAD
        scene.add(Lines(((x + 20, bus, end, bus),), BLUE, 3, dash=not pod.held), 2)
        scene.add(Lines(tuple(stubs), BLUE, 2, dash=not pod.held), 2)
        scene.add(Text(x + 26, top - 6, "localhost", "soft", _SMALL), 5)
        return boxes

    def _draw_volumes(self, scene: Scene, x: float, y: float, boxes: dict[str, Box]) -> None:
        """The pod's volumes, each under the containers that mount it."""
        pod, right = self.pod, x + self.width - 2 * _PAD
        users: dict[str, list[float]] = {v.name: [] for v in pod.volumes}
        slots: list[tuple[str, float, float]] = []
        for c in pod.containers:
            left, top, width, height = boxes[f"container/{pod.name}/{c.name}"]
            at = left + 8
            for mount in c.mounts:
                label = shorten(mount.words, left + width - at - 6, _SMALL, least=2)
                if label:
                    scene.add(Text(at + 5, top + height + 15, label, "ink", _SMALL), 5)
                users.setdefault(mount.volume, []).append(at)
                slots.append((mount.volume, at, top + height))
                at += text_width(label or "", _SMALL) + 14
        order = sorted(pod.volumes, key=lambda v: sum(users[v.name]) / len(users[v.name]) if users[v.name] else right)
        widths = [_volume_width(v) for v in order]
        lines: list[Segment] = []
        at = x
        for i, (volume, width) in enumerate(zip(order, widths, strict=True)):
            wanted = sum(users[volume.name]) / len(users[volume.name]) - width / 2 if users[volume.name] else at
            later = sum(widths[i:]) + _PAD * (len(widths) - i - 1)
            left = max(at, min(wanted, right - later))
            boxes[f"volume/{pod.name}/{volume.name}"] = (left, y, width, _VOLUME)
            _draw_volume(scene, volume.name, volume.source, (left, y, width, _VOLUME), bool(users[volume.name]))
            level = y - 6 - 5 * (i % 5)
            for name, column, start in slots:
                if name == volume.name:
                    into = min(max(column, left + 8), left + width - 8)
                    bend = ((column, level, into, level),) if into != column else ()
                    lines += [(column, start, column, level), *bend, (into, level, into, y)]
            at = left + width + _PAD
        if lines:
            scene.add(Lines(tuple(lines), SKY, 2), 2)


def _container_width(c: ContainerPlace) -> float:
    kind = 0.0 if c.kind == "container" else text_width(c.kind, _SMALL) + 10
    name = text_width(c.name, 13, True) + kind
    mounts = sum(text_width(m.words, _SMALL) + 14 for m in c.mounts)
    ports = text_width(" ".join(p.words + (f" (node {p.host})" if p.host else "") for p in c.ports), _SMALL, True) + 30
    wanted = max(name + 20, text_width(c.image, _SMALL) + 18, mounts + 12, ports)
    return min(max(wanted, _NARROW), _WIDE)


def _volume_width(volume: VolumePlace) -> float:
    return min(max(text_width(volume.name, _SIZE, True), text_width(volume.source, _SMALL), 70.0) + 24, 200.0)


def _name_width(pod: PodPlace) -> float:
    return text_width("pod ", _SIZE) + text_width(pod.name, 15, True) + 16


def _draw_pause(scene: Scene, pod: PodPlace, box: Box) -> None:
    x, y, w, h = box
    scene.add(Rect(x, y, w, h, "panel", "soft", 6, 1.5, dash=not pod.held), 3)
    news = pod.news.pause
    if news:
        _ring(scene, box, 6, news)
    scene.add(Text(x + 9, y + 19, f"pause {JUST_NOW}" if news else "pause", "ink", 13, True), 5)
    lines = ["holds", ", ".join(pod.of_pod)] if pod.held else ["not there"]
    if pod.sandbox is not None:
        lines.append(f"sandbox {pod.sandbox}")
    for i, line in enumerate(lines):
        scene.add(Text(x + 9, y + 41 + 18 * i, line, "soft", _SMALL), 5)


def _draw_container(scene: Scene, c: ContainerPlace, own: tuple[str, ...], box: Box) -> None:
    x, y, w, h = box
    tone, room = TONES[c.tone], w - 18
    scene.add(Rect(x, y, w, h, "panel", tone.tick or tone.fill, 6, 2, title=f"{c.name}: {c.state}"), 3)
    kind = "" if c.kind == "container" else c.kind
    name = shorten(c.name, room - (text_width(kind, _SMALL) + 8 if kind else 0), 13, True) or ""
    scene.add(Text(x + 9, y + 19, name, "ink", 13, True), 5)
    if kind:
        scene.add(Text(x + w - 9, y + 19, kind, "soft", _SMALL, anchor="end"), 5)
    scene.add(Rect(x + 1, y + 27, w - 2, 20, tone.fill), 4)
    if tone.hatch:
        scene.add(Lines(hatch(x + 1, y + 27, w - 2, 20, tone.hatch), tone.hatch_ink, 1), 4)
    state = shorten(c.state.removeprefix("waiting: "), room, _SIZE) or ""
    if tone.hatch:
        scene.add(Rect(x + 6, y + 30, text_width(state, _SIZE) + 6, 14, tone.fill, radius=3), 4)
    scene.add(Text(x + 9, y + 41, state, tone.ink, _SIZE), 5)
    if c.news:  # what is news takes the place of the image, which never changes
        _ring(scene, box, 6, c.news)
        latest = (f"{JUST_NOW} {', '.join(c.news[i:])}" for i in range(len(c.news)))
        last = c.news[-1].partition(":")[0].replace(" probe ", " ")
        words = fit((*latest, f"{JUST_NOW} {last}"), room, _SMALL, True) or JUST_NOW
        scene.add(Text(x + 9, y + 62, words, "ink", _SMALL, True), 5)
    else:
        scene.add(Text(x + 9, y + 62, shorten(c.image, room, _SMALL) or "", "soft", _SMALL), 5)
    if own:
        scene.add(Text(x + 9, y + 78, f"own {', '.join(own)}", "soft", _SMALL), 5)


def _ring(scene: Scene, box: Box, radius: float, news: Sequence[str]) -> None:
    """A thick ring around what has just changed."""
    x, y, w, h = box
    ring = Rect(x - 2, y - 2, w + 4, h + 4, None, ORANGE, radius + 2, 4, title=f"just changed: {', '.join(news)}")
    scene.add(ring, 2)


def _draw_volume(scene: Scene, name: str, source: str, box: Box, used: bool) -> None:
    """A volume as a drum."""
    x, y, w, h = box
    scene.add(Rect(x, y, w, h, _VOLUME_FILL, SKY, 12, 2, dash=not used), 3)
    scene.add(Text(x + 12, y + 17, shorten(name, w - 20, _SIZE, True) or "", DARK, _SIZE, True), 5)
    scene.add(Text(x + 12, y + 32, shorten(source, w - 20, _SMALL) or "", DARK, _SMALL), 5)

"""Joined containers beside a pod, in words and as a picture: who shares a network after each death."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.course.exhibits.joined import Host
from podlab.course.exhibits.topologies import (
    PAUSE,
    Death,
    Moment,
    Topology,
    deaths,
    joined,
    moments,
    start_orders,
    with_pause,
)
from podlab.kubectl import table
from podlab.views.fonts import shorten
from podlab.views.scene import Rect, Scene, Text
from podlab.views.style import SKY, TONES
from podlab.views.view import View

_MARGIN, _COLUMN, _BOX, _PAD, _SIZE, _SMALL = 10.0, 214.0, 26.0, 8.0, 12.0, 11.0


def joined_containers(names: Sequence[str] = ("B", "A"), *, theme: str = "auto") -> View:
    """The same containers joined to the first of them, and as a pod: what breaks when one dies.

    `data` of the view is the two topologies. Errors: ValueError for names that do not do.
    """
    both = joined(names), with_pause(names)
    return View(both, lambda: joined_text(*both), lambda: joined_scene(*both), theme)


def joined_text(apart: Topology, pod: Topology) -> str:
    """The commands, the number of what goes wrong, and what each death does."""
    heads = ("", f"JOINED TO {apart.owner}", "A POD, JOINED TO PAUSE")
    orders = [start_orders(t) for t in (apart, pod)]
    rows = [
        ["orders of start", *(str(len(o)) for o in orders)],
        ["  in which a container is refused", *(str(sum(bool(s.refused) for s in o)) for o in orders)],
        ["containers that may die", *(str(len(t.all)) for t in (apart, pod))],
        ["  whose death breaks the others", *map(_breaking, (apart, pod))],
    ]
    lines = [line.rstrip() for line in table(rows, heads).splitlines()]
    for title, topology in zip(heads[1:], (apart, pod), strict=True):
        lines += ["", title, *(f"  {topology.command(name)}" for name in topology.all)]
        lines += [f"  {death_words(topology, death)}" for death in deaths(topology)]
    return "\n".join(lines)


def _breaking(topology: Topology) -> str:
    found = [death.victim for death in deaths(topology) if death.cut_off]
    return f"{len(found)}: {', '.join(found)}; {'the kubelet mends it' if topology.is_pod else 'you mend it'}"


def death_words(topology: Topology, death: Death) -> str:
    """ "kill B: A loses eth0; started again, it is alone in a new network until you restart A"."""
    if not death.cut_off:
        return f"kill {death.victim}: the others notice nothing; started again, it is among them"
    lost = ", ".join(death.lost_eth0)
    verb = "loses" if len(death.lost_eth0) == 1 else "lose"
    again = ", ".join(death.cut_off)
    if topology.is_pod:
        return f"kill {PAUSE}: {lost} {verb} eth0; the kubelet stops {again}, makes a new {PAUSE} and starts all"
    words = f"started again, it is alone in a new network until you restart {again}"
    return f"kill {death.victim}: {lost} {verb} eth0; {words}"


def joined_scene(apart: Topology, pod: Topology) -> Scene:
    """A row for each story: the owner killed, the same container killed in a pod, pause killed."""
    victim = apart.owner
    rows = [(f"joined to {victim}: {victim} dies", moments(apart, victim))]
    rows += [(f"a pod: {who} dies", moments(pod, who)) for who in (victim, PAUSE)]
    scene = Scene(_MARGIN * 2 + _COLUMN * max(len(story) for _, story in rows), title="Joined containers and a pod")
    y = _MARGIN
    for title, story in rows:
        scene.add(Text(_MARGIN, y + 13, title, "ink", 13, True), 5)
        y += 22
        bottoms = [_draw_moment(scene, moment, _MARGIN + i * _COLUMN, y) for i, moment in enumerate(story)]
        y = max(bottoms) + 18
    scene.height = y
    return scene


def _draw_moment(scene: Scene, moment: Moment, x: float, y: float) -> float:
    """The containers in the frame of the network they are in; the dead ones below."""
    host, width = moment.host, _COLUMN - 16
    scene.add(Text(x, y + 12, shorten(moment.words, width, _SIZE) or "", "soft", _SIZE), 5)
    y += 20
    for space, names in _networks(host).items():
        wired = "eth0" in host.interfaces(names[0])
        height = 24 + len(names) * (_BOX + 4) + 4
        colour = SKY if wired else TONES["failed"].fill
        scene.add(Rect(x, y, width, height, "panel", colour, 6, 2, dash=not wired, title=f"network {space}"), 0)
        words = f"network {space}: {'lo, eth0' if wired else 'only lo'}"
        scene.add(Text(x + _PAD, y + 16, words, "ink", _SMALL), 5)
        for i, name in enumerate(names):
            _draw_container(scene, name, "runs", (x + _PAD, y + 24 + i * (_BOX + 4), width - 2 * _PAD))
        y += height + 8
    for container in (c for c in host.containers.values() if not c.running):
        _draw_container(scene, container.name, f"exit {container.exit_code}", (x + _PAD, y, width - 2 * _PAD))
        y += _BOX + 4
    return y


def _draw_container(scene: Scene, name: str, state: str, at: tuple[float, float, float]) -> None:
    x, y, width = at
    tone = TONES["running" if state == "runs" else "failed"]
    scene.add(Rect(x, y, width, _BOX, tone.fill, radius=4, title=f"{name}: {state}"), 1)
    scene.add(Text(x + 8, y + 17, shorten(name, width - 70, _SIZE, True) or "", tone.ink, _SIZE, True), 5)
    scene.add(Text(x + width - 8, y + 17, state, tone.ink, _SMALL, anchor="end"), 5)


def _networks(host: Host) -> dict[str, list[str]]:
    """Network namespace → the running containers in it."""
    spaces: dict[str, list[str]] = {}
    for container in host.containers.values():
        if container.running:
            spaces.setdefault(container.namespaces["net"], []).append(container.name)
    return spaces

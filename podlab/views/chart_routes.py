"""Where the boxes and arrows of a state chart lie. They never move, so that two moments can be laid side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from podlab.views.charts import BORN, RUNNING, TERMINATED, WAITING
from podlab.views.scene import Point, Segment

Box = tuple[float, float, float, float]

_LEFT, _RIGHT = 48.0, 26.0
_HEAD, _LINE, _FOOT = 26.0, 17.0, 8.0
NOTES = 3
"""So many lines of notes fit into a container state; one fits into a phase."""


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of an arrow, its tip last, and where its label begins, ends or has its middle."""

    points: tuple[Point, ...]
    label: Point
    anchor: str = "middle"

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The straight pieces of the line; the last one stops short of the tip, under the arrowhead."""
        *corners, (x, y) = self.points
        dx, dy = self._direction
        ends = [*corners, (x - 6 * dx, y - 6 * dy)]
        return tuple((*a, *b) for a, b in pairwise(ends))

    @property
    def head(self) -> tuple[Point, ...]:
        """The arrowhead."""
        (x, y), (dx, dy) = self.points[-1], self._direction
        back, half = 10, 5.5
        return (x, y), (x - back * dx - half * dy, y - back * dy + half * dx), (
            x - back * dx + half * dy, y - back * dy - half * dx,
        )  # fmt: skip

    @property
    def _direction(self) -> Point:
        (a, b), (x, y) = self.points[-2:]
        return (x > a) - (x < a), (y > b) - (y < b)


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of the states, the routes of the arrows, and where it ends below."""

    boxes: dict[str, Box]
    routes: dict[tuple[str, str], Route]
    bottom: float


def container_layout(top: float, width: float) -> Layout:
    """Waiting, Running, Terminated in one line; what leads back runs underneath, what skips Running above."""
    y, h = top + 22, _HEAD + NOTES * _LINE + _FOOT
    w, step = _columns(width)
    boxes = {name: (_LEFT + i * step, y, w, h) for i, name in enumerate((WAITING, RUNNING, TERMINATED))}
    waiting, running, terminated = (boxes[name] for name in (WAITING, RUNNING, TERMINATED))
    over, under = y - 13, y + h + 20
    out, back = _middle(waiting) - 30, _middle(terminated)
    routes = {
        (BORN, WAITING): _begin(waiting, y + 34),
        (WAITING, RUNNING): _across(waiting, running, y + 34, -6),
        (RUNNING, TERMINATED): _across(running, terminated, y + 34, -6),
        (TERMINATED, RUNNING): _across(terminated, running, y + 62, 15),
        (RUNNING, WAITING): _across(running, waiting, y + 62, 15),
        (TERMINATED, WAITING): Route(
            ((back, y + h), (back, under), (_middle(waiting), under), (_middle(waiting), y + h)),
            (_middle(running), under - 5),
        ),
        (WAITING, TERMINATED): Route(
            ((out, y), (out, over), (_middle(terminated) - 30, over), (_middle(terminated) - 30, y)),
            (_middle(running), over - 4),
        ),
        (BORN, RUNNING): _drop(running, y),
        (BORN, TERMINATED): _drop(terminated, y),
    }
    routes |= {(name, name): _loop(box) for name, box in boxes.items()}
    return Layout(boxes, routes, under + 6)


def phase_layout(top: float, width: float) -> Layout:
    """Pending and Running in one line, the two ends under one another at the right."""
    y, h = top + 6, _HEAD + _LINE + _FOOT
    w, step = _columns(width)
    low = y + h + 28
    middle = (y + low) / 2
    boxes = {
        "Pending": (_LEFT, middle, w, h),
        "Running": (_LEFT + step, middle, w, h),
        "Succeeded": (_LEFT + 2 * step, y, w, h),
        "Failed": (_LEFT + 2 * step, low, w, h),
    }
    pending, running, end = boxes["Pending"], boxes["Running"], _LEFT + 2 * step
    turn, right = end - (step - w) * 0.55, running[0] + w
    upper, lower = y + h - 14, low + 14
    over, under = y + 13, low + h - 13
    column, halfway = _middle(pending), _middle(running)
    routes = {
        (BORN, "Pending"): _begin(pending, middle + h / 2),
        ("Pending", "Running"): _across(pending, running, middle + 16, -6),
        ("Running", "Pending"): _across(running, pending, middle + h - 14, 15),
        ("Running", "Succeeded"): Route(
            ((right, middle + 16), (turn, middle + 16), (turn, upper), (end, upper)), (turn + 7, middle + 22), "start"
        ),
        ("Running", "Failed"): Route(
            ((right, middle + h - 16), (turn, middle + h - 16), (turn, lower), (end, lower)),
            (turn - 7, middle + h + 2), "end",
        ),
        ("Pending", "Succeeded"): Route(((column, middle), (column, over), (end, over)), (halfway, over - 5)),
        ("Pending", "Failed"): Route(((column, middle + h), (column, under), (end, under)), (halfway, under - 5)),
    }  # fmt: skip
    return Layout(boxes, routes, low + h + 6)


def _columns(width: float) -> tuple[float, float]:
    """The width of a box, and the distance from one column of boxes to the next."""
    w = 0.223 * width
    return w, (width - _LEFT - _RIGHT - w) / 2


def _middle(box: Box) -> float:
    return box[0] + box[2] / 2


def _begin(box: Box, y: float) -> Route:
    return Route(((box[0] - 28, y), (box[0], y)), (box[0] - 18, y - 9))


def _across(source: Box, target: Box, y: float, below: float) -> Route:
    """A straight arrow between two neighbours."""
    right = source[0] < target[0]
    start = source[0] + (source[2] if right else 0)
    end = target[0] + (0 if right else target[2])
    return Route(((start, y), (end, y)), ((start + end) / 2, y + below))


def _drop(box: Box, y: float) -> Route:
    x = box[0] + 20
    return Route(((x, y - 18), (x, y)), (x + 7, y - 4), "start")


def _loop(box: Box) -> Route:
    x, y = box[0] + box[2], box[1]
    return Route(((x - 52, y), (x - 52, y - 11), (x - 34, y - 11), (x - 34, y)), (x - 27, y - 3), "start")

"""A picture as plain data: boxes, shapes, lines and texts in pixels, y downwards.

Layouts make a Scene; `svg` writes it as a string and `drawing` as a matplotlib Figure. So both show the same, and a
test can ask whether two labels overlap without drawing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from podlab.views.fonts import text_width

Segment = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A box. `fill` and `stroke` are "#rrggbb" or a role of the theme (see `style`); `title` is its tooltip."""

    x: float
    y: float
    w: float
    h: float
    fill: str | None = None
    stroke: str | None = None
    radius: float = 0
    width: float = 1
    dash: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Straight lines of one kind."""

    segments: tuple[Segment, ...]
    stroke: str
    width: float = 1
    dash: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline, `anchor` start, middle or end."""

    x: float
    y: float
    text: str
    fill: str = "ink"
    size: float = 12
    bold: bool = False
    anchor: str = "start"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The left, top, right and bottom it takes, in pixels."""
        width = text_width(self.text, self.size, self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.78 * self.size, left + width, self.y + 0.22 * self.size


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a container is in the picture, for a hand that clicks on it."""

    x: float
    y: float
    w: float
    h: float
    pod: str
    container: str


Item = Rect | Shape | Lines | Text


@dataclass
class Scene:
    """The items of a picture, `width` × `height` pixels, from the lowest layer to the highest; texts lie on top.

    It is shown `scale` times as large.
    """

    width: float
    height: float = 0
    title: str = ""
    scale: float = 1
    layers: dict[int, list[Item]] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)

    def add(self, item: Item, layer: int = 1) -> None:
        """Put one item on a layer."""
        self.layers.setdefault(layer, []).append(item)

    def items(self) -> list[Item]:
        """All items in drawing order."""
        ordered = [item for layer in sorted(self.layers) for item in self.layers[layer]]
        return [i for i in ordered if not isinstance(i, Text)] + [i for i in ordered if isinstance(i, Text)]

    @property
    def texts(self) -> list[Text]:
        """All labels."""
        return [item for item in self.items() if isinstance(item, Text)]


def hatch(x: float, y: float, w: float, h: float, kind: str, step: float = 7) -> tuple[Segment, ...]:
    """The lines that fill a box: kind "/" or "\\" for diagonals, "|" for uprights.

    They are cut at the edges of the box here, because neither SVG patterns nor clip paths survive in a hidden tab.
    """
    if kind == "|":
        count = int(w // step)
        return tuple((x + (i + 0.5) * step, y, x + (i + 0.5) * step, y + h) for i in range(count))
    out: list[Segment] = []
    offset = step - x % step  # lines of neighbouring boxes continue one another
    while offset < w + h:
        # a rising line crosses (offset, bottom) … (offset - h, bottom - h) seen from the left edge
        left, right = max(0.0, offset - h), min(w, offset)
        if right > left:
            if kind == "/":
                out.append((x + left, y + offset - left, x + right, y + offset - right))
            else:
                out.append((x + left, y + h - offset + left, x + right, y + h - offset + right))
        offset += step
    return tuple(out)


def circle(x: float, y: float, r: float) -> tuple[Point, ...]:
    """A small disc as a polygon of twelve corners."""
    return tuple((x + r * c, y + r * s) for c, s in _TWELVE)


_TWELVE: Sequence[Point] = (
    (1, 0), (0.866, 0.5), (0.5, 0.866), (0, 1), (-0.5, 0.866), (-0.866, 0.5),
    (-1, 0), (-0.866, -0.5), (-0.5, -0.866), (0, -1), (0.5, -0.866), (0.866, -0.5),
)  # fmt: skip


def triangle(x: float, y: float, r: float, down: bool = False) -> tuple[Point, ...]:
    """A triangle around (x, y), pointing up or down."""
    tip = r if down else -r
    return ((x - r, y - tip * 0.8), (x + r, y - tip * 0.8), (x, y + tip))

"""A Scene as a matplotlib Figure, with a handful of artists whatever it shows.

A layer's boxes are one collection, its lines another, and all texts are one collection of glyph outlines: laying out
and rasterising matplotlib's own Text objects one by one would take four fifths of the time.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from PIL import Image

from podlab.views.scene import Item, Lines, Rect, Scene, Text
from podlab.views.style import colour

PIXEL = 1 / 96  # inches, as in CSS
_CLEAR = (0.0, 0.0, 0.0, 0.0)
_CJK = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Micro Hei", "PingFang SC", "SimHei")
_ROUND = 0.5523  # how far the control points of a cubic curve lie along the corner of a quarter circle


def figure(scene: Scene, theme: str = "auto") -> Figure:
    """The picture as a Figure that pyplot knows nothing of; transparent in the theme "auto"."""
    fig = Figure(
        figsize=(scene.width * PIXEL, scene.height * PIXEL), dpi=96 * scene.scale, facecolor=colour("paper", theme)
    )
    FigureCanvasAgg(fig)
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    for order, (kind, items) in enumerate(groupby(scene.items(), _kind)):
        axes.add_artist(_COLLECTION[kind](items, theme)).set_zorder(order)
    return fig


def png(fig: Figure, dpi: float = 192) -> bytes:
    """The Figure as PNG bytes, the same bytes each time.

    A palette of 256 colours makes it a third as large, which counts in notebooks that keep their pictures.
    """
    usual = fig.dpi
    canvas: Any = FigureCanvasAgg(fig)
    try:
        fig.dpi = dpi
        canvas.draw()
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    finally:
        fig.dpi = usual
    out = io.BytesIO()
    picture.quantize(256, method=Image.Quantize.FASTOCTREE).save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _kind(item: Item) -> str:
    return "text" if isinstance(item, Text) else "lines" if isinstance(item, Lines) else "area"


def _areas(items: Iterable[Any], theme: str) -> PathCollection:
    paths, fills, strokes, widths, styles = [], [], [], [], []
    for item in items:
        boxed = isinstance(item, Rect)
        paths.append(_box(item) if boxed else Path(np.array([*item.points, item.points[0]]), closed=True))
        fills.append(colour(item.fill, theme) if item.fill else _CLEAR)
        stroke = item.stroke if boxed else None
        strokes.append(colour(stroke, theme) if stroke else _CLEAR)
        widths.append(item.width * 0.75 if boxed and stroke else 0)
        styles.append(_dash(boxed and item.dash))
    return PathCollection(paths, facecolors=fills, edgecolors=strokes, linewidths=widths, linestyles=styles)


def _box(item: Rect) -> Path:
    left, top, right, bottom = item.x, item.y, item.x + item.w, item.y + item.h
    r = min(item.radius, item.w / 2, item.h / 2)
    if not r:
        return Path(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), closed=True)
    k = r * (1 - _ROUND)
    points = (
        (left + r, top), (right - r, top), (right - k, top), (right, top + k), (right, top + r),
        (right, bottom - r), (right, bottom - k), (right - k, bottom), (right - r, bottom),
        (left + r, bottom), (left + k, bottom), (left, bottom - k), (left, bottom - r),
        (left, top + r), (left, top + k), (left + k, top), (left + r, top), (left + r, top),
    )  # fmt: skip
    return Path(points, [Path.MOVETO, *(Path.LINETO, *[Path.CURVE4] * 3) * 4, Path.CLOSEPOLY])


def _lines(items: Iterable[Any], theme: str) -> LineCollection:
    segments, strokes, widths, styles = [], [], [], []
    for item in items:
        stroke, style = colour(item.stroke, theme), _dash(item.dash)
        for a, b, c, d in item.segments:
            segments.append(((a, b), (c, d)))
            strokes.append(stroke)
            widths.append(item.width * 0.75)
            styles.append(style)
    return LineCollection(segments, colors=strokes, linewidths=widths, linestyles=styles, capstyle="butt")


def _dash(dashed: bool) -> tuple[int, tuple[float, float] | None]:
    return (0, (4, 3)) if dashed else (0, None)


def _texts(items: Iterable[Any], theme: str) -> PathCollection:
    paths, fills = [], []
    for item in items:
        outline = _outline(item.text, item.bold)
        if outline is None:
            continue
        points, codes, width = outline
        scale = item.size / text_to_path.FONT_SCALE
        x = item.x - {"start": 0.0, "middle": width * scale / 2, "end": width * scale}[item.anchor]
        paths.append(Path(points * (scale, -scale) + (x, item.y), codes))
        fills.append(colour(item.fill, theme))
    return PathCollection(paths, facecolors=fills, linewidths=0)


@lru_cache(maxsize=4096)
def _outline(text: str, bold: bool) -> tuple[Any, Any, float] | None:
    """The outline of a text at FONT_SCALE, and its width; None when there is nothing to draw."""
    font = FontProperties(family=list(_families()), weight="bold" if bold else "normal", size=text_to_path.FONT_SCALE)
    shown = _printable(text, bold)
    points, codes = text_to_path.get_text_path(font, shown, ismath=False)
    if not len(points):
        return None
    width, _, _ = text_to_path.get_text_width_height_descent(shown, font, ismath=False)
    return np.asarray(points), np.asarray(codes, dtype=np.uint8), width


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    """matplotlib's own font, and one with Chinese characters where this machine has one."""
    known = set(fontManager.get_font_names())
    return ("DejaVu Sans", *(name for name in _CJK if name in known))


def _printable(text: str, bold: bool) -> str:
    """Characters that no font here can draw become "□", so that matplotlib need not warn of each."""
    if text.isascii() and text.isprintable():
        return text
    fonts = (
        get_font(fontManager.findfont(FontProperties(family=name, weight="bold" if bold else "normal")))
        for name in _families()
    )
    known = [font.get_charmap() for font in fonts]
    return "".join(c if c.isprintable() and any(ord(c) in font for font in known) else "□" for c in text)


_COLLECTION = {"area": _areas, "lines": _lines, "text": _texts}

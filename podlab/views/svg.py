"""A Scene as one inline SVG string, in a millisecond and without matplotlib: the fast way for the live panel.

With the theme "auto" it takes its colours from the page (JupyterLab's variables, `currentColor`), so it follows a
light or dark page by itself. It has no ids, patterns, clip paths or scripts, so many may stand on one page.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from podlab.views.scene import Item, Lines, Rect, Scene, Shape, Text
from podlab.views.style import THEMES

_FONT = "var(--jp-ui-font-family,system-ui),'DejaVu Sans',sans-serif"
_PLAIN_FONT = "'DejaVu Sans',system-ui,sans-serif"
_PAGE = {
    "ink": ("currentColor", ""),
    "soft": ("currentColor", ".72"),
    "rule": ("currentColor", ".18"),
    "panel": ("currentColor", ".05"),
    "paper": ("var(--jp-layout-color0,Canvas)", ""),
}
# XML 1.0 has no place for most control characters, not even escaped.
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")
_CONTROLS |= dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def svg(scene: Scene, theme: str = "auto") -> str:
    """The SVG element. `role="img"` and the title tell a screen reader what it is."""
    w, h = _n(scene.width), _n(scene.height)
    shown = _n(scene.width * scene.scale), _n(scene.height * scene.scale)
    page = theme == "auto"
    font = _FONT if page else _PLAIN_FONT
    look = "color:var(--jp-ui-font-color1,currentColor);" if page else ""
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_text(scene.title)}" width="{shown[0]}"'
        f' height="{shown[1]}" viewBox="0 0 {w} {h}" style="{look}max-width:100%;height:auto" font-family="{font}">'
    ]
    if not page:
        out.append(f'<rect width="{w}" height="{h}" fill="{THEMES[theme]["paper"]}"/>')
    for kind, items in groupby(scene.items(), type):
        if kind is Text:
            out.append('<g pointer-events="none" style="user-select:none">')
        out.extend(_element(item, theme) for item in items)
        if kind is Text:
            out.append("</g>")
    out.append("</svg>")
    return "".join(out)


def _element(item: Item, theme: str) -> str:
    if isinstance(item, Text):
        bold = ' font-weight="600"' if item.bold else ""
        anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
        return (
            f'<text x="{_n(item.x)}" y="{_n(item.y)}" font-size="{_n(item.size)}"{bold}{anchor}'
            f'{_paint("fill", item.fill, theme)} xml:space="preserve">{_text(item.text)}</text>'
        )
    if isinstance(item, Lines):
        path = "".join(f"M{_n(a)} {_n(b)}L{_n(c)} {_n(d)}" for a, b, c, d in item.segments)
        return f'<path d="{path}" fill="none"{_stroke(item.stroke, item.width, item.dash, theme)}/>'
    if isinstance(item, Shape):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in item.points)
        return _with_title(f'<polygon points="{points}"{_paint("fill", item.fill, theme)}', "polygon", item.title)
    return _rect(item, theme)


def _rect(item: Rect, theme: str) -> str:
    radius = f' rx="{_n(item.radius)}"' if item.radius else ""
    # An unfilled box still has an inside to point at when it has a tooltip.
    hollow = ' fill="none" pointer-events="all"' if item.title else ' fill="none"'
    fill = _paint("fill", item.fill, theme) if item.fill else hollow
    stroke = _stroke(item.stroke, item.width, item.dash, theme) if item.stroke else ""
    box = f'x="{_n(item.x)}" y="{_n(item.y)}" width="{_n(item.w)}" height="{_n(item.h)}"'
    return _with_title(f"<rect {box}{radius}{fill}{stroke}", "rect", item.title)


def _with_title(start: str, tag: str, title: str | None) -> str:
    return f"{start}><title>{_text(title)}</title></{tag}>" if title else f"{start}/>"


def _stroke(name: str, width: float, dash: bool, theme: str) -> str:
    dashes = ' stroke-dasharray="4 3"' if dash else ""
    return f'{_paint("stroke", name, theme)} stroke-width="{_n(width)}"{dashes}'


def _paint(attribute: str, name: str, theme: str) -> str:
    if name[0] == "#":
        return f' {attribute}="{name}"'
    if theme != "auto":
        return f' {attribute}="{THEMES[theme][name]}"'
    value, opacity = _PAGE[name]
    return f' {attribute}="{value}"' + (f' {attribute}-opacity="{opacity}"' if opacity else "")


def _text(text: str) -> str:
    return escape(text.translate(_CONTROLS))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

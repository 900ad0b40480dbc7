"""What a view function returns: a picture that is drawn when someone looks, and the same facts as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from podlab.views.scene import Scene
from podlab.views.style import check_theme
from podlab.views.svg import svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 192
"""Dots per inch of a PNG: twice CSS's 96, so that it is sharp on a projector and on a good screen."""


class View:
    """A picture and a text of the same facts.

    `data` holds the facts; `text` tells them; `figure` is a matplotlib Figure, `png()` bytes, `svg()` an inline SVG.
    Nothing is displayed: a notebook shows the PNG (which survives in a notebook not trusted yet) and keeps the text,
    which stays the same whatever the versions of Python and matplotlib. Without matplotlib, as in the browser's own
    Python, a notebook shows the SVG.
    """

    def __init__(
        self, data: Any, text: Callable[[], str], scene: Callable[[], Scene], theme: str = "auto", scale: float = 1
    ) -> None:
        self.data = data
        self._scale = scale
        self.theme = check_theme(theme)
        self._text = text
        self._scene = scene

    @cached_property
    def text(self) -> str:
        """The facts in words, in lines of about 100 characters."""
        return self._text()

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain shapes in pixels."""
        scene = self._scene()
        scene.scale = self._scale
        return scene

    @cached_property
    def figure(self) -> Figure:
        """The picture as a matplotlib Figure, unknown to pyplot, transparent unless the theme is light or dark."""
        from podlab.views.drawing import figure

        return figure(self.scene, self.theme)

    @cached_property
    def _pngs(self) -> dict[float, bytes]:
        return {}

    def png(self, dpi: float = DPI) -> bytes:
        """The picture as PNG bytes; 96 dots per inch make one as large as it is shown."""
        if dpi not in self._pngs:
            from podlab.views.drawing import png

            self._pngs[dpi] = png(self.figure, dpi * self.scene.scale)
        return self._pngs[dpi]

    def svg(self) -> str:
        """The picture as an inline SVG element that follows the page's theme (in the theme "auto")."""
        return svg(self.scene, self.theme)

    def __repr__(self) -> str:
        return self.text

    def _repr_png_(self) -> tuple[bytes, dict[str, int]] | None:
        if not _has_matplotlib():
            return None
        scene = self.scene
        return self.png(), {"width": round(scene.width * scene.scale), "height": round(scene.height * scene.scale)}

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        png = self._repr_png_()
        if png is None:
            # As HTML: JupyterLab puts an image/svg+xml into an <img>, which neither follows the theme nor has titles.
            return {"text/plain": self.text, "text/html": self.svg()}, {}
        return {"text/plain": self.text, "image/png": png[0]}, {"image/png": png[1]}


@cache
def _has_matplotlib() -> bool:
    return find_spec("matplotlib") is not None

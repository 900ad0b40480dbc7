"""The time axis of a picture: which pixel column stands for which second."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.views.scene import Scene


@dataclass(frozen=True, slots=True)
class Plot:
    """The area under the time axis: pixel columns `left` to `right` stand for 0 to `until` seconds."""

    scene: Scene
    left: float
    right: float
    until: float

    def x(self, t: float) -> float:
        """The pixel column of a time."""
        return self.left + (self.right - self.left) * (min(max(t, 0.0), self.until) / (self.until or 1.0))

    def t(self, x: float) -> float:
        """The time of a pixel column."""
        return self.until * (x - self.left) / (self.right - self.left)

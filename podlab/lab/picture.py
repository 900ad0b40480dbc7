"""A picture under one's hands: drag along a timeline to move in time, click on a container for what can be done to it.

While the hand is down the browser draws the instant itself, so dragging needs no kernel; the kernel is told where the
hand is as fast as it can follow, and of what lies between it hears nothing. All that can be done here can be done with
the panel's buttons too, from a keyboard.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from podlab.views.scene import Spot

SIGNALS = ("SIGKILL", "SIGTERM", "SIGSTOP", "SIGCONT")
LOOKS = ("Why?", "Logs")


@dataclass(frozen=True, slots=True)
class Touch:
    """What was chosen for a container: a signal, or a tab to look at. `t` is the instant clicked on, if any."""

    pod: str
    container: str
    verb: str
    t: float | None


class Picture(anywidget.AnyWidget):
    """An SVG as `value`; `wish` is the instant that the hand asks for, and `touched` hears what was chosen in a menu.

    `axis` is the left and right end of the time axis in the picture's pixels and its seconds, empty without one;
    `spots` are where containers are.
    """

    _esm = Path(__file__).parent / "picture.js"
    value = traitlets.Unicode().tag(sync=True)
    axis = traitlets.List(traitlets.Float()).tag(sync=True)
    spots: traitlets.List[Any] = traitlets.List().tag(sync=True)
    wish = traitlets.Float(-1.0).tag(sync=True)
    signals = traitlets.List(traitlets.Unicode(), list(SIGNALS)).tag(sync=True)
    looks = traitlets.List(traitlets.Unicode(), list(LOOKS)).tag(sync=True)

    def __init__(self, touched: Callable[[Touch], None]) -> None:
        super().__init__()
        self._touched = touched
        self.on_msg(self._heard)

    def show(self, svg: str, spots: Sequence[Spot], axis: tuple[float, float, float] | None = None) -> None:
        """Show another picture, with what can be touched in it."""
        with self.hold_sync():
            self.spots = [[spot.x, spot.y, spot.w, spot.h, spot.pod, spot.container] for spot in spots]
            self.axis = list(axis or ())
            self.value = svg

    def _heard(self, _: Any, content: Any, buffers: Any) -> None:
        touch = touch_of(content)
        if touch is not None:
            self._touched(touch)


def touch_of(content: Any) -> Touch | None:
    """A message of the browser, checked; None for anything that the picture does not send."""
    if not isinstance(content, dict):
        return None
    pod, container, verb, t = (content.get(name) for name in ("pod", "container", "verb", "t"))
    if not (isinstance(pod, str) and isinstance(container, str) and verb in (*SIGNALS, *LOOKS)):
        return None
    if t is not None and (isinstance(t, bool) or not isinstance(t, int | float) or not math.isfinite(t)):
        return None
    return Touch(pod, container, verb, None if t is None else float(t))

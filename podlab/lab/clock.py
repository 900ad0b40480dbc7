"""The lab's clock: the times that it can stand at."""

from __future__ import annotations

import math


def hundredths(t: float) -> float:
    """A time as the lab's clock has it: the next hundredth of a second, so that what happened at `t` is past."""
    if isinstance(t, bool) or not isinstance(t, int | float) or not math.isfinite(t):
        raise ValueError(f"t: must be seconds since the start, not {t!r}")
    return max(0.0, math.ceil(round(t * 100, 6)) / 100)

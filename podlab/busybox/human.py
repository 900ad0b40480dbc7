"""Sizes as busybox shows them with -h. Models libbb/human_readable.c."""

from __future__ import annotations

_UNITS = " KMGTPEZY"


def human(size: int) -> str:
    """A number of bytes: 0, 512, 4.0K, 1.5G."""
    unit, tenths = 0, 0
    while size >= 1024 and unit < len(_UNITS) - 1:
        tenths = (size % 1024 * 10 + 512) // 1024
        size //= 1024
        unit += 1
        if tenths >= 10:
            size, tenths = size + 1, 0
    return f"{size}.{tenths}{_UNITS[unit]}" if unit else str(size)

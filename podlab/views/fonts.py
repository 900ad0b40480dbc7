"""How wide a text is, without a drawing library, so that labels can be fitted before anything is drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_EM = 2048
# Advance widths of DejaVu Sans (matplotlib's own font) for the characters from space to "~", in 1/2048 em.
_REGULAR = (
    651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087,
    2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612,
    1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024,
    1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253,
    1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690, 1303, 1716,
)  # fmt: skip
_BOLD = (
    713, 934, 1067, 1716, 1425, 2052, 1786, 627, 936, 936, 1071, 1716, 778, 850, 778, 748,
    1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 1425, 819, 819, 1716, 1716, 1716, 1188,
    2048, 1585, 1561, 1503, 1700, 1399, 1399, 1681, 1714, 762, 762, 1587, 1305, 2038, 1714, 1741,
    1501, 1741, 1577, 1475, 1397, 1663, 1585, 2259, 1579, 1483, 1485, 936, 748, 936, 1716, 1024,
    1024, 1382, 1466, 1214, 1466, 1389, 891, 1466, 1458, 702, 702, 1362, 702, 2134, 1458, 1407,
    1466, 1466, 1010, 1219, 979, 1458, 1335, 1892, 1321, 1335, 1192, 1458, 748, 1458, 1716,
)  # fmt: skip


@lru_cache(maxsize=4096)
def _ems(text: str, bold: bool) -> float:
    table = _BOLD if bold else _REGULAR
    total = 0
    for char in text:
        code = ord(char)
        if 32 <= code < 127:
            total += table[code - 32]
        else:
            total += _EM if unicodedata.east_asian_width(char) in "WF" else 1716
    return total / _EM


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width in pixels of `text` at a font size in pixels; other fonts of a browser are as wide or narrower."""
    return _ems(text, bold) * size


def fit(candidates: Iterable[str], width: float, size: float, bold: bool = False) -> str | None:
    """The first candidate that is no wider than `width` pixels, or None."""
    return next((text for text in candidates if text_width(text, size, bold) <= width), None)


def shorten(text: str, width: float, size: float, bold: bool = False, least: int = 3) -> str | None:
    """`text`, or as much of it as fits followed by "…"; None when fewer than `least` characters would be left."""
    if text_width(text, size, bold) <= width:
        return text
    for keep in range(len(text) - 1, least - 1, -1):
        short = text[:keep].rstrip(" ·,") + "…"
        if text_width(short, size, bold) <= width:
            return short
    return None

"""Stretches of a row with more changes than a picture can show one by one: there the share of each value is drawn.

In three days of a crash loop a pixel stands for minutes; the first mark that finds room in it would tell of what came
first, not of what there was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from podlab.views.plot import Plot

_CHUNK = 20.0  # pixels that are looked at together
_MANY = 5  # more beginnings than this in a chunk make it a crowd
_STILL = 3  # and more than this keep one going
_LEAST_CHUNKS = 3  # many states of one instant are no crowd
_COLUMN = 10.0  # pixels that get shares of their own
_FINE = 50  # shares that differ by less than one part in so many are drawn alike

Key = TypeVar("Key", bound=Hashable)
Piece = tuple[float, float, Key]
"""When a value begins and ends, and the value."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A stretch of pixels `left` to `right` with too many changes; `changes` is how many begin in it."""

    left: float
    right: float
    start: float
    end: float
    changes: int


@dataclass(frozen=True, slots=True)
class Column(Generic[Key]):
    """Pixels `left` to `right` in which each value has about the same share of the time throughout."""

    left: float
    right: float
    shares: Mapping[Key, float]


def crowds(plot: Plot, starts: Iterable[float]) -> list[Crowd]:
    """The crowded stretches of a row whose values begin at these times."""
    last = max(int((plot.right - plot.left) / _CHUNK) - 1, 0)  # it takes what is left over too
    counts = [0] * (last + 1)
    for t in starts:
        counts[min(int((plot.x(t) - plot.left) / _CHUNK), last)] += 1
    out: list[Crowd] = []
    for first, end in _stretches(counts):
        left, right = plot.left + first * _CHUNK, plot.right if end > last else plot.left + end * _CHUNK
        out.append(Crowd(left, right, plot.t(left), plot.t(right), sum(counts[first:end])))
    return out


def _stretches(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From where to where counts are above _STILL, at least one of them above _MANY."""
    for still, group in groupby(range(len(counts)), lambda i: counts[i] > _STILL):
        places = list(group)
        if still and len(places) >= _LEAST_CHUNKS and any(counts[i] > _MANY for i in places):
            yield places[0], places[-1] + 1


def columns(plot: Plot, crowd: Crowd, pieces: Sequence[Piece[Key]]) -> list[Column[Key]]:
    """The shares of the values in a crowd, from left to right; `pieces` in order of time."""
    out: list[Column[Key]] = []
    i, left = 0, crowd.left
    while left < crowd.right - 0.01:
        right = min(left + _COLUMN, crowd.right)
        start, end = plot.t(left), plot.t(right)
        while i < len(pieces) and pieces[i][1] <= start:
            i += 1
        shares: dict[Key, float] = {}
        j = i
        while j < len(pieces) and pieces[j][0] < end:
            begun, ended, key = pieces[j]
            shares[key] = shares.get(key, 0.0) + (min(ended, end) - max(begun, start)) / (end - start)
            j += 1
        last = out[-1] if out else None
        if last is not None and _alike(last.shares, shares):
            out[-1] = Column(last.left, right, last.shares)
        else:
            out.append(Column(left, right, shares))
        left = right
    return out


def _alike(one: Mapping[Key, float], other: Mapping[Key, float]) -> bool:
    return one.keys() == other.keys() and all(abs(one[key] - share) < 1 / _FINE for key, share in other.items())


def total(crowd: Crowd, pieces: Iterable[Piece[Key]]) -> dict[Key, float]:
    """The share of each value in the whole crowd, the largest first."""
    shares: dict[Key, float] = {}
    for start, end, key in pieces:
        if end >= crowd.start and start <= crowd.end:
            took = max(0.0, min(end, crowd.end) - max(start, crowd.start))
            shares[key] = shares.get(key, 0.0) + took / (crowd.end - crowd.start)
    return dict(sorted(shares.items(), key=lambda one: -one[1]))


def percent(share: float) -> str:
    """A share in words; what is there at all is never "0 %"."""
    return "<1 %" if share < 0.01 else ">99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")

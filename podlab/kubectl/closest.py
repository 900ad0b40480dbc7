"""Which known word a mistyped one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from podlab.api.hints import nearest


def distance(one: str, other: str, *, swaps: bool = False) -> int:
    """How many letters to add, drop or exchange (Levenshtein); with ``swaps`` two swapped letters count once."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, against in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != against))
            if swaps and at > 1 and to > 1 and (letter, one[at - 2]) == (other[to - 2], against):
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
    return row[-1]


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any comes close; capitals do not count."""
    known = list(known)
    limit = max(1, len(name) // 3)
    costs = {word: distance(name.lower(), word.lower(), swaps=True) for word in known}
    best = min(costs, key=costs.__getitem__, default=None)
    if best is not None and costs[best] <= limit and costs[best] < len(name):
        return best
    return nearest(name, known)


def did_you_mean(name: str, known: Iterable[str], *, before: str = "", otherwise: str = "") -> str:
    """A hint: ``Did you mean --selector?``"""
    close = closest(name, known)
    return f"Did you mean {before}{close}?" if close else otherwise

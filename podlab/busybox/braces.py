"""bash's `{a,b}` and `{1..3}`: one word becomes several, before anything else is expanded."""

from __future__ import annotations

import re
from itertools import pairwise

from podlab.busybox.ast import Lit, Part, Word
from podlab.busybox.words import make_word

MOST = 10_000
"""Words that one word may become."""

_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?\Z")

_Item = str | Part
"""An unquoted character of the script, or any other part of a word."""


def spread(word: Word) -> list[Word]:
    """The words that a word stands for."""
    if not any(type(part) is Lit and not part.quoted and "{" in part.text for part in word.parts):
        return [word]
    items: list[_Item] = []
    for part in word.parts:
        items.extend(part.text if type(part) is Lit and not part.quoted else (part,))
    return [make_word([Lit(one) if isinstance(one, str) else one for one in found]) for found in _spread(items)[:MOST]]


def _spread(items: list[_Item]) -> list[list[_Item]]:
    for start, item in enumerate(items):
        if item != "{":
            continue
        end, commas = _closing(items, start)
        choices = _choices(items, start, end, commas) if end else []
        if choices:
            rest = _spread(items[end + 1 :])
            return [[*items[:start], *choice, *tail] for choice in choices for tail in rest][:MOST]
    return [items]


def _closing(items: list[_Item], start: int) -> tuple[int, list[int]]:
    """Where the `}` of a `{` is (0: nowhere), and the commas between."""
    depth = 0
    commas: list[int] = []
    for at in range(start, len(items)):
        if items[at] == "{":
            depth += 1
        elif items[at] == "}":
            depth -= 1
            if not depth:
                return at, commas
        elif items[at] == "," and depth == 1:
            commas.append(at)
    return 0, []


def _choices(items: list[_Item], start: int, end: int, commas: list[int]) -> list[list[_Item]]:
    if commas:
        cuts = [start, *commas, end]
        return [one for a, b in pairwise(cuts) for one in _spread(items[a + 1 : b])]
    inside = items[start + 1 : end]
    if not all(isinstance(one, str) for one in inside):
        return []
    found = _RANGE.match("".join(one for one in inside if isinstance(one, str)))
    if not found or found[1].isalpha() != found[2].isalpha():
        return []
    letters = found[1].isalpha()
    first, last = (ord(found[1]), ord(found[2])) if letters else (int(found[1]), int(found[2]))
    step = max(1, abs(int(found[3] or 1)))
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    padded = not letters and any(re.match(r"-?0\d", one) for one in found.groups()[:2])
    width = max(len(found[1]), len(found[2])) if padded else 0
    return [list(chr(one) if letters else f"{one:0{width}d}" if width else str(one)) for one in numbers[:MOST]]

"""Matches an expression against a text with sets of positions: bit k of a number stands for the place before
character k.

`forward` gives all places where a part can end that begins at one of the given places; `backward` the places where it
can begin. A whole set goes through a character at once (`(places & where_it_stands) << 1`), and a repeated character
fills its run with an addition, as Parabix' icgrep does it; so no way through an expression is ever tried twice, and
nothing takes exponential time. What it takes is counted in steps, never in seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from podlab.busybox.regex.syntax import Char, Choice, Group, Part, Place, Repeat, Row

STEPS = 100_000
"""Operations on sets that one search may take; then it ends with `TooManyStepsError`."""

_WORD = Char("[a-zA-Z0-9_]")
_WEIGHT = 4096
"""Places that an operation goes through in one step."""


class TooManyStepsError(Exception):
    """An expression needs more steps than a search may take."""


class Subject:
    """A text to search in, from `start` on. `new_line`: whether a line begins there, so that `^` matches.

    As the C library is called anew with what is left of a line, what stands before `start` is not looked at.
    """

    def __init__(self, text: str, *, limit: int | None = None) -> None:
        self.text = text
        self.length = len(text)
        self.start = 0
        self.new_line = True
        self.limit = STEPS if limit is None else limit
        self.steps = 0
        self._backwards = text[::-1]
        self._found: dict[str | tuple[str, bool], int] = {}

    def begin(self, start: int, new_line: bool) -> None:
        """Begin a search at that place."""
        self.start, self.new_line, self.steps = start, new_line, 0

    def step(self) -> None:
        """Count an operation. Errors: `TooManyStepsError`."""
        self.steps += 1 + self.length // _WEIGHT
        if self.steps > self.limit:
            raise TooManyStepsError

    def all_places(self) -> int:
        """Every place from the start of the search to the end of the text."""
        return ((1 << (self.length + 1)) - 1) >> self.start << self.start

    def where(self, char: Char) -> int:
        """The places that stand before a character of that set."""
        key = (char.source, char.ignore_case)
        found = self._found.get(key)
        if found is None:
            bits = self._backwards.translate(char.members)
            found = self._found[key] = int(bits, 2) if bits else 0
        return found >> self.start << self.start

    def places(self, place: Place) -> int:
        """The places of a kind: where lines begin or end, at the borders of words."""
        if place.kind == "^":
            return 1 << self.start if self.new_line else 0
        if place.kind == "$":
            return 1 << self.length
        after = self.where(_WORD)
        before = after << 1
        if place.kind == "<":
            return after & ~before
        if place.kind == ">":
            return before & ~after
        border = after ^ before
        return border if place.kind == "b" else self.all_places() & ~border


Way = Callable[[Part, int, Subject], int]


def forward(part: Part, places: int, subject: Subject) -> int:
    """Where a part can end that begins at one of these places."""
    subject.step()
    if not places:
        return 0
    if isinstance(part, Char):
        return (places & subject.where(part)) << 1
    if isinstance(part, Row):
        for one in part.parts:
            places = forward(one, places, subject)
        return places
    return _other(part, places, subject, forward)


def backward(part: Part, places: int, subject: Subject) -> int:
    """Where a part can begin that ends at one of these places."""
    subject.step()
    if not places:
        return 0
    if isinstance(part, Char):
        return (places >> 1) & subject.where(part)
    if isinstance(part, Row):
        for one in reversed(part.parts):
            places = backward(one, places, subject)
        return places
    return _other(part, places, subject, backward)


def _other(part: Part, places: int, subject: Subject, way: Way) -> int:
    """What is the same in both directions."""
    if isinstance(part, Group):
        return way(part.part, places, subject)
    if isinstance(part, Place):
        return places & subject.places(part)
    if isinstance(part, Choice):
        union = 0
        for one in part.options:
            union |= way(one, places, subject)
        return union
    if isinstance(part, Repeat):
        return _repeated(part, places, subject, way)
    return _spread(Char("."), places, subject, way)  # a back-reference: any text, at first


def _repeated(part: Repeat, places: int, subject: Subject, way: Way) -> int:
    for _ in range(part.least):
        before, places = places, way(part.part, places, subject)
        if places in (0, before):
            break
    if part.most is None and isinstance(part.part, Char):
        return _spread(part.part, places, subject, way)
    union = fresh = places
    count = part.least
    while fresh and (part.most is None or count < part.most):
        fresh = way(part.part, fresh, subject) & ~union
        union |= fresh
        count += 1
    return union


def _spread(char: Char, places: int, subject: Subject, way: Way) -> int:
    """Any number of a character: each place fills the run of such characters that it stands in."""
    subject.step()
    run = subject.where(char)
    if way is forward:
        return (((places & run) + run) ^ run) | places
    shift = 1
    while shift <= subject.length and run:
        places |= (places >> shift) & run
        run &= run >> shift
        shift *= 2
    return places

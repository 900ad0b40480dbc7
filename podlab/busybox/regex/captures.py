"""Which text each group of parentheses has, once it is known where the whole match begins and ends.

POSIX: what stands further left takes as much as it can, as long as the rest still fits. A group that is repeated has
the text of its last time.
"""

from __future__ import annotations

from podlab.busybox.regex.sets import Subject, backward, forward
from podlab.busybox.regex.syntax import Choice, Group, Part, Repeat, Row, holds

Spans = dict[int, tuple[int, int]]


def fill(part: Part, start: int, end: int, subject: Subject, spans: Spans) -> None:
    """Find the texts of the groups in a part that matches from `start` to `end`."""
    if not holds(part, Group):
        return
    if isinstance(part, Group):
        spans[part.number] = (start, end)
        fill(part.part, start, end, subject, spans)
    elif isinstance(part, Row):
        _row(list(part.parts), start, end, subject, spans)
    elif isinstance(part, Choice):
        for one in part.options:
            if forward(one, 1 << start, subject) >> end & 1:
                fill(one, start, end, subject, spans)
                return
    elif isinstance(part, Repeat):
        _again(part, start, end, subject, spans)


def _row(parts: list[Part], start: int, end: int, subject: Subject, spans: Spans) -> None:
    """Divide a text among the parts of a row: the first one takes the most that leaves the rest possible."""
    ends = [1 << end]
    for one in reversed(parts[1:]):
        ends.append(backward(one, ends[-1], subject))
    for one, possible in zip(parts, reversed(ends), strict=True):
        reach = forward(one, 1 << start, subject) & possible
        if not reach:
            return
        stop = reach.bit_length() - 1
        fill(one, start, stop, subject, spans)
        start = stop


def _again(part: Repeat, start: int, end: int, subject: Subject, spans: Spans) -> None:
    """Go from one time to the next; every time takes the most it can."""
    count = possible = 0
    while start < end or count < part.least:
        if part.most is not None or count < part.least or not count:  # else it is the same as before
            left = None if part.most is None else part.most - count - 1
            possible = backward(Repeat(part.part, max(part.least - count - 1, 0), left), 1 << end, subject)
        reach = forward(part.part, 1 << start, subject) & possible
        if not reach:
            return
        stop = reach.bit_length() - 1
        fill(part.part, start, stop, subject, spans)
        count += 1
        if stop == start and count >= part.least:
            return
        start = stop
    if count == 0 and end == start and part.most != 0 and forward(part.part, 1 << start, subject) >> start & 1:
        fill(part.part, start, start, subject, spans)

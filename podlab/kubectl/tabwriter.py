"""Columns of text as Go's ``text/tabwriter`` lays them out, which kubectl uses for everything it prints.

A line is cut into cells by tabs. A cell is as wide as the widest one above and below it, plus padding; a column
ends where a line has no such cell. The last cell of a line closes no column, so it is never padded.
"""

from collections.abc import Iterable, Sequence


def align(lines: Iterable[str], *, minwidth: int, padding: int, remembered: list[int] | None = None) -> str:
    """Pad the tab-separated cells of ``lines`` with blanks and end every line with a newline.

    ``remembered`` holds the column widths of what was printed before: columns never get narrower than that,
    and the list is brought up to date. (``kubectl get --watch`` prints its rows one by one.)
    """
    rows = [line.split("\t") for line in lines]
    out: list[str] = []
    _format(rows, [], out, minwidth, padding, remembered)
    return "".join(out)


def _format(
    rows: Sequence[list[str]],
    widths: list[int],
    out: list[str],
    minwidth: int,
    padding: int,
    remembered: list[int] | None,
) -> None:
    column = len(widths)
    start = at = 0
    while at < len(rows):
        if column >= len(rows[at]) - 1:
            at += 1
            continue
        _write(rows[start:at], widths, out)
        start = at
        width = minwidth
        while at < len(rows) and column < len(rows[at]) - 1:
            width = max(width, len(rows[at][column]) + padding)
            at += 1
        if remembered is not None:
            if column == len(remembered):
                remembered.append(width)
            width = remembered[column] = max(width, remembered[column])
        _format(rows[start:at], [*widths, width], out, minwidth, padding, remembered)
        start = at
    _write(rows[start:], widths, out)


def _write(rows: Sequence[list[str]], widths: list[int], out: list[str]) -> None:
    for row in rows:
        out.extend(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        out.extend(row[len(widths) :])
        out.append("\n")

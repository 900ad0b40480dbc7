"""`cal`. Models busybox util-linux/cal.c."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import timedelta

from podlab.busybox import options
from podlab.busybox.applets import tool
from podlab.busybox.tools_date import EPOCH
from podlab.linux.program import Proc

_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa")


@tool("cal")
def _cal(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "jmy", most=2)
    now = EPOCH + timedelta(seconds=proc.now)
    words = opts.words
    year = options.whole(words[-1], 1, 9999) if words else now.year
    month = options.whole(words[0], 1, 12) if len(words) == 2 else now.month
    if "y" in opts or len(words) == 1:
        proc.print(f"{year:>{34 if year < 1000 else 35}}\n")
        for first in (1, 4, 7, 10):
            blocks = [_month(year, one, opts, with_year=False) for one in range(first, first + 3)]
            for rows in zip(*blocks, strict=True):
                proc.print("   ".join(rows).rstrip() if "j" not in opts else "  ".join(rows).rstrip())
        return 0
    proc.print("\n".join(_month(year, month, opts, with_year=True)))
    return 0


def _month(year: int, month: int, opts: options.Options, *, with_year: bool) -> list[str]:
    """The eight lines of a month; days of the year with -j, weeks from Monday on with -m."""
    first = 0 if "m" in opts else 6
    width = 3 if "j" in opts else 2
    names = (*_DAYS[1:], _DAYS[0]) if "m" in opts else _DAYS
    whole = 7 * width + 6
    title = f"{_NAMES[month - 1]} {year}" if with_year else _NAMES[month - 1]
    begin = 0 if "j" not in opts else sum(calendar.monthrange(year, one)[1] for one in range(1, month))
    rows = [
        " ".join(f"{day + begin:{width}}" if day else " " * width for day in week).rstrip()
        for week in calendar.Calendar(first).monthdayscalendar(year, month)
    ]
    rows += [" " * (whole + 1)] * (6 - len(rows))
    head = (" " * ((whole - len(title)) // 2) + title).rstrip()
    lines = [head, " ".join(f"{name:>{width}}" for name in names), *rows]
    return lines if with_year else [line[:whole].ljust(whole) for line in lines]

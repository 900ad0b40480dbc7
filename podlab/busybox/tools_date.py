"""`date` and `uptime`, in virtual time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.linux.program import Proc

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""What `date` shows at the beginning of a scenario."""


@tool("date")
def _date(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "ud:s:RI:r:D:", {"utc": "u", "date": "d", "iso-8601": "I"})
    moment = EPOCH + timedelta(seconds=proc.now)
    if "r" in opts:
        moment = EPOCH + timedelta(seconds=proc.stat(opts["r"]).mtime)
    if "d" in opts:
        moment = _moment(opts["d"], moment)
    if "s" in opts:
        raise ToolError("can't set date: Operation not permitted")
    shape = "%a %b %e %H:%M:%S UTC %Y"
    if "R" in opts:
        shape = "%a, %d %b %Y %H:%M:%S +0000"
    elif "I" in opts:
        shape = {"": "%F", "date": "%F"}.get(opts["I"], "%FT%H:%M:%S+0000")
    for word in opts.words:
        if not word.startswith("+"):
            raise ToolError(f"invalid date '{word}'")
        shape = word[1:]
    proc.print(stamp(moment, shape))
    return 0


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def stamp(moment: datetime, shape: str) -> str:
    """A moment in strftime's terms, the same on every machine."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    fields = {"Y": f"{moment.year:04}", "m": f"{moment.month:02}", "d": f"{moment.day:02}", "H": f"{moment.hour:02}"}
    fields |= {"M": f"{moment.minute:02}", "S": f"{moment.second:02}", "y": f"{moment.year % 100:02}"}
    fields |= {"a": day[:3], "A": day, "b": month[:3], "h": month[:3], "B": month, "e": f"{moment.day:2}"}
    fields |= {"j": f"{moment.timetuple().tm_yday:03}", "I": f"{(moment.hour + 11) % 12 + 1:02}", "Z": "UTC"}
    fields |= {"p": "AM" if moment.hour < 12 else "PM", "z": "+0000", "s": str(int(moment.timestamp())), "%": "%"}
    fields |= {"u": str(moment.isoweekday()), "w": str(moment.isoweekday() % 7), "n": "\n", "t": "\t"}
    whole = {"T": "%H:%M:%S", "D": "%m/%d/%y", "F": "%Y-%m-%d", "R": "%H:%M", "r": "%I:%M:%S %p"}
    whole |= {"c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S"}
    shape = re.sub(r"%([%a-zA-Z])", lambda m: whole.get(m[1], m[0]), shape)
    return re.sub(r"%([%a-zA-Z])", lambda m: fields.get(m[1], m[0]), shape)


def _moment(text: str, now: datetime) -> datetime:
    if text == "now":
        return now
    if re.fullmatch(r"@\d{1,11}", text):
        return datetime.fromtimestamp(int(text[1:]), UTC)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ToolError(f"invalid date '{text}'") from None


@tool("uptime")
def _uptime(proc: Proc, argv: Sequence[str]) -> int:
    minutes = int(proc.now // 60)
    moment = stamp(EPOCH + timedelta(seconds=proc.now), "%H:%M:%S")
    proc.print(f" {moment} up {minutes} min,  0 users,  load average: 0.00, 0.00, 0.00")
    return 0

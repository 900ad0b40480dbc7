"""`date` and `uptime`, in virtual time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.linux.program import Proc

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""What `date` shows at the beginning of a scenario."""


_ISO = {"date": "%F", "hours": "%FT%H", "minutes": "%FT%H:%M", "seconds": "%FT%T", "ns": "%FT%T,000000000"}
_LONG = {"rfc-822": "R", "rfc-2822": "R", "set": "s", "utc": "u", "date": "d", "reference": "r"}


@tool("date")
def _date(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "Rs:ud:r:I::D:", _LONG)
    words = list(opts.words)
    shape = words.pop(0)[1:] if words and words[0].startswith("+") else None
    if words:
        raise ToolError(f"invalid date '{words[0]}'")
    now = EPOCH + timedelta(seconds=proc.now)
    moment = now
    if "r" in opts:
        moment = EPOCH + timedelta(seconds=_changed(proc, opts["r"]))
    given = opts.get("d", opts.get("s"))
    if given is not None:
        moment = _in_form(given, opts["D"], now) if "D" in opts else moment_of(given, now)
    if "I" in opts:
        spec = next((name for name in _ISO if name.startswith(opts["I"])), None) if opts["I"] else "date"
        if spec is None:
            raise UsageError
        shape = shape if shape is not None else _ISO[spec] + ("" if spec == "date" else "+00:00")
    elif "R" in opts:
        shape = shape if shape is not None else "%a, %d %b %Y %H:%M:%S +0000"
    status = 0
    if "s" in opts:
        proc.err("date: can't set date: Operation not permitted")
        status = 1
    proc.print(stamp(moment, "%a %b %e %H:%M:%S %Z %Y" if shape is None else shape))
    return status


def _changed(proc: Proc, path: str) -> float:
    try:
        return proc.stat(path).mtime
    except OSError as problem:
        raise ToolError(f"can't stat '{path}': {problem.strerror}") from None


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WHOLE = {"T": "%H:%M:%S", "D": "%m/%d/%y", "F": "%Y-%m-%d", "R": "%H:%M", "r": "%I:%M:%S %p"}
_WHOLE |= {"c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S"}
_FIELD = re.compile(r"%([-_0^#]*)(\d*)([EO]?)([a-zA-Z%])")


def stamp(moment: datetime, shape: str) -> str:
    """A moment in strftime's terms, the same on every machine."""
    shape = re.sub(r"%([cDFrRTxX])", lambda m: _WHOLE[m[1]], shape)
    numbers, texts = _numbers(moment), _texts(moment)

    def field(match: re.Match[str]) -> str:
        flags, width, _, letter = match.groups()
        if letter in numbers:
            number, size, pad = numbers[letter]
            pad = {"-": "", "_": " ", "0": "0"}.get(flags[-1:], pad)
            return str(number).rjust(int(width or size), pad) if pad else str(number)
        if letter not in texts:
            return match[0]
        text = texts[letter].upper() if "^" in flags else texts[letter]
        return text.rjust(int(width)) if width else text

    return _FIELD.sub(field, shape)


def _numbers(moment: datetime) -> dict[str, tuple[int, int, str]]:
    """Fields that are numbers: value, width, what fills it."""
    year, week, weekday = moment.isocalendar()
    day = moment.timetuple().tm_yday
    zero = {"Y": (moment.year, 4), "m": (moment.month, 2), "d": (moment.day, 2), "H": (moment.hour, 2)}
    zero |= {"M": (moment.minute, 2), "S": (moment.second, 2), "y": (moment.year % 100, 2), "j": (day, 3)}
    zero |= {"I": ((moment.hour + 11) % 12 + 1, 2), "C": (moment.year // 100, 2), "G": (year, 4), "g": (year % 100, 2)}
    zero |= {"V": (week, 2), "u": (weekday, 1), "w": (weekday % 7, 1), "s": (int(moment.timestamp()), 1)}
    zero |= {"U": ((day + 6 - weekday % 7) // 7, 2), "W": ((day + 6 - (weekday - 1)) // 7, 2)}
    found = {letter: (number, size, "0") for letter, (number, size) in zero.items()}
    return found | {"e": (moment.day, 2, " "), "k": (moment.hour, 2, " "), "l": ((moment.hour + 11) % 12 + 1, 2, " ")}


def _texts(moment: datetime) -> dict[str, str]:
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    half = "AM" if moment.hour < 12 else "PM"
    found = {"a": day[:3], "A": day, "b": month[:3], "h": month[:3], "B": month, "p": half, "P": half.lower()}
    return found | {"Z": "UTC", "z": "+0000", "n": "\n", "t": "\t", "%": "%"}


_FORMS = (
    r"(?P<H>\d\d?):(?P<M>\d\d?)(:(?P<S>\d\d?))?",
    r"((?P<Y>\d{4})\.)?(?P<m>\d\d?)\.(?P<d>\d\d?)-(?P<H>\d\d?):(?P<M>\d\d?)(:(?P<S>\d\d?))?",
    r"(?P<Y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)( (?P<H>\d\d?)(:(?P<M>\d\d?)(:(?P<S>\d\d?))?)?)?",
    r"((((?P<C>\d\d)?(?P<y>\d\d))?(?P<m>\d\d))?(?P<d>\d\d))?(?P<H>\d\d)(?P<M>\d\d)(\.(?P<S>\d\d))?",
)
"""How busybox takes a time. Models libbb/time.c parse_datestr."""


def moment_of(text: str, now: datetime) -> datetime:
    """A time as busybox' tools take it. Errors: `ToolError`."""
    if re.fullmatch(r"@\d{1,11}", text):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text[1:]))
    for form in _FORMS:
        match = re.fullmatch(form, text)
        if match and (text.count("-") or not (form is _FORMS[3] and len(text.partition(".")[0]) == 8 and _bad(match))):
            return _filled(text, {name: int(value) for name, value in match.groupdict().items() if value}, now)
    raise ToolError(f"invalid date '{text}'")


def _bad(match: re.Match[str]) -> bool:
    """Whether `MMDDhhmm` cannot be a date, as 20200102 cannot."""
    return not 1 <= int(match["m"]) <= 12


def _filled(text: str, parts: dict[str, int], now: datetime) -> datetime:
    """The moment, what is not said taken from now (seconds: 0). Errors: `ToolError`."""
    year = parts.get("Y", now.year)
    if "y" in parts:
        year = parts.get("C", now.year // 100) * 100 + parts["y"]
    month, day = parts.get("m", now.month), parts.get("d", now.day)
    hour, minute, second = parts.get("H", 0), parts.get("M", 0), parts.get("S", 0)
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61 and year):
        raise ToolError(f"invalid date '{text}'")
    begin = datetime(year, month, 1, tzinfo=UTC)
    return begin + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)


def _in_form(text: str, form: str, now: datetime) -> datetime:
    """A time in a form of strptime. Errors: `ToolError`."""
    if form == "%s" and text.isdecimal() and len(text) < 12:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))
    try:
        return datetime.strptime(text, form.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")).replace(tzinfo=UTC)
    except ValueError:
        raise ToolError(f"invalid date '{text}'") from None


@tool("uptime")
def _uptime(proc: Proc, argv: Sequence[str]) -> int:
    minutes = int(proc.now // 60)
    moment = stamp(EPOCH + timedelta(seconds=proc.now), "%H:%M:%S")
    proc.print(f" {moment} up {minutes} min,  0 users,  load average: 0.00, 0.00, 0.00")
    return 0

"""Whether a CronJob's schedule and time zone mean something, in the words of the parser that Kubernetes uses.

Models ParseStandard of github.com/robfig/cron v3 (five fields, or a descriptor such as @daily), and ValidateTimeZone of
pkg/apis/batch/validation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_DURATION = re.compile(r"[-+]?(0|([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+")
_ZONE = re.compile(r"[A-Za-z0-9/_+-]*")
_INTEGER = re.compile("[-+]?[0-9]{1,18}")


class _Unreadable(Exception):
    """The first thing in a schedule that cannot be read."""


@dataclass(frozen=True)
class _Field:
    low: int
    high: int
    names: tuple[str, ...] = ()

    def number(self, word: str) -> int:
        """A name's number, or a number."""
        if word.lower() in self.names:
            return self.names.index(word.lower()) + self.low
        return _number(word)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (_Field(0, 59), _Field(0, 23), _Field(1, 31), _Field(1, 12, _MONTHS), _Field(0, 6, _DAYS))


def schedule_fault(schedule: str) -> str:
    """Why the schedule cannot be read; empty when it can."""
    try:
        _read(schedule)
    except _Unreadable as fault:
        return str(fault)
    return ""


def zone_fault(zone: str) -> str:
    """Why there is no such time zone; empty when there is one."""
    if not zone:
        return "timeZone must be nil or non-empty string"
    if not _ZONE.fullmatch(zone) or zone.startswith(("-", "/")):
        return f"unknown time zone {zone}"
    if zone.lower() == "local":
        return "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {zone}"
    return ""


def _read(schedule: str) -> None:
    if not schedule:
        raise _Unreadable("empty spec string")
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        zone, _, schedule = schedule.partition("=")[2].partition(" ")
        if zone_fault(zone):
            raise _Unreadable(f"provided bad location {zone}: unknown time zone {zone}")
        schedule = schedule.strip()
    if schedule.startswith("@"):
        _descriptor(schedule)
        return
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        raise _Unreadable(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    for text, field in zip(fields, _FIELDS, strict=True):
        for part in filter(None, text.split(",")):
            _range(part, field)


def _descriptor(text: str) -> None:
    if text in _DESCRIPTORS:
        return
    if not text.startswith("@every "):
        raise _Unreadable(f"unrecognized descriptor: {text}")
    duration = text.removeprefix("@every ")
    if not _DURATION.fullmatch(duration):
        raise _Unreadable(f'failed to parse duration {text}: time: invalid duration "{duration}"')


def _range(text: str, field: _Field) -> None:
    """`N`, `N-N`, `*` or `?`, each with or without a step."""
    span, *steps = text.split("/")
    first, *others = span.split("-")
    if first in ("*", "?"):
        start, end = field.low, field.high
    else:
        start = field.number(first)
        if len(others) > 1:
            raise _Unreadable(f"too many hyphens: {text}")
        end = field.number(others[0]) if others else start
    if len(steps) > 1:
        raise _Unreadable(f"too many slashes: {text}")
    step = _number(steps[0]) if steps else 1
    if steps and not others:
        end = field.high
    if start < field.low:
        raise _Unreadable(f"beginning of range ({start}) below minimum ({field.low}): {text}")
    if end > field.high:
        raise _Unreadable(f"end of range ({end}) above maximum ({field.high}): {text}")
    if start > end:
        raise _Unreadable(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise _Unreadable(f"step of range should be a positive number: {text}")


def _number(word: str) -> int:
    if not _INTEGER.fullmatch(word):
        raise _Unreadable(f'failed to parse int from {word}: strconv.Atoi: parsing "{word}": invalid syntax')
    if int(word) < 0:
        raise _Unreadable(f"negative number ({int(word)}) not allowed: {word}")
    return int(word)

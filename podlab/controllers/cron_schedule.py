"""When a CronJob is due; pure.

The syntax is that of Kubernetes: five fields, `*`, `?`, lists, ranges, steps, names, and @hourly and its like. The
instants are worked out by cronsim. Models pkg/controller/cronjob/utils.go mostRecentScheduleTime.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

MACROS = {
    **dict.fromkeys(("@yearly", "@annually"), "0 0 1 1 *"),
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    **dict.fromkeys(("@daily", "@midnight"), "0 0 * * *"),
    "@hourly": "0 * * * *",
}
TOO_MANY = 100
"""More missed starts than this are reported by an event."""


class ScheduleError(Exception):
    """A schedule or time zone that means nothing."""


class Schedule:
    """The instants at which a CronJob is due."""

    def __init__(self, text: str, zone: str | None) -> None:
        self._text = MACROS.get(text.strip(), text).replace("?", "*")
        try:
            self._zone = ZoneInfo(zone) if zone else UTC
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ScheduleError(f"unknown time zone {zone}") from None
        try:
            CronSim(self._text, datetime(2000, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ScheduleError(str(error)) from None

    def after(self, t: datetime) -> datetime | None:
        """The first instant after `t`; None when there is none within fifty years."""
        found = next(CronSim(self._text, t.astimezone(self._zone)), None)
        return found.astimezone(UTC) if found is not None else None

    def latest(self, since: datetime, now: datetime) -> tuple[datetime | None, int]:
        """The last instant after `since` that is not later than `now`, and how many there were."""
        found, missed = None, 0
        for due in CronSim(self._text, since.astimezone(self._zone)):
            if due > now:
                break
            found, missed = due.astimezone(UTC), missed + 1
            if missed > 100 * TOO_MANY:  # so far behind that only the newest counts
                since = max(now - timedelta(days=1), due)
                return self.latest(since, now)[0] or found, missed
        return found, missed

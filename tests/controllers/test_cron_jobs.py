"""CronJobs: schedules, time zones, policies, limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import podlab as pl
from podlab.controllers.cron_schedule import Schedule, ScheduleError

TICK = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  concurrencyPolicy: POLICY
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers: [{name: app, image: "busybox:1.36", command: [sleep, "SECONDS"]}]
"""


def cluster(policy: str = "Allow", seconds: int = 5, more: str = "") -> pl.Session:
    session = pl.Session()
    manifest = TICK.replace("POLICY", policy).replace("SECONDS", str(seconds))
    session.kubectl("apply -f -", stdin=manifest.replace("  jobTemplate", more + "  jobTemplate"))
    return session


def events(session: pl.Session, reason: str) -> list[str]:
    return [e.message for e in session.trace.events if e.reason == reason]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "due"),
    [
        ("*/15 * * * *", None, "2026-01-01T10:01", "2026-01-01T10:15"),
        ("30 9 * * mon-fri", None, "2026-01-02T10:00", "2026-01-05T09:30"),
        ("0 0 1,15 * *", None, "2026-01-02T00:00", "2026-01-15T00:00"),
        ("@hourly", None, "2026-01-01T10:00", "2026-01-01T11:00"),
        ("@weekly", None, "2026-01-01T10:00", "2026-01-04T00:00"),
        ("0 12 ? * *", None, "2026-01-01T13:00", "2026-01-02T12:00"),
        ("0 9 * * *", "Asia/Kolkata", "2026-01-01T00:00", "2026-01-01T03:30"),
        ("0 9 * * *", "Europe/Vienna", "2026-07-01T00:00", "2026-07-01T07:00"),
    ],
)
def test_when_it_is_due(schedule: str, zone: str | None, after: str, due: str) -> None:
    assert Schedule(schedule, zone).after(at(after)) == at(due)


@pytest.mark.parametrize(("schedule", "zone"), [("61 * * * *", None), ("* * * *", None), ("* * * * *", "Mars/Base")])
def test_what_means_nothing(schedule: str, zone: str | None) -> None:
    with pytest.raises(ScheduleError):
        Schedule(schedule, zone)


def test_only_the_newest_missed_instant_counts() -> None:
    latest, missed = Schedule("* * * * *", None).latest(at("2026-01-01T10:00"), at("2026-01-01T10:05:30"))
    assert (latest, missed) == (at("2026-01-01T10:05"), 5)


def test_jobs_are_named_after_their_minute_and_old_ones_go() -> None:
    session = cluster(more="  successfulJobsHistoryLimit: 2\n")
    session.advance(290)
    first = int(session.trace.start.timestamp()) // 60 + 1
    assert events(session, "SuccessfulCreate")[::2] == [f"Created job tick-{first + n}" for n in range(4)]
    assert str(session.kubectl("get jobs -o name")).split() == [f"job.batch/tick-{first + n}" for n in (2, 3)]


def test_forbid_waits_and_starts_the_missed_run_at_once() -> None:
    session = cluster("Forbid", 90)
    session.advance(155)
    assert events(session, "JobAlreadyActive")
    jobs = str(session.kubectl("get jobs --no-headers")).splitlines()
    assert [row.split()[1] for row in jobs] == ["Complete", "Running"]


def test_replace_deletes_the_job_that_still_runs() -> None:
    session = cluster("Replace", 90)
    session.advance(130)
    assert len(events(session, "SuccessfulDelete")) == 1
    assert len(str(session.kubectl("get jobs -o name")).split()) == 1


def test_allow_runs_them_side_by_side() -> None:
    session = cluster("Allow", 90)
    session.advance(130)
    rows = str(session.kubectl("get jobs --no-headers")).splitlines()
    assert [row.split()[1] for row in rows] == ["Running", "Running"]


def test_a_suspended_one_starts_nothing() -> None:
    session = cluster(more="  suspend: true\n")
    session.advance(130)
    assert str(session.kubectl("get jobs -o name")) == ""


def test_a_start_that_is_too_late_is_left_out() -> None:
    session = cluster(more="  suspend: true\n  startingDeadlineSeconds: 10\n")
    session.advance(90)
    session.kubectl('patch cronjob tick -p \'{"spec":{"suspend":false}}\'')
    session.advance(5)
    assert events(session, "SuccessfulCreate") == []

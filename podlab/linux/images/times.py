"""The times that servers write into their logs, in the forms that they use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from podlab.linux.program import Proc

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""The beginning of every scenario, as `date` shows it."""


def moment(proc: Proc) -> datetime:
    """Now."""
    return EPOCH + timedelta(seconds=proc.now)


def iso(proc: Proc) -> str:
    """2026-01-01T00:00:00.000Z"""
    return f"{moment(proc):%Y-%m-%dT%H:%M:%S}.{moment(proc).microsecond // 1000:03}Z"


def local(proc: Proc) -> str:
    """2026-01-01 00:00:00"""
    return f"{moment(proc):%Y-%m-%d %H:%M:%S}"


def forms(proc: Proc) -> dict[str, str]:
    """All forms by the names that `images.yaml` uses."""
    now = moment(proc)
    return {
        "time": iso(proc),
        "local": local(proc),
        "slashed": f"{now:%Y/%m/%d %H:%M:%S}",
        "apache": f"{now:%a %b %d %H:%M:%S}.{now.microsecond:06} {now:%Y}",
    }

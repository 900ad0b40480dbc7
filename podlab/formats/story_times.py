"""Exact times out of a recorded story, whose statuses keep whole seconds only.

Every status bounds when the recording began: an event of wall-clock second S that was announced at `t` happened
before, so the start lies at or after S - t; and the Started event of a run, at `t`, fell into the second `startedAt`
says. All bounds together pin the start down to a small part of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from podlab.core.engine.history import EPOCH, Run, SandboxSpan
from podlab.core.rules.restart_all import RESTARTING_ALL


def story_start(story: Mapping[str, Any]) -> datetime:
    """The wall-clock time of t = 0 of a story; podlab's own epoch when its statuses hold no time.

    A simulated one says it; that of a recording is found from all its time stamps, which are whole seconds.
    """
    if story.get("start"):
        return datetime.fromisoformat(story["start"])
    floor: datetime | None = None
    ceiling: datetime | None = None
    for t, state in _states(story):
        for field in ("startedAt", "finishedAt"):
            stamp = state.get(field)
            if stamp and not stamp.startswith("1970"):  # of a process that could not be started
                bound = datetime.fromisoformat(stamp) - timedelta(seconds=t)
                floor = bound if floor is None else max(floor, bound)
    for pod, snapshots in story.get("pods", {}).items():
        for container, n, stamp in _first_stamps(snapshots):
            begun = _started_event(story, pod, container, n)
            if begun is not None:
                bound = datetime.fromisoformat(stamp) + timedelta(seconds=1 - begun)
                ceiling = bound if ceiling is None else min(ceiling, bound)
    if floor is None:
        return EPOCH
    return floor + (ceiling - floor) / 2 if ceiling is not None and ceiling > floor else floor


def story_runs(story: Mapping[str, Any], start: datetime) -> tuple[Run, ...]:
    """The container runs of a story, in order of their start."""
    runs: list[Run] = []
    for pod, snapshots in story.get("pods", {}).items():
        for life in lives(snapshots):
            runs += _runs_of(story, start, pod, life)
    return tuple(sorted(runs, key=lambda r: (r.start, r.pod, r.container, r.n)))


def lives(snapshots: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The snapshots of each pod that bore a name: a StatefulSet makes a new one under the old name."""
    life: list[Mapping[str, Any]] = []
    for snapshot in snapshots:
        life.append(snapshot)
        if snapshot.get("deleted"):
            yield life
            life = []
    if life:
        yield life


def _runs_of(story: Mapping[str, Any], start: datetime, pod: str, life: list[Mapping[str, Any]]) -> list[Run]:
    """The container runs of one pod."""
    runs: dict[tuple[str, str, int], Run] = {}
    story = {"events": [e for e in story.get("events", ()) if e["t"] >= life[0]["t"] - 0.5]}
    for snapshot in life:
        for init, status in _statuses(snapshot):
            count = status["restartCount"]
            last = (status.get("lastState") or {}).get("terminated")
            state = status.get("state") or {}
            current = state.get("terminated") or state.get("running")
            if last is not None:
                removed = last.get("reason") == RESTARTING_ALL  # its count is that of the run to come
                n = count - 1 if current is not None or removed else count
                _note(runs, story, start, (pod, status["name"], n), last, snapshot["t"], init)
            if current is not None:
                _note(runs, story, start, (pod, status["name"], count), current, snapshot["t"], init)
    return list(runs.values())


def story_sandboxes(story: Mapping[str, Any]) -> tuple[SandboxSpan, ...]:
    """The sandboxes of a story as far as its pod IPs tell them apart."""
    spans = []
    for pod, snapshots in story.get("pods", {}).items():
        current: SandboxSpan | None = None
        for snapshot in snapshots:
            ip = snapshot.get("podIP")
            if ip and (current is None or ip != current.ip):
                attempt = 0
                if current is not None:
                    spans.append(SandboxSpan(pod, current.attempt, current.start, current.ip, snapshot["t"]))
                    attempt = current.attempt + 1
                current = SandboxSpan(pod, attempt, snapshot["t"], ip)
            if snapshot.get("deleted") and current is not None:
                spans.append(SandboxSpan(pod, current.attempt, current.start, current.ip, snapshot["t"]))
                current = None
        if current is not None:
            spans.append(current)
    return tuple(sorted(spans, key=lambda s: s.start))


def _note(
    runs: dict[tuple[str, str, int], Run],
    story: Mapping[str, Any],
    start: datetime,
    key: tuple[str, str, int],
    state: Mapping[str, Any],
    seen: float,
    init: bool,
) -> None:
    """Write down a run, or how it ended, as one snapshot shows it. An end is first seen after it happened."""
    pod, container, n = key
    known = runs.get(key)
    if known is not None and (known.end is not None or "finishedAt" not in state):
        return
    if known is None:
        begun = _started_event(story, pod, container, n)
        stamp = state.get("startedAt")
        if begun is None:
            begun = (
                min(_within_second(stamp, start, 0.0, seen), seen) if stamp and not stamp.startswith("1970") else seen
            )
    else:
        begun = known.start
    if "finishedAt" not in state:
        runs[key] = Run(pod, container, n, begun, init=init)
        return
    end = _within_second(state["finishedAt"], start, begun, seen) if state["finishedAt"] else seen
    runs[key] = Run(pod, container, n, begun, end, state["exitCode"], state.get("reason"), state.get("message"), init)


def _within_second(stamp: str, start: datetime, after: float, before: float) -> float:
    """The middle of what is possible: in that second, after `after`, before `before`."""
    second = (datetime.fromisoformat(stamp) - start).total_seconds()
    low, high = max(second, after), min(second + 1.0, before)
    return (low + high) / 2 if low <= high else max(after, min(before, second + 0.5))


def _started_event(story: Mapping[str, Any], pod: str, container: str, n: int) -> float | None:
    """The time of the Started event of a container's n-th run."""
    for e in story.get("events", ()):
        if e["reason"] == "Started" and e["on"] == f"Pod/{pod}" and e.get("count") == n + 1:
            field = e.get("field") or ""
            if field.endswith(f"{{{container}}}"):
                return float(e["t"])
    return None


def _statuses(snapshot: Mapping[str, Any]) -> Iterator[tuple[bool, Mapping[str, Any]]]:
    for init, field in (
        (True, "initContainerStatuses"),
        (False, "containerStatuses"),
        (False, "ephemeralContainerStatuses"),
    ):
        for status in snapshot.get(field) or ():
            yield init, status


def _states(story: Mapping[str, Any]) -> Iterator[tuple[float, Mapping[str, Any]]]:
    for snapshots in story.get("pods", {}).values():
        for snapshot in snapshots:
            for _, status in _statuses(snapshot):
                for holder in (status.get("state") or {}, status.get("lastState") or {}):
                    for state in holder.values():
                        yield snapshot["t"], state


def _first_stamps(snapshots: list[Mapping[str, Any]]) -> Iterator[tuple[str, int, str]]:
    for snapshot in snapshots:
        for _, status in _statuses(snapshot):
            running = (status.get("state") or {}).get("running")
            if running is not None:
                yield status["name"], status["restartCount"], running["startedAt"]

"""The text form of a timeline: the same facts as the picture, one row a paragraph."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from podlab.views.facts import Lane, PodTimeline, ReadySpan, Span, Timeline
from podlab.views.words import back_off_words, gesture_words, run_words, seconds, state_words, wait_of

WIDTH = 100


def timeline_text(timeline: Timeline, conditions: bool = False) -> str:
    """The facts in words: per row, each value with the time at which it began."""
    lines = [] if timeline.pods else ["no pods"]
    for pod in timeline.pods:
        lines += pod_lines(pod, timeline.until, conditions)
    if timeline.gestures:
        lines += row("gestures", (f"{seconds(g.t)} {gesture_words(g)}" for g in timeline.gestures), 10)
    return "\n".join(lines)


def pod_lines(pod: PodTimeline, until: float, conditions: bool = False) -> list[str]:
    """The rows of one pod under its title."""
    gutter = max([8, *(len(_name(lane)) for lane in pod.lanes)]) + 2
    lines = [f"pod {pod.pod}: {subtitle(pod)}, 0s to {seconds(until)}"]
    lines += row("phase", _values(pod.phases), gutter)
    lines += row("STATUS", _values(pod.statuses), gutter)
    lines += row("READY", _values(pod.ready), gutter)
    if conditions:
        for kind, spans in pod.conditions:
            lines += row(kind, _values(spans), max(gutter, len(kind) + 2))
    lines += row("pause", (f"{seconds(s.start)} sandbox {s.attempt} {s.ip}" for s in pod.sandboxes), gutter)
    for lane in pod.lanes:
        lines += row(_name(lane), lane_words(lane), gutter)
    lines += row("events", _events(pod), gutter)
    if pod.deleted is not None:
        lines += row("deleted", [seconds(pod.deleted)], gutter)
    return lines


def subtitle(pod: PodTimeline) -> str:
    """Where the pod lives: namespace, node, policy."""
    return f"{pod.namespace}, {pod.node or 'no node yet'}, restartPolicy {pod.policy}"


def row(name: str, values: Iterable[str], gutter: int) -> list[str]:
    """A named row of values, wrapped under one another."""
    lines = textwrap.wrap(
        " · ".join(value.replace(" ", "\xa0") for value in values) or "-",
        WIDTH - gutter,
        break_long_words=False,
        break_on_hyphens=False,
    )
    indent = " " * gutter
    return [(name.ljust(gutter) if i == 0 else indent) + line.replace("\xa0", " ") for i, line in enumerate(lines)]


def _name(lane: Lane) -> str:
    return lane.container if lane.kind == "container" else f"{lane.container} ({lane.kind})"


def _values(spans: Iterable[Span | ReadySpan]) -> Iterable[str]:
    return (f"{seconds(s.start)} {s.value}" for s in spans)


def lane_words(lane: Lane) -> list[str]:
    """What happened in one container, in order of time."""
    told: list[tuple[float, int, str]] = []
    for i, span in enumerate(lane.spans):
        words = state_words(span, lane.kind)
        if span.state == "running":
            words = f"{run_words(span)} {words}".strip()
        wait = wait_of(span, lane)
        if wait is not None and span.state == "terminated":
            words = f"{words}, {back_off_words(wait)}"
        told.append((span.start, i, words))
    told += [(s.start, len(lane.spans), "stopping") for s in lane.stopping]
    told.sort()
    return [f"{seconds(t)} {words}" for t, _, words in told] + _probe_words(lane)


def _probe_words(lane: Lane) -> list[str]:
    times: dict[str, list[float]] = {}
    for failure in lane.probes:
        times.setdefault(failure.probe, []).append(failure.t)
    return [_repeated(f"{probe} probe failed", at) for probe, at in times.items()]


def _events(pod: PodTimeline) -> list[str]:
    """Events of one reason and one container are told once, with how often they came."""
    times: dict[str, list[float]] = {}
    for event in pod.events:
        key = f"{event.reason} {event.container}" if event.container else event.reason
        times.setdefault(key, []).append(event.t)
    return [_repeated(what, at) for what, at in times.items()]


def _repeated(what: str, times: Sequence[float]) -> str:
    if len(times) == 1:
        return f"{seconds(times[0])} {what}"
    return f"{seconds(times[0])} to {seconds(times[-1])} {what} ×{len(times)}"

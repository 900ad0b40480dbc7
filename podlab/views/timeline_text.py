"""The text form of a timeline: the same facts as the picture, one row a paragraph."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from podlab.views.facts import Lane, PodTimeline, ReadySpan, Span, Timeline
from podlab.views.words import back_off_words, gesture_words, run_words, seconds, state_words, wait_of

WIDTH = 100


def timeline_text(timeline: Timeline, conditions: bool = False) -> str:
    """The facts in words: per row, each value with the time at which it began."""
    lines = textwrap.wrap(timeline.note, WIDTH, subsequent_indent="  ")
    lines += [] if timeline.pods else ["no pods"]
    for pod in timeline.pods:
        lines += pod_lines(pod, timeline.until, conditions)
    if timeline.gestures:
        lines += row("gestures", (f"{seconds(g.t)} {gesture_words(g)}" for g in timeline.gestures), 10)
    return "\n".join(lines)


def pod_lines(pod: PodTimeline, until: float, conditions: bool = False) -> list[str]:
    """The rows of one pod under its title."""
    names = [*(_name(lane) for lane in pod.lanes), *((kind for kind, _ in pod.conditions) if conditions else ())]
    gutter = max([8, *map(len, names)]) + 2
    lines = [f"pod {pod.pod}: {subtitle(pod)}, 0s to {seconds(until)}"]
    lines += row("phase", said(span_words(pod.phases)), gutter)
    lines += row("STATUS", said(span_words(pod.statuses)), gutter)
    lines += row("READY", said(span_words(pod.ready)), gutter)
    for kind, spans in pod.conditions if conditions else ():
        lines += row(kind, said(span_words(spans)), gutter)
    lines += row("pause", said(sandbox_words(pod)), gutter)
    for lane in pod.lanes:
        lines += row(_name(lane), [*said(lane_words(lane)), *_probe_words(lane)], gutter)
    lines += row("events", _events(pod), gutter)
    if pod.deleted is not None:
        lines += row("deleted", [seconds(pod.deleted)], gutter)
    return lines


def subtitle(pod: PodTimeline) -> str:
    """Where the pod lives: namespace, node, policy."""
    return f"{pod.namespace}, {pod.node or 'no node yet'}, restartPolicy {pod.policy}"


def row(name: str, values: Iterable[str], gutter: int) -> list[str]:
    """A named row of values, wrapped under one another; a long name has a line of its own."""
    lines = textwrap.wrap(
        "\xa0· ".join(value.replace(" ", "\xa0") for value in values) or "-",
        WIDTH - gutter,
        break_long_words=False,
        break_on_hyphens=False,
    )
    indent = " " * gutter
    lines = [line.replace("\xa0", " ") for line in lines]
    if len(name) >= gutter:
        return [name, *(indent + line for line in lines)]
    return [name.ljust(gutter) + lines[0], *(indent + line for line in lines[1:])]


def said(values: Iterable[tuple[float, str]]) -> list[str]:
    """Values, each after the time at which it began."""
    return [f"{seconds(t)} {words}" for t, words in values]


def span_words(spans: Iterable[Span | ReadySpan]) -> tuple[tuple[float, str], ...]:
    """The values of a row with the times at which they began."""
    return tuple((s.start, s.value) for s in spans)


def sandbox_words(pod: PodTimeline) -> tuple[tuple[float, str], ...]:
    """The sandboxes with their IPs, and the end of each that was not followed at once by another."""
    told = [(s.start, 0, f"sandbox {s.attempt} {s.ip}".strip()) for s in pod.sandboxes]
    starts = {s.start for s in pod.sandboxes}
    told += [(s.end, 1, "none") for s in pod.sandboxes if s.end is not None and s.end not in starts]
    return tuple((t, words) for t, _, words in sorted(told))


def lane_words(lane: Lane) -> tuple[tuple[float, str], ...]:
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
    told += [(s.start, len(lane.spans), s.value) for s in lane.unseen_starts]
    told += [(s.start, len(lane.spans), "frozen by SIGSTOP") for s in lane.frozen]
    told += [(r.end or 0.0, len(lane.spans) + 1, f"process ended, exit {r.exit_code}") for r in lane.unseen_ends]
    return tuple((t, words) for t, _, words in sorted(told))


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


def _name(lane: Lane) -> str:
    return lane.container if lane.kind == "container" else f"{lane.container} ({lane.kind})"

"""What happened in a pod in an interval, in order, and why: causes, the rules that saw them, and their effects.

The rules are asked again (`podlab.explain`); nothing here decides anything. Times are seconds since the start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from lightkube.models.core_v1 import Container, Pod

from podlab.core.rules import decide_restart, find_condition
from podlab.explain import Step, explain
from podlab.explain.container import DO_BACK_OFF, SHOULD_RESTART, STATUS
from podlab.simulation.trace import Trace
from podlab.views.facts import Lane, PodTimeline, StateSpan
from podlab.views.intervals import timeline_of
from podlab.views.words import back_off_words, event_words, exit_words, gesture_words, notable, wait_of

CAUSE, RULE, EFFECT = "cause", "rule", "effect"
_SYNC, GET_PHASE = "kubelet computePodActions", "kubelet getPhase"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain. `kind` is cause, rule or effect; `fact` is what it rests on, `rule` the real function."""

    kind: str
    says: str
    fact: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """All links of one instant, causes before rules before effects of each thing that happened."""

    t: float
    links: tuple[Link, ...]


def links_of(steps: Iterable[Step]) -> tuple[Link, ...]:
    """An explanation as links: what a status says is a cause, what follows with "so" is an effect."""
    return tuple(Link(_kind(step), step.says, step.fact, step.rule) for step in steps)


def _kind(step: Step) -> str:
    if step.says.startswith("so "):
        return EFFECT
    return CAUSE if step.rule == STATUS else RULE


def moments_of(trace: Trace, pod: str, start: float, end: float) -> tuple[Moment, ...]:
    """The moments from `start` to `end`, both included, at which anything happened to the pod.

    Of one instant are told: what was done and announced, the ends, the sandboxes, the new states, the pod as a whole.
    """
    told: list[tuple[float, int, tuple[Link, ...]]] = []
    for life in timeline_of(trace, [pod], end).pods:
        born = Link(CAUSE, f"pod {pod} created", "metadata.creationTimestamp", "API server")
        told.append((life.created, 0, (born,)))
        told += [(g.t, 0, (Link(CAUSE, gesture_words(g), "an intervention"),)) for g in life.gestures if g.t >= start]
        told += [(t, 1, links) for t, links in _events(life, start)]
        told += [(t, 3, links) for t, links in _sandboxes(life)]
        for lane in life.lanes:
            told += _containers(trace, pod, lane, start)
        told += [(t, 5, links) for t, links in _pod_as_a_whole(trace, life, start)]
    chosen = sorted((one for one in told if one[2] and start <= one[0] <= end), key=lambda one: one[:2])
    return tuple(
        Moment(t, tuple(link for _, _, links in group for link in links))
        for t, group in groupby(chosen, key=lambda one: one[0])
    )


Told = Iterator[tuple[float, tuple[Link, ...]]]


def _events(life: PodTimeline, start: float) -> Told:
    """What was announced and is a cause: a stop that was decided, a failed probe, an eviction. Back-offs are told."""
    for event in life.events:
        if event.t < start:
            continue
        if notable(event) and event.reason != "BackOff":
            yield event.t, (Link(CAUSE, event_words(event), f"event {event.reason}", event.source),)
        elif event.reason == "Scheduled":
            yield event.t, (Link(EFFECT, f"placed: {event.message}", "spec.nodeName", "kube-scheduler"),)


def _sandboxes(life: PodTimeline) -> Told:
    rule = "kubelet podSandboxChanged"
    for box in life.sandboxes:
        again = "the pod's sandbox is dead, so it gets another and every container starts in it"
        because = Link(RULE, again if box.attempt else "the pod has no sandbox yet", "", rule)
        address = f", IP {box.ip}" if box.ip else ""
        yield box.start, (because, Link(EFFECT, f"new sandbox {box.attempt}{address}", "status.podIP", rule))
        if box.end is not None:
            yield box.end, (Link(EFFECT, f"sandbox {box.attempt} is gone, its IP with it", f"sandbox {box.attempt}"),)


def _containers(trace: Trace, pod: str, lane: Lane, start: float) -> Iterator[tuple[float, int, tuple[Link, ...]]]:
    """An end that is the first thing to happen to a container at an instant comes before the new sandbox and states."""
    before: StateSpan | None = None
    for span in lane.spans:
        if span.start >= start:
            first = span.state == "terminated" and (before is None or before.start < span.start)
            yield span.start, 2 if first else 4, span_links(trace, pod, lane, span, before)
        before = span


def span_links(trace: Trace, pod: str, lane: Lane, span: StateSpan, before: StateSpan | None) -> tuple[Link, ...]:
    """What the beginning of one state of a container says, and the rules behind it. `before` is the state before."""
    name = lane.container
    if span.state == "terminated":
        fact = f"{name}: state.terminated, exitCode {span.exit_code}"
        wait = wait_of(span, lane)
        ended = (
            Link(EFFECT if _was_stopped(trace, lane, span) else CAUSE, f"{name}: {exit_words(span)}", fact, STATUS),
            *_after_exit(trace, pod, lane, span),
        )
        if wait is None:
            return ended
        return (*ended, Link(RULE, f"{name}: {back_off_words(wait)} before it may start again", "", DO_BACK_OFF))
    if span.state == "waiting":
        rule = DO_BACK_OFF if span.reason == "CrashLoopBackOff" else STATUS
        says = f"{name}: waits" + (f", {span.reason}" if span.reason else "")
        return (Link(EFFECT, says, f"{name}: state.waiting, reason {span.reason or 'not given'}", rule),)
    if before is None or before.state != "running" or before.run != span.run:
        again = f"started again ↻{span.run}" if span.run else "started"
        start = Link(EFFECT, f"{name}: {again}", f"{name}: state.running, restartCount {span.run}", _SYNC)
        i = bisect_left(lane.back_offs, span.start, key=lambda wait: wait.end)
        over = before is not None and i < len(lane.back_offs) and lane.back_offs[i].end == span.start
        return (Link(RULE, f"{name}: its back-off is over", "", DO_BACK_OFF), start) if over else (start,)
    if span.ready != before.ready:
        says = f"{name}: {'became' if span.ready else 'no longer'} ready"
        return (Link(EFFECT, says, f"{name}: ready {str(span.ready).lower()}", "kubelet prober UpdatePodStatus"),)
    return ()


def _was_stopped(trace: Trace, lane: Lane, span: StateSpan) -> bool:
    """Whether a run was ended from outside, rather than by its own program."""
    begun_by_then = bisect_right(lane.runs, span.start, key=lambda r: r.start)
    past = (lane.runs[i] for i in range(begun_by_then - 1, -1, -1))
    run = next((r for r in past if r.end is not None and r.end <= span.start), None)
    begun, ended = (run.start, run.end or span.start) if run is not None else (span.start, span.start)
    signals = any(begun <= signal.t <= ended for signal in lane.signals)
    i = bisect_left(lane.stopping, ended, key=lambda s: s.end)
    stopping = i < len(lane.stopping) and lane.stopping[i].start <= ended
    return signals or stopping or any(g.t == ended for g in trace.gestures)


def _after_exit(trace: Trace, pod: str, lane: Lane, span: StateSpan) -> tuple[Link, ...]:
    """Which rule says whether a container starts again, as one link."""
    now = next((c.pod for c in trace.back_from(pod, span.start) if not c.deleted), None)
    declared = _declared(now, lane.container)
    if now is None or declared is None or now.spec is None:
        return ()
    if now.metadata and now.metadata.deletionTimestamp:
        says = f"{lane.container}: the pod is being deleted, so nothing starts again"
        return (Link(RULE, says, "metadata.deletionTimestamp", "kubelet SyncTerminatingPod"),)
    code = span.exit_code or 0
    if lane.kind == "init" and code == 0:
        says = f"{lane.container}: an init container that succeeded is done, and the next one may start"
        return (Link(RULE, says, f"{lane.container}: exitCode 0", "kubelet computeInitContainerActions"),)
    if span.reason == "RestartingAllContainers":
        return (Link(RULE, "all containers are being restarted", f"reason {span.reason}", SHOULD_RESTART),)
    step = explain(decide_restart(declared, now.spec, code)).steps[-1]
    return (Link(RULE, f"{lane.container}: {step.says}", step.fact, step.rule),)


def _declared(pod: Pod | None, name: str) -> Container | None:
    spec = pod.spec if pod is not None else None
    containers = [*(spec.initContainers or ()), *spec.containers] if spec is not None else []
    return next((c for c in containers if c.name == name), None)


def _pod_as_a_whole(trace: Trace, life: PodTimeline, start: float) -> Told:
    for before, after in pairwise(life.phases):
        if after.start < start:
            continue
        pod = _pod_when(trace, life.pod, after.start, "phase", after.value)
        step = next((s for s in explain(pod).steps if s.rule == GET_PHASE), None) if pod is not None else None
        because = (Link(RULE, step.says.partition(": ")[2] or step.says, step.fact, GET_PHASE),) if step else ()
        effect = Link(EFFECT, f"phase {before.value} → {after.value}", f"status.phase {after.value}", GET_PHASE)
        yield after.start, (*because, effect)
    for one, other in pairwise(next((spans for kind, spans in life.conditions if kind == "Ready"), ())):
        value = other.value.partition(" ")[0]
        if other.start >= start and one.value.partition(" ")[0] != value:
            pod = _pod_when(trace, life.pod, other.start, "Ready", value)
            yield other.start, ready_links(pod) if pod is not None else ()
    if life.deleted is not None:
        yield life.deleted, (Link(EFFECT, f"pod {life.pod} removed", "", "API server"),)


def ready_links(pod: Pod) -> tuple[Link, ...]:
    """Why the pod's Ready condition is as it is. One that is False without a reason was not set by the kubelet."""
    ready = find_condition("Ready", (pod.status and pod.status.conditions) or ())
    if ready is None:
        return ()
    if ready.status == "False" and not ready.reason and not ready.message:
        rule = "node lifecycle controller MarkPodsNotReady"
        because = Link(RULE, "the node is lost, so every pod on it is marked", "no reason, no message", rule)
        return because, Link(EFFECT, "so Ready is False", "status False", rule)
    return links_of(explain(ready).steps)


def _pod_when(trace: Trace, pod: str, t: float, what: str, value: str) -> Pod | None:
    """The pod as it was announced at `t` with this phase or readiness; an instant may hold several changes."""
    found = None
    for change in trace.back_from(pod, t):
        if change.t < t:
            break
        status = change.pod.status
        if status is not None and not change.deleted:
            condition = find_condition(what, status.conditions or ())
            if value == (status.phase if what == "phase" else condition and condition.status):
                found = change.pod
    return found


def pod_at(trace: Trace, pod: str, t: float) -> Pod | None:
    """The pod as the API server had it at an instant, None while it is not there."""
    change = next(trace.back_from(pod, t), None)
    return None if change is None or change.deleted else change.pod

"""What a gesture did, in one or two sentences: read off the trace in the second after it."""

from __future__ import annotations

from collections.abc import Iterator

from podlab.actions import Delete, FillMemory, Kill, KillSandbox
from podlab.core.engine.action import Action
from podlab.kubectl import pod_row
from podlab.simulation import Run, Trace

Printed = tuple[float, str, str, str, str]
"""When, and a pod's NAME, READY, STATUS and RESTARTS from then on; STATUS is "" once the pod is gone."""


def seconds(t: float) -> str:
    """A time as the lab writes it: "10 s", "10.25 s"."""
    return f"{round(t, 2):.10g} s"


def outcome(before: Trace, trace: Trace, gesture: Action, until: float) -> str:
    """What could be seen of it by `until`, the instant that the lab shows. `before` is the run without it."""
    match gesture:
        case Kill() | FillMemory():
            return _of_kill(trace, gesture, until)
        case KillSandbox():
            return _of_kill_sandbox(trace, gesture, until)
        case Delete():
            return _of_delete(trace, gesture, until)
    return first_seen(before, trace, gesture.at)


def later(trace: Trace, gesture: Action) -> str:
    """When a container that does not run now will run again, for a kill that came too early; "" when it never does."""
    if not isinstance(gesture, Kill):
        return ""
    pod, _, container = gesture.target.rpartition("/")
    starts = (r.start for r in trace.runs if (r.pod, r.container) == (pod, container) and r.start > gesture.at)
    start = next(starts, None)
    return "" if start is None else f"It will run again at {seconds(start)}."


def _of_kill(trace: Trace, gesture: Kill | FillMemory, until: float) -> str:
    pod, _, container = gesture.target.rpartition("/")
    runs = [r for r in trace.runs if (r.pod, r.container) == (pod, container)]
    struck = _running_at(runs, gesture.at)
    if struck is None:
        return ""
    if struck.end is None or struck.end > until:
        return _not_ended(trace, gesture, container)
    oom = " (OOMKilled)" if struck.reason == "OOMKilled" else ""
    ended = f"{container} ended with exit code {struck.exit_code}{oom}"
    again = next((r.start for r in runs if r.n > struck.n), None)
    if again is None:
        return f"{ended} and is not started again."
    return f"{ended}; it {'was' if again <= until else 'will be'} started again at {seconds(again)}."


def _not_ended(trace: Trace, gesture: Kill | FillMemory, container: str) -> str:
    """What became of a signal that did not end the container at once."""
    sent = next((g for g in trace.gestures if (g.t, g.target, g.verb) == (gesture.at, gesture.target, "kill")), None)
    name = gesture.signal if isinstance(gesture, Kill) else ""
    says = {
        "dropped": f"{name} was dropped: process 1 of {container} has no handler for it. {container} goes on running.",
        "handled": f"Process 1 of {container} has a handler for {name}, which runs; {container} goes on so far.",
        "ignored": f"Process 1 of {container} ignores {name}. {container} goes on running.",
        "frozen": f"{container} is frozen: it does nothing until SIGCONT. Kubernetes still calls it running.",
        "continued": f"{container} is frozen no more, and goes on running.",
        "held": f"{container} is frozen, so {name} waits until SIGCONT. Kubernetes still calls it running.",
    }
    return says.get(sent.effect if sent is not None else "", f"{container} goes on running.")


def _running_at(runs: list[Run], t: float) -> Run | None:
    return next((r for r in runs if r.start <= t and (r.end is None or r.end >= t)), None)


def _of_kill_sandbox(trace: Trace, gesture: KillSandbox, until: float) -> str:
    spans = [s for s in trace.sandboxes if s.pod == gesture.target]
    old = next((s for s in spans if s.start <= gesture.at and s.end is not None and s.end >= gesture.at), None)
    if old is None:
        return ""
    new = next((s for s in spans if s.attempt > old.attempt), None)
    if new is None:
        return f"The network namespace went with it, and the IP {old.ip}."
    comes = "has" if new.start <= until else f"comes at {seconds(new.start)} and has"
    return f"The network namespace went with it, and the IP {old.ip}; a new sandbox {comes} {new.ip}."


def _of_delete(trace: Trace, gesture: Delete, until: float) -> str:
    gone = next((c.t for c in trace.changes if c.name == gesture.target.rpartition("/")[2] and c.deleted), None)
    if gone is None:
        return "It is still there when the run ends."
    return "It is gone." if gone <= until else f"It will be gone at {seconds(gone)}."


def first_seen(before: Trace, after: Trace, at: float) -> str:
    """The first difference, from `at` on, between what `kubectl get pods` prints in two runs; a sentence or two."""
    old, new = _printed(before, at), _printed(after, at)
    was, now = next(old, None), next(new, None)
    while was == now and now is not None:
        was, now = next(old, None), next(new, None)
    lost = next((s.t for s in after.node_states if s.t >= at and not s.ready), None)
    words = "" if lost is None else f"At {seconds(lost)} the node is found NotReady. "
    if now is not None and (was is None or now[0] <= was[0]):
        return f"{words}{_sentence(now, 'is')}"
    if was is not None:
        return f"{words}{_sentence(was, 'would have been')}"
    return words or "kubectl get pods prints nothing else for it until the run ends."


def _sentence(printed: Printed, verb: str) -> str:
    t, name, ready, status, restarts = printed
    seen = f"{status}, READY {ready}, RESTARTS {restarts}" if status else "gone"
    return f"At {seconds(t)} {name} {verb} {seen}."


def _printed(trace: Trace, at: float) -> Iterator[Printed]:
    """Each change that is seen in the table, from `at` on."""
    last: dict[str, tuple[str, str, str]] = {}
    for change in trace.changes:
        _, ready, status, restarts, *_ = pod_row(change.pod, trace.start)
        row = ("", "", "") if change.deleted else (ready, status, restarts.split()[0])
        if row != last.get(change.name):
            last[change.name] = row
            if change.t >= at:
                yield (change.t, change.name, *row)

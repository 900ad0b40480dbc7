"""What a gesture did, in one or two sentences: read off the trace in the second after it."""

from __future__ import annotations

from podlab.sim import Run, Trace
from podlab.sim.interventions import Delete, Intervention, Kill, KillSandbox


def seconds(t: float) -> str:
    """A time as the lab writes it: "10 s", "10.25 s"."""
    return f"{round(t, 2):g} s"


def gesture_words(gesture: Intervention) -> str:
    """A gesture as one would say it: "kill shop/web with SIGKILL"."""
    words = f"{gesture.verb.replace('_', ' ')} {gesture.target}"
    if isinstance(gesture, Kill):
        return f"{words} with {gesture.signal}"
    if isinstance(gesture, KillSandbox):
        return f"kill pause of {gesture.target}"
    if isinstance(gesture, Delete) and gesture.grace_period is not None:
        return f"{words} with a grace period of {gesture.grace_period} s"
    return words


def outcome(trace: Trace, gesture: Intervention, until: float) -> str:
    """What could be seen of it by `until`, the instant that the lab shows."""
    if isinstance(gesture, Kill):
        return _of_kill(trace, gesture, until)
    if isinstance(gesture, KillSandbox):
        return _of_kill_sandbox(trace, gesture, until)
    if isinstance(gesture, Delete):
        return _of_delete(trace, gesture, until)
    return ""


def later(trace: Trace, gesture: Intervention) -> str:
    """When a container that does not run now will run again, for a kill that came too early; "" when it never does."""
    if not isinstance(gesture, Kill):
        return ""
    pod, _, container = gesture.target.rpartition("/")
    starts = (r.start for r in trace.runs if (r.pod, r.container) == (pod, container) and r.start > gesture.at)
    start = next(starts, None)
    return "" if start is None else f"It will run again at {seconds(start)}."


def _of_kill(trace: Trace, gesture: Kill, until: float) -> str:
    pod, _, container = gesture.target.rpartition("/")
    runs = [r for r in trace.runs if (r.pod, r.container) == (pod, container)]
    struck = _running_at(runs, gesture.at)
    if struck is None:
        return ""
    if struck.end is None or struck.end > until:
        return f"{container} goes on running."
    ended = f"{container} ended with exit code {struck.exit_code}"
    again = next((r.start for r in runs if r.n > struck.n), None)
    if again is None:
        return f"{ended} and is not started again."
    return f"{ended}; it {'was' if again <= until else 'will be'} started again at {seconds(again)}."


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

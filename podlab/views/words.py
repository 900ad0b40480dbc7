"""How states and times are put into words, in pictures and in texts alike."""

from __future__ import annotations

from bisect import bisect_right

from podlab.core.engine.history import Event, Gesture
from podlab.views.facts import BackOff, Lane, StateSpan

_PLAIN = (None, "Completed", "Error")  # what the exit code says already


def seconds(t: float) -> str:
    """A time or a duration: at most two decimals, so that the text is the same on every machine."""
    return f"{t:.2f}".rstrip("0").rstrip(".") + "s"


def exit_words(span: StateSpan) -> str:
    """How a run ended: "exit 1", "OOMKilled, exit 137"."""
    code = f"exit {span.exit_code}"
    return code if span.reason in _PLAIN else f"{span.reason}, {code}"


def state_words(span: StateSpan, kind: str) -> str:
    """The state in full: "running, not ready", "waiting: ContainerCreating", "exit 1"."""
    if span.state == "terminated":
        return exit_words(span)
    if span.state == "waiting":
        return f"waiting: {span.reason}" if span.reason else "waiting"
    if not span.started:
        return "running, not started"
    return "running" if span.ready or kind == "init" else "running, not ready"


def run_words(span: StateSpan) -> str:
    """The number of a restart, "↻2"; nothing in the first run."""
    return f"↻{span.run}" if span.run else ""


def back_off_words(wait: BackOff) -> str:
    """The wait with the delay the kubelet announced: "back-off 40s"."""
    return f"back-off {seconds(wait.delay)}" if wait.delay is not None else "back-off"


def wait_of(span: StateSpan, lane: Lane) -> BackOff | None:
    """The back-off in which a span lies."""
    i = bisect_right(lane.back_offs, span.start, key=lambda wait: wait.start)
    return lane.back_offs[i - 1] if i and span.start < lane.back_offs[i - 1].end else None


def state_tone(span: StateSpan, lane: Lane) -> str:
    """The tone of a container's state."""
    if span.state == "running":
        return "running" if (span.ready and span.started) or (lane.kind == "init" and span.started) else "unready"
    if span.state == "terminated":
        if wait_of(span, lane):
            return "failing" if span.exit_code else "resting"
        return "failed" if span.exit_code else "done"
    reason = span.reason or ""
    if reason.endswith("BackOff"):
        return "backoff"
    return "waiting" if reason in ("", "ContainerCreating", "PodInitializing") else "failing"


def gesture_words(gesture: Gesture) -> str:
    """An intervention: "kill shop/web SIGKILL", with its note when it struck nothing."""
    words = " ".join(part for part in (gesture.verb.replace("_", " "), gesture.target, gesture.detail) if part)
    remark = gesture.note or effect_words(gesture)
    return f"{words} ({remark})" if remark else words


def effect_words(gesture: Gesture) -> str:
    """What became of a signal that did not end its process; nothing for one that did, or for another intervention."""
    words = {
        "dropped": "dropped: process 1 has no handler for it",
        "ignored": "process 1 ignores it",
        "frozen": "frozen; Kubernetes still calls it running",
        "continued": "it goes on",
        "held": "kept until SIGCONT: the process is frozen",
    }
    return words.get(gesture.effect, "")


def event_words(event: Event) -> str:
    """An event: its reason, whom it is about, and its message in one line."""
    about = f" {event.container}" if event.container else ""
    return f"{event.reason}{about}: {' '.join(event.message.split())}"


NOTABLE = frozenset({"Killing", "SandboxChanged", "Preempted", "Preempting", "Evicted", "TaintManagerEviction"})


def notable(event: Event) -> bool:
    """Whether an event deserves a word in the picture: warnings, and what ends a container or a sandbox."""
    return event.type == "Warning" or event.reason in NOTABLE

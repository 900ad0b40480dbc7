"""A prediction: what a learner says of a pod before it is run, as a value that can be checked against a trace."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from podlab.api.mistakes import WrongType, WrongValue
from podlab.course.answer import OPEN, Answer, Line
from podlab.course.columns import COLUMNS, GONE, seen, value_at, waits
from podlab.course.progress import note
from podlab.explain.clock import counted_from
from podlab.explain.columns import reason, reason_of, wait_reason
from podlab.simulation.trace import Trace

SEQUENCES = {"phases": "phase", "readies": "ready", "statuses": "status"}
"""The sequences one can predict, and the column each follows."""
_EXAMPLES = {
    "phases": '["Pending", "Running"]',
    "readies": '["0/1", "1/1"]',
    "statuses": '["ContainerCreating", "Running"]',
}
_READY = re.compile("[0-9]+/[0-9]+")
_FIRST, _LONGEST, _REMEMBERED = 10.0, 300.0, 600.0


@dataclass(frozen=True)
class Prediction:
    """Values of columns at `t` seconds, whole sequences, and waits before restarts. `check(trace)` answers it."""

    pod: str | None
    t: float | None
    values: Mapping[str, str]
    sequences: Mapping[str, tuple[str, ...]]
    waits: tuple[str, ...] | None = None
    container: str | None = None

    def check(self, trace: Trace) -> Answer:
        """What of it came true in `trace`, and why; `progress()` counts it.

        ValueError when the trace has no such pod or is too short.
        """
        answer = self.answer(trace)
        if any(line.said for line in answer.lines):  # what nobody has said counts for nobody
            note("prediction", answer.title, sum(line.right for line in answer.lines), len(answer.lines))
        return answer

    def answer(self, trace: Trace) -> Answer:
        """As `check`, but not counted."""
        pod = self._pod_of(trace)
        lines = [*self._columns(trace, pod), *self._sequences(trace, pod), *self._waits(trace, pod)]
        when = f" at {self.t:g} s" if self.t is not None else ""
        return Answer(f"pod {pod}{when}", tuple(lines))

    def _pod_of(self, trace: Trace) -> str:
        there = ", ".join(trace.pods) or "none"
        if self.pod is None and len(trace.pods) != 1:
            raise WrongValue(f"pod: name the pod you predict, as in predict('NAME', ...); the trace has {there}")
        pod = self.pod or trace.pods[0]
        if pod not in trace.pods:
            raise WrongValue(f"pod: there is no pod {pod!r} in this trace; it has {there}")
        if self.t is not None and self.t > trace.until:
            raise WrongValue(f"t: you predict {self.t:g} s, but the run ends at {trace.until:g} s")
        return pod

    def _columns(self, trace: Trace, pod: str) -> Iterable[Line]:
        for column, said in self.values.items():
            assert self.t is not None
            found = value_at(trace, pod, column, self.t)
            yield Line(_title(column), said, found, said == found, reason(trace, pod, column, self.t))

    def _sequences(self, trace: Trace, pod: str) -> Iterable[Line]:
        for name, said in self.sequences.items():
            column = SEQUENCES[name]
            past = seen(trace, pod, column)
            found = tuple(value for _, value, _ in past)
            parts = [i for i, (a, b) in enumerate(zip_longest(said, found)) if a != b]
            t, value, then = past[min(parts[0] if parts else len(past), len(past) - 1)]
            if then is None:
                why = f"At {t:g} s the pod's deletion was complete, and the pod was gone."
            else:
                with counted_from(trace.start):
                    why = f"At {t:g} s {_title(column)} became {value}. {reason_of(then, column)}"
            title = f"{_title(column)}, in order" if column in self.values else _title(column)
            yield Line(title, _arrows(said), _arrows(found), not parts, why)

    def _waits(self, trace: Trace, pod: str) -> Iterable[Line]:
        if self.waits is None:
            return
        container = self.container or next((r.container for r in trace.runs if r.pod == pod and not r.init), "")
        if not any(r.pod == pod and r.container == container for r in trace.runs):
            raise WrongValue(f"container: pod {pod} has never run a container {container!r}")
        found = [seconds for _, seconds in waits(trace, pod, container)]
        runs = sorted((r for r in trace.runs if r.pod == pod and r.container == container), key=lambda r: r.n)
        doubled = 0  # how many restarts the back-off has counted; the first comes at once
        for i, said in enumerate(self.waits):
            what, ended = f"wait before restart {i + 1}", runs[i].end if i < len(runs) else None
            if i and ended is not None and ended - runs[i].start > _REMEMBERED:
                doubled = 0
            expected = min(_FIRST * 2 ** (doubled - 1), _LONGEST) if doubled else 0.0
            doubled += 1
            if i >= len(found):
                why = f"{container} was started again {len(found)} times until {trace.until:g} s."
                yield Line(what, said, "no restart", said == "no restart", why)
            else:
                right = said == f"{found[i]:g} s"
                yield Line(what, said, f"{found[i]:g} s", right, wait_reason(i + 1, found[i], expected))


def predict(
    pod: str | None = None,
    *,
    t: float | None = None,
    phase: str | None = None,
    ready: str | None = None,
    status: str | None = None,
    restarts: int | str | None = None,
    phases: Sequence[str] | None = None,
    readies: Sequence[str] | None = None,
    statuses: Sequence[str] | None = None,
    waits: Sequence[float | str | None] | None = None,
    container: str | None = None,
) -> Prediction:
    """What you expect of a pod. Say only what you like; "?" stands for "I do not know yet", "gone" for no pod.

    `phase`, `ready` ("1/2"), `status` and `restarts` are values at `t` seconds. `phases`, `readies` and `statuses` are
    all values in order, from the first to the last. `waits`: the seconds between each exit of `container` and its next
    start, None where there is none. `pod` may be left out when there is one only.
    Errors: ValueError when a value lacks its `t`, or when nothing is predicted.
    """
    _check_pod_and_time(pod, t, container)
    given = {"phase": phase, "ready": ready, "status": status, "restarts": restarts}
    _check_values(given)
    values = {column: str(given[column]) for column in COLUMNS if given[column] is not None}
    follow = {"phases": phases, "readies": readies, "statuses": statuses}
    sequences = {name: _words(name, value) for name, value in follow.items() if value is not None}
    if values and t is None:
        raise WrongValue(f"t: say at which second {next(iter(values))} is {next(iter(values.values()))}, as in t=30")
    if not values and not sequences and waits is None:
        raise WrongValue("predict something: phase, ready, status or restarts at t, phases, readies, statuses or waits")
    said = None if waits is None else _waits(waits)
    return Prediction(pod, t, values, sequences, said, container)


def _check_pod_and_time(pod: object, t: object, container: object) -> None:
    for name, value in (("pod", pod), ("container", container)):
        if value is not None and not isinstance(value, str):
            raise WrongType(
                f"{name}: the name of a {name}, such as {'shop' if name == 'pod' else 'web'}, not {value!r}"
            )
    if t is not None and (isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t < math.inf):
        raise WrongValue(f"t: a number of seconds from 0 on, as in t=30, not {t!r}")


def _check_values(given: Mapping[str, object]) -> None:
    """What can be no value of its column at all; a wrong guess is one that can."""
    for column, value in given.items():
        count = column == "restarts" and type(value) is int and value >= 0
        if value is None or count:
            continue
        if column == "restarts" and not (isinstance(value, str) and (value.isdecimal() or value in (OPEN, GONE))):
            raise WrongValue(f"restarts: a whole number from 0 on, as in restarts=2, not {value!r}")
        if not isinstance(value, str):
            example = {"phase": "Running", "ready": "1/2", "status": "Error"}[column]
            raise WrongType(f'{column}: a text, as in {column}="{example}", not {value!r}')
        if column == "ready" and not (_READY.fullmatch(value) or value in (OPEN, GONE)):
            raise WrongValue(f'ready: how many of how many, as in ready="1/2", not {value!r}')


def _words(name: str, value: object) -> tuple[str, ...]:
    example = f"a list of the values in order, as in {name}={_EXAMPLES[name]}"
    if value == OPEN:
        return (OPEN,)
    if isinstance(value, str):
        raise WrongValue(f"{name}: {example}, not one text")
    if not isinstance(value, Sequence) or not all(isinstance(word, str) for word in value):
        raise WrongType(f"{name}: {example}, not {value!r}")
    return tuple(value)


def _waits(waits: object) -> tuple[str, ...]:
    if not isinstance(waits, Sequence) or isinstance(waits, str):
        raise WrongType(f"waits: a list of seconds in order, as in waits=[0, 10, 20], not {waits!r}")
    return tuple(_wait_words(wait) for wait in waits)


def _wait_words(wait: object) -> str:
    if wait is None:
        return "no restart"
    if isinstance(wait, bool) or not isinstance(wait, int | float | str):
        raise WrongType(f"waits: each is a number of seconds, or None for no restart, not {wait!r}")
    return wait if isinstance(wait, str) else f"{wait:g} s"


def _arrows(words: Sequence[str]) -> str:
    return " → ".join(words)


def _title(column: str) -> str:
    return column if column == "phase" else column.upper()

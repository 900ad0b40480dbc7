"""What a timeline shows, as plain data: who was in which state from when to when.

Phase, printed STATUS, READY and each container are separate projections of the same changes. A span of no length is
a state that was there and gone at one instant; it is kept. Times are seconds since the scenario began.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from podlab.core.engine.history import Event, Gesture, Run, SandboxSpan

USUAL_DELAY = 1.5
"""Seconds that a kubelet may take to see that a process has begun or ended and to say so."""

_FEW = 4  # more runs of one container do not begin while the API says "waiting" once


@dataclass(frozen=True, slots=True)
class Span:
    """One value of a row from `start` to `end`."""

    start: float
    end: float
    value: str


@dataclass(frozen=True, slots=True)
class ReadySpan:
    """READY as kubectl prints it: `ready` of `total` containers."""

    start: float
    end: float
    ready: int
    total: int

    @property
    def value(self) -> str:
        """The printed form, such as "1/2"."""
        return f"{self.ready}/{self.total}"


@dataclass(frozen=True, slots=True)
class StateSpan:
    """What the API says of one container from `start` to `end`.

    `state` is waiting, running or terminated; `run` is restartCount, so 0 is the first run.
    """

    start: float
    end: float
    state: str
    run: int = 0
    reason: str | None = None
    exit_code: int | None = None
    ready: bool = False
    started: bool = False


@dataclass(frozen=True, slots=True)
class BackOff:
    """The kubelet waits with a restart, from `start` to `end`; `delay` is the wait it announced, in seconds."""

    start: float
    end: float
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class ProbeFailure:
    """A probe that failed: `probe` is Liveness, Readiness or Startup."""

    t: float
    probe: str
    message: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One container of a pod. `kind` is container, init or sidecar (an init container with restartPolicy Always).

    `stopping` is the time between the kubelet's decision to stop it and its end; `runs` are the processes themselves,
    which the API may learn of a little later.
    """

    container: str
    kind: str
    spans: tuple[StateSpan, ...]
    back_offs: tuple[BackOff, ...] = ()
    stopping: tuple[Span, ...] = ()
    probes: tuple[ProbeFailure, ...] = ()
    signals: tuple[Gesture, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def restarts(self) -> tuple[tuple[float, int], ...]:
        """When each new run was first seen, and its number."""
        seen: dict[int, float] = {}
        for span in self.spans:
            if span.run:
                seen.setdefault(span.run, span.start)
        return tuple((t, n) for n, t in seen.items())

    @property
    def unseen_ends(self) -> tuple[Run, ...]:
        """The runs whose process had ended well before the API stopped saying "running"."""
        last = {span.run: span.end for span in self.spans if span.state == "running"}
        ended = (run for run in self.runs if run.end is not None and run.n in last)
        return tuple(run for run in ended if run.end is not None and run.end < last[run.n] - USUAL_DELAY)

    @property
    def frozen(self) -> tuple[Span, ...]:
        """When SIGSTOP held the process: from the signal to SIGCONT or the end of the run. The API does not tell."""
        out: list[Span] = []
        for i, signal in enumerate(self.signals):
            if signal.effect != "frozen" or (out and signal.t < out[-1].end):
                continue
            ends = (run.end for run in self.runs if run.end is not None and run.start <= signal.t <= run.end)
            thaws = (later.t for later in self.signals[i:] if later.effect == "continued")
            out.append(Span(signal.t, min([*ends, *thaws], default=float("inf")), "frozen"))
        return tuple(out)

    @property
    def unseen_starts(self) -> tuple[Span, ...]:
        """The times in which a process ran and the API still said "waiting", as beside a slow postStart hook."""
        out = []
        for span in self.spans:
            if span.state != "waiting":
                continue
            first = max(bisect_right(self.runs, span.start, key=lambda run: run.start) - 1, 0)
            for run in self.runs[first : first + _FEW]:
                start = max(run.start, span.start)
                end = span.end if run.end is None else min(run.end, span.end)
                if end > start + USUAL_DELAY:
                    out.append(Span(start, end, "process runs"))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class PodTimeline:
    """Everything the timeline shows of one pod. `deleted` is when it was removed from the API, if it was.

    `glances` tell STATUS and READY together, as `kubectl get pods` prints them: "Running 1/2".
    """

    pod: str
    namespace: str
    policy: str
    created: float
    deleted: float | None
    nodes: tuple[Span, ...]
    phases: tuple[Span, ...]
    statuses: tuple[Span, ...]
    ready: tuple[ReadySpan, ...]
    glances: tuple[Span, ...]
    conditions: tuple[tuple[str, tuple[Span, ...]], ...]
    sandboxes: tuple[SandboxSpan, ...]
    lanes: tuple[Lane, ...]
    events: tuple[Event, ...]
    gestures: tuple[Gesture, ...]

    @property
    def node(self) -> str:
        """The node it ran on last, or an empty text."""
        return self.nodes[-1].value if self.nodes else ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The facts of a timeline picture, from 0 to `until` seconds; `note` tells what stands in for something real."""

    until: float
    pods: tuple[PodTimeline, ...]
    gestures: tuple[Gesture, ...]
    note: str = ""

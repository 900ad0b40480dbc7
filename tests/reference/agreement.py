"""When a simulated trace agrees with a recorded one: the six points of the reference's README, as complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from podlab.core.engine.history import Run
from podlab.kubectl.printers import pod_row
from podlab.simulation.trace import Trace

TOLERANCE = 1.5  # seconds
SHORT = 1.5  # seconds; a READY value the recording showed for less than this does not count
LOOK = 1.0  # seconds; how often the kubelet looks at its containers
LONG = 3.0  # seconds; a STATUS the recording showed for this long must be seen
DELETED_WITHIN = 2.0  # seconds
HOST_DETAIL = ("failed to", "dial tcp", "OCI runtime")


def complaints(
    recorded: Trace,
    simulated: Trace,
    pairs: Sequence[tuple[str, str]],
    *,
    columns: bool = True,
    tolerance: float = TOLERANCE,
) -> list[str]:
    """What differs, pod by pod; `pairs` are the names of the same pod here and there. Empty: they agree.

    Without `columns` READY and STATUS (points 3 and 4) are left out. `tolerance` in seconds is the reference's own
    figure for the machine of a recording: 1.5, and 2.5 for the second round.
    """
    out: list[str] = []
    for pair in pairs:
        out += pod_complaints(recorded, simulated, pair, columns=columns, tolerance=tolerance)
    return out + _events(recorded, simulated)


def pod_complaints(
    recorded: Trace, simulated: Trace, pair: tuple[str, str], *, columns: bool = True, tolerance: float = TOLERANCE
) -> list[str]:
    """What differs between a recorded and a simulated pod: points 1 to 5."""
    theirs, ours = pair
    pod = _PodPair(recorded, simulated, theirs, ours, tolerance)
    found = [*pod.runs(), *pod.phases(), *pod.restarts(), *pod.deletion()]
    if columns:
        found += [*pod.ready(), *pod.status()]
    return [f"pod {theirs}: {text}" for text in found]


class _PodPair:
    def __init__(self, recorded: Trace, simulated: Trace, theirs: str, ours: str, tolerance: float) -> None:
        self.tolerance = tolerance
        self.until = recorded.until
        self.recorded, self.simulated = recorded, simulated
        self.theirs, self.ours = theirs, ours
        self.actions = [g.t for g in recorded.gestures]
        self._gone = next((c.t for c in recorded.changes_of(theirs) if c.deleted), None)
        self.extra: dict[str, int] = {}  # containers with a run too many at the very end, on one side

    def _runs_of(self, trace: Trace, pod: str) -> dict[str, list[Run]]:
        out: dict[str, list[Run]] = {}
        for run in trace.runs:
            if run.pod == pod:
                out.setdefault(run.container, []).append(run)
        return out

    def runs(self) -> Iterable[str]:
        """Point 1: the same runs with the same ends, each at its time relative to what came before it."""
        rec, sim = self._runs_of(self.recorded, self.theirs), self._runs_of(self.simulated, self.ours)
        for name in sorted({*rec, *sim}):
            yield from self._runs_of_container(name, rec.get(name, []), sim.get(name, []))

    def _runs_of_container(self, name: str, rec: list[Run], sim: list[Run]) -> Iterable[str]:
        if len(rec) != len(sim):
            longer, shorter = (rec, sim) if len(rec) > len(sim) else (sim, rec)
            spare = longer[len(shorter) :]
            wait = spare[0].start - (longer[len(shorter) - 1].end or 0.0) if shorter else spare[0].start
            if len(spare) > 1 or spare[0].start < self.until - self.tolerance - 0.5 * wait:
                yield f"{name}: {len(rec)} runs recorded, {len(sim)} simulated"
                return
            self.extra[name] = 1 if longer is sim else -1
        for i, (r, s) in enumerate(zip(rec, sim, strict=False)):
            wait = s.start - (sim[i - 1].end or 0.0) if i else 0.0
            slack = self.tolerance + 0.5 * max(wait, 0.0)
            before = [(r.start - (rec[i - 1].end or 0.0), s.start - (sim[i - 1].end or 0.0))] if i else []
            if not self._near(r.start, s.start, before, slack):
                yield f"{name}: run {i} starts at {r.start:.2f}, simulated {s.start:.2f}"
            if self._gone is not None and r.end is None:
                continue  # the object went before its process: nobody could see the end
            if (r.end is None) != (s.end is None):
                end, start = (r.end, r.start) if r.end is not None else (s.end, s.start)
                if end is not None and end < self.until - slack - self.tolerance:
                    yield f"{name}: run {i} from {start:.2f} ends at {r.end}, simulated {s.end}"
                continue
            if r.end is None or s.end is None:
                continue
            if (r.exit_code, r.reason) != (s.exit_code, s.reason):
                yield f"{name}: run {i} ends {r.exit_code} {r.reason}, simulated {s.exit_code} {s.reason}"
            if not self._near(r.end, s.end, [(r.end - r.start, s.end - s.start)], self.tolerance):
                yield f"{name}: run {i} lasts to {r.end:.2f}, simulated {s.end:.2f}"

    def _near(self, rec: float, sim: float, relative: list[tuple[float, float]], slack: float) -> bool:
        """Whether an instant agrees: since the creation, an action, its own predecessor, or another container's end."""
        pairs = [(rec, sim), *relative]
        pairs += [(rec - a, sim - a) for a in self.actions if a <= rec]
        theirs = [r for r in self.recorded.runs if r.pod == self.theirs and r.end is not None and r.end < rec]
        for r in theirs:
            twin = next((s for s in self.simulated.runs if self._is_twin(r, s)), None)
            if twin is not None and twin.end is not None:
                pairs.append((rec - (r.end or 0.0), sim - twin.end))
        return any(abs(a - b) <= slack for a, b in pairs)

    def _is_twin(self, r: Run, s: Run) -> bool:
        return s.pod == self.ours and (s.container, s.n) == (r.container, r.n)

    def phases(self) -> Iterable[str]:
        """Point 2: the same phases in the same order, and the same reason at the end."""
        rec = _sequence((c.pod.status.phase or "") for c in self.recorded.changes_of(self.theirs) if c.pod.status)
        sim = _sequence((c.pod.status.phase or "") for c in self.simulated.changes_of(self.ours) if c.pod.status)
        if rec != sim:
            yield f"phases {rec}, simulated {sim}"
        last = [t.changes_of(p)[-1].pod.status for t, p in self._both()]
        reasons = [s.reason if s else None for s in last]
        if reasons[0] != reasons[1]:
            yield f"reason {reasons[0]}, simulated {reasons[1]}"

    def ready(self) -> Iterable[str]:
        """Point 3: the same READY values, without those too short to see.

        A value lasts from one of the kubelet's looks to another, so its length is known to a second only: what lasted
        less than a look above the limit may be left out, here or there.
        """
        rec = _spans(self._column(self.recorded, self.theirs, 1), self.until)
        sim = _spans(self._column(self.simulated, self.ours, 1), self.until)
        rec = [(v, d) for v, d in rec if d >= SHORT]
        sim = [(v, d) for v, d in sim if d > 0]
        if not _alike(rec, sim, SHORT + LOOK, spare=2 * sum(map(abs, self.extra.values()))):
            yield f"READY {rec}, simulated {sim}"

    def status(self) -> Iterable[str]:
        """Point 4: every STATUS that stayed a while is seen, in order, and none that was never there."""
        column = self._column(self.recorded, self.theirs, 2)
        wanted = _lasting(column, self.until, LONG)
        if self.extra:
            wanted = wanted[: -len(self.extra)]
        seen = _sequence(v for _, v in self._column(self.simulated, self.ours, 2))
        rest = iter(seen)
        if not all(any(v == w for v in rest) for w in wanted):
            yield f"STATUS {wanted}, simulated {seen}"
        strange = {*seen} - {v for _, v in column}
        if strange:
            yield f"STATUS {sorted(strange)} was never recorded"

    def restarts(self) -> Iterable[str]:
        """Point 5, first half: RESTARTS at the end."""
        counts = [int(self._column(t, p, 3)[-1][1].split()[0]) for t, p in self._both()]
        if counts[0] + sum(self.extra.values()) != counts[1]:
            yield f"RESTARTS {counts[0]}, simulated {counts[1]}"

    def deletion(self) -> Iterable[str]:
        """Point 5, second half: when the object went."""
        gone = [next((c.t for c in t.changes_of(p) if c.deleted), None) for t, p in self._both()]
        if (gone[0] is None) != (gone[1] is None):
            yield f"deleted at {gone[0]}, simulated {gone[1]}"
        elif gone[0] is not None and gone[1] is not None and abs(gone[0] - gone[1]) > DELETED_WITHIN:
            yield f"deleted at {gone[0]:.2f}, simulated {gone[1]:.2f}"

    def _both(self) -> tuple[tuple[Trace, str], tuple[Trace, str]]:
        return (self.recorded, self.theirs), (self.simulated, self.ours)

    def _column(self, trace: Trace, pod: str, column: int) -> list[tuple[float, str]]:
        """The printed column of each change, with its time."""
        return [(c.t, pod_row(c.pod, trace.at(c.t).now)[column]) for c in trace.changes_of(pod) if not c.deleted]


def _events(recorded: Trace, simulated: Trace) -> list[str]:
    """Point 6: the same reasons of Warning events and of Killing, and the same messages."""
    out = []
    both = (recorded, simulated)
    nodes = any(e.on.startswith("Node/") for e in recorded.events)  # else they were not written down
    rec, sim = (
        {
            e.reason
            for e in t.events
            if (nodes or not e.on.startswith("Node/")) and (e.type == "Warning" or e.reason == "Killing")
        }
        for t in both
    )
    if rec != sim:
        out.append(f"event reasons {sorted(rec)}, simulated {sorted(sim)}")
    texts = {_masked(e.message) for e in simulated.events}
    for event in recorded.events:
        text = _masked(event.message)
        if event.reason in rec and text not in texts and not any(h in text for h in HOST_DETAIL):
            out.append(f"event {event.reason}: {text!r} was not simulated")
            texts.add(text)
    return out


def _masked(text: str) -> str:
    """Without namespaces and ids, which differ from run to run."""
    text = re.sub(r"""(pod:? "?)(\S+?)_[\w-]+\([\w-]+\)""", r"\1\2", text)
    text = re.sub(r"(assigned|[Pp]od|ConfigMap|Secret) [\w-]+/", r"\1 ", text)
    text = text.removeprefix("(combined from similar events): ")  # after ten of a kind
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "UID", text)
    return re.sub(r"(-[a-z0-9]{7,10})?-[a-z0-9]{5}\b", "-XXXXX", text)


def _sequence(values: Iterable[str]) -> list[str]:
    """The values in order, each run of equal ones once."""
    out: list[str] = []
    for v in values:
        if not out or out[-1] != v:
            out.append(v)
    return out


def _lasting(column: list[tuple[float, str]], end: float, least: float) -> list[str]:
    """The values that stayed at least `least` seconds, in order, equal neighbours once."""
    return _sequence(v for v, d in _spans(column, end) if d >= least)


def _spans(column: list[tuple[float, str]], end: float) -> list[tuple[str, float]]:
    """Each value with how long it stayed, equal neighbours together."""
    spans: list[tuple[str, float]] = []
    for i, (t, value) in enumerate(column):
        lasted = (column[i + 1][0] if i + 1 < len(column) else end) - t
        if spans and spans[-1][0] == value:
            spans[-1] = (value, spans[-1][1] + lasted)
        else:
            spans.append((value, lasted))
    return spans


def _alike(rec: list[tuple[str, float]], sim: list[tuple[str, float]], short: float, spare: int) -> bool:
    """Whether both have the same values in order when those under `short` seconds may be dropped from either.

    `spare` values more at the very end are allowed, where a run more or less is.
    """

    @cache
    def same(i: int, j: int, last: str) -> bool:
        if i == len(rec) or j == len(sim):
            left = [v for v, d in (*rec[i:], *sim[j:]) if d >= short and v != last]
            return len(_sequence(left)) <= spare
        (r, r_lasted), (s, s_lasted) = rec[i], sim[j]
        if r == s and same(i + 1, j + 1, r):
            return True
        if (r_lasted < short or r == last) and same(i + 1, j, last):
            return True
        return (s_lasted < short or s == last) and same(i, j + 1, last)

    return same(0, 0, "")

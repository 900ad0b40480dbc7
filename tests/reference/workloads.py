"""Points 7 to 9 of the reference's README: rows and conditions of workloads, typed commands, ready endpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from podlab.api.served import RESOURCES
from podlab.formats.story import read_story
from podlab.kubectl.kinds import columns_of
from podlab.simulation.trace import Trace

BRIEF = 2.5
"""Seconds: what shows for less, here or there, may be left out: a status is written a moment later or earlier."""
GREW_OLDER = ("AGE", "DURATION", "LAST SCHEDULE")
_KINDS = {r.kind: r for r in RESOURCES if r.kind != "Event"}

Spans = list[tuple[str, float]]


def workload_complaints(story: Mapping[str, Any], simulated: Trace) -> list[str]:
    """Point 7: the sequences of rows and of conditions."""
    out: list[str] = []
    until = float(story["recordedUntil"])
    for kind, recorded in _by_kind(story.get("workloads", {})).items():
        ours = list(_simulated(simulated, kind).values())
        if len(ours) != len(recorded):
            out.append(f"{kind}: {len(recorded)} recorded, {len(ours)} simulated")
            continue
        for (name, rows), mine in zip(recorded, ours, strict=True):
            for what, at in (("row", 1), ("conditions", 2)):
                theirs = spans([(float(e["t"]), _recorded_value(kind, e, what)) for e in rows], until)
                here = spans([(e[0], e[at]) for e in mine], until)
                if not alike(theirs, here, BRIEF):
                    out.append(f"{kind} {name} {what}: {theirs}, simulated {here}")
    return out


def typed_complaints(story: Mapping[str, Any], simulated: Trace) -> list[str]:
    """Point 8: which typed commands failed."""
    out = []
    recorded = [a for a in story["actions"] if a["do"] == "typed"]
    done = [g for g in simulated.gestures if g.verb == "typed"]
    if len(recorded) != len(done):
        return [f"{len(recorded)} commands typed, {len(done)} simulated"]
    for action, gesture in zip(recorded, done, strict=True):
        if bool(action.get("rc")) != bool(gesture.note) and not waits(action["command"]):
            out.append(f"{action['command'][:100]}: rc {action.get('rc')}, simulated: {gesture.note or 'success'}")
    return out


def waits(command: str) -> bool:
    """Whether a command's end hangs on what happens while it waits: a typed command of a scenario does not wait."""
    return bool(re.search(r"kubectl (rollout status|logs job/)", command))


def endpoint_complaints(story: Mapping[str, Any], simulated: Trace, names: Mapping[str, str]) -> list[str]:
    """Point 9: which pods are ready at a Service, in order."""
    until = float(story["recordedUntil"])
    theirs = spans([(e["t"], _ready(e["endpoints"], names)) for e in story.get("endpoints", ())], until)
    here = spans([(t, _ready(eps, {})) for t, _, eps in simulated.endpoints], until)
    return [] if alike(theirs, here, BRIEF) else [f"endpoints {theirs}, simulated {here}"]


def _ready(eps: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    return ",".join(sorted(names.get(e["pod"], e["pod"]) for e in eps if e["conditions"]["ready"]))


def _by_kind(workloads: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[tuple[str, list[dict[str, Any]]]]]:
    out: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    for name, rows in workloads.items():
        kind, _, own = name.partition("/")
        out.setdefault(kind, []).append((own, rows))
    for found in out.values():
        found.sort(key=lambda one: (one[1][0]["t"], one[0]))
    return out


def _recorded_value(kind: str, entry: Mapping[str, Any], what: str) -> str:
    if what == "row":
        return "gone" if entry.get("deleted") else _cells(kind, [str(c) for c in entry["row"]])
    conditions = (entry.get("status") or {}).get("conditions") or ()
    return json.dumps(sorted((c["type"], c["status"], c.get("reason") or "") for c in conditions))


def _cells(kind: str, cells: list[str]) -> str:
    headers = columns_of(_KINDS[kind]).headers
    named = [(h, c) for h, c in zip(headers, cells, strict=False) if h not in (*GREW_OLDER, "NAME")]
    return " ".join(cell for _, cell in named)


def _simulated(trace: Trace, kind: str) -> dict[str, list[tuple[float, str, str]]]:
    """Of each object of a kind its changes: time, row, conditions."""
    columns, out = columns_of(_KINDS[kind]), dict[str, list[tuple[float, str, str]]]()
    narrow = len(columns.narrow)
    for change in trace.objects:
        obj = change.object
        if type(obj).__name__ != kind:
            continue
        row = columns.row(obj, trace.start + timedelta(seconds=change.t))[:narrow]
        conditions = (getattr(obj.status, "conditions", None) if obj.status is not None else None) or ()
        told = json.dumps(sorted((c.type, c.status, c.reason or "") for c in conditions))
        cells = "gone" if change.deleted else _cells(kind, row)
        out.setdefault(obj.metadata.uid, []).append((change.t, cells, told))
    return out


def spans(changes: list[tuple[float, str]], end: float) -> Spans:
    """Each value with how long it lasted, equal neighbours together."""
    out: Spans = []
    for i, (t, value) in enumerate(changes):
        lasted = round((changes[i + 1][0] if i + 1 < len(changes) else max(end, t)) - t, 2)
        if out and out[-1][0] == value:
            out[-1] = (value, out[-1][1] + lasted)
        else:
            out.append((value, lasted))
    return out


def alike(rec: Spans, sim: Spans, short: float) -> bool:
    """Whether both have the same values in order when brief ones may be left out on either side."""

    @cache
    def same(i: int, j: int, last: str) -> bool:
        if i == len(rec) and j == len(sim):
            return True
        if i < len(rec) and j < len(sim) and rec[i][0] == sim[j][0] and same(i + 1, j + 1, rec[i][0]):
            return True
        if i < len(rec) and (rec[i][1] < short or rec[i][0] == last) and same(i + 1, j, last):
            return True
        return j < len(sim) and (sim[j][1] < short or sim[j][0] == last) and same(i, j + 1, last)

    return same(0, 0, "")


def stories(folder: Path) -> list[Path]:
    """The recorded stories of a folder."""
    return sorted(folder.glob("*.json.gz"))


def story_of(path: Path) -> dict[str, Any]:
    """A story that lies there compressed."""
    import gzip

    return read_story(json.loads(gzip.decompress(path.read_bytes())))

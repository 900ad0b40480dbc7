"""A Trace as a story, and back: the JSON format in which pods of a real cluster were recorded.

A story is `{name, world, manifests, actions, recordedUntil, pods: {NAME: [snapshot]}, events, endpoints, logs}`. A
snapshot is one change as the API server announced it: `t` seconds, the printed `row`, phase, conditions, statuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lightkube.models.core_v1 import Container, Pod, PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta

from podlab.actions.json_form import action_from_json, action_to_json
from podlab.api import ManifestError, decode_object, encode
from podlab.api.load import load_objects
from podlab.api.mistakes import Mistake, WrongType, WrongValue, a_kind, expect
from podlab.api.parts import name_of
from podlab.core.engine.action import Action
from podlab.core.engine.history import EPOCH, Change, Event, Gesture, LogLine
from podlab.formats.shape import Check, Misshapen
from podlab.formats.story_shape import check_recording, check_scenario
from podlab.formats.story_times import story_runs, story_sandboxes, story_start
from podlab.simulation.scenario import Scenario, World
from podlab.simulation.trace import Snapshot, Trace

MAKE_PODS = ("CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet")
STATUS_FIELDS = ("containerStatuses", "initContainerStatuses")


class StoryError(Mistake, ValueError):
    """The file is not a story; says which field is missing or wrong."""


def read_story(source: str | Path | Mapping[str, Any]) -> dict[str, Any]:
    """The story in a file, or given as a dict. StoryError says what is wrong with it, and where."""
    if isinstance(source, Mapping):
        story: Any = dict(source)
    elif isinstance(source, str | Path):
        story = _from_file(source)
    else:
        raise WrongType(f"a story is the name of a file, or a dict, not {a_kind(source)}")
    if not isinstance(story, dict):
        raise StoryError("a story is a JSON object with manifests, actions and recordedUntil")
    for field in ("manifests", "actions", "world", "recordedUntil"):
        if story.get(field) is None:
            raise StoryError(f"{field}: a story needs it; the format has manifests, actions, world and recordedUntil")
    _in_shape(story, check_scenario)
    return story


def _from_file(source: str | Path) -> Any:
    try:
        return read_json(Path(source).read_text(encoding="utf-8"), "a story is a JSON file")
    except OSError as error:
        raise StoryError(f"{source}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise StoryError(f"{source}: a story is a JSON file, but this is not text in UTF-8") from None
    except (ValueError, Misshapen) as error:  # a name with a zero byte, and what is no JSON
        raise StoryError(f"{source}: {error}") from None


def read_json(text: str, what: str) -> Any:
    """The data of a JSON text. Misshapen, beginning with `what` it should be, for what is no JSON or too deep."""

    def no_constant(name: str) -> Any:
        raise ValueError(f"{name} is not a JSON value")

    try:
        return json.loads(text, parse_constant=no_constant)
    except RecursionError:
        raise Misshapen(f"{what}, but this is nested too deeply") from None
    except ValueError as error:
        raise Misshapen(f"{what}, but this is not JSON: {error}") from None


def _in_shape(story: Mapping[str, Any], check: Check) -> None:
    try:
        check(story, "")
    except Misshapen as error:
        raise StoryError(str(error)) from None


def story_scenario(source: str | Path | Mapping[str, Any]) -> tuple[Scenario, float]:
    """The scenario that a story tells, and how long it was recorded (seconds)."""
    story = read_story(source)
    _in_shape(story, check_recording)
    objects = tuple(load_objects(list(story["manifests"])))
    start = story_start(story) if story.get("t0") or story.get("start") else EPOCH
    made_on = {"cgroups": 2 if story.get("kubernetes") == "simulated" else 1}  # recordings were made on cgroup v1
    world = replace(story_world(made_on | dict(story["world"])), start=None if start == EPOCH else start)
    scenario = Scenario(objects, world=world)
    own = {name_of(o): name_of(o) for o in objects if isinstance(o, Pod)}
    names = own | _made_by_controllers(story, objects, own)
    gestures = [story_gesture(index, _renamed(a, names), names) for index, a in enumerate(story["actions"])]
    return scenario.but(*gestures), float(story["recordedUntil"])


def story_world(world: Mapping[str, Any]) -> World:
    """The world of a story. StoryError for a name that is none."""
    nodes, present, missing = (world.get(name) for name in ("nodes", "presentImages", "missingImages"))
    said = world.get("imageBehaviors") or {}
    if not isinstance(said, dict):
        raise StoryError(f"world.imageBehaviors: must be an object of images and words, not {said!r}")
    try:
        start = datetime.fromisoformat(world["start"]) if world.get("start") else None
        return World(
            ("node-1",) if nodes is None else nodes,
            present or (),
            missing or (),
            image_behaviors=tuple(said.items()),
            start=start,
            offline=world.get("offline") is True,
            cgroups=world.get("cgroups", 2),
            version=world.get("version"),
        )
    except WrongValue as error:
        raise StoryError(f"world: {error}") from None


def story_gesture(index: int, action: Mapping[str, Any], pods: Mapping[str, str]) -> Action:
    """The gesture of a story's action. StoryError says which action cannot be done, and why."""
    try:
        return action_from_json({name: value for name, value in action.items() if value is not None}, pods)
    except WrongValue as error:
        raise StoryError(f"actions[{index}]: {str(error).removeprefix('actions: ')}") from None


def _made_by_controllers(story: Mapping[str, Any], objects: tuple[Any, ...], own: Mapping[str, str]) -> dict[str, str]:
    """What podlab calls the pods whose names a controller made up: "web[0]", "web[1]" in order of creation."""
    names: dict[str, str] = {}
    made: dict[str, int] = {}
    for name in sorted(story.get("pods") or {}, key=lambda pod: _created(story, pod)):
        owners = [o for o in objects if name.startswith(f"{name_of(o)}-") and type(o).__name__ in MAKE_PODS]
        owner = max(owners, key=lambda o: len(name_of(o)), default=None)
        if name in own or owner is None:
            continue
        if type(owner).__name__ == "StatefulSet":
            names[name] = name
            continue
        key = name_of(owner)
        names[name] = f"{key}[{made.get(key, 0)}]"
        made[key] = made.get(key, 0) + 1
    return names


def _created(story: Mapping[str, Any], pod: str) -> tuple[float, str]:
    """When a pod was made; those of one instant by name."""
    snapshots = story["pods"][pod]
    return (round(float(snapshots[0]["t"]), 1) if snapshots else 0.0), pod


def _renamed(action: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """A typed command with podlab's names of pods in place of the recording's."""
    if action.get("do") != "typed":
        return action
    words = re.split(r"(\s+)", str(action.get("command", "")))
    swapped = [next((w.replace(p, n) for p, n in names.items() if w in (p, f"pod/{p}", f"pods/{p}")), w) for w in words]
    return {**action, "command": "".join(swapped)}


def load_story(source: str | Path | Mapping[str, Any]) -> Trace:
    """A recorded story as a Trace, so that it can be looked at like a simulated one."""
    story = read_story(source)
    _in_shape(story, check_recording)
    story = {name: part for name, part in story.items() if part is not None}
    start = story_start(story)
    specs = dict(_specs(story["manifests"]))
    changes = []
    for name, snapshots in story.get("pods", {}).items():
        made = (s for n, s in specs.items() if name.startswith(n + "-"))
        spec = specs.get(name) or next(made, None) or _spec_as_seen(snapshots)
        created = start + timedelta(seconds=snapshots[0]["t"]) if snapshots else start
        changes += [_change(f"pods.{name}[{n}]", name, spec, each, created) for n, each in enumerate(snapshots)]
    changes.sort(key=lambda c: c.t)
    return Trace(
        until=float(story["recordedUntil"]),
        changes=tuple(changes),
        events=tuple(_events(story.get("events", ()))),
        runs=story_runs(story, start),
        sandboxes=story_sandboxes(story),
        gestures=tuple(_gestures(story)),
        logs=tuple(_logs(story.get("logs", {}))),
        endpoints=tuple((e["t"], e.get("service", ""), tuple(e["endpoints"])) for e in story.get("endpoints", ())),
        start=start,
    )


def to_story(trace: Trace, name: str = "") -> dict[str, Any]:
    """A Trace in the story format. `json.dumps` of it gives the same bytes for the same scenario."""
    expect(trace, Trace, "to_story", "first let it run: pl.run(scenario)")
    scenario: Scenario | None = trace.scenario
    world = scenario.world if scenario is not None else World()
    snapshots: dict[str, list[dict[str, Any]]] = {pod: [] for pod in trace.pods}
    for change in trace.changes:
        snapshots[change.name].append(_snapshot(trace, change))
    return {
        "name": name,
        "kubernetes": "simulated",
        "start": trace.start.isoformat(),
        "world": {
            "nodes": list(world.nodes),
            "presentImages": list(world.present_images),
            "missingImages": list(world.missing_images),
            **({"cgroups": 1} if world.cgroups == 1 else {}),
            **({"version": world.version} if world.version is not None else {}),
        },
        "manifests": [encode(o) for o in scenario.created()] if scenario is not None else [],
        "actions": [action_to_json(g) for g in scenario.gestures] if scenario is not None else [],
        "recordedUntil": trace.until,
        "pods": snapshots,
        "events": [
            {"t": _t(e.t), "on": e.on, "field": e.field, "type": e.type, "reason": e.reason, "message": e.message}
            | {"count": e.count}
            for e in trace.events
        ],
        "endpoints": [{"t": _t(t), "service": name, "endpoints": list(eps)} for t, name, eps in trace.endpoints],
        "logs": _log_files(trace),
        "notes": list(trace.notes),
    }


def _t(seconds: float) -> float:
    """To the millisecond, but never up into the next second: what the API keeps in whole seconds must stay the same."""
    return min(round(seconds, 3), int(seconds) + 0.999)


def _snapshot(trace: Trace, change: Change) -> dict[str, Any]:
    from podlab.kubectl.printers import pod_row  # kubectl's printers know only API objects; loaded when first needed

    pod = change.pod
    status = pod.status or PodStatus()
    row = pod_row(pod, Snapshot(trace, change.t, {}).now)
    out: dict[str, Any] = {"t": _t(change.t), "row": row[:6], "phase": status.phase}
    for field in ("reason", "message", "podIP"):
        if getattr(status, field):
            out[field] = getattr(status, field)
    encoded = encode(status)
    out["conditions"] = [
        {k: v for k, v in c.items() if k in ("type", "status", "reason", "message")}
        for c in encoded.get("conditions", ())
    ]
    for field in STATUS_FIELDS:
        if encoded.get(field):
            keep = ("name", "ready", "started", "restartCount", "state", "lastState")
            out[field] = [{k: v for k, v in s.items() if k in keep and v != {}} for s in encoded[field]]
    if pod.spec is not None and pod.spec.nodeName:
        out["nodeName"] = pod.spec.nodeName
    meta = encode(pod.metadata) if pod.metadata is not None else {}
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        if field in meta:
            out[field] = meta[field]
    if change.deleted:
        out["deleted"] = True
    return out


def _log_files(trace: Trace) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {f"{r.pod}/{r.container}/{r.n}.log": [] for r in trace.runs}
    for line in trace.logs:
        files.setdefault(f"{line.pod}/{line.container}/{line.n}.log", []).append(line.text)
    return files


def _specs(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, PodSpec]]:
    """The pod spec of each manifest by its name; of a controller, its template's."""
    for obj in load_objects(manifests):
        holder: Any = obj
        if not isinstance(obj, Pod):
            spec = getattr(obj, "spec", None)
            made = getattr(spec, "jobTemplate", None)  # of a CronJob
            template = getattr(made.spec if made is not None else spec, "template", None)
            if template is None:
                continue
            holder = template
        yield name_of(obj), holder.spec or PodSpec(containers=[])


def _spec_as_seen(snapshots: Sequence[Mapping[str, Any]]) -> PodSpec:
    """The spec of a pod that no manifest describes, as far as its statuses tell: the names of its containers."""
    names: dict[str, dict[str, None]] = {field: {} for field in STATUS_FIELDS}
    for snapshot in snapshots:
        for field in STATUS_FIELDS:
            names[field].update(dict.fromkeys(status["name"] for status in snapshot.get(field) or ()))
    regular, init = ([Container(name=name) for name in names[field]] for field in STATUS_FIELDS)
    return PodSpec(containers=regular, initContainers=init or None)


def _change(place: str, name: str, spec: PodSpec, snapshot: Mapping[str, Any], created: datetime) -> Change:
    try:
        return _decoded(name, spec, snapshot, created)
    except ManifestError as error:
        fault = error.faults[0]
        raise StoryError(f"{place}.{fault.path}: {fault.message}") from None


def _decoded(name: str, spec: PodSpec, snapshot: Mapping[str, Any], created: datetime) -> Change:
    fields = ("phase", "reason", "message", "podIP", "conditions", *STATUS_FIELDS)
    status: dict[str, Any] = {k: snapshot[k] for k in fields if snapshot.get(k) is not None}
    meta: dict[str, Any] = {"name": name, "namespace": "default"}
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        if snapshot.get(field) is not None:
            meta[field] = snapshot[field]
    metadata = decode_object(ObjectMeta, meta)
    metadata.creationTimestamp = created.replace(microsecond=0)
    pod_spec = decode_object(PodSpec, encode(spec) | {"nodeName": snapshot.get("nodeName")})
    return Change(
        float(snapshot["t"]),
        Pod(apiVersion="v1", kind="Pod", metadata=metadata, spec=pod_spec, status=decode_object(PodStatus, status)),
        bool(snapshot.get("deleted")),
    )


def _events(events: Any) -> Iterator[Event]:
    """The events of a story; those listed again after the watch was renewed only once."""
    seen = set()
    for e in events:
        field, count = e.get("field"), e.get("count")
        key = (e["on"], field, e["reason"], e["message"], count)
        if key not in seen:
            seen.add(key)
            yield Event(e["t"], e["on"], e["type"], e["reason"], e["message"], field, count)


def _gestures(story: Mapping[str, Any]) -> Iterator[Gesture]:
    pods = {name: name for name in story.get("pods", {})}
    for index, action in enumerate(story["actions"]):
        gesture = story_gesture(index, action, pods)
        detail = getattr(gesture, "signal", "")
        yield Gesture(gesture.at, gesture.verb, gesture.target, detail)


def _logs(files: Mapping[str, list[str]]) -> Iterator[LogLine]:
    for path, lines in files.items():
        pod, container, number = path.rsplit("/", 2)
        for text in lines:
            yield LogLine(0.0, pod, container, int(number.removesuffix(".log")), text)

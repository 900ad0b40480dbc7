"""A pod in the form of 2014 (v1beta1) beside today's, line by line.

The rule: every scalar, and every list of scalars, of today's manifest has a line; beside it stands the line of the old
form that says the same, if that form can say it. Both columns are YAML: read back, the right one is the pod, and the
left one is the pod without what 2014 could not say (a volume of a later kind keeps its name, and has no source). The
old names are those that `podlab.api.v1beta1` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from podlab.api import v1beta1
from podlab.api.decode import encode
from podlab.api.load import Source
from podlab.api.quantity import parse_quantity
from podlab.api.yaml_text import YamlError, read_yaml
from podlab.course.exhibits.fields import one_pod

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FormLine:
    """Two lines that say the same: of 2014's form and of today's, "" where there is none."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Forms:
    """Both forms of one pod. `missing` has the fields that 2014's form cannot say, by their paths today."""

    lines: tuple[FormLine, ...]
    missing: tuple[str, ...]

    def __repr__(self) -> str:
        width = max((len(line.old) for line in self.lines), default=0)
        return "\n".join(f"{line.old:{width}} | {line.new}".rstrip() for line in self.lines)

    @property
    def old(self) -> str:
        """The manifest of 2014."""
        return "".join(f"{line.old}\n" for line in self.lines if line.old)

    @property
    def new(self) -> str:
        """Today's manifest."""
        return "".join(f"{line.new}\n" for line in self.lines if line.new)


def both_forms(source: Source) -> Forms:
    """Both forms of a pod, given in either.

    Errors: ManifestError for a manifest that cannot be read, ValueError unless it is one Pod.
    """
    data = encode(one_pod(source))
    data.pop("status", None)
    lines: list[FormLine] = []
    missing = []
    left, right = _Column(), _Column()
    for pair in _pod_pairs(data):
        old = left.lines(pair.old, pair.old_value) if pair.old else []
        new = right.lines(pair.new, pair.new_value) if pair.new else []
        if pair.new and not pair.old:
            missing.append(_dotted(pair.new))
        height = max(len(old), len(new))
        old, new = ([""] * (height - len(side)) + side for side in (old, new))
        lines += map(FormLine, old, new)
    return Forms(tuple(lines), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Pair:
    """One thing said, with its place and value in both forms; an empty place where a form does not say it."""

    old: Path
    old_value: Any
    new: Path
    new_value: Any


def _pod_pairs(data: dict[str, Any]) -> Iterator[_Pair]:
    metadata, spec = data.get("metadata", {}), data.get("spec", {})
    yield _Pair(("apiVersion",), v1beta1.API_VERSION, ("apiVersion",), "v1")
    yield _Pair(("kind",), "Pod", ("kind",), "Pod")
    yield from _moved(metadata, "name", ("id",), ("metadata",))
    for new, old in _reversed(v1beta1._POD).items():
        yield from _moved(metadata, new, (old,), ("metadata",))
    yield from _rest(metadata, ("metadata",))
    manifest: Path = ("desiredState", "manifest")
    yield from _moved(spec, "nodeSelector", ("nodeSelector",), ("spec",))
    yield from _moved(spec, "nodeName", ("desiredState", "host"), ("spec",))
    yield _Pair((*manifest, "version"), v1beta1.API_VERSION, (), None)
    policy = spec.pop("restartPolicy", None)
    if policy is not None:
        word = _reversed(v1beta1._RESTART_POLICIES).get(policy)
        place = (*manifest, "restartPolicy", word) if word else ()
        yield _Pair(place, {}, ("spec", "restartPolicy"), policy)
    for new, old in _reversed(v1beta1._MANIFEST).items():
        yield from _moved(spec, new, (*manifest, old), ("spec",))
    for name in ("volumes", "containers"):
        if spec.get(name) == []:
            yield from _moved(spec, name, (*manifest, name), ("spec",))
    for i, volume in enumerate(spec.pop("volumes", ())):
        yield from _volume_pairs(volume, (*manifest, "volumes", i), ("spec", "volumes", i))
    for i, container in enumerate(spec.pop("containers", ())):
        yield from _container_pairs(container, (*manifest, "containers", i), ("spec", "containers", i))
    yield from _rest(spec, ("spec",))


def _volume_pairs(volume: dict[str, Any], old: Path, new: Path) -> Iterator[_Pair]:
    yield from _moved(volume, "name", (*old, "name"), new)
    for source, name in _reversed(v1beta1._VOLUME_SOURCES).items():
        yield from _moved(volume, source, (*old, "source", name), new)
    yield from _rest(volume, new)


def _container_pairs(container: dict[str, Any], old: Path, new: Path) -> Iterator[_Pair]:
    for today, name in _reversed(v1beta1._CONTAINER).items():
        yield from _moved(container, today, (*old, name), new)
    yield from _moved(container, "env", (*old, "env"), new)
    policy = container.pop("imagePullPolicy", None)
    if policy is not None:
        word = _reversed(v1beta1._PULL_POLICIES).get(policy)
        yield _Pair((*old, "imagePullPolicy") if word else (), word, (*new, "imagePullPolicy"), policy)
    resources = _taken(container, "resources")
    limits = _taken(resources, "limits")
    for resource, parts in (("cpu", 1000), ("memory", 1)):
        if resource in limits:
            count = parse_quantity(limits[resource]).amount * parts
            place = (*old, resource) if count > 0 and count.denominator == 1 else ()
            yield _Pair(place, int(count), (*new, "resources", "limits", resource), limits.pop(resource))
    yield from _rest(limits, (*new, "resources", "limits"))
    yield from _rest(resources, (*new, "resources"))
    security = _taken(container, "securityContext")
    for name in ("privileged", "capabilities"):
        yield from _moved(security, name, (*old, name), (*new, "securityContext"))
    yield from _rest(security, (*new, "securityContext"))
    yield from _rest(container, new)


def _taken(data: dict[str, Any], name: str) -> dict[str, Any]:
    """An object taken out of today's data; an empty one stays, for nothing in it would have a line."""
    if not data.get(name):
        return {}
    taken: dict[str, Any] = data.pop(name)
    return taken


def _moved(data: dict[str, Any], name: str, old: Path, parent: Path) -> Iterator[_Pair]:
    """Take a field out of today's data; below it the names are the same in both forms."""
    if name in data:
        for place, value in _leaves(data.pop(name), ()):
            yield _Pair((*old, *place), value, (*parent, name, *place), value)


def _rest(data: dict[str, Any], parent: Path) -> Iterator[_Pair]:
    """What is left of today's data has no counterpart."""
    for name, left in data.items():
        for place, value in _leaves(left, ()):
            yield _Pair((), None, (*parent, name, *place), value)


def _leaves(value: Any, place: Path) -> Iterator[tuple[Path, Any]]:
    """The scalars, empty objects and lists of scalars in plain data, with their places."""
    if isinstance(value, dict) and value:
        for name, inside in value.items():
            yield from _leaves(inside, (*place, name))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for i, item in enumerate(value):
            yield from _leaves(item, (*place, i))
    else:
        yield place, value


def _reversed(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}


class _Column:
    """Writes places and values one after the other as lines of YAML."""

    def __init__(self) -> None:
        self.before: Path = ()

    def lines(self, place: Path, value: Any) -> list[str]:
        """The line of one value, after those of the objects and lists that begin with it."""
        shared = 0
        while place[: shared + 1] == self.before[: shared + 1]:
            shared += 1
        self.before = place
        out = []
        dash = ""
        for depth in range(shared, len(place)):
            part, last = place[depth], depth == len(place) - 1
            start = dash or "  " * depth
            if isinstance(part, int):
                dash = f"{start}- "
            else:
                name = _scalar(part, "", ": a", {part: "a"})
                out.append(f"{start}{name}:{f' {_flow(value)}' if last else ''}")
                dash = ""
        if dash:
            out.append(f"{dash}{_flow(value)}")
        return out


def _flow(value: Any) -> str:
    """A value that stands behind a colon or a dash: a scalar, a list of scalars, or an empty object."""
    if isinstance(value, list):
        return f"[{', '.join(map(_item, value))}]"
    return "{}" if value == {} else _scalar(value, "a: ", "", {"a": value})


def _item(value: Any) -> str:
    """An item of a list in brackets; several words are quoted, so that one sees where they end."""
    if isinstance(value, str) and " " in value:
        return json.dumps(value, ensure_ascii=False)
    return _scalar(value, "a: [", "]", {"a": [value]})


def _scalar(value: Any, before: str, after: str, meant: Any) -> str:
    """A scalar as plain YAML if it is read back as itself where it stands, else in quotes."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        documents = read_yaml(f"{before}{value}{after}")
        plain = "\n" not in value and len(documents) == 1 and documents[0].data == meant
    except YamlError:
        plain = False
    return value if plain else json.dumps(value, ensure_ascii=False)


def _dotted(place: Path) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text

"""What kubectl prints as JSON or YAML, read: pods, and beside them Events, Nodes and whatever else was asked for.

A real object may have fields of a newer Kubernetes: they are left out, and do not keep the rest from being read.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from lightkube.models.core_v1 import Event, Node, Pod, PodSpec

from podlab.api import ManifestError
from podlab.api.kinds import decode_any, plain_data
from podlab.api.load import is_manifest_text, read_documents
from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.api.parts import key_of, name_of, namespace_of, uid_of

ASK = "kubectl get pod NAME -o json | podlab why -"


@dataclass(frozen=True, slots=True)
class Given:
    """What was read. `others` are objects that are neither pods, Events nor Nodes; `skipped` what could not be read."""

    pods: tuple[Pod, ...] = ()
    events: tuple[Event, ...] = ()
    nodes: tuple[Node, ...] = ()
    others: tuple[Any, ...] = ()
    skipped: tuple[str, ...] = ()

    def node_of(self, pod: Pod) -> Node | None:
        """The Node object of a pod, when it was given."""
        wanted = pod.spec.nodeName if pod.spec is not None else None
        return next((node for node in self.nodes if wanted and name_of(node) == wanted), None)

    def events_of(self, obj: Any) -> tuple[Event, ...]:
        """The Events about an object, the latest last. One of the same name with another UID is not meant."""
        kind, own = type(obj).__name__, uid_of(obj)
        about = [
            event
            for event in self.events
            if event.involvedObject.kind == kind
            and event.involvedObject.name == name_of(obj)
            and (event.involvedObject.namespace or "default") == namespace_of(obj)
            and (not own or not event.involvedObject.uid or event.involvedObject.uid == own)
        ]
        return tuple(sorted(about, key=_told_at))

    def find(self, kind: str, like: Any, name: str) -> Any:
        """The object of a kind and name in the namespace of another, when it was given."""
        return next(
            (o for o in self.others if type(o).__name__ == kind and name_of(o) == name and same_place(o, like)), None
        )

    def chosen(self, name: str | None) -> tuple[Pod, ...]:
        """The pods, or the one that is called `name`. WrongValue names those there are."""
        if name is None:
            return self.pods
        found = tuple(pod for pod in self.pods if name in (name_of(pod), key_of(pod)))
        if not found:
            there = ", ".join(key_of(pod) for pod in self.pods) or "none"
            raise WrongValue(f"pod: there is no pod {name!r} in what was given; it has {there}")
        return found


def same_place(one: Any, other: Any) -> bool:
    """Whether two objects are in one namespace."""
    return namespace_of(one) == namespace_of(other)


def _told_at(event: Event) -> float:
    made = event.metadata.creationTimestamp if event.metadata is not None else None
    repeated = event.series.lastObservedTime if event.series is not None else None
    when = repeated or event.lastTimestamp or event.eventTime or made
    return when.timestamp() if when is not None else 0.0


def read_given(*sources: Any) -> Given:
    """Everything in texts, files ("-" is standard input), dicts and objects. WrongValue for what is nothing of that."""
    found: dict[str, list[Any]] = {"Pod": [], "Event": [], "Node": [], "": []}
    skipped: list[str] = []
    for source in sources:
        for data in _documents(source):
            for obj in _objects(data, skipped):
                kind = type(obj).__name__
                found[kind if kind in found else ""].append(_mended(obj))
    if not any(found.values()):
        why = f" ({skipped[0]})" if skipped else ""
        raise WrongValue(f"nothing to look at: no Kubernetes object was read{why}; write {ASK}")
    pods, events, nodes, others = (tuple(each) for each in found.values())
    return Given(pods, events, nodes, others, tuple(skipped))


def _mended(obj: Any) -> Any:
    """A pod always has a spec to look at, even if somebody has cut it out."""
    return msgspec.structs.replace(obj, spec=PodSpec(containers=[])) if isinstance(obj, Pod) and not obj.spec else obj


def _documents(source: Any) -> Iterator[Any]:
    """The plain data of a source."""
    if isinstance(source, msgspec.Struct):
        try:
            yield plain_data(source)
        except (TypeError, ValueError) as error:
            raise WrongType(f"why: the {type(source).__name__} cannot be read: {error}") from None
    elif isinstance(source, Mapping):
        yield dict(source)
    elif isinstance(source, os.PathLike) or (isinstance(source, str) and not is_manifest_text(source)):
        yield from _parsed(_text_of(os.fspath(source)), f"{os.fspath(source)}: ")
    elif isinstance(source, str):
        yield from _parsed(source, "")
    elif isinstance(source, Iterable) and not isinstance(source, bytes | bytearray):
        for one in source:
            yield from _documents(one)
    else:
        raise WrongType(
            f"a real pod is JSON or YAML text, a file, a dict or a Pod, not {a_kind(source)}; "
            f"write {ASK}; of a run, pl.why(trace, pod, t)"
        )


def _text_of(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise WrongValue(f"{name}: cannot be read: {problem}; name a file of JSON or YAML, or write {ASK}") from None


def _parsed(text: str, where: str) -> Iterator[Any]:
    """The documents of a text. What kubectl prints without -o json is recognised."""
    if not text.strip():
        raise WrongValue(f"{where}nothing came in; write {ASK}")
    if text.lstrip().startswith("NAME ") or text.startswith("Name: "):
        raise WrongValue(f"{where}this is what kubectl prints for people; ask it for the object: add -o json")
    if text.lstrip().startswith(("{", "[")):
        try:
            data = json.loads(text)
            yield from data if isinstance(data, list) else [data]
            return
        except (ValueError, RecursionError):
            pass  # as YAML it says where it is wrong
    try:
        yield from (document.data for document in read_documents(text) if document.data is not None)
    except ManifestError as error:
        raise WrongValue(f"{where}{error.faults[0].message}; write {ASK}") from None


def _objects(data: Any, skipped: list[str]) -> Iterator[Any]:
    """The objects in plain data. What podlab has no type for is skipped and said."""
    if isinstance(data, dict) and isinstance(data.get("items"), list) and str(data.get("kind", "")).endswith("List"):
        kind = str(data["kind"]).removesuffix("List")
        for item in data["items"]:
            named = {"apiVersion": data.get("apiVersion"), "kind": kind} if kind else {}
            yield from _objects(named | item if isinstance(item, dict) else item, skipped)
        return
    try:
        found, faults = decode_any(data)
    except RecursionError:
        skipped.append("an object that is nested too deeply")
        return
    if not found:
        what = data.get("kind", "an object without a kind") if isinstance(data, dict) else a_kind(data)
        skipped.append(f"{what}: {faults[0].message}" if faults else str(what))
    for decoded in found:
        yield decoded.obj

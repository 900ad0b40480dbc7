"""What other objects say that were given beside the pods: why a controller makes none, why a claim has no volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightkube.models.core_v1 import Event, Node

from podlab.api.parts import name_of
from podlab.cluster.finding import BROKEN, Finding
from podlab.cluster.given import Given

_BAD = {
    ("ReplicaFailure", "True"): "it cannot make its pods",
    ("Progressing", "False"): "its rollout does not go on",
    ("Available", "False"): "too few of its pods are available",
    ("Failed", "True"): "the Job has failed",
    ("FailureTarget", "True"): "the Job is about to be failed",
    ("Suspended", "True"): "it is suspended, so it makes no pods",
}
_NODE = {
    ("Ready", "False"): "its kubelet says that it is not ready",
    ("Ready", "Unknown"): "nothing is heard of its kubelet",
    ("MemoryPressure", "True"): "it is short of memory and evicts pods",
    ("DiskPressure", "True"): "it is short of disk and evicts pods",
    ("PIDPressure", "True"): "it is short of process numbers",
    ("NetworkUnavailable", "True"): "its network is not set up",
}
_WORDS = (
    (
        "exceeded quota",
        "a quota of the namespace is used up: kubectl describe quota; use less, or raise it",
    ),
    ("must specify", "a ResourceQuota wants requests or limits in every container: add them, or make a LimitRange"),
    ("maximum", "a LimitRange of the namespace forbids as much: kubectl describe limitrange"),
    ("violates podsecurity", "the namespace's Pod Security Standard forbids it: the message names the fields"),
    ("admission webhook", "a webhook refuses it: the message says why; if the webhook is down, see its Service"),
    ("serviceaccount", "make the ServiceAccount, or correct spec.serviceAccountName"),
    ("forbidden", "the API server refuses it: the message says what it may not do"),
    ("deadline", "look at its pods: the newest does not become ready"),
    ("backoff", "look at its pods: each of them failed (kubectl logs)"),
)


def object_findings(given: Given) -> Iterator[tuple[Any, Finding]]:
    """The objects of which something is to be said, each with it."""
    for obj in (*given.others, *given.nodes):
        yield from ((obj, finding) for finding in _about(obj, given.events_of(obj)))
    named = {("Pod", name_of(o)) for o in given.pods} | {(type(o).__name__, name_of(o)) for o in given.others}
    for event in given.events:
        about = event.involvedObject
        if event.reason == "FailedCreate" and (about.kind, about.name) not in named:
            yield about, _refused("it cannot make its pods", event.message or "", f"event FailedCreate of {about.kind}")


def _about(obj: Any, events: tuple[Event, ...]) -> Iterator[Finding]:
    kind = type(obj).__name__
    if kind == "PersistentVolumeClaim":
        yield from _claim(obj, events)
        return
    status = getattr(obj, "status", None)
    for condition in getattr(status, "conditions", None) or ():
        key = (getattr(condition, "type", ""), getattr(condition, "status", ""))
        means = (_NODE if isinstance(obj, Node) else _BAD).get(key)
        if means:
            yield _refused(means, getattr(condition, "message", "") or "", f"{kind}: {key[0]} {key[1]}")
    if isinstance(obj, Node) and obj.spec is not None and obj.spec.unschedulable:
        yield Finding("node", ("it is cordoned: no new pods",), ("spec.unschedulable",), ("kubectl uncordon",))


def _refused(means: str, message: str, field: str) -> Finding:
    usual = tuple(what for word, what in _WORDS if word in message.lower())[:1]
    says = (means, *([f"it says: {message.strip()}"] if message.strip() else []))
    return Finding("object", says, (field,), usual, grade=BROKEN)


def _claim(obj: Any, events: tuple[Event, ...]) -> Iterator[Finding]:
    phase = obj.status.phase if obj.status is not None else None
    if phase == "Bound":
        return
    named = obj.spec.storageClassName if obj.spec is not None else None
    says = [f"it has no volume yet (phase {phase or 'not given'}, StorageClass {named or 'the default one'})"]
    latest = next((e.message for e in reversed(events) if e.message), None)
    says += [f"the events say: {latest}"] if latest else []
    usual = ("kubectl get storageclass, and does its provisioner run? WaitForFirstConsumer waits for the pod's place",)
    unknown = () if latest else ("why: its events say it (kubectl describe pvc)",)
    yield Finding("object", tuple(says), ("status.phase",), usual, unknown, grade=BROKEN)

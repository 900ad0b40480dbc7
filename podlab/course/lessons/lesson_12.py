"""Lesson 12: what becomes of pods when their node dies."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task
from podlab.course.prediction import predict
from podlab.simulation import Trace, load, node_down, node_up

_POD = """
apiVersion: v1
kind: Pod
metadata: {name: alone, labels: {app: shop}}
spec:
  containers: [{name: main, image: nginx}]
"""

_TWO_NODES = load(_POD).with_world(nodes=("node-1", "node-2"))


def _ready_on(node: str, t: float) -> Check:
    """A check that a pod with the label app=shop is ready on `node` at `t`, and not about to end."""

    def test(trace: Trace) -> str:
        found = [
            f"{name} on {pod.spec.nodeName or 'no node'}" + (", Terminating" if pod.metadata.deletionTimestamp else "")
            for name, pod in trace.at(t).pods.items()
            if pod.metadata
            and pod.spec
            and (pod.metadata.labels or {}).get("app") == "shop"
            and any(c.type == "Ready" and c.status == "True" for c in (pod.status and pod.status.conditions) or ())
        ]
        if any(words.endswith(f" on {node}") for words in found):
            return HOLDS
        return f"ready with that label: {'; '.join(found) or 'none'}"

    return Check(f"at {t:g} s a pod with the label app=shop is ready on {node}", test)


def _lost(trace: Trace) -> str:
    """Whether node-1 still dies at 60 s."""
    dies = any(g.verb == "node_down" and g.target == "node-1" and g.t == 60 for g in trace.gestures)
    return HOLDS if dies else "it does not"


TASKS = (
    Task(
        id="12-back",
        sentence="A bare pod's node is silent from 60 s on, and back at 200 s. Predict the pod at 600 s.",
        stub=predict("alone", t=600, phase="?", status="?", restarts="?"),
        story=_TWO_NODES.but(node_down("node-1", at=60), node_up("node-1", at=200)),
        asks=("phase", "status", "restarts"),
        hints=(
            "When is the node found NotReady, and how long do its pods tolerate that?",
            "At 200 s nobody has asked for the pod's deletion yet. And did the program end at all?",
            "Nothing happened to the container. What does kubectl show of a container that never stopped?",
        ),
        until=700,
    ),
    Task(
        id="12-survives",
        sentence="Write the shop so that it is ready on node-2 at 500 s, though node-1 dies at 60 s.",
        stub=_TWO_NODES.but(node_down("node-1", at=60)),
        checks=(
            Check("node-1 dies at 60 s", _lost),
            _ready_on("node-1", 50),
            _ready_on("node-2", 500),
        ),
        hints=(
            "A pod is never moved, so this must be a new pod. Who makes new pods?",
            "Make it a ReplicaSet: replicas, a selector, and in template the labels and the spec of the pod.",
            "The head is apiVersion: apps/v1, kind: ReplicaSet; selector: {matchLabels: {app: shop}}.",
        ),
        until=500,
    ),
)

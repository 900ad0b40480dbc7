"""What has just changed: the difference between an instant and the one before, in words, and where it belongs.

Several things may happen at one instant, such as a kill, the exit and the next start; all are told, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from lightkube.models.core_v1 import Pod

from podlab.core.engine.history import NodeState, kubelets_down
from podlab.simulation.trace import Snapshot, Trace
from podlab.views.facts import Lane, PodTimeline, StateSpan
from podlab.views.words import exit_words, gesture_words, seconds

MOMENT = 0.01
"""Seconds that count as "just now" unless told otherwise: the step of the lab's clock."""

BECAME, NO_LONGER = "became Ready", "no longer Ready"

Told = tuple[float, str]


@dataclass(frozen=True, slots=True)
class PodNews:
    """What has just changed in a pod: in the pod as a whole, in its sandbox (pause), and in each container."""

    pod: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    containers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def lines(self) -> tuple[str, ...]:
        """All of it, each thing with whom it is about."""
        told = [*self.pod, *self.pause]
        told += [f"{name}: {', '.join(words)}" for name, words in self.containers.items() if words]
        return tuple(told)


def pod_news(life: PodTimeline, since: float, t: float) -> PodNews:
    """What changed in a pod after `since` and up to `t`, the timeline of which ends at `t`."""
    whole = _words(_of_pod(life), since, t)
    ready = tuple(words for words in whole if words in (BECAME, NO_LONGER))
    if len(ready) > 1 and ready[0] != ready[-1]:  # there and back again
        moment = "Ready" if ready[0] == BECAME else "not Ready"
        whole = (*(words for words in whole if words not in ready), f"for a moment {moment}")
    return PodNews(
        whole,
        _words(_of_sandbox(life), since, t),
        {lane.container: _words(_of_lane(lane), since, t) for lane in life.lanes},
    )


def _words(told: Iterable[Told], since: float, t: float) -> tuple[str, ...]:
    return tuple(words for _, words in sorted((one for one in told if since < one[0] <= t), key=lambda one: one[0]))


def _of_pod(life: PodTimeline) -> Iterable[Told]:
    yield life.created, "created"
    for node in life.nodes:
        yield node.start, f"placed on {node.value}"
    for before, after in pairwise(life.phases):
        yield after.start, f"phase {before.value} → {after.value}"
    for kind, spans in life.conditions:
        for before, after in pairwise(spans) if kind == "Ready" else ():
            if after.value.partition(" ")[0] != before.value.partition(" ")[0]:
                yield after.start, BECAME if after.value.startswith("True") else NO_LONGER
    leaving = next((s for s in life.statuses if s.value == "Terminating"), None)
    if leaving is not None:
        yield leaving.start, "being deleted"


def _of_sandbox(life: PodTimeline) -> Iterable[Told]:
    for box in life.sandboxes:
        yield box.start, f"new sandbox {box.attempt}" + (f", IP {box.ip}" if box.ip else "")
        if box.end is not None:
            yield box.end, f"sandbox {box.attempt} gone"


def _of_lane(lane: Lane) -> Iterable[Told]:
    before: StateSpan | None = None
    for span in lane.spans:
        words = _span_words(span, before)
        if words:
            yield span.start, words
        before = span
    for stop in lane.stopping:
        yield stop.start, "being stopped"
    for failure in lane.probes:
        yield failure.t, f"{failure.probe.lower()} probe failed"


def _span_words(span: StateSpan, before: StateSpan | None) -> str:
    if span.state == "terminated":
        return exit_words(span)
    if span.state == "waiting":
        return f"waits: {span.reason}" if span.reason else "waits"
    if before is None or before.state != "running" or before.run != span.run:
        return f"started again ↻{span.run}" if span.run else "started"
    if span.ready != before.ready:
        return "became ready" if span.ready else "no longer ready"
    return "startup probe passed" if span.started and not before.started else ""


def causes(snapshot: Snapshot, since: float) -> tuple[str, ...]:
    """What struck or changed from outside after `since`: interventions, pods that were removed, nodes."""
    told = [(g.t, gesture_words(g)) for g in snapshot.trace.gestures]
    told += [(c.t, f"pod {c.name} removed") for c in snapshot.trace.changes if c.deleted]
    told += [(n.t, f"node {n.node} {node_words(n)}") for n in snapshot.trace.node_states]
    return _words(told, since, snapshot.t)


def node_words(node: NodeState) -> str:
    """A node's state as `kubectl get nodes` prints it."""
    return ("Ready" if node.ready else "NotReady") + (",SchedulingDisabled" if node.cordoned else "")


def nodes_now(snapshot: Snapshot) -> dict[str, str]:
    """The nodes that are not simply Ready, in words; also those whose kubelet is silent, which the API learns late."""
    trace, t = snapshot.trace, snapshot.t
    words = {n.node: node_words(n) for n in trace.node_states if n.t <= t}
    silent = silent_nodes(trace, t)
    told = {node: state for node, state in words.items() if state != "Ready"}
    for node, at in silent.items():
        told[node] = ", ".join((*told.get(node, "").split(), f"its kubelet is silent since {seconds(at)}"))
    return told


def silent_nodes(trace: Trace, t: float) -> dict[str, float]:
    """The nodes whose kubelet has stopped by `t`, and since when: what the API says of their pods is as old."""
    return kubelets_down(trace.gestures, t)


def report_age(trace: Trace, pod: Pod, t: float) -> str:
    """That what is known of a pod is old, where the kubelet of its node is silent; "" for any other pod."""
    node = (pod.spec and pod.spec.nodeName) or ""
    since = silent_nodes(trace, t).get(node)
    if since is None or t - since <= MOMENT:
        return ""
    return (
        f"the kubelet of {node} is silent since {since:.10g} s: what is said of its containers is {t - since:.10g} s "
        "old, and nobody knows whether they still run"
    )


def since_words(since: float, t: float) -> str:
    """How a piece of news begins: "just now", or since when."""
    return "just now" if t - since <= MOMENT + 1e-9 else f"since {seconds(max(since, 0.0))}"

"""The gestures beside kill and delete that make sense for a scenario and a pod at an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lightkube.models.apps_v1 import Deployment, ReplicaSet
from lightkube.models.core_v1 import Container, Node, PodSpec, ReplicationController

from podlab.actions import PROBES, FailProbe, NodeDown, NodeUp, RecoverProbe, Scale
from podlab.api.parts import key_of, name_of
from podlab.core.engine.action import Action
from podlab.simulation import Scenario, drain, fail_probe, fill_memory, node_down, node_up, recover_probe, scale

Make = Callable[[float, int], Action]


@dataclass(frozen=True, slots=True)
class Choice:
    """A gesture that is offered: its words, and how it is made for an instant and a number of replicas.

    `replicas` is how many there are, for a gesture that sets them; None for any other.
    """

    words: str
    make: Make
    replicas: int | None = None


def choices(scenario: Scenario, pod: str, spec: PodSpec | None, t: float) -> tuple[Choice, ...]:
    """What can be done at `t`: a probe that was made to fail can recover, a node that is down can come back."""
    before = [g for g in scenario.gestures if g.at <= t]
    nodes = dict.fromkeys([*scenario.world.nodes, *(name_of(o) for o in scenario.objects if isinstance(o, Node))])
    offered: list[Choice] = []
    for container in (*(spec.initContainers or ()), *spec.containers) if spec is not None else ():
        offered += _of_container(f"{pod}/{container.name}", container, before)
    for node in nodes:
        offered += _of_node(node, before)
    for obj in scenario.objects:
        if isinstance(obj, Deployment | ReplicaSet | ReplicationController):
            declared = obj.spec.replicas if obj.spec is not None else None
            offered.append(_of_controller(key_of(obj), 1 if declared is None else declared, before))
    return tuple(offered)


def _of_container(target: str, container: Container, before: list[Action]) -> Iterator[Choice]:
    name = container.name
    for probe in PROBES:
        if getattr(container, f"{probe}Probe") is None:
            continue
        latest = next((g for g in reversed(before) if _is_about(g, target, probe)), None)
        verb = recover_probe if isinstance(latest, FailProbe) else fail_probe
        yield Choice(f"{verb.__name__.partition('_')[0]} {probe} probe of {name}", _of_probe(verb, target, probe))
    if container.resources is not None and "memory" in (container.resources.limits or {}):
        yield Choice(f"fill memory of {name}", lambda t, _: fill_memory(target, t))


def _of_probe(verb: Callable[[str, float, str], Action], target: str, probe: str) -> Make:
    return lambda t, _: verb(target, t, probe)


def _is_about(gesture: Action, target: str, probe: str) -> bool:
    return isinstance(gesture, FailProbe | RecoverProbe) and (gesture.target, gesture.probe) == (target, probe)


def _of_node(node: str, before: list[Action]) -> Iterator[Choice]:
    latest = next((g for g in reversed(before) if isinstance(g, NodeDown | NodeUp) and g.target == node), None)
    if isinstance(latest, NodeDown):
        yield Choice(f"start kubelet of {node}", lambda t, _: node_up(node, t))
    else:
        yield Choice(f"stop kubelet of {node}", lambda t, _: node_down(node, t))
    yield Choice(f"drain {node}", lambda t, _: drain(node, t))


def _of_controller(name: str, declared: int, before: list[Action]) -> Choice:
    latest = next((g.replicas for g in reversed(before) if isinstance(g, Scale) and g.target == name), declared)
    return Choice(f"scale {name}", lambda t, replicas: scale(name, t, replicas), latest)

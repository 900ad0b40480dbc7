"""Gestures as commands for a real cluster: a POSIX shell script that does at the same seconds what a scenario does.

Every gesture has its line of Python as a comment, and under it the command that does the same to a real cluster, or
why there is none. A pod that a controller made has another name there, so it is looked up by its labels.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Node, Pod, ReplicationController

from podlab.actions import DeleteNode, Drain, NodeDown, NodeUp
from podlab.api.parts import RUN, key_of, meta_of, name_of, namespace_of
from podlab.core.engine.action import Action, RestartPolicy
from podlab.core.engine.loop import Allowance, BudgetExceeded
from podlab.simulation.engine import Simulation
from podlab.simulation.scenario import Scenario
from podlab.simulation.trace import Trace

ENOUGH = Allowance(total=30_000, total_each=1_000, per_second=0)
"""So much is run for a script; a learner who exports a scenario of a month does not want to wait for it."""

_AT = """begin=$(date +%s)
at() { # SECOND: wait until then
  pause=$((begin + $1 - $(date +%s)))
  if [ "$pause" -gt 0 ]; then sleep "$pause"; fi
}
"""

_POD_OF = """# The name of a pod that a controller made, by age: 0 is the oldest.
pod_of() { # NUMBER -l SELECTOR [-n NAMESPACE]
  number=$1; shift
  kubectl get pods "$@" --sort-by=.metadata.creationTimestamp -o jsonpath="{.items[$number].metadata.name}"
}
"""


def runbook(scenario: Scenario, objects: Iterable[Any], name: str) -> str:
    """The script for a scenario whose exported `objects` are in NAME.yaml."""
    return _Book(scenario, list(objects), name).text()


@dataclass(frozen=True)
class _Target:
    """A pod in the words of kubectl: `lookup` is the command that finds its name, if there must be one."""

    name: str
    namespace: str
    lookup: str = ""

    @property
    def words(self) -> str:
        """How a command names it."""
        name = '"$pod"' if self.lookup else shlex.quote(self.name)
        return name + _in_namespace(self.namespace)


@dataclass
class _Book:
    scenario: Scenario
    objects: list[Any]
    name: str
    needs: dict[str, None] = field(default_factory=dict)
    trace: Trace = field(init=False)
    machines: dict[str, str] = field(default_factory=dict)
    """The shell variable of each node that a manifest or a gesture names."""

    def __post_init__(self) -> None:
        gestures = self.scenario.gestures
        self.trace = _run(self.scenario, max((g.at for g in gestures), default=0.0))
        declared = [name_of(o) for o in self.scenario.objects if isinstance(o, Node)]
        for node in dict.fromkeys([*declared, *(g.target for g in gestures if isinstance(g, _OF_NODES))]):
            word = re.sub(r"\W", "_", node, flags=re.ASCII)
            word = word if word.startswith("node") else f"node_{word}"
            while word in self.machines.values():
                word += "_"
            self.machines[node] = word

    def text(self) -> str:
        steps = "\n".join(self._steps()).lstrip("\n")
        parts = [self._head(), self._nodes(), *self.needs, *self._before(), steps, self._end()]
        return "\n".join(part.rstrip("\n") + "\n" for part in parts if part)

    def _head(self) -> str:
        lines = [
            "#!/bin/sh",
            f"# What was done in podlab, for a real cluster: sh {self.name}.sh, with {self.name}.yaml beside it.",
            "# Read it first. Use a cluster that you may break: this deletes things and may stop nodes."
            if self.scenario.gestures
            else "# Nothing was done to the scenario, so this only applies the manifest.",
            "# In another terminal: kubectl get pods --watch",
            "set -u",
        ]
        return "\n".join(lines)

    def _nodes(self) -> str:
        """Variables for the machines that take the places of podlab's nodes: those that gestures or manifests name."""
        declared = {name_of(o): o for o in self.scenario.objects if isinstance(o, Node)}
        lines = ["# The machines that take the place of podlab's nodes: write your own names (kubectl get nodes)."]
        lines += [f"{word}={shlex.quote(node)}" for node, word in self.machines.items()]
        for node, obj in declared.items():
            where = f'"${self.machines[node]}"'
            labels = (obj.metadata and obj.metadata.labels) or {}
            pairs = " ".join(shlex.quote(f"{key}={value}") for key, value in labels.items())
            lines += [f"kubectl label node {where} --overwrite {pairs}"] if pairs else []
            for taint in (obj.spec.taints if obj.spec is not None else None) or ():
                value = f"={taint.value}" if taint.value else ""
                lines.append(f"kubectl taint node {where} {shlex.quote(f'{taint.key}{value}:{taint.effect}')}")
        return "\n".join(lines) if self.machines else ""

    def _before(self) -> Iterator[str]:
        """What must be there, and the manifest itself."""
        made = {name_of(o) for o in self.objects if type(o).__name__ == "Namespace"}
        lines = []
        for namespace in dict.fromkeys(namespace_of(o) for o in self.objects):
            if namespace not in made | {"default", "kube-system", "kube-public"}:
                lines.append(f"kubectl create namespace {shlex.quote(namespace)}")
        for image in self.scenario.world.missing_images:
            lines.append(f"# In podlab the image {image} could not be pulled. Here that is up to your registry.")
        for step in self.scenario.steps:
            if isinstance(step, RestartPolicy):
                lines += [f"# {step.code()}", "#   is in the manifest: a running pod's policy cannot be changed."]
        verb = "apply" if all(map(name_of, self.objects)) else "create"
        lines.append(f"kubectl {verb} -f {shlex.quote(f'{self.name}.yaml')}")
        yield "\n".join(lines)
        if self.scenario.gestures:
            yield _AT

    def _end(self) -> str:
        return f"# To clean up: kubectl delete -f {shlex.quote(f'{self.name}.yaml')}"

    def _steps(self) -> Iterator[str]:
        second, told = None, False
        for gesture in self.scenario.gestures:
            if gesture.at > self.trace.until and not told:
                told = True
                yield f"\n# podlab tried this only up to {self.trace.until:.0f} s: more would take too long."
            if round(gesture.at) != second:
                second = round(gesture.at)
                yield f"\nat {second}"
            yield from (f"# {line}" for line in gesture.code().splitlines())
            note = next((g.note for g in self.trace.gestures if _is(g, gesture)), None)
            yield from ([f"#   did nothing in podlab: {_line(note)}"] if note else gesture.commands(self))

    def need(self, *functions: str) -> None:
        """The script needs these shell functions."""
        self.needs.update(dict.fromkeys(functions))

    def machine(self, node: str) -> str:
        """The words that name the machine in the place of a node."""
        return f'"${self.machines[node]}"'

    def on_pod(self, called: str, t: float, command: Callable[[str], str]) -> Iterator[str]:
        """A command that is given the words that name a pod, and before it how its name is found, if it must be."""
        pod = self._pod(called, t)
        if pod.lookup:
            self.need(_POD_OF)
            yield pod.lookup
        yield command(pod.words)

    def _pod(self, called: str, t: float) -> _Target:
        """The pod that a gesture at `t` strikes: itself, or one of those that the same controller has at that time."""
        before = self.trace.at(t - 1e-6 if t else 0.0)
        owner, bracket, number = called.removesuffix("]").partition("[")
        for obj in self.objects:
            if isinstance(obj, Pod) or type(obj).__name__ not in RUN:
                continue
            made = [key for key in self.trace.pods if self._makes(obj, key, before.objects)]
            if bracket and owner == key_of(obj) and number.isdigit() and int(number) < len(made):
                called = made[int(number)]
            if called in made:
                siblings = [key for key in before.pods if key in made]
                return _looked_up(obj, siblings.index(called) if called in siblings else 0)
        namespace, _, name = called.rpartition("/")
        return _Target(name, namespace or "default")

    def _makes(self, controller: Any, key: str, others: Iterable[Any]) -> bool:
        """Whether a pod was made by a controller, be it through a ReplicaSet."""
        pod = next(change.pod for change in self.trace.changes if change.name == key)
        owners = {(owner.kind, owner.name) for owner in meta_of(pod).ownerReferences or ()}
        for other in others:
            if (type(other).__name__, name_of(other)) in owners and namespace_of(other) == namespace_of(pod):
                owners |= {(owner.kind, owner.name) for owner in other.metadata.ownerReferences or ()}
        return (type(controller).__name__, name_of(controller)) in owners and (
            namespace_of(controller) == namespace_of(pod)
        )


def _run(scenario: Scenario, until: float) -> Trace:
    """The run up to the last gesture, or as far as it comes with `ENOUGH`: who was struck, and what did nothing."""
    simulation = Simulation(scenario)
    simulation.loop.allow(ENOUGH)
    with suppress(BudgetExceeded):
        simulation.advance(until)
    return simulation.trace()


_OF_NODES = (NodeDown, NodeUp, DeleteNode, Drain)


def _is(done: Any, gesture: Action) -> bool:
    return (done.verb, done.target, done.t) == (gesture.verb, gesture.target, gesture.at)


def _looked_up(controller: Any, index: int) -> _Target:
    """The pod of a controller that is `index`-th in age among those there are."""
    namespace = namespace_of(controller)
    lookup = f"pod=$(pod_of {index} -l {shlex.quote(_selector(controller))}{_in_namespace(namespace)})"
    return _Target("", namespace, lookup)


def _selector(controller: Any) -> str:
    """A controller's selector as `kubectl get -l` takes it."""
    if isinstance(controller, Job):
        return f"job-name={name_of(controller)}"
    spec = controller.spec
    if isinstance(controller, ReplicationController):
        labels = spec.selector or spec.template.metadata.labels or {}
        return ",".join(f"{key}={value}" for key, value in labels.items())
    parts = [f"{key}={value}" for key, value in (spec.selector.matchLabels or {}).items()]
    for wanted in spec.selector.matchExpressions or ():
        values = f"({','.join(wanted.values or ())})"
        match wanted.operator:
            case "In" | "NotIn":
                parts.append(f"{wanted.key} {wanted.operator.lower()} {values}")
            case "Exists":
                parts.append(wanted.key)
            case "DoesNotExist":
                parts.append(f"!{wanted.key}")
    return ",".join(parts)


def _in_namespace(namespace: str) -> str:
    return "" if namespace == "default" else f" -n {shlex.quote(namespace)}"


def _line(text: str | None) -> str:
    return " ".join((text or "").split())

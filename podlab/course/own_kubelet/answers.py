"""The real Kubernetes' own answers, as they ship with the package, and how many of them a learner's rule gives too.

The files in `podlab/course/answers/` were computed by Kubernetes 1.36.2 itself (`tools/answers.py` takes them from the
reference data of podlab's tests).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodCondition, PodSpec

from podlab.api.decode import decode_object
from podlab.course.own_kubelet.facts import PodFacts, container_facts, pod_facts
from podlab.course.own_kubelet.rules import Rule, asked


@dataclass(frozen=True)
class Case:
    """One question: its `kind` in words, what the rule is called with, and what Kubernetes answers."""

    kind: str
    facts: tuple[Any, ...]
    real: Any


@dataclass(frozen=True)
class Difference:
    """A case on which a rule and Kubernetes differ. `yours` is the rule's answer, or the sentence why it has none."""

    case: Case
    yours: Any


def differences(rule: str, function: Rule) -> Iterator[Difference]:
    """The cases that the function answers otherwise than Kubernetes."""
    for case in cases(rule):
        try:
            yours = asked(rule, function, *case.facts)
        except ValueError as error:
            yours = str(error)
        if yours != case.real:
            yield Difference(case, yours)


@cache
def cases(rule: str) -> tuple[Case, ...]:
    """All questions of one rule."""
    packed = files("podlab.course").joinpath("answers", f"{rule}.jsonl.gz").read_bytes()
    make = _MAKERS[rule]
    return tuple(make(case["in"], case["out"]) for case in map(json.loads, gzip.decompress(packed).splitlines()))


def _phase_case(given: dict[str, Any], real: str) -> Case:
    pod = decode_object(Pod, given["pod"])
    facts = pod_facts(pod, given_up=given["podIsTerminal"], initialized=given["podHasInitialized"])
    return Case(_shape(facts), (facts,), real)


def _restart_case(given: dict[str, Any], real: bool) -> Case:
    container = decode_object(Container, {"name": "main", **given["container"]})
    facts = container_facts(container, PodSpec(containers=[container], restartPolicy=given["policy"]))
    if facts.rules:
        kind = "with restart rules"
    else:
        kind = "a policy of its own" if container.restartPolicy else "the pod's policy"
    return Case(kind, (facts, given["exitCode"]), real)


def _back_off_case(given: dict[str, Any], real: float) -> Case:
    n = given["n"]
    kind = "the first restart" if n == 1 else "restarts 2 to 6" if n < 7 else "restart 7 and later"
    return Case(kind, (n,), real)


def _ready_case(given: dict[str, Any], real: bool) -> Case:
    statuses = [decode_object(ContainerStatus, status) for status in given["statuses"] or ()]
    conditions = [decode_object(PodCondition, condition) for condition in given["conditions"]]
    pod = decode_object(Pod, given["pod"])
    facts = pod_facts(pod, statuses, phase=given["phase"], conditions=conditions)
    return Case("with readiness gates" if facts.gates else _shape(facts), (facts,), real)


def _shape(facts: PodFacts) -> str:
    """What is in the pod, in words."""
    if facts.sidecars:
        return "with a sidecar"
    if facts.init_containers:
        return "with an init container"
    return "one container" if len(facts.containers) == 1 else "several containers"


_MAKERS: dict[str, Callable[[dict[str, Any], Any], Case]] = {
    "phase": _phase_case,
    "restarts": _restart_case,
    "backoff": _back_off_case,
    "ready": _ready_case,
}

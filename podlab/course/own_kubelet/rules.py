"""From a learner's functions to the rules that a pod worker asks: `pl.kubelet_rules(phase=…, restarts=…, …)`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from numbers import Real
from typing import Any

from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodCondition, PodSpec

from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.core.rules.backoff import Backoff, BackoffDecision, Entry
from podlab.core.rules.conditions import READY, Ready
from podlab.core.rules.kubelet_rules import KUBERNETES, KubeletRules, PhaseOf
from podlab.core.rules.restart import Restarts
from podlab.course.own_kubelet.facts import container_facts, pod_facts

Rule = Callable[..., Any]
PHASES = ("Pending", "Running", "Succeeded", "Failed")
LONGEST_WAIT = 86400.0
"""Seconds; more than a day is taken for a slip."""


def kubelet_rules(
    *, phase: Rule | None = None, restarts: Rule | None = None, backoff: Rule | None = None, ready: Rule | None = None
) -> KubeletRules:
    """Rules for the nodes' kubelets: yours, and Kubernetes' where you give none. `with_world(rules=…)` takes them.

    `phase(pod)` returns "Pending", "Running", "Succeeded" or "Failed"; `restarts(container, exit)` True or False;
    `backoff(n)` the seconds before the n-th restart; `ready(pod)` True or False. WrongType for what is no function.
    """
    given = {"phase": phase, "restarts": restarts, "backoff": backoff, "ready": ready}
    for name, rule in given.items():
        if rule is not None and not callable(rule):
            raise WrongType(f"kubelet_rules: {name}: takes a function, not {a_kind(rule)}; write {name}=my_{name}")
    return KubeletRules(
        phase=_phase(phase) if phase is not None else KUBERNETES.phase,
        restarts=_restarts(restarts) if restarts is not None else KUBERNETES.restarts,
        ready=_ready(ready) if ready is not None else KUBERNETES.ready,
        backoff=(lambda: LearnersBackoff(backoff)) if backoff is not None else KUBERNETES.backoff,
    )


def asked(name: str, rule: Rule, *facts: Any) -> Any:
    """A rule's answer, checked. WrongValue in one sentence when it raises or answers what cannot be."""
    try:
        answer = rule(*facts)
    except Exception as error:  # a learner's function may do anything, and the learner needs the sentence
        raise WrongValue(f"{name}: your function stops with {type(error).__name__}: {error}") from error
    if name == "phase":
        if answer not in PHASES:
            raise WrongValue(f"phase: returns one of {', '.join(PHASES)}, not {answer!r}")
    elif name == "backoff":
        number = isinstance(answer, Real) and not isinstance(answer, bool)
        if not (number and 0 <= float(answer) <= LONGEST_WAIT):
            raise WrongValue(f"backoff: returns seconds from 0 to {LONGEST_WAIT:.0f}, not {answer!r}")
    elif not isinstance(answer, bool):
        raise WrongValue(f"{name}: returns True or False, not {answer!r}")
    return answer


def _phase(rule: Rule) -> PhaseOf:
    def phase(pod: Pod, *, pod_is_terminal: bool = False, pod_has_initialized: bool | None = None) -> str:
        facts = pod_facts(pod, given_up=pod_is_terminal, initialized=bool(pod_has_initialized))
        return str(asked("phase", rule, facts))

    return phase


def _restarts(rule: Rule) -> Restarts:
    def restarts(container: Container, spec: PodSpec, exit_code: int) -> bool:
        return bool(asked("restarts", rule, container_facts(container, spec), exit_code))

    return restarts


def _ready(rule: Rule) -> Ready:
    def ready(
        spec: PodSpec, statuses: Sequence[ContainerStatus] | None, phase: str, conditions: Sequence[PodCondition]
    ) -> PodCondition:
        facts = pod_facts(Pod(spec=spec), statuses, phase=phase, conditions=conditions)
        return PodCondition(type=READY, status="True" if asked("ready", rule, facts) else "False")

    return ready


class LearnersBackoff(Backoff):
    """A back-off whose waits come from `rule(n)`: seconds between an exit and the n-th restart, from 1."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule = rule
        self._granted: dict[Hashable, int] = {}

    def may_restart(self, key: Hashable, finished_at: float | None, now: float) -> BackoffDecision:
        """As the kubelet's, but the wait is the rule's; forgotten as the kubelet forgets it."""
        if finished_at is None:
            return BackoffDecision(True)
        if key not in self._entries or self._expired(self._entries[key], finished_at):
            self._granted[key] = 0
        wait = float(asked("backoff", self._rule, self._granted[key] + 1))
        if now < finished_at + wait:
            return BackoffDecision(False, wait, finished_at)
        self._granted[key] += 1
        self._entries[key] = Entry(wait, now)
        return BackoffDecision(True)

"""A case of Kubernetes' answers in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from podlab.course.own_kubelet.answers import Case
from podlab.course.own_kubelet.facts import ContainerFacts, PodFacts, RuleFacts


def answer_text(rule: str, answer: Any) -> str:
    """An answer as a word: a phase, "restart", "10 s", "ready"; a sentence where a function had none."""
    if rule == "backoff" and not isinstance(answer, str):
        return f"{answer:g} s"
    words = {"restarts": ("stay down", "restart"), "ready": ("not ready", "ready")}
    return words[rule][answer] if rule in words and isinstance(answer, bool) else str(answer)


def case_text(rule: str, case: Case) -> str:
    """The question in one line."""
    if rule == "backoff":
        return f"restart number {case.facts[0]}"
    if rule == "restarts":
        container, code = case.facts
        return f"a container exits with {code}; {policy_text(container)}"
    (pod,) = case.facts
    return "; ".join([*pod_lines(rule, pod), *(f"{kind} {c.name}: {state(rule, c)}" for kind, c in members(pod))])


def policy_text(container: ContainerFacts) -> str:
    """Its policy, and its rules if it has any."""
    return "; ".join([f"policy {container.policy}", *map(_rule_text, container.rules)])


def pod_lines(rule: str, pod: PodFacts) -> list[str]:
    """What is known of the pod as a whole, a text for each fact that matters to the rule."""
    if rule == "ready":
        gates = [f"a readiness gate is {gate or 'not there'}" for gate in pod.gates]
        return [f"phase {pod.phase}", *gates]
    known = [f"policy {pod.policy}"]
    if pod.given_up:
        known.append("given up by the kubelet")
    if pod.init_containers or pod.sidecars:
        known.append("initialized" if pod.initialized else "not initialized")
    return known


def members(pod: PodFacts) -> Iterable[tuple[str, ContainerFacts]]:
    """Its containers in the order in which they are started, each with what it is."""
    yield from (("init container", c) for c in pod.init_containers)
    yield from (("sidecar", c) for c in pod.sidecars)
    yield from (("container", c) for c in pod.containers)


def state(rule: str, container: ContainerFacts) -> str:
    """What the rule may look at of a container, in words."""
    if rule == "ready":
        return "ready" if container.ready else "not ready"
    starting = container.state == "running" and not container.started and rule == "phase"
    return container.words + (", not started yet" if starting else "")


def _rule_text(rule: RuleFacts) -> str:
    return f"a rule restarts exits {'in' if rule.operator == 'In' else 'not in'} {list(rule.codes)}"

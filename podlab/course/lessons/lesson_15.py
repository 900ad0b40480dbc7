"""Lesson 15: the kubelet's rules, written by the learner, one after another. Each begins with a common guess."""

from __future__ import annotations

from typing import Any

from podlab.course.own_kubelet.rule_task import RuleTask


def _thumb_phase(pod: Any) -> str:
    over = [c for c in pod.containers if c.state == "ended"]
    if pod.policy == "OnFailure":
        over = [c for c in over if c.exit == 0]
    if pod.policy == "Always" or not over:
        return "Running"
    if len(pod.containers) == 1:
        return "Failed"
    bad = [c for c in over if c.exit != 0]
    return "Failed" if len(bad) == len(pod.containers) else "Running"


def _thumb_restarts(container: Any, exit: int) -> bool:
    return bool(container.policy != "Never")


def _thumb_backoff(n: int) -> float:
    return 10 * n


def _thumb_ready(pod: Any) -> bool:
    return bool(pod.phase == "Running")


TASKS = (
    RuleTask(
        id="15-phase",
        rule="phase",
        sentence="Write phase(pod), so that it agrees with Kubernetes in all 2,592 cases of the grid.",
        stub=_thumb_phase,
        hints=(
            "Look at the first case that differs: .show(). Before anything can run or fail, all of it must have had "
            "its first run. Begin there: a container that is not running and has no exit makes the pod Pending.",
            "Then the order: init containers first (one that failed for good: Failed; one without an exit: Pending), "
            "then a sidecar that runs but has not started in a pod that is not initialized, then first runs, then "
            "whether anything runs, sidecars too.",
            "At the end nothing runs. If one of the containers is restarted, and the pod is not given_up: Running. "
            'Else Succeeded if all have state "ended" and exit 0, and Failed if not.',
        ),
    ),
    RuleTask(
        id="15-restarts",
        rule="restarts",
        sentence="Write restarts(container, exit), so that it agrees with Kubernetes for every exit.",
        stub=_thumb_restarts,
        hints=(
            "What does OnFailure do about an exit with 0?",
            "A rule's operator is In or NotIn. The first of container.rules that matches the exit restarts it; only "
            "when none does, container.policy decides. "
            '(exit in rule.codes) == (rule.operator == "In") says whether one does.',
        ),
    ),
    RuleTask(
        id="15-backoff",
        rule="backoff",
        sentence="Write backoff(n), the seconds between a crash and the n-th restart.",
        stub=_thumb_backoff,
        hints=(
            "The first restart is at once, the second comes after 10 s. What comes next is twice as long each time.",
            "It never grows beyond five minutes: min(…, 300).",
        ),
    ),
    RuleTask(
        id="15-ready",
        rule="ready",
        sentence="Write ready(pod), the condition Ready, so that it agrees with Kubernetes in all cases.",
        stub=_thumb_ready,
        hints=(
            "Ready is about containers, not about the phase: every container and every sidecar must be ready.",
            "A pod that has Succeeded or Failed is never Ready, and every one of pod.gates must be the text True.",
        ),
    ),
)

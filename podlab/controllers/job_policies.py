"""What a Job's indexes, podFailurePolicy and successPolicy say; pure.

Models pkg/controller/job/indexed_job_utils.go, pod_failure_policy.go and success_policy.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightkube.models.batch_v1 import JobSpec, PodFailurePolicyRule
from lightkube.models.core_v1 import Pod

from podlab.api.parts import name_of, namespace_of

COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule makes of a failed pod: its action (Count where none applies), and the text for FailJob."""

    action: str = "Count"
    message: str = ""


def index_of(pod: Pod) -> int | None:
    """The completion index of an Indexed Job's pod."""
    text = ((pod.metadata.annotations if pod.metadata else None) or {}).get(COMPLETION_INDEX, "")
    return int(text) if text.isdigit() else None


def intervals(indexes: Iterable[int]) -> str:
    """``0,2-4``: the indexes in order, neighbours from the first to the last."""
    runs: list[list[int]] = []
    for index in sorted(indexes):
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ",".join(_run(first, last) for first, last in runs)


def _run(first: int, last: int) -> str:
    """One run; two neighbours are written with a comma, as Kubernetes does."""
    if first == last:
        return str(first)
    return f"{first},{last}" if last == first + 1 else f"{first}-{last}"


def in_intervals(index: int, text: str) -> bool:
    """Whether an index is in ``0,2-4``."""
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit() and int(first) <= index <= (int(last) if last.isdigit() else int(first)):
            return True
    return False


def judge(spec: JobSpec, pod: Pod) -> Judgement:
    """The first rule of the podFailurePolicy that fits a failed pod decides."""
    for number, rule in enumerate(spec.podFailurePolicy.rules if spec.podFailurePolicy is not None else ()):
        message = _exit_code(rule, pod, number) if rule.onExitCodes is not None else _condition(rule, pod, number)
        if message is not None:
            return Judgement(rule.action, message)
    return Judgement()


def _exit_code(rule: PodFailurePolicyRule, pod: Pod, number: int) -> str | None:
    asked = rule.onExitCodes
    assert asked is not None and pod.status is not None, "a rule on exit codes, and a pod that ran"
    for status in (*(pod.status.initContainerStatuses or ()), *(pod.status.containerStatuses or ())):
        ended = status.state.terminated if status.state is not None else None
        if ended is None or not ended.exitCode or asked.containerName not in (None, "", status.name):
            continue
        if (ended.exitCode in asked.values) == (asked.operator == "In"):
            who = f"Container {status.name} for pod {namespace_of(pod)}/{name_of(pod)}"
            return f"{who} failed with exit code {ended.exitCode} matching {rule.action} rule at index {number}"
    return None


def _condition(rule: PodFailurePolicyRule, pod: Pod, number: int) -> str | None:
    for wanted in rule.onPodConditions or ():
        for condition in (pod.status.conditions if pod.status is not None else None) or ():
            if (condition.type, condition.status) == (wanted.type, wanted.status or "True"):
                who = f"Pod {namespace_of(pod)}/{name_of(pod)}"
                return f"{who} has condition {condition.type} matching {rule.action} rule at index {number}"
    return None


def success(spec: JobSpec, completed: Iterable[int]) -> str | None:
    """The text of the first rule of the successPolicy that is met, or None."""
    done = set(completed)
    for number, rule in enumerate(spec.successPolicy.rules if spec.successPolicy is not None else ()):
        asked = rule.succeededIndexes
        counted = [index for index in done if asked is None or in_intervals(index, asked)]
        wanted = rule.succeededCount
        if wanted is None:
            size = sum(in_intervals(index, asked or "") for index in range(spec.completions or 0))
            wanted = max(size, 1)
        if len(counted) >= wanted:
            return f"Matched rules at index {number}"
    return None

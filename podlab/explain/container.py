"""The steps of an explanation that are about one container: what its status says, and whether it starts again."""

from __future__ import annotations

import re

from lightkube.models.core_v1 import Container, ContainerStateTerminated, ContainerStatus, PodSpec

from podlab.core.rules.backoff import BackoffDecision, go_duration
from podlab.core.rules.container_state import BETWEEN_RUNS, RUNNING, UNKNOWN, standing
from podlab.core.rules.gates import Gates
from podlab.core.rules.phase import INIT_FAILED, RESTARTED, STOPPED
from podlab.core.rules.restart import RestartDecision, decide_restart
from podlab.explain.clock import clock_words
from podlab.explain.explanation import Step

# The functions of the real kubelet that these steps model.
STATUS = "kubelet convertToAPIContainerStatuses"
SHOULD_RESTART = "kubelet ContainerShouldRestart"
DO_BACK_OFF = "kubelet doBackOff"


def status_step(name: str, status: ContainerStatus | None) -> Step:
    """What the status of container `name` says: it runs, has ended, has never run, or nothing."""
    stands, end = standing(status)
    if status is None or stands == UNKNOWN:
        fact = "no status" if status is None else "an empty state"
        return Step(f"nothing is known of container {name} yet", f"{name}: {fact}", STATUS)
    if stands == RUNNING:
        return Step(f"container {name} is running", f"{name}: state.running", STATUS)
    if end is None:
        reason = _waiting_reason(status)
        says = f"container {name} has never run" + (f", it waits: {reason}" if reason else "")
        return Step(says, f"{name}: state.waiting, reason {reason or 'not given'}", STATUS)
    field = "lastState" if stands == BETWEEN_RUNS else "state"
    reason = f" ({end.reason})" if end.reason and end.reason not in ("Error", "Completed") else ""
    says = f"container {name} exited with code {end.exitCode}{reason}{_at(end)}"
    return Step(says, f"{name}: {field}.terminated, exitCode {end.exitCode}", STATUS)


def end_steps(
    container: Container, status: ContainerStatus | None, role: str, spec: PodSpec, gates: Gates
) -> list[Step]:
    """What follows from the end of a container's last run: a restart or none, and what it waits for."""
    stands, end = standing(status)
    if status is None or end is None or (role not in STOPPED and role not in RESTARTED and role != INIT_FAILED):
        return []
    restart = decide_restart(container, spec, end.exitCode, gates)
    steps = []
    if restart.restart == (role in RESTARTED):
        steps.append(restart_step(restart))
    elif end.reason == "RestartingAllContainers":
        steps.append(
            Step("all containers are being restarted", f"{container.name}: reason {end.reason}", SHOULD_RESTART)
        )
    else:
        says = "it waits to start again, which until Kubernetes 1.34 counted as a failure"
        steps.append(Step(says, f"{container.name}: state.waiting", "kubelet getPhase"))
    if stands == BETWEEN_RUNS:
        steps.append(_wait_step(container.name, status, end))
        if end.exitCode == 0 and role not in RESTARTED:
            says = "and as it waits, its exit code 0 does not count as success"
            steps.append(Step(says, f"{container.name}: state.waiting", "kubelet getPhase"))
    return steps


def restart_step(decision: RestartDecision) -> Step:
    """Which policy or rule restarts an exit, or does not."""
    name, policy = decision.container, decision.policy
    if decision.rule is not None and decision.rule.exitCodes is not None:
        codes = decision.rule.exitCodes
        matched = f"{codes.operator} {codes.values or []}"
        whom = "the whole pod" if policy == "RestartAllContainers" else "it"
        fact = f"{name}: restartPolicyRules, {policy} for exitCodes {matched}"
        return Step(f"its rule for exit codes {matched} restarts {whom}", fact, SHOULD_RESTART)
    by_pod = decision.decided_by == "pod"
    says = f"{'restartPolicy' if by_pod else 'its own restartPolicy'} {policy} {_EFFECTS[policy, decision.restart]}"
    return Step(says, f"{'spec' if by_pod else name}: restartPolicy {policy}", SHOULD_RESTART)


_EFFECTS = {
    ("Always", True): "restarts every exit",
    ("OnFailure", True): "restarts failures",
    ("OnFailure", False): "does not restart exit code 0",
    ("Never", False): "restarts nothing",
}


def backoff_step(decision: BackoffDecision) -> Step:
    """Whether the back-off lets a container start. Times are seconds since the scenario began."""
    if decision.granted:
        return Step("no back-off holds it up, so it starts now", "the back-off is over, or there is none", DO_BACK_OFF)
    length, since, until = go_duration(decision.duration), f"{decision.since:g} s", f"{decision.until:g} s"
    says = f"its back-off is {length} since {since}, so it waits in CrashLoopBackOff until {until}"
    return Step(says, f"back-off {length}, last exit at {since}", DO_BACK_OFF)


def _wait_step(name: str, status: ContainerStatus, end: ContainerStateTerminated) -> Step:
    """What a container between two runs waits for, as its status has it."""
    waiting = status.state.waiting if status.state is not None else None
    reason, message = (waiting.reason, waiting.message or "") if waiting is not None else (None, "")
    fact = f"{name}: state.waiting, reason {reason or 'not given'}"
    backoff = re.match(r"back-off (\S+) restarting", message)
    if backoff is None:
        return Step(f"it waits: {reason}" if reason else "it waits for another run", fact, STATUS)
    since = f" since{_at(end).removeprefix(' at')}" if end.finishedAt is not None else ""
    return Step(f"its back-off is {backoff[1]}{since}, so it waits in {reason}", f"{fact}: {message}", DO_BACK_OFF)


def _waiting_reason(status: ContainerStatus) -> str | None:
    return status.state.waiting.reason if status.state is not None and status.state.waiting is not None else None


def _at(end: ContainerStateTerminated) -> str:
    return f" at {clock_words(end.finishedAt)}" if end.finishedAt is not None else ""

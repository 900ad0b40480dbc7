"""The truth table of the phase: exit codes × restartPolicy × containers, beside two rules of thumb.

Every cell is computed by the kubelet's rules and kubectl's printer for the moment when things have settled: all
containers have started, some have exited, and the kubelet has done what it does about that. What is to be restarted
waits in CrashLoopBackOff; if the pod is finished, its sidecars have been stopped.

The rules of thumb:

1. While the policy allows a restart the pod stays Running, else it becomes Failed.
2. With several containers it is Failed only once all have ended badly, until then Running, and READY counts the healthy
   ones: those that run.

They are taken at their best: an init container that failed counts as the container of rule 1, "ended" means for good,
and a sidecar that runs is healthy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations_with_replacement, groupby
from typing import Final

from lightkube.models.core_v1 import (
    Container,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
    PodSpec,
    PodStatus,
)
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.mistakes import WrongType, WrongValue
from podlab.core.rules import (
    RuntimeContainer,
    SandboxState,
    compute_pod_actions,
    decide_phase,
    decide_restart,
    pod_conditions,
)
from podlab.kubectl import pod_row, table

POLICIES: Final = ("Always", "OnFailure", "Never")
RUNS: Final = None
"""In place of an exit code: the container is running."""

PLAIN: Final = "containers only"
INIT_DONE: Final = "after an init container"
INIT_FAILED: Final = "init container fails"
SIDECAR: Final = "with a sidecar"
SHAPES: Final = (PLAIN, INIT_DONE, INIT_FAILED, SIDECAR)

Outcome = int | None


@dataclass(frozen=True, slots=True)
class TruthCell:
    """One cell: the situation, what Kubernetes makes of it, and what the rules of thumb say.

    `outcomes` has an exit code for each container, or None for running; it is empty where none has been started.
    `pod` is the whole pod, for `explain`; `because` the line of the phase rule that decided.
    """

    shape: str
    policy: str
    count: int
    outcomes: tuple[Outcome, ...]
    pod: Pod
    phase: str
    ready: str
    status: str
    because: str
    thumb_phase: str
    thumb_ready: str

    @property
    def fails(self) -> tuple[str, ...]:
        """Where the rules of thumb are wrong: any of "phase", "READY"."""
        pairs = (("phase", self.phase, self.thumb_phase), ("READY", self.ready, self.thumb_ready))
        return tuple(name for name, real, thumb in pairs if real != thumb)


def truth_cells(
    exit_codes: Sequence[int] = (0, 1),
    counts: Sequence[int] = (1, 2),
    shapes: Sequence[str] = SHAPES,
    policies: Sequence[str] = POLICIES,
) -> list[TruthCell]:
    """All cells: each shape with each number of containers, each mix of exit codes and running, each policy."""
    _check("shape", shapes, SHAPES)
    _check("restartPolicy", policies, POLICIES)
    for name, numbers in (("exit_codes", exit_codes), ("counts", counts)):
        if not isinstance(numbers, Sequence) or not all(type(number) is int for number in numbers):
            raise WrongType(f"{name}: a list of whole numbers, as in {name}=[0, 1], not {numbers!r}")
    if any(not 1 <= count <= 4 for count in counts):
        raise WrongValue(f"counts should be numbers of containers from 1 to 4, not {list(counts)}")
    mixes = [(count, mix) for count in counts for mix in combinations_with_replacement((RUNS, *exit_codes), count)]
    return [
        _cell(shape, policy, count, outcomes)
        for shape in shapes
        for count, outcomes in ([(count, ()) for count in counts] if shape == INIT_FAILED else mixes)
        for policy in policies
    ]


def rules_of_thumb(shape: str, policy: str, count: int, outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """The phase and READY that the two rules of thumb give."""
    ends = [code for code in outcomes if code is not None] or [1] * (shape == INIT_FAILED)
    ended_for_good = [code for code in ends if not _restarts(policy, code)]
    if count == 1:
        failed = bool(ended_for_good)
    else:
        failed = len(ended_for_good) == count and 0 not in ended_for_good
    sidecars = shape == SIDECAR
    healthy = outcomes.count(RUNS) + (sidecars and len(ended_for_good) < count)
    return "Failed" if failed else "Running", f"{healthy}/{count + sidecars}"


def truth_text(cells: Sequence[TruthCell]) -> str:
    """The table, a `*` at every cell where a rule of thumb fails, and below it what they say there instead."""
    policies = list(dict.fromkeys(cell.policy for cell in cells))
    rows = []
    for shape, in_shape in groupby(cells, key=lambda cell: cell.shape):
        rows.append([shape, *("" for _ in policies)])
        for words, group in groupby(in_shape, key=outcome_words):
            by_policy = {cell.policy: cell_words(cell) for cell in group}
            rows.append([f"  {words}", *(by_policy.get(policy, "") for policy in policies)])
    wrong = [cell for cell in cells if cell.fails]
    lines = [line.rstrip() for line in table(rows, ("EXIT CODES", *policies)).splitlines()]
    lines += ["", f"* the rules of thumb fail in {len(wrong)} of {len(cells)} cells:"]
    by_error: dict[str, list[TruthCell]] = {}
    for cell in wrong:
        by_error.setdefault(error_words(cell), []).append(cell)
    for error, where in by_error.items():
        lines.append(f"  {error}")
        lines += [
            f"    {shape}: {'; '.join(f'{outcome_words(cell)} under {cell.policy}' for cell in group)}"
            for shape, group in groupby(where, key=lambda cell: cell.shape)
        ]
    return "\n".join(lines)


def cell_words(cell: TruthCell) -> str:
    """Phase, READY and STATUS, with a `*` where a rule of thumb fails."""
    return f"{cell.phase} {cell.ready} {cell.status}{' *' * bool(cell.fails)}"


def outcome_words(cell: TruthCell) -> str:
    """ "runs, 0, 1"; for containers that have not been started, how many there are."""
    if not cell.outcomes:
        return f"{cell.count} not started"
    return ", ".join("runs" if code is RUNS else str(code) for code in cell.outcomes)


def error_words(cell: TruthCell) -> str:
    """What the rules of thumb say of a cell in which they fail, what is true, and why."""
    words = []
    if "phase" in cell.fails:
        words.append(f"not {cell.thumb_phase} but {cell.phase}: {cell.because}")
    if "READY" in cell.fails:
        words.append(f"not READY {cell.thumb_ready} but {cell.ready}")
    return "; ".join(words)


READY_SANDBOX = SandboxState(ready=True, ip="10.244.0.5")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _cell(shape: str, policy: str, count: int, outcomes: tuple[Outcome, ...]) -> TruthCell:
    pod = _settled(shape, policy, count, outcomes)
    decision = decide_phase(pod)
    row = pod_row(pod, NOW)
    thumb_phase, thumb_ready = rules_of_thumb(shape, policy, count, outcomes)
    return TruthCell(
        shape,
        policy,
        count,
        outcomes,
        pod,
        decision.phase,
        row[1],
        row[2],
        decision.rule.because,
        thumb_phase,
        thumb_ready,
    )


def _settled(shape: str, policy: str, count: int, outcomes: tuple[Outcome, ...]) -> Pod:
    """The pod after the kubelet's sync: what is started again waits, and a finished pod has nothing running."""
    inits = {
        PLAIN: [],
        INIT_DONE: [Container(name="init", image="busybox")],
        INIT_FAILED: [Container(name="init", image="busybox")],
        SIDECAR: [Container(name="sidecar", image="busybox", restartPolicy="Always")],
    }[shape]
    spec = PodSpec(
        restartPolicy=policy,
        initContainers=inits or None,
        containers=[Container(name=name, image="busybox") for name in "abcd"[:count]],
    )
    pod = Pod(metadata=ObjectMeta(name="pod", namespace="default", uid="uid"), spec=spec)
    init_ends = {INIT_DONE: 0, INIT_FAILED: 1, SIDECAR: RUNS}
    ends: dict[str, Outcome] = {container.name: init_ends[shape] for container in inits}
    ends |= {container.name: code for container, code in zip(spec.containers, outcomes, strict=False)}
    records = [_record(name, code) for name, code in ends.items()]
    actions = compute_pod_actions(pod, [READY_SANDBOX], records)
    if actions.kill_pod:
        ends = {name: 0 if code is RUNS else code for name, code in ends.items()}
    again = {inits[index].name for index in actions.init_containers_to_start}
    again |= {spec.containers[index].name for index in actions.containers_to_start}
    pod.status = PodStatus(
        initContainerStatuses=[_status(c.name, ends, again) for c in inits] or None,
        containerStatuses=[_status(c.name, ends, again) for c in spec.containers],
    )
    phase = decide_phase(pod).phase
    known = [*(pod.status.initContainerStatuses or ()), *(pod.status.containerStatuses or ())]
    pod.status.phase = phase
    pod.status.conditions = pod_conditions(pod, known, phase, [], [READY_SANDBOX])
    return pod


def _record(name: str, code: Outcome) -> RuntimeContainer:
    return RuntimeContainer(name, "running") if code is RUNS else RuntimeContainer(name, "exited", code)


def _status(name: str, ends: dict[str, Outcome], again: set[str]) -> ContainerStatus:
    """A container without an entry in `ends` has not been started; one in `again` waits for its next run."""
    status = ContainerStatus(name=name, image="busybox", imageID="", ready=False, restartCount=0, started=False)
    if name not in ends:
        status.state = ContainerState(waiting=ContainerStateWaiting(reason="PodInitializing"))
        return status
    code = ends[name]
    if code is RUNS:
        status.state = ContainerState(running=ContainerStateRunning())
        status.ready = status.started = True
        return status
    reason = "Error" if code else "Completed"
    ended = ContainerState(terminated=ContainerStateTerminated(exitCode=code, reason=reason))
    if name in again:
        status.state = ContainerState(waiting=ContainerStateWaiting(reason="CrashLoopBackOff"))
        status.lastState = ended
    else:
        status.state = ended
        status.ready = code == 0 and name == "init"
    return status


def _restarts(policy: str, code: int) -> bool:
    container = Container(name="a")
    return decide_restart(container, PodSpec(containers=[container], restartPolicy=policy), code).restart


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise WrongType(f"{what}: a list of some of {', '.join(known)}, not {given!r}")
    for name in given:
        if name not in known:
            raise WrongValue(f"{what} {name!r} should be one of {', '.join(known)}")

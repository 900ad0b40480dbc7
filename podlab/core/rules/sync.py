"""What the kubelet does about a pod in one sync.

The rule:

1. A restart of all containers is asked for: only say which ones to remove.
2. The sandbox is gone or unfit: kill what is left of the pod. Make a new sandbox and begin again with the first init
   container (or all regular ones) - unless the pod is over: under Never once anything has run, or when every container
   has already succeeded under OnFailure.
3. Else start ephemeral containers that have never run, then see to the init containers. Until they are done, and when
   one has failed for good, the regular containers are left alone.
4. Then see to each regular container. Nothing to keep and nothing to start: the pod is finished, so kill it.

The verdict on a single container is in `regular.py` and `init.py`.
Models pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lightkube.models.core_v1 import Pod, PodSpec

from podlab.api.parts import spec_of
from podlab.core.rules import observed
from podlab.core.rules.containers import judge_regular, succeeded_for_good
from podlab.core.rules.init_containers import judge_init
from podlab.core.rules.observed import RuntimeContainer, SandboxState
from podlab.core.rules.restart import Restarts, is_sidecar, matching_rule, restarts_after_exit
from podlab.core.rules.sandbox import sandbox_change
from podlab.core.rules.verdict import Verdict

SYNC: Final = "computePodActions"
INIT: Final = "computeInitContainerActions"


class ContainerToKill(NamedTuple):
    """A container to kill. `reason` is Unknown, StartupProbe, LivenessProbe or "" (its definition changed)."""

    name: str
    reason: str
    message: str


class ContainerToReset(NamedTuple):
    """A runtime record to remove when all containers restart; `kill` it first when it has not exited."""

    name: str
    kill: bool


class Why(NamedTuple):
    """One reason in a decision: about "sandbox", "pod" or a container, what was found, and the real rule's name.

    `fact` is the sandbox or container that was looked at; None when there is none.
    """

    subject: str
    because: str
    rule: str
    fact: SandboxState | RuntimeContainer | None = None


@dataclass(slots=True)
class PodActions:
    """One sync's decision about `pod`. Containers to start are 0-based indexes into the spec's lists.

    `attempt` is the number of the sandbox to use or make. `why` lists the reasons, in the order they came up.
    """

    pod: Pod = field(repr=False, compare=False)
    kill_pod: bool
    create_sandbox: bool
    attempt: int
    init_containers_to_start: list[int] = field(default_factory=list)
    containers_to_start: list[int] = field(default_factory=list)
    ephemeral_containers_to_start: list[int] = field(default_factory=list)
    containers_to_kill: list[ContainerToKill] = field(default_factory=list)
    containers_to_reset: list[ContainerToReset] = field(default_factory=list)
    why: list[Why] = field(default_factory=list, compare=False)


Latest = Mapping[str, RuntimeContainer]
"""The newest runtime record of each container, by name."""


def compute_pod_actions(
    pod: Pod,
    sandboxes: Sequence[SandboxState],
    containers: Sequence[RuntimeContainer],
    *,
    restart_all: bool = False,
    restarts: Restarts = restarts_after_exit,
) -> PodActions:
    """The decision for `pod`, given its `sandboxes` and runtime `containers`, both newest first.

    A runtime container that is not in the spec is left alone, as Kubernetes does here. `restarts` is the restart rule.
    """
    spec = spec_of(pod)
    needed, attempt, because = sandbox_change(spec, sandboxes)
    actions = PodActions(pod, kill_pod=needed, create_sandbox=needed, attempt=attempt)
    actions.why.append(Why("sandbox", because, "podSandboxChanged", sandboxes[0] if sandboxes else None))
    if restart_all:
        actions.why.append(Why("pod", "the exit of a container asks for a restart of all of them", SYNC))
        actions.containers_to_reset = containers_to_reset(spec, containers)
        return actions
    latest = {container.name: container for container in reversed(containers)}
    if needed:
        _begin_again(spec, latest, actions)
        return actions

    for index, ephemeral in enumerate(spec.ephemeralContainers or ()):
        if ephemeral.name not in latest:
            actions.ephemeral_containers_to_start.append(index)
    deleted = pod.metadata is not None and pod.metadata.deletionTimestamp is not None
    if _see_to_init_containers(spec, latest, deleted, actions, restarts):
        _see_to_containers(spec, latest, deleted, actions, restarts)
    if len(actions.containers_to_kill) > 1:
        actions.containers_to_kill.sort()
    return actions


def containers_to_reset(spec: PodSpec, containers: Sequence[RuntimeContainer]) -> list[ContainerToReset]:
    """Every runtime record of the spec's containers, those whose exit triggered the restart of all last.

    Each half lists regular containers before init containers, in spec order.
    """
    others: list[ContainerToReset] = []
    triggers: list[ContainerToReset] = []
    for container in [*spec.containers, *(spec.initContainers or ())]:
        for record in containers:
            if record.name != container.name:
                continue
            exited = record.state == observed.EXITED
            rule = matching_rule(container, record.exit_code) if exited else None
            triggered = rule is not None and rule.action == "RestartAllContainers"
            (triggers if triggered else others).append(ContainerToReset(record.name, kill=not exited))
    return others + triggers


def _begin_again(spec: PodSpec, latest: Latest, actions: PodActions) -> None:
    """Start over in a new sandbox, or find that the pod is over and make none."""
    if spec.restartPolicy == "Never" and actions.attempt and latest:
        actions.create_sandbox = False
        actions.why.append(Why("pod", "its restartPolicy is Never and it has run before, so it is over", SYNC))
        return
    to_start = [i for i, c in enumerate(spec.containers) if not succeeded_for_good(c, latest.get(c.name), spec)]
    if not to_start and _any_regular_in(spec, latest, _RUN_BEFORE):
        actions.create_sandbox = False
        actions.why.append(Why("pod", "every container has already succeeded, so it is over", SYNC))
    elif spec.initContainers:
        actions.init_containers_to_start = [0]
    else:
        actions.containers_to_start = to_start


def _see_to_init_containers(
    spec: PodSpec, latest: Latest, deleted: bool, actions: PodActions, restarts: Restarts
) -> bool:
    """Whether the pod is initialised, so that the regular containers' turn has come.

    Goes through them backwards: the last one with a runtime record tells how far initialisation got, whatever has been
    removed of the earlier ones since. Behind that point only sidecars matter, which must be kept running.
    """
    if not spec.initContainers:
        return True
    initialized = later_has_run = _any_regular_in(spec, latest, _UP)
    to_start = actions.init_containers_to_start
    last = len(spec.initContainers) - 1
    for index in range(last, -1, -1):
        container = spec.initContainers[index]
        record = latest.get(container.name)
        if record is None:
            if later_has_run and is_sidecar(container):
                to_start.append(index)
                actions.why.append(Why(container.name, "the sidecar has no record any more, so it is started", INIT))
            continue
        if later_has_run and not is_sidecar(container):
            continue
        verdict = judge_init(container, record, spec, deleted, restarts)
        actions.why.append(Why(container.name, verdict.because, INIT, record))
        if verdict.ends_pod:
            actions.kill_pod = True
            to_start.clear()
            return False
        if verdict.passed and index == last:
            initialized = True
        elif verdict.passed and not later_has_run:
            to_start.append(index + 1)
        _carry_out(container.name, index, verdict, to_start, actions.containers_to_kill)
        later_has_run = True
    if not later_has_run:
        to_start.append(0)
        actions.why.append(Why(spec.initContainers[0].name, "no init container has been started yet", INIT))
    to_start.reverse()
    return initialized


def _see_to_containers(spec: PodSpec, latest: Latest, deleted: bool, actions: PodActions, restarts: Restarts) -> None:
    """The regular containers; with nothing to keep and nothing to start, the end of the pod, sidecars included."""
    keep = False
    for index, container in enumerate(spec.containers):
        record = latest.get(container.name)
        verdict = judge_regular(container, record, spec, deleted, restarts)
        actions.why.append(Why(container.name, verdict.because, SYNC, record))
        keep = keep or verdict.keep
        _carry_out(container.name, index, verdict, actions.containers_to_start, actions.containers_to_kill)
    if not keep and not actions.containers_to_start:
        actions.kill_pod = True
        actions.init_containers_to_start.clear()
        actions.why.append(Why("pod", "no container is to be kept or started, so it is finished", SYNC))


def _carry_out(name: str, index: int, verdict: Verdict, to_start: list[int], to_kill: list[ContainerToKill]) -> None:
    if verdict.kill:
        to_kill.append(ContainerToKill(name, verdict.reason, verdict.kill.format(name=name)))
    if verdict.start:
        to_start.append(index)


_UP = frozenset({observed.RUNNING, observed.CREATED})
_RUN_BEFORE = _UP | {observed.EXITED}


def _any_regular_in(spec: PodSpec, latest: Latest, states: frozenset[str]) -> bool:
    """Whether any regular container's newest record is in one of `states`."""
    return any(c.name in latest and latest[c.name].state in states for c in spec.containers)

"""The conditions the kubelet sets on a pod: Initialized, ContainersReady, Ready, PodReadyToStartContainers.

The rule, for each:

* Initialized: every plain init container has succeeded and every sidecar has started. Once True it stays True.
* ContainersReady: every regular container and every sidecar is ready. Never in a Succeeded or Failed pod.
* Ready: ContainersReady, and every condition named in spec.readinessGates is True.
* PodReadyToStartContainers: the pod has a fit sandbox (see `sandbox.py`).

`statuses` is always one list, init containers' first: None (nothing reported yet) and [] give different reasons.
Models pkg/kubelet/status/generate.go of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodCondition, PodSpec

from podlab.api.parts import spec_of
from podlab.core.rules.container_state import any_regular_started, find_status
from podlab.core.rules.observed import SandboxState
from podlab.core.rules.restart import is_sidecar
from podlab.core.rules.sandbox import sandbox_change

INITIALIZED = "Initialized"
CONTAINERS_READY = "ContainersReady"
READY = "Ready"
READY_TO_START = "PodReadyToStartContainers"

UNKNOWN_STATUSES = "UnknownContainerStatuses"
NOT_INITIALIZED = "ContainersNotInitialized"
NOT_READY = "ContainersNotReady"
GATES_NOT_READY = "ReadinessGatesNotReady"
POD_COMPLETED = "PodCompleted"
POD_FAILED = "PodFailed"

Statuses = Sequence[ContainerStatus] | None
Conditions = Sequence[PodCondition]
Ready = Callable[[PodSpec, Statuses, str, Conditions], PodCondition]


def pod_conditions(
    pod: Pod,
    statuses: Statuses,
    phase: str,
    old: Conditions,
    sandboxes: Sequence[SandboxState],
    ready: Ready | None = None,
) -> list[PodCondition]:
    """The four conditions of `pod` in the API's order. `old`: its conditions until now, the readiness gates' too.

    `ready` is the rule for Ready, when another than `ready_condition` is handed in.
    """
    spec = spec_of(pod)
    containers_ready = containers_ready_condition(spec, statuses, phase)
    return [
        ready_to_start_condition(spec, sandboxes),
        initialized_condition(spec, statuses, phase, old),
        ready(spec, statuses, phase, old) if ready else _ready(spec, containers_ready, old),
        containers_ready,
    ]


def initialized_condition(spec: PodSpec, statuses: Statuses, phase: str, old: Conditions = ()) -> PodCondition:
    """Initialized. `old`: the conditions until now; once True there, it stays True.

    Models GeneratePodInitializedCondition.
    """
    inits = spec.initContainers or ()
    if statuses is None and inits:
        return _no(INITIALIZED, UNKNOWN_STATUSES)
    unknown, incomplete = _sort_out(inits, statuses, _is_initialized)
    if phase == "Succeeded" and not unknown:
        return PodCondition(type=INITIALIZED, status="True", reason=POD_COMPLETED)
    if any_regular_started(spec, statuses) or _is_true(INITIALIZED, old):
        return _yes(INITIALIZED)
    if unknown or incomplete:
        return _no(INITIALIZED, NOT_INITIALIZED, _two_lists(unknown, "incomplete", incomplete))
    return _yes(INITIALIZED)


def containers_ready_condition(spec: PodSpec, statuses: Statuses, phase: str) -> PodCondition:
    """ContainersReady. Models GenerateContainersReadyCondition."""
    if statuses is None:
        return _no(CONTAINERS_READY, UNKNOWN_STATUSES)
    sidecars = [container for container in spec.initContainers or () if is_sidecar(container)]
    unknown, unready = _sort_out([*sidecars, *spec.containers], statuses, _is_ready)
    if phase == "Succeeded" and not unknown:
        return _no(CONTAINERS_READY, POD_COMPLETED)
    if phase == "Failed":
        return _no(CONTAINERS_READY, POD_FAILED)
    if unknown or unready:
        return _no(CONTAINERS_READY, NOT_READY, _two_lists(unknown, "unready", unready))
    return _yes(CONTAINERS_READY)


def ready_condition(spec: PodSpec, statuses: Statuses, phase: str, conditions: Conditions = ()) -> PodCondition:
    """Ready. `conditions`: where the readiness gates are looked up. Models GeneratePodReadyCondition."""
    return _ready(spec, containers_ready_condition(spec, statuses, phase), conditions)


def _ready(spec: PodSpec, containers: PodCondition, conditions: Conditions) -> PodCondition:
    """Ready, when ContainersReady is known."""
    if containers.status != "True":
        return _no(READY, containers.reason, containers.message)
    complaints = []
    for gate in spec.readinessGates or ():
        condition = find_condition(gate.conditionType, conditions)
        if condition is None:
            complaints.append(f'corresponding condition of pod readiness gate "{gate.conditionType}" does not exist.')
        elif condition.status != "True":
            complaints.append(
                f'the status of pod readiness gate "{gate.conditionType}" is not "True", but {condition.status}'
            )
    if complaints:
        return _no(READY, GATES_NOT_READY, ", ".join(complaints))
    return _yes(READY)


def ready_to_start_condition(spec: PodSpec, sandboxes: Sequence[SandboxState]) -> PodCondition:
    """PodReadyToStartContainers, from the sandboxes, newest first.

    Models GeneratePodReadyToStartContainersCondition.
    """
    fit = not sandbox_change(spec, sandboxes).needed
    return PodCondition(type=READY_TO_START, status="True" if fit else "False")


def find_condition(kind: str, conditions: Conditions) -> PodCondition | None:
    """The first condition of this type, or None."""
    return next((condition for condition in conditions if condition.type == kind), None)


def _sort_out(
    containers: Iterable[Container], statuses: Statuses, good: Callable[[Container, ContainerStatus], bool]
) -> tuple[list[str], list[str]]:
    """The names of the containers without a status, and of those whose status is not `good`."""
    unknown = []
    bad = []
    for container in containers:
        status = find_status(container.name, statuses)
        if status is None:
            unknown.append(container.name)
        elif not good(container, status):
            bad.append(container.name)
    return unknown, bad


def _is_initialized(container: Container, status: ContainerStatus) -> bool:
    """A sidecar needs to have started, a plain init container to be ready, which here means: ended with 0."""
    return bool(status.started if is_sidecar(container) else status.ready)


def _is_ready(_: Container, status: ContainerStatus) -> bool:
    return status.ready


def _is_true(kind: str, conditions: Conditions) -> bool:
    condition = find_condition(kind, conditions)
    return condition is not None and condition.status == "True"


def _two_lists(unknown: list[str], fault: str, faulty: list[str]) -> str:
    """ "containers with unknown status: [a b], containers with unready status: [c]", as Go prints lists."""
    parts = [("unknown", unknown), (fault, faulty)]
    return ", ".join(f"containers with {what} status: [{' '.join(names)}]" for what, names in parts if names)


def _yes(kind: str) -> PodCondition:
    return PodCondition(type=kind, status="True")


def _no(kind: str, reason: str | None, message: str | None = None) -> PodCondition:
    return PodCondition(type=kind, status="False", reason=reason, message=message)

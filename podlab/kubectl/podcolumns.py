"""What the columns READY, STATUS and RESTARTS of ``kubectl get pods`` say about a pod.

Models printPod of pkg/printers/internalversion/printers.go. All three start with the init containers: the first one
that is neither done nor a started sidecar holds the pod up, and nothing behind it is looked at. The regular
containers are looked at when no init container holds the pod up, or once the pod's Initialized condition is True.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from lightkube.models.core_v1 import ContainerState, ContainerStatus, Pod, PodSpec, PodStatus

ZERO_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""Go's zero time: a timestamp that was never set."""

_NO_SPEC = PodSpec(containers=[])
_NO_STATUS = PodStatus()
_NO_STATE = ContainerState()


def pod_ready(pod: Pod) -> tuple[int, int]:
    """Count the ready containers and all containers of READY, ``(1, 2)`` for ``1/2``.

    Regular containers and sidecars count. A regular container is ready when it runs and its status says ready,
    a sidecar when it is started and its status says ready.
    """
    spec, status = pod.spec or _NO_SPEC, pod.status or _NO_STATUS
    sidecars = _sidecars(spec)
    total = len(spec.containers or ()) + len(sidecars)
    scanned, held_up = _scan_init(status, sidecars)
    ready = 0
    for init in scanned:
        if init.ready and init.started and init.name in sidecars and not _succeeded(init):
            ready += 1
    if _past_init(status, held_up):
        for container in status.containerStatuses or ():
            if container.ready and _state_reason(container) is None and (container.state or _NO_STATE).running:
                ready += 1
    return ready, total


def pod_status(pod: Pod) -> str:
    """Say the pod's STATUS in one word: a container's reason before the pod's own reason before its phase.

    Among regular containers the first one's reason wins. ``Completed`` is not the last word while other containers
    go on or have failed. A pod being deleted is ``Terminating`` until its phase is final.
    """
    status = pod.status or _NO_STATUS
    if pod.metadata is not None and pod.metadata.deletionTimestamp is not None:
        if status.reason == "NodeLost":
            return "Unknown"
        if status.phase not in ("Failed", "Succeeded"):
            return "Terminating"
    reason = status.reason or status.phase or ""
    for condition in status.conditions or ():
        if condition.type == "PodScheduled" and condition.reason == "SchedulingGated":
            reason = "SchedulingGated"
    spec = pod.spec or _NO_SPEC
    scanned, held_up = _scan_init(status, _sidecars(spec))
    if held_up:
        reason = _init_reason(scanned[-1], len(scanned) - 1, len(spec.initContainers or ()))
    if _past_init(status, held_up):
        reason = _container_reason(status, reason)
    return reason


def pod_restarts(pod: Pod) -> tuple[int, datetime | None]:
    """Add up the restarts that RESTARTS shows, and find when the last of those runs ended (``None``: not known)."""
    count, last = 0, ZERO_TIME
    for container in restarts_counted(pod)[0]:
        count += container.restartCount or 0
        if container.lastState is not None and (run := container.lastState.terminated) is not None:
            last = max(last, run.finishedAt or ZERO_TIME)
    return count, None if last == ZERO_TIME else last


def restarts_counted(pod: Pod) -> tuple[Sequence[ContainerStatus], bool]:
    """The containers whose restarts RESTARTS adds up, and whether these are the init containers.

    While init containers hold the pod up their restarts count, afterwards those of sidecars and regular containers.
    """
    spec, status = pod.spec or _NO_SPEC, pod.status or _NO_STATUS
    sidecars = _sidecars(spec)
    scanned, held_up = _scan_init(status, sidecars)
    if not _past_init(status, held_up):
        return scanned, True
    return [*(init for init in scanned if init.name in sidecars), *(status.containerStatuses or ())], False


def _sidecars(spec: PodSpec) -> list[str]:
    return [init.name for init in spec.initContainers or () if init.restartPolicy == "Always"]


def _scan_init(status: PodStatus, sidecars: Sequence[str]) -> tuple[list[ContainerStatus], bool]:
    """The init statuses up to the first that holds the pod up, and whether there is one."""
    statuses = status.initContainerStatuses or []
    for index, init in enumerate(statuses):
        if not _succeeded(init) and not (init.started and init.name in sidecars):
            return statuses[: index + 1], True
    return statuses, False


def _past_init(status: PodStatus, held_up: bool) -> bool:
    if not held_up:
        return True
    for condition in status.conditions or ():
        if condition.type == "Initialized":
            return condition.status == "True"
    return False


def _succeeded(container: ContainerStatus) -> bool:
    run = (container.state or _NO_STATE).terminated
    return run is not None and not run.exitCode


def _init_reason(init: ContainerStatus, index: int, total: int) -> str:
    state = init.state or _NO_STATE
    reason = _state_reason(init)
    if reason is None or (state.terminated is None and reason == "PodInitializing"):
        return f"Init:{index}/{total}"
    return f"Init:{reason}"


def _container_reason(status: PodStatus, reason: str) -> str:
    """The first regular container's reason that says anything; ``reason`` when none does."""
    running = False
    failure = None
    for container in reversed(status.containerStatuses or ()):
        state = container.state or _NO_STATE
        own = _state_reason(container)
        if own is not None:
            reason = own
            if state.terminated is not None and state.terminated.exitCode:
                failure = own
        elif container.ready and state.running is not None:
            running = True
    if reason == "Completed":
        if running and any(c.type == "Ready" and c.status == "True" for c in status.conditions or ()):
            return "Running"
        if failure is not None:
            return failure
        if running:
            return "NotReady"
    return reason


def _state_reason(container: ContainerStatus) -> str | None:
    """Why a container waits or how it ended, or ``None`` when it runs or its state says nothing."""
    state = container.state or _NO_STATE
    if state.terminated is not None:
        run = state.terminated
        if run.reason:
            return run.reason
        return f"Signal:{run.signal}" if run.signal else f"ExitCode:{run.exitCode or 0}"
    if state.waiting is not None and state.waiting.reason:
        return state.waiting.reason
    return None

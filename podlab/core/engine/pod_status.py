"""The status a kubelet reports for a pod: container statuses, phase and conditions, put together from the pure rules.

Models Kubelet.generateAPIPodStatus in pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from lightkube.models.core_v1 import ContainerStatus, HostIP, Pod, PodCondition, PodIP, PodStatus

from podlab.api.parts import TERMINAL_PHASES
from podlab.core.engine.pod_state import PodState
from podlab.core.rules.conditions import READY_TO_START, pod_conditions
from podlab.core.rules.container_status import container_statuses
from podlab.core.rules.restart_all import CONDITION as RESTARTING_CONDITION
from podlab.core.rules.restart_all import restarting_condition

KUBELETS_OWN = (
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
    RESTARTING_CONDITION,
)
DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"


def generate_status(worker: PodState, *, terminal: bool) -> PodStatus:
    """The pod's status now. `terminal`: the kubelet has ended the pod and restarts nothing."""
    pod, old = worker.pod, worker.status
    seen, why, removed, again = worker.records, worker.reasons, worker.removed, worker.rules.restarts
    was_init, was = old.initContainerStatuses or (), old.containerStatuses or ()
    init = (
        container_statuses(pod, worker.init_specs, seen, why, was_init, init=True, removed=removed, restarts=again)
        if worker.init_specs
        else []
    )
    regular = container_statuses(pod, worker.specs, seen, why, was, init=False, removed=removed, restarts=again)
    ephemeral: list[ContainerStatus] = []
    if worker.ephemeral_specs:
        was = old.ephemeralContainerStatuses or ()
        ephemeral = container_statuses(pod, worker.ephemeral_specs, seen, why, was, init=False, restarts=again)
    for each in ephemeral:
        each.started = None
    removed.clear()
    _mark_started_and_ready(worker, init, regular)
    status = PodStatus(
        phase=old.phase,
        reason=old.reason,
        message=old.message,
        hostIP=worker.node.ip,
        hostIPs=worker.node.host_ips,
        startTime=worker.start_time,
        qosClass=old.qosClass,
        initContainerStatuses=init or None,
        containerStatuses=regular,
        ephemeralContainerStatuses=ephemeral or None,
    )
    sandbox = worker.sandboxes[0] if worker.sandboxes else None
    if sandbox is not None and worker.records:
        status.podIP = sandbox.ip
        status.podIPs = [PodIP(ip=sandbox.ip)]
    elif old.podIP:
        status.podIP, status.podIPs = old.podIP, old.podIPs
    phase = worker.rules.phase(
        Pod(metadata=pod.metadata, spec=pod.spec, status=status),
        pod_is_terminal=terminal,
        pod_has_initialized=_has_initialized(worker),
    )
    status.phase = phase
    if old.phase in TERMINAL_PHASES:
        status.phase = old.phase
    elif phase != old.phase:
        status.reason = status.message = None
    if worker.deadline_passed and old.phase not in TERMINAL_PHASES:
        status.phase, status.reason, status.message = "Failed", "DeadlineExceeded", DEADLINE_MESSAGE
    status.conditions = _conditions(worker, status, [*init, *regular])
    return status


def with_sandbox_ready(old: PodStatus, now: datetime) -> PodStatus:
    """The same status, but PodReadyToStartContainers: reported as soon as a new sandbox stands."""
    ready = PodCondition(type=READY_TO_START, status="True", lastTransitionTime=now)
    conditions = [ready if c.type == READY_TO_START else c for c in old.conditions or ()]
    return msgspec.structs.replace(old, conditions=conditions)


def with_readiness(worker: PodState) -> PodStatus:
    """The same status, but with the probes' latest results: reported as soon as one has changed."""
    old = worker.status
    init = [msgspec.structs.replace(s) for s in old.initContainerStatuses or ()]
    regular = [msgspec.structs.replace(s) for s in old.containerStatuses or ()]
    _mark_started_and_ready(worker, init, regular)
    status = msgspec.structs.replace(old, initContainerStatuses=init or None, containerStatuses=regular)
    status.conditions = _conditions(worker, status, [*init, *regular])
    return status


def _mark_started_and_ready(worker: PodState, init: list[ContainerStatus], regular: list[ContainerStatus]) -> None:
    """`started` and `ready` of each status. An ordinary init container is ready once it has succeeded."""
    for status in init:
        if status.name in worker.sidecars:
            _mark(worker, status)
            continue
        status.started = status.state is not None and status.state.running is not None
        ended = status.state.terminated if status.state is not None else None
        status.ready = ended is not None and ended.exitCode == 0
    for status in regular:
        _mark(worker, status)


def _mark(worker: PodState, status: ContainerStatus) -> None:
    """The same for a container that is meant to go on: what its probes say, while it runs."""
    record = worker.newest(status.name)
    if record is None or status.state is None or status.state.running is None:
        status.started = status.ready = False
    elif record.spec.startupProbe is None and record.spec.readinessProbe is None:
        status.started = status.ready = True
    else:
        old = worker.status
        known = (*(old.initContainerStatuses or ()), *(old.containerStatuses or ()))
        before = next((s for s in known if s.name == status.name), None)
        status.started = worker.prober.started(record, before is not None and bool(before.started))
        status.ready = status.started and worker.prober.ready(record, before is not None and before.ready)


def _has_initialized(worker: PodState) -> bool:
    """Whether some regular container of the current sandbox has a runtime record."""
    if not worker.sandboxes:
        return False
    current = worker.sandboxes[0]
    for spec in worker.specs:
        record = worker.newest(spec.name)
        if record is not None and record.container.sandbox is current:
            return True
    return False


def _conditions(worker: PodState, status: PodStatus, statuses: list[ContainerStatus]) -> list[PodCondition]:
    """The kubelet's own conditions, then those others have set. The time of a change is kept while nothing changes."""
    old = worker.status.conditions or []
    before = {c.type: c for c in old}
    sandboxes = worker.observed_sandboxes()
    now = worker.node.now()
    out = [
        _dated(c, before.get(c.type), now)
        for c in (
            *pod_conditions(worker.pod, statuses, status.phase or "Pending", old, sandboxes, worker.rules.ready),
            PodCondition(type="PodScheduled", status="True"),
            *([restarting_condition(worker.restarting_all())] if worker.may_restart_all else []),
        )
    ]
    return out + [c for c in old if c.type not in KUBELETS_OWN]


def _dated(new: PodCondition, old: PodCondition | None, now: datetime) -> PodCondition:
    new.lastTransitionTime = old.lastTransitionTime if old is not None and old.status == new.status else now
    return new


def host_ips(ip: str) -> list[HostIP]:
    """The hostIPs of a status."""
    return [HostIP(ip=ip)]

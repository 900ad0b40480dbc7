"""What a pod's status says of each container: Waiting, Running or Terminated, and how its last run ended.

The rule: a container that has never been made waits (ContainerCreating, or PodInitializing where there are init
containers). Else its newest run speaks, and the run before it is the last state. But when the kubelet will start the
container again and knows why that has not happened yet (CrashLoopBackOff, ErrImagePull, …), it waits for that reason,
and the end of the newest run becomes the last state.
Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses.
"""

from __future__ import annotations

from collections.abc import Container as Container_
from collections.abc import Mapping, Sequence
from typing import Protocol

from lightkube.models.core_v1 import (
    Container,
    ContainerState,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
)

from podlab.core.rules.restart import Restarts, is_sidecar, restarts_after_exit
from podlab.core.rules.restart_all import REMOVED_MESSAGE, RESTARTING_ALL

NO_STATE = ContainerState()
CREATING = ContainerState(waiting=ContainerStateWaiting(reason="ContainerCreating"))
INITIALIZING = ContainerState(waiting=ContainerStateWaiting(reason="PodInitializing"))

REMOVED = ContainerState(waiting=ContainerStateWaiting(reason=RESTARTING_ALL, message=REMOVED_MESSAGE))
WAS_REMOVED = ContainerState(
    terminated=ContainerStateTerminated(exitCode=137, reason=RESTARTING_ALL, message=REMOVED_MESSAGE)
)


class RunRecord(Protocol):
    """One run of a container as the kubelet last saw it."""

    @property
    def api_state(self) -> ContainerState:
        """The run as the API shows it."""

    @property
    def restart_count(self) -> int:
        """0 for the first run."""

    @property
    def container_id(self) -> str:
        """containerd://…"""


def container_statuses(
    pod: Pod,
    containers: Sequence[Container],
    runs: Mapping[str, Sequence[RunRecord]],
    reasons: Mapping[str, tuple[str, str]],
    old: Sequence[ContainerStatus],
    *,
    init: bool,
    removed: Container_[str] = (),
    restarts: Restarts = restarts_after_exit,
) -> list[ContainerStatus]:
    """The statuses of `containers` (the pod's init or regular ones), without `ready` and `started`.

    `runs` has each container's runs, newest first; `reasons` why a start did not happen: (reason, message);
    `old` the statuses before; `removed` the containers just removed because the whole pod restarts. Regular
    containers come sorted by name, init containers in the pod's order.
    """
    spec = pod.spec
    assert spec is not None
    out = []
    for container in containers:
        name = container.name
        records = runs.get(name, ())
        last = NO_STATE
        count = 0
        container_id = ""
        if records:
            newest = records[0]
            state, count, container_id = newest.api_state, newest.restart_count, newest.container_id
            if len(records) > 1:
                last = records[1].api_state
        else:
            state = INITIALIZING if spec.initContainers else CREATING
            was = next((s for s in old if s.name == name), None)
            if was is not None and name in removed:
                state, last, count = REMOVED, WAS_REMOVED, was.restartCount + 1
            elif was is not None:
                count, last = was.restartCount, was.lastState or NO_STATE
                if was.state is not None and was.state.terminated is not None:
                    state, container_id = was.state, was.containerID or ""
        reason = reasons.get(name)
        if reason is not None and will_be_started(pod, container, records, init=init, restarts=restarts):
            if state.terminated is not None:
                last = state
            state = ContainerState(waiting=ContainerStateWaiting(reason=reason[0], message=reason[1] or None))
        out.append(
            ContainerStatus(
                name=name,
                image=container.image or "",
                imageID="",
                ready=False,
                restartCount=count,
                state=state,
                lastState=last,
                started=False,
                containerID=container_id or None,
            )
        )
    if not init and len(out) > 1:
        out.sort(key=lambda s: s.name)
    return out


def will_be_started(
    pod: Pod,
    container: Container,
    records: Sequence[RunRecord],
    *,
    init: bool,
    restarts: Restarts = restarts_after_exit,
) -> bool:
    """Whether the kubelet means to start this container: it does not run, and its policy restarts how it ended.

    Nothing is started again in a pod that is being deleted. Models pkg/kubelet/container/helpers.go
    ShouldContainerBeRestarted.
    """
    assert pod.spec is not None and pod.metadata is not None
    if pod.metadata.deletionTimestamp is not None:
        return False
    if not records:
        return True
    state = records[0].api_state
    if state.running is not None:
        return False
    if state.terminated is None:
        return True
    if init and not is_sidecar(container) and state.terminated.exitCode == 0:
        return False
    return restarts(container, pod.spec, state.terminated.exitCode)

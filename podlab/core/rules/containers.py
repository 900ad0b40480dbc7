"""One sync's verdict on a regular container.

The rule: one that is not running is started when it has never run, or when its restart policy says so (never once the
pod is being deleted). One that runs is killed when its definition has changed or its liveness or startup probe has
failed, and started again unless its policy is Never; a changed definition restarts it whatever the policy.
Models the loop over regular containers in pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Container, PodSpec

from podlab.core.rules import observed
from podlab.core.rules.observed import RuntimeContainer
from podlab.core.rules.restart import Restarts, restarts_after_exit
from podlab.core.rules.verdict import Verdict

POD_DELETED = Verdict("the pod is being deleted, so nothing is started any more")
FIRST_START = Verdict("it has not been started yet", start=True)
NEVER_STARTED = Verdict("it was created but never started", start=True)
STATE_UNKNOWN = Verdict(
    "its state is unknown, so it is killed before a new one starts",
    start=True,
    kill='Container is in "unknown" state, try killing it before restart',
    reason="Unknown",
)
RESTART = Verdict("it has exited, and its restart policy restarts that", start=True)
STAY_DOWN = Verdict("it has exited, and its restart policy does not restart that")
KEEP = Verdict("it is running and nothing is wrong with it", keep=True)
CHANGED = Verdict(
    "its definition has changed, which restarts it under any policy",
    start=True,
    kill="Container {name} definition changed, will be restarted",
)
LIVENESS_RESTART = Verdict(
    "its liveness probe failed",
    start=True,
    kill="Container {name} failed liveness probe, will be restarted",
    reason="LivenessProbe",
)
LIVENESS_END = Verdict(
    "its liveness probe failed, and its policy is Never",
    kill="Container {name} failed liveness probe",
    reason="LivenessProbe",
)
STARTUP_RESTART = Verdict(
    "its startup probe failed",
    start=True,
    kill="Container {name} failed startup probe, will be restarted",
    reason="StartupProbe",
)
STARTUP_END = Verdict(
    "its startup probe failed, and its policy is Never",
    kill="Container {name} failed startup probe",
    reason="StartupProbe",
)


def judge_regular(
    container: Container,
    latest: RuntimeContainer | None,
    spec: PodSpec,
    deleted: bool,
    restarts: Restarts = restarts_after_exit,
) -> Verdict:
    """The verdict on `container`, whose newest runtime record is `latest`."""
    if latest is None or latest.state != observed.RUNNING:
        return _judge_down(container, latest, spec, deleted, restarts)
    if latest.definition_changed:
        return CHANGED
    if latest.liveness == observed.FAILURE:
        return LIVENESS_RESTART if restarts_after_kill(container, spec) else LIVENESS_END
    if latest.startup == observed.FAILURE:
        return STARTUP_RESTART if restarts_after_kill(container, spec) else STARTUP_END
    return KEEP


def restarts_after_kill(container: Container, spec: PodSpec) -> bool:
    """Whether a kill leads to a restart: its own policy, else the pod's, is not Never. There is no exit code yet."""
    return (container.restartPolicy or spec.restartPolicy) != "Never"


def succeeded_for_good(container: Container, latest: RuntimeContainer | None, spec: PodSpec) -> bool:
    """Whether it has exited with 0 under OnFailure, so that not even a new sandbox starts it again."""
    if latest is None or latest.state != observed.EXITED or latest.exit_code != 0:
        return False
    return (container.restartPolicy or spec.restartPolicy) == "OnFailure"


def _judge_down(
    container: Container, latest: RuntimeContainer | None, spec: PodSpec, deleted: bool, restarts: Restarts
) -> Verdict:
    """It does not run. Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted."""
    if deleted:
        return POD_DELETED
    if latest is None:
        return FIRST_START
    if latest.state == observed.UNKNOWN:
        return STATE_UNKNOWN
    if latest.state == observed.CREATED:
        return NEVER_STARTED
    return RESTART if restarts(container, spec, latest.exit_code) else STAY_DOWN

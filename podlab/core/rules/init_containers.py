"""One sync's verdict on an init container that has a runtime record.

The rule for a plain one: it is waited for, and when it has exited with 0 the next may start. A failure is retried
unless the policy is Never or the pod is being deleted; then the pod has failed.
The rule for a sidecar: once it runs (and its startup probe, if any, has succeeded) the next may start; it is restarted
after every exit, and killed and restarted when its definition changed or its startup or liveness probe failed.
Models pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Container, PodSpec

from podlab.core.rules import observed
from podlab.core.rules.containers import restarts_after_kill
from podlab.core.rules.observed import RuntimeContainer
from podlab.core.rules.restart import Restarts, is_sidecar, restarts_after_exit
from podlab.core.rules.verdict import Verdict

NEVER_STARTED = Verdict("it was created but never started", start=True)
STATE_UNKNOWN = Verdict(
    "its state is unknown, so it is killed before a new one starts",
    start=True,
    kill='Init container is in "unknown" state, try killing it before restart',
    reason="Unknown",
)
STILL_RUNNING = Verdict("it is still running")
DONE = Verdict("it has ended with exit code 0", passed=True)
RETRY = Verdict("it has failed, and its restart policy retries that", start=True)
FAILED = Verdict("it has failed, and its restart policy does not retry that, so the pod has failed", ends_pod=True)
FAILED_DELETED = Verdict("it has failed, and nothing is retried in a pod that is being deleted", ends_pod=True)

SIDECAR_RESTART = Verdict("the sidecar has exited, and a sidecar is always restarted", start=True)
SIDECAR_STARTING = Verdict("the sidecar's startup probe has not succeeded yet")
SIDECAR_STARTUP_FAILED = Verdict(
    "the sidecar's startup probe failed",
    start=True,
    kill="Init container {name} failed startup probe",
    reason="StartupProbe",
)
SIDECAR_CHANGED = Verdict(
    "the sidecar's definition has changed",
    start=True,
    passed=True,
    kill="Init container {name} definition changed",
)
SIDECAR_LIVENESS_FAILED = Verdict(
    "the sidecar's liveness probe failed",
    start=True,
    passed=True,
    kill="Init container {name} failed liveness probe",
    reason="LivenessProbe",
)
SIDECAR_UP = Verdict("the sidecar is up", keep=True, passed=True)


def judge_init(
    container: Container,
    latest: RuntimeContainer,
    spec: PodSpec,
    deleted: bool,
    restarts: Restarts = restarts_after_exit,
) -> Verdict:
    """The verdict on `container`, whose newest runtime record is `latest`."""
    if latest.state == observed.CREATED:
        return NEVER_STARTED
    if is_sidecar(container):
        return _judge_sidecar(container, latest)
    if latest.state == observed.RUNNING:
        return STILL_RUNNING
    if latest.state == observed.UNKNOWN:
        return STATE_UNKNOWN if restarts_after_kill(container, spec) else FAILED
    if latest.exit_code == 0:
        return DONE
    if deleted:
        return FAILED_DELETED
    return RETRY if restarts(container, spec, latest.exit_code) else FAILED


def _judge_sidecar(container: Container, latest: RuntimeContainer) -> Verdict:
    if latest.state == observed.EXITED:
        return SIDECAR_RESTART
    if latest.state == observed.UNKNOWN:
        return STATE_UNKNOWN
    if container.startupProbe is not None and latest.startup != observed.SUCCESS:
        return SIDECAR_STARTUP_FAILED if latest.startup == observed.FAILURE else SIDECAR_STARTING
    if latest.definition_changed:
        return SIDECAR_CHANGED
    if container.livenessProbe is not None and latest.liveness == observed.FAILURE:
        return SIDECAR_LIVENESS_FAILED
    return SIDECAR_UP

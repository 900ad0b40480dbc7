"""Which conditions does a pod have, and why?"""

import pytest
from kubelet_pods import a_pod
from lightkube.models.core_v1 import Pod, PodCondition, PodReadinessGate

from podlab.core.rules import SandboxState, find_condition, pod_conditions
from podlab.core.rules.conditions import CONTAINERS_READY, INITIALIZED, READY, READY_TO_START

FIT = [SandboxState(ready=True, ip="10.0.0.5")]


def said(kind, pod, phase="Running", *, old=(), sandboxes=FIT, statuses=True):
    """The condition in words: status, reason and message."""
    known = [*(pod.status.initContainerStatuses or []), *(pod.status.containerStatuses or [])]
    condition = find_condition(kind, pod_conditions(pod, known if statuses else None, phase, old, sandboxes))
    return " / ".join(word for word in (condition.status, condition.reason, condition.message) if word)


SETUP_AND_SIDECAR = {"setup": "exit 0", "sidecar": "running"}


@pytest.mark.parametrize(
    ("answer", "pod", "phase"),
    [
        pytest.param("True", a_pod(app="running"), "Running", id="the only container is ready"),
        pytest.param(
            "False / ContainersNotReady / containers with unready status: [app]",
            a_pod(app="exit 1", web="running"),
            "Running",
            id="one of two has exited",
        ),
        pytest.param(
            "False / ContainersNotReady / containers with unknown status: [web], containers with unready status: [app]",
            a_pod(app="waiting", web="missing"),
            "Pending",
            id="unknown before unready",
        ),
        pytest.param(
            "False / ContainersNotReady / containers with unready status: [sidecar app]",
            a_pod(init={"sidecar": "waiting"}, app="waiting"),
            "Pending",
            id="sidecars first, as Go prints lists",
        ),
        pytest.param("True", a_pod(init={"setup": "running"}, app="running"), "Running", id="plain init do not count"),
        pytest.param("False / PodCompleted", a_pod(app="exit 0"), "Succeeded", id="a finished pod is not ready"),
        pytest.param("False / PodFailed", a_pod(app="running"), "Failed", id="a failed pod never is, whatever runs"),
    ],
)
def test_containers_ready_and_ready(answer, pod, phase):
    assert said(CONTAINERS_READY, pod, phase) == answer
    assert said(READY, pod, phase) == answer


def test_no_list_of_statuses_is_not_an_empty_one():
    pod = a_pod(init={"setup": "missing"}, app="missing")
    assert said(READY, pod, statuses=False) == "False / UnknownContainerStatuses"
    assert said(INITIALIZED, pod, statuses=False) == "False / UnknownContainerStatuses"
    assert said(READY, pod) == "False / ContainersNotReady / containers with unknown status: [app]"
    assert said(INITIALIZED, pod) == "False / ContainersNotInitialized / containers with unknown status: [setup]"


def test_readiness_gates():
    pod = a_pod(app="running")
    pod.spec.readinessGates = [PodReadinessGate("example.com/lb"), PodReadinessGate("example.com/dns")]
    assert said(READY, pod, old=[PodCondition("False", "example.com/lb")]) == (
        'False / ReadinessGatesNotReady / the status of pod readiness gate "example.com/lb" is not "True", but False, '
        'corresponding condition of pod readiness gate "example.com/dns" does not exist.'
    )
    assert said(CONTAINERS_READY, pod) == "True"
    assert (
        said(READY, pod, old=[PodCondition("True", gate.conditionType) for gate in pod.spec.readinessGates]) == "True"
    )


@pytest.mark.parametrize(
    ("answer", "pod", "phase"),
    [
        pytest.param("True", a_pod(app="waiting"), "Pending", id="no init containers"),
        pytest.param(
            "False / ContainersNotInitialized / containers with incomplete status: [setup]",
            a_pod(init={"setup": "running"}, app="waiting"),
            "Pending",
            id="an init container runs",
        ),
        pytest.param(
            "False / ContainersNotInitialized / containers with incomplete status: [sidecar]",
            a_pod(init={"sidecar": "running"}, app="waiting"),
            "Pending",
            id="a sidecar has not started",
        ),
        pytest.param(
            "True", a_pod(init=SETUP_AND_SIDECAR, started=["sidecar"], app="waiting"), "Pending", id="init work is done"
        ),
        pytest.param("True", a_pod(init={"sidecar": "exit 1"}, app="running"), "Running", id="an app has started"),
        pytest.param("True / PodCompleted", a_pod(init={"setup": "exit 0"}, app="exit 0"), "Succeeded", id="finished"),
    ],
)
def test_initialized(answer, pod, phase):
    assert said(INITIALIZED, pod, phase) == answer


def test_initialized_stays_true():
    pod = a_pod(init={"setup": "running"}, app="waiting")
    assert said(INITIALIZED, pod, old=[PodCondition("True", INITIALIZED)]) == "True"


def test_ready_to_start_containers_means_a_fit_sandbox():
    pod = a_pod(app="waiting")
    assert said(READY_TO_START, pod) == "True"
    assert said(READY_TO_START, pod, sandboxes=[]) == "False"
    assert said(READY_TO_START, pod, sandboxes=[SandboxState(ready=True)]) == "False"


def test_a_pod_without_spec_is_an_error():
    with pytest.raises(ValueError, match=r"pod\.spec is missing"):
        pod_conditions(Pod(), [], "Pending", [], [])

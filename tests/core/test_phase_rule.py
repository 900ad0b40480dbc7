"""When is a pod Pending, Running, Succeeded or Failed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubelet_pods import a_container, a_pod, a_status
from lightkube.models.core_v1 import Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.core.rules import GATES_BEFORE_1_35, get_phase
from podlab.core.rules.phase import phase_rule

ON_42 = a_container("app", "Never", [("Restart", "In", [42])])
ALL_ON_42 = a_container("app", "Never", [("RestartAllContainers", "In", [42])])
OWN_ALWAYS = a_container("app", "Always")
OWN_NEVER = a_container("app", "Never")


@pytest.mark.parametrize(
    ("phase", "pod"),
    [
        pytest.param("Pending", a_pod(app="missing"), id="nothing is known yet"),
        pytest.param("Pending", a_pod(app="waiting"), id="being created, or its image cannot be pulled"),
        pytest.param("Pending", a_pod(app="empty"), id="a status without a state"),
        pytest.param("Running", a_pod(app="running"), id="it runs"),
        pytest.param("Pending", a_pod(app="running", web="waiting"), id="one runs, one has never run"),
        pytest.param("Pending", a_pod(app="running", web="missing"), id="one runs, nothing is known of the other"),
        pytest.param("Pending", a_pod("Never", app="exit 1", web="waiting"), id="one failed, one has never run"),
        pytest.param("Running", a_pod("Never", app="exit 1", web="running"), id="one failed, one runs"),
        pytest.param("Running", a_pod("Always", app="exit 0"), id="Always restarts success"),
        pytest.param("Running", a_pod("Always", app="between runs, exit 1"), id="Always, in crash loop"),
        pytest.param("Succeeded", a_pod("OnFailure", app="exit 0"), id="OnFailure is content with success"),
        pytest.param("Running", a_pod("OnFailure", app="exit 1"), id="OnFailure restarts failure"),
        pytest.param("Running", a_pod("OnFailure", app="exit 0", web="exit 1"), id="OnFailure, one of two failed"),
        pytest.param("Succeeded", a_pod("Never", app="exit 0", web="exit 0"), id="Never, all succeeded"),
        pytest.param("Failed", a_pod("Never", app="exit 0", web="exit 1"), id="Never, one of two failed"),
        pytest.param("Failed", a_pod("Never", app="exit -1"), id="a negative exit code is a failure"),
        pytest.param("Failed", a_pod("Never", app="between runs, exit 0"), id="Never, waiting after success"),
        pytest.param("Failed", a_pod("OnFailure", app="between runs, exit 0"), id="OnFailure, waiting after success"),
        pytest.param("Pending", a_pod(init={"setup": "running"}, app="waiting"), id="an init container runs"),
        pytest.param("Pending", a_pod(init={"setup": "exit 1"}, app="waiting"), id="an init container is retried"),
        pytest.param("Failed", a_pod("Never", init={"setup": "exit 1"}, app="waiting"), id="init failed, under Never"),
        pytest.param(
            "Failed", a_pod("Never", init={"setup": "exit 1"}, app="running"), id="init failed: before anything else"
        ),
        pytest.param("Running", a_pod(init={"setup": "exit 0"}, app="running"), id="init done, app runs"),
        pytest.param(
            "Running", a_pod("Never", init={"sidecar": "running"}, app="exit 0"), id="work done but the sidecar runs"
        ),
        pytest.param(
            "Succeeded", a_pod("Never", init={"sidecar": "exit 137"}, app="exit 0"), id="a stopped sidecar is ignored"
        ),
        pytest.param(
            "Pending", a_pod(init={"sidecar": "running"}, app="missing"), id="the sidecar has not started yet"
        ),
        pytest.param("Pending", a_pod(init={"sidecar": "waiting"}, app="running"), id="the sidecar has never run"),
        pytest.param("Running", a_pod("Never", spec={"app": OWN_ALWAYS}, app="exit 0"), id="own policy comes first"),
        pytest.param("Failed", a_pod("Always", spec={"app": OWN_NEVER}, app="exit 1"), id="own Never in an Always pod"),
        pytest.param("Running", a_pod("Never", spec={"app": ON_42}, app="exit 42"), id="a rule restarts exit code 42"),
        pytest.param("Failed", a_pod("Never", spec={"app": ON_42}, app="exit 1"), id="no rule matches"),
        pytest.param("Running", a_pod("Never", spec={"app": ALL_ON_42}, app="exit 42"), id="a rule restarts the pod"),
    ],
)
def test_phase(phase, pod):
    assert get_phase(pod) == phase


@pytest.mark.parametrize(
    ("phase", "known", "pod"),
    [
        pytest.param("Succeeded", {"pod_is_terminal": True}, a_pod(app="exit 0"), id="given up, exit code 0"),
        pytest.param("Failed", {"pod_is_terminal": True}, a_pod(app="exit 1"), id="given up, exit code 1"),
        pytest.param("Running", {"pod_is_terminal": True}, a_pod(app="running"), id="given up, but it still runs"),
        pytest.param(
            "Running",
            {"pod_has_initialized": True},
            a_pod(init={"sidecar": "running"}, app="exit 0"),
            id="a sidecar restarts in an initialised pod",
        ),
        pytest.param(
            "Running",
            {"gates": GATES_BEFORE_1_35},
            a_pod("OnFailure", app="between runs, exit 0"),
            id="before 1.35: waiting after success was to be restarted",
        ),
        pytest.param(
            "Failed",
            {"gates": GATES_BEFORE_1_35},
            a_pod("Never", spec={"app": ON_42}, app="exit 42"),
            id="before 1.35: a container had no rules of its own",
        ),
    ],
)
def test_phase_with_what_else_the_kubelet_knows(phase, known, pod):
    assert get_phase(pod, **known) == phase


def test_a_static_pod_is_never_given_up():
    pod = a_pod(app="exit 1")
    pod.metadata = ObjectMeta(name="etcd", annotations={"kubernetes.io/config.source": "file"})
    assert get_phase(pod, pod_is_terminal=True) == "Running"
    pod.metadata.annotations["kubernetes.io/config.source"] = "api"
    assert get_phase(pod, pod_is_terminal=True) == "Failed"


def test_a_status_of_no_container_is_ignored():
    pod = a_pod("Never", app="exit 0")
    pod.status.containerStatuses.append(a_status("ghost", "exit 1"))
    assert get_phase(pod) == "Succeeded"


def test_a_pod_without_status_is_pending():
    assert get_phase(Pod(spec=PodSpec(containers=[a_container()]))) == "Pending"


def test_a_pod_without_spec_is_an_error():
    with pytest.raises(ValueError, match=r"pod\.spec is missing"):
        get_phase(Pod())


STATUSES = st.sampled_from(["running", "waiting", "empty", "missing", "exit 0", "exit 1", "between runs, exit 0"])
PODS = st.builds(
    lambda policy, app, web, setup, sidecar: a_pod(policy, init={"setup": setup, "sidecar": sidecar}, app=app, web=web),
    st.sampled_from(["Always", "OnFailure", "Never"]),
    STATUSES,
    STATUSES,
    STATUSES,
    STATUSES,
)


@given(PODS)
def test_an_always_pod_is_never_finished(pod):
    pod.spec.restartPolicy = "Always"
    assert get_phase(pod) in ("Pending", "Running")


@given(PODS, st.booleans())
def test_swapping_two_containers_changes_nothing(pod, given_up):
    before = get_phase(pod, pod_is_terminal=given_up)
    pod.spec.containers.reverse()
    (pod.status.containerStatuses or []).reverse()
    assert get_phase(pod, pod_is_terminal=given_up) == before


@given(PODS)
def test_a_finished_pod_has_nothing_running(pod):
    if phase_rule(pod).phase == "Succeeded":
        assert all(status.state.running is None for status in pod.status.containerStatuses)

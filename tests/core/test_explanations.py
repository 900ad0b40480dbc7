"""Why did the kubelet decide that? The sentences, and that they follow the rules."""

from datetime import UTC, datetime

import pytest
from kubelet_pods import a_container, a_pod
from lightkube.models.core_v1 import Pod, PodCondition, PodSpec

from podlab.core.rules import (
    GATES_BEFORE_1_35,
    Backoff,
    RuntimeContainer,
    SandboxState,
    compute_pod_actions,
    crash_message,
    decide_phase,
    decide_restart,
)
from podlab.explain import explain

READY = SandboxState(ready=True, ip="10.0.0.5")


def in_crash_loop():
    """A pod whose `app` waits 40 s after an exit at 10:00:05, while `web` runs."""
    pod = a_pod("OnFailure", app="between runs, exit 1", web="running")
    app = pod.status.containerStatuses[0]
    app.state.waiting.reason, app.state.waiting.message = "CrashLoopBackOff", crash_message(40, pod, "app")
    app.lastState.terminated.finishedAt = datetime(2026, 1, 1, 10, 0, 5, tzinfo=UTC)
    return pod


def test_a_pod_from_cause_to_effect():
    explanation = explain(in_crash_loop())
    assert explanation.sentence == (
        "Container app exited with code 1 at 10:00:05; restartPolicy OnFailure restarts failures; "
        "its back-off is 40s since 10:00:05, so it waits in CrashLoopBackOff; container web is running; "
        "so the pod is Running: a container is running; not ready: app; so Ready is False."
    )
    assert explanation.conclusion == "Running, Ready False"
    assert str(explanation) == explanation.sentence


def test_the_chain_is_data_too():
    steps = explain(in_crash_loop()).steps
    assert [step.rule for step in steps] == [
        "kubelet convertToAPIContainerStatuses",
        "kubelet ContainerShouldRestart",
        "kubelet doBackOff",
        "kubelet convertToAPIContainerStatuses",
        "kubelet getPhase",
        "kubelet GeneratePodReadyCondition",
        "kubelet GeneratePodReadyCondition",
    ]
    assert steps[0].fact == "app: lastState.terminated, exitCode 1"
    assert steps[1].fact == "spec: restartPolicy OnFailure"
    assert steps[2].fact.endswith("back-off 40s restarting failed container=app pod=shop_default(u-1)")


@pytest.mark.parametrize(
    ("sentence", "pod", "known"),
    [
        pytest.param(
            "Container app exited with code 0; restartPolicy Never restarts nothing; container web exited with code 1; "
            "restartPolicy Never restarts nothing; "
            "so the pod is Failed: all containers have ended for good, not all with exit code 0.",
            a_pod("Never", app="exit 0", web="exit 1"),
            {},
            id="one of two failed under Never",
        ),
        pytest.param(
            "Container app exited with code 0; restartPolicy Always restarts every exit; "
            "so the pod is Running: all containers have stopped, but one of them will be restarted.",
            a_pod(app="exit 0"),
            {},
            id="Always restarts success",
        ),
        pytest.param(
            "Container setup exited with code 1; restartPolicy Never restarts nothing; "
            "so the pod is Failed: an init container has failed and will not be retried.",
            a_pod("Never", init={"setup": "exit 1"}, app="waiting"),
            {},
            id="init failed under Never",
        ),
        pytest.param(
            "Container app exited with code 42; its rule for exit codes In [42] restarts it; "
            "so the pod is Running: all containers have stopped, but one of them will be restarted.",
            a_pod("Never", spec={"app": a_container("app", "Never", [("Restart", "In", [42])])}, app="exit 42"),
            {},
            id="a rule of the container",
        ),
        pytest.param(
            "Container app exited with code 0; restartPolicy OnFailure does not restart exit code 0; "
            "it waits for another run; and as it waits, its exit code 0 does not count as success; "
            "so the pod is Failed: all containers have ended for good, not all with exit code 0.",
            a_pod("OnFailure", app="between runs, exit 0"),
            {},
            id="waiting after success is not success",
        ),
        pytest.param(
            "Container app exited with code 0; "
            "it waits to start again, which until Kubernetes 1.34 counted as a failure; it waits for another run; "
            "so the pod is Running: all containers have stopped, but one of them will be restarted.",
            a_pod("OnFailure", app="between runs, exit 0"),
            {"gates": GATES_BEFORE_1_35},
            id="and how it was before 1.35",
        ),
        pytest.param(
            "Container setup exited with code 1; restartPolicy Always restarts every exit; "
            "container app has never run; so the pod is Pending: a container has not had its first run.",
            a_pod(init={"setup": "exit 1"}, app="waiting"),
            {},
            id="init failed and is retried",
        ),
        pytest.param(
            "Container web has never run; so the pod is Pending: a container has not had its first run.",
            a_pod(app="running", web="waiting"),
            {},
            id="only what matters is named",
        ),
    ],
)
def test_phases(sentence, pod, known):
    assert explain(decide_phase(pod, **known)).sentence == sentence


def test_a_given_up_pod_is_explained_as_such():
    pod = a_pod(app="exit 1")
    pod.status.phase = "Failed"
    assert "so the pod is Failed: the kubelet has given the pod up" in explain(pod).sentence


def test_a_finished_pod_shows_its_old_phase_while_it_is_wound_up():
    pod = a_pod("Never", app="exit 0")
    pod.status.phase = "Running"
    explanation = explain(pod)
    assert "but its status says Running until the kubelet has stopped all that is left of it" in explanation.sentence
    assert explanation.conclusion == "Running, Ready False"


def test_the_ready_condition_that_the_pod_shows_is_explained():
    pod = a_pod(app="running")
    pod.status.conditions = [PodCondition(status="False", type="Ready", reason="PodFailed")]
    assert explain(pod).conclusion == "Running, Ready False"


def test_a_phase_that_the_containers_do_not_give_is_not_explained_away():
    pod = a_pod(app="running")
    pod.status.phase, pod.status.reason = "Failed", "Evicted"
    explanation = explain(pod)
    assert "but its status says Failed for the reason Evicted" in explanation.sentence
    assert explanation.conclusion == "Failed, Ready False"


def test_a_restart_with_its_back_off():
    spec = PodSpec(containers=[], restartPolicy="OnFailure")
    backoff = Backoff()
    assert explain(decide_restart(a_container(), spec, 1), backoff.may_restart("app", 4, 4)).sentence == (
        "Container app exited with code 1; restartPolicy OnFailure restarts failures; "
        "no back-off holds it up, so it starts now."
    )
    explanation = explain(decide_restart(a_container(), spec, 1), backoff.may_restart("app", 8, 8.5))
    assert explanation.sentence == (
        "Container app exited with code 1; restartPolicy OnFailure restarts failures; "
        "its back-off is 10s since 8 s, so it waits in CrashLoopBackOff until 18 s."
    )
    assert explanation.conclusion == "CrashLoopBackOff"


TWO = {"app": "missing", "web": "missing"}


@pytest.mark.parametrize(
    ("sentence", "pod", "sandboxes", "containers"),
    [
        pytest.param(
            "The pod has no sandbox yet; so the kubelet will make sandbox 0, start app, start web.",
            a_pod(**TWO),
            [],
            [],
            id="a new pod",
        ),
        pytest.param(
            "The sandbox is ready; container app exited with code 1; restartPolicy Always restarts every exit; "
            "container web: its liveness probe failed; so the kubelet will kill web, start app, start web.",
            a_pod(**TWO),
            [READY],
            [RuntimeContainer("app", "exited", 1), RuntimeContainer("web", "running", liveness="Failure")],
            id="a crash and a failed probe",
        ),
        pytest.param(
            "The sandbox is ready; container setup exited with code 1; restartPolicy Never restarts nothing; "
            "so the pod has failed; so the kubelet will kill the pod.",
            a_pod("Never", init={"setup": "missing"}, **TWO),
            [READY],
            [RuntimeContainer("setup", "exited", 1)],
            id="init failed under Never",
        ),
        pytest.param(
            "The sandbox is ready; container app: it is running and nothing is wrong with it; "
            "so there is nothing to do.",
            a_pod(app="missing"),
            [READY],
            [RuntimeContainer("app", "running")],
            id="all is well",
        ),
    ],
)
def test_a_sync(sentence, pod, sandboxes, containers):
    assert explain(compute_pod_actions(pod, sandboxes, containers)).sentence == sentence


@pytest.mark.parametrize(
    ("sentence", "condition"),
    [
        (
            "Not ready: app, web; so ContainersReady is False.",
            ("False", "ContainersReady", "ContainersNotReady", "unready"),
        ),
        (
            "Not done: app, web; so Initialized is False.",
            ("False", "Initialized", "ContainersNotInitialized", "incomplete"),
        ),
        (
            "The pod has failed, and a failed pod is never ready; so Ready is False.",
            ("False", "Ready", "PodFailed", None),
        ),
        (
            "The pod has no fit sandbox; so PodReadyToStartContainers is False.",
            ("False", "PodReadyToStartContainers", None, None),
        ),
        ("Its reason is not given; so example.com/lb is Unknown.", ("Unknown", "example.com/lb", None, None)),
    ],
)
def test_conditions(sentence, condition):
    status, kind, reason, fault = condition
    message = f"containers with {fault} status: [app web]" if fault else None
    assert explain(PodCondition(status=status, type=kind, reason=reason, message=message)).sentence == sentence


def test_bad_input_is_named():
    with pytest.raises(TypeError, match="takes a Pod or a decision"):
        explain("Running")
    with pytest.raises(ValueError, match="at least one decision"):
        explain()
    with pytest.raises(ValueError, match=r"pod\.spec is missing"):
        explain(Pod())

"""What does the kubelet do about a pod in one sync?"""

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubelet_pods import a_container, a_pod
from lightkube.models.core_v1 import EphemeralContainer, Pod

from podlab.core.rules import RuntimeContainer, SandboxState, compute_pod_actions

READY = SandboxState(ready=True, attempt=0, ip="10.0.0.5")
DEAD = SandboxState(ready=False, attempt=0, ip="10.0.0.5")


def running(name, **more):
    return RuntimeContainer(name, "running", **more)


def exited(name, code):
    return RuntimeContainer(name, "exited", code)


def did(actions):
    """The decision in words, in the order in which it is carried out."""
    spec = actions.pod.spec
    words = ["kill pod"] * actions.kill_pod + [f"sandbox {actions.attempt}"] * actions.create_sandbox
    words += [f"kill {kill.name}: {kill.reason or 'changed'}" for kill in actions.containers_to_kill]
    words += [f"start {spec.ephemeralContainers[i].name}" for i in actions.ephemeral_containers_to_start]
    words += [f"start {spec.initContainers[i].name}" for i in actions.init_containers_to_start]
    words += [f"start {spec.containers[i].name}" for i in actions.containers_to_start]
    words += [f"{'kill and ' * reset.kill}remove {reset.name}" for reset in actions.containers_to_reset]
    return words


ONE = {"app": "missing"}
TWO = {"app": "missing", "web": "missing"}
SETUP = {"setup": "missing"}
SIDECAR = {"sidecar": "missing"}
OWN_NEVER = {"app": a_container("app", "Never")}
PROBED = {"sidecar": a_container("sidecar", "Always", startup=True, liveness=True)}


@pytest.mark.parametrize(
    ("decision", "pod", "sandboxes", "containers"),
    [
        pytest.param(["kill pod", "sandbox 0", "start app"], a_pod(**ONE), [], [], id="a new pod"),
        pytest.param(
            ["kill pod", "sandbox 0", "start setup"],
            a_pod(init=SETUP, **ONE),
            [],
            [],
            id="a new pod with init",
        ),
        pytest.param([], a_pod(**ONE), [READY], [running("app")], id="all is well"),
        pytest.param(["start app"], a_pod(**ONE), [READY], [exited("app", 0)], id="Always restarts success"),
        pytest.param(["kill pod"], a_pod("OnFailure", **ONE), [READY], [exited("app", 0)], id="OnFailure, finished"),
        pytest.param(["kill pod"], a_pod("Never", **ONE), [READY], [exited("app", 1)], id="Never, finished"),
        pytest.param([], a_pod("Never", **TWO), [READY], [exited("app", 1), running("web")], id="Never, one runs"),
        pytest.param(
            ["start app"], a_pod(**ONE), [READY], [exited("app", 1), exited("app", 0)], id="the newest record counts"
        ),
        pytest.param(
            ["kill app: LivenessProbe", "start app"],
            a_pod(**ONE),
            [READY],
            [running("app", liveness="Failure")],
            id="liveness failed",
        ),
        pytest.param(
            ["kill pod", "kill app: LivenessProbe"],
            a_pod("Never", **ONE),
            [READY],
            [running("app", liveness="Failure")],
            id="liveness failed under Never",
        ),
        pytest.param(
            ["kill app: LivenessProbe", "start app"],
            a_pod(**ONE),
            [READY],
            [running("app", liveness="Failure", startup="Failure")],
            id="liveness is looked at before startup",
        ),
        pytest.param(
            ["kill app: changed", "start app"],
            a_pod("Never", **ONE),
            [READY],
            [running("app", definition_changed=True)],
            id="a changed definition restarts even under Never",
        ),
        pytest.param(
            ["kill app: Unknown", "start app"],
            a_pod("Never", **ONE),
            [READY],
            [RuntimeContainer("app", "unknown")],
            id="killed for safety when its state is unknown",
        ),
        pytest.param(
            ["kill pod", "sandbox 1", "start app"],
            a_pod(**ONE),
            [DEAD],
            [exited("app", 137)],
            id="pause died",
        ),
        pytest.param(["kill pod"], a_pod("Never", **ONE), [DEAD], [exited("app", 0)], id="pause died under Never"),
        pytest.param(
            ["kill pod"], a_pod("OnFailure", **ONE), [DEAD], [exited("app", 0)], id="pause died, all had succeeded"
        ),
        pytest.param(
            ["kill pod", "sandbox 1", "start web"],
            a_pod("OnFailure", **TWO),
            [DEAD],
            [exited("app", 0), exited("web", 1)],
            id="pause died, one had succeeded under OnFailure",
        ),
        pytest.param(
            ["kill pod", "sandbox 1", "start app"],
            a_pod(**ONE),
            [SandboxState(ready=True)],
            [running("app")],
            id="a sandbox without IP",
        ),
        pytest.param(
            ["kill pod", "sandbox 2", "start app"],
            a_pod(**ONE),
            [SandboxState(ready=True, attempt=1, ip="10.0.0.6"), READY],
            [],
            id="two ready sandboxes",
        ),
        pytest.param(
            ["start second"],
            a_pod(init={"first": "missing", "second": "missing"}, **ONE),
            [READY],
            [exited("first", 0)],
            id="the next init container",
        ),
        pytest.param(["start setup"], a_pod(init=SETUP, **ONE), [READY], [exited("setup", 1)], id="init failed: retry"),
        pytest.param(
            ["kill pod"], a_pod("Never", init=SETUP, **ONE), [READY], [exited("setup", 1)], id="init failed under Never"
        ),
        pytest.param(["start app"], a_pod(init=SETUP, **ONE), [READY], [exited("setup", 0)], id="init containers done"),
        pytest.param([], a_pod(init=SETUP, **ONE), [READY], [running("app")], id="a lost init record does not matter"),
        pytest.param(["start app"], a_pod(init=SIDECAR, **ONE), [READY], [running("sidecar")], id="the sidecar runs"),
        pytest.param(
            [],
            a_pod(init=SIDECAR, spec=PROBED, **ONE),
            [READY],
            [running("sidecar")],
            id="the sidecar's startup probe is waited for",
        ),
        pytest.param(
            ["kill sidecar: StartupProbe", "start sidecar"],
            a_pod(init=SIDECAR, spec=PROBED, **ONE),
            [READY],
            [running("sidecar", startup="Failure")],
            id="the sidecar's startup probe failed",
        ),
        pytest.param(
            ["start sidecar"],
            a_pod("Never", init=SIDECAR, **ONE),
            [READY],
            [exited("sidecar", 0), running("app")],
            id="a sidecar is restarted even under Never",
        ),
        pytest.param(
            ["kill pod", "kill sidecar: LivenessProbe"],
            a_pod("Never", init=SIDECAR, spec=PROBED, **ONE),
            [READY],
            [running("sidecar", startup="Success", liveness="Failure"), exited("app", 0)],
            id="but not in a finished pod",
        ),
        pytest.param(
            ["kill pod"], a_pod("Always", spec=OWN_NEVER, **ONE), [READY], [exited("app", 1)], id="own Never in Always"
        ),
    ],
)
def test_one_sync(decision, pod, sandboxes, containers):
    assert did(compute_pod_actions(pod, sandboxes, containers)) == decision


def test_nothing_is_restarted_in_a_pod_that_is_being_deleted():
    pod = a_pod(**TWO)
    pod.metadata.deletionTimestamp = datetime(2026, 1, 1, tzinfo=UTC)
    assert did(compute_pod_actions(pod, [READY], [exited("app", 1), running("web")])) == []


def test_host_network_needs_no_ip():
    pod = a_pod(**ONE)
    pod.spec.hostNetwork = True
    assert did(compute_pod_actions(pod, [SandboxState(ready=True, network="NODE")], [running("app")])) == []
    assert "sandbox 1" in did(compute_pod_actions(pod, [READY], [running("app")]))


def test_ephemeral_containers_are_started_once():
    pod = a_pod(**ONE)
    pod.spec.ephemeralContainers = [EphemeralContainer(name="debug")]
    assert did(compute_pod_actions(pod, [READY], [running("app")])) == ["start debug"]
    assert did(compute_pod_actions(pod, [READY], [running("app"), exited("debug", 0)])) == []


def test_restart_all_removes_the_triggering_container_last():
    rule = {"app": a_container("app", "Never", [("RestartAllContainers", "In", [42])])}
    pod = a_pod(init=SETUP, spec=rule, **TWO)
    records = [exited("app", 42), running("web"), exited("setup", 0)]
    assert did(compute_pod_actions(pod, [READY], records, restart_all=True)) == [
        "kill and remove web",
        "remove setup",
        "remove app",
    ]


def test_messages():
    pod = a_pod(**TWO)
    records = [running("app", liveness="Failure"), RuntimeContainer("web", "unknown")]
    assert [kill.message for kill in compute_pod_actions(pod, [READY], records).containers_to_kill] == [
        "Container app failed liveness probe, will be restarted",
        'Container is in "unknown" state, try killing it before restart',
    ]


def test_a_record_of_no_container_of_the_spec_is_left_alone():
    assert did(compute_pod_actions(a_pod(**ONE), [READY], [running("app"), running("ghost")])) == []


@pytest.mark.parametrize(
    ("problem", "make"),
    [
        ("state should be running, exited, created or unknown", lambda: RuntimeContainer("app", "Running")),
        ("liveness and startup should be", lambda: RuntimeContainer("app", "running", liveness="failed")),
        (r"pod\.spec is missing", lambda: compute_pod_actions(Pod(), [], [])),
    ],
)
def test_bad_input_is_named(problem, make):
    with pytest.raises(ValueError, match=problem):
        make()


RECORDS = st.builds(
    RuntimeContainer,
    st.sampled_from(["app", "web", "setup", "sidecar", "ghost"]),
    st.sampled_from(["running", "exited", "created", "unknown"]),
    st.integers(-1, 2),
    st.booleans(),
    st.sampled_from([None, "Success", "Failure", "Unknown"]),
    st.sampled_from([None, "Success", "Failure", "Unknown"]),
)
SANDBOXES = st.builds(SandboxState, st.booleans(), st.integers(0, 3), st.sampled_from(["", "10.0.0.5"]))


@given(
    st.sampled_from(["Always", "OnFailure", "Never"]), st.lists(SANDBOXES, max_size=2), st.lists(RECORDS, max_size=5)
)
def test_what_always_holds(policy, sandboxes, records):
    pod = a_pod(policy, init=SETUP | SIDECAR, **TWO)
    before = copy.deepcopy(pod)
    actions = compute_pod_actions(pod, sandboxes, records)
    assert pod == before
    newest = {record.name: record for record in reversed(records)}
    killed = {kill.name for kill in actions.containers_to_kill}
    assert all(newest[name].state in ("running", "unknown") for name in killed)
    for index in actions.containers_to_start:
        record = newest.get(pod.spec.containers[index].name)
        assert record is None or record.state != "running" or record.name in killed or actions.create_sandbox
    assert actions.kill_pod or not actions.create_sandbox
    assert actions.why

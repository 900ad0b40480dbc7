"""What a learner sees in `kubectl get pods`, case by case."""

from datetime import UTC, datetime

import pytest
from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode_object
from podlab.kubectl import pod_ready, pod_restarts, pod_row, pod_status, pods_table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RUNNING = {"running": {}}
DONE = {"terminated": {"exitCode": 0, "reason": "Completed"}}
FAILED = {"terminated": {"exitCode": 3, "reason": "Error"}}
CRASHING = {"waiting": {"reason": "CrashLoopBackOff"}}
CREATING = {"waiting": {"reason": "ContainerCreating"}}
INITIALIZING = {"waiting": {"reason": "PodInitializing"}}


def a_pod(*states, init=(), sidecars=(), initialized=None, ready=False, deleted=False, **status):
    """A pod with a container for each state; a running one is ready. Init containers come before sidecars."""
    inits = [*init, *sidecars]
    conditions = [{"type": "Ready", "status": str(ready)}]
    if initialized is not None:
        conditions.append({"type": "Initialized", "status": str(initialized)})
    return decode_object(
        Pod,
        {
            "metadata": {"name": "shop", "deletionTimestamp": "2025-12-31T23:59:59Z" if deleted else None},
            "spec": {
                "containers": [{"name": f"c{n}"} for n, _ in enumerate(states)],
                "initContainers": [
                    {"name": f"i{n}", "restartPolicy": "Always" if n >= len(init) else None}
                    for n, _ in enumerate(inits)
                ],
            },
            "status": {
                "phase": "Running",
                "conditions": conditions,
                "containerStatuses": [_status(f"c{n}", state) for n, state in enumerate(states)],
                "initContainerStatuses": [_status(f"i{n}", state) for n, state in enumerate(inits)],
                **status,
            },
        },
    )


def _status(name, state):
    if "state" in state:
        return {"name": name, **state}
    return {"name": name, "state": state, "ready": "running" in state, "started": "running" in state}


@pytest.mark.parametrize(
    ("pod", "status"),
    [
        pytest.param(a_pod(RUNNING, RUNNING), "Running", id="all is well"),
        pytest.param(a_pod(RUNNING, CRASHING), "CrashLoopBackOff", id="a container says more than the phase"),
        pytest.param(a_pod(FAILED, CRASHING), "Error", id="the first container's reason wins"),
        pytest.param(a_pod(RUNNING, DONE, ready=True), "Running", id="one is done, the rest is ready"),
        pytest.param(a_pod(RUNNING, DONE), "NotReady", id="one is done, the pod is not ready"),
        pytest.param(a_pod(DONE, FAILED), "Error", id="a failure says more than a completion"),
        pytest.param(a_pod(DONE, phase="Succeeded"), "Completed", id="all is done"),
        pytest.param(a_pod({"terminated": {"exitCode": 137, "signal": 9}}), "Signal:9", id="a signal without a reason"),
        pytest.param(a_pod({"terminated": {"exitCode": 2}}), "ExitCode:2", id="an exit code without a reason"),
        pytest.param(a_pod({}, phase="Pending"), "Pending", id="a container says nothing"),
        pytest.param(a_pod({"waiting": {}}, phase="Pending"), "Pending", id="a container waits without a reason"),
        pytest.param(a_pod(phase="Failed", reason="Evicted"), "Evicted", id="the pod's reason before its phase"),
        pytest.param(a_pod(DONE, phase="Failed", reason="DeadlineExceeded"), "Completed", id="container before pod"),
        pytest.param(
            a_pod(conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]),
            "SchedulingGated",
            id="held back by a scheduling gate",
        ),
        pytest.param(a_pod(INITIALIZING, init=[RUNNING, INITIALIZING]), "Init:0/2", id="the first init container runs"),
        pytest.param(a_pod(INITIALIZING, init=[DONE, INITIALIZING]), "Init:1/2", id="the second init container waits"),
        pytest.param(a_pod(INITIALIZING, init=[FAILED]), "Init:Error", id="an init container failed"),
        pytest.param(a_pod(INITIALIZING, init=[CRASHING]), "Init:CrashLoopBackOff", id="an init container crashes"),
        pytest.param(a_pod(INITIALIZING, init=[FAILED], initialized=True), "PodInitializing", id="Initialized is True"),
        pytest.param(a_pod(RUNNING, sidecars=[RUNNING], ready=True), "Running", id="a sidecar has started"),
        pytest.param(
            a_pod(RUNNING, sidecars=[FAILED], initialized=True), "Init:Error", id="a sidecar failed in a running pod"
        ),
        pytest.param(a_pod(RUNNING, deleted=True), "Terminating", id="being deleted"),
        pytest.param(a_pod(FAILED, deleted=True, phase="Failed"), "Error", id="deleted, but already finished"),
        pytest.param(a_pod(RUNNING, deleted=True, reason="NodeLost"), "Unknown", id="deleted on a lost node"),
        pytest.param(Pod(), "", id="nothing is known"),
    ],
)
def test_status(pod, status):
    assert pod_status(pod) == status


@pytest.mark.parametrize(
    ("pod", "ready"),
    [
        pytest.param(a_pod(RUNNING, CRASHING), (1, 2), id="one of two"),
        pytest.param(a_pod(RUNNING, init=[DONE]), (1, 1), id="plain init containers do not count"),
        pytest.param(a_pod(RUNNING, sidecars=[RUNNING]), (2, 2), id="sidecars count"),
        pytest.param(a_pod(INITIALIZING, init=[RUNNING], sidecars=[INITIALIZING]), (0, 2), id="still initialising"),
        pytest.param(a_pod(RUNNING, sidecars=[DONE]), (1, 2), id="a sidecar that exited with 0 is passed over"),
        pytest.param(a_pod(RUNNING, sidecars=[FAILED], initialized=True), (1, 2), id="a sidecar failed"),
        pytest.param(a_pod(RUNNING, sidecars=[FAILED]), (0, 2), id="a sidecar failed before Initialized"),
        pytest.param(a_pod({"state": RUNNING, "ready": False}), (0, 1), id="running is not ready"),
        pytest.param(a_pod({"state": {}, "ready": True}), (0, 1), id="ready without a state"),
        pytest.param(Pod(), (0, 0), id="nothing is known"),
    ],
)
def test_ready(pod, ready):
    assert pod_ready(pod) == ready


def again(state, count, ended=None):
    """A container that was restarted `count` times, its last run having ended at `ended`."""
    last = {"terminated": {"exitCode": 1, "finishedAt": ended}} if count else None
    return {"state": state, "restartCount": count, "lastState": last, "started": "running" in state}


@pytest.mark.parametrize(
    ("pod", "restarts"),
    [
        pytest.param(a_pod(RUNNING), "0", id="none"),
        pytest.param(
            a_pod(again(RUNNING, 2, "2025-12-31T23:59:00Z"), again(RUNNING, 1, "2025-12-31T23:59:30Z")),
            "3 (30s ago)",
            id="the sum, and the latest",
        ),
        pytest.param(a_pod(again(RUNNING, 2)), "2", id="nobody knows when"),
        pytest.param(a_pod(again(RUNNING, 2, "0001-01-01T00:00:00Z")), "2", id="the zero time is no time"),
        pytest.param(
            a_pod(INITIALIZING, init=[again(CRASHING, 4, "2025-12-31T23:58:55Z")]), "4 (65s ago)", id="initialising"
        ),
        pytest.param(a_pod(again(RUNNING, 1), init=[again(DONE, 4)]), "1", id="init restarts are forgotten"),
        pytest.param(a_pod(again(RUNNING, 1), sidecars=[again(RUNNING, 4)]), "5", id="sidecar restarts are not"),
    ],
)
def test_restarts(pod, restarts):
    assert pod_row(pod, NOW)[3] == restarts


def test_restarts_are_data_too():
    pod = a_pod(again(RUNNING, 2, "2025-12-31T23:59:00Z"))
    assert pod_restarts(pod) == (2, datetime(2025, 12, 31, 23, 59, tzinfo=UTC))


def test_what_is_not_known_prints_as_in_kubernetes():
    assert pod_row(Pod(), NOW) == ["", "0/0", "", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>"]


@pytest.mark.parametrize(
    ("status", "ip"),
    [
        pytest.param({"podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}, "10.0.0.1", id="the first of several"),
        pytest.param({"podIP": "10.0.0.9", "podIPs": [{"ip": "10.0.0.1"}]}, "10.0.0.9", id="podIP where they differ"),
        pytest.param({"podIP": "10.0.0.9"}, "10.0.0.9", id="podIP alone"),
        pytest.param({"podIPs": []}, "<none>", id="none"),
    ],
)
def test_ip(status, ip):
    assert pod_row(a_pod(**status), NOW)[5] == ip


def test_readiness_gates_are_counted_by_their_first_condition():
    pod = decode_object(
        Pod,
        {
            "spec": {"containers": [], "readinessGates": [{"conditionType": "a"}, {"conditionType": "b"}]},
            "status": {"conditions": [{"type": "a", "status": "True"}, {"type": "a", "status": "False"}]},
        },
    )
    assert pod_row(pod, NOW)[8] == "1/2"


def test_label_columns():
    pods = [
        decode_object(Pod, {"metadata": {"name": "shop", "namespace": "x", "labels": {"app": "shop", "k/tier": "a"}}}),
        decode_object(Pod, {"metadata": {"name": "db", "namespace": "x", "labels": {"app": "db"}}}),
    ]
    text = pods_table(pods, NOW, label_columns=["app", "k/tier"], show_labels=True, all_namespaces=True)
    assert text == (
        "NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE         APP    TIER   LABELS\n"
        "x           shop   0/0              0          <unknown>   shop   a      app=shop,k/tier=a\n"
        "x           db     0/0              0          <unknown>   db            app=db\n"
    )
    assert pods_table([], NOW) == ""

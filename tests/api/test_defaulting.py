"""What the API fills in, seen field by field; the reference has whole pods."""

from datetime import UTC, datetime
from typing import Any

import pytest
from lightkube.models.core_v1 import Pod

from podlab.api import decode_object, default_pod, encode, prepare_for_create


def made(container: dict[str, Any] | None = None, how: Any = default_pod, **spec: Any) -> dict[str, Any]:
    data = {
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "a", "image": "b:1", **(container or {})}], **spec},
    }
    result: dict[str, Any] = encode(how(decode_object(Pod, data)))
    return result


def container(**fields: Any) -> dict[str, Any]:
    return made(fields)["spec"]["containers"][0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("restartPolicy", "Always", id="restartPolicy"),
        pytest.param("dnsPolicy", "ClusterFirst", id="dnsPolicy"),
        pytest.param("terminationGracePeriodSeconds", 30, id="terminationGracePeriodSeconds"),
        pytest.param("schedulerName", "default-scheduler", id="schedulerName"),
        pytest.param("enableServiceLinks", True, id="enableServiceLinks"),
        pytest.param("securityContext", {}, id="securityContext"),
    ],
)
def test_the_pod(field: str, value: object) -> None:
    assert made()["spec"][field] == value


def test_what_is_given_stays() -> None:
    spec = made(restartPolicy="Never", terminationGracePeriodSeconds=0, enableServiceLinks=False)["spec"]
    assert (spec["restartPolicy"], spec["terminationGracePeriodSeconds"], spec["enableServiceLinks"]) == (
        "Never",
        0,
        False,
    )


def test_the_container() -> None:
    assert container(image="b") == {
        "name": "a",
        "image": "b",
        "imagePullPolicy": "Always",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }


def test_probes() -> None:
    probe = container(livenessProbe={"httpGet": {"port": 80}, "timeoutSeconds": 0})["livenessProbe"]
    assert probe == {
        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert container(startupProbe={"grpc": {"port": 80}})["startupProbe"]["grpc"] == {"port": 80, "service": ""}


def test_ports() -> None:
    assert container(ports=[{"containerPort": 80}])["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    shared = made({"ports": [{"containerPort": 80}]}, hostNetwork=True)["spec"]["containers"][0]["ports"]
    assert shared == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        pytest.param(
            {"limits": {"cpu": "1"}}, {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}, id="limits are asked for"
        ),
        pytest.param(
            {"limits": {"cpu": "1"}, "requests": {"cpu": "500m"}},
            {"limits": {"cpu": "1"}, "requests": {"cpu": "500m"}},
            id="what is asked for stays",
        ),
        pytest.param(
            {"requests": {"cpu": "0.0001"}}, {"requests": {"cpu": "1m"}}, id="nothing finer than a thousandth"
        ),
        pytest.param({"requests": {"memory": "1.5Gi"}}, {"requests": {"memory": "1536Mi"}}, id="the canonical form"),
    ],
)
def test_resources(given: object, filled: object) -> None:
    assert container(resources=given)["resources"] == filled


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        pytest.param({}, {"emptyDir": {}}, id="no source means an empty directory"),
        pytest.param({"configMap": {"name": "c"}}, {"configMap": {"name": "c", "defaultMode": 0o644}}, id="configMap"),
        pytest.param(
            {"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 0o644}}, id="secret"
        ),
        pytest.param({"hostPath": {"path": "/p"}}, {"hostPath": {"path": "/p", "type": ""}}, id="hostPath"),
        pytest.param({"emptyDir": {"sizeLimit": "1024Ki"}}, {"emptyDir": {"sizeLimit": "1Mi"}}, id="emptyDir"),
    ],
)
def test_volumes(source: dict[str, Any], filled: dict[str, Any]) -> None:
    assert made(volumes=[{"name": "v", **source}])["spec"]["volumes"] == [{"name": "v", **filled}]


def test_filling_in_again_changes_nothing() -> None:
    once = default_pod(decode_object(Pod, {"metadata": {"name": "a"}, "spec": {"containers": [{"image": "b"}]}}))
    assert default_pod(once) == once


NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def stored(**spec: Any) -> dict[str, Any]:
    return made(how=lambda pod: prepare_for_create(pod, NOW), **spec)


def test_a_new_pod_is_pending() -> None:
    pod = stored()
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert pod["metadata"]["generation"] == 1


def test_a_status_that_comes_along_is_dropped() -> None:
    pod = decode_object(Pod, {"spec": {"containers": []}, "status": {"phase": "Running", "podIP": "1.2.3.4"}})
    status = prepare_for_create(pod).status
    assert status is not None
    assert (status.phase, status.podIP) == ("Pending", None)


def test_a_gated_pod_says_so_from_the_start() -> None:
    (condition,) = stored(schedulingGates=[{"name": "example.com/wait"}])["status"]["conditions"]
    assert condition == {
        "type": "PodScheduled",
        "status": "False",
        "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates",
        "lastTransitionTime": "2026-01-31T12:00:00Z",
    }


def test_a_negative_grace_period_becomes_a_second() -> None:
    assert stored(terminationGracePeriodSeconds=-5)["spec"]["terminationGracePeriodSeconds"] == 1


def test_the_service_account_under_both_names() -> None:
    spec = stored(serviceAccount="robot")["spec"]
    assert (spec["serviceAccount"], spec["serviceAccountName"]) == ("robot", "robot")


def test_label_keys_become_conditions_on_the_pods_own_labels() -> None:
    spread = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {}}
    (made_of,) = stored(topologySpreadConstraints=[{**spread, "matchLabelKeys": ["app", "none"]}])["spec"][
        "topologySpreadConstraints"
    ]
    assert made_of["labelSelector"] == {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}

"""Pods in the form of 2014 (v1beta1)."""

import json
from typing import Any

import pytest
import yaml

from podlab.api import Fault, ManifestError, encode, load_objects

REDIS = """{"id": "redis-controller", "kind": "Pod", "apiVersion": "v1beta1",
"desiredState": {"manifest": {"version": "v1beta1", "containers": [{"name": "redis", "image": "dockerfile/redis",
"ports": [{"containerPort": 6379, "hostPort": 6379}]}]}}, "labels": {"name": "redis-controller"}}"""


TODAY = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "redis-controller", "labels": {"name": "redis-controller"}},
    "spec": {
        "containers": [
            {"name": "redis", "image": "dockerfile/redis", "ports": [{"containerPort": 6379, "hostPort": 6379}]}
        ]
    },
}


def old_pod(manifest: dict[str, Any] | None = None, **beside: Any) -> dict[str, Any]:
    manifest = {"version": "v1beta1", "containers": [{"name": "a", "image": "b"}], **(manifest or {})}
    return {"id": "web", "kind": "Pod", "apiVersion": "v1beta1", "desiredState": {"manifest": manifest}, **beside}


def spec_of(manifest: dict[str, Any] | None = None, **beside: Any) -> Any:
    (pod,) = load_objects(old_pod(manifest, **beside))
    return encode(pod)["spec"]


def container_of(**fields: Any) -> Any:
    return spec_of({"containers": [{"name": "a", "image": "b", **fields}]})["containers"][0]


def faults_of(data: object) -> list[Fault]:
    with pytest.raises(ManifestError) as caught:
        load_objects(data)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(REDIS, id="JSON"),
        pytest.param(json.dumps(json.loads(REDIS), indent=4), id="JSON of several lines"),
        pytest.param(yaml.safe_dump(json.loads(REDIS)), id="YAML"),
    ],
)
def test_the_redis_controller_loads_as_todays_pod(text: str) -> None:
    assert [encode(obj) for obj in load_objects(text)] == [TODAY]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"command": ["x"]}, {"args": ["x"]}, id="command is args"),
        pytest.param({"entrypoint": ["x"]}, {"command": ["x"]}, id="entrypoint is command"),
        pytest.param({"workingDir": "/srv"}, {"workingDir": "/srv"}, id="workingDir"),
        pytest.param({"cpu": 250}, {"resources": {"limits": {"cpu": "250m"}}}, id="cpu in thousandths"),
        pytest.param({"memory": 67108864}, {"resources": {"limits": {"memory": "67108864"}}}, id="memory in bytes"),
        pytest.param({"cpu": 0, "memory": 0}, {}, id="zero means no limit"),
        pytest.param({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A", "value": "1"}]}, id="env by name"),
        pytest.param({"env": [{"key": "A", "value": "1"}]}, {"env": [{"name": "A", "value": "1"}]}, id="env by key"),
        pytest.param({"imagePullPolicy": "PullAlways"}, {"imagePullPolicy": "Always"}, id="PullAlways"),
        pytest.param({"imagePullPolicy": "PullNever"}, {"imagePullPolicy": "Never"}, id="PullNever"),
        pytest.param(
            {"imagePullPolicy": "PullIfNotPresent"}, {"imagePullPolicy": "IfNotPresent"}, id="PullIfNotPresent"
        ),
        pytest.param({"imagePullPolicy": ""}, {}, id="no pull policy"),
        pytest.param({"privileged": True}, {"securityContext": {"privileged": True}}, id="privileged"),
        pytest.param(
            {"ports": [{"name": "p", "hostPort": 1, "containerPort": 2, "protocol": "UDP"}]},
            {"ports": [{"name": "p", "hostPort": 1, "containerPort": 2, "protocol": "UDP"}]},
            id="ports",
        ),
        pytest.param(
            {"livenessProbe": {"exec": {"command": ["x"]}, "initialDelaySeconds": 3}},
            {"livenessProbe": {"exec": {"command": ["x"]}, "initialDelaySeconds": 3}},
            id="a probe",
        ),
    ],
)
def test_containers(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert container_of(**old) == {"name": "a", "image": "b", **new}


@pytest.mark.parametrize(
    ("source", "new"),
    [
        pytest.param({"emptyDir": {}}, {"emptyDir": {}}, id="emptyDir"),
        pytest.param({"hostDir": {"path": "/srv"}}, {"hostPath": {"path": "/srv"}}, id="hostDir"),
        pytest.param({"persistentDisk": {"pdName": "d"}}, {"gcePersistentDisk": {"pdName": "d"}}, id="persistentDisk"),
        pytest.param({"gitRepo": {"repository": "r"}}, {"gitRepo": {"repository": "r"}}, id="gitRepo"),
        pytest.param(None, {}, id="no source, which means an empty directory"),
    ],
)
def test_volumes(source: object, new: dict[str, Any]) -> None:
    assert spec_of({"volumes": [{"name": "v", "source": source}]})["volumes"] == [{"name": "v", **new}]


@pytest.mark.parametrize(
    ("policy", "new"),
    [
        pytest.param({"always": {}}, "Always", id="always"),
        pytest.param({"onFailure": {}}, "OnFailure", id="onFailure"),
        pytest.param({"never": {}}, "Never", id="never"),
        pytest.param({"never": None}, "Never", id="never, with nothing after it"),
        pytest.param({}, None, id="none of them"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_restart_policies(policy: object, new: str | None) -> None:
    assert spec_of({"restartPolicy": policy}).get("restartPolicy") == new


def test_what_stands_beside_the_desired_state() -> None:
    data = old_pod(labels={"a": "b"}, annotations={"c": "d"}, namespace="shop", nodeSelector={"disk": "ssd"})
    (pod,) = load_objects(data)
    made = encode(pod)
    assert made["metadata"] == {"name": "web", "namespace": "shop", "labels": {"a": "b"}, "annotations": {"c": "d"}}
    assert made["spec"]["nodeSelector"] == {"disk": "ssd"}


BAD = [
    pytest.param({"id": ""}, "id", "is missing", id="no id"),
    pytest.param({"id": "1web"}, "id", "RFC 1035", id="an id with a digit first"),
    pytest.param({"id": "Web"}, "id", "RFC 1035", id="an id with a capital"),
    pytest.param({"id": "web-"}, "id", "RFC 1035", id="an id with a hyphen last"),
    pytest.param({"id": "a" * 64}, "id", "RFC 1035", id="an id too long"),
    pytest.param({"id": 7}, "id", "RFC 1035", id="an id that is a number"),
    pytest.param({"kind": "Service"}, "kind", "must be Pod", id="another kind"),
    pytest.param({"desiredState": {}}, "desiredState.manifest", "is missing", id="no manifest"),
    pytest.param({"desiredState": None}, "desiredState.manifest", "is missing", id="no desired state"),
    pytest.param(
        {"desiredState": {"manifest": []}}, "desiredState.manifest", "is missing", id="a list for the manifest"
    ),
    pytest.param({"metadata": {}}, "metadata", "unknown field", id="a field of today"),
    pytest.param({"lables": {}}, "lables", "unknown field", id="a slip"),
    pytest.param({"labels": {"a": 1}}, "labels[a]", "must be a text", id="a number for a label"),
]


@pytest.mark.parametrize(("change", "path", "message"), BAD)
def test_faults_of_the_pod_name_the_fields_of_2014(change: dict[str, Any], path: str, message: str) -> None:
    (fault,) = faults_of(old_pod() | change)
    assert fault.path == path
    assert message in fault.message
    assert fault.hint


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        pytest.param({"version": "v1"}, "version", "must be v1beta1 or v1beta2", id="a version of today"),
        pytest.param(
            {"restartPolicy": "Always"}, "restartPolicy", "one of always, onFailure, never", id="a policy as text"
        ),
        pytest.param({"restartPolicy": {"often": {}}}, "restartPolicy", "one of always", id="an unknown policy"),
        pytest.param({"containers": "a"}, "containers", "must be a list", id="no list of containers"),
        pytest.param({"containers": []}, "containers", "Required value", id="no containers"),
        pytest.param({"containers": [{"name": "a"}]}, "containers[0].image", "Required value", id="no image"),
        pytest.param(
            {"containers": [{"name": "A", "image": "b"}]}, "containers[0].name", "Invalid value", id="a bad name"
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "comand": []}]},
            "containers[0].comand",
            "unknown field",
            id="a slip",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "args": []}]},
            "containers[0].args",
            "unknown field",
            id="args of today",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "cpu": "1"}]},
            "containers[0].cpu",
            "thousandths of a core",
            id="cpu as text",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "memory": -1}]}, "containers[0].memory", "bytes", id="memory"
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "imagePullPolicy": "Always"}]},
            "containers[0].imagePullPolicy",
            "PullAlways",
            id="a pull policy of today",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "env": [{"key": 5}]}]},
            "containers[0].env[0].key",
            "a text",
            id="env",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "b", "ports": [{"hostPort": "x"}]}]},
            "containers[0].ports[0].hostPort",
            "must be a whole number",
            id="a port",
        ),
        pytest.param(
            {"volumes": [{"name": "v", "emptyDir": {}}]}, "volumes[0].emptyDir", "unknown field", id="no source"
        ),
        pytest.param(
            {"volumes": [{"name": "v", "source": {"nfs": {}}}]}, "volumes[0].source.nfs", "unknown field", id="nfs"
        ),
        pytest.param(
            {"volumes": [{"name": "v", "source": {"hostDir": {"path": 3}}}]},
            "volumes[0].source.hostDir.path",
            "must be a text",
            id="hostDir",
        ),
    ],
)
def test_faults_of_the_manifest_name_the_fields_of_2014(change: dict[str, Any], path: str, message: str) -> None:
    fault = faults_of(old_pod(change))[0]
    assert fault.path == f"desiredState.manifest.{path}"
    assert message in fault.message
    assert fault.hint


def test_all_faults_come_at_once_with_their_lines() -> None:
    text = json.dumps(json.loads(REDIS), indent=1).replace("redis-controller", "Redis").replace('"image"', '"img"')
    assert [(fault.line, fault.path) for fault in faults_of(text)] == [
        (2, "id"),
        (9, "desiredState.manifest.containers[0].image"),
        (11, "desiredState.manifest.containers[0].img"),
    ]


def test_a_form_that_is_older_or_newer_is_unknown() -> None:
    (fault,) = faults_of(old_pod() | {"apiVersion": "v1beta3"})
    assert fault.path == "apiVersion"
    assert fault.hint == "Write apiVersion: v1."

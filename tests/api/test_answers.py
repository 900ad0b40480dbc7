"""The API's whole answer to a manifest: decoding, errors, warnings, hints."""

from typing import Any

import pytest
from lightkube.models.core_v1 import Pod

from podlab.api import create_pod, load_objects, validate_object
from podlab.api.decode import decode_object
from podlab.api.validation.errors import ErrorList, quoted, shown
from tests.api.pods import container, mounted, pod, volume


def test_a_pod_that_is_right() -> None:
    result = create_pod(pod())
    assert result.valid
    assert result.pod is not None
    assert result.pod.status is not None
    assert result.pod.status.phase == "Pending"
    assert (result.errors, result.warnings, result.api_error, result.api_code) == ((), (), None, None)
    assert result.qos_class == "BestEffort"


def test_one_error() -> None:
    result = create_pod(pod({"restartPolicy": "never"}))
    assert (result.valid, result.api_reason, result.api_code) == (False, "Invalid", 422)
    assert result.api_error == (
        'Pod "web" is invalid: spec.restartPolicy: Unsupported value: "never": '
        'supported values: "Always", "OnFailure", "Never"'
    )


def test_several_errors_stand_in_brackets_and_none_twice() -> None:
    result = create_pod(
        container(ports=[{"containerPort": 1, "protocol": "x"}], tty=True, stdin=True, name="", image="")
    )
    assert result.api_error is not None
    assert result.api_error.startswith('Pod "web" is invalid: [spec.containers[0].name: Required value, ')
    assert result.api_error.endswith("]")
    twice = create_pod(container(livenessProbe={"exec": {"command": ["x"]}, "successThreshold": -1}))
    texts = [error.error for error in twice.errors]
    assert twice.api_error is not None
    assert all(twice.api_error.count(text) == 1 for text in texts)


def test_unknown_fields_are_named_but_do_no_harm() -> None:
    result = create_pod(container(imagee="x"))
    assert result.valid
    assert result.strict_decoding_errors == ('unknown field "spec.containers[0].imagee"',)
    assert result.unknown_fields[0].hint == "Did you mean image?"


def test_what_cannot_be_decoded_is_looked_at_no_further() -> None:
    result = create_pod(container(name="A", tty="yes"))
    assert not result.valid
    assert [fault.path for fault in result.decode_errors] == ["spec.containers[0].tty"]
    assert (result.pod, result.errors, result.qos_class, result.api_error) == (None, (), None, None)


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param([], "", id="a list"),
        pytest.param({}, "apiVersion", id="an empty object"),
        pytest.param({"apiVersion": "v1", "kind": "Service"}, "kind", id="another kind"),
        pytest.param({"apiVersion": 1, "kind": "Pod"}, "apiVersion", id="a number for a version"),
    ],
)
def test_what_is_no_pod(manifest: object, path: str) -> None:
    assert create_pod(manifest).decode_errors[0].path == path


@pytest.mark.parametrize(
    ("manifest", "hint"),
    [
        pytest.param(pod(name="Web"), "Use small letters, digits and hyphens", id="a name"),
        pytest.param(pod({"restartPolicy": "allways"}), "Did you mean Always?", id="a slip"),
        pytest.param(pod({"restartPolicy": "x"}), "Write Always, OnFailure or Never.", id="a choice"),
        pytest.param(container(image=""), "Say which image to run, such as nginx:1.27.", id="an image"),
        pytest.param(container(ports=[{"containerPort": 70000}]), "Use a number from 1 to 65535.", id="a port"),
        pytest.param(
            container(livenessProbe={}),
            "Add exactly one of exec, httpGet, tcpSocket and grpc (a hook: exec, httpGet, sleep).",
            id="a probe",
        ),
        pytest.param(
            container(resources={"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}),
            "Ask for no more than the limit, 1, or raise the limit.",
            id="a request",
        ),
        pytest.param(
            mounted({"mountPath": "/v", "name": "w"}),
            "Add a volume of this name under spec.volumes, and see that it has no fault itself.",
            id="a mount of nothing",
        ),
        pytest.param(volume(hostPath={"path": ""}), "Add path.", id="a path"),
        pytest.param(pod({"activeDeadlineSeconds": 0}), "Use a number from 1 to 2147483647.", id="a deadline"),
    ],
)
def test_hints(manifest: dict[str, Any], hint: str) -> None:
    assert create_pod(manifest).errors[0].hint.startswith(hint)


ENV_TWICE = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]


@pytest.mark.parametrize(
    ("manifest", "warnings"),
    [
        pytest.param(pod(), [], id="nothing to warn of"),
        pytest.param(
            container(env=ENV_TWICE),
            ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
            id="a variable twice",
        ),
        pytest.param(
            volume(gitRepo={"repository": "r"}), ["spec.volumes[0].gitRepo: deprecated in v1.11"], id="an old volume"
        ),
        pytest.param(
            pod({"nodeSelector": {"beta.kubernetes.io/os": "linux"}}),
            ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
            id="an old label",
        ),
        pytest.param(
            volume(configMap={"name": "c", "items": [{"key": "k", "path": "a"}, {"key": "l", "path": "a/b"}]}),
            ['volume "v" (ConfigMap "c"): overlapping paths: "a/b" with "a"'],
            id="a file inside a file",
        ),
    ],
)
def test_warnings(manifest: dict[str, Any], warnings: list[str]) -> None:
    result = create_pod(manifest)
    assert result.valid
    assert list(result.warnings) == warnings


def test_overlapping_files_of_several_sources() -> None:
    sources = [
        {"configMap": {"name": "c", "items": [{"key": "k", "path": "a/b"}, {"key": "k", "path": "x"}]}},
        {"secret": {"name": "s", "items": [{"key": "k", "path": "a/"}]}},
        {"serviceAccountToken": {"path": "x/y", "expirationSeconds": 600}},
    ]
    manifest = pod({"serviceAccountName": "a", "volumes": [{"name": "v", "projected": {"sources": sources}}]})
    assert [text.partition(": overlapping paths: ")[2] for text in create_pod(manifest).warnings] == [
        '"a" (Secret "s") with "a/b" (ConfigMap "c")',
        '"x/y" (ServiceAccountToken) with "x" (ConfigMap "c")',
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a", '"a"', id="a text"),
        pytest.param('a"\\\n\x01', r'"a\"\\\n\x01"', id="what must be escaped"),
        pytest.param("é\u200b🙂", '"é\\u200b🙂"', id="letters of the world"),
        pytest.param(-1, "-1", id="a number"),
        pytest.param(True, "true", id="a truth value"),
        pytest.param(["<b>", "&"], r'["\u003cb\u003e","\u0026"]', id="a list"),
        pytest.param({"a": None}, '{"a":null}', id="an object"),
    ],
)
def test_values_in_errors_look_as_go_prints_them(value: object, text: str) -> None:
    assert shown(value) == text
    assert not isinstance(value, str) or quoted(value) == text


def test_an_answer_does_not_grow_without_end() -> None:
    errors = ErrorList()
    for _ in range(100):
        errors.invalid("a", "x" * 1_000_000, "is long")
    assert len(errors) == 4


def controller(kind: str, template: dict[str, Any] | None, **spec: Any) -> dict[str, Any]:
    version = {"ReplicationController": "v1", "Job": "batch/v1"}.get(kind, "apps/v1")
    body = spec if template is None else {**spec, "template": template}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": body}


def template(spec: dict[str, Any] | None = None, **labels: str) -> dict[str, Any]:
    return {"metadata": {"labels": labels or {"app": "web"}}, "spec": {**pod()["spec"], **(spec or {})}}


APP = {"matchLabels": {"app": "web"}}


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        pytest.param(controller("Deployment", template(), selector=APP), [], id="a Deployment"),
        pytest.param(controller("ReplicaSet", template(), selector=APP), [], id="a ReplicaSet"),
        pytest.param(
            controller("ReplicationController", template()), [], id="a ReplicationController without selector"
        ),
        pytest.param(controller("Job", template({"restartPolicy": "Never"})), [], id="a Job"),
        pytest.param(
            controller("Deployment", template()),
            [
                "spec.selector: Required value",
                'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match …',
            ],
            id="no selector",
        ),
        pytest.param(
            controller("ReplicaSet", template(), selector={"matchLabels": {}}),
            ['spec.selector: Invalid value: {"matchLabels":{}}: empty selector is invalid for deployment'],
            id="an empty selector",
        ),
        pytest.param(
            controller("Deployment", template(app="db"), selector=APP),
            ['spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match …'],
            id="a selector that picks others",
        ),
        pytest.param(
            controller(
                "ReplicaSet", template(), selector={"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}
            ),
            ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match …'],
            id="an expression that picks others",
        ),
        pytest.param(
            controller("ReplicationController", template(), selector={"a": "b"}),
            ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match …'],
            id="a ReplicationController's selector that picks others",
        ),
        pytest.param(
            controller("ReplicationController", None),
            ["spec.selector: Required value", "spec.template: Required value"],
            id="no template",
        ),
        pytest.param(
            controller("Deployment", template(), selector=APP, replicas=-1),
            ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
            id="less than no replicas",
        ),
        pytest.param(
            controller("Deployment", template({"restartPolicy": "Never"}), selector=APP),
            ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
            id="pods that end under a Deployment",
        ),
        pytest.param(
            controller("Job", template()),
            ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
            id="pods that never end under a Job",
        ),
        pytest.param(
            controller("Deployment", template({"containers": []}), selector=APP),
            ["spec.template.spec.containers: Required value"],
            id="a fault in the template",
        ),
        pytest.param(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "namespace": "b"}},
            [],
            id="a namespace in a namespace, which the API clears",
        ),
        pytest.param(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"..": ""}},
            ["data[..]: Invalid value: \"..\": must not be '..'"],
            id="a key that is no file",
        ),
        pytest.param(
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a.b"}, "spec": {"ports": [{"port": 80}]}},
            ['metadata.name: Invalid value: "a.b": must not contain dots'],
            id="a service's name",
        ),
    ],
)
def test_other_kinds(manifest: dict[str, Any], errors: list[str]) -> None:
    (obj,) = load_objects(manifest, validate=False)
    found = validate_object(obj)
    assert len(found) == len(errors)
    for error, wanted in zip(found, errors, strict=True):
        assert error.error == wanted or (wanted.endswith("…") and error.error.startswith(wanted[:-1]))
    assert all(error.hint for error in found)
    assert load_objects(manifest, validate=False) == [obj]


def test_validating_leaves_the_object_as_it_was() -> None:
    obj = decode_object(Pod, pod({"nodeSelector": {"a": "b"}}))
    assert validate_object(obj) == []
    assert obj == decode_object(Pod, pod({"nodeSelector": {"a": "b"}}))

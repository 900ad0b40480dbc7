"""JSON data into objects and back."""

from datetime import UTC, datetime

import pytest
from lightkube.models.core_v1 import ConfigMap, Container, Pod, PodSpec, PodStatus, Secret
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api import ManifestError, decode, decode_object, encode


@pytest.mark.parametrize(
    ("cls", "data", "path", "message", "hint"),
    [
        pytest.param(
            Container, {"tty": "yes"}, "tty", "must be true or false", "without quotes", id="a text for a truth value"
        ),
        pytest.param(
            Container, {"tty": 1}, "tty", "not the number 1", "true or false", id="a number for a truth value"
        ),
        pytest.param(Container, {"image": 1.27}, "image", "not the number 1.27", '"1.27"', id="a number for a text"),
        pytest.param(
            Container, {"image": True}, "image", "not the truth value true", '"true"', id="a truth value for a text"
        ),
        pytest.param(Container, {"args": [1]}, "args[0]", "must be a text", "quotes", id="a number in a list of texts"),
        pytest.param(Container, {"args": "a"}, "args", "must be a list", "list", id="a text for a list"),
        pytest.param(Container, {"ports": {}}, "ports", "must be a list", "list", id="an object for a list"),
        pytest.param(
            Container, {"resources": []}, "resources", "must be an object", "fields", id="a list for an object"
        ),
        pytest.param(Container, [], "", "must be an object, not a list", "fields", id="a list for the whole"),
        pytest.param(Container, "a", "", 'must be an object, not the text "a"', "fields", id="a text for the whole"),
        pytest.param(Container, None, "", "must be an object, not nothing", "fields", id="nothing for the whole"),
        pytest.param(
            PodSpec, {"priority": 2**31}, "priority", "does not fit into 32 bits", "2147483647", id="beyond 32 bits"
        ),
        pytest.param(PodSpec, {"priority": 1.5}, "priority", "must be a whole number", "whole", id="a fraction"),
        pytest.param(
            PodSpec, {"priority": "5"}, "priority", "must be a whole number", "without quotes: 5", id="digits in quotes"
        ),
        pytest.param(
            PodSpec, {"activeDeadlineSeconds": 2**63}, "activeDeadlineSeconds", "into 64 bits", "", id="beyond 64 bits"
        ),
        pytest.param(
            Container,
            {"resources": {"limits": {"memory": "64MB"}}},
            "resources.limits[memory]",
            "not a quantity",
            "64Mi",
            id="MB",
        ),
        pytest.param(
            Container,
            {"resources": {"limits": {"cpu": [1]}}},
            "resources.limits[cpu]",
            "a quantity",
            "",
            id="a list for an amount",
        ),
        pytest.param(
            Container,
            {"livenessProbe": {"tcpSocket": {"port": 1.5}}},
            "livenessProbe.tcpSocket.port",
            "must be a whole number or a text",
            "",
            id="a fraction for a port",
        ),
        pytest.param(ObjectMeta, {"labels": {"a": 1}}, "labels[a]", "must be a text", '"1"', id="a number for a label"),
        pytest.param(ObjectMeta, {"labels": ["a"]}, "labels", "must be an object", "", id="a list for labels"),
        pytest.param(
            ObjectMeta,
            {"creationTimestamp": "yesterday"},
            "creationTimestamp",
            "RFC 3339",
            "2026-01-31T12:00:00Z",
            id="no time",
        ),
        pytest.param(
            ObjectMeta,
            {"creationTimestamp": "2026-01-31T12:00:00"},
            "creationTimestamp",
            "RFC 3339",
            "Z",
            id="a time without zone",
        ),
        pytest.param(
            Secret, {"data": {"key": "not base64!"}}, "data[key]", "is not base64", "stringData", id="no base64"
        ),
        pytest.param(Container, {"imagee": "x"}, "imagee", "unknown field", "Did you mean image?", id="a slip"),
        pytest.param(
            Container,
            {"volumes": []},
            "volumes",
            "unknown field",
            "It belongs to the pod: move it up, under spec.",
            id="the pod's",
        ),
        pytest.param(
            PodSpec,
            {"containers": [], "labels": {}},
            "labels",
            "unknown field",
            "It belongs under metadata, not under spec.",
            id="the object's",
        ),
        pytest.param(Container, {"Image": "x"}, "Image", "unknown field", "Did you mean image?", id="a capital"),
        pytest.param(
            Container, {"livenesProbe": {}}, "livenesProbe", "unknown field", "livenessProbe", id="another slip"
        ),
        pytest.param(
            Pod, {"containers": []}, "containers", "unknown field", "under spec", id="a field a level too high"
        ),
    ],
)
def test_what_does_not_fit(cls: type, data: object, path: str, message: str, hint: str) -> None:
    _, faults = decode(cls, data)
    assert [fault.path for fault in faults] == [path]
    assert message in faults[0].message
    assert faults[0].hint
    assert hint in faults[0].hint


def test_everything_else_is_read_all_the_same() -> None:
    container, faults = decode(
        Container, {"name": "a", "tty": "yes", "args": ["x", 1], "imagee": "b"}, "spec.containers[0]"
    )
    assert container == Container(name="a", tty=False, args=["x", ""])
    assert [fault.path for fault in faults] == [
        "spec.containers[0].tty",
        "spec.containers[0].args[1]",
        "spec.containers[0].imagee",
    ]


def test_what_is_absent_or_null_has_the_zero_value_of_its_type() -> None:
    spec, faults = decode(PodSpec, {"containers": [{"image": None, "ports": [{}]}, None]})
    assert not faults
    assert encode(spec) == {"containers": [{"name": "", "ports": [{"containerPort": 0}]}, {"name": ""}]}


def test_quantities_and_ports_stay_as_they_were_written() -> None:
    data = {
        "name": "a",
        "resources": {"limits": {"cpu": 1, "memory": "1.50Gi", "example.com/x": "1e3"}},
        "livenessProbe": {"tcpSocket": {"port": "http"}},
        "readinessProbe": {"tcpSocket": {"port": 80}},
    }
    assert encode(decode_object(Container, data)) == data


def test_times() -> None:
    status = decode_object(PodStatus, {"startTime": "2026-01-31T12:00:00+02:00"})
    assert status.startTime == datetime(2026, 1, 31, 10, tzinfo=UTC)
    whole = decode_object(PodStatus, {"startTime": "2026-01-31T12:00:00Z"})
    assert encode(whole) == {"startTime": "2026-01-31T12:00:00Z"}
    assert decode_object(PodStatus, encode(status)) == status


def test_names_that_python_keeps_for_itself() -> None:
    probe = {"name": "a", "livenessProbe": {"exec": {"command": ["true"]}}}
    assert encode(decode_object(Container, probe)) == probe


def test_maps_that_hold_what_they_like() -> None:
    data = {"managedFields": [{"fieldsV1": {"f:spec": {"f:x": {}, ".": [1, "a", None]}}}]}
    assert encode(decode_object(ObjectMeta, data)) == data


def test_half_a_character_becomes_the_sign_for_it() -> None:
    made = decode_object(ConfigMap, {"data": {"a\ud800": "\udc00b", "smile": "\ud83d\ude42"}})
    assert made.data == {"a\ufffd": "\ufffdb", "smile": "🙂"}


def test_decode_object_raises_all_faults() -> None:
    with pytest.raises(ManifestError) as caught:
        decode_object(Container, {"tty": 1, "stdin": 2})
    assert len(caught.value.faults) == 2


def test_decode_reports_in_the_order_of_the_data() -> None:
    _, faults = decode(Container, {"z": 1, "tty": 1, "a": 1})
    assert [fault.path for fault in faults] == ["z", "tty", "a"]


def test_fields_newer_than_kubernetes_1_36_are_unknown() -> None:
    _, faults = decode(PodSpec, {"containers": [], "evictionResponders": []})
    assert [fault.message for fault in faults] == ["unknown field"]

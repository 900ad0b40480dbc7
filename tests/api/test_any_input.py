"""What must hold for any input at all."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lightkube.models.core_v1 import Pod

from podlab.api import Fault, ManifestError, create_pod, decode, decode_object, encode, load_objects, not_simulated
from podlab.api.yaml_text import YamlError, read_yaml
from tests.api.pods import container, pod

quick = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])

numbers = st.integers(-(2**65), 2**65) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=8)
texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    *(
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "name",
        "namespace",
        "labels",
        "containers",
        "initContainers",
        "volumes",
    ),
    *(
        "image",
        "command",
        "ports",
        "containerPort",
        "hostPort",
        "env",
        "valueFrom",
        "fieldRef",
        "fieldPath",
        "resources",
    ),
    *(
        "limits",
        "requests",
        "claims",
        "livenessProbe",
        "exec",
        "httpGet",
        "grpc",
        "lifecycle",
        "preStop",
        "sleep",
        "tolerations",
    ),
    *("affinity", "nodeAffinity", "podAffinity", "topologySpreadConstraints", "securityContext", "restartPolicyRules"),
    *(
        "projected",
        "sources",
        "configMap",
        "secret",
        "items",
        "path",
        "key",
        "hostAliases",
        "dnsConfig",
        "ephemeral",
        "csi",
    ),
    *(
        "iscsi",
        "volumeMounts",
        "subPath",
        "mountPath",
        "volumeDevices",
        "schedulingGates",
        "resourceClaims",
        "overhead",
        "os",
    ),
]
WORDS = [
    "",
    "a",
    "A",
    "v1",
    "Pod",
    "Always",
    "Never",
    "1",
    "1Gi",
    "-1",
    "..",
    "/",
    "::1",
    "1.2.3.04",
    "\ud800",
    "a/b",
    "é\n",
]
odd_values = st.recursive(
    st.sampled_from(WORDS) | scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=30,
)


def manifest_error_or_objects(source: Any) -> None:
    faults: tuple[Fault, ...] = ()
    try:
        load_objects(source)
    except ManifestError as error:
        faults = error.faults
        str(error).encode()
    assert all(fault.message and fault.hint for fault in faults)


@quick
@given(st.text(max_size=200).map(lambda text: f"{text}\n"))
def test_any_text_is_read_or_refused(text: str) -> None:
    manifest_error_or_objects(text)


@quick
@given(st.lists(st.sampled_from(list("abk:-[]{}?&*!|>'\"%@`#,~ \n\t0.<")), max_size=60).map("".join))
def test_any_text_of_yaml_signs_is_read_or_refused(text: str) -> None:
    manifest_error_or_objects(f"{text}\n")


@quick
@given(odd_values)
def test_any_data_is_read_or_refused(value: object) -> None:
    if isinstance(value, str):
        value = f"{value}\n"
    manifest_error_or_objects(value)


@quick
@given(odd_values, odd_values)
def test_any_pod_gets_an_answer(spec: object, extra: object) -> None:
    manifest: dict[str, Any] = pod(spec) if isinstance(spec, dict) else container(livenessProbe=spec)
    if isinstance(extra, dict):
        manifest["spec"]["containers"] = [{"name": "a", "image": "b", **extra}]
    result = create_pod(manifest)
    for error in result.errors:
        assert error.error.startswith(error.field)
        assert error.hint
        assert error.hint[-1] in ".?"
    assert (result.api_error is None) == (not result.errors)
    if result.pod is not None:
        not_simulated(result.pod)
        assert decode_object(Pod, encode(result.pod)) == result.pod


@quick
@given(odd_values)
def test_what_was_decoded_is_encoded_and_decoded_to_the_same(value: object) -> None:
    made, _ = decode(Pod, {"spec": value, "metadata": value})
    again, faults = decode(Pod, encode(made))
    assert again == made
    assert not faults


@quick
@given(json_values)
def test_json_is_read_as_yaml_too(value: object) -> None:
    text = json.dumps(value)
    try:
        documents = read_yaml(text)
    except YamlError:
        pytest.fail(text)
    assert [document.data for document in documents] == [value]

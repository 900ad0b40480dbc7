"""What the API server says of data that does not fit, in Go's words."""

import gzip
import json

import pytest
from lightkube.models.apps_v1 import ReplicaSet
from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode
from podlab.api.decode_message import decode_message


def pod(**spec):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        pytest.param(pod(contaners=[]), 'strict decoding error: unknown field "spec.contaners"', id="unknown field"),
        pytest.param(
            pod(containers=[{"name": "a", "imag": "x"}], foo=1),
            'strict decoding error: unknown field "spec.containers[0].imag", unknown field "spec.foo"',
            id="two unknown fields",
        ),
        pytest.param(
            pod(containers=[{"name": 1}], foo=1),
            "json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string",
            id="a wrong type counts more than an unknown field",
        ),
        pytest.param(
            pod(containers="web"),
            "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container",
            id="a text for a list of objects",
        ),
        pytest.param(
            pod(nodeSelector=["a"]),
            "json: cannot unmarshal array into Go struct field PodSpec.spec.nodeSelector of type map[string]string",
            id="a list for a map",
        ),
        pytest.param(
            pod(containers=[{"name": "a", "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": 1}}}]}]),
            "json: cannot unmarshal number into Go struct field ConfigMapKeySelector.spec.containers.env.valueFrom."
            "configMapKeyRef.LocalObjectReference.name of type string",
            id="an embedded object",
        ),
        pytest.param(
            pod(terminationGracePeriodSeconds="5"),
            "json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type "
            "int64",
            id="64 bits",
        ),
        pytest.param(
            pod(overhead={"cpu": {}}),
            "json: cannot unmarshal object into Go struct field PodSpec.spec.overhead of type quantity",
            id="an object for a quantity",
        ),
    ],
)
def test_message(manifest, said):
    _, faults = decode(Pod, manifest)
    assert decode_message(Pod, manifest, faults) == f'Pod in version "v1" cannot be handled as a Pod: {said}'


def test_a_group_is_left_out():
    data = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": {"replica": 1}}
    _, faults = decode(ReplicaSet, data)
    head = 'ReplicaSet in version "v1" cannot be handled as a ReplicaSet: '
    assert decode_message(ReplicaSet, data, faults) == head + 'strict decoding error: unknown field "spec.replica"'


def test_the_real_decoder_says_the_same(request):
    path = request.config.rootpath / "tests/reference/data/validation.train.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    checked = 0
    for case in cases:
        error = case["out"].get("decodeError") or ""
        if error.startswith(("json: cannot unmarshal", "quantities must")):
            _, faults = decode(Pod, case["in"]["manifest"])
            said = decode_message(Pod, case["in"]["manifest"], faults)
            assert said.partition("as a Pod: ")[2] == error, case["in"]["name"]
            checked += 1
    assert checked == 12

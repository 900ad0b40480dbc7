"""What may be changed of an object that is there."""

import copy

import pytest

from podlab.api import create_pod, load_objects
from podlab.api.go_spec import spec_diff, spec_text
from podlab.api.update import UPDATABLE, validate_update

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "activeDeadlineSeconds": 60,
        "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoExecute"}],
        "initContainers": [{"name": "i", "image": "busybox"}],
        "containers": [{"name": "c", "image": "nginx:1", "resources": {"limits": {"cpu": "0.5"}}}],
    },
}
RS = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: APP}}
  template:
    metadata: {labels: {app: APP}}
    spec: {containers: [{name: c, image: nginx}]}
"""


def changed(**spec):
    data = copy.deepcopy(POD)
    data["spec"] |= spec
    return create_pod(data).pod


def errors(**spec):
    return [error.error for error in validate_update(changed(**spec), create_pod(POD).pod)]


CONTAINER = POD["spec"]["containers"][0]


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            {"containers": [{**CONTAINER, "image": "nginx:2", "imagePullPolicy": "IfNotPresent"}]}, id="image"
        ),
        pytest.param(
            {"initContainers": [{"name": "i", "image": "redis", "imagePullPolicy": "Always"}]}, id="init image"
        ),
        pytest.param({"activeDeadlineSeconds": 10}, id="a shorter deadline"),
        pytest.param(
            {"tolerations": [*POD["spec"]["tolerations"], {"key": "b", "operator": "Exists"}]}, id="more tolerations"
        ),
        pytest.param({"tolerations": [{**POD["spec"]["tolerations"][0], "tolerationSeconds": 5}]}, id="for how long"),
        pytest.param({"containers": [{**CONTAINER, "resources": {"limits": {"cpu": "500m"}}}]}, id="the same amount"),
    ],
)
def test_allowed(spec):
    assert errors(**spec) == []


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        pytest.param(
            {"containers": [CONTAINER, {"name": "d", "image": "x"}]},
            "spec.containers: Forbidden: pod updates may not add or remove containers",
            id="one container more",
        ),
        pytest.param(
            {"activeDeadlineSeconds": 90},
            "spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value",
            id="a longer deadline",
        ),
        pytest.param(
            {"activeDeadlineSeconds": None},
            "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
            id="no deadline any more",
        ),
        pytest.param(
            {"tolerations": []},
            "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
            id="one toleration less",
        ),
        pytest.param(
            {"schedulingGates": [{"name": "g"}]},
            "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
            id="a new gate",
        ),
        pytest.param(
            {"containers": [{"name": "c", "image": ""}]}, "spec.containers[0].image: Required value", id="none"
        ),
    ],
)
def test_forbidden(spec, error):
    assert error in errors(**spec)


def test_the_difference_is_shown():
    assert errors(restartPolicy="Never", hostname="me") == [
        f"spec: Forbidden: pod updates may not change fields other than {UPDATABLE}\n"
        "@@ -71,7 +71,7 @@\n"
        '   }\n  ],\n  "EphemeralContainers": null,\n'
        '- "RestartPolicy": "Always",\n+ "RestartPolicy": "Never",\n'
        '  "TerminationGracePeriodSeconds": 30,\n  "ActiveDeadlineSeconds": 60,\n  "DNSPolicy": "ClusterFirst",\n'
        "@@ -100,7 +100,7 @@\n"
        '   "SELinuxChangePolicy": null\n  },\n  "ImagePullSecrets": null,\n'
        '- "Hostname": "",\n+ "Hostname": "me",\n'
        '  "Subdomain": "",\n  "SetHostnameAsFQDN": null,\n  "Affinity": null,\n'
    ]


def test_a_change_of_the_hosts_network_stands_in_the_security_context():
    old, new = create_pod(POD).pod.spec, changed(hostNetwork=True).spec
    assert '-  "HostNetwork": false,\n+  "HostNetwork": true,' in spec_diff(old, new)
    assert spec_text(old) != spec_text(new)


def test_a_negative_grace_period_may_become_one():
    old = changed(terminationGracePeriodSeconds=-1)
    assert validate_update(changed(terminationGracePeriodSeconds=1), old) == []
    assert validate_update(changed(terminationGracePeriodSeconds=2), old) != []


def test_a_selector_stays():
    old, new = (load_objects(RS.replace("APP", name))[0] for name in ("web", "shop"))
    assert [error.error for error in validate_update(new, old)] == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"shop"}}: field is immutable'
    ]


def test_an_immutable_config_map_stays():
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, immutable: true, data: {a: VALUE}}"
    old, new = (load_objects(text.replace("VALUE", value) + "\n")[0] for value in ("one", "two"))
    assert [error.error for error in validate_update(new, old)] == [
        "data: Forbidden: field is immutable when `immutable` is set"
    ]
    assert validate_update(old, old) == []

"""Every kind that a Kubernetes 1.36 API server serves loads, is kept as it is, and goes into the export."""

from __future__ import annotations

from typing import Any

import pytest

import podlab as pl
from podlab.api import encode, load_objects
from podlab.api.load import read_manifest
from podlab.api.served import OTHER_VERSIONS, RESOURCES, Resource

TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
WITH_TEMPLATE = {"selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}
ENDING = {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "nginx"}]}}}
SPECS: dict[str, Any] = {
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), WITH_TEMPLATE),
    "ReplicationController": {"template": TEMPLATE},
    "CronJob": {"schedule": "* * * * *", "jobTemplate": {"spec": ENDING}},
    "Job": ENDING,
    "Pod": {"containers": [{"name": "c", "image": "nginx"}]},
    "HorizontalPodAutoscaler": {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "web"}},
    "Service": {"ports": [{"port": 80}]},
}
ROLE = {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}}
MORE: dict[str, Any] = {"PodTemplate": {"template": TEMPLATE}, "RoleBinding": ROLE, "ClusterRoleBinding": ROLE}
SCHEMA = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: crontabs, kind: CronTab}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              cron: {type: string, default: "* * *", enum: [a, 1, null], maxLength: 3000000000}
              list: {type: array, items: {type: string}}
              map: {type: object, additionalProperties: {type: number, maximum: 1.5}}
"""


@pytest.mark.parametrize("resource", [*RESOURCES, *OTHER_VERSIONS], ids=lambda each: f"{each.api_version} {each.kind}")
def test_it_loads_is_kept_and_exported(resource: Resource) -> None:
    data = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": {"name": "a"}}
    data |= {"spec": SPECS[resource.kind]} if resource.kind in SPECS else MORE.get(resource.kind, {})
    (obj,) = load_objects(data)
    scenario = pl.load(data)
    assert type(obj).__module__ == f"lightkube.models.{resource.module}"
    if resource.kind != "Node":  # a real cluster's nodes register themselves
        assert [encode(again) for again in load_objects(str(pl.export(scenario).manifest))] == [encode(obj)]
    assert pl.run(scenario, 1).until == 1


def test_a_schema_of_schemas_is_kept() -> None:
    (obj,) = load_objects(SCHEMA)
    assert [encode(again) for again in load_objects(str(pl.export(SCHEMA).manifest))] == [encode(obj)]
    faults = read_manifest(SCHEMA.replace("maxLength", "maxLenght")).faults
    place = "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[cron].maxLenght"
    assert [(fault.path, fault.hint) for fault in faults] == [(place, "Did you mean maxLength?")]


def test_an_object_of_the_whole_cluster_may_say_a_namespace_and_has_none() -> None:
    manifest = "apiVersion: v1\nkind: Namespace\nmetadata: {name: foo, namespace: x}\n"
    assert not read_manifest(manifest).faults
    assert not pl.run(manifest, 1).end.objects[-1].metadata.namespace
    twice = read_manifest(f"{manifest}---\n{manifest.replace('x}', 'z}')}").faults
    assert [fault.message for fault in twice] == ["there is a Namespace foo already"]


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
TWICE = f"{POD}  containers:\n  - name: c\n    image: nginx\n    image: redis\n"
HIDDEN = f"{POD}  containers: [{{name: c, image: nginx, env: [{{name: A, value: b}}, {{name: A, value: c}}]}}]\n"


@pytest.mark.parametrize(
    ("manifest", "line", "field", "message"),
    [
        pytest.param(TWICE, 8, "spec.containers[0].image", "is given twice; the last one counts", id="a key twice"),
        pytest.param(HIDDEN, 5, "spec.containers[0].env[1]", 'hides previous definition of "A"', id="a variable twice"),
    ],
)
def test_warnings_are_kept_and_shown(manifest: str, line: int, field: str, message: str) -> None:
    scenario = pl.load(manifest)
    (warning,) = scenario.warnings
    assert warning.startswith(f"line {line}: {field}: {message}")
    assert repr(scenario).splitlines()[1:] == [f"Warning: {warning}"]
    (row,) = pl.check(manifest).rows
    assert row[:2] == (f"line {line}", field)
    assert row[2].startswith(message)


def test_a_token_needs_no_account_by_name() -> None:
    """The ServiceAccount admission names "default" before the pod is looked at."""
    volume = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    spec = {"containers": [{"name": "c", "image": "nginx"}], "volumes": [volume]}
    assert load_objects({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})

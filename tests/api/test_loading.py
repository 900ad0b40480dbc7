"""Manifests in every form in which they come."""

import json
from pathlib import Path

import pytest
from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import ConfigMap, Pod, Secret, Service

from podlab.api import ManifestError, encode, load_objects
from podlab.api.load import is_manifest_text

DATA = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]},
}
JSON = json.dumps(DATA)
YAML = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: nginx:1.27\n"


def data_of(source: object) -> list[dict[str, object]]:
    return [encode(obj) for obj in load_objects(source)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(DATA, id="data"),
        pytest.param([DATA], id="a list of data"),
        pytest.param(JSON, id="JSON text"),
        pytest.param(json.dumps(DATA, indent=2), id="JSON text of several lines"),
        pytest.param(YAML, id="YAML text"),
        pytest.param(f"\ufeff---\n{YAML}...\n", id="YAML text with marks around it"),
        pytest.param(YAML.replace("\n", "\r\n"), id="YAML text from Windows"),
        pytest.param({"apiVersion": "v1", "kind": "List", "items": [DATA]}, id="a List"),
        pytest.param({"apiVersion": "v1", "kind": "PodList", "items": [DATA]}, id="a PodList"),
        pytest.param(
            {"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": DATA["metadata"], "spec": DATA["spec"]}]},
            id="a PodList whose items leave their kind away",
        ),
        pytest.param(load_objects(DATA), id="a list of objects"),
        pytest.param(load_objects(DATA)[0], id="an object"),
        pytest.param(iter([YAML]), id="anything that can be gone through"),
    ],
)
def test_one_pod_in_many_forms(source: object) -> None:
    assert data_of(source) == [DATA]


@pytest.mark.parametrize("text", [pytest.param(YAML, id="YAML"), pytest.param(JSON, id="JSON")])
def test_a_file_by_its_name_or_as_a_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pod.yaml"
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert data_of(path) == data_of(str(path)) == [DATA]


@pytest.mark.parametrize(
    ("text", "is_manifest"),
    [
        pytest.param("pod.yaml", False, id="a file name"),
        pytest.param("/home/me/my pods/pod: one.yaml", True, id="a colon and a blank, as in YAML"),
        pytest.param("C:\\pods\\pod.yaml", False, id="a drive"),
        pytest.param("https://example.com/pod.yaml", False, id="an address"),
        pytest.param("kind: Pod", True, id="one line of YAML"),
        pytest.param("kind:", True, id="a name without a value"),
        pytest.param(" {}", True, id="JSON"),
        pytest.param("[]", True, id="a JSON list"),
        pytest.param("pod.yaml\n", True, id="a line break"),
        pytest.param("", True, id="nothing"),
        pytest.param("a" * 5000, True, id="longer than any path"),
    ],
)
def test_text_or_file_name(text: str, is_manifest: bool) -> None:
    assert is_manifest_text(text) is is_manifest


def test_several_documents_of_several_kinds_in_their_order() -> None:
    text = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data: {{mode: "on"}}
---
---
apiVersion: v1
kind: Secret
metadata: {{name: key}}
data: {{key: c2VjcmV0}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: app, image: nginx}}]}}
---
{YAML}"""
    assert [type(obj) for obj in load_objects(text)] == [ConfigMap, Secret, Service, Deployment, Pod]


def test_objects_stay_as_they_were_written() -> None:
    pod = load_objects(DATA)[0]
    assert isinstance(pod, Pod)
    assert pod.spec is not None
    assert (pod.spec.restartPolicy, pod.spec.containers[0].imagePullPolicy, pod.status) == (None, None, None)


def test_known_fields_that_podlab_does_not_simulate_are_kept() -> None:
    data = {**DATA, "spec": {**DATA["spec"], "priorityClassName": "high", "dnsConfig": {"searches": ["a.example"]}}}
    assert data_of(data) == [data]


def test_loading_without_validation() -> None:
    data = {**DATA, "metadata": {"name": "No name"}}
    with pytest.raises(ManifestError):
        load_objects(data)
    assert data_of_unvalidated(data) == [data]
    with pytest.raises(ManifestError, match="unknown field"):
        load_objects({**data, "specs": {}}, validate=False)


def data_of_unvalidated(source: object) -> list[dict[str, object]]:
    return [encode(obj) for obj in load_objects(source, validate=False)]


def test_the_same_name_in_another_namespace_or_of_another_kind() -> None:
    other = {**DATA, "metadata": {"name": "web", "namespace": "shop"}}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    assert len(load_objects([DATA, other, service])) == 3
    with pytest.raises(ManifestError, match="there is a Pod web already"):
        load_objects([DATA, {**DATA, "metadata": {"name": "web", "namespace": "default"}}])


def test_faults_of_several_sources_come_together() -> None:
    with pytest.raises(ManifestError) as caught:
        load_objects(["none.yaml", {**DATA, "kind": "Pot"}, "a: [", {**DATA, "spec": {}}])
    assert [(fault.source, fault.path) for fault in caught.value.faults] == [
        ("none.yaml", ""),
        ("[1]", "kind"),
        ("[2]", ""),
        ("[3]", "spec.containers"),
    ]

"""The REST API without a network: what clients of every kind ask, and what they are answered."""

import json
from typing import Any

import pytest

import podlab as pl
from podlab.apiserver.rest import Request, Response

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
TALKS = {"name": "c", "image": "busybox", "command": ["sh", "-c", "echo one; echo two; sleep 100"]}
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
DEPLOYMENT = {
    "metadata": {"name": "shop"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "shop"}},
        "template": {
            "metadata": {"labels": {"app": "shop"}},
            "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        },
    },
}
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"


class Client:
    """Asks a session."""

    def __init__(self) -> None:
        self.session = pl.Session(world=pl.World(nodes=("node-1", "node-2")))

    def ask(
        self, method: str, path: str, data: object = None, *, kind: str = "application/json", **more: Any
    ) -> Response:
        path, _, query = path.partition("?")
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        body = b"" if data is None else json.dumps(data).encode()
        given = dict(pairs)
        request = Request(method, path, given, body, kind, repeated={k: (v,) for k, v in given.items()}, **more)
        return self.session.request(request)

    def ok(self, method: str, path: str, data: object = None, **more: Any) -> Any:
        response = self.ask(method, path, data, **more)
        assert response.code < 400, response.data
        return response.data

    def refused(self, method: str, path: str, data: object = None, **more: Any) -> tuple[int, str, str]:
        response = self.ask(method, path, data, **more)
        assert response.data["kind"] == "Status"
        assert response.data["status"] == "Failure"
        return response.code, response.data.get("reason", ""), response.data["message"]


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_pod_is_created_shown_and_deleted(client: Client) -> None:
    made = client.ok("POST", PODS, POD)
    assert made["metadata"]["uid"]
    assert client.ok("GET", f"{PODS}/web")["metadata"]["resourceVersion"] >= made["metadata"]["resourceVersion"]
    assert client.refused("POST", PODS, POD) == (409, "AlreadyExists", 'pods "web" already exists')
    client.ok("DELETE", f"{PODS}/web", {"gracePeriodSeconds": 0})
    assert client.refused("GET", f"{PODS}/web") == (404, "NotFound", 'pods "web" not found')


def test_what_is_invalid_has_a_status_with_causes(client: Client) -> None:
    wrong = {**POD, "spec": {"containers": [{"name": "C", "image": "nginx"}], "restartPolicy": "Maybe"}}
    response = client.ask("POST", PODS, wrong)
    assert response.code == 422
    assert response.data["message"].startswith('Pod "web" is invalid: [')
    causes = {cause["field"]: cause["reason"] for cause in response.data["details"]["causes"]}
    assert causes == {"spec.containers[0].name": "FieldValueInvalid", "spec.restartPolicy": "FieldValueNotSupported"}


def test_unknown_fields_are_refused_warned_of_or_ignored(client: Client) -> None:
    wrong = {**POD, "spec": {**POD["spec"], "colour": "red"}}  # type: ignore[dict-item]
    code, reason, message = client.refused("POST", f"{PODS}?fieldValidation=Strict", wrong)
    assert (code, reason) == (400, "BadRequest")
    assert 'unknown field "spec.colour"' in message
    response = client.ask("POST", PODS, wrong)
    assert response.warnings == ('unknown field "spec.colour"',)
    assert "colour" not in response.data["spec"]
    client.ok("DELETE", f"{PODS}/web", {"gracePeriodSeconds": 0})
    assert client.ask("POST", f"{PODS}?fieldValidation=Ignore", wrong).warnings == ()


def test_versions_protect_from_overwriting(client: Client) -> None:
    seen = client.ok("POST", PODS, POD)
    client.ok("PATCH", f"{PODS}/web", {"metadata": {"labels": {"a": "b"}}}, kind=MERGE)
    seen["metadata"]["labels"]["c"] = "d"
    code, reason, message = client.refused("PUT", f"{PODS}/web", seen)
    assert (code, reason) == (409, "Conflict")
    assert message == (
        'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the '
        "latest version and try again"
    )
    wrong = {"preconditions": {"uid": "another"}}
    assert client.refused("DELETE", f"{PODS}/web", wrong)[:2] == (409, "Conflict")


def test_patches_of_every_kind(client: Client) -> None:
    client.ok("POST", DEPLOYMENTS, DEPLOYMENT)
    shop = f"{DEPLOYMENTS}/shop"
    client.ok(
        "PATCH", shop, [{"op": "replace", "path": "/spec/replicas", "value": 3}], kind="application/json-patch+json"
    )
    assert client.ok("GET", f"{shop}/scale")["spec"] == {"replicas": 3}
    patch = {
        "spec": {
            "template": {
                "spec": {
                    "$setElementOrder/containers": [{"name": "log"}, {"name": "web"}],
                    "containers": [{"name": "log", "image": "busybox"}, {"name": "web", "image": "nginx:1.27"}],
                }
            }
        }
    }
    containers = client.ok("PATCH", shop, patch, kind=STRATEGIC)["spec"]["template"]["spec"]["containers"]
    assert [(c["name"], c["image"]) for c in containers] == [("log", "busybox"), ("web", "nginx:1.27")]
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "log", "$patch": "delete"}]}}}}
    containers = client.ok("PATCH", shop, patch, kind=STRATEGIC)["spec"]["template"]["spec"]["containers"]
    assert [c["name"] for c in containers] == ["web"]
    wrong = [{"op": "replace", "path": "/spec/nothing/there", "value": 1}]
    code, reason, _ = client.refused("PATCH", shop, wrong, kind="application/json-patch+json")
    assert (code, reason) == (422, "Invalid")
    assert client.refused("PATCH", shop, {}, kind="text/plain")[:2] == (415, "UnsupportedMediaType")


def test_server_side_apply_owns_fields_and_tells_conflicts(client: Client) -> None:
    shop = f"{DEPLOYMENTS}/shop"
    client.ok("PATCH", f"{shop}?fieldManager=one", DEPLOYMENT, kind=APPLY)
    client.ok("PATCH", f"{shop}?fieldManager=kubectl-scale", {"spec": {"replicas": 4}}, kind=MERGE)
    code, reason, message = client.refused("PATCH", f"{shop}?fieldManager=one", DEPLOYMENT, kind=APPLY)
    assert (code, reason) == (409, "Conflict")
    assert message == 'Apply failed with 1 conflict: conflict with "kubectl-scale" using apps/v1: .spec.replicas'
    forced = client.ok("PATCH", f"{shop}?fieldManager=one&force=true", DEPLOYMENT, kind=APPLY)
    assert forced["spec"]["replicas"] == 2
    owners = {(e["manager"], e["operation"]) for e in forced["metadata"]["managedFields"]}
    assert owners == {("one", "Apply")}
    labelled = json.loads(json.dumps(DEPLOYMENT))
    labelled["metadata"]["labels"] = {"tier": "front"}
    client.ok("PATCH", f"{shop}?fieldManager=one", labelled, kind=APPLY)
    assert "labels" not in client.ok("PATCH", f"{shop}?fieldManager=one", DEPLOYMENT, kind=APPLY)["metadata"]


def test_a_dry_run_changes_nothing(client: Client) -> None:
    assert client.ok("POST", f"{PODS}?dryRun=All", POD)["metadata"]["uid"]
    assert client.ok("GET", PODS)["items"] == []
    client.ok("POST", PODS, POD)
    client.ok("DELETE", f"{PODS}/web?dryRun=All", {})
    assert len(client.ok("GET", PODS)["items"]) == 1
    assert client.refused("POST", f"{PODS}?dryRun=Some", POD)[0] == 422


def test_lists_by_selectors_and_in_parts(client: Client) -> None:
    for n in range(5):
        client.ok("POST", PODS, {**POD, "metadata": {"name": f"p{n}", "labels": {"n": str(n % 2)}}})
    found = client.ok("GET", f"{PODS}?labelSelector=n=1")
    assert [item["metadata"]["name"] for item in found["items"]] == ["p1", "p3"]
    assert client.ok("GET", f"{PODS}?fieldSelector=metadata.name=p2")["items"][0]["metadata"]["name"] == "p2"
    first = client.ok("GET", f"{PODS}?limit=2")
    assert first["metadata"]["remainingItemCount"] == 3
    rest = client.ok("GET", f"{PODS}?limit=9&continue={first['metadata']['continue']}")
    assert [item["metadata"]["name"] for item in rest["items"]] == ["p2", "p3", "p4"]
    assert client.refused("GET", f"{PODS}?labelSelector=a+in+(b")[0] == 400
    assert client.refused("GET", f"{PODS}?continue=nonsense")[0] == 400


def test_a_table_has_the_columns_of_kubectl(client: Client) -> None:
    client.ok("POST", PODS, POD)
    table = client.ok("GET", PODS, accept="application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
    names = [column["name"] for column in table["columnDefinitions"] if column["priority"] == 0]
    assert names == ["Name", "Ready", "Status", "Restarts", "Age"]
    assert table["rows"][0]["cells"][:3] == ["web", "1/1", "Running"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_status_scale_eviction_binding_and_logs(client: Client) -> None:
    client.ok("POST", DEPLOYMENTS, DEPLOYMENT)
    scale = client.ok("GET", f"{DEPLOYMENTS}/shop/scale")
    scale["spec"]["replicas"] = 1
    assert client.ok("PUT", f"{DEPLOYMENTS}/shop/scale", scale)["spec"] == {"replicas": 1}
    client.ok("POST", PODS, {**POD, "spec": {"containers": [TALKS], "schedulerName": "mine"}})
    binding = {"apiVersion": "v1", "kind": "Binding", "target": {"kind": "Node", "name": "node-2"}}
    client.ok("POST", f"{PODS}/web/binding", binding)
    client.session.advance(3)
    assert client.ok("GET", f"{PODS}/web")["spec"]["nodeName"] == "node-2"
    assert client.ask("GET", f"{PODS}/web/log?tailLines=1").text == "two\n"
    assert client.ask("GET", f"{PODS}/web/log?limitBytes=2").text == "on"
    stamped = str(client.ask("GET", f"{PODS}/web/log?timestamps=true").text).splitlines()[0]
    assert stamped.endswith("Z one")
    assert client.refused("GET", f"{PODS}/web/log?container=nope") == (
        400,
        "BadRequest",
        "container nope is not valid for pod web",
    )
    client.ok("POST", f"{PODS}/web/eviction", {"apiVersion": "policy/v1", "kind": "Eviction"})


def test_namespaces_bring_their_account_and_go_with_all_they_hold(client: Client) -> None:
    client.ok("POST", "/api/v1/namespaces", {"metadata": {"name": "lab"}})
    assert client.ok("GET", "/api/v1/namespaces/lab/serviceaccounts/default")["metadata"]["namespace"] == "lab"
    assert "ca.crt" in client.ok("GET", "/api/v1/namespaces/lab/configmaps/kube-root-ca.crt")["data"]
    client.ok("POST", "/api/v1/namespaces/lab/pods", POD)
    client.ok("DELETE", "/api/v1/namespaces/lab", {})
    client.session.advance(60)
    assert client.refused("GET", "/api/v1/namespaces/lab")[0] == 404
    assert client.ok("GET", "/api/v1/namespaces/lab/pods")["items"] == []


def test_what_would_change_the_server_itself_is_refused(client: Client) -> None:
    crd = {"metadata": {"name": "shops.example.com"}, "spec": {}}
    code, reason, message = client.refused("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
    assert (code, reason) == (403, "Forbidden")
    assert "podlab does not run kinds of its own" in message


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/apis/example.com/v1/shops", 404),
        ("POST", f"{PODS}/web", 405),
        ("DELETE", "/version", 405),
        ("GET", "/api/v1/pods/web", 404),
    ],
)
def test_what_is_not_there_is_said(client: Client, method: str, path: str, code: int) -> None:
    assert client.refused(method, path)[0] == code


def test_discovery_names_every_resource_in_both_forms(client: Client) -> None:
    plain = client.ok("GET", "/apis/apps/v1")
    assert {"deployments", "deployments/scale", "deployments/status"} <= {row["name"] for row in plain["resources"]}
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    groups = client.ok("GET", "/apis", accept=accept)
    assert groups["apiVersion"] == "apidiscovery.k8s.io/v2"
    assert "apps" in {group["metadata"]["name"] for group in groups["items"]}


def test_openapi_documents_every_kind(client: Client) -> None:
    index = client.ok("GET", "/openapi/v3")["paths"]
    for path in index.values():
        document = client.ok("GET", path["serverRelativeURL"])
        schemas = document["components"]["schemas"]
        text = json.dumps(document)
        refs = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
        assert refs <= set(schemas)
    pod = client.ok("GET", "/openapi/v3/api/v1")["components"]["schemas"]["io.k8s.api.core.v1.PodSpec"]
    assert pod["required"] == ["containers"]
    assert pod["properties"]["restartPolicy"]["enum"] == ["Always", "Never", "OnFailure"]


def test_what_a_client_did_is_told_again_the_same(client: Client) -> None:
    client.ok("POST", DEPLOYMENTS, DEPLOYMENT)
    client.session.advance(10)
    client.ok("PATCH", f"{DEPLOYMENTS}/shop", {"spec": {"replicas": 4}}, kind=STRATEGIC)
    client.session.advance(10)
    client.ok("DELETE", f"{DEPLOYMENTS}/shop", {})
    client.session.advance(40)
    told = pl.run(client.session.scenario, until=client.session.now)
    assert [repr(change) for change in told.changes] == [repr(change) for change in client.session.trace.changes]
    assert [e.message for e in told.events] == [e.message for e in client.session.trace.events]


def test_undo_and_rewind(client: Client) -> None:
    client.ok("POST", PODS, POD)
    client.session.advance(10)
    client.ok("DELETE", f"{PODS}/web", {"gracePeriodSeconds": 0})
    assert client.ok("GET", PODS)["items"] == []
    before = client.session.rest.views.version
    client.session.undo()
    found = client.ok("GET", PODS)
    assert len(found["items"]) == 1
    assert int(found["metadata"]["resourceVersion"]) > before
    client.session.rewind(5)
    assert client.session.now == 5
    with pytest.raises(ValueError, match="rewind: must be seconds from 0 to now"):
        client.session.rewind(99)

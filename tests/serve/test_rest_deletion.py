"""Deletion by the API: finalizers, what becomes of what is owned; and the subresources that change a pod's spec."""

import copy
import json
from typing import Any

import pytest

from tests.serve.test_rest import DEPLOYMENT, DEPLOYMENTS, MERGE, POD, PODS, STRATEGIC, TALKS, Client

REPLICA_SETS = "/apis/apps/v1/namespaces/default/replicasets"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
SLEEPS = {**POD, "spec": {"terminationGracePeriodSeconds": 1, "containers": [TALKS]}}


@pytest.fixture
def client() -> Client:
    return Client()


def names(client: Client, path: str) -> list[str]:
    return [item["metadata"]["name"] for item in client.ok("GET", path)["items"]]


def shop(client: Client, policy: str) -> Any:
    client.ok("POST", DEPLOYMENTS, DEPLOYMENT)
    client.session.advance(10)
    return client.ok("DELETE", f"{DEPLOYMENTS}/shop", {"propagationPolicy": policy})


def test_in_the_background_the_owner_goes_first(client: Client) -> None:
    assert shop(client, "Background")["kind"] == "Status"
    client.session.advance(60)
    assert names(client, PODS) == names(client, REPLICA_SETS) == []


def test_in_the_foreground_the_owner_waits_for_what_it_owns(client: Client) -> None:
    slow = json.loads(json.dumps(DEPLOYMENT))
    slow["spec"]["template"]["spec"] = {
        "terminationGracePeriodSeconds": 20,
        "containers": [{"name": "c", "image": "busybox", "command": ["sleep", "1000"]}],
    }
    client.ok("POST", DEPLOYMENTS, slow)
    client.session.advance(10)
    shown = client.ok("DELETE", f"{DEPLOYMENTS}/shop", {"propagationPolicy": "Foreground"})
    assert shown["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert shown["metadata"]["deletionTimestamp"]
    client.session.advance(10)
    pods = client.ok("GET", PODS)["items"]
    assert len(pods) == 2
    assert all(pod["metadata"]["deletionTimestamp"] for pod in pods)
    assert names(client, DEPLOYMENTS) == ["shop"]
    client.session.advance(30)
    assert names(client, PODS) == names(client, REPLICA_SETS) == names(client, DEPLOYMENTS) == []


def test_orphans_go_on_without_their_owner(client: Client) -> None:
    shop(client, "Orphan")
    client.session.advance(60)
    (left,) = client.ok("GET", REPLICA_SETS)["items"]
    assert "ownerReferences" not in left["metadata"]
    assert len(names(client, PODS)) == 2
    assert names(client, DEPLOYMENTS) == []


def test_a_policy_that_is_none_is_refused(client: Client) -> None:
    client.ok("POST", DEPLOYMENTS, DEPLOYMENT)
    code, reason, message = client.refused("DELETE", f"{DEPLOYMENTS}/shop", {"propagationPolicy": "Sideways"})
    assert (code, reason) == (422, "Invalid")
    assert 'Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan"' in message


def test_what_has_a_second_owner_only_loses_the_first(client: Client) -> None:
    owners = [client.ok("POST", CONFIG_MAPS, {"metadata": {"name": name}})["metadata"] for name in ("one", "two")]
    references = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": meta["name"], "uid": meta["uid"]} for meta in owners
    ]
    client.ok("POST", CONFIG_MAPS, {"metadata": {"name": "made", "ownerReferences": references}})
    client.ok("DELETE", f"{CONFIG_MAPS}/one")
    (left,) = client.ok("GET", f"{CONFIG_MAPS}/made")["metadata"]["ownerReferences"]
    assert left["name"] == "two"
    client.ok("DELETE", f"{CONFIG_MAPS}/two")
    assert client.ask("GET", f"{CONFIG_MAPS}/made").code == 404


@pytest.mark.parametrize("path", [PODS, CONFIG_MAPS])
def test_a_finalizer_holds_an_object_until_it_is_taken_off(client: Client, path: str) -> None:
    made = SLEEPS if path == PODS else {}
    client.ok("POST", path, {**made, "metadata": {"name": "held", "finalizers": ["example.com/wait"]}})
    client.session.advance(5)
    assert client.ok("DELETE", f"{path}/held")["metadata"]["deletionTimestamp"]
    client.session.advance(60)
    assert client.ok("GET", f"{path}/held")["metadata"]["deletionGracePeriodSeconds"] == 0
    client.ok("PATCH", f"{path}/held", {"metadata": {"finalizers": None}}, kind=MERGE)
    assert client.ask("GET", f"{path}/held").code == 404


def test_a_pod_that_goes_at_once_is_shown_as_deleted(client: Client) -> None:
    client.ok("POST", PODS, SLEEPS)
    shown = client.ok("DELETE", f"{PODS}/web", {"gracePeriodSeconds": 0})
    assert shown["metadata"]["deletionTimestamp"]
    client.ok("POST", PODS, SLEEPS)
    client.session.advance(5)
    (shown,) = client.ok("DELETE", PODS)["items"]
    assert shown["metadata"]["deletionGracePeriodSeconds"] == 1


def test_ephemeral_containers_only_come(client: Client) -> None:
    client.ok("POST", PODS, SLEEPS)
    added = {"spec": {"ephemeralContainers": [{"name": "dbg", "image": "busybox", "targetContainerName": "c"}]}}
    part = f"{PODS}/web/ephemeralcontainers"
    (shown,) = client.ok("PATCH", part, added, kind=STRATEGIC)["spec"]["ephemeralContainers"]
    assert (shown["name"], shown["imagePullPolicy"]) == ("dbg", "Always")
    pod = copy.deepcopy(client.ok("GET", f"{PODS}/web"))  # without a network it is the server's own
    pod["spec"]["ephemeralContainers"] = []
    assert 'existing ephemeral containers "dbg" may not be removed' in client.refused("PUT", part, pod)[2]
    pod["spec"]["ephemeralContainers"] = [{**shown, "image": "alpine"}]
    assert 'existing ephemeral containers "dbg" may not be changed' in client.refused("PUT", part, pod)[2]
    client.ok("PATCH", f"{PODS}/web", {"metadata": {"labels": {"a": "b"}}}, kind=MERGE)


def test_resize_changes_cpu_and_memory_and_nothing_else(client: Client) -> None:
    container = {**TALKS, "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}}}
    client.ok("POST", PODS, {**POD, "spec": {"containers": [container]}})
    client.session.advance(5)

    def resized(more: dict[str, Any]) -> Any:
        return client.ask(
            "PATCH", f"{PODS}/web/resize", {"spec": {"containers": [{"name": "c", **more}]}}, kind=STRATEGIC
        )

    after = resized({"resources": {"limits": {"memory": "96Mi"}, "requests": {"cpu": "200m"}}}).data
    assert after["spec"]["containers"][0]["resources"]["limits"] == {"memory": "96Mi"}
    assert after["metadata"]["generation"] == 2
    status = client.ok("GET", f"{PODS}/web")["status"]["containerStatuses"][0]
    assert status["resources"]["requests"]["cpu"] == "200m"
    assert "only cpu and memory resources are mutable" in resized({"image": "nginx"}).data["message"]
    exact = {"limits": {"cpu": "200m", "memory": "96Mi"}, "requests": {"cpu": "200m", "memory": "96Mi"}}
    assert "Pod QOS Class may not change as a result of resizing" in resized({"resources": exact}).data["message"]


def test_a_resized_container_may_hold_more_memory(client: Client) -> None:
    container = {**TALKS, "resources": {"limits": {"memory": "64Mi"}}}
    client.ok("POST", PODS, {**POD, "spec": {"containers": [container]}})
    client.session.advance(5)
    more = {"spec": {"containers": [{"name": "c", "resources": {"limits": {"memory": "96Mi"}}}]}}
    client.ok("PATCH", f"{PODS}/web/resize", more, kind=STRATEGIC)
    seen = client.session.kubectl("exec web -- cat /sys/fs/cgroup/memory.max").stdout
    assert seen == f"{96 << 20}\n"


def test_events_have_the_shape_of_their_group(client: Client) -> None:
    events = "/apis/events.k8s.io/v1/namespaces/default/events"
    sent = {
        "metadata": {"name": "said"},
        "note": "hello",
        "reason": "Greeted",
        "type": "Normal",
        "regarding": {"kind": "Pod", "name": "web", "namespace": "default"},
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingController": "example.com/greeter",
        "reportingInstance": "one",
        "action": "Greet",
    }
    made = client.ok("POST", events, sent)
    assert (made["apiVersion"], made["note"], made["regarding"]["name"]) == ("events.k8s.io/v1", "hello", "web")
    core = client.ok("GET", "/api/v1/namespaces/default/events/said")
    assert (core["message"], core["involvedObject"]["name"]) == ("hello", "web")
    client.ok("POST", PODS, SLEEPS)
    client.session.advance(5)
    (started,) = [item for item in client.ok("GET", events)["items"] if item["reason"] == "Started"]
    assert started["note"] == "Container started"
    assert started["deprecatedSource"]["component"] == "kubelet"

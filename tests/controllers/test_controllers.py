"""Replica plans, endpoints, and the end of a node, as tables."""

from __future__ import annotations

import pytest
from lightkube.models.core_v1 import Pod, Service

from podlab.api import decode_object
from podlab.controllers import endpoints, eviction_delay, not_ready_at, plan_replicas


def pod(
    uid="u", *, phase="Running", node="node-1", ready=True, deleted=False, created=0, labels=None, tolerations=None
):
    meta = {
        "name": uid,
        "uid": uid,
        "labels": labels if labels is not None else {"app": "web"},
        "creationTimestamp": f"2026-01-01T00:00:{created:02d}Z",
    }
    if deleted:
        meta["deletionTimestamp"] = "2026-01-01T01:00:00Z"
    return decode_object(
        Pod,
        {
            "metadata": meta,
            "spec": {"nodeName": node, "containers": [{"name": "c"}], "tolerations": tolerations or []},
            "status": {
                "phase": phase,
                "podIP": "10.0.0.1" if node else None,
                "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            },
        },
    )


@pytest.mark.parametrize(
    ("wanted", "pods", "create", "delete"),
    [
        pytest.param(2, [], 2, (), id="none yet"),
        pytest.param(2, [pod("a"), pod("b")], 0, (), id="enough"),
        pytest.param(2, [pod("a"), pod("b", phase="Failed")], 1, (), id="one that has ended does not count"),
        pytest.param(2, [pod("a"), pod("b", deleted=True)], 1, (), id="one that is being deleted does not count"),
        pytest.param(1, [pod("a"), pod("b", ready=False)], 0, ("b",), id="not ready goes first"),
        pytest.param(1, [pod("a", node=None, phase="Pending"), pod("b")], 0, ("a",), id="not placed goes first"),
        pytest.param(1, [pod("a", phase="Pending"), pod("b", ready=False)], 0, ("a",), id="pending before not ready"),
        pytest.param(1, [pod("a", created=1), pod("b", created=9)], 0, ("b",), id="the younger one goes"),
        pytest.param(0, [pod("a"), pod("b")], 0, ("a", "b"), id="all of them"),
    ],
)
def test_a_replica_controller_plans(wanted, pods, create, delete):
    plan = plan_replicas(wanted, pods)
    assert (plan.create, plan.delete) == (create, delete)


def service(selector) -> Service:
    return decode_object(Service, {"metadata": {"name": "web"}, "spec": {"selector": selector}})


@pytest.mark.parametrize(
    ("one", "conditions"),
    [
        pytest.param(pod(), {"ready": True, "serving": True, "terminating": False}, id="ready"),
        pytest.param(pod(ready=False), {"ready": False, "serving": False, "terminating": False}, id="not ready"),
        pytest.param(pod(deleted=True), {"ready": False, "serving": True, "terminating": True}, id="being deleted"),
        pytest.param(pod(phase="Failed"), None, id="ended"),
        pytest.param(pod(node=None), None, id="without an IP"),
        pytest.param(pod(labels={"app": "db"}), None, id="not selected"),
    ],
)
def test_a_pod_is_an_endpoint(one, conditions):
    expected = [{"pod": "u", "conditions": conditions}] if conditions else []
    assert endpoints(service({"app": "web"}), [one]) == expected


def test_a_service_without_a_selector_has_no_endpoints_of_its_own():
    assert endpoints(service({}), [pod()]) == []


@pytest.mark.parametrize("down", [0, 3, 9.9, 10, 15, 41.7])
def test_a_dead_node_is_found_after_fifty_to_sixty_seconds(down):
    assert 45 <= not_ready_at(down) - down <= 60
    assert (not_ready_at(down) - 2.5) % 5 == 0, "at one of the controller's looks"


UNREACHABLE = "node.kubernetes.io/unreachable"


@pytest.mark.parametrize(
    ("tolerations", "delay"),
    [
        pytest.param([], 300, id="the default"),
        pytest.param([{"key": UNREACHABLE, "operator": "Exists", "tolerationSeconds": 20}], 20, id="its own patience"),
        pytest.param([{"key": UNREACHABLE, "operator": "Exists"}], None, id="for ever"),
        pytest.param([{"operator": "Exists"}], None, id="everything for ever"),
        pytest.param([{"key": "other", "operator": "Exists", "tolerationSeconds": 1}], 300, id="another taint's"),
        pytest.param(
            [{"key": UNREACHABLE, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": -5}],
            0,
            id="negative",
        ),
    ],
)
def test_a_pod_stays_on_a_lost_node(tolerations, delay):
    assert eviction_delay(pod(tolerations=tolerations)) == delay

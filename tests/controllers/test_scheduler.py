"""The scheduler: filters with Kubernetes' own reasons, a choice, and the message when nothing fits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from lightkube.models.core_v1 import Pod, Taint

from podlab.api import decode_object
from podlab.controllers import NodeState, schedule

GIB = 2**30


def pod(name="p", labels=None, **spec) -> Pod:
    spec.setdefault("containers", [{"name": "app"}])
    return decode_object(Pod, {"metadata": {"name": name, "labels": labels or {}}, "spec": spec})


def asking(cpu=None, memory=None, **spec) -> Pod:
    wanted = {k: v for k, v in (("cpu", cpu), ("memory", memory)) if v}
    return pod(containers=[{"name": "app", "resources": {"requests": wanted}}], **spec)


def node(name="node-1", cpu=2, memory=4 * GIB, **fields) -> NodeState:
    return NodeState(name, {"cpu": Fraction(cpu), "memory": Fraction(memory)}, **fields)


HEAD = "0/1 nodes are available: 1 "
HOPELESS = (
    ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
)
NO_VICTIMS = (
    ". no new claims to deallocate, preemption: 0/1 nodes are available: "
    "1 No preemption victims found for incoming pod."
)
GPU = Taint(key="gpu", value="yes", effect="NoSchedule")
SSD_OR_NVME = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}]}]
        }
    }
}


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        pytest.param(asking(cpu="100"), node(), HEAD + "Insufficient cpu" + HOPELESS, id="larger than the node"),
        pytest.param(asking(cpu="1500m"), node(), "", id="fits"),
        pytest.param(
            pod(nodeSelector={"disk": "ssd"}),
            node(),
            HEAD + "node(s) didn't match Pod's node affinity/selector" + HOPELESS,
            id="no node with that label",
        ),
        pytest.param(pod(nodeSelector={"disk": "ssd"}), node(labels={"disk": "ssd"}), "", id="a node with that label"),
        pytest.param(pod(affinity=SSD_OR_NVME), node(labels={"disk": "nvme"}), "", id="required affinity fits"),
        pytest.param(
            pod(affinity=SSD_OR_NVME),
            node(labels={"disk": "tape"}),
            HEAD + "node(s) didn't match Pod's node affinity/selector" + HOPELESS,
            id="required affinity does not fit",
        ),
        pytest.param(pod(), node(taints=[GPU]), HEAD + "node(s) had untolerated taint(s)" + HOPELESS, id="a taint"),
        pytest.param(
            pod(tolerations=[{"key": "gpu", "operator": "Exists"}]), node(taints=[GPU]), "", id="a taint tolerated"
        ),
        pytest.param(
            pod(), node(unschedulable=True), HEAD + "node(s) were unschedulable" + HOPELESS, id="a cordoned node"
        ),
    ],
)
def test_a_pod_meets_one_node(wanted, there, message):
    placement = schedule(wanted, [there])
    assert placement.message == message
    assert placement.node == (None if message else "node-1")


def test_a_full_node_could_be_helped_by_preemption():
    full = NodeState("node-1", node().allocatable, pods=[asking(cpu="1500m")])
    placement = schedule(asking(cpu="1"), [full])
    assert placement.message == HEAD + "Insufficient cpu" + NO_VICTIMS


def test_host_ports_are_taken_once_a_node():
    web = pod(containers=[{"name": "web", "ports": [{"containerPort": 80, "hostPort": 80}]}])
    there = NodeState("node-1", node().allocatable, pods=[web])
    assert schedule(web, [there]).message.startswith("0/1 nodes are available: 1 node(s) didn't have free ports")
    assert schedule(web, [there, node("node-2")]).node == "node-2"


def test_all_reasons_are_counted_and_sorted():
    nodes = [node("a", cpu=1), node("b", cpu=1), node("c", taints=[GPU]), node("d", cpu=1, memory=GIB)]
    message = schedule(asking(cpu="1500m", memory="2Gi"), nodes).message
    assert message.startswith(
        "0/4 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), 3 Insufficient cpu. "
    )


def test_every_node_keeps_why_it_was_not_taken():
    placement = schedule(asking(cpu="1500m"), [node("small", cpu=1), node("large", cpu=4)])
    assert placement.node == "large"
    assert placement.reasons == {"small": ("Insufficient cpu",), "large": ()}


def test_pods_that_are_alike_are_spread():
    web = pod(labels={"app": "web"})
    nodes = [
        NodeState("a", node().allocatable, pods=[web]),
        NodeState("b", node().allocatable, pods=[pod("x"), pod("y")]),
    ]
    assert schedule(web, nodes).node == "b"


def test_a_pods_request_is_its_largest_need_at_one_time():
    big_init = {"name": "init", "resources": {"requests": {"cpu": "3"}}}
    small = {"name": "app", "resources": {"requests": {"cpu": "1"}}}
    assert schedule(pod(initContainers=[big_init], containers=[small]), [node(cpu=2)]).node is None
    sidecar = big_init | {"restartPolicy": "Always"}
    assert schedule(pod(initContainers=[sidecar], containers=[small]), [node(cpu=3)]).node is None
    assert schedule(pod(initContainers=[sidecar], containers=[small]), [node(cpu=4)]).node == "node-1"

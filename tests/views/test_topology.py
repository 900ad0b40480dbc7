"""The topology as data: who lives where and shares what."""

import json

import pytest
from lightkube.models.core_v1 import Pod
from viewtraces import RUNNING, STORIES, change, ended, status

from podlab.core.engine.history import SandboxSpan
from podlab.simulation.trace import Trace
from podlab.views import topology

REAL = json.loads((STORIES / "_namespaces.json").read_text(encoding="utf-8"))
SPECS = {
    "default-ns": {},
    "share-pid": {"shareProcessNamespace": True},
    "host-net": {"hostNetwork": True},
    "host-pid-ipc": {"hostPID": True, "hostIPC": True},
}
KINDS = ("net", "ipc", "uts", "pid", "mnt")


def view_of(*statuses, t=1.0, **spec):
    trace = Trace(60.0, (change(0.0, *statuses, **spec),), sandboxes=(SandboxSpan("shop", 0, 0.0, "10.244.1.7"),))
    return topology(trace.at(t))


def edges(graph, kind):
    return {(a, b) for a, b, k in graph.edges(data="kind") if k == kind}


def space(graph, container, kind):
    """The namespace of one kind that a container is in."""
    (found,) = (
        n
        for n in graph.successors(f"container/shop/{container}")
        if n.split("/")[0] == "namespace" and n.endswith(kind)
    )
    return found


@pytest.mark.parametrize("pod", SPECS)
def test_containers_share_what_real_ones_share(pod):
    names = [n for n in REAL[pod] if n != "pause"]
    graph = view_of(*(status(n, RUNNING) for n in names), **SPECS[pod]).graph
    real = REAL[pod] | {"host": REAL["(host)"]["a host process"]}
    for kind in KINDS:
        for one in names:
            for other in names:
                same = space(graph, one, kind) == space(graph, other, kind)
                assert same == (real[one][kind] == real[other][kind]), (kind, one, other)
            held = ("pause/shop", space(graph, one, kind)) in edges(graph, "holds")
            hosts = real[one][kind] == real["host"][kind]
            assert held == (real[one][kind] == real["pause"][kind] and not hosts), kind
            assert (space(graph, one, kind) == f"namespace/node-1/{kind}") == hosts, kind


def test_the_graph_goes_from_the_node_to_what_is_in_the_pod():
    graph = view_of(status("web", RUNNING), status("db", RUNNING), volumes=[{"name": "data", "emptyDir": {}}]).graph
    assert edges(graph, "runs") == {("node/node-1", "pod/shop")}
    assert {b for _, b in edges(graph, "has")} == {
        "pause/shop", "container/shop/web", "container/shop/db", "volume/shop/data",
    }  # fmt: skip


SHARING = {
    "containers": [
        {
            "name": "db",
            "image": "redis",
            "ports": [{"containerPort": 6379, "hostPort": 7000}],
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        },
        {"name": "web", "image": "nginx", "volumeMounts": [{"name": "data", "mountPath": "/in", "readOnly": True}]},
    ],
    "initContainers": [{"name": "prepare", "image": "busybox"}],
    "volumes": [{"name": "data", "emptyDir": {}}, {"name": "conf", "configMap": {"name": "c"}}],
}


def test_volumes_ports_and_localhost():
    view = view_of(status("db", RUNNING), status("web", ended(1), 2), **SHARING)
    graph = view.graph
    assert graph.edges["container/shop/db", "volume/shop/data"]["path"] == "/data"
    assert graph.edges["container/shop/web", "volume/shop/data"]["ro"] is True
    assert edges(graph, "localhost") == {("container/shop/web", "container/shop/db")}
    assert graph.edges["node/node-1", "container/shop/db"]["ports"] == {7000: 6379}
    assert graph.nodes["volume/shop/conf"]["source"] == "configMap"
    assert (graph.nodes["container/shop/web"]["state"], graph.nodes["container/shop/prepare"]["role"]) == (
        "exit 1",
        "init",
    )


def test_every_thing_drawn_has_a_place_inside_its_pod():
    graph = view_of(status("db", RUNNING), status("web", RUNNING), **SHARING).graph
    x, y, w, h = graph.nodes["pod/shop"]["box"]
    inside = [n for n in graph.nodes if n.split("/")[0] in ("pause", "container", "volume")]
    for name in inside:
        a, b, c, d = graph.nodes[name]["box"]
        assert (x <= a, y <= b, a + c <= x + w, b + d <= y + h) == (True, True, True, True), name
    positions = [graph.nodes[n]["pos"] for n in inside]
    assert len(set(positions)) == len(positions)


def test_the_places_do_not_move_when_states_change():
    calm = view_of(status("db", RUNNING), status("web", RUNNING), **SHARING).graph
    crash = view_of(status("db", ended(137, "OOMKilled"), 7), status("web", ended(3), 12), **SHARING).graph
    assert dict(calm.nodes(data="pos")) == dict(crash.nodes(data="pos"))


def test_a_dead_sandbox_holds_nothing_and_has_no_ip(story):
    trace = story("pause-killed-always")
    (before,) = topology(trace.at(5)).data
    assert (before.held, before.ip, before.sandbox) == (True, "10.244.0.18", 0)
    (after,) = topology(trace.at(60)).data
    assert (after.held, after.ip, after.sandbox) == (True, "10.244.0.41", 1)
    (early,) = topology(trace.at(0.02)).data
    assert (early.held, early.ip) == (False, "")


def test_two_pods_on_two_nodes(story):
    graph = topology(story("node-death-replicaset").at(60)).graph
    assert sorted(n for n, k in graph.nodes(data="kind") if k == "node") == ["node/node-1", "node/node-2"]


def test_a_pod_that_does_not_exist_then_is_named():
    trace = Trace(60.0, (change(5.0, status("web", RUNNING)),))
    with pytest.raises(KeyError, match=r"no pod 'shop' at t = 1s; there is none"):
        topology(trace.at(1), "shop")


def test_a_pod_without_spec_or_status_is_drawn():
    from podlab.core.engine.history import Change

    trace = Trace(1.0, (Change(0.0, Pod.from_dict({"metadata": {"name": "bare"}})),))
    assert "pod bare: phase Pending" in topology(trace.at(0)).text
    assert topology(trace.at(0)).svg()

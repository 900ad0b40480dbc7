"""DaemonSets: a pod on every node that suits."""

from __future__ import annotations

import podlab as pl

AGENT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 2
      containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"]}]
"""
TAINTED = "spec: {taints: [{key: only, effect: NoSchedule}]}\n"
NODES = "".join(
    f"apiVersion: v1\nkind: Node\nmetadata: {{name: n{i}, labels: {{disk: {disk}}}}}\n{spec}---\n"
    for i, (disk, spec) in enumerate(
        [("ssd", ""), ("hdd", ""), ("ssd", "spec: {taints: [{key: only, effect: NoSchedule}]}\n")]
    )
)


def cluster(manifest: str = AGENT) -> pl.Session:
    session = pl.Session(pl.Scenario((), world=pl.World(nodes=())))
    session.kubectl("apply -f -", stdin=NODES + manifest)
    session.advance(10)
    return session


def nodes(session: pl.Session) -> list[str]:
    return sorted(str(session.kubectl("get pods -o jsonpath={.items[*].spec.nodeName}")).split())


def test_a_pod_on_every_node_whose_taints_it_tolerates() -> None:
    assert nodes(cluster()) == ["n0", "n1"]
    tolerant = AGENT.replace("      containers", "      tolerations: [{key: only, operator: Exists}]\n      containers")
    assert nodes(cluster(tolerant)) == ["n0", "n1", "n2"]


def test_a_label_makes_a_node_suit_and_no_longer() -> None:
    session = cluster(AGENT.replace("      containers", "      nodeSelector: {disk: nvme}\n      containers"))
    assert nodes(session) == []
    session.kubectl("label node n1 disk=nvme --overwrite")
    session.advance(5)
    assert nodes(session) == ["n1"]
    session.kubectl("label node n1 disk=hdd --overwrite")
    session.advance(10)
    assert nodes(session) == []


def test_a_cordoned_node_keeps_its_pod_and_gets_it_back() -> None:
    session = cluster()
    session.kubectl("cordon n0")
    session.kubectl("delete pods --all --wait=false")
    session.advance(20)
    assert nodes(session) == ["n0", "n1"]


def test_a_new_template_goes_from_node_to_node() -> None:
    session = cluster()
    session.kubectl("set image ds/agent app=busybox:1.37")
    session.advance(1)
    rows = str(session.kubectl("get pods --no-headers")).splitlines()
    assert sum("Terminating" in row for row in rows) == 1
    session.advance(30)
    images = str(session.kubectl("get pods -o jsonpath={.items[*].spec.containers[0].image}")).split()
    assert images == ["busybox:1.37"] * 2
    assert "successfully rolled out" in str(session.kubectl("rollout status ds/agent"))


def test_with_a_surge_the_new_pod_comes_first() -> None:
    surge = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n  selector"
    session = cluster(AGENT.replace("selector", surge, 1))
    session.kubectl("set image ds/agent app=busybox:1.37")
    session.advance(60)
    images = str(session.kubectl("get pods -o jsonpath={.items[*].spec.containers[0].image}")).split()
    assert images == ["busybox:1.37"] * 2
    assert nodes(session) == ["n0", "n1"]


def test_on_delete_waits_for_the_user() -> None:
    session = cluster(AGENT.replace("selector", "updateStrategy: {type: OnDelete}\n  selector", 1))
    session.kubectl("set image ds/agent app=busybox:1.37")
    session.advance(30)
    images = str(session.kubectl("get pods -o jsonpath={.items[*].spec.containers[0].image}")).split()
    assert images == ["busybox:1.36"] * 2

"""Scheduling by neighbours, gates, priority, budgets and taints, in the words of FailedScheduling."""

from __future__ import annotations

import pytest

import podlab as pl

TWO = "".join(
    f"apiVersion: v1\nkind: Node\nmetadata: {{name: n{i}, labels: {{kubernetes.io/hostname: n{i}, zone: z{i}}}}}\n---\n"
    for i in range(2)
)


def pod(name: str, spec: str = "", label: str = "web") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {label}}}}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{{name: app, image: "busybox:1.36", command: [sleep, "3600"]}}]
  {spec}
---
"""


def cluster(*pods: str, seconds: float = 5) -> pl.Session:
    session = pl.Session(pl.Scenario((), world=pl.World(nodes=())))
    for manifest in (TWO, *pods):
        session.kubectl("apply -f -", stdin=manifest)
        session.advance(seconds)
    return session


def nodes(session: pl.Session) -> dict[str, str]:
    rows = str(session.kubectl("get pods -o wide --no-headers")).splitlines()
    return {row.split()[0]: row.split()[6] for row in rows}


def refusals(session: pl.Session) -> list[str]:
    return [e.message for e in session.trace.events if e.reason == "FailedScheduling"]


def term(key: str, app: str, kind: str = "podAntiAffinity") -> str:
    one = f"{{topologyKey: {key}, labelSelector: {{matchLabels: {{app: {app}}}}}}}"
    return f"affinity: {{{kind}: {{requiredDuringSchedulingIgnoredDuringExecution: [{one}]}}}}"


def test_anti_affinity_takes_another_node_and_then_none() -> None:
    apart = term("kubernetes.io/hostname", "web")
    session = cluster(pod("a", apart), pod("b", apart), pod("c", apart))
    assert sorted(nodes(session).values()) == ["<none>", "n0", "n1"]
    assert refusals(session) == [
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, "
        "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    ]


def test_those_who_are_there_keep_others_away() -> None:
    session = cluster(pod("a", term("zone", "db")), pod("b", term("zone", "db")), pod("db", label="db"))
    assert refusals(session)[0].startswith(
        "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules."
    )


def test_affinity_follows_and_the_first_of_a_group_may_begin() -> None:
    near = term("zone", "web", "podAffinity")
    session = cluster(pod("a", near), pod("b", near), pod("c", near))
    assert len(set(nodes(session).values())) == 1


def test_topology_spread_keeps_the_skew() -> None:
    spread = (
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
        "labelSelector: {matchLabels: {app: web}}}]"
    )
    held = f"nodeSelector: {{zone: z0}}\n  {spread}"
    session = cluster(pod("a", held), pod("b", spread), pod("c", spread))
    assert sorted(nodes(session).values()).count("n0") in (1, 2)
    assert {nodes(session)["a"], nodes(session)["b"]} == {"n0", "n1"}


def test_a_label_that_no_node_has() -> None:
    spread = (
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, "
        "labelSelector: {matchLabels: {app: web}}}]"
    )
    session = cluster(pod("a", spread))
    assert "2 node(s) didn't match pod topology spread constraints (missing required label)" in refusals(session)[0]


def test_preferred_affinity_and_taints_choose_the_node() -> None:
    soft = (
        "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
        "[{weight: 1, preference: {matchExpressions: [{key: zone, operator: In, values: [z1]}]}}]}}"
    )
    assert nodes(cluster(pod("a", soft)))["a"] == "n1"
    session = cluster()
    session.kubectl("taint node n0 slow=yes:PreferNoSchedule")
    session.kubectl("apply -f -", stdin=pod("a"))
    session.advance(5)
    assert nodes(session)["a"] == "n1"


def test_a_gate_holds_without_an_event() -> None:
    session = cluster(pod("a", "schedulingGates: [{name: example.com/wait}]"))
    assert str(session.kubectl("get pod a --no-headers")).split()[2] == "SchedulingGated"
    assert refusals(session) == []
    session.kubectl("""patch pod a --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'""")
    session.advance(5)
    assert str(session.kubectl("get pod a --no-headers")).split()[2] == "Running"


CLASS = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\nPOLICY---\n"


@pytest.mark.parametrize("policy", ["", "preemptionPolicy: Never\n"])
def test_the_important_pod_takes_the_place_unless_it_may_not(policy: str) -> None:
    big = "nodeSelector: {zone: z0}\n  resources: {requests: {cpu: 1500m}}"
    session = cluster(CLASS.replace("POLICY", policy), pod("low", big), pod("vip", f"{big}\n  priorityClassName: high"))
    session.advance(10)
    assert set(nodes(session)) == ({"low", "vip"} if policy else {"vip"})
    preempted = [e.message for e in session.trace.events if e.reason == "Preempted"]
    assert len(preempted) == (0 if policy else 1)
    ending = "preemption: not eligible due to preemptionPolicy=Never." if policy else "node affinity/selector."
    assert refusals(session)[0].endswith(ending)


def test_no_execute_evicts_at_once_later_or_never() -> None:
    def tolerating(extra: str) -> str:
        return f"tolerations: [{{key: out, operator: Exists, effect: NoExecute{extra}}}]\n  nodeSelector: {{zone: z0}}"

    session = cluster(
        pod("none", "nodeSelector: {zone: z0}"),
        pod("ten", tolerating(", tolerationSeconds: 10")),
        pod("ever", tolerating("")),
        pod("ten", tolerating(", tolerationSeconds: 10")),
        pod("ever", tolerating("")),
    )
    session.kubectl("taint node n0 out=yes:NoExecute")
    session.advance(5)
    assert set(nodes(session)) == {"ten", "ever"}
    session.advance(10)
    assert set(nodes(session)) == {"ever"}


@pytest.mark.parametrize(
    ("budget", "allowed"),
    [("minAvailable: 2", "1"), ("maxUnavailable: 1", "1"), ("minAvailable: 100%", "0"), ("maxUnavailable: 50%", "2")],
)
def test_a_budget_says_how_many_may_go(budget: str, allowed: str) -> None:
    web = """\
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"]}]}
---
"""
    keep = f"""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: keep}}
spec: {{selector: {{matchLabels: {{app: web}}}}, {budget}}}
"""
    session = cluster(web, keep)
    assert str(session.kubectl("get pdb keep --no-headers")).split()[3] == allowed

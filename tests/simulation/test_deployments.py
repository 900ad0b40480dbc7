"""Deployments: a ReplicaSet for each template, and the way from one to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.apps_v1 import DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment
from lightkube.models.core_v1 import PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector

import podlab as pl
from podlab.controllers.rollout import Share, bounds, plan_rollout

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: "nginx:1.14.2"}
"""


def spec(
    replicas: int, surge: int | str | None = None, unavailable: int | str | None = None, type: str = "RollingUpdate"
):
    rolling = RollingUpdateDeployment(maxSurge=surge, maxUnavailable=unavailable)
    strategy = DeploymentStrategy(type=type, rollingUpdate=rolling)
    return DeploymentSpec(LabelSelector(), PodTemplateSpec(), replicas=replicas, strategy=strategy)


@pytest.mark.parametrize(
    ("given_spec", "expected"),
    [
        pytest.param(spec(4), (5, 3), id="a quarter by default"),
        pytest.param(spec(3), (4, 3), id="surge is rounded up, unavailable down"),
        pytest.param(spec(10, "30%", 2), (13, 8), id="per cent and number"),
        pytest.param(spec(3, 0, 0), (3, 2), id="both zero: one may be unavailable"),
        pytest.param(spec(2, 0, "100%"), (2, 0), id="all may be unavailable"),
    ],
)
def test_bounds(given_spec: DeploymentSpec, expected: tuple[int, int]) -> None:
    assert bounds(given_spec) == expected


@pytest.mark.parametrize(
    ("given_spec", "shares", "old_pods", "expected"),
    [
        pytest.param(spec(3), [Share("b", 0, 0, True)], 0, {"b": 3}, id="the first rollout"),
        pytest.param(spec(4), [Share("a", 4, 4), Share("b", 0, 0, True)], 4, {"b": 1}, id="the surge comes first"),
        pytest.param(spec(4), [Share("a", 4, 4), Share("b", 1, 0, True)], 4, {"a": 3}, id="one can be spared"),
        pytest.param(spec(4), [Share("a", 3, 3), Share("b", 2, 0, True)], 3, {}, id="the new ones are not ready yet"),
        pytest.param(spec(4), [Share("a", 4, 1), Share("b", 1, 0, True)], 4, {"a": 3}, id="what is broken goes first"),
        pytest.param(spec(2), [Share("b", 5, 5, True)], 0, {"b": 2}, id="scaled down"),
        pytest.param(spec(2, type="Recreate"), [Share("a", 2, 2), Share("b", 0, 0, True)], 2, {"a": 0}, id="all go"),
        pytest.param(spec(2, type="Recreate"), [Share("a", 0, 0), Share("b", 0, 0, True)], 1, {}, id="one still ends"),
        pytest.param(spec(2, type="Recreate"), [Share("a", 0, 0), Share("b", 0, 0, True)], 0, {"b": 2}, id="all gone"),
    ],
)
def test_plan(given_spec: DeploymentSpec, shares: list[Share], old_pods: int, expected: dict[str, int]) -> None:
    assert plan_rollout(given_spec, shares, old_pods=old_pods) == expected


@given(replicas=st.integers(0, 12), surge=st.integers(0, 5), unavailable=st.integers(0, 5), old=st.integers(0, 12))
def test_a_rollout_ends_and_keeps_its_bounds(replicas: int, surge: int, unavailable: int, old: int) -> None:
    asked = spec(replicas, surge, unavailable)
    most, fewest = bounds(asked)
    sizes = {"a": old, "b": 0}
    for _ in range(100):
        shares = [Share(name, size, size, name == "b") for name, size in sizes.items()]
        plan = plan_rollout(asked, shares, old_pods=sizes["a"])
        if not plan:
            break
        sizes |= plan
        assert sum(sizes.values()) <= max(most, old)
        assert sum(sizes.values()) >= min(fewest, old)
    assert sizes == {"a": 0, "b": replicas}


def test_a_new_image_is_rolled_out_and_back() -> None:
    cluster = pl.Session()
    cluster.kubectl("apply -f -", stdin=WEB)
    cluster.advance(10)
    first = images(cluster)
    assert first == ["nginx:1.14.2"] * 4
    cluster.kubectl("apply -f -", stdin=WEB.replace("1.14.2", "1.16.1"))
    cluster.advance(60)
    assert images(cluster) == ["nginx:1.16.1"] * 4
    cluster.kubectl("apply -f -", stdin=WEB)
    cluster.advance(60)
    assert images(cluster) == first
    rows = str(cluster.kubectl("get rs")).splitlines()[1:]
    assert sorted(row.split()[1] for row in rows) == ["0", "4"]
    assert str(cluster.kubectl("get deployments")).splitlines()[1].split()[:4] == ["web", "4/4", "4", "4"]


def images(cluster: pl.Session) -> list[str]:
    out = cluster.kubectl("get pods -o jsonpath={.items[*].spec.containers[0].image}")
    return str(out).split()


def test_scaling_and_deleting() -> None:
    cluster = pl.Session()
    cluster.kubectl("apply -f -", stdin=WEB)
    cluster.advance(1)
    cluster.kubectl("scale deployment web --replicas=2")
    cluster.advance(60)
    assert len(images(cluster)) == 2
    cluster.kubectl("delete deployment web")
    cluster.advance(60)
    assert images(cluster) == []
    assert "No resources found" in str(cluster.kubectl("get rs"))


def test_a_killed_pod_of_a_deployment_is_replaced() -> None:
    name = next(iter(pl.run(WEB, until=1).end.pods))
    trace = pl.run(pl.load(WEB).but(pl.delete(name, at=5)), until=60)
    assert len(trace.end.pods) == 4
    assert name not in trace.end.pods
